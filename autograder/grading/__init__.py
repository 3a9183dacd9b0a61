"""Grading a submission: a sandboxed kernel runs the notebook, a checker outside it judges what the cluster became."""

from autograder.grading.grade import Graded, Run, grade_notebook
from autograder.grading.limits import Limits

__all__ = ["Graded", "Limits", "Run", "grade_notebook"]
