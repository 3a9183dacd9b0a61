"""What a cluster says of itself is true, and what it keeps from others is kept. Tests leave the cluster as it was."""

from __future__ import annotations

import json
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from labcluster import images, service
from labcluster.addons.course import LabNeeds, read_course
from labcluster.addons.students import add_lab
from labcluster.api import Api, NotFoundError
from labcluster.errors import ProviderError
from labcluster.factory import ScratchCluster
from labcluster.providers.base import Provider
from tests.api.labcluster.conformance.parts import Parts

Run = Callable[..., subprocess.CompletedProcess[str]]
SPACE = "lab-02-pods"  # a lab whose pods run on whatever nodes the provider has
SIMULATED = "conformance-simulated"
TOLD = "/api/v1/namespaces/kube-public/configmaps/labcluster"
SHELL = {"name": "main", "image": "localhost/lab/toolbox:1", "command": ["sh", "-c"]}


@pytest.fixture(scope="module")
def api(shared: ScratchCluster) -> Api:
    """The checker's credential."""
    return Api(shared.checker_kubeconfig)


@pytest.fixture(scope="module")
def provider(parts: Parts) -> Provider:
    """The provider under test."""
    return service.PROVIDERS[parts.provider]()


@pytest.fixture
def make(api: Api) -> Iterator[Callable[..., str]]:
    """Make a pod and wait until it is in a phase; all pods are gone at the end."""
    paths = []

    def pod(name: str, script: str, *, phase: str = "Running", space: str = SPACE, seconds: float = 60) -> str:
        path = f"/api/v1/namespaces/{space}/pods"
        spec = {
            "containers": [SHELL | {"args": [script]}],
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
        }
        meta = {"name": name, "namespace": space, "labels": {"t": name}}
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
        api.call("POST", path, body)
        paths.append(f"{path}/{name}")
        api.wait(f"{name}: {phase}", lambda: api.call("GET", paths[-1])["status"].get("phase") == phase, seconds)
        return name

    yield pod
    for path in paths:
        api.call("DELETE", path, gracePeriodSeconds="0")
        api.wait("the pod to be gone", lambda path=path: _gone(api, path), 30)  # type: ignore[misc]


def _gone(api: Api, path: str) -> bool:
    try:
        api.call("GET", path)
    except NotFoundError:
        return True
    return False


def test_the_cluster_says_what_its_provider_says(shared: ScratchCluster, provider: Provider) -> None:
    """The ConfigMap that graders read agrees with the provider; the student can read it."""
    info = provider.info(shared.name)
    told = Api(shared.student_kubeconfig).call("GET", TOLD)["data"]
    assert info.status == "running"
    assert told["provider"] == info.provider == shared.provider
    assert set(told["capabilities"].split(",")) == info.capabilities == shared.capabilities
    assert told["simulated"] == str(info.simulated).lower()
    assert told["student"] == shared.name
    assert ("probeImage" in told) == ("images" in info.capabilities)


def test_pods_are_scheduled(shared: ScratchCluster, make: Callable[..., str], api: Api) -> None:
    """Capability schedule: a pod gets a node and runs."""
    make("scheduled", "sleep 60")
    assert "schedule" in shared.capabilities
    assert api.call("GET", f"/api/v1/namespaces/{SPACE}/pods/scheduled")["spec"]["nodeName"]


def test_logs_are_there_where_claimed(shared: ScratchCluster, make: Callable[..., str], kubectl: Run) -> None:
    """Capability logs: what a container wrote can be read, or the cluster does not claim it."""
    make("talker", "echo said something; sleep 60")

    def said() -> bool:
        return kubectl(shared.student_kubeconfig, "logs", "-n", SPACE, "talker").stdout == "said something\n"

    assert _soon(said) == ("logs" in shared.capabilities)


def test_commands_run_where_claimed(shared: ScratchCluster, make: Callable[..., str], kubectl: Run) -> None:
    """Capability exec: a command runs inside a container, or the cluster does not claim it."""
    make("doer", "sleep 60")
    command = ("exec", "-n", SPACE, "doer", "--", "sh", "-c", "expr 20 + 22")
    found = kubectl(shared.student_kubeconfig, *command).stdout
    assert (found == "42\n") == ("exec" in shared.capabilities)


def test_traffic_flows_where_claimed(shared: ScratchCluster, make: Callable[..., str], api: Api) -> None:
    """Capability network: a pod reaches another by a Service's name, or the cluster does not claim it."""
    service_path = f"/api/v1/namespaces/{SPACE}/services"
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "pages", "namespace": SPACE},
            "spec": {"selector": {"t": "server"}, "ports": [{"port": 80, "targetPort": 8080}]}}  # fmt: skip
    api.call("POST", service_path, body)
    make("server", "mkdir -p /tmp/www; echo a page > /tmp/www/index.html; httpd -f -p 8080 -h /tmp/www")
    try:
        fetch = "for n in 1 2 3 4 5 6 7 8; do timeout 2 wget -q -O - http://pages && exit 0; sleep 0.5; done; exit 1"
        try:
            make("client", fetch, phase="Succeeded", seconds=30 if "network" in shared.capabilities else 4)
            arrived = True
        except ProviderError:
            arrived = False
    finally:
        api.call("DELETE", f"{service_path}/pages")
    assert arrived == ("network" in shared.capabilities)


def test_images_are_taken_where_claimed(shared: ScratchCluster, provider: Provider) -> None:
    """Capability images: the provider takes an image, or refuses and does not claim it."""
    try:
        provider.load_image(shared.name, *images.archives(["toolbox"]))
        taken = True
    except ProviderError:
        taken = False
    assert taken == ("images" in shared.capabilities)


def test_simulated_nodes_say_so_and_take_only_who_asks(
    shared: ScratchCluster, make: Callable[..., str], api: Api, provider: Provider
) -> None:
    """The pool is there and labelled; a lab with `nodes: simulated` uses it, and other labs use real nodes if any."""
    pool = api.call("GET", "/api/v1/nodes", labelSelector="labcluster.dev/simulated=true")["items"]
    names = {node["metadata"]["name"] for node in pool}
    assert {"cpu-1", "gpu-1", "edge-1"} <= names
    assert all(node["status"]["nodeInfo"]["kubeletVersion"] == "simulated" for node in pool)
    add_lab(api, LabNeeds("conformance", SIMULATED, nodes="simulated"), beside_real=not provider.simulated)
    try:
        make("far", "sleep 60", space=SIMULATED)
        make("near", "sleep 60")
        where = {name: api.call("GET", f"/api/v1/namespaces/{space}/pods/{name}")["spec"]["nodeName"]
                 for name, space in (("far", SIMULATED), ("near", SPACE))}  # fmt: skip
        assert where["far"] in names
        assert (where["near"] in names) == provider.simulated
    finally:
        api.call("DELETE", f"/api/v1/namespaces/{SIMULATED}")
    system = api.call("GET", "/api/v1/namespaces/kube-system/pods")["items"]
    assert not names & {pod["spec"].get("nodeName") for pod in system}


def test_a_reset_empties_the_lab(shared: ScratchCluster, make: Callable[..., str], api: Api, course: Path) -> None:
    """`reset` removes the student's objects and leaves a namespace in which pods run again at once."""
    path = f"/api/v1/namespaces/{SPACE}/configmaps"
    api.call("POST", path, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}})
    shared.reset(SPACE.removeprefix("lab-"))
    assert {item["metadata"]["name"] for item in api.call("GET", path)["items"]} <= {"kube-root-ca.crt"}
    make("again", "sleep 60")


@pytest.mark.parametrize(
    ("spec", "allowed"),
    [
        ({}, True),
        ({"hostNetwork": True}, False),
        ({"hostPID": True}, False),
        ({"volumes": [{"name": "host", "hostPath": {"path": "/"}}]}, False),
    ],
    ids=["ordinary", "host network", "host processes", "host files"],
)
def test_a_pod_cannot_reach_for_its_node(
    shared: ScratchCluster, kubectl: Run, spec: dict[str, Any], allowed: bool
) -> None:
    """Students' namespaces enforce Pod Security `baseline`: on real containers, the node is at stake."""
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "reacher"},
            "spec": {"containers": [SHELL | {"args": ["id"]}], **spec}}  # fmt: skip
    command = ("apply", "-n", SPACE, "--dry-run=server", "-f", "-")
    done = kubectl(shared.student_kubeconfig, *command, stdin=json.dumps(body))
    assert (done.returncode == 0) == allowed, done.stderr
    assert allowed or "PodSecurity" in done.stderr


def test_a_privileged_container_is_refused(shared: ScratchCluster, kubectl: Run) -> None:
    """The one setting that would give the whole node away."""
    container = SHELL | {"args": ["id"], "securityContext": {"privileged": True}}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "lord"}, "spec": {"containers": [container]}}
    command = ("apply", "-n", SPACE, "--dry-run=server", "-f", "-")
    done = kubectl(shared.student_kubeconfig, *command, stdin=json.dumps(body))
    assert done.returncode != 0
    assert "PodSecurity" in done.stderr


def test_the_student_edits_in_the_labs_and_sees_nodes(shared: ScratchCluster, kubectl: Run, course: Path) -> None:
    """What the labs need is allowed: edit in their namespaces, a look at nodes."""
    for lab in read_course(course):
        question = ("auth", "can-i", "create", "deployments.apps", "-n", lab.namespace)
        assert kubectl(shared.student_kubeconfig, *question).stdout == "yes\n"
    assert kubectl(shared.student_kubeconfig, "auth", "can-i", "watch", "nodes").stdout == "yes\n"


@pytest.mark.parametrize(
    "question",
    [
        ("patch", "pods", "--subresource=status"),
        ("update", "deployments.apps", "--subresource=status"),
        ("patch", "jobs.batch", "--subresource=status"),
        ("patch", "nodes"),
        ("create", "pods", "-n", "kube-system"),
        ("create", "pods", "-n", "labcluster"),
        ("patch", "namespaces"),
        ("create", "clusterrolebindings"),
        ("create", "rolebindings"),
        ("get", "secrets", "-n", "kube-system"),
        ("update", "configmaps", "-n", "kube-public"),
        ("create", "certificatesigningrequests"),
    ],
)
def test_the_student_cannot_pretend(shared: ScratchCluster, kubectl: Run, question: tuple[str, ...]) -> None:
    """No status subresource, no rights beyond the labs, no word in what the cluster says of itself."""
    place = () if "-n" in question else ("-n", "lab-04-deployments")
    assert kubectl(shared.student_kubeconfig, "auth", "can-i", *question, *place).stdout == "no\n"


def test_a_status_patch_is_really_refused(shared: ScratchCluster) -> None:
    """The API server answers Forbidden to a student who would declare a pod Running."""
    path = "/api/v1/namespaces/lab-04-deployments/pods/any/status"
    with pytest.raises(ProviderError, match="cannot patch resource"):
        Api(shared.student_kubeconfig).merge(path, {"status": {"phase": "Running"}})


def test_files_are_private(shared: ScratchCluster, parts: Parts) -> None:
    """Nothing in the cluster's folder is open to others, credentials least of all."""
    folder = shared.checker_kubeconfig.parent
    secrets = [folder / secret.format(name=shared.name) for secret in parts.secrets]
    assert all(secret.exists() for secret in [*secrets, shared.checker_kubeconfig, shared.student_kubeconfig])
    # A link's own mode means nothing: tools are linked, and hold no secret.
    found = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    assert [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.needs_other_user
def test_another_user_can_neither_read_nor_write(shared: ScratchCluster, parts: Parts, api: Api) -> None:
    """Another account of this machine is refused the files and the API."""
    as_nobody = ["sudo", "-n", "-u", "nobody"]
    folder = shared.checker_kubeconfig.parent
    for secret in ("student.kubeconfig", "checker.kubeconfig", *parts.secrets):
        path = folder / secret.format(name=shared.name)
        assert subprocess.run([*as_nobody, "cat", str(path)], capture_output=True, check=False).returncode != 0
    assert subprocess.run([*as_nobody, "touch", f"{folder}/new"], capture_output=True, check=False).returncode != 0
    command = [*as_nobody, "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "-d", "{}"]
    address = f"{api.server}/api/v1/namespaces/default/configmaps"
    code = subprocess.run([*command, address], capture_output=True, text=True, check=False).stdout
    assert code in ("401", "403")


def test_the_api_server_is_on_loopback_alone(api: Api) -> None:
    """From any other address of this machine, hence from other machines, the port does not answer."""
    port = api.server.rsplit(":", 1)[1]
    own = {a.address for found in psutil.net_if_addrs().values() for a in found if a.family.name == "AF_INET"}
    answers = {
        address
        for address in own
        if subprocess.run(
            ["curl", "-sk", "--max-time", "2", f"https://{address}:{port}/livez"], capture_output=True, check=False
        ).returncode == 0
    }  # fmt: skip
    assert answers == {"127.0.0.1"}


def _soon(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)  # polls the condition above
    return True
