"""The contenders as they are, and what is left behind by each test: nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from labbench import here
from labbench.container import LABEL, connect, owner
from labbench.contender import Contender
from labbench.errors import UnavailableError

MAKERS = {"process": here.process, "container": here.container, "vm": here.vm}
MARKED = ["process", pytest.param("container", marks=pytest.mark.needs_engine)]
MARKED += [pytest.param("vm", marks=pytest.mark.needs_qemu)]


@pytest.fixture(params=MARKED)
def name(request: pytest.FixtureRequest) -> str:
    """Each contender's name in turn."""
    return str(request.param)


@pytest.fixture
def contender(name: str) -> Contender:
    """The contender of that name."""
    return MAKERS[name]()


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """No process of ours, no container of ours, no disk of a VM stays behind."""
    before = left()
    yield
    assert left() <= before


def left() -> set[str]:
    """What may be left: children of this process, our containers, disks of VMs."""
    found = {f"process {child.pid} {child.name()}" for child in psutil.Process().children(recursive=True)}
    found |= {str(path) for path in Path("/tmp").glob(f"labbench-{os.getpid()}-*.disk")}  # noqa: S108 (where tempfile puts them)
    return found | containers()


def containers() -> set[str]:
    """Containers of this test run, running or not."""
    with contextlib.suppress(UnavailableError):
        ours = {"label": f"{LABEL}={owner(os.getpid())}"}
        return {str(item.name) for item in connect().containers.list(all=True, filters=ours)}
    return set()
