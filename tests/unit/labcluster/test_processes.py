"""Only the cluster's own processes are ever taken for the cluster's."""

from __future__ import annotations

import os
from pathlib import Path

from labcluster.providers import ports, processes


def test_a_pid_file_whose_number_went_to_another_program_is_forgotten(tmp_path: Path) -> None:
    """After a reboot a pid file may name any process (here: this one); it is neither kept nor ended."""
    (tmp_path / "pids").mkdir()
    pid_file = tmp_path / "pids" / "etcd.pid"
    pid_file.write_text(str(os.getpid()))
    assert processes.owned(tmp_path) == {}
    assert not pid_file.exists()


def test_damaged_pid_files_do_no_harm(tmp_path: Path) -> None:
    """A half-written pid file is removed instead of stopping the reader."""
    (tmp_path / "pids").mkdir()
    (tmp_path / "pids" / "etcd.pid").write_text("")
    assert processes.owned(tmp_path) == {}


def test_ports_are_distinct_free_and_not_those_of_other_clusters() -> None:
    """Two clusters never get the same port, even when both ask with the same seed."""
    first = ports.allocate("a", ())
    second = ports.allocate("a", first.values())
    assert len({*first.values(), *second.values()}) == 2 * len(ports.NAMES)
