"""The container: the same program in an image FROM scratch, run by Docker or Podman through the `docker` package."""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import docker
import psutil
import requests
from docker.errors import APIError, DockerException, ImageNotFound
from docker.models.containers import Container

from labbench.contender import Instance, Lines
from labbench.errors import TrialError, UnavailableError
from labbench.process import MIB

LABEL = "labbench"
LIMIT = 512 * MIB  # no instance may take more, whatever happens in it
_FAILURES = (DockerException, requests.RequestException, OSError)


def sockets() -> list[str]:
    """Where an engine may listen: what the environment names, else Docker's and Podman's usual places."""
    named = [os.environ[name] for name in ("DOCKER_HOST", "CONTAINER_HOST") if os.environ.get(name)]
    runtime = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    usual = [
        "/var/run/docker.sock", f"{runtime}/docker.sock", str(Path.home() / ".docker/run/docker.sock"),
        "/run/podman/podman.sock", f"{runtime}/podman/podman.sock",
    ]  # fmt: skip
    return named or [f"unix://{path}" for path in usual if Path(path).exists()]


def connect() -> docker.DockerClient:
    """The first engine that answers.

    Raises:
        UnavailableError: none does; the message says what each one said.
    """
    said = []
    for address in sockets():
        try:
            client = docker.DockerClient(base_url=address, timeout=30)
            client.ping()
        except _FAILURES as error:
            said.append(f"{address}: {error}")
        else:
            return client
    raise UnavailableError("; ".join(said) or "no engine's socket was found")


def archive(name: str, program: bytes, machine: str) -> tuple[str, bytes]:
    """An image that holds nothing but the program: its id, and it as a docker-archive.

    Nothing in it depends on when or where it is made, so everybody who has the same program has the same image id.
    """
    layer = _tar({"workload": (0o755, program)})
    config = {
        "architecture": machine,
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {"Entrypoint": ["/workload"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "labbench"}],
    }
    text = json.dumps(config, sort_keys=True).encode()
    digest = hashlib.sha256(text).hexdigest()
    manifest = [{"Config": f"{digest}.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    files = {
        f"{digest}.json": (0o644, text),
        "layer.tar": (0o644, layer),
        "manifest.json": (0o644, json.dumps(manifest).encode()),
    }
    return f"sha256:{digest}", _tar(files)


def _tar(files: Mapping[str, tuple[int, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, (mode, content) in files.items():
            entry = tarfile.TarInfo(name)
            entry.mode, entry.size = mode, len(content)
            made.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def owner(pid: int) -> str:
    """The label's value: whose container it is, told by machine and process."""
    return f"{platform.node()}/{pid}"


class ContainerInstance(Instance):
    """One container of ours; it is removed when it is stopped."""

    def __init__(self, container: Container) -> None:
        self._container = container
        try:
            # Attached before the start, so that no line is missed.
            output = container.attach(stdout=True, stderr=True, stream=True)
            container.start()
        except BaseException:  # Ctrl-C too: it is nobody else's to remove
            self._remove()
            raise
        self.lines = Lines(output)

    def memory(self) -> tuple[float, str]:
        """What the kernel charges to the container's cgroup, less the file pages that it could give back at once."""
        try:
            stats = cast(Mapping[str, Any], self._container.stats(stream=False, one_shot=True))["memory_stats"]
            details = stats.get("stats") or {}
            reclaimable = details.get("inactive_file", details.get("total_inactive_file", 0))
            return (stats["usage"] - reclaimable) / MIB, "cgroup"
        except (*_FAILURES, KeyError, TypeError) as cause:
            raise TrialError(f"the engine does not tell the container's memory: {cause!r}") from cause

    def stop(self) -> None:
        """Remove the container, running or not."""
        self._remove()
        self.lines.join()

    def _remove(self) -> None:
        try:
            self._container.remove(force=True, v=True)
        except APIError as error:
            if error.status_code not in (404, 409):  # gone, or just being removed
                raise TrialError(f"container {self._container.name} could not be removed: {error}") from error
        except _FAILURES as error:
            raise TrialError(f"container {self._container.name} could not be removed: {error}") from error


class ContainerContender:
    """Creates and starts a container for each instance: no network (the VM has none either), memory bounded."""

    seconds = 90.0

    def __init__(self, client: docker.DockerClient, program: bytes, machine: str) -> None:
        self._client = client
        self.image = f"localhost/lab/bench:{hashlib.sha256(program).hexdigest()[:12]}"
        self.id, self._archive = archive(self.image, program, machine)

    def load(self) -> None:
        """Load the image into the engine, unless it is there; remove what a killed experiment left behind.

        Raises:
            UnavailableError: the engine refuses it.
        """
        with _told("what an earlier experiment left behind could not be removed", UnavailableError):
            for left in self._client.containers.list(all=True, filters={"label": LABEL}):
                node, _slash, pid = str(left.labels.get(LABEL)).rpartition("/")
                if node == platform.node() and pid.isdecimal() and not psutil.pid_exists(int(pid)):
                    left.remove(force=True)
        try:
            self._client.images.get(self.image)
        except ImageNotFound:
            with _told("the image could not be loaded", UnavailableError):
                self._client.images.load(self._archive)

    @cached_property
    def _version(self) -> Mapping[str, Any]:
        with _told("the engine does not say its version", UnavailableError):
            return dict(self._client.version())

    def about(self) -> Mapping[str, Any]:
        """Engine and version, image id, and the cgroups' version."""
        with _told("the engine does not describe itself", UnavailableError):
            info = self._client.info()
            image = self._client.images.get(self.image)
        names = [part.get("Name", "") for part in self._version.get("Components") or []]
        engine = "Podman" if any("podman" in name.lower() for name in names) else "Docker"
        return {
            "engine": engine,
            "version": self._version.get("Version"),
            "runtime": info.get("DefaultRuntime"),
            "cgroup": info.get("CgroupVersion"),
            "image": self.image,
            "digest": image.id,
            "network": "none",
            "memory": "the container's cgroup, as the engine's stats tell it, less inactive file pages",
        }

    def start(self, arguments: Sequence[str]) -> ContainerInstance:
        """Create and start it."""
        with _told("the container could not be started", TrialError):
            made = self._client.containers.create(
                self.image,
                [*arguments, "-folder", "/"],
                labels={LABEL: owner(os.getpid())},
                network_mode="none",
                mem_limit=LIMIT,
            )
            return ContainerInstance(made)


@contextmanager
def _told(what: str, kind: type[TrialError] | type[UnavailableError]) -> Iterator[None]:
    try:
        yield
    except _FAILURES as cause:
        raise kind(f"{what}: {cause}") from cause
