"""Simulated sites and schedulers: how often half-placed jobs deadlock, how fast large gangs are placed.

`python -m tests.bench.gangs deadlock [RUNS]` and `python -m tests.bench.gangs site [NODES]` (four GPUs a node).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from labcluster import service
from labcluster.addons import registry
from labcluster.addons.site import Site
from labcluster.factory import scratch_cluster
from labcluster.providers.embedded.provider import EmbeddedProvider
from labkit.gangs.load import SCHEDULERS, Job

COURSE = Path(__file__).parents[2] / "labs"
SPACE = "lab-00-first-cluster"
PODS = f"/api/v1/namespaces/{SPACE}/pods"
GANGS = f"/apis/batch.volcano.sh/v1alpha1/namespaces/{SPACE}/jobs"
PEERS = "labcluster.dev/peers"
SECONDS = 120  # in which a run must finish or deadlock, also on a busy machine


@contextmanager
def site(*addons: str) -> Iterator[Site]:
    """A fresh embedded cluster with these add-ons."""
    with scratch_cluster("bench", course=COURSE, provider="embedded") as scratch:
        made = service.site(service.Cluster(scratch.name, EmbeddedProvider()))
        for addon in addons:
            registry.add(made, addon)
        yield made


def submit(made: Site, jobs: list[Job], scheduler: str) -> None:
    """Give the jobs to a scheduler, rank by rank or as gangs."""
    for body in SCHEDULERS[scheduler](jobs):
        made.api.call("POST", PODS if body["kind"] == "Pod" else GANGS, body)


def ranks(made: Site) -> list[dict[str, Any]]:
    """The pods of the load."""
    return list(made.api.call("GET", PODS, labelSelector="load=comparison", resourceVersion="0")["items"])


def empty(made: Site) -> None:
    """Remove the load and wait until it is gone; a Volcano Job goes before its pods, or it would make new ones."""
    made.api.call("DELETE", GANGS)
    made.api.wait("the jobs to be gone", lambda: not made.api.call("GET", GANGS)["items"], 60)
    made.api.call("DELETE", PODS, gracePeriodSeconds="0")
    made.api.wait("the pods to be gone", lambda: not ranks(made), 60)


def deadlocks(made: Site, scheduler: str, run: int) -> bool:
    """Whether two jobs of 3 ranks, 2 GPUs each, on the 8 GPUs of a new cluster, hold each other up.

    Deadlocked: every GPU is held, both jobs have ranks without a node, and nothing computes or changes for 5 s.
    """
    submit(made, [Job(f"a{run}", 0, 3, 2, 1), Job(f"b{run}", 0, 3, 2, 1)], scheduler)
    deadline, still = time.monotonic() + SECONDS, 0.0
    while time.monotonic() < deadline:
        pods = ranks(made)
        if len(pods) == 6 and all(p["status"].get("phase") == "Succeeded" for p in pods):
            return False
        held = [p for p in pods if p["spec"].get("nodeName") and p["status"].get("phase") == "Running"]
        computing = [p for p in held if PEERS in p["metadata"].get("annotations", {})]
        stuck = len(held) == 4 and not computing
        still = (still or time.monotonic()) if stuck else 0.0
        if still and time.monotonic() - still >= 5:
            return True
        time.sleep(0.2)  # polls the two conditions above
    raise RuntimeError(f"{scheduler}: neither finished nor deadlocked within {SECONDS} s: {summary(pods)}")


def summary(pods: list[dict[str, Any]]) -> dict[str, str]:
    """Each pod's phase and node, for the message."""
    return {p["metadata"]["name"]: f"{p['status'].get('phase')} {p['spec'].get('nodeName', '-')}" for p in pods}


def measure_deadlocks(runs: int) -> Table:
    """How many of so many runs deadlock under each scheduler."""
    table = Table("scheduler", "runs", "deadlocks", title="two parallel jobs that do not fit together")
    with site("volcano", "parallel") as made:
        for scheduler in SCHEDULERS:
            found = 0
            for run in range(runs):
                found += deadlocks(made, scheduler, run)
                empty(made)
            table.add_row(scheduler, str(runs), str(found))
    return table


def measure_site(count: int) -> Table:
    """A site of so many nodes with four GPUs: how long it takes to be up, and a gang of half of them to be placed."""
    table = Table("what", "seconds", "a second", title=f"{count} simulated nodes, {4 * count} GPUs")
    with site("volcano") as made, tempfile.TemporaryDirectory() as folder:
        pool = Path(folder) / "pool.yaml"
        taint = "{key: nvidia.com/gpu, value: present, effect: NoSchedule}"
        size = "cpu: 64, memory: 512Gi, gpu: 4"
        pool.write_text(f"- {{name: 'bench-{{}}', count: {count}, {size}, taints: [{taint}]}}\n")
        seconds = timed(lambda: registry.add(made, "gpu-pool", str(pool)))
        table.add_row("nodes Ready", f"{seconds:.1f}", f"{count / seconds:.0f} nodes")
        many = min(128, count // 2)
        gang = Job("gang", 0, many, 4, 600)

        def placed() -> bool:
            return sum("nodeName" in pod["spec"] for pod in ranks(made)) == many

        for scheduler in SCHEDULERS:

            def place(scheduler: str = scheduler) -> None:
                if scheduler == "default":
                    with ThreadPoolExecutor(8) as threads:
                        bodies = SCHEDULERS[scheduler]([gang])
                        list(threads.map(lambda body: made.api.call("POST", PODS, body), bodies))
                else:
                    submit(made, [gang], scheduler)
                made.api.wait("the gang to be placed", placed, 120)

            seconds = timed(place)
            table.add_row(f"{many} pods, {4 * many} GPUs: {scheduler}", f"{seconds:.1f}", f"{many / seconds:.0f} pods")
            empty(made)
    return table


def timed(action: Callable[[], object]) -> float:
    """Seconds that the action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main() -> None:
    """Measure what the arguments say."""
    what, *rest = sys.argv[1:] or ["deadlock"]
    made = (
        measure_deadlocks(int(rest[0]) if rest else 10)
        if what == "deadlock"
        else measure_site(int(rest[0]) if rest else 1000)
    )
    Console().print(made)


if __name__ == "__main__":
    main()
