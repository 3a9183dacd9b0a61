"""Which contenders can be had on this machine, and how to install the others."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, field

from labbench.build import sha256, vm_image, workload
from labbench.contender import Contender
from labbench.errors import UnavailableError
from labbench.process import ProcessContender

ADVICE = {
    "container": {
        "Debian, Ubuntu, WSL2": "sudo apt install podman && systemctl --user enable --now podman.socket",
        "Fedora": "sudo dnf install podman && systemctl --user enable --now podman.socket",
        "macOS": "brew install podman && podman machine init && podman machine start",
        "Docker": "any Docker Engine or Docker Desktop that is running will do as well",
    },
    "vm": {
        "Debian, Ubuntu, WSL2": "sudo apt install qemu-system-x86 dpkg",
        "Fedora": "sudo dnf install qemu-system-x86 dpkg  (and LABBENCH_DEBS, see below)",
        "macOS": "brew install qemu dpkg  (and LABBENCH_DEBS, see below)",
        "LABBENCH_DEBS": "without apt: a folder with Debian's linux-image-*-cloud-amd64 and busybox-static packages",
    },
}


@dataclass
class Available:
    """The contenders at hand by name, and why the others are not."""

    contenders: dict[str, Contender] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def machine() -> str:
    """This machine's processor in Go's words."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())


def available(names: tuple[str, ...] = ("process", "container", "vm")) -> Available:
    """Make ready what this machine can run; images are built the first time."""
    found = Available()
    for name in names:
        try:
            found.contenders[name] = _MAKERS[name]()
        except UnavailableError as error:
            found.missing[name] = str(error)
    return found


def process() -> Contender:
    """The workload as a plain process. Raises UnavailableError where it cannot be built."""
    program = workload("darwin" if sys.platform == "darwin" else "linux", machine())
    return ProcessContender([str(program)], {"workload_sha256": sha256(program)})


def container() -> Contender:
    """The workload in a container. Raises UnavailableError where no engine answers."""
    from labbench.container import ContainerContender, connect  # slow import

    made = ContainerContender(connect(), workload("linux", machine()).read_bytes(), machine())
    made.load()
    return made


def vm() -> Contender:
    """The workload in a VM. Raises UnavailableError where QEMU or the packages are missing."""
    from labbench.vm import VmContender

    return VmContender(vm_image())


_MAKERS = {"process": process, "container": container, "vm": vm}
