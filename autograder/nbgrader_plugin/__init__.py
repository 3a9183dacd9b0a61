"""How grading reaches nbgrader: its own commands, with two preprocessors of ours in the place of two of its own."""
