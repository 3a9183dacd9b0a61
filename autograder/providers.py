"""What each provider of labcluster can do: said here too, so that a course is linted without a cluster.

`metrics` comes with the add-on of that name, which a lab that needs it brings.
"""

from __future__ import annotations

from autograder.spec.model import Criterion

CAPABILITIES_OF = {
    "embedded": frozenset({"schedule", "metrics"}),
    "kind": frozenset({"schedule", "logs", "exec", "network", "images", "metrics"}),
    "shared": frozenset({"schedule", "logs", "exec", "network", "metrics"}),
}


def embedded_judges(criterion: Criterion) -> bool:
    """Whether a cluster of simulated nodes, which every machine can have, can judge it."""
    return criterion.requires <= CAPABILITIES_OF["embedded"]
