"""The student's folder: new versions come in, what the student wrote is never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labkit.launch import workspace
from labkit.launch.workspace import RECORD, fingerprint, put

NAME = "02-pods/02-pods.ipynb"
BESIDE = "02-pods/02-pods.new.ipynb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The student's folder, with version one of a notebook."""
    offer(tmp_path, "one")
    return tmp_path / "work"


def offer(place: Path, content: str) -> list[str]:
    """A new build that holds this content; what `put` says."""
    built = place / f"built-{content}"
    (built / NAME).parent.mkdir(parents=True, exist_ok=True)
    (built / NAME).write_text(content)
    return put(built, place / "work")


def test_an_untouched_notebook_is_replaced(tmp_path: Path, folder: Path) -> None:
    """What the student has not changed follows the course, without a word."""
    assert offer(tmp_path, "two") == []
    assert (folder / NAME).read_text() == "two"


def test_a_changed_notebook_stays_and_the_new_one_is_beside_it(tmp_path: Path, folder: Path) -> None:
    """The student's text stays byte for byte; a message names the new file; it is said once for each version."""
    (folder / NAME).write_text("my answer")
    (message,) = offer(tmp_path, "two")
    assert "02-pods.new.ipynb" in message
    assert (folder / NAME).read_text() == "my answer"
    assert (folder / BESIDE).read_text() == "two"
    assert offer(tmp_path, "two") == []


def test_the_new_one_is_replaced_only_while_it_is_untouched(tmp_path: Path, folder: Path) -> None:
    """A student who goes on in the new file keeps that, too: the next version gets a number."""
    (folder / NAME).write_text("my answer")
    offer(tmp_path, "two")
    offer(tmp_path, "three")
    assert (folder / BESIDE).read_text() == "three"
    (folder / BESIDE).write_text("my second answer")
    offer(tmp_path, "four")
    assert (folder / NAME).read_text() == "my answer"
    assert (folder / BESIDE).read_text() == "my second answer"
    assert (folder / "02-pods/02-pods.new2.ipynb").read_text() == "four"


def test_a_deleted_notebook_comes_back(tmp_path: Path, folder: Path) -> None:
    """To start a lab anew, the student removes its notebook."""
    (folder / NAME).unlink()
    offer(tmp_path, "one")
    assert (folder / NAME).read_text() == "one"


@pytest.mark.parametrize("record", ["", "{", "[]"])
def test_without_its_record_everything_counts_as_the_students(tmp_path: Path, folder: Path, record: str) -> None:
    """A lost or damaged record costs a second file, never an answer."""
    (folder / NAME).write_text("my answer")
    (folder / RECORD).write_text(record)
    offer(tmp_path, "two")
    assert (folder / NAME).read_text() == "my answer"
    assert (folder / BESIDE).read_text() == "two"


def test_an_interrupt_leaves_whole_files_and_their_record(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the middle of many files, the next start finishes, and takes none of them for the student's."""
    built = tmp_path / "many"
    for number in range(3):
        (built / f"lab{number}").mkdir(parents=True)
        (built / f"lab{number}/n.ipynb").write_text(f"v1 {number}")
    plain, count = workspace._replace, iter(range(100))

    def interrupted(path: Path, content: bytes) -> None:
        if next(count) == 3:
            raise KeyboardInterrupt
        plain(path, content)

    monkeypatch.setattr(workspace, "_replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(built, folder)
    monkeypatch.setattr(workspace, "_replace", plain)
    assert "lab0/n.ipynb" in json.loads((folder / RECORD).read_text())
    assert put(built, folder) == []
    assert [(folder / f"lab{n}/n.ipynb").read_text() for n in range(3)] == [f"v1 {n}" for n in range(3)]
    assert not list(folder.rglob("*.new*"))


def test_the_fingerprint_follows_every_source(tmp_path: Path) -> None:
    """A change in the course, a lab, its checks, its files or the quiz's bank asks for a new build."""
    sources = ["course.yaml", "a/lab.py", "a/checks.yaml", "a/files/data/x.txt", "quiz/bank.yaml", "quiz/files.py"]
    seen = set()
    for name in sources:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    for name in sources:
        (tmp_path / name).write_text("two")
        seen.add(fingerprint(tmp_path))
    assert len(seen) == len(sources)


def test_the_course_is_built_once_for_the_same_sources(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second start builds nothing: it is there in seconds."""
    workspace.update(course, "en", tmp_path)
    assert (tmp_path / "04-deployments/04-deployments.ipynb").is_file()
    monkeypatch.setattr(workspace, "_build", lambda *_arguments: pytest.fail("built again"))
    assert workspace.update(course, "en", tmp_path) == []
