"""What a student hands in, where nbgrader collects it."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode


def hand_in(root: Path, lab: str, student: str, notebook: NotebookNode | bytes) -> Path:
    """Put a notebook (or the bytes of a damaged one) into the course; the submission's folder."""
    folder = root / "submitted" / student / lab
    folder.mkdir(parents=True)
    path = folder / f"{lab}.ipynb"
    path.write_bytes(notebook) if isinstance(notebook, bytes) else nbformat.write(notebook, path)
    return folder
