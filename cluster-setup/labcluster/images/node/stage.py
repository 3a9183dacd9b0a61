"""The files that a node has beside Debian's packages, as one tar: our own, the programs, and the images' content."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from labcluster import tools
from labcluster.images.node.content import KEPT
from labcluster.images.node.sources import EPOCH, ROOTFS

PROGRAMS = {
    "usr/bin": ("kubelet", "kubeadm", "kubectl"),
    "usr/local/bin": ("containerd", "containerd-shim-runc-v2", "ctr"),
}
SANDBOX = "@SANDBOX@"  # in etc/containerd/config.toml


def write(made: Mapping[str, Path], sandbox: str, scratch: Path) -> Path:
    """Write it; `scratch`/containerd holds the store that `content` filled. All files belong to root."""
    path = scratch / "stage.tar"
    with tarfile.open(path, "w") as whole:
        for file in _files(ROOTFS):
            text = file.read_text().replace(SANDBOX, sandbox)
            _add_text(whole, str(file.relative_to(ROOTFS)), text, file.stat().st_mode & 0o755)
        for folder, names in PROGRAMS.items():
            for name in names:
                _add_file(whole, f"{folder}/{name}", made[name], 0o755)
        store = scratch / "containerd" / "root"
        for part in KEPT:
            for file in _files(store / part):
                _add_file(whole, f"var/lib/containerd/{file.relative_to(store)}", file, 0o600)
        _add_text(whole, "kind/version", tools.kubernetes_version() + "\n", 0o644)
        _add_text(whole, "etc/kubernetes/manifests/.keep", "", 0o644)
    return path


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _entry(name: str, size: int, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, mode, EPOCH
    return entry


def _add_text(whole: tarfile.TarFile, name: str, text: str, mode: int) -> None:
    data = text.encode()
    whole.addfile(_entry(name, len(data), mode), io.BytesIO(data))


def _add_file(whole: tarfile.TarFile, name: str, source: Path, mode: int) -> None:
    with source.open("rb") as file:
        whole.addfile(_entry(name, source.stat().st_size, mode), file)
