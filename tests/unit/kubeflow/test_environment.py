"""kfp's environment: whole or not there, one set-up at a time, and a sentence where it cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.pipelines import environment, run_pipeline
from labkit.pipelines.errors import PipelineError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, and English messages."""
    monkeypatch.setenv("LABCLUSTER_CACHE", str(tmp_path))
    monkeypatch.setenv("COURSE_LANG", "en")
    return tmp_path


def test_one_that_was_cut_off_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its stamp an environment is thrown away and made again; with it, it is left alone."""
    calls: list[list[str]] = []
    monkeypatch.setattr(environment, "_call", lambda command: (calls.append(command), _venv(command)))
    rest = environment.folder() / "half" / "made"
    rest.mkdir(parents=True)
    assert not environment.ready()
    assert environment.ensure(lambda _text: None) == environment.interpreter()
    assert not rest.exists()
    assert environment.ready()
    made = len(calls)
    environment.ensure(lambda _text: None)
    assert len(calls) == made


def _venv(command: list[str]) -> None:
    if "venv" in command:
        Path(command[-1]).mkdir()


def test_a_failed_installation_leaves_none_behind_and_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The lock names a package that does not exist under that hash."""
    broken = tmp_path / "broken.lock"
    broken.write_text("kfp==0.0.0.1 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setattr(environment, "LOCK", broken)
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(PipelineError, match="kfp could not be installed"):
        environment.ensure(lambda _text: None)
    assert not environment.ready()


def test_a_cache_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABCLUSTER_CACHE", str(tmp_path / "file"))
    with pytest.raises(PipelineError, match="LABCLUSTER_CACHE"):
        environment.ensure(lambda _text: None)


def test_a_pipeline_that_is_not_there(tmp_path: Path) -> None:
    """The cell that writes the file was not run: nothing is installed for that."""
    with pytest.raises(PipelineError, match="run the cell that writes it"):
        run_pipeline(tmp_path / "pipeline.py", tmp_path, "ana", {})
    assert not environment.ready()


def test_the_lock_pins_everything_by_hash_and_names_no_address() -> None:
    """Installed from the project's own file, wherever packages are served."""
    text = environment.LOCK.read_text()
    assert "://" not in text
    packages = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert all("==" in line for line in packages)
    assert len(packages) <= text.count("--hash=sha256:")
    assert any(line.startswith("kfp==") for line in packages)
