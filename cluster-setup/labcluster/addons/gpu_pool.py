"""Add-on `gpu-pool`: more simulated nodes, from a file that declares them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from labcluster.addons import devices, nodes
from labcluster.addons.site import AddOn, Site


def install(site: Site, argument: str) -> None:
    """Add the nodes of the pool file `argument`, wait until they are Ready, and publish their devices."""
    nodes.add_nodes(site.api, Path(argument), beside_real=not site.simulated)
    devices.publish(site.api, Path(argument))


def put_away(site: Site, keep: Collection[str]) -> None:
    """Remove the nodes of all pool files but these, with the pods on them."""
    names = {node["metadata"]["name"] for argument in keep for node in nodes.read_pool(Path(argument))}
    nodes.remove_added(site.api, names)


ADDON = AddOn(
    name="gpu-pool",
    summary="simulated nodes with GPUs, FPGAs or TPUs, as a pool file declares them (up to thousands)",
    cost="no process; about 16 s for each 1,000 nodes",
    install=install,
    put_away=put_away,
    argument="a pool file",
)
