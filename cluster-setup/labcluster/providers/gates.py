"""Feature gates of Kubernetes for a cluster that is there already: which programs get which arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

APISERVER = "kube-apiserver"
COMPONENTS = (APISERVER, "kube-controller-manager", "kube-scheduler")


@dataclass(frozen=True)
class Gates:
    """What is turned on: feature gates by name, and API versions such as `scheduling.k8s.io/v1alpha2`."""

    features: tuple[str, ...]
    apis: tuple[str, ...] = ()

    def into(self, component: str, arguments: Sequence[str]) -> list[str]:
        """The component's arguments with these gates; what they say already is kept, and nothing is said twice."""
        found = _into("--feature-gates", self.features, arguments)
        return _into("--runtime-config", self.apis, found) if component == APISERVER else found

    def are_in(self, component: str, arguments: Sequence[str]) -> bool:
        """Whether these arguments already say all of it."""
        return sorted(self.into(component, arguments)) == sorted(arguments)


@runtime_checkable
class Tunable(Protocol):
    """A provider that can give feature gates to a cluster that runs; one of a site that others keep cannot."""

    def turn_on(self, name: str, gates: Gates) -> None:
        """Write the gates into the cluster's own configuration and restart what reads them, keeping all objects."""


def _into(flag: str, names: Iterable[str], arguments: Sequence[str]) -> list[str]:
    start = f"{flag}="
    said = [part for word in arguments if word.startswith(start) for part in word[len(start) :].split(",") if part]
    whole = dict(part.split("=") for part in said) | dict.fromkeys(names, "true")
    rest = [word for word in arguments if not word.startswith(start)]
    return [*rest, start + ",".join(f"{key}={value}" for key, value in whole.items())] if whole else rest
