"""The virtual machine: QEMU with a Linux kernel of its own, the same program as the only service in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from labbench.build import VmImage, sha256
from labbench.errors import TrialError, UnavailableError
from labbench.process import ChildInstance

QEMU = "qemu-system-x86_64"
KVM, TCG = "kvm", "tcg"
PROBE_SECONDS = 5.0  # a guest with working KVM has long booted by then
GUEST_MIB = 96  # what the guest's kernel and its file system in memory take, before the workload's own memory
DISK_BYTES = 32 << 20
_KERNEL = "console=ttyS0 reboot=t panic=-1 quiet tsc=reliable no_timer_check"


class VmInstance(ChildInstance):
    """One QEMU process, with a disk of its own that goes with it."""

    def __init__(self, command: Sequence[str], disk: Path) -> None:
        self._disk = disk
        try:
            super().__init__(command)
        except TrialError:
            disk.unlink()
            raise

    def memory(self) -> tuple[float, str]:
        """What QEMU takes of the host, the guest's memory included."""
        value, method = super().memory()
        return value, f"{method} of QEMU"

    def stop(self) -> None:
        """Cut the power."""
        super().stop()
        self._disk.unlink(missing_ok=True)


class VmContender:
    """Boots a VM for each instance. `accelerator` is kvm or tcg; None: whichever truly works here."""

    def __init__(self, image: VmImage, accelerator: str | None = None) -> None:
        if shutil.which(QEMU) is None:
            raise UnavailableError(f"{QEMU} is not installed")
        self._image = image
        self.accelerator, self._why = (accelerator, "as asked") if accelerator else probe(image)
        self.seconds = 60.0 if self.accelerator == KVM else 180.0  # TCG translates each instruction

    def about(self) -> Mapping[str, Any]:
        """QEMU's version, the accelerator and why it is this one, and the guest's kernel."""
        done = subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=False)
        return {
            "hypervisor": "QEMU",
            "version": done.stdout.splitlines()[0] if done.stdout else "",
            "accelerator": self.accelerator,
            "why": self._why,
            "packages": list(self._image.packages),
            "kernel_sha256": sha256(self._image.kernel),
            "initrd_sha256": sha256(self._image.initrd),
            "guest_mib": f"{GUEST_MIB} + mib",
            "network": "none",
            "memory": "PSS of the QEMU process; guest_memory is MemTotal - MemAvailable as the guest sees it",
        }

    def start(self, arguments: Sequence[str]) -> VmInstance:
        """Boot one."""
        return boot(self._image, self.accelerator, arguments)


def boot(image: VmImage, accelerator: str, arguments: Sequence[str]) -> VmInstance:
    """Start QEMU on a new, empty disk. Raises TrialError where it cannot be started."""
    handle, name = tempfile.mkstemp(prefix=f"labbench-{os.getpid()}-", suffix=".disk")
    os.truncate(handle, DISK_BYTES)
    os.close(handle)
    command = [
        *_ends_with_us(), QEMU, "-accel", accelerator, "-cpu", "host" if accelerator == KVM else "max", "-M", "pc",
        "-m", str(GUEST_MIB + _mib(arguments)), "-smp", "1", "-nodefaults", "-no-user-config", "-no-reboot",
        "-display", "none", "-serial", "stdio", "-kernel", str(image.kernel), "-initrd", str(image.initrd),
        "-append", f"{_KERNEL} workload={','.join(arguments)}",
        "-drive", f"file={name},if=virtio,format=raw,cache=writeback",
    ]  # fmt: skip
    return VmInstance(command, Path(name))


def _ends_with_us() -> list[str]:
    """On Linux, words that let QEMU end with this process, however that ends (a notebook's kernel may be killed)."""
    return ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []


def _mib(arguments: Sequence[str]) -> int:
    """The memory that the workload is asked to hold (`-mib N`)."""
    words = list(arguments)
    return int(words[words.index("-mib") + 1]) if "-mib" in words else 16


def probe(image: VmImage) -> tuple[str, str]:
    """The accelerator that truly works here, and why: KVM must boot a guest within a few seconds, or it is TCG.

    That /dev/kvm exists proves little: inside another VM its guests may hang.
    """
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return TCG, "/dev/kvm is not there, or not open to this user"
    said = f"a guest with KVM did not boot within {PROBE_SECONDS:g} s"
    try:
        with boot(image, KVM, ["-mib", "1", "-work", "0", "-writes", "0"]) as guest:
            for mark in guest.lines.until(time.monotonic() + PROBE_SECONDS):
                if mark.word == "ready":
                    return KVM, "a guest booted with KVM"
            said = f"a guest with KVM ended: {guest.lines.last_words}"
    except TrialError as error:
        said = f"{said}: {error}"
    return TCG, said
