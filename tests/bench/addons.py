"""How long each add-on takes on a fresh cluster, its programs being built: `python -m tests.bench.addons [NAME...]`."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from labcluster import tools
from labcluster.addons import registry
from labcluster.addons.registry import ADDONS
from labcluster.tools.catalog import everything
from tests.bench.gangs import site, timed


def measure_addons(names: list[str]) -> Table:
    """One row for each add-on of these names (all that need no argument, if none is named)."""
    table = Table("add-on", "seconds", title="an add-on on a fresh cluster")
    for name in names or [addon.name for addon in ADDONS.values() if not addon.argument]:
        if name in {tool.group for tool in everything()}:
            tools.ensure(name)  # not timed: once for each machine
        with site() as made:
            table.add_row(name, f"{timed(lambda made=made, name=name: registry.add(made, name)):.1f}")  # type: ignore[misc]
    return table


if __name__ == "__main__":
    Console().print(measure_addons(sys.argv[1:]))
