"""Feature gates on a kind cluster: its control plane's static pods are written anew, and the kubelet restarts them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from labcluster.errors import ProviderError
from labcluster.providers.gates import COMPONENTS, Gates
from labcluster.providers.kind.engine import EngineError
from labcluster.providers.kind.record import Record

MANIFESTS = "/etc/kubernetes/manifests"
SCRATCH = "/etc/kubernetes"  # on the same file system, and not looked at by the kubelet
SECONDS = 60


def write(record: Record, gates: Gates) -> list[str]:
    """Bring the gates into the manifests; the components whose manifest had to be changed."""
    return [component for component in COMPONENTS if _write(record, component, gates)]


def _write(record: Record, component: str, gates: Gates) -> bool:
    path = f"{MANIFESTS}/{component}.yaml"
    manifest = yaml.safe_load(record.engine.run("exec", record.node, "cat", path))
    container = manifest["spec"]["containers"][0]
    program, *arguments = container["command"]
    if gates.are_in(component, arguments):
        return False
    container["command"] = [program, *gates.into(component, arguments)]
    draft = f"{SCRATCH}/{component}.new"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "manifest.yaml"
        file.write_text(yaml.safe_dump(manifest, sort_keys=False))
        record.engine.run("cp", str(file), f"{record.node}:{draft}")
    record.engine.run("exec", record.node, "mv", draft, path)  # at once: the kubelet never reads half of it
    return True


def wait_in_force(record: Record, gates: Gates, changed: Sequence[str]) -> None:
    """Wait until the kubelet has started the changed components again.

    Raises:
        ProviderError: it has not in time.
    """
    deadline = time.monotonic() + SECONDS
    while not in_force(record, gates):
        if time.monotonic() > deadline:
            raise ProviderError(f"The kubelet of {record.node} did not restart {', '.join(changed)} in {SECONDS} s.")
        time.sleep(0.2)  # polls the condition above


def in_force(record: Record, gates: Gates) -> bool:
    """Whether each component runs with these gates."""
    return all(gates.are_in(component, _arguments(record, component)) for component in COMPONENTS)


def _arguments(record: Record, component: str) -> list[str]:
    """Those of the component that runs now; none if it does not: `ps` finds nobody, and fails."""
    try:
        found = record.engine.run("exec", record.node, "ps", "-ww", "-o", "args=", "-C", component)
    except EngineError:
        return []
    return found.split()[1:]
