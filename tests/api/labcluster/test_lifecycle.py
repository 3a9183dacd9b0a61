"""A cluster's life on the embedded provider: made, paused, damaged, resumed, removed; two of them side by side."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from labcluster import service, tools
from labcluster.api import Api
from labcluster.providers import ports, processes
from labcluster.providers.embedded.provider import EmbeddedProvider
from tests.polling import until

pytestmark = pytest.mark.needs_cluster
LABCLUSTER = str(Path(sys.executable).with_name("labcluster"))
NAMESPACE = "lab-04-deployments"


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own; whatever is still there at the end is removed."""
    monkeypatch.setenv("LABCLUSTER_STATE", str(tmp_path))
    yield tmp_path
    for name in EmbeddedProvider().names():
        EmbeddedProvider().delete(name)


def workdir(name: str) -> Path:
    """Where kwokctl keeps the cluster."""
    return EmbeddedProvider()._workdir(name)


def put(api: Api, name: str) -> None:
    """A ConfigMap in a lab's namespace, standing for the student's work."""
    api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": NAMESPACE}})


def names(api: Api) -> set[str]:
    """The ConfigMaps that are there."""
    return {i["metadata"]["name"] for i in api.call("GET", f"/api/v1/namespaces/{NAMESPACE}/configmaps")["items"]}


def test_objects_survive_pause_kill_and_stale_pid_files(own_state: Path, course: Path) -> None:
    """After a pause, a killed API server, and a reboot (all dead, pid files naming strangers), objects are there."""
    cluster, _ = service.up("ana", course)
    put(Api(cluster.checker_kubeconfig), "mine")

    cluster.provider.stop("ana")
    assert cluster.provider.info("ana").status == "paused"
    cluster.provider.start("ana")
    assert "mine" in names(Api(cluster.checker_kubeconfig))

    processes.owned(workdir("ana"))["kube-apiserver"].send_signal(signal.SIGKILL)
    until(lambda: cluster.provider.info("ana").status == "broken", 20)
    cluster.provider.start("ana")
    assert "mine" in names(Api(cluster.checker_kubeconfig))

    processes.kill(list(processes.owned(workdir("ana")).values()))
    stranger = subprocess.Popen(["/bin/sleep", "60"])
    try:
        for pid_file in (workdir("ana") / "pids").glob("*.pid"):
            pid_file.write_text(str(stranger.pid))
        cluster.provider.start("ana")
        assert "mine" in names(Api(cluster.checker_kubeconfig))
        assert stranger.poll() is None, "a process that is not ours was ended"
    finally:
        stranger.kill()
        stranger.wait()


def test_down_leaves_no_process_port_or_file(own_state: Path, course: Path) -> None:
    """What a cluster took, it gives back."""
    cluster, _ = service.up("gone", course)
    numbers = json.loads((own_state / "clusters/gone/ports.json").read_text())
    running = list(processes.owned(workdir("gone")).values())
    assert len(running) == 5
    cluster.provider.delete("gone")
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in running)
    assert all(ports.is_free(port) for port in numbers.values())
    assert list((own_state / "clusters").iterdir()) == []


def test_two_students_never_see_each_other(own_state: Path, course: Path) -> None:
    """Two clusters made at once have their own objects, and one's credential means nothing to the other."""
    makers = [
        subprocess.Popen([LABCLUSTER, "up", "--name", n, "--course", str(course), "--json"], stdout=subprocess.PIPE)
        for n in ("ana", "bia")
    ]
    ana, bia = (json.loads(maker.communicate(timeout=90)[0]) for maker in makers)
    put(Api(Path(ana["checker_kubeconfig"])), "of-ana")
    assert "of-ana" not in names(Api(Path(bia["checker_kubeconfig"])))
    token = Path(ana["kubeconfig"]).read_text().split("token: ")[1].split()[0]
    stranger = subprocess.run(
        [str(tools.ensure()["kubectl"]), "--server", bia["server"], "--token", token, "--insecure-skip-tls-verify",
         "--kubeconfig", "/dev/null", "get", "nodes"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert stranger.returncode != 0
    assert "Unauthorized" in stranger.stderr or "must be logged in" in stranger.stderr


@pytest.mark.parametrize("command", ["pause", "resume", "down", "info", "logs", "kubeconfig", "reset"])
def test_a_cluster_that_is_not_there_is_named(own_state: Path, course: Path, command: str) -> None:
    """Every command that needs a cluster says which one is missing, and exits with 1."""
    environment = {**os.environ, "COURSE_DIR": str(course)}
    done = subprocess.run(
        [LABCLUSTER, command, "--name", "nobody"], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 1
    assert "no cluster 'nobody'" in done.stderr
