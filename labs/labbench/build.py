"""Builds what is measured: the workload (Go, static), and the VM's kernel and initial file system (Debian packages).

All of it is made without root, byte for byte the same from the same sources, and kept in the user's cache.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from labbench.errors import UnavailableError
from labcluster.errors import LabclusterError
from labcluster.paths import cache_dir
from labcluster.tools.build import find_go

SOURCES = Path(__file__).resolve().parents[2] / "images" / "vm"  # of the checkout
MODULES = ("virtio", "virtio_ring", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk")
# Packages that depend on the newest kernel for virtual machines: Debian's, then Ubuntu's.
KERNELS = ("linux-image-cloud-amd64", "linux-image-virtual")


@dataclass(frozen=True)
class VmImage:
    """A kernel and an initial file system for QEMU, and the names of the packages that they come from."""

    kernel: Path
    initrd: Path
    packages: tuple[str, ...]


def workload(system: str = "linux", machine: str = "amd64") -> Path:
    """The workload's static binary for this system, in Go's words.

    Raises:
        UnavailableError: there is no Go and none can be had, or the build fails.
    """
    sources = sorted((SOURCES / "workload").iterdir())
    target = _cache() / f"workload-{system}-{machine}-{_digest(*sources)}"
    with _once(target) as wanted:
        if wanted:
            _go_build(system, machine, target)
    return target


def _go_build(system: str, machine: str, target: Path) -> None:
    told = {"CGO_ENABLED": "0", "GOOS": system, "GOARCH": machine, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    draft = target.with_name(f".{target.name}")
    try:
        command = [find_go(), "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", str(draft), "."]
        done = subprocess.run(
            command, cwd=SOURCES / "workload", env={**os.environ, **told}, capture_output=True, text=True, check=False
        )
    except (LabclusterError, OSError) as cause:
        raise UnavailableError(f"the workload cannot be built: {cause}") from cause
    if done.returncode:
        raise UnavailableError(f"the workload cannot be built: {done.stderr.strip()[-500:]}")
    draft.replace(target)


def vm_image() -> VmImage:
    """The VM's kernel and initial file system, built from packages the first time.

    The packages come from apt (as any user: nothing is installed), or from the folder that LABBENCH_DEBS names.

    Raises:
        UnavailableError: the packages cannot be had or read; the message says which.
    """
    debs = _packages()
    program = workload()
    kernel = next(path for path in debs if path.name.startswith("linux-image"))
    target = _cache() / f"vm-{_digest(SOURCES / 'init', program, *debs)}"
    with _once(target) as wanted:
        if wanted:
            _assemble(kernel, [path for path in debs if path != kernel], program, target)
    return VmImage(target / "vmlinuz", target / "initrd", tuple(sorted(path.name for path in debs)))


def _assemble(kernel: Path, others: list[Path], program: Path, target: Path) -> None:
    files = {"init": (SOURCES / "init").read_bytes(), "workload": program.read_bytes()}
    for deb in others:
        files |= {f"bin/{Path(name).name}": data for name, data in _members(deb, ("bin/busybox",)).items()}
    wanted = ("boot/vmlinuz-", *(f"/{name}.ko" for name in MODULES))
    for name, data in _members(kernel, wanted).items():
        place = "vmlinuz" if name.startswith("boot/") else f"modules/{Path(name).name}"
        files[place] = data
    if "vmlinuz" not in files or "bin/busybox" not in files:
        raise UnavailableError(f"{kernel.name} holds no kernel, or no busybox was found beside it")
    draft = target.with_name(f".{target.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    (draft / "vmlinuz").write_bytes(files.pop("vmlinuz"))
    (draft / "initrd").write_bytes(cpio(files))
    draft.rename(target)


def _packages() -> list[Path]:
    """The kernel's package and busybox's: given, kept, or fetched with apt."""
    given = os.environ.get("LABBENCH_DEBS")
    folder = Path(given) if given else _cache() / "debs"
    found = sorted(folder.glob("linux-image-*.deb")) + sorted(folder.glob("busybox-static*.deb"))
    if len(found) == 2:
        return found
    if given:
        raise UnavailableError(f"LABBENCH_DEBS: {folder} must hold one linux-image-*.deb and one busybox-static*.deb")
    with _once(folder) as wanted:
        if wanted:
            _fetch(folder)
    return _packages()


def _fetch(folder: Path) -> None:
    if shutil.which("apt-get") is None:
        raise UnavailableError("the VM is made of Debian packages, and there is no apt-get; see LABBENCH_DEBS")
    draft = folder.with_name(".debs")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name in (_newest_kernel(), "busybox-static"):
        done = subprocess.run(
            ["apt-get", "-q", "download", name], cwd=draft, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise UnavailableError(f"apt-get cannot download {name}: {done.stderr.strip()[-300:]}")
    draft.rename(folder)


def _newest_kernel() -> str:
    for name in KERNELS:
        done = subprocess.run(["apt-cache", "depends", name], capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            relation, _colon, package = line.strip().partition(": ")
            if relation == "Depends" and package.startswith("linux-image-"):
                return package
    raise UnavailableError(f"apt knows none of {', '.join(KERNELS)}: run apt-get update (as root) and try again")


def _members(deb: Path, wanted: tuple[str, ...]) -> dict[str, bytes]:
    """The files of a package whose path contains one of these texts."""
    found = {}
    try:
        with (
            subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as process,
            tarfile.open(fileobj=process.stdout, mode="r|") as package,
        ):
            for entry in package:
                name = entry.name.removeprefix("./")
                if entry.isfile() and any(text in name for text in wanted) and (data := package.extractfile(entry)):
                    found[name] = data.read()
    except (OSError, tarfile.TarError) as cause:
        raise UnavailableError(f"{deb.name} cannot be read (is dpkg installed?): {cause}") from cause
    return found


def cpio(files: Mapping[str, bytes]) -> bytes:
    """An initial file system: a cpio archive ("newc") in which all files are root's, executable, and of no time."""
    folders = sorted({str(parent) for name in files for parent in Path(name).parents if str(parent) != "."})
    entries = [(name, 0o040755, b"") for name in folders]
    entries += [(name, 0o100755, data) for name, data in sorted(files.items())]
    out = bytearray()
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        path = name.encode() + b"\0"
        numbers = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
        out += b"070701" + b"".join(b"%08x" % value for value in numbers) + path
        out += b"\0" * (-len(out) % 4)
        out += data + b"\0" * (-len(data) % 4)
    return bytes(out)


def _cache() -> Path:
    folder = cache_dir() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _once(target: Path) -> Iterator[bool]:
    """Whether the target is still to be made, and nobody else makes it meanwhile."""
    with FileLock(target.with_name(f"{target.name}.lock")):
        yield not target.exists()


def _digest(*files: Path) -> str:
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]


def sha256(path: Path) -> str:
    """A file's SHA-256, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
