"""Who may connect to whom, as NetworkPolicies say: read from the objects, without sending anything."""

from labkit.reach.ends import End, end_of_pod, outside
from labkit.reach.rules import Side, egress, ingress

__all__ = ["End", "Side", "egress", "end_of_pod", "ingress", "outside"]
