"""Clusters of real containers, beside what kind does by itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from rich.table import Table

from labcluster import tools
from labcluster.providers.kind import network
from labcluster.providers.kind.engine import Engine
from labcluster.providers.kind.image import at_hand, reference

NAME = "bench-real"
PLAIN = "bench-plain"
Timed = Callable[[Callable[[], object]], float]
Run = Callable[..., str]


def measure(table: Table, folder: Path, run: Run, timed: Timed) -> None:
    """Rows about kind; one row that says so where no engine has the node image. Each is measured once (minutes)."""
    engine = at_hand()
    if engine is None:
        table.add_row("real containers", "no engine with the node image", "-", "-", "-")
        return
    try:
        up = timed(lambda: run("labcluster", "up", "--name", NAME, "--provider", "kind"))
        plain = timed(lambda: _plain(engine, folder))
        _row(table, "kind cluster ready (images, rights, simulated nodes)", up, "kind create cluster, bare", plain)
        info = json.loads(run("labcluster", "info", "--name", NAME, "--json"))
        pause = timed(lambda: run("labcluster", "pause", "--name", NAME))
        resume = timed(lambda: run("labcluster", "resume", "--name", NAME))
        _row(table, "resume of a kind cluster, objects kept", resume, "up, from nothing", up)
        down = timed(lambda: run("labcluster", "down", "--name", NAME))
        _row(table, "pause of a kind cluster", pause, "down", down)
        table.add_row("memory of a kind cluster", f"{info['memory_mib']:.0f} MiB", "-", "-", "-")
    finally:
        run("labcluster", "down", "--name", NAME, ok=(0, 1))
        _kind(engine, folder, "delete", "cluster", "--name", PLAIN)
        network.remove(engine, PLAIN)  # kind leaves it


def _plain(engine: Engine, folder: Path) -> None:
    """A cluster as kind makes it by itself, of the same node image."""
    config = folder / "plain.yaml"
    patch = "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\nfailCgroupV1: false\n"
    config.write_text(
        json.dumps(
            {
                "kind": "Cluster",
                "apiVersion": "kind.x-k8s.io/v1alpha4",
                "networking": {"disableDefaultCNI": True},
                "kubeadmConfigPatches": [patch],
            }
        )
    )
    _kind(engine, folder, "create", "cluster", "--name", PLAIN, "--image", reference(), "--config", str(config),
          "--wait", "120s")  # fmt: skip


def _kind(engine: Engine, folder: Path, *arguments: str) -> None:
    environment = engine.environment | {
        "KUBECONFIG": str(folder / "plain.kubeconfig"),
        f"KIND_EXPERIMENTAL_{engine.program.upper()}_NETWORK": PLAIN,
    }
    command = [str(tools.ensure("kind")["kind"]), *arguments]
    subprocess.run(command, env=environment, capture_output=True, check=True)


def _row(table: Table, what: str, ours: float, beside: str, theirs: float) -> None:
    table.add_row(what, f"{ours:.2f} s", beside, f"{theirs:.2f} s", f"{theirs / ours:.2f}")
