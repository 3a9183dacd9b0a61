"""The container engine under kind: Docker or Podman, local or behind a socket.

kind itself starts `docker` or `podman`, so both are spoken to by their own programs, which read DOCKER_HOST and
CONTAINER_HOST by themselves. Podman also runs without any socket; its Docker look-alike is not taken for Docker.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from labcluster.errors import ProviderError

PROGRAMS = ("docker", "podman")
# What decides which engine a program speaks to; remembered with each cluster, which lives on that engine alone.
PLACES = ("CONTAINER_HOST", "CONTAINER_CONNECTION", "CONTAINER_SSHKEY", "DOCKER_HOST", "DOCKER_CONTEXT",
          "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")  # fmt: skip
ASK_SECONDS = 5
# Podman's client, speaking to a busy service, now and then takes a command's output for its own protocol
# (seen with 4.3: `channel "10" found, 0-3 supported: lost synchronization with multiplexed stream`), or hands it no
# input: kind's `kubectl apply` then says the second of these.
HICCUPS = ("lost synchronization", "no objects passed to apply")
ATTEMPTS = 4
WORK_SECONDS = 120


def hiccup(said: str) -> bool:
    """Whether a command failed by the engine's client, and not by itself."""
    return any(words in said for words in HICCUPS)


class EngineError(ProviderError):
    """The engine does not answer, or refused; the message holds its own words."""


@dataclass(frozen=True)
class Engine:
    """One engine: its program, and the variables that lead to it."""

    program: str
    place: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """For whatever starts this engine's program (kind does)."""
        others = {name: value for name, value in os.environ.items() if name not in PLACES}
        return {**others, **self.place, "KIND_EXPERIMENTAL_PROVIDER": self.program}

    def run(self, *arguments: str, seconds: float = WORK_SECONDS) -> str:
        """What the program prints. A command inside a container is repeated where the engine loses its output.

        Raises:
            EngineError: it failed, or did not answer in time.
        """
        for _again in range(ATTEMPTS if arguments[0] == "exec" else 1):
            done = self._done(*arguments, seconds=seconds)
            if not hiccup(done.stderr):
                break
        if done.returncode:
            raise EngineError(f"{self} refused `{' '.join(arguments[:2])}`: {done.stderr.strip()[-500:]}")
        return done.stdout.strip()

    def _done(self, *arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [self.program, *arguments],
                env=self.environment, capture_output=True, text=True, check=False, timeout=seconds,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired as cause:
            raise EngineError(
                f"{self} did not answer `{arguments[0]}` within {seconds:.0f} s. Is it overloaded?"
            ) from cause
        except OSError as cause:
            raise EngineError(f"{self.program} cannot be started: {cause}") from cause

    def tries(self, *arguments: str, seconds: float = WORK_SECONDS) -> bool:
        """Whether the command succeeds; for what may be gone already, and for questions."""
        try:
            self.run(*arguments, seconds=seconds)
        except EngineError:
            return False
        return True

    def has_image(self, reference: str) -> bool:
        """Whether the image is there, in one call that also says whether the engine answers at all."""
        return self.tries("image", "inspect", "--format", "{{.Id}}", reference, seconds=ASK_SECONDS)

    def __str__(self) -> str:
        where = self.place.get("CONTAINER_HOST" if self.program == "podman" else "DOCKER_HOST")
        return f"{self.program} ({where})" if where else self.program


def installed() -> list[Engine]:
    """The engines whose program is on this machine, the likelier one first.

    KIND_EXPERIMENTAL_PROVIDER (kind's own variable) names one; else CONTAINER_HOST speaks for Podman; else Docker
    comes first, as with kind itself.
    """
    asked = os.environ.get("KIND_EXPERIMENTAL_PROVIDER", "")
    names = (asked,) if asked in PROGRAMS else PROGRAMS
    if not asked and "CONTAINER_HOST" in os.environ:
        names = ("podman", "docker")
    place = {name: os.environ[name] for name in PLACES if name in os.environ}
    return [Engine(name, place) for name in names if _is_itself(name)]


def _is_itself(program: str) -> bool:
    """Whether the program is there and is not the other engine under this name (podman-docker)."""
    found = shutil.which(program)
    if found is None or program != "docker":
        return found is not None
    try:
        said = subprocess.run([found, "-v"], capture_output=True, text=True, check=False, timeout=ASK_SECONDS).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.startswith("Docker version")
