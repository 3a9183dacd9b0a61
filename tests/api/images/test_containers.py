"""The workload images in real containers: unprivileged, root read-only, no network, with the output that labs use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import docker
import pytest
from docker.models.containers import Container

from labcluster.images import build, catalog

pytestmark = pytest.mark.needs_engine
# What Pod Security "restricted" asks for, and more: no capability, no new privileges, no writable root.
CONFINED = {
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "network_mode": "none",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[docker.DockerClient]:
    """The engine, with all workload images loaded from their archives."""
    client = docker.from_env()
    for image in catalog():
        with build(image).open("rb") as archive:
            client.images.load(archive.read())
    yield client
    client.close()


def output(engine: docker.DockerClient, name: str, *command: str, **options: object) -> str:
    """All that a confined container that ends by itself has printed."""
    container = engine.containers.run(f"localhost/lab/{name}", list(command), detach=True, **{**CONFINED, **options})
    try:
        container.wait(timeout=60)
        return container.logs().decode()  # not while it runs: Podman then loses the end
    finally:
        container.remove(force=True)


def test_md_one_checksum(engine: docker.DockerClient) -> None:
    """The same seed and steps give one checksum in every container; parameters may come from the environment."""
    first = output(engine, "md:1", "--seed", "42", "--steps", "200")
    again = output(engine, "md:1", environment={"SEED": "42", "STEPS": "200"})
    assert first == again
    assert re.search(r"^sha256=[0-9a-f]{64}$", first, re.MULTILINE)
    assert output(engine, "md:1", "--seed", "43", "--steps", "200") != first


def test_logger_and_collector(engine: docker.DockerClient) -> None:
    """What the logger writes into a volume, the collector reads from it (mounted read-only), line for line."""
    volume = engine.volumes.create("lab-images-test-logs")
    try:
        # As an emptyDir is: everybody may write.
        mount = {volume.name: {"bind": "/logs", "mode": "rw"}}
        engine.containers.run(
            "localhost/lab/toolbox:1", ["chmod", "777", "/logs"], remove=True, user="0", volumes=mount,
            network_mode="none",
        )  # fmt: skip
        output(engine, "logger:1", "--file", "/logs/run.log", "--rate", "100", "--lines", "3", volumes=mount)
        read_only = {volume.name: {"bind": "/logs", "mode": "ro"}}
        said = output(engine, "collector:1", "--lines", "3", volumes=read_only)
    finally:
        volume.remove(force=True)
    assert re.findall(r"^run\.log:(\d): \S+ app line=(\d)$", said, re.MULTILINE) == [("1", "1"), ("2", "2"), ("3", "3")]
    assert said.endswith("collector: 3 lines from 1 files\n")


def test_trainer(engine: docker.DockerClient) -> None:
    """It prints a falling loss for each epoch."""
    said = output(engine, "trainer:1", "--epochs", "5")
    losses = [float(loss) for loss in re.findall(r"^epoch=\d loss=(\S+)", said, re.MULTILINE)]
    assert len(losses) == 5
    assert losses == sorted(losses, reverse=True)


def test_toolbox(engine: docker.DockerClient) -> None:
    """Its shell runs as nonroot, cannot write the root, and knows the programs that labs name."""
    said = output(engine, "toolbox:1", "sh", "-c", "id -un; touch /x 2>/dev/null || echo no; which wget nslookup tail")
    assert said.split() == ["nonroot", "no", "/bin/wget", "/bin/nslookup", "/bin/tail"]


def until(web: Container, path: str, wanted: str) -> str:
    """Ask the web server, with load of the same network, until its document says what is wanted (10 s)."""
    command = ["--url", f"http://127.0.0.1:8080{path}", "--requests", "1", "--timeout", "1s"]
    said = ""
    for _ in range(40):  # each try takes a container's start, about 0.2 s
        said = output(web.client, "load:1", *command, network_mode=f"container:{web.id}")
        if wanted in said:
            return said
    return said


@pytest.mark.parametrize("version", ["1", "2"])
def test_web_and_load(engine: docker.DockerClient, version: str) -> None:
    """web says pod and version; its readiness is switched inside; load counts both; SIGTERM ends it with status 0."""
    web = engine.containers.run(
        f"localhost/lab/web:{version}", detach=True, environment={"POD_NAME": "p7", "DRAIN": "0s"}, **CONFINED
    )
    try:
        said = json.loads(until(web, "/", '"ok":1'))
        assert (said["by_pod"], said["by_version"], said["failed"]) == ({"p7": 1}, {version: 1}, 0)
        assert web.exec_run(["/web", "switch", "ready=off"]).exit_code == 0
        said = json.loads(until(web, "/readyz", '"503":1'))
        assert (said["sent"], said["failed"], said["statuses"]) == (1, 1, {"503": 1})
        web.stop(timeout=5)
        assert web.wait()["StatusCode"] == 0
    finally:
        web.remove(force=True)
