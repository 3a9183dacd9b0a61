"""The student's folder of notebooks: brought up to date without ever overwriting what the student wrote."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import autograder
from labkit.messages import _

RECORD = ".written.json"  # file -> SHA-256 of what was last put there by us
STAMP = ".stamp"  # language and fingerprint of the sources that the folder was brought up to date from
SOURCES = ("course.yaml", "*/*.py", "*/*.yaml", "*/files/**/*")  # of the course


def update(course: Path, lang: str, folder: Path) -> list[str]:
    """Build every lab of the course into `folder`, if its sources have changed since the last time.

    Returns messages about files that the student has changed. A file that the student has not changed is replaced by
    a newer one. Beside one that the student has changed, a newer version is put as `NAME.new.ipynb`.

    Raises:
        autograder.errors.AutograderError: a lab cannot be built.
        OSError: the folder cannot be written.
    """
    stamp = f"{lang} {fingerprint(course)}"
    marked = folder / STAMP
    if marked.is_file() and marked.read_text() == stamp:
        return []
    messages = _build(course, lang, folder)
    _replace(marked, stamp.encode())
    return messages


def _build(course: Path, lang: str, folder: Path) -> list[str]:
    # Slow to import (nbgrader), and needed only when something has changed.
    from autograder.notebook.build import build_lab
    from autograder.notebook.write import write_lab
    from autograder.spec import load_course, load_lab

    with tempfile.TemporaryDirectory() as scratch:
        for name in load_course(course).labs:
            lab = load_lab(course, name)
            write_lab(build_lab(lab, lang), lab, Path(scratch))
        return put(Path(scratch), folder)


def put(built: Path, folder: Path) -> list[str]:
    """Bring `folder` to what `built` holds, sparing the student's work; messages about what was spared."""
    folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder)
    messages = []
    for source in sorted(path for path in built.rglob("*") if path.is_file()):
        name = source.relative_to(built)
        content = source.read_bytes()
        if record.get(str(name)) == digest(content) and (folder / name).exists():
            continue  # nothing new for the student, whatever became of the file
        place = _free_place(folder, name, content, record)
        if place != name:
            text = _("{file} has your changes, so it stays. A newer version is beside it: {new}")
            messages.append(text.format(file=folder / name, new=place.name))
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, content)
        record[str(name)] = record[str(place)] = digest(content)
        # After each file: what an interrupt leaves is complete, and known to be ours.
        _replace(folder / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    return messages


def _free_place(folder: Path, name: Path, content: bytes, record: dict[str, str]) -> Path:
    """The file's own name, or `.new`, `.new2`...: the first that is free, or that holds what we once put there."""
    numbered = (name.with_suffix(f".new{number if number > 1 else ''}{name.suffix}") for number in range(1, 1000))
    for place in (name, *numbered):
        target = folder / place
        if not target.exists() or digest(target.read_bytes()) in (record.get(str(place)), digest(content)):
            return place
    raise OSError(f"{folder / name}: there are a thousand versions beside it; remove some")


def _read_record(folder: Path) -> dict[str, str]:
    """What we wrote; nothing where that is not known any more, so that everything counts as the student's."""
    try:
        record = json.loads((folder / RECORD).read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _replace(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def fingerprint(course: Path) -> str:
    """SHA-256 over the sources that notebooks are built from, and over their builder."""
    builder = Path(autograder.__file__).parent / "notebook"
    files = [path for pattern in SOURCES for path in course.glob(pattern)] + list(builder.glob("*.py"))
    whole = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        whole.update(f"{path.name} {digest(path.read_bytes())}\n".encode())
    return whole.hexdigest()
