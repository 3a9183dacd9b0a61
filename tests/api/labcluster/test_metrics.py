"""Add-on `metrics`: the real metrics-server reads what simulated pods declare, and a real autoscaler acts on it."""

from __future__ import annotations

import os
import signal
import ssl
import stat
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from labcluster import service
from labcluster.addons import registry
from labcluster.addons.metrics.programs import SERVER, USAGE
from labcluster.addons.metrics.service import API
from labcluster.addons.site import Site
from labcluster.api import Api
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.providers import processes
from labcluster.providers.embedded.provider import EmbeddedProvider
from labcluster.tools.build import find_go
from labcluster.tools.catalog import MODULES

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_metrics]
SPACE = "lab-00-first-cluster"
TOLD = "/api/v1/namespaces/kube-public/configmaps/labcluster"
SERVICE = f"/api/v1/namespaces/{SPACE}/services/web"
DEPLOYMENT = f"/apis/apps/v1/namespaces/{SPACE}/deployments/web"
SCALER = f"/apis/autoscaling/v2/namespaces/{SPACE}/horizontalpodautoscalers"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Iterator[Site]:
    """A cluster with the add-on, in a state folder of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCLUSTER_STATE", str(tmp_path_factory.mktemp("state")))
        cluster, _ = service.up("metrics", course, "embedded")
        try:
            made = service.site(cluster)
            assert "metrics" not in made.api.call("GET", TOLD)["data"]["capabilities"], "nobody pays for it unasked"
            service.add_on("metrics", "metrics")
            yield made
        finally:
            EmbeddedProvider().delete("metrics")


@pytest.fixture(scope="module")
def web(site: Site) -> Api:
    """Two pods that answer a request in 5 ms, behind a Service with 40 requests a second."""
    container = {
        "name": "web",
        "image": "web:1",
        "resources": {"requests": {"cpu": "200m", "memory": "64Mi"}, "limits": {"cpu": "400m", "memory": "64Mi"}},
    }
    labels = {"app": "web"}
    template = {
        "metadata": {"labels": labels, "annotations": {"labcluster.dev/cpu-per-request": "5m"}},
        "spec": {"containers": [container]},
    }
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    bodies: list[dict[str, Any]] = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": SPACE}, "spec": spec},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "namespace": SPACE, "annotations": {"labcluster.dev/load": "40"}},
            "spec": {"selector": labels, "ports": [{"port": 80}]},
        },
    ]
    for body in bodies:
        site.api.apply(body)
    site.api.wait("web", lambda: site.api.call("GET", DEPLOYMENT)["status"].get("readyReplicas") == 2, 20)
    return site.api


def used(api: Api) -> list[int]:
    """What each pod of web uses, in thousandths of a processor, as `kubectl top pods` would show it."""
    pods = api.call("GET", f"{API}/namespaces/{SPACE}/pods")["items"]
    found = [pod["containers"][0]["usage"]["cpu"] for pod in pods if pod["metadata"]["name"].startswith("web-")]
    return sorted(round(int(text.removesuffix("n")) / 1e6) for text in found)


def offer(api: Api, load: int) -> None:
    """State another load."""
    api.merge(SERVICE, {"metadata": {"annotations": {"labcluster.dev/load": str(load)}}})


def test_the_programs_go_tests() -> None:
    """The simulation's own tests pass: shares, limits, what is lost, what is declared, who is answered."""
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false", "CGO_ENABLED": "0"}
    command = [find_go(), "test", "-trimpath", "./usage"]
    done = subprocess.run(
        command, cwd=MODULES / "metrics-server", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_cluster_says_that_it_can_measure(site: Site) -> None:
    """Capability metrics: told by the provider and by the ConfigMap, also after the cluster was brought up again."""
    assert "metrics" in EmbeddedProvider().info("metrics").capabilities
    assert "metrics" in site.api.call("GET", TOLD)["data"]["capabilities"].split(",")


def test_use_is_what_pods_and_services_declare(web: Api) -> None:
    """40 requests a second of 5 ms each on two pods: 100m each, read by the student as well."""
    web.wait("use to be read", lambda: used(web) == [101, 101], 20)
    student = Api(EmbeddedProvider().kubeconfig("metrics").with_name("student.kubeconfig"))
    assert used(student) == [101, 101]
    nodes = {node["metadata"]["name"] for node in web.call("GET", f"{API}/nodes")["items"]}
    assert {"cpu-1", "gpu-1", "edge-1"} <= nodes


def test_the_student_cannot_write_what_became_of_a_load(web: Api) -> None:
    """The Service's status says what was served; only the simulation writes there."""

    def said() -> str:
        return next((c["message"] for c in web.call("GET", SERVICE)["status"].get("conditions", [])), "")

    web.wait("the simulation to tell", lambda: "offered 40/s, served 40/s by 2 ready pods" in said(), 10)
    assert said().startswith("simulated")
    student = Api(EmbeddedProvider().kubeconfig("metrics").with_name("student.kubeconfig"))
    with pytest.raises(ProviderError, match="cannot patch resource"):
        student.merge(f"{SERVICE}/status", {"status": {"conditions": []}})


def test_an_autoscaler_follows_the_load_up_and_down(web: Api) -> None:
    """115 requests a second at 20 a pod: 6 replicas; none: back to 2, by a real HorizontalPodAutoscaler."""
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 2,
        "maxReplicas": 10,
        "metrics": [{"type": "Resource", "resource": cpu}],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 2}},
    }
    meta = {"name": "web", "namespace": SPACE}
    whole = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": spec}
    web.call("POST", SCALER, whole)

    def replicas() -> int:
        return int(web.call("GET", DEPLOYMENT)["status"].get("readyReplicas", 0))

    offer(web, 115)
    web.wait("6 replicas", lambda: replicas() == 6, 40)
    offer(web, 0)
    web.wait("2 replicas", lambda: replicas() == 2, 60)
    web.call("DELETE", f"{SCALER}/web")
    offer(web, 40)


def test_what_listens_is_on_loopback_and_answers_only_who_may_ask(site: Site, web: Api) -> None:
    """Two ports on loopback: a stranger with no token learns nothing of them; secrets are private."""
    ports = []
    for process in hosted.running(site.folder):
        for connection in process.net_connections(kind="inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip == "127.0.0.1"
                ports.append(connection.laddr.port)
    assert len(ports) == 2
    trusting = ssl.create_default_context(cafile=str(site.home("metrics") / "ca.crt"))
    for port in ports:
        for path in ("/nodes/cpu-1/metrics/resource", f"{API}/nodes", "/metrics"):
            with pytest.raises(urllib.error.HTTPError, match=r"40[134]"):
                urllib.request.urlopen(f"https://127.0.0.1:{port}{path}", timeout=5, context=trusting)
    for path in site.home("metrics").glob("*"):
        if not path.is_dir():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("program", [SERVER, USAGE])
def test_a_killed_program_comes_back_and_measures_again(site: Site, web: Api, program: str) -> None:
    """Whichever of the two is killed: it is started again, and use is what it was."""
    before = hosted.state(site.home("metrics")).restarts
    processes.owned(site.home("metrics"))[program].send_signal(signal.SIGKILL)
    web.wait("the restart", lambda: hosted.state(site.home("metrics")).restarts == before + 1, 10)

    def measured() -> bool:
        try:
            return used(web) == [101, 101]
        except ProviderError:
            return False

    web.wait("use to be read again", measured, 40)


def test_it_comes_back_with_the_cluster(site: Site, web: Api, course: Path) -> None:
    """Paused and brought up: the programs run, use is read, and the capability is still told; twice adds nothing."""
    EmbeddedProvider().stop("metrics")
    service.up("metrics", course)
    web.wait("use to be read again", lambda: used(web) == [101, 101], 40)
    assert "metrics" in web.call("GET", TOLD)["data"]["capabilities"].split(",")
    running = {process.pid for process in hosted.running(site.folder)}
    registry.add(site, "metrics")
    assert {process.pid for process in hosted.running(site.folder)} == running
