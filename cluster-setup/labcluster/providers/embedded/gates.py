"""Feature gates on an embedded cluster: the arguments that kwokctl keeps for each component are written anew."""

from __future__ import annotations

from pathlib import Path

import yaml

from labcluster.paths import write_private
from labcluster.providers import processes
from labcluster.providers.gates import COMPONENTS, Gates

KEPT = "kwok.yaml"  # kwokctl starts the components with the arguments in this file of the cluster's folder


def write(workdir: Path, gates: Gates) -> None:
    """Bring the gates into what kwokctl keeps."""
    kept = workdir / KEPT
    bodies = [body for body in yaml.safe_load_all(kept.read_text()) if body]
    for body in bodies:
        for component in body.get("components", ()):
            if component["name"] in COMPONENTS:
                component["args"] = gates.into(component["name"], component["args"])
    draft = kept.with_suffix(".new")
    write_private(draft, yaml.safe_dump_all(bodies, sort_keys=False))
    draft.replace(kept)  # at once: without this file there is no cluster


def in_force(workdir: Path, gates: Gates) -> bool:
    """Whether each component runs with these gates."""
    running = processes.owned(workdir)
    return all(
        component in running and gates.are_in(component, running[component].cmdline()[1:]) for component in COMPONENTS
    )
