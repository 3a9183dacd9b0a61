"""Is the whole course as it should be? Every problem is found, not only the first."""

from autograder.lint.course import lint_course

__all__ = ["lint_course"]
