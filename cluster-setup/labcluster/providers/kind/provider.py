"""The kind provider: real containers on Docker or Podman, one single-node cluster a student.

kind makes the cluster; this module gives each one its own name, network, port, limits and folder, and looks after
what kind does not: locks, creations cut off in the middle, pause and resume, a damaged node, simulated nodes beside
the real one. `~/.kube/config` is never read nor written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import yaml

from labcluster import tools
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.paths import write_private
from labcluster.providers import ports, processes
from labcluster.providers.base import Capability, Info, Status
from labcluster.providers.gates import Gates
from labcluster.providers.kept import HALF_MADE, Kept
from labcluster.providers.kind import engine, network, node, record, simulator
from labcluster.providers.kind import gates as kind_gates
from labcluster.providers.kind.config import configuration
from labcluster.providers.kind.image import ready_image
from labcluster.providers.kind.limits import limits
from labcluster.providers.kind.ready import alive, wait_ready, wait_whole
from labcluster.providers.kind.record import Record

GROUP = "kind"  # of tools.toml
CREATE_SECONDS = 300
START_SECONDS = 180
MEND_SECONDS = 10  # how long a node may take to mend itself before it is started anew
CONFIG = "kind.yaml"


class KindProvider(Kept):
    """Clusters of real containers; see `labcluster.providers.base.Provider`."""

    name = "kind"
    up = "labcluster up --provider kind"
    simulated = False
    capabilities: frozenset[Capability] = frozenset({"schedule", "logs", "exec", "network", "images"})

    def start(self, name: str) -> None:
        """Start the node if it does not run, and what does not run beside it; mend a damaged one."""
        with self._locked(name):
            self._must_exist(name)
            if self._half_made(name):  # it was never ready, so no object of the student's is in it
                self._create(name)
                return
            known = self._record(name)
            found = node.state(known)
            if found == "missing":
                raise ProviderError(
                    f"The container {known.node} of cluster {name!r} is gone from {known.engine}: somebody removed it, "
                    "and the objects with it.\nBegin anew with: labcluster down, then labcluster up"
                )
            if found != "running" or not self._mends_itself(name):
                node.stop(known)
                self._check_port(name, known)
                since = node.start(known)
                wait_ready(self.kubeconfig(name), since, START_SECONDS)
            simulator.start(self._folder(name), self.kubeconfig(name))

    def stop(self, name: str) -> None:
        """Stop the node and what runs beside it; its objects stay."""
        with self._locked(name):
            self._must_exist(name)
            hosted.end_all(self._folder(name))
            simulator.stop(self._folder(name))
            node.stop(self._record(name))

    def exists(self, name: str) -> bool:
        """Whether its record is there."""
        return (self._folder(name) / record.FILE).exists()

    def logs(self, name: str) -> dict[str, str]:
        """The last 100 lines of each component."""
        self._must_exist(name)
        found = node.logs(self._record(name))
        beside = {"kind": self._said(name), simulator.COMPONENT: simulator.log(self._folder(name))}
        return found | {part: "\n".join(text.splitlines()[-node.LAST_LINES :]) for part, text in beside.items() if text}

    def info(self, name: str) -> Info:
        """Status from the engine and the API server themselves, not from memory."""
        self._must_exist(name)
        known, beside = self._record(name), simulator.running(self._folder(name))
        state = node.state(known)
        status: Status = "paused" if state in ("exited", "stopped", "created") and not beside else "broken"
        if state == "running" and beside and alive(known.port):
            status = "running"
        if self._half_made(name):
            status = "broken"
        inside = node.memory_mib(known) if state == "running" else 0.0
        return Info(
            name=name,
            provider=self.name,
            status=status,
            capabilities=self.capabilities | hosted.capabilities(self._folder(name)),
            simulated=self.simulated,
            server=f"https://127.0.0.1:{known.port}",
            memory_mib=round(inside + processes.memory_mib(beside), 1),
            folder=self._folder(name),
        )

    def load_image(self, name: str, *archives: Path) -> None:
        """Make images known to the node, from docker-archive files."""
        self._must_exist(name)
        known = self._record(name)
        self._kind_again(
            name,
            known,
            "load",
            "image-archive",
            "--name",
            known.kind_name,
            *map(str, archives),
            attempts=engine.ATTEMPTS,
        )

    def turn_on(self, name: str, gates: Gates) -> None:
        """Restart the control plane's static pods with these gates; the objects stay, and all else goes on."""
        with self._locked(name):
            self._must_exist(name)
            known = self._record(name)
            changed = kind_gates.write(known, gates)
            kind_gates.wait_in_force(known, gates, changed)
            wait_whole(known, self.kubeconfig(name), START_SECONDS)

    # -- parts ---------------------------------------------------------------------------------------------------

    def _create(self, name: str) -> None:
        """Make the cluster, under its lock; also in place of what a killed creation left behind."""
        if self.exists(name):
            self._remove(name)
        tools.ensure()
        tools.ensure(GROUP)
        chosen, image = ready_image()
        known = self._reserve(name, chosen, image)
        folder = self._folder(name)
        try:
            node.remove(known)  # what a cluster left whose folder was deleted by hand
            network.remove(chosen, known.kind_name)
            network.make(chosen, known.kind_name)
            write_private(folder / CONFIG, yaml.safe_dump(configuration(known, node.machine(chosen))))
            made_of = str(folder / CONFIG)
            self._kind_again(name, known, "create", "cluster", "--config", made_of, "--retain", attempts=2,
                             first=lambda: node.remove(known))  # fmt: skip
            node.limit(known)
            simulator.start(folder, self.kubeconfig(name))
            (folder / HALF_MADE).unlink()
        except BaseException:  # also after Ctrl-C: nothing half-made may stay
            self._remove(name)
            raise

    def _reserve(self, name: str, chosen: engine.Engine, image: str) -> Record:
        """Choose the port while no other creation of this user does, and write everything down."""
        folder = self._folder(name)
        memory, cpus = limits(node.machine(chosen))
        with ports.reserving() as taken:
            port = ports.allocate(f"{os.getuid()}{folder}", taken, ("apiserver",))
            folder.mkdir(mode=0o700, exist_ok=True)
            write_private(folder / HALF_MADE, "")
            known = Record(
                kind_name=record.kind_name(name, folder), program=chosen.program, place=dict(chosen.place), image=image,
                port=port["apiserver"], memory_mib=memory, cpus=cpus,
            )  # fmt: skip
            known.write(folder)
            write_private(folder / ports.FILE, f'{{"apiserver": {known.port}}}')
        return known

    def _record(self, name: str) -> Record:
        return record.read(self._folder(name))

    def _mends_itself(self, name: str) -> bool:
        """Whether all its parts run and answer, if need be after the kubelet has started some again."""
        try:
            wait_whole(self._record(name), self.kubeconfig(name), MEND_SECONDS)
        except ProviderError:
            return False
        return True

    def _check_port(self, name: str, known: Record) -> None:
        if not ports.is_free(known.port):
            raise ProviderError(
                f"Port {known.port} of cluster {name!r} is taken by another program now.\n"
                f"End it (find it with: ss -ltnp 'sport = :{known.port}') and try again; the objects are safe."
            )

    def _said(self, name: str) -> str:
        path = self._folder(name) / "kind.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _kind_again(
        self, name: str, known: Record, *arguments: str, attempts: int, first: Callable[[], None] = lambda: None
    ) -> None:
        """Run kind, anew (after `first`) where the engine lost what a command of kind's says or reads."""
        for left in reversed(range(attempts)):
            try:
                return self._kind(name, known, *arguments)
            except ProviderError as problem:
                if not engine.hiccup(str(problem)) or not left:
                    raise
            first()

    def _kind(self, name: str, known: Record, *arguments: str) -> None:
        """Run kind for this cluster, in a session of its own: Ctrl-C is ours to answer, not kind's.

        Raises:
            ProviderError: it failed; the end of what it said is in the message.
        """
        folder = self._folder(name)
        environment = known.engine.environment | {
            "KUBECONFIG": str(folder / "checker.kubeconfig"),
            f"KIND_EXPERIMENTAL_{known.program.upper()}_NETWORK": known.kind_name,
        }
        log = folder / "kind.log"
        log.touch(mode=0o600)
        with log.open("a") as output:
            running = subprocess.Popen(
                [str(tools.ensure(GROUP)["kind"]), *arguments],
                env=environment, umask=0o077, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
            try:
                code = running.wait(CREATE_SECONDS)
            except subprocess.TimeoutExpired as cause:
                raise ProviderError(f"kind {' '.join(arguments[:2])} took more than {CREATE_SECONDS} s.") from cause
            finally:
                running.kill()  # does nothing once it has ended
                running.wait()
        if code:
            tail = "\n".join(self._said(name).splitlines()[-8:])
            raise ProviderError(
                f"kind {' '.join(arguments[:2])} failed for cluster {name!r}:\n{tail}\n"
                "What to look at first (engine, disk, memory, limits): labcluster doctor --provider kind"
            )

    def _remove(self, name: str) -> None:
        """Remove all that the cluster took; its record goes last, so that a failure can be repeated."""
        folder = self._folder(name)
        known = self._record(name)
        processes.kill(processes.makers("kind", folder / CONFIG))
        hosted.end_all(folder)
        simulator.stop(folder)
        node.remove(known)
        network.remove(known.engine, known.kind_name)
        shutil.rmtree(folder, ignore_errors=True)
