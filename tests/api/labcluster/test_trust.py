"""Nobody but its student and its checker can read or write a cluster, and the student cannot pretend."""

from __future__ import annotations

import json
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

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


def test_memory_stays_within_what_is_promised(course: Path) -> None:
    """A new cluster takes at most 550 MiB (resident memory of its five processes)."""
    with scratch_cluster("memory", course=course, provider="embedded") as fresh:
        folder = fresh.checker_kubeconfig.parent
        parts = processes.owned(folder / "kwok" / "clusters" / fresh.name)
        assert len(parts) == 5
        assert processes.memory_mib(list(parts.values())) <= 550
