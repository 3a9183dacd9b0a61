"""Simulated nodes and pods behave as the labs need: ready after a moment, stalled by a bad image, done when deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from labcluster.api import Api, NotFoundError, Object
from labcluster.factory import ScratchCluster

pytestmark = pytest.mark.needs_cluster
SPACE = "test-simulation"
PODS = f"/api/v1/namespaces/{SPACE}/pods"


@pytest.fixture(scope="module")
def api(cluster: ScratchCluster) -> Iterator[Api]:
    """The checker's credential, with a namespace of these tests' own."""
    admin = Api(cluster.checker_kubeconfig)
    admin.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})
    account = f"/api/v1/namespaces/{SPACE}/serviceaccounts"
    admin.wait("the default account", lambda: bool(admin.call("GET", account)["items"]), 10)
    yield admin
    admin.call("DELETE", f"/api/v1/namespaces/{SPACE}")


def make(api: Api, name: str, image: str, **spec: Any) -> str:
    """Create a pod; its path."""
    containers = [{"name": "main", "image": image}]
    body: Object = {"metadata": {"name": name}, "spec": {"containers": containers, **spec}}
    api.call("POST", PODS, {"apiVersion": "v1", "kind": "Pod", **body})
    return f"{PODS}/{name}"


def status(api: Api, path: str) -> Object:
    """The object's status."""
    found: Object = api.call("GET", path).get("status", {})
    return found


def test_a_pod_becomes_ready_with_its_sidecar_and_then_goes(api: Api) -> None:
    """Every container reports, init containers and sidecars as well; a deletion is carried out."""
    sidecar = {"name": "collector", "image": "logs:1", "restartPolicy": "Always"}
    path = make(api, "web", "web:1", initContainers=[{"name": "setup", "image": "setup:1"}, sidecar])
    api.wait("the pod to run", lambda: status(api, path)["phase"] == "Running", 15)
    now = status(api, path)
    assert [c["ready"] for c in now["containerStatuses"]] == [True]
    first, second = now["initContainerStatuses"]
    assert first["state"]["terminated"]["reason"] == "Completed"
    assert "running" in second["state"]
    api.call("DELETE", path)

    def gone() -> bool:
        try:
            api.call("GET", path)
        except NotFoundError:
            return True
        return False

    api.wait("the pod to be gone", gone, 15)


def test_an_image_that_does_not_exist_stalls_and_says_that_it_is_simulated(api: Api) -> None:
    """The pod waits with Kubernetes' own reason, is never ready, and its message names the simulation."""
    path = make(api, "stalled", "web:does-not-exist")
    api.wait("the image to be refused", lambda: bool(status(api, path).get("containerStatuses")), 15)
    container = status(api, path)["containerStatuses"][0]
    assert container["ready"] is False
    assert container["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert "simulated" in container["state"]["waiting"]["message"]


def test_a_job_completes(api: Api) -> None:
    """A Job's pod ends by itself, and the Job counts it."""
    jobs = f"/apis/batch/v1/namespaces/{SPACE}/jobs"
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "sim", "image": "sim:1"}]}}
    api.call("POST", jobs, {"metadata": {"name": "sim"}, "spec": {"template": template}})
    api.wait("the Job to complete", lambda: status(api, f"{jobs}/sim").get("succeeded") == 1, 30)


def test_a_warm_up_keeps_a_pod_unready_only_where_a_probe_would_ask(api: Api) -> None:
    """With a readinessProbe WARMUP delays readiness by its time; without one nobody asks: Ready at once."""
    warmup = [{"name": "WARMUP", "value": "3s"}]
    probe = {"httpGet": {"path": "/readyz", "port": 8080}}
    main: Object = {"name": "main", "image": "web:1", "env": warmup}
    paths = {}
    for name, container in (("asked", {**main, "readinessProbe": probe}), ("unasked", main)):
        body = {"metadata": {"name": name}, "spec": {"containers": [container]}}
        api.call("POST", PODS, {"apiVersion": "v1", "kind": "Pod", **body})
        paths[name] = f"{PODS}/{name}"

    def ready(name: str) -> str | None:
        conditions = status(api, paths[name]).get("conditions", [])
        return next((item["status"] for item in conditions if item["type"] == "Ready"), None)

    api.wait("both to run", lambda: {status(api, path)["phase"] for path in paths.values()} == {"Running"}, 15)
    assert (ready("asked"), ready("unasked")) == ("False", "True")
    api.wait("the warm-up to end", lambda: ready("asked") == "True", 15)


def job(api: Api, name: str, annotations: dict[str, str], **spec: Any) -> str:
    """Create an Indexed Job of three Pods at once; its path."""
    template = {
        "metadata": {"annotations": annotations},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "md:1"}]},
    }
    whole = {"completionMode": "Indexed", "completions": 3, "parallelism": 3, "template": template, **spec}
    jobs = f"/apis/batch/v1/namespaces/{SPACE}/jobs"
    api.call("POST", jobs, {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": whole})
    return f"{jobs}/{name}"


def test_each_index_lasts_as_long_as_it_is_told_and_keeps_its_start(api: Api) -> None:
    """`run-for` with commas gives each index its duration; the container's record spans it."""
    path = job(api, "durations", {"labcluster.dev/run-for": "1s,1s,4s"})
    api.wait("the job to end", lambda: status(api, path).get("succeeded") == 3, 30)
    lasted = {}
    for pod in api.call("GET", PODS, labelSelector="batch.kubernetes.io/job-name=durations")["items"]:
        ended = pod["status"]["containerStatuses"][0]["state"]["terminated"]
        times = [datetime.fromisoformat(ended[key]) for key in ("startedAt", "finishedAt")]
        lasted[pod["metadata"]["labels"]["batch.kubernetes.io/job-completion-index"]] = times[1] - times[0]
    assert lasted["2"] >= timedelta(seconds=3)
    assert lasted["2"] > max(lasted["0"], lasted["1"])


def test_only_the_indexes_that_are_told_fail(api: Api) -> None:
    """`fail-indexes` names them; the others complete, and the code is the one that was declared."""
    told = {
        "labcluster.dev/fail-after": "1s",
        "labcluster.dev/fail-indexes": "1",
        "labcluster.dev/exit-code": "42",
    }
    path = job(api, "failures", told, backoffLimitPerIndex=0)
    api.wait("the job to end", lambda: status(api, path).get("failedIndexes") == "1", 30)
    api.wait("the others to end", lambda: status(api, path).get("completedIndexes") == "0,2", 30)
    pods = api.call("GET", PODS, labelSelector="batch.kubernetes.io/job-name=failures")["items"]
    codes = [p["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] for p in pods]
    assert sorted(codes) == [0, 0, 42]


def test_an_evicted_pod_of_a_job_ends_before_it_goes(api: Api) -> None:
    """A policy that ignores disruptions sees the eviction: no failure is counted, and another pod comes."""
    policy = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}
    spec = {"completions": 1, "parallelism": 1, "backoffLimit": 0, "podFailurePolicy": policy}
    path = job(api, "evicted", {"labcluster.dev/run-for": "10m"}, **spec)
    select = {"labelSelector": "batch.kubernetes.io/job-name=evicted"}

    def running() -> list[Object]:
        pods = api.call("GET", PODS, **select)["items"]
        return [p for p in pods if p["status"]["phase"] == "Running" and "deletionTimestamp" not in p["metadata"]]

    api.wait("the first pod", lambda: len(running()) == 1, 30)
    first = running()[0]["metadata"]
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": first["name"]}}
    api.call("POST", f"{PODS}/{first['name']}/eviction", eviction)
    api.wait("another pod", lambda: [p["metadata"]["uid"] for p in running()] not in ([], [first["uid"]]), 30)
    assert not status(api, path).get("failed")
    assert not status(api, path).get("conditions")
