"""How parallel runs (`-n`) share out the tests: what shares clusters stays on one worker, and the longest begin first.

pytest-xdist's own `--dist loadgroup` finds no groups under pytest 9.2 (node ids are no longer plain attributes), so
its scheduler is told here what belongs together, by the node id alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

PROOFS = "tests/labs/test_proofs.py"
REAL = [
    path.relative_to(Path(__file__).parents[1]).as_posix()
    for path in sorted(Path(__file__).parent.rglob("test_*.py"))
    if "needs_kind" in path.read_text()
]


class ByCluster(LoadScopeScheduling):
    """One unit of work: all tests in real containers; a lab's proof; a file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if "[kind" in nodeid or (file in REAL and file != PROOFS):
            return "kind"
        return nodeid if file == PROOFS else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Called by pytest-xdist in place of `--dist`."""
    return ByCluster(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real containers first, then the proofs: they take longest."""
    items.sort(key=lambda item: (not item.get_closest_marker("needs_kind"), "labs" not in item.path.parts))
