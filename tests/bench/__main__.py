"""Measures on this machine and prints a table; nothing here passes or fails.

Beside each figure stands the way that a person would otherwise take: a control plane from kwokctl with its own
defaults (open to every user of the machine, no nodes, no rights), a new cluster instead of a resumed one, one
kubectl call for each criterion instead of a report.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder import load_lab
from autograder.notebook import build_lab
from labcluster import tools
from tests.bench import addons, gangs, grading, real

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
LAB = "04-deployments"
RUNS = 3


def main() -> None:
    """Run every measurement and print the table."""
    console = Console()
    table = Table("what", "ours", "beside", "theirs", "ratio")
    with own_state() as folder, console.status("measuring (two minutes)"):
        up = median(
            lambda: run("labcluster", "up", "--provider", "embedded", "--name", "bench"), before=lambda: down("bench")
        )
        plain = median(lambda: kwokctl_create(folder), before=lambda: kwokctl_delete(folder))
        kwokctl_delete(folder)
        row(table, "cluster ready (up)", up, "kwokctl create cluster, bare", plain)
        pauses, resumes = [], []
        for _ in range(RUNS):
            pauses.append(timed(lambda: run("labcluster", "pause", "--name", "bench")))
            resumes.append(timed(lambda: run("labcluster", "resume", "--name", "bench")))
        row(table, "pause", statistics.median(pauses), "down", timed(lambda: down("bench")))
        row(table, "resume, objects kept", statistics.median(resumes), "up, from nothing", up)
        info = json.loads(run("labcluster", "up", "--provider", "embedded", "--name", "bench", "--json"))
        table.add_row("memory of a cluster", f"{info['memory_mib']:.0f} MiB", "-", "-", "-")
        checking(table, info)
        down("bench")
        real.measure(table, folder, run, timed)
    console.print(table)
    with own_state() as folder, console.status("grading a small class, twice (some minutes)"):
        console.print(grading.measure_grading(folder, timed))
    with own_state(), console.status("measuring gangs and simulated sites (some minutes)"):
        sites = [gangs.measure_site(1000), gangs.measure_site(5000, 8, 512)]
        tables = [addons.measure_addons([]), gangs.measure_deadlocks(10), *sites]
    for measured in tables:
        console.print(measured)


def checking(table: Table, info: dict[str, str]) -> None:
    """A solved lab, checked; beside it one kubectl call for each criterion."""
    solve(info)
    environment = {**os.environ, "AUTOGRADER_KUBECONFIG": info["checker_kubeconfig"]}
    ours = median(lambda: run("autograder", "check", LAB, "--task", "desired-state", env=environment, ok=(0, 1)))
    lab = load_lab(ROOT / "labs", LAB)
    criteria = next(task for task in lab.tasks if task.id == "desired-state").criteria
    kubectl = [str(tools.ensure()["kubectl"]), "--kubeconfig", info["checker_kubeconfig"], "-n", lab.namespace]

    def by_hand() -> None:
        for _ in criteria:
            subprocess.run([*kubectl, "get", "deployments,pods", "-o", "json"], capture_output=True, check=True)

    row(table, "check of a solved task", ours, f"{len(criteria)} calls of kubectl", median(by_hand))


def solve(info: dict[str, str]) -> None:
    """Put the first task's solution on the cluster."""
    lab = load_lab(ROOT / "labs", LAB)
    cell = next(
        c for c in build_lab(lab, "en", with_solution=True).cells
        if c.metadata.get("nbgrader", {}).get("grade_id") == "portal"
    )  # fmt: skip
    manifest = cell.source.split("\n", 1)[1]
    for name, value in lab.values("self").items():
        manifest = manifest.replace(f"${{{name}}}", str(value))
    kubectl = [str(tools.ensure()["kubectl"]), "--kubeconfig", info["checker_kubeconfig"], "-n", lab.namespace]
    subprocess.run([*kubectl, "apply", "-f", "-"], input=manifest, text=True, capture_output=True, check=True)
    subprocess.run([*kubectl, "rollout", "status", "deployment/portal"], capture_output=True, check=True)


@contextlib.contextmanager
def own_state() -> Iterator[Path]:
    """A folder for the measured clusters, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LABCLUSTER_STATE"] = str(Path(folder) / "state")
        try:
            yield Path(folder)
        finally:
            down("bench")
            kwokctl_delete(Path(folder))


def run(program: str, *arguments: str, env: dict[str, str] | None = None, ok: tuple[int, ...] = (0,)) -> str:
    """Run one of our commands in the checkout; its output."""
    done = subprocess.run(
        [str(BIN / program), *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode not in ok:
        sys.exit(f"bench: {program} {' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout


def down(name: str) -> None:
    """Remove a cluster, if it is there."""
    run("labcluster", "down", "--name", name, ok=(0, 1))


def kwokctl_create(folder: Path) -> None:
    """A control plane as kwokctl makes it by itself, of the same binaries."""
    made = tools.ensure()
    subprocess.run(
        [str(made["kwokctl"]), "create", "cluster", "--name", "plain", "--runtime", "binary", "--wait", "60s",
         "--kubeconfig", str(folder / "plain.kubeconfig"), "--kwok-controller-binary", str(made["kwok"])],
        env=kwokctl_environment(folder), capture_output=True, check=True,
    )  # fmt: skip


def kwokctl_delete(folder: Path) -> None:
    """Remove it again."""
    made = tools.ensure()
    subprocess.run(
        [str(made["kwokctl"]), "delete", "cluster", "--name", "plain",
         "--kubeconfig", str(folder / "plain.kubeconfig")],
        env=kwokctl_environment(folder), capture_output=True, check=False,
    )  # fmt: skip
    shutil.rmtree(folder / "kwok", ignore_errors=True)


def kwokctl_environment(folder: Path) -> dict[str, str]:
    """Which binaries kwokctl shall take, and where it may write."""
    made = tools.ensure()
    return {
        "HOME": str(folder),
        "PATH": f"{made['kubectl'].parent}:/usr/bin:/bin",
        "KWOK_WORKDIR": str(folder / "kwok"),
        "KWOK_KUBE_VERSION": tools.kubernetes_version(),
        "KWOK_KUBE_APISERVER_BINARY": str(made["kube-apiserver"]),
        "KWOK_KUBE_CONTROLLER_MANAGER_BINARY": str(made["kube-controller-manager"]),
        "KWOK_KUBE_SCHEDULER_BINARY": str(made["kube-scheduler"]),
        "KWOK_KUBECTL_BINARY": str(made["kubectl"]),
        "KWOK_ETCD_BINARY": str(made["etcd"]),
    }


def timed(action: Callable[[], object]) -> float:
    """Seconds that the action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def median(action: Callable[[], object], *, before: Callable[[], object] = lambda: None) -> float:
    """Median seconds of RUNS runs; `before` is not counted."""
    seconds = []
    for _ in range(RUNS):
        before()
        seconds.append(timed(action))
    return statistics.median(seconds)


def row(table: Table, what: str, ours: float, beside: str, theirs: float) -> None:
    """One line: both medians and how many times theirs ours is."""
    table.add_row(what, f"{ours:.2f} s", beside, f"{theirs:.2f} s", f"{theirs / ours:.2f}")


if __name__ == "__main__":
    main()
