"""The proofs of a lab: empty gets 0, right answers get everything, each wrong answer loses what it should."""

from autograder.prove.plan import Proof, plan
from autograder.prove.run import Outcome, prove_lab

__all__ = ["Outcome", "Proof", "plan", "prove_lab"]
