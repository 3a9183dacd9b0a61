"""Writes notebooks byte for byte the same each time, with the lab's other files beside them."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.errors import BuildError
from autograder.spec.model import Lab


def to_text(notebook: NotebookNode) -> str:
    """The notebook as it stands in its file: sorted keys, one final newline."""
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return text if text.endswith("\n") else text + "\n"


def write_lab(notebook: NotebookNode, lab: Lab, out: Path, *, overwrite: bool = False) -> list[Path]:
    """Write `out/<lab>/<lab>.ipynb` and copy the lab's `files/` beside it; return what is new or changed.

    Raises BuildError where other work would be overwritten (unless `overwrite`), or the folder cannot be written.
    """
    folder = out / lab.id
    wanted = {folder / f"{lab.id}.ipynb": to_text(notebook).encode()}
    for path in _extra(lab):
        wanted[folder / path.relative_to(lab.folder / "files")] = path.read_bytes()
    changed = [path for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]
    for path in changed:
        if path.exists() and not overwrite:
            raise BuildError(
                f"{path} is there already and differs: somebody may have worked in it. "
                "Give another --out, or --force to overwrite it"
            )
    try:
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, wanted[path])
    except OSError as error:
        raise BuildError(f"{folder}: cannot be written: {error}") from error
    return changed


def _replace(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(content)
    draft.replace(path)


def _extra(lab: Lab) -> list[Path]:
    """The student's other files: all of the lab's `files/`."""
    return sorted(path for path in (lab.folder / "files").rglob("*") if path.is_file())


def class_files(lab: Lab, folder: Path) -> None:
    """Write what stands beside the notebook in a class: the lab's `files/`, and what its `files.py` makes.

    Raises BuildError where `files.py` fails.
    """
    if (lab.folder / "files").is_dir():
        shutil.copytree(lab.folder / "files", folder, dirs_exist_ok=True)
    script = lab.folder / "files.py"
    if not script.is_file():
        return
    try:
        runpy.run_path(str(script))["write"](folder, lab.private)
    except Exception as error:
        # The course's own Python may fail in any way; its author needs to know which file did.
        raise BuildError(f"{script}: write() failed: {type(error).__name__}: {error}") from error
