"""A cluster's life: paused, hurt, resumed, apart from others, removed. Every test finds it running and leaves it so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labcluster import service
from labcluster.api import Api
from labcluster.factory import ScratchCluster
from labcluster.providers.base import Provider
from tests.api.labcluster.conformance.parts import Parts

LABCLUSTER = str(Path(sys.executable).with_name("labcluster"))
NAMESPACE = "lab-04-deployments"
CONFIG_MAPS = f"/api/v1/namespaces/{NAMESPACE}/configmaps"


@pytest.fixture
def provider(living: dict[str, Any], parts: Parts) -> Provider:
    """The living cluster's provider."""
    return service.PROVIDERS[parts.provider]()


@pytest.fixture
def work(living: dict[str, Any]) -> str:
    """A ConfigMap in a lab's namespace, standing for the student's work; its name."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine", "namespace": NAMESPACE}}
    Api(Path(living["checker_kubeconfig"])).apply(body)
    return "mine"


def objects(living: dict[str, Any]) -> set[str]:
    """The ConfigMaps that are there."""
    items = Api(Path(living["checker_kubeconfig"])).call("GET", CONFIG_MAPS)["items"]
    return {item["metadata"]["name"] for item in items}


def takes_pods(living: dict[str, Any]) -> bool:
    """Whether a new pod gets to run: scheduler, controllers and kubelet (or its simulation) work, not the API alone."""
    api = Api(Path(living["checker_kubeconfig"]))
    path = f"/api/v1/namespaces/{NAMESPACE}/pods"
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "proof", "namespace": NAMESPACE},
        "spec": {"containers": [{"name": "web", "image": "localhost/lab/web:1"}]},
    }
    api.call("POST", path, pod)
    try:
        api.wait("the pod to run", lambda: api.call("GET", f"{path}/proof")["status"].get("phase") == "Running", 60)
    finally:
        api.call("DELETE", f"{path}/proof", gracePeriodSeconds="0")
    return True


def test_objects_survive_a_pause(living: dict[str, Any], provider: Provider, work: str) -> None:
    """After pause and resume the objects are there, and new pods run."""
    provider.stop("own")
    assert provider.info("own").status == "paused"
    provider.start("own")
    assert provider.info("own").status == "running"
    assert work in objects(living)
    assert takes_pods(living)


def test_every_part_may_be_killed(living: dict[str, Any], provider: Provider, parts: Parts, work: str) -> None:
    """After kill -9 of any part, `resume` brings the cluster back with its objects, and new pods run."""
    for part in parts.killable:
        parts.kill("own", part)
        provider.start("own")
        assert provider.info("own").status == "running", part
        assert work in objects(living), part
    assert takes_pods(living)


def test_up_on_a_running_cluster_changes_nothing(
    living: dict[str, Any], provider: Provider, work: str, up: Callable[[str], subprocess.Popen[str]]
) -> None:
    """`up` may be repeated: same address, same objects."""
    before = provider.info("own").server
    again = up("own")
    said = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert provider.info("own").server == before
    assert work in objects(living)


def test_two_students_never_see_each_other(living: dict[str, Any], shared: ScratchCluster, work: str) -> None:
    """Another student's cluster has other objects, another address, and does not know this one's credential."""
    other = Api(shared.checker_kubeconfig)
    assert work not in {item["metadata"]["name"] for item in other.call("GET", CONFIG_MAPS)["items"]}
    assert other.server != living["server"]
    token = Path(living["kubeconfig"]).read_text().split("token: ")[1].split()[0]
    command = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", f"Authorization: Bearer {token}"]
    asked = [subprocess.run([*command, f"{server}/api/v1/nodes"], capture_output=True, text=True, check=False).stdout
             for server in (living["server"], other.server)]  # fmt: skip
    assert asked == ["200", "401"]


def test_logs_name_the_components(living: dict[str, Any], provider: Provider) -> None:
    """`logs` has the end of what API server and etcd said."""
    found = provider.logs("own")
    for component in ("etcd", "kube-apiserver"):
        assert found[component].strip(), sorted(found)
        assert len(found[component].splitlines()) <= 100


def test_a_port_taken_while_paused_is_named_and_nothing_is_lost(
    living: dict[str, Any], provider: Provider, work: str
) -> None:
    """`resume` says which port is taken; once it is free again, the cluster comes back."""
    port = living["server"].rsplit(":", 1)[1]
    provider.stop("own")
    listen = (
        "import socket,sys; s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
        "s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(); print('listens', flush=True); sys.stdin.read()"
    )
    thief = subprocess.Popen(
        [sys.executable, "-c", listen, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert thief.stdout is not None
        assert thief.stdout.readline() == "listens\n"
        done = subprocess.run([LABCLUSTER, "resume", "--name", "own"], capture_output=True, text=True, check=False)
    finally:
        thief.kill()
        thief.communicate()
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert "Traceback" not in done.stderr
    provider.start("own")
    assert work in objects(living)


@pytest.mark.needs_metrics
def test_add_on_metrics_reads_every_node(living: dict[str, Any], provider: Provider) -> None:
    """Capability metrics comes with the add-on, and with it what each node uses; of real pods it is really measured."""
    api = Api(Path(living["checker_kubeconfig"]))
    service.add_on("own", "metrics")
    assert "metrics" in provider.info("own").capabilities
    nodes = {node["metadata"]["name"] for node in api.call("GET", "/api/v1/nodes")["items"]}

    def read(path: str) -> set[str]:
        return {item["metadata"]["name"] for item in api.call("GET", f"/apis/metrics.k8s.io/v1beta1/{path}")["items"]}

    api.wait("each node to be read", lambda: read("nodes") == nodes, 60)
    if not provider.simulated:
        api.wait("DNS to be measured", lambda: any("coredns" in pod for pod in read("namespaces/kube-system/pods")), 90)


def test_down_leaves_nothing(living: dict[str, Any], provider: Provider, parts: Parts) -> None:
    """What a cluster took, it gives back: process, container, network, volume, file. (The last test.)"""
    assert parts.remains("own"), "the control: what is looked for can be seen while it is there"
    provider.delete("own")
    assert parts.remains("own") == []
    assert not provider.exists("own")
