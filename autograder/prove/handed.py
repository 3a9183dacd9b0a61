"""Files that are handed in beside the notebook: a lab's `solution/submission.py` writes them for its proofs."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.errors import ProofError
from autograder.spec.model import Lab

RIGHT = "solution"  # the variant that goes with right answers


def script(lab: Lab) -> Path:
    """The lab's script; most labs have none."""
    return lab.folder / "solution" / "submission.py"


@contextmanager
def handed_in(lab: Lab, variant: str | None) -> Iterator[Path | None]:
    """A folder with the files of this variant; None where nothing is handed in beside the notebook.

    Raises ProofError where the script fails.
    """
    if variant is None or not script(lab).is_file():
        yield None
        return
    with TemporaryDirectory(prefix="handed-in-") as made:
        try:
            runpy.run_path(str(script(lab)))["write"](Path(made), variant)
        except Exception as error:
            # The course's own Python may fail in any way; its author needs to know which file did.
            raise ProofError(f"{script(lab)}: write({variant!r}) failed: {type(error).__name__}: {error}") from error
        yield Path(made)
