"""Add-ons come when asked, are brought again without harm, come back when killed, and end with their cluster."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from labcluster import service
from labcluster.addons import nodes, registry
from labcluster.addons.course import LabNeeds
from labcluster.addons.site import Site
from labcluster.api import Api, NotFoundError
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.providers import processes
from labcluster.providers.embedded.provider import EmbeddedProvider

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_volcano]
SPACE = "lab-00-first-cluster"
JOBS = f"/apis/batch.volcano.sh/v1alpha1/namespaces/{SPACE}/jobs"
PODS = f"/api/v1/namespaces/{SPACE}/pods"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Iterator[Site]:
    """A cluster with Volcano and simulated parallel jobs, in a state folder of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCLUSTER_STATE", str(tmp_path_factory.mktemp("state")))
        cluster, _ = service.up("gangs", course, "embedded")
        try:
            made = service.site(cluster)
            assert hosted.states(made.folder) == {}, "a new cluster pays for no add-on"
            for name in ("volcano", "parallel"):
                registry.add(made, name)
            yield made
        finally:
            EmbeddedProvider().delete("gangs")


def gang(name: str, ranks: int, run_for: str = "1s", gpus: int = 1) -> dict[str, Any]:
    """A Volcano Job whose ranks begin together or not at all."""
    limits = {"limits": {"nvidia.com/gpu": str(gpus)}}
    template = {
        "metadata": {
            "labels": {"parallel-job": name},
            "annotations": {"labcluster.dev/ranks": str(ranks), "labcluster.dev/run-for": run_for},
        },
        "spec": {
            "restartPolicy": "Never",
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            "containers": [{"name": "rank", "image": "md:1", "resources": limits}],
        },
    }
    task = {"name": "rank", "replicas": ranks, "template": template}
    return {
        "apiVersion": "batch.volcano.sh/v1alpha1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": SPACE},
        "spec": {"schedulerName": "volcano", "minAvailable": ranks, "tasks": [task]},
    }


def phase(api: Api, path: str) -> str:
    """The Volcano Job's phase; "" before its controller has seen it."""
    return str(api.call("GET", path).get("status", {}).get("state", {}).get("phase", ""))


def completes(api: Api, name: str, seconds: float = 40) -> None:
    """Wait until the Volcano Job has completed."""
    path = f"{JOBS}/{name}"
    api.wait(f"{name} to complete", lambda: phase(api, path) == "Completed", seconds)


def test_adding_twice_changes_nothing(site: Site) -> None:
    """A lab that is started again does not restart a scheduler at work."""
    before = {p.pid for p in hosted.running(site.folder)}
    assert len(before) == 6
    for name in ("volcano", "parallel"):
        registry.add(site, name)
    assert {p.pid for p in hosted.running(site.folder)} == before


def test_a_killed_scheduler_or_controller_is_started_again_and_the_gang_completes(site: Site) -> None:
    """In the middle of a job both are killed: the job completes all the same, and `info` tells of the restarts."""
    home = site.home("volcano")
    site.api.call("POST", JOBS, gang("survivor", 4, "4s"))
    for name in ("volcano-controller-manager", "volcano-scheduler"):
        processes.owned(home)[name].send_signal(signal.SIGKILL)
    completes(site.api, "survivor")
    assert hosted.state(home).text == "running (2 restarts)"


def test_half_a_gang_is_never_placed(site: Site) -> None:
    """With 8 GPUs a gang of 9 leaves them all free, and says that it waits."""
    site.api.call("POST", JOBS, gang("too-big", 9))
    group = f"/apis/scheduling.volcano.sh/v1beta1/namespaces/{SPACE}/podgroups"

    def refused() -> bool:
        found = [g for g in site.api.call("GET", group)["items"] if g["metadata"]["name"].startswith("too-big-")]
        return any(c["type"] == "Unschedulable" for g in found for c in g.get("status", {}).get("conditions", []))

    site.api.wait("the gang to be refused", refused, 20)

    def pods() -> list[Any]:
        return list(site.api.call("GET", PODS, labelSelector="parallel-job=too-big")["items"])

    site.api.wait("its pods", lambda: len(pods()) == 9, 20)
    assert not [p for p in pods() if "nodeName" in p["spec"]]
    site.api.call("DELETE", f"{JOBS}/too-big")


def test_admission_refuses_what_cannot_be(site: Site) -> None:
    """The webhooks are real: more members than pods is refused when it is submitted."""
    body = gang("wrong", 2)
    body["spec"]["minAvailable"] = 3
    with pytest.raises(ProviderError, match="minAvailable"):
        site.api.call("POST", JOBS, body)


def test_nothing_is_open_to_others(site: Site) -> None:
    """The only port is on loopback, and no other user can read a key or reach a socket of the add-ons."""
    for process in hosted.running(site.folder):
        for connection in process.net_connections(kind="inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip == "127.0.0.1"
    for addon in ("volcano", "parallel"):
        assert stat.S_IMODE(site.home(addon).stat().st_mode) == 0o700
        for path in site.home(addon).iterdir():
            if not path.is_dir():
                assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_programs_end_with_the_cluster_and_come_back_with_it(site: Site) -> None:
    """Paused: no process is left. Resumed: the add-ons run again and do their work."""
    before = hosted.running(site.folder)
    EmbeddedProvider().stop("gangs")
    assert not [p for p in before if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert hosted.states(site.folder)["volcano"].text.startswith("stopped")
    service.resume("gangs")
    assert not hosted.state(site.home("volcano")).missing
    site.api.call("POST", JOBS, gang("after", 8))
    completes(site.api, "after")


def test_a_keeper_that_was_killed_is_reported_and_replaced(site: Site) -> None:
    """Nobody would restart the programs: `info` says so, and bringing the add-on again mends it."""
    home = site.home("volcano")
    os.kill(processes.owned(home)["keeper"].pid, signal.SIGKILL)
    site.api.wait("the keeper to be gone", lambda: bool(hosted.state(home).missing), 5)
    assert hosted.state(home).text.startswith("broken: keeper not running")
    registry.add(site, "volcano")
    assert not hosted.state(home).missing


def test_each_lab_finds_its_own_site(site: Site, tmp_path: Path) -> None:
    """A lab that describes a site gets that site alone: nodes that another lab brought go, and come back with it."""

    def needs(lab: str) -> LabNeeds:
        pool = tmp_path / f"{lab}.yaml"
        pool.write_text(f"- {{name: '{lab}-{{}}', count: 2, cpu: 4, memory: 8Gi, gpu: 8}}\n")
        return LabNeeds(lab, SPACE, addons=(("gpu-pool", str(pool)),))

    def added() -> set[str]:
        items = site.api.call("GET", "/api/v1/nodes", labelSelector=nodes.ADDED)["items"]
        return {node["metadata"]["name"] for node in items}

    before = {node["metadata"]["name"] for node in site.api.call("GET", "/api/v1/nodes")["items"]}
    first, second, plain = needs("first"), needs("second"), LabNeeds("plain", SPACE)
    assert registry.add_for(site, [first]) == ["gpu-pool"]
    pod = {"containers": [{"name": "x", "image": "x"}], "nodeName": "first-0", "terminationGracePeriodSeconds": 0}
    site.api.call("POST", PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "placed"}, "spec": pod})
    assert registry.add_for(site, [plain]) == []
    assert added() == {"first-0", "first-1"}, "a lab that describes no site takes the cluster as it is"
    assert registry.surplus(site, second) == ["gpu-pool"]
    assert registry.add_for(site, [second]) == ["gpu-pool"]
    assert added() == {"second-0", "second-1"}
    with pytest.raises(NotFoundError):
        site.api.call("GET", f"{PODS}/placed")
    assert registry.lacking(site, first) == ["gpu-pool"], "it is brought again when that lab is started"
    registry.add_for(site, [LabNeeds("other", SPACE, addons=(("parallel", ""),))])
    assert added() == set(), "a site without nodes of its own has none of others"
    assert {node["metadata"]["name"] for node in site.api.call("GET", "/api/v1/nodes")["items"]} == before
