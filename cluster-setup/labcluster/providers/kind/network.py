"""A container network of the cluster's own, with a single address to give.

Podman and Docker hand out the next free address when a container starts again; with one address the node keeps
it, and with it its certificates. Nothing else can join the network, so students' nodes do not reach each other's.
"""

from __future__ import annotations

import json
from ipaddress import IPv4Network, ip_network
from typing import Any

from labcluster.providers.kind.engine import Engine, EngineError

LABEL = "labcluster.dev/cluster"
ATTEMPTS = 5


def make(engine: Engine, name: str) -> None:
    """Make the network, in a subnet that the engine finds free.

    Raises:
        EngineError: it refuses each time.
    """
    for attempt in range(ATTEMPTS):
        subnet = _free_subnet(engine, name)
        gateway, node = str(subnet[1]), str(subnet[2])
        try:
            engine.run("network", "create", "--label", f"{LABEL}={name}", "--subnet", str(subnet),
                       "--gateway", gateway, "--ip-range", f"{node}/32", name)  # fmt: skip
        except EngineError:  # somebody else's network was quicker
            if attempt + 1 == ATTEMPTS:
                raise
        else:
            return


def remove(engine: Engine, name: str) -> None:
    """Remove it, if it is there."""
    engine.tries("network", "rm", name)


def exists(engine: Engine, name: str) -> bool:
    """Whether there is such a network."""
    return engine.tries("network", "inspect", name)


def _free_subnet(engine: Engine, name: str) -> IPv4Network:
    """Let the engine choose: it knows the machine's routes and the other networks."""
    engine.run("network", "create", "--label", f"{LABEL}={name}", name)
    try:
        found = json.loads(engine.run("network", "inspect", name))[0]
        return next(net for net in map(ip_network, _subnets(found)) if isinstance(net, IPv4Network))
    except (StopIteration, LookupError, ValueError) as cause:
        raise EngineError(f"{engine} gave network {name} no IPv4 subnet.") from cause
    finally:
        engine.run("network", "rm", name)


def _subnets(network: dict[str, Any]) -> list[str]:
    """Podman's answer, else Docker's."""
    if "subnets" in network:
        return [entry["subnet"] for entry in network["subnets"]]
    return [entry["Subnet"] for entry in network["IPAM"]["Config"]]
