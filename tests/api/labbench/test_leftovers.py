"""What a killed experiment could not remove, the next one does."""

from __future__ import annotations

import subprocess

import pytest

from labbench import here
from labbench.container import LABEL, ContainerContender, connect, owner

pytestmark = pytest.mark.needs_engine


def ended_process() -> int:
    """The number of a process that is gone."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_a_container_of_a_killed_experiment_is_removed() -> None:
    """Containers of processes that are gone are removed; those of a living one, or of another machine, stay."""
    contender = here.container()
    assert isinstance(contender, ContainerContender)
    client, ended = connect(), ended_process()
    owners = {"gone": owner(ended), "living": owner(1), "elsewhere": f"another-machine/{ended}"}
    made = {
        name: client.containers.create(contender.image, ["-hold", "0s"], labels={LABEL: value})
        for name, value in owners.items()
    }
    try:
        contender.load()
        there = {item.id for item in client.containers.list(all=True, filters={"label": LABEL})}
        assert [name for name, item in made.items() if item.id in there] == ["living", "elsewhere"]
    finally:
        for name in ("living", "elsewhere"):
            made[name].remove(force=True)
