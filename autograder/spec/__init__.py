"""What a check is: course.yaml and checks.yaml as typed data."""

from autograder.spec.load import load_course, load_lab
from autograder.spec.model import Course, Criterion, Lab, Task

__all__ = ["Course", "Criterion", "Lab", "Task", "load_course", "load_lab"]
