"""Fixtures that every kind of test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labcluster.factory import ScratchCluster, scratch_cluster

COURSE = Path(__file__).parent.parent / "labs"


@pytest.fixture(scope="session")
def course() -> Path:
    """The course of this repository."""
    return COURSE


@pytest.fixture(scope="session")
def cluster() -> Iterator[ScratchCluster]:
    """One embedded cluster for all tests that leave it as they found it."""
    with scratch_cluster("tests", course=COURSE, provider="embedded") as scratch:
        yield scratch
