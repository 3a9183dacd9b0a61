"""The images of the control plane, named as kubeadm expects them and made of the programs that we built."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from labcluster import tools
from labcluster.errors import ToolError
from labcluster.images.archive import Entry, Image, write
from labcluster.images.node import rootfs
from labcluster.images.workloads import program
from labcluster.tools.catalog import host

SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# kube-proxy calls these by the names that Debian's alternatives would give them.
TABLES = [f"{family}{part}" for family in ("iptables", "ip6tables") for part in ("", "-save", "-restore")]


def names(made: Mapping[str, Path]) -> dict[str, str]:
    """Image references by component, as this kubeadm wants them (say etcd: registry.k8s.io/etcd:3.6.8-0).

    Raises:
        ToolError: kubeadm does not run.
    """
    command = [str(made["kubeadm"]), "config", "images", "list", "--kubernetes-version", tools.kubernetes_version()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"kubeadm does not name its images: {done.stderr.strip()[-500:]}")
    return {line.rsplit("/", 1)[1].split(":")[0]: line for line in done.stdout.split()}


def sandbox(made: Mapping[str, Path]) -> str:
    """The image whose container holds a Pod's namespaces open."""
    return names(made)["pause"]


def archives(made: Mapping[str, Path], folder: Path) -> list[Path]:
    """One docker-archive a component.

    Raises:
        ToolError: a program or a package is missing.
    """
    folder.mkdir()
    paths = []
    for name, reference in names(made).items():
        entries, entrypoint = _content(name, made, folder)
        paths.append(folder / f"{name}.tar")
        # These do the cluster's own work on the host's files, as root.
        write(Image(reference, host()[1], entries, (entrypoint,), user="", search=SEARCH), paths[-1])
    return paths


def _content(name: str, made: Mapping[str, Path], folder: Path) -> tuple[tuple[Entry, ...], str]:
    if name == "pause":
        return (Entry("pause", program("pause", tools.kubernetes_version())),), "/pause"
    own = Entry(f"usr/local/bin/{name}", made[name].read_bytes())
    tables = _packet_filter(folder) if name == "kube-proxy" else ()
    return (*tables, own), f"/usr/local/bin/{name}"


def _packet_filter(folder: Path) -> tuple[Entry, ...]:
    """Debian's iptables, nftables and conntrack with the libraries that they need."""
    unpacked = rootfs.unpacked(["iptables", "nftables", "conntrack"], folder / "packet-filter.tar")
    links = (Entry(f"usr/sbin/{name}", link="xtables-nft-multi") for name in TABLES)
    with tarfile.open(unpacked) as opened:
        return (*(entry for member in opened if (entry := _entry(opened, member))), *links)


def _entry(opened: tarfile.TarFile, member: tarfile.TarInfo) -> Entry | None:
    name = member.name.removeprefix("./").strip("/")
    if not name or name == "." or member.isdev():
        return None
    if member.issym():
        return Entry(name, link=member.linkname)
    if member.isdir():
        return Entry(name, mode=member.mode)
    file = opened.extractfile(member)
    return Entry(name, file.read() if file else b"", mode=member.mode)
