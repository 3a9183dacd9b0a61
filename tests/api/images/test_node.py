"""Nodes made from our image, three of them: Pods reach each other across nodes, by address, Service and name, also
after the nodes were stopped and came back with other addresses."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from labcluster import tools
from labcluster.images import archives
from labcluster.providers.kind import image
from labcluster.providers.kind.engine import ATTEMPTS, Engine, hiccup

# Creating three nodes takes half a minute alone, several on a busy machine.
pytestmark = [pytest.mark.needs_kind, pytest.mark.timeout(900)]
NAME = "node-image-test"
NODES = (f"{NAME}-control-plane", f"{NAME}-worker", f"{NAME}-worker2")
BY_NAME = "http://web.default.svc.cluster.local/"
REQUESTS = 30
EVERYWHERE = [{"operator": "Exists"}]


@dataclass(frozen=True)
class Cluster:
    """Three nodes, by kind's own command."""

    engine: Engine
    kubeconfig: Path

    def kind(self, *arguments: str) -> None:
        """Run kind; again where Podman's client lost what it was told."""
        environment = self.engine.environment | {"KUBECONFIG": str(self.kubeconfig)}
        command = [str(tools.ensure("kind")["kind"]), *arguments, "--name", NAME]
        for _attempt in range(ATTEMPTS):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
            if not hiccup(done.stderr):
                break
            if arguments[0] == "create":
                self.kind("delete", "cluster")
        assert done.returncode == 0, done.stderr

    def kubectl(self, *arguments: str, given: str | None = None) -> str:
        """What kubectl prints."""
        command = [str(tools.ensure()["kubectl"]), "--kubeconfig", str(self.kubeconfig), *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def items(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects that `kubectl get` finds."""
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json"))["items"]
        return found

    def apply(self, *objects: dict[str, Any]) -> None:
        """Create or change objects."""
        self.kubectl("apply", "-f", "-", given=yaml.safe_dump_all(objects))

    def addresses(self) -> dict[str, str]:
        """Each node's address, as the cluster knows it."""
        return {n["metadata"]["name"]: n["status"]["addresses"][0]["address"] for n in self.items("nodes")}


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for it, whatever fails meanwhile."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        assert time.monotonic() < deadline
        time.sleep(0.5)  # polls the condition


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One control plane and two workers, with the web server on each."""
    engine = image.at_hand()
    assert engine is not None
    made = Cluster(engine, tmp_path_factory.mktemp("nodes") / "kubeconfig")
    config = made.kubeconfig.with_name("kind.yaml")
    config.write_text(yaml.safe_dump({
        "kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": {"disableDefaultCNI": image.brings_network(image.reference()), "podSubnet": "10.244.0.0/16"},
        "nodes": [{"role": "control-plane"}, {"role": "worker"}, {"role": "worker"}],
        "kubeadmConfigPatches": ["kind: KubeletConfiguration\nfailCgroupV1: false\n"],
    }))  # fmt: skip
    made.kind("delete", "cluster")  # what a killed run left
    try:
        made.kind("create", "cluster", "--config", str(config), "--image", image.reference(), "--wait", "2m")
        for archive in archives(["web", "load"]):
            made.kind("load", "image-archive", str(archive))
        made.apply(*web())
        all_up(made)
        yield made
    finally:
        made.kind("delete", "cluster")


def all_up(cluster: Cluster) -> None:
    """Wait for the servers, and until each node knows them by name: kind itself waits for nodes alone."""
    for part in ("daemonset/kube-proxy", "deployment/coredns"):
        cluster.kubectl("-n", "kube-system", "rollout", "status", part, "--timeout=120s")
    cluster.kubectl("rollout", "status", "daemonset/web", "--timeout=120s")
    for node in NODES:
        until(lambda node=node: send(cluster, node, BY_NAME)["failed"] == 0)


def web() -> tuple[dict[str, Any], dict[str, Any]]:
    """The web server on each node, and its Service."""
    labels = {"app": "web"}
    name = {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    container = {"name": "web", "image": "localhost/lab/web:1", "env": [name]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container], "tolerations": EVERYWHERE}}
    servers = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "web"},
               "spec": {"selector": {"matchLabels": labels}, "template": template}}  # fmt: skip
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
               "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}}  # fmt: skip
    return servers, service


def send(cluster: Cluster, node: str, url: str) -> dict[str, Any]:
    """What a Pod on that node got back."""
    arguments = ["--url", url, "--requests", str(REQUESTS), "--timeout", "5s"]
    container = {"name": "load", "image": "localhost/lab/load:1", "args": arguments}
    spec = {"nodeName": node, "restartPolicy": "Never", "tolerations": EVERYWHERE, "containers": [container]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "load"}, "spec": spec})
    try:
        cluster.kubectl("wait", "pod/load", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=90s")
        result: dict[str, Any] = json.loads(cluster.kubectl("logs", "load"))
    finally:
        cluster.kubectl("delete", "pod", "load", "--now")
    return result


def traffic_flows(cluster: Cluster) -> bool:
    """Whether every node's Pods reach a Pod elsewhere by its address, and all of them through the Service's name."""
    servers = cluster.items("pods", "-l", "app=web")
    for node in NODES:
        other = next(pod for pod in servers if pod["spec"]["nodeName"] != node)
        direct = send(cluster, node, f"http://{other['status']['podIP']}:8080/")
        assert direct["by_pod"] == {other["metadata"]["name"]: REQUESTS}
        shared = send(cluster, node, BY_NAME)
        assert (shared["errors"], shared["failed"]) == ({}, 0)
        assert set(shared["by_pod"]) == {pod["metadata"]["name"] for pod in servers}
    return True


def test_pods_across_nodes(cluster: Cluster) -> None:
    """Pods of three nodes reach each other by address and by name, and none of 180 requests is lost."""
    assert traffic_flows(cluster)


def test_pods_keep_their_address(cluster: Cluster) -> None:
    """A Pod on another node sees who asks: the Pod's own address, not its node's."""
    asking, asked = (pod for pod in cluster.items("pods", "-l", "app=web") if pod["spec"]["nodeName"] != NODES[0])
    answer = ask(cluster, asking, f"http://{asked['status']['podIP']}:8080/")
    assert f"client={asking['status']['podIP']}" in answer


def ask(cluster: Cluster, pod: dict[str, Any], url: str) -> str:
    """What curl gets in the Pod's network: our images hold no client that shows an answer."""
    on_node = ("exec", pod["spec"]["nodeName"])
    container = pod["status"]["containerStatuses"][0]["containerID"].removeprefix("containerd://")
    tasks = cluster.engine.run(*on_node, "ctr", "--namespace", "k8s.io", "tasks", "ls").splitlines()
    process = next(line.split()[1] for line in tasks if line.startswith(container))
    return cluster.engine.run(*on_node, "nsenter", "--target", process, "--net", "curl", "--silent", url)


def test_names_stay_inside(cluster: Cluster) -> None:
    """Pods do not inherit the engine's search domain, by which each of their questions would leave the cluster."""
    said = cluster.engine.run("exec", NODES[0], "cat", "/kind/resolv.conf")
    assert "nameserver" in said
    assert "search" not in said


def test_other_addresses(cluster: Cluster) -> None:
    """Stopped and started in another order, the nodes have other addresses, and everything follows."""
    before = cluster.addresses()
    cluster.engine.run("kill", *NODES)
    running = ("inspect", "--format", "{{.State.Running}}", *NODES)
    until(lambda: "true" not in cluster.engine.run(*running))
    for node in reversed(NODES):
        cluster.engine.run("start", node)
    until(lambda: cluster.kubectl("get", "--raw", "/readyz") == "ok")
    until(lambda: cluster.addresses() != before)
    cluster.kubectl("wait", "node", "--all", "--for=condition=Ready", "--timeout=120s")
    all_up(cluster)
    until(lambda: traffic_flows(cluster))  # the objects still tell of the time before
