"""Kubeflow Trainer as an add-on: a TrainJob becomes a JobSet, Jobs and Pods; with Volcano they are a gang."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from labcluster import service
from labcluster.addons import registry
from labcluster.addons.site import Site
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.providers.embedded.provider import EmbeddedProvider

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_volcano, pytest.mark.needs_trainer]
SPACE = "lab-00-first-cluster"
TRAINER = f"/apis/trainer.kubeflow.org/v1alpha1/namespaces/{SPACE}"
PODS = f"/api/v1/namespaces/{SPACE}/pods"
GROUPS = f"/apis/scheduling.volcano.sh/v1beta1/namespaces/{SPACE}/podgroups"
GPUS = 8  # what the simulated nodes of a new cluster have


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Iterator[Site]:
    """A cluster with Volcano and Trainer, and a runtime whose TrainJobs are gangs, in these tests' own state folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCLUSTER_STATE", str(tmp_path_factory.mktemp("state")))
        cluster, _ = service.up("trains", course, "embedded")
        try:
            made = service.site(cluster)
            for name in ("volcano", "trainer"):
                registry.add(made, name)
            made.api.call("POST", f"{TRAINER}/trainingruntimes", runtime())
            yield made
        finally:
            EmbeddedProvider().delete("trains")


def runtime() -> dict[str, Any]:
    """A training runtime of PyTorch's kind whose Pods Volcano places, all or none."""
    pod = {
        "schedulerName": "volcano",
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
        "containers": [{"name": "node", "image": "localhost/lab/trainer:1"}],
    }
    job = {
        "name": "node",
        "template": {
            "metadata": {"labels": {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}},
            "spec": {"template": {"spec": pod}},
        },
    }
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainingRuntime",
        "metadata": {"name": "gang", "namespace": SPACE},
        "spec": {
            "mlPolicy": {"numNodes": 1, "torch": {"numProcPerNode": "auto"}},
            "podGroupPolicy": {"volcano": {}},
            "template": {"spec": {"replicatedJobs": [job]}},
        },
    }


def train_job(name: str, nodes: int, *, runtime: str = "gang") -> dict[str, Any]:
    """A TrainJob of so many nodes with one GPU each."""
    limits = {"limits": {"nvidia.com/gpu": "1"}}
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": {"name": name, "namespace": SPACE},
        "spec": {
            "runtimeRef": {"kind": "TrainingRuntime", "name": runtime},
            "trainer": {"numNodes": nodes, "resourcesPerNode": limits},
        },
    }


def pods_of(site: Site, job: str) -> list[Any]:
    """The Pods of a TrainJob."""
    return list(site.api.call("GET", PODS, labelSelector=f"jobset.sigs.k8s.io/jobset-name={job}")["items"])


def completes(site: Site, job: str) -> None:
    """Wait until the TrainJob says that it is complete."""
    path = f"{TRAINER}/trainjobs/{job}"

    def done() -> bool:
        conditions = site.api.call("GET", path).get("status", {}).get("conditions") or []
        return any(c["type"] == "Complete" and c["status"] == "True" for c in conditions)

    site.api.wait(f"{job} to complete", done, 120)


def test_a_train_job_becomes_pods_that_know_each_other_and_completes(site: Site) -> None:
    """TrainJob, JobSet, Job, Pods: as many as nodes, told of each other as torchrun is, and placed as one PodGroup."""
    site.api.call("POST", f"{TRAINER}/trainjobs", train_job("fits", 4))
    site.api.wait("its Pods", lambda: len(pods_of(site, "fits")) == 4, 90)
    told = {entry["name"]: entry.get("value") for entry in pods_of(site, "fits")[0]["spec"]["containers"][0]["env"]}
    assert told["PET_NNODES"] == "4"
    assert told["PET_MASTER_ADDR"] == "fits-node-0-0.fits"
    group = site.api.call("GET", f"{GROUPS}/fits")
    assert group["spec"]["minMember"] == 4
    assert group["metadata"]["ownerReferences"][0]["kind"] == "TrainJob"
    completes(site, "fits")


def test_a_gang_that_does_not_fit_stays_wholly_pending_and_others_pass(site: Site) -> None:
    """One node more than there are GPUs: none of its Pods is placed, and a smaller TrainJob gets all GPUs."""
    site.api.call("POST", f"{TRAINER}/trainjobs", train_job("too-big", GPUS + 1))
    site.api.wait("its Pods", lambda: len(pods_of(site, "too-big")) == GPUS + 1, 90)

    def refused() -> bool:
        conditions = site.api.call("GET", f"{GROUPS}/too-big").get("status", {}).get("conditions") or []
        return any(c["type"] == "Unschedulable" for c in conditions)

    site.api.wait("the gang to be refused", refused, 60)
    site.api.call("POST", f"{TRAINER}/trainjobs", train_job("all-gpus", GPUS))
    completes(site, "all-gpus")
    assert not [pod for pod in pods_of(site, "too-big") if "nodeName" in pod["spec"]]
    site.api.call("DELETE", f"{TRAINER}/trainjobs/too-big")


def test_admission_refuses_a_train_job_of_a_runtime_that_is_not_there(site: Site) -> None:
    """The webhooks are real: both programs are asked before anything is stored."""
    with pytest.raises(ProviderError, match="runtime"):
        site.api.call("POST", f"{TRAINER}/trainjobs", train_job("lost", 1, runtime="nowhere"))
    job = {"name": "a", "dependsOn": [{"name": "b", "status": "Ready"}], "template": {}}
    jobset = {
        "apiVersion": "jobset.x-k8s.io/v1alpha2",
        "kind": "JobSet",
        "metadata": {"name": "loop", "namespace": SPACE},
        "spec": {"replicatedJobs": [job]},
    }
    with pytest.raises(ProviderError, match="DependsOn"):
        site.api.call("POST", f"/apis/jobset.x-k8s.io/v1alpha2/namespaces/{SPACE}/jobsets", jobset)


def test_its_own_runtimes_are_there(site: Site) -> None:
    """They come out of the pinned module."""
    path = "/apis/trainer.kubeflow.org/v1alpha1/clustertrainingruntimes"
    names = {item["metadata"]["name"] for item in site.api.call("GET", path)["items"]}
    assert {"torch-distributed", "deepspeed-distributed", "mlx-distributed"} <= names


def test_nothing_is_open_to_others(site: Site) -> None:
    """Both programs listen on loopback alone, and on one port each."""
    home = site.home("trainer")
    found = [
        connection.laddr.ip
        for process in hosted.running(site.folder)
        if process.cmdline()[0].startswith(str(home))
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert found == ["127.0.0.1"] * 2


def test_it_comes_back_with_the_cluster(site: Site) -> None:
    """Paused and resumed, with the same ports or others: TrainJobs are admitted, placed and completed again."""
    EmbeddedProvider().stop("trains")
    assert hosted.states(site.folder)["trainer"].text.startswith("stopped")
    service.resume("trains")
    assert not hosted.state(site.home("trainer")).missing
    site.api.call("POST", f"{TRAINER}/trainjobs", train_job("after", 2))
    completes(site, "after")


def test_a_lab_with_train_jobs_can_be_emptied(site: Site, course: Path) -> None:
    """A reset asks for no permission of a webhook that would look for the runtime that has just gone."""
    site.api.call("POST", f"{TRAINER}/trainjobs", train_job("left", GPUS + 1))
    service.reset("trains", course, SPACE.removeprefix("lab-"))
    assert not site.api.call("GET", f"{TRAINER}/trainjobs")["items"]
    assert not site.api.call("GET", PODS)["items"]
