"""What the conformance suite must know of each provider: its parts, and what it could leave behind. Thin on purpose."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Protocol

from labcluster.paths import clusters_dir
from labcluster.providers import processes
from labcluster.providers.embedded.provider import EmbeddedProvider
from labcluster.providers.kind import network, record, simulator
from labcluster.providers.kind.engine import Engine, EngineError
from labcluster.providers.kind.image import at_hand


class Parts(Protocol):
    """One provider, seen from below."""

    provider: str
    killable: tuple[str, ...]  # parts whose sudden end a cluster survives
    secrets: tuple[str, ...]  # files of a cluster's folder that nobody else may read

    def kill(self, name: str, part: str) -> None:
        """kill -9."""

    def begun(self, name: str) -> bool:
        """Whether a creation has got so far that it could leave something."""

    def kill_maker(self, name: str) -> None:
        """kill -9 of the program that makes the cluster for us."""

    def remains(self, name: str) -> list[str]:
        """What of the cluster is on this machine: processes, containers, networks, volumes, files."""


def _files(name: str) -> list[str]:
    folder = clusters_dir() / name
    return [str(folder)] if folder.exists() else []


class EmbeddedParts:
    """Processes of this user."""

    provider = "embedded"
    killable: tuple[str, ...] = ("kube-apiserver", "etcd", "kwok-controller")
    secrets: tuple[str, ...] = ("kwok/clusters/{name}/pki/ca.key", "ports.json")

    def kill(self, name: str, part: str) -> None:
        """By its pid file."""
        processes.kill([processes.owned(self._home(name))[part]])

    def begun(self, name: str) -> bool:
        """Its first component runs."""
        return bool(processes.strays(self._home(name)))

    def kill_maker(self, name: str) -> None:
        """kwokctl."""
        processes.kill(processes.makers("kwokctl", self._config(name)))

    def remains(self, name: str) -> list[str]:
        """Components, kwokctl, and the folder."""
        running = processes.strays(self._home(name)) + processes.makers("kwokctl", self._config(name))
        return [str(process) for process in running] + _files(name)

    def _home(self, name: str) -> Path:
        return EmbeddedProvider()._workdir(name)

    def _config(self, name: str) -> Path:
        return clusters_dir() / name / "kwokctl.yaml"


class KindParts:
    """A container, its volume and its network on an engine, and one process beside it."""

    provider = "kind"
    killable: tuple[str, ...] = ("kube-apiserver", "etcd", "kubelet", "kwok-controller", "node")
    secrets: tuple[str, ...] = ("kind.json", "kind.yaml", "kind.log", "simulator/stages.yaml")

    @property
    def engine(self) -> Engine:
        """The engine that the tests use."""
        found = at_hand()
        assert found is not None
        return found

    def node(self, name: str) -> str:
        """The container's name, also when nothing remembers it any more."""
        return f"{self.network(name)}-control-plane"

    def network(self, name: str) -> str:
        """The network's name."""
        return record.kind_name(name, clusters_dir() / name)

    def kill(self, name: str, part: str) -> None:
        """Inside the node by name; the node itself from outside."""
        if part == "node":
            self.engine.run("kill", self.node(name))
        elif part == simulator.COMPONENT:
            processes.kill(simulator.running(clusters_dir() / name))
        else:
            self.engine.run("exec", self.node(name), "pkill", "-KILL", "-x", part)

    def begun(self, name: str) -> bool:
        """The node's container is there."""
        return self.engine.tries("container", "inspect", self.node(name))

    def kill_maker(self, name: str) -> None:
        """kind."""
        processes.kill(self._makers(name))

    def remains(self, name: str) -> list[str]:
        """Container, volumes, network, kind, the engine's programs that it started, the simulator, and the folder."""
        engine, node = self.engine, self.node(name)
        found = [node] if self.begun(name) else []
        with contextlib.suppress(EngineError):
            found += engine.run("volume", "ls", "--quiet", "--filter", f"label={node}").split()
        found += [self.network(name)] if network.exists(engine, self.network(name)) else []
        running = self._makers(name) + processes.strays(clusters_dir() / name / "simulator")
        running += processes.with_arguments(engine.program, lambda argument: node in argument)
        return found + [str(process) for process in running] + _files(name)

    def _makers(self, name: str) -> processes.Processes:
        return processes.makers("kind", clusters_dir() / name / "kind.yaml")


ALL: dict[str, Parts] = {"embedded": EmbeddedParts(), "kind": KindParts()}
