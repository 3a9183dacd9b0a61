"""The student's folder of notebooks: brought up to date without ever overwriting what the student wrote."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

RECORD = ".written.json"  # file -> SHA-256 of what was last put there by us


def update(course: Path, lang: str, folder: Path) -> list[str]:
    """Build every lab of the course into `folder`; return messages about files that the student has changed.

    A file that the student has not changed is replaced by a newer one. Beside one that the student has changed, a
    newer version is put as `NAME.new.ipynb`, once.

    Raises:
        autograder.errors.AutograderError: a lab cannot be built.
    """
    from autograder.notebook.build import build_lab
    from autograder.notebook.write import write_lab
    from autograder.spec import load_course, load_lab

    with tempfile.TemporaryDirectory() as scratch:
        for name in load_course(course).labs:
            lab = load_lab(course, name)
            write_lab(build_lab(lab, lang), lab, Path(scratch))
        return put(Path(scratch), folder)


def put(built: Path, folder: Path) -> list[str]:
    """Bring `folder` to what `built` holds, sparing the student's work."""
    folder.mkdir(parents=True, exist_ok=True)
    record_file = folder / RECORD
    record: dict[str, str] = json.loads(record_file.read_text()) if record_file.exists() else {}
    messages = []
    for source in sorted(path for path in built.rglob("*") if path.is_file()):
        name = str(source.relative_to(built))
        content, target = source.read_bytes(), folder / name
        mark = hashlib.sha256(content).hexdigest()
        ours = record.get(name)
        if ours == mark and target.exists():
            continue
        untouched = not target.exists() or hashlib.sha256(target.read_bytes()).hexdigest() in (ours, mark)
        place = target if untouched else target.with_suffix(f".new{target.suffix}")
        if not untouched:
            messages.append(f"{target} has your changes; the newer version is beside it: {place.name}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        record[name] = mark
    record_file.write_text(json.dumps(record, indent=1, sort_keys=True))
    return messages


def is_built(course: Path, lang: str, folder: Path, stamp: str) -> bool:
    """Whether the folder was brought up to date from exactly these sources (see `fingerprint`)."""
    del course
    file = folder / ".stamp"
    return file.exists() and file.read_text() == f"{lang} {stamp}"


def mark_built(lang: str, folder: Path, stamp: str) -> None:
    """Remember the sources that the folder was brought up to date from."""
    (folder / ".stamp").write_text(f"{lang} {stamp}")


def fingerprint(course: Path) -> str:
    """SHA-256 over the sources that notebooks are built from."""
    whole = hashlib.sha256()
    for pattern in ("course.yaml", "*/lab.py", "*/checks.yaml", "*/cluster.yaml", "*/files/**/*"):
        for path in sorted(p for p in course.glob(pattern) if p.is_file()):
            whole.update(str(path.relative_to(course)).encode() + path.read_bytes())
    return whole.hexdigest()
