"""From a lab's source (lab.py) to the notebooks that students and nbgrader get."""

from autograder.notebook.build import build_lab, solved, source_notebook, student_version
from autograder.notebook.write import to_text, write_lab

__all__ = ["build_lab", "solved", "source_notebook", "student_version", "to_text", "write_lab"]
