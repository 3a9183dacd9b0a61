"""Simulated sites and schedulers: how often half-placed jobs deadlock, how fast large gangs are placed.

`python -m tests.bench.gangs deadlock [RUNS]` and `python -m tests.bench.gangs site [NODES [GPUS_A_NODE [PODS]]]`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
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
from labkit.gangs.load import LOAD, SCHEDULERS, Job
from labkit.view import html
from labkit.view.source import look_once
from labkit.view.state import now

COURSE = Path(__file__).parents[2] / "labs"
SPACE = "lab-00-first-cluster"
PODS = f"/api/v1/namespaces/{SPACE}/pods"
GANGS = f"/apis/batch.volcano.sh/v1alpha1/namespaces/{SPACE}/jobs"
PLURALS = {"ResourceFlavor": "resourceflavors", "ClusterQueue": "clusterqueues", "LocalQueue": "localqueues",
           "Pod": "pods", "PodGroup": "podgroups", "Job": "jobs"}  # fmt: skip
ADDONS = sorted({addon for way in SCHEDULERS.values() for addon in way.addons})
WIDE = ("ResourceFlavor", "ClusterQueue")
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


def submit(made: Site, jobs: list[Job], scheduler: str, at_once: int = 8) -> None:
    """Give the jobs to a scheduler, rank by rank or as gangs; a group is there before its pods."""
    bodies = SCHEDULERS[scheduler].submit(jobs)
    create(made, [body for body in bodies if body["kind"] != "Pod"], at_once)
    create(made, [body for body in bodies if body["kind"] == "Pod"], at_once)


def create(made: Site, bodies: Sequence[dict[str, Any]], at_once: int = 8) -> None:
    """Make objects, so many at once; one at a time, they come in their order."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda body: made.api.call("POST", collection(body), body), bodies))


def collection(body: dict[str, Any]) -> str:
    """The API path under which objects of its kind are made."""
    version, kind = body["apiVersion"], body["kind"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    return f"{root}/{PLURALS[kind]}" if kind in WIDE else f"{root}/namespaces/{SPACE}/{PLURALS[kind]}"


def ranks(made: Site) -> list[dict[str, Any]]:
    """The pods of the load."""
    return list(made.api.call("GET", PODS, labelSelector="load=comparison", resourceVersion="0")["items"])


def empty(made: Site, scheduler: str) -> None:
    """Remove the load and wait until it is gone; what makes pods goes before them, or it would make new ones."""
    makers = {collection(body) for body in SCHEDULERS[scheduler].submit(LOAD) if body["kind"] == "Job"}
    for path in makers:
        made.api.call("DELETE", path, propagationPolicy="Background")
        made.api.wait("the jobs to be gone", lambda path=path: not made.api.call("GET", path)["items"], 60)  # type: ignore[misc]
    made.api.call("DELETE", PODS, gracePeriodSeconds="0")
    made.api.wait("the pods to be gone", lambda: not ranks(made), 120)


def deadlocks(made: Site, scheduler: str, run: int) -> bool:
    """Whether two jobs of 3 ranks, 2 GPUs each, on the 8 GPUs of a new cluster, hold each other up.

    Deadlocked: every GPU is held, both jobs have ranks without a node, and nothing computes or changes for 5 s.
    """
    pair = [Job(f"{name}{run}", 0, 3, 2, 1) for name in "ab"]
    submit(made, pair, scheduler, at_once=1)  # in turns, as in lab 07
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
    with site("parallel", *ADDONS) as made:
        for scheduler, way in SCHEDULERS.items():
            create(made, way.site(8))
            found = 0
            for run in range(runs):
                found += deadlocks(made, scheduler, run)
                empty(made, scheduler)
            table.add_row(scheduler, str(runs), str(found))
    return table


def measure_site(count: int, gpus: int = 4, many: int = 128) -> Table:
    """A site of so many nodes: how long until it is up, and until each scheduler has placed a gang of `many` nodes."""
    table = Table("what", "seconds", "a second", title=f"{count} simulated nodes, {gpus * count} GPUs")
    with site(*ADDONS) as made, tempfile.TemporaryDirectory() as folder:
        pool = Path(folder) / "pool.yaml"
        taint = "{key: nvidia.com/gpu, value: present, effect: NoSchedule}"
        size = f"cpu: 64, memory: 512Gi, gpu: {gpus}, labels: {{pool: bench}}"
        racks = "domains: {topology.kubernetes.io/zone: 125}"
        pool.write_text(f"- {{name: 'bench-{{}}', count: {count}, {size}, {racks}, taints: [{taint}]}}\n")
        seconds = timed(lambda: registry.add(made, "gpu-pool", str(pool)))
        table.add_row("nodes Ready", f"{seconds:.1f}", f"{count / seconds:.0f} nodes")
        table.add_row("live view: read and drawn", f"{timed(lambda: look(made)):.1f}", "-")
        gang = Job("gang", 0, many, gpus, 600)
        for scheduler, way in SCHEDULERS.items():
            create(made, way.site(gpus * count))
            seconds = timed(lambda scheduler=scheduler: place(made, gang, scheduler))  # type: ignore[misc]
            table.add_row(
                f"{many} pods, {gpus * many} GPUs: {scheduler}", f"{seconds:.1f}", f"{many / seconds:.0f} pods"
            )
            empty(made, scheduler)
    return table


def place(made: Site, gang: Job, scheduler: str) -> None:
    """Submit the gang and wait until each of its pods has a node."""

    def placed() -> bool:
        return sum("nodeName" in pod["spec"] for pod in ranks(made)) == gang.ranks

    submit(made, [gang], scheduler)
    made.api.wait("the gang to be placed", placed, 300, pace=gang.ranks / 2000)


def look(made: Site) -> None:
    """What the live view does when it is opened: read all nodes and pods, and draw them."""
    os.environ["KUBECONFIG"] = str(made.admin)
    html.boxes(look_once(SPACE), now())


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
        else measure_site(*(map(int, rest) if rest else (1000,)))
    )
    Console().print(made)


if __name__ == "__main__":
    main()
