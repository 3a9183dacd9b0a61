"""An experiment that is killed: its VM ends with it, its containers are removed by the next one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from labbench import here
from labbench.container import LABEL, ContainerContender, connect, owner

BOOT = """
import time
from labbench.build import vm_image
from labbench.vm import boot
with boot(vm_image(), 'tcg', ['-mib', '1']) as guest:
    next(guest.lines.until(time.monotonic() + 180))  # QEMU is at work
    print(guest.process.pid, flush=True)
    time.sleep(60)
"""


def ended_process() -> int:
    """The number of a process that is gone."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.needs_engine
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


@pytest.mark.needs_qemu
def test_a_vm_ends_with_the_process_that_booted_it() -> None:
    """kill -9 of the process that measures: QEMU is gone too."""
    with subprocess.Popen([sys.executable, "-c", BOOT], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        qemu = psutil.Process(int(process.stdout.readline()))
        process.kill()
        _gone, alive = psutil.wait_procs([qemu], timeout=20)
    for disk in Path("/tmp").glob(f"labbench-{process.pid}-*"):  # noqa: S108 (where tempfile puts them)
        disk.unlink()  # nobody was left to do it
    assert not alive
