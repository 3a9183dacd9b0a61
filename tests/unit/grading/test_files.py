"""Copying a submission never leaves it: links, devices and sizes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.errors import GradingError
from autograder.grading.files import copy_regular, size


def test_only_regular_files_are_copied(tmp_path: Path) -> None:
    """Links to files and folders, named pipes and version control stay behind."""
    secret, source, target = tmp_path / "secret", tmp_path / "source", tmp_path / "target"
    secret.mkdir()
    (secret / "key").write_text("key")
    (source / "data").mkdir(parents=True)
    (source / "data" / "a.txt").write_text("a")
    (source / "file-link").symlink_to(secret / "key")
    (source / "folder-link").symlink_to(secret)
    os.mkfifo(source / "pipe")
    (source / ".git").mkdir()
    (source / ".git" / "config").write_text("token")
    copy_regular(source, target, 1000)
    assert [path.relative_to(target) for path in target.rglob("*") if path.is_file()] == [Path("data/a.txt")]


def test_too_much_is_refused_by_name(tmp_path: Path) -> None:
    """The file that goes beyond the limit is named."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "big.bin").write_bytes(bytes(2000))
    with pytest.raises(GradingError, match="too large"):
        copy_regular(source, tmp_path / "target", 1000)


def test_size_counts_links_as_links(tmp_path: Path) -> None:
    """The size of a folder is that of its own files."""
    (tmp_path / "outside").write_bytes(bytes(5000))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_bytes(bytes(100))
    (folder / "link").symlink_to(tmp_path / "outside")
    assert 100 <= size(folder) < 1000
