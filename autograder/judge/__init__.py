"""How a criterion is judged: wait, act, watch, undo, and say what was missing."""
