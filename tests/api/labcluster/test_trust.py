"""Nobody but its student and its checker can read or write a cluster, and the student cannot pretend."""

from __future__ import annotations

import json
import ssl
import stat
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from labcluster import tools
from labcluster.addons.course import read_course
from labcluster.api import Api
from labcluster.errors import ProviderError
from labcluster.factory import ScratchCluster, scratch_cluster
from labcluster.providers import processes

pytestmark = pytest.mark.needs_cluster


@pytest.fixture(scope="module")
def parts(cluster: ScratchCluster) -> dict[str, psutil.Process]:
    """The cluster's processes by component."""
    folder = cluster.checker_kubeconfig.parent
    return processes.owned(folder / "kwok" / "clusters" / cluster.name)


@pytest.fixture(scope="module")
def numbers(cluster: ScratchCluster) -> dict[str, int]:
    """The cluster's ports by component."""
    loaded: dict[str, int] = json.loads((cluster.checker_kubeconfig.parent / "ports.json").read_text())
    return loaded


def kubectl(cluster: ScratchCluster, *arguments: str) -> subprocess.CompletedProcess[str]:
    """kubectl with the student's credential."""
    command = [str(tools.ensure()["kubectl"]), "--kubeconfig", str(cluster.student_kubeconfig), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_listener_is_on_loopback_and_kwok_has_none(parts: dict[str, psutil.Process]) -> None:
    """No component can be reached from another machine; the simulator cannot be reached at all."""
    listening = {
        name: {c.laddr.ip for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
        for name, process in parts.items()
    }
    assert listening.pop("kwok-controller") == set()
    assert all(addresses == {"127.0.0.1"} for addresses in listening.values()), listening


@pytest.mark.parametrize("part", ["etcd", "etcd_peer"])
def test_etcd_demands_a_certificate(numbers: dict[str, int], part: str) -> None:
    """Without a client certificate neither etcd's clients' port nor its peers' port answers."""
    anybody = ssl._create_unverified_context()  # noqa: S323 - the point is to come without credentials
    with pytest.raises((ssl.SSLError, urllib.error.URLError, ConnectionError)):
        urllib.request.urlopen(f"https://127.0.0.1:{numbers[part]}/version", context=anybody, timeout=5).read()


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("controller_manager", "/metrics"),
        ("scheduler", "/metrics"),
        ("apiserver", "/metrics"),
        ("apiserver", "/api/v1/nodes"),
    ],
)
def test_components_refuse_who_has_no_credential(numbers: dict[str, int], part: str, path: str) -> None:
    """Metrics and objects are answered with 401 or 403 to an anonymous caller."""
    anybody = ssl._create_unverified_context()  # noqa: S323 - the point is to come without credentials
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"https://127.0.0.1:{numbers[part]}{path}", context=anybody, timeout=5)
    assert refused.value.code in (401, 403)


def test_files_are_private(cluster: ScratchCluster) -> None:
    """Credentials and keys are 0600, folders 0700."""
    folder = cluster.checker_kubeconfig.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    secrets = [cluster.checker_kubeconfig, cluster.student_kubeconfig, *folder.glob("kwok/clusters/*/pki/*.key")]
    assert len(secrets) >= 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}


@pytest.mark.needs_other_user
def test_another_user_can_neither_read_nor_write(cluster: ScratchCluster, numbers: dict[str, int]) -> None:
    """Another account of this machine is refused the files, the API and etcd."""
    as_nobody = ["sudo", "-n", "-u", "nobody"]
    for path in (cluster.student_kubeconfig, cluster.checker_kubeconfig):
        assert subprocess.run([*as_nobody, "cat", str(path)], capture_output=True, check=False).returncode != 0
    for port, path in (
        (numbers["apiserver"], "/api/v1/namespaces/default/configmaps"),
        (numbers["etcd"], "/v3/kv/range"),
    ):
        command = [*as_nobody, "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "-d", "{}"]
        code = subprocess.run(
            [*command, f"https://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=False
        ).stdout
        assert code in ("000", "401", "403"), (port, code)


def test_the_student_edits_in_the_labs_and_sees_nodes(cluster: ScratchCluster, course: Path) -> None:
    """What the labs need is allowed: edit in their namespaces, a look at nodes."""
    for lab in read_course(course):
        assert kubectl(cluster, "auth", "can-i", "create", "deployments.apps", "-n", lab.namespace).stdout == "yes\n"
    assert kubectl(cluster, "auth", "can-i", "watch", "nodes").stdout == "yes\n"


@pytest.mark.parametrize(
    "question",
    [
        ("patch", "pods", "--subresource=status"),
        ("update", "deployments.apps", "--subresource=status"),
        ("patch", "jobs.batch", "--subresource=status"),
        ("patch", "nodes"),
        ("create", "pods", "-n", "kube-system"),
        ("create", "clusterrolebindings"),
        ("create", "rolebindings"),
        ("get", "secrets", "-n", "kube-system"),
        ("update", "configmaps", "-n", "kube-public"),
        ("create", "certificatesigningrequests"),
    ],
)
def test_the_student_cannot_pretend(cluster: ScratchCluster, question: tuple[str, ...]) -> None:
    """No status subresource, no rights beyond the labs, no word in what the cluster says of itself."""
    place = () if "-n" in question else ("-n", "lab-04-deployments")
    assert kubectl(cluster, "auth", "can-i", *question, *place).stdout == "no\n"


def test_a_status_patch_is_really_refused(cluster: ScratchCluster) -> None:
    """The API server answers Forbidden to a student who would declare a pod Running."""
    path = "/api/v1/namespaces/lab-04-deployments/pods/any/status"
    with pytest.raises(ProviderError, match="cannot patch resource"):
        Api(cluster.student_kubeconfig).merge(path, {"status": {"phase": "Running"}})


def test_a_simulated_cluster_says_so(cluster: ScratchCluster) -> None:
    """The ConfigMap that graders read names the provider and that it is simulated; the student can read it."""
    told = Api(cluster.student_kubeconfig).call("GET", "/api/v1/namespaces/kube-public/configmaps/labcluster")["data"]
    assert told["provider"] == "embedded"
    assert told["simulated"] == "true"
    assert told["capabilities"] == "schedule"
    assert told["student"] == cluster.name


def test_memory_stays_within_what_is_promised(course: Path) -> None:
    """A new cluster takes at most 550 MiB (resident memory of its five processes)."""
    with scratch_cluster("memory", course=course, provider="embedded") as fresh:
        folder = fresh.checker_kubeconfig.parent
        parts = processes.owned(folder / "kwok" / "clusters" / fresh.name)
        assert len(parts) == 5
        assert processes.memory_mib(list(parts.values())) <= 550
