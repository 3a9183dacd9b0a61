"""Fixtures that every kind of test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labcluster.factory import ScratchCluster, scratch_cluster

COURSE = Path(__file__).parent.parent / "labs"
# Tests say which provider they mean; where they say nothing, they mean the one that every machine has.
os.environ["LABCLUSTER_PROVIDER"] = "embedded"


@pytest.fixture(scope="session")
def course() -> Path:
    """The course of this repository."""
    return COURSE


@pytest.fixture(scope="session")
def cluster() -> Iterator[ScratchCluster]:
    """One embedded cluster for all tests that leave it as they found it."""
    with scratch_cluster("tests", course=COURSE, provider="embedded") as scratch:
        yield scratch


@pytest.fixture(scope="session")
def kind_cluster() -> Iterator[ScratchCluster]:
    """One cluster of real containers for all tests that leave it as they found it (mark them needs_kind)."""
    with scratch_cluster("tests", course=COURSE, provider="kind") as scratch:
        yield scratch
