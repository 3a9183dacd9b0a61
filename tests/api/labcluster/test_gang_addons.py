"""Add-ons `kueue` and `native-gang`: what fits runs whole, what does not holds nothing, and nothing is lost on the way.

Both on one cluster with the eight GPUs that every cluster has.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from labcluster import service
from labcluster.addons import registry
from labcluster.addons.site import Site
from labcluster.api import Api
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.providers import processes
from labcluster.providers.embedded.provider import EmbeddedProvider

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_kueue]
NAME = "gang-addons"
SPACE = "lab-00-first-cluster"
PODS = f"/api/v1/namespaces/{SPACE}/pods"
JOBS = f"/apis/batch/v1/namespaces/{SPACE}/jobs"
GROUPS = f"/apis/scheduling.k8s.io/v1alpha2/namespaces/{SPACE}/podgroups"
KUEUE = "/apis/kueue.x-k8s.io/v1beta1"
QUEUE = {"kueue.x-k8s.io/queue-name": "team"}
GPUS = 8
CLEANLY = {"propagationPolicy": "Background"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Iterator[Site]:
    """A cluster with Kueue and one queue that may use all GPUs, in a state folder of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCLUSTER_STATE", str(tmp_path_factory.mktemp("state")))
        cluster, _ = service.up(NAME, course, "embedded")
        try:
            made = service.site(cluster)
            registry.add(made, "kueue")
            queue(made.api)
            yield made
        finally:
            EmbeddedProvider().delete(NAME)


def queue(api: Api) -> None:
    """A flavour, a ClusterQueue with all GPUs, and the team's queue in the namespace."""
    resources = [{"name": "nvidia.com/gpu", "nominalQuota": GPUS}]
    groups = [{"coveredResources": ["nvidia.com/gpu"], "flavors": [{"name": "gpu", "resources": resources}]}]
    for path, kind, name, spec in (
        (f"{KUEUE}/resourceflavors", "ResourceFlavor", "gpu", {}),
        (f"{KUEUE}/clusterqueues", "ClusterQueue", "site", {"namespaceSelector": {}, "resourceGroups": groups}),
        (f"{KUEUE}/namespaces/{SPACE}/localqueues", "LocalQueue", "team", {"clusterQueue": "site"}),
    ):
        body = {"apiVersion": "kueue.x-k8s.io/v1beta1", "kind": kind, "metadata": {"name": name}, "spec": spec}
        api.call("POST", path, body)


def template(name: str, **spec: Any) -> dict[str, Any]:
    """A pod of a gang, with one GPU."""
    container = {"name": "rank", "image": "md:1", "resources": {"limits": {"nvidia.com/gpu": "1"}}}
    return {
        "metadata": {"labels": {"gang": name}, "annotations": {"labcluster.dev/run-for": "1s"}},
        "spec": {
            "restartPolicy": "Never",
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            "containers": [container],
            **spec,
        },
    }


def job(name: str, ranks: int, **labels: str) -> dict[str, Any]:
    """A Job of so many ranks at once."""
    spec = {"parallelism": ranks, "completions": ranks, "template": template(name)}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "labels": labels}, "spec": spec}


def native(api: Api, name: str, ranks: int, **constraints: Any) -> None:
    """A PodGroup of the scheduler's own, and its pods."""
    spec: dict[str, Any] = {"schedulingPolicy": {"gang": {"minCount": ranks}}}
    if constraints:
        spec["schedulingConstraints"] = constraints
    version = "scheduling.k8s.io/v1alpha2"
    api.call("POST", GROUPS, {"apiVersion": version, "kind": "PodGroup", "metadata": {"name": name}, "spec": spec})
    for number in range(ranks):
        pod = template(name, schedulingGroup={"podGroupName": name})
        pod["metadata"]["name"] = f"{name}-{number}"
        api.call("POST", PODS, {"apiVersion": "v1", "kind": "Pod", **pod})


def pods(api: Api, name: str) -> list[dict[str, Any]]:
    """The pods of a gang."""
    return list(api.call("GET", PODS, labelSelector=f"gang={name}")["items"])


def bound(api: Api, name: str) -> list[str]:
    """The nodes of those pods of a gang that have one."""
    return [pod["spec"]["nodeName"] for pod in pods(api, name) if "nodeName" in pod["spec"]]


def succeeds(api: Api, name: str, ranks: int) -> None:
    """Wait until all pods of the gang have run to their end."""

    def ended() -> bool:
        return [pod["status"].get("phase") for pod in pods(api, name)] == ["Succeeded"] * ranks

    api.wait(f"{name} to run to its end", ended, 60)


def why(api: Api, path: str) -> str:
    """Reasons and messages of an object's conditions."""
    conditions = api.call("GET", path).get("status", {}).get("conditions") or []
    return " ".join(f"{c.get('reason')} {c.get('message')}" for c in conditions)


def test_kueue_starts_a_job_that_fits_whole(site: Site) -> None:
    """The Job is held at once, admitted by the queue, and all of its ranks run to their end."""
    made = site.api.call("POST", JOBS, job("fits", GPUS, **QUEUE))
    assert made["spec"]["suspend"] is True, "its admission suspends what has not been admitted by a queue"
    succeeds(site.api, "fits", GPUS)


def test_kueue_makes_no_pod_of_a_job_that_cannot_fit(site: Site) -> None:
    """One rank too many: the workload says why it waits, and not one pod is ever made."""
    site.api.call("POST", JOBS, job("too-big", GPUS + 1, **QUEUE))
    workloads = f"{KUEUE}/namespaces/{SPACE}/workloads"

    def refused() -> bool:
        found = [w for w in site.api.call("GET", workloads)["items"] if w["metadata"]["name"].startswith("job-too-big")]
        return any("insufficient" in c["message"] for w in found for c in w.get("status", {}).get("conditions", []))

    site.api.wait("the job to be refused", refused, 30)
    assert pods(site.api, "too-big") == []
    # What fits beside it is not held up.
    site.api.call("POST", JOBS, job("small", 2, **QUEUE))
    succeeds(site.api, "small", 2)
    assert pods(site.api, "too-big") == []
    site.api.call("DELETE", f"{JOBS}/too-big", **CLEANLY)


def test_a_job_without_a_queue_never_meets_kueue(site: Site) -> None:
    """Other labs' Jobs begin by themselves, also while Kueue is away."""
    home = site.home("kueue")
    hosted.end(home)
    site.api.call("POST", JOBS, job("free", 1))
    succeeds(site.api, "free", 1)
    with pytest.raises(ProviderError, match="kueue"):
        site.api.call("POST", JOBS, job("held", 1, **QUEUE))
    registry.add(site, "kueue")
    assert not hosted.state(home).missing


def test_kueue_that_was_killed_is_started_again(site: Site) -> None:
    """A Job that was submitted meanwhile is admitted by the next one."""
    home = site.home("kueue")
    os.kill(processes.owned(home)["kueue"].pid, signal.SIGKILL)
    site.api.wait("the restart", lambda: hosted.state(home).text == "running (1 restarts)", 20)

    def accepted() -> bool:
        try:
            site.api.call("POST", JOBS, job("later", 2, **QUEUE))
        except ProviderError:
            return False
        return True

    site.api.wait("its admission to answer again", accepted, 30)
    succeeds(site.api, "later", 2)


def test_only_loopback_is_open(site: Site) -> None:
    """Kueue's metrics, probes and visibility would listen on all addresses: they do not."""
    open_to = {
        connection.laddr.ip
        for process in hosted.running(site.folder)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert open_to == {"127.0.0.1"}


def test_native_gangs_are_turned_on_without_losing_anything(site: Site) -> None:
    """Before: no PodGroup. Then the control plane restarts once, with its objects, and Kueue's program goes on."""
    with pytest.raises(ProviderError):
        site.api.call("GET", GROUPS)
    before = {process.pid for process in hosted.running(site.folder)}
    registry.add(site, "native-gang")
    assert site.api.call("GET", GROUPS)["items"] == []
    assert site.api.call("GET", f"{KUEUE}/clusterqueues/site")["metadata"]["name"] == "site"
    assert {process.pid for process in hosted.running(site.folder)} == before
    assert EmbeddedProvider().info(NAME).status == "running"
    servers = control_plane(site)
    registry.add(site, "native-gang")
    assert control_plane(site) == servers, "what is turned on already is not restarted"


def control_plane(site: Site) -> set[int]:
    """The process numbers of the cluster's own programs."""
    return {process.pid for process in processes.owned(site.folder / "kwok" / "clusters" / NAME).values()}


def test_a_native_gang_is_placed_whole_or_not_at_all(site: Site) -> None:
    """Eight ranks run to their end; of nine not one is ever bound, and the PodGroup says why."""
    native(site.api, "whole", GPUS)
    succeeds(site.api, "whole", GPUS)
    native(site.api, "nine", GPUS + 1)
    site.api.wait("the gang to be refused", lambda: "Unschedulable" in why(site.api, f"{GROUPS}/nine"), 30)
    native(site.api, "beside", 2)
    succeeds(site.api, "beside", 2)
    assert bound(site.api, "nine") == []
    site.api.call("DELETE", PODS, labelSelector="gang=nine", gracePeriodSeconds="0")


def test_a_native_gang_stays_within_its_rack(site: Site) -> None:
    """Each of the two racks has four GPUs: four ranks share one, five wait though eight GPUs are free."""
    near = {"topology": [{"key": "topology.kubernetes.io/zone"}]}
    native(site.api, "near", GPUS // 2, **near)
    succeeds(site.api, "near", GPUS // 2)
    assert len(set(bound(site.api, "near"))) == 1
    native(site.api, "far", GPUS // 2 + 1, **near)
    site.api.wait("the gang to be refused", lambda: "Unschedulable" in why(site.api, f"{GROUPS}/far"), 30)
    assert bound(site.api, "far") == []


def test_both_survive_a_pause(site: Site) -> None:
    """Resumed: the waiting gang still waits, a new one runs, and the queue admits."""
    EmbeddedProvider().stop(NAME)
    assert hosted.running(site.folder) == []
    service.resume(NAME)
    assert len(pods(site.api, "far")) == GPUS // 2 + 1
    assert bound(site.api, "far") == []
    native(site.api, "again", GPUS)
    succeeds(site.api, "again", GPUS)
    site.api.call("POST", JOBS, job("again-too", 2, **QUEUE))
    succeeds(site.api, "again-too", 2)
