"""The embedded provider: a real control plane as processes of this user, nodes and containers simulated.

kwokctl (binary runtime) starts etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok, and remembers
them by pid files. This module names every port, gives each cluster a folder of its own and looks after what kwokctl
does not: locks, foreign processes under old numbers, ports taken meanwhile, creations cut off in the middle.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import NoReturn

import yaml

from labcluster import tools
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.paths import clusters_dir, write_private
from labcluster.providers import ports, processes
from labcluster.providers.base import Capability, Info, Status
from labcluster.providers.embedded import gates as embedded_gates
from labcluster.providers.embedded.config import configuration
from labcluster.providers.gates import Gates
from labcluster.providers.kept import HALF_MADE, Kept
from labcluster.providers.processes import Processes
from labcluster.providers.stages import STAGES

# A new API server takes requests a second before its own default roles are written: the steps after creation use
# that second, and wait for full readiness at their end.
LATE = ("rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes")
SERVING = "/readyz?" + "&".join(f"exclude=poststarthook/{hook}" for hook in LATE)
START_SECONDS = 60
FOREIGN = "kind.json"  # the kind provider's record of a cluster, which has ports too
COMPONENTS = {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"}


class EmbeddedProvider(Kept):
    """Clusters without root and without a container engine; see `labcluster.providers.base.Provider`."""

    name = "embedded"
    simulated = True
    capabilities: frozenset[Capability] = frozenset({"schedule"})

    def start(self, name: str) -> None:
        """Start what does not run, with the objects that etcd kept."""
        with self._locked(name):
            self._must_exist(name)
            if self._half_made(name):  # it was never ready, so no object of the student's is in it
                self._create(name)
                return
            running = processes.owned(self._workdir(name))
            if set(running) == COMPONENTS:
                return
            # One dead component leaves the others with broken connections: begin anew from etcd's data.
            self._end(name)
            self._check_ports(name)
            tools.ensure()
            self._begin(name)

    def stop(self, name: str) -> None:
        """End the cluster's processes; its data stays."""
        with self._locked(name):
            self._must_exist(name)
            self._end(name)

    def exists(self, name: str) -> bool:
        """Whether its folder is there, with ports that are not another provider's."""
        return (self._folder(name) / ports.FILE).exists() and not (self._folder(name) / FOREIGN).exists()

    def logs(self, name: str) -> dict[str, str]:
        """The last 100 lines of each component."""
        self._must_exist(name)
        files = sorted((self._workdir(name) / "logs").glob("*.log"))
        return {f.stem: "\n".join(f.read_text(errors="replace").splitlines()[-100:]) for f in files}

    def info(self, name: str) -> Info:
        """Status from the processes themselves, not from memory."""
        self._must_exist(name)
        running = processes.owned(self._workdir(name))
        status: Status = "running" if set(running) == COMPONENTS else "broken" if running else "paused"
        if self._half_made(name):
            status = "broken"
        return Info(
            name=name,
            provider=self.name,
            status=status,
            capabilities=self.capabilities | hosted.capabilities(self._folder(name)),
            simulated=self.simulated,
            server=f"https://127.0.0.1:{self._ports(name)['apiserver']}",
            memory_mib=round(processes.memory_mib([*running.values(), *hosted.running(self._folder(name))]), 1),
            folder=self._folder(name),
        )

    def load_image(self, name: str, *archives: Path) -> None:
        """Simulated nodes run nothing, so there is nowhere to load an image."""
        raise ProviderError(
            f"Cluster {name!r} is embedded: its containers are simulated, {', '.join(map(str, archives))} has no use."
        )

    def turn_on(self, name: str, gates: Gates) -> None:
        """Restart the control plane with these gates; the objects stay, and the programs of add-ons go on."""
        with self._locked(name):
            self._must_exist(name)
            if embedded_gates.in_force(self._workdir(name), gates):
                return
            embedded_gates.write(self._workdir(name), gates)
            self._end(name, addons_too=False)
            self._check_ports(name)
            self._begin(name)

    # -- parts ---------------------------------------------------------------------------------------------------

    def _create(self, name: str) -> None:
        """Make the cluster, under its lock; also in place of what a killed creation left behind."""
        made = tools.ensure()
        folder = self._folder(name)
        self._remove(name)
        try:
            numbers = self._reserve(name)
            self._write_config(name, numbers, made)
            self._kwokctl(name, "create", "cluster", "--config", str(folder / "kwokctl.yaml"),
                          "--kubeconfig", str(folder / "checker.kubeconfig"))  # fmt: skip
            self._wait_ready(name, SERVING)
            (folder / HALF_MADE).unlink()
        except BaseException:  # also after Ctrl-C: nothing half-made may stay
            self._remove(name)
            raise

    def _workdir(self, name: str) -> Path:
        return self._folder(name) / "kwok" / "clusters" / name

    def _reserve(self, name: str) -> dict[str, int]:
        """Choose the ports while no other creation of this user does, and write them down."""
        with ports.reserving() as taken:
            numbers = ports.allocate(f"{os.getuid()}{clusters_dir()}/{name}", taken)
            folder = self._folder(name)
            folder.mkdir(mode=0o700)
            write_private(folder / HALF_MADE, "")
            write_private(folder / ports.FILE, json.dumps(numbers))
        return numbers

    def _ports(self, name: str) -> dict[str, int]:
        numbers: dict[str, int] = json.loads((self._folder(name) / ports.FILE).read_text())
        return numbers

    def _check_ports(self, name: str) -> None:
        numbers = self._ports(name)
        self._wait_ports_free(name)
        for component, port in numbers.items():
            if not ports.is_free(port):
                raise ProviderError(
                    f"Port {port} of cluster {name!r} ({component}) is taken by another program now.\n"
                    f"End it (find it with: ss -ltnp 'sport = :{port}') and try again; the objects are safe."
                )

    def _wait_ports_free(self, name: str) -> None:
        """Give threads that outlive their killed process a moment to let go of its sockets."""
        numbers = self._ports(name).values()
        deadline = time.monotonic() + 3
        while not all(ports.is_free(port) for port in numbers) and time.monotonic() < deadline:
            time.sleep(0.01)  # polls the condition above

    def _write_config(self, name: str, numbers: dict[str, int], made: dict[str, Path]) -> None:
        whole = configuration(self._workdir(name), numbers, made, tools.kubernetes_version())
        stages = [path.read_text() for path in sorted(STAGES.glob("*.yaml"))]
        text = "\n---\n".join([yaml.safe_dump(whole, sort_keys=False), *stages])
        write_private(self._folder(name) / "kwokctl.yaml", text)

    def _kwokctl(self, name: str, *arguments: str) -> None:
        """Run kwokctl for this cluster, with files that nobody else can read.

        Raises:
            ProviderError: it failed; the end of what it said is in the message.
        """
        folder = self._folder(name)
        made = tools.ensure()
        environment = {
            "HOME": str(folder),
            "PATH": f"{made['kubectl'].parent}:/usr/bin:/bin",
            "KWOK_WORKDIR": str(folder / "kwok"),
        }
        command = [str(made["kwokctl"]), "--name", name, *arguments]
        log = folder / "kwokctl.log"
        log.touch(mode=0o600)
        with log.open("a") as output:
            running = subprocess.Popen(
                command,
                env=environment,
                umask=0o077,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
            code = self._wait_for(name, running)
        if code:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            raise ProviderError(f"kwokctl {' '.join(arguments[:2])} failed for cluster {name!r}:\n{tail}")

    def _begin(self, name: str) -> None:
        """Start the components. One that gave up waiting for a slow API server (after ten seconds) is started again.

        Raises:
            ProviderError: one does not stay; see `_wait_ready`.
        """
        for last in (False, False, True):
            self._kwokctl(name, "start", "cluster")
            try:
                return self._wait_ready(name)
            except ProviderError:
                ended = COMPONENTS - set(processes.owned(self._workdir(name)))
                if last or not ended or ended & {"etcd", "kube-apiserver"}:
                    raise

    def _wait_for(self, name: str, kwokctl: subprocess.Popen[bytes]) -> int:
        """Its exit code. It would wait minutes for an etcd that has ended (a full disk), so that is looked at here."""
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return kwokctl.wait(0.1)
                if processes.has_ended(self._workdir(name), "etcd"):
                    self._fail(name, "etcd", "ended while the cluster was started")
        finally:
            kwokctl.kill()  # does nothing once it has ended
            kwokctl.wait()

    def _wait_ready(self, name: str, path: str = "/readyz") -> None:
        """Wait until the API server says that it is ready (`SERVING`: ready to take objects).

        Raises:
            ProviderError: a component ended, or START_SECONDS went by; the end of a log is in the message.
        """
        from labcluster.api import Api  # a quarter of a second to import, and pause must be quick

        # Each `kubectl` would take a tenth of a second from the processors that the API server needs to start.
        api = Api(self._folder(name) / "checker.kubeconfig")
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if api.ready(path):
                return
            ended = COMPONENTS - set(processes.owned(self._workdir(name)))
            if ended:  # etcd before those that only miss it
                self._fail(name, sorted(ended)[0], "ended instead of becoming ready")
            time.sleep(0.05)  # polls the conditions above
        self._fail(name, "kube-apiserver", f"was not ready within {START_SECONDS} s")

    def _fail(self, name: str, component: str, happened: str) -> NoReturn:
        tail = "\n".join(self.logs(name).get(component, "").splitlines()[-3:])
        raise ProviderError(
            f"Cluster {name!r}: {component} {happened}. The end of its log:\n{tail}\n"
            "What to look at first (disk, memory, ports): labcluster doctor"
        )

    def _processes(self, name: str) -> Processes:
        workdir = self._workdir(name)
        return list({p.pid: p for p in [*processes.owned(workdir).values(), *processes.strays(workdir)]}.values())

    def _end(self, name: str, *, addons_too: bool = True) -> None:
        """Kill the cluster's processes; their ports are free afterwards."""
        makers = processes.makers("kwokctl", self._folder(name) / "kwokctl.yaml")
        processes.kill(makers)  # first, or they would start more
        if addons_too:
            hosted.end_all(self._folder(name))
        running = self._processes(name)
        processes.kill(running)
        processes.owned(self._workdir(name))  # forgets the pid files, which kwokctl would believe
        if running:
            self._wait_ports_free(name)

    def _remove(self, name: str) -> None:
        self._end(name)
        shutil.rmtree(self._folder(name), ignore_errors=True)
