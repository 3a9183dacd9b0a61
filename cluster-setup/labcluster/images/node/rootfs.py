"""A Debian root file system by mmdebstrap, which needs no root: it works in a user namespace of its own."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from labcluster.errors import ToolError
from labcluster.images.node import commands
from labcluster.images.node.sources import EPOCH, packages

SUITE = "bookworm"  # systemd 252, the last that still starts where the host has cgroup v1
SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/man/*")
# Units that look after a machine's devices, terminals and housekeeping, which a container has not.
MASKED = (
    "apt-daily-upgrade.timer apt-daily.timer console-getty.service dev-hugepages.mount dpkg-db-backup.timer "
    "e2scrub_all.timer fstrim.timer getty.target sys-fs-fuse-connections.mount sys-kernel-config.mount "
    "sys-kernel-debug.mount sys-kernel-tracing.mount systemd-binfmt.service systemd-logind.service "
    "systemd-remount-fs.service systemd-tmpfiles-clean.timer systemd-tmpfiles-setup-dev.service "
    "systemd-udevd.service"
)


def make(stage: Path, scratch: Path) -> Path:
    """The node's whole file system as a tar: the packages, then the files of `stage`.

    Raises:
        ToolError: mmdebstrap is missing, cannot work here, or the packages cannot be had.
    """
    in_root = [
        f"tar-in {stage} /",
        'chroot "$1" systemctl enable containerd.service dns-relay.service kubelet.service pod-network.service',
        f'chroot "$1" systemctl mask {MASKED}',
        'chroot "$1" systemctl set-default multi-user.target',
        'chroot "$1" dpkg-query --show > "$1/kind/packages.txt"',  # what it was made of, for the record
    ]
    hooks = [f"--customize-hook={hook}" for hook in in_root]
    return _debootstrap(scratch / "rootfs.tar", ["--variant=minbase", f"--include={','.join(packages())}", *hooks])


def unpacked(names: list[str], target: Path) -> Path:
    """Some packages and what they need, unpacked but not set up, as a tar.

    Raises:
        ToolError: as `make`.
    """
    return _debootstrap(
        target, ["--variant=extract", f"--include={','.join(names)}", "--dpkgopt=path-exclude=/usr/share/*"]
    )


def _debootstrap(target: Path, options: list[str]) -> Path:
    excluded = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    mode = "root" if os.getuid() == 0 else "unshare"
    command = ["mmdebstrap", f"--mode={mode}", *options, *excluded, SUITE, str(target), *_mirror()]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    try:
        done = commands.run(command, environment)
    except FileNotFoundError as cause:
        raise ToolError(
            "mmdebstrap is missing, which makes the node image out of Debian packages.\n"
            "On Debian or Ubuntu: sudo apt install mmdebstrap uidmap debian-archive-keyring. Elsewhere, name an image "
            "that exists, such as kind's own: LABCLUSTER_NODE_IMAGE (see images/node/README.md)."
        ) from cause
    if done.returncode:
        end = "\n".join(line for line in done.stderr.strip().splitlines() if not line.startswith("I:"))[-800:]
        raise ToolError(
            f"mmdebstrap failed:\n{end}\n"
            "It needs Debian's packages (is their mirror reachable?) and, without root, user namespaces and the "
            "package uidmap."
        )
    return target


def _mirror() -> list[str]:
    """The machine's own package sources where it runs the same release; else mmdebstrap's default mirror."""
    system = platform.freedesktop_os_release() if Path("/etc/os-release").exists() else {}
    own = next((str(path) for path in SOURCES if path.exists()), None)
    if system.get("VERSION_CODENAME") == SUITE and own:
        return [own]
    return [f"--keyring={KEYRING}"] if KEYRING.exists() else []
