"""The add-ons that a cluster can have, and how they come into it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from labcluster.addons import gpu_pool, health, kueue, metrics, native_gang, parallel, trainer, volcano
from labcluster.addons.course import LabNeeds
from labcluster.addons.site import AddOn, Site
from labcluster.errors import DataError
from labcluster.hosted.home import INSTALLED, state
from labcluster.paths import write_private

_ALL = (
    gpu_pool.ADDON,
    kueue.ADDON,
    metrics.ADDON,
    native_gang.ADDON,
    parallel.ADDON,
    trainer.ADDON,
    volcano.ADDON,
)
ADDONS = {addon.name: addon for addon in _ALL}


def find(name: str) -> AddOn:
    """The add-on of that name.

    Raises:
        DataError: there is none.
    """
    if name not in ADDONS:
        raise DataError(f"There is no add-on {name!r}. There are: {', '.join(sorted(ADDONS))}.")
    return ADDONS[name]


def add(site: Site, name: str, argument: str = "") -> None:
    """Bring the add-on into the cluster; safe to repeat.

    Raises:
        DataError: there is no such add-on, or its argument is not right.
        ProviderError, ToolError: it could not be installed.
    """
    addon = find(name)
    if bool(argument) != bool(addon.argument):
        raise DataError(f"Add-on {name} takes {addon.argument or 'no argument'} (found: {argument or 'nothing'}).")
    _install(site, addon, argument)
    _record(site, addon, {*_arguments(site, name), argument})


def add_for(site: Site, labs: Sequence[LabNeeds]) -> list[str]:
    """Bring what these labs need into the cluster, and put away what would spoil them; the names of what is new."""
    for name in dict.fromkeys(name for needs in labs for name in surplus(site, needs)):
        addon, kept = ADDONS[name], {argument for needs in labs for argument in _wanted(needs, name)}
        if addon.put_away:
            addon.put_away(site, kept)
        _record(site, addon, kept & {*_arguments(site, name)})
    new = []
    for name, argument in dict.fromkeys(wanted for needs in labs for wanted in needs.addons):
        if argument not in _arguments(site, name) or find(name).hosted:
            if argument not in _arguments(site, name):
                new.append(name)
            add(site, name, argument)
    return new


def lacking(site: Site, needs: LabNeeds) -> list[str]:
    """The names of the add-ons that the lab needs and that are not in the cluster."""
    return [name for name, argument in needs.addons if argument not in _arguments(site, name)]


def surplus(site: Site, needs: LabNeeds) -> list[str]:
    """The names of the add-ons of which the cluster has something of another lab's that would spoil this one.

    A lab that describes its site by add-ons counts on just that site; any other lab takes the cluster as it is.
    """
    return [
        name
        for name, addon in ADDONS.items()
        if needs.addons and addon.put_away and {*_arguments(site, name)} - _wanted(needs, name)
    ]


def _wanted(needs: LabNeeds, name: str) -> set[str]:
    return {argument for wanted, argument in needs.addons if wanted == name}


def whole(site: Site, name: str) -> bool:
    """Whether the add-on is in the cluster, and all of its programs run."""
    return bool(_arguments(site, name)) and not state(site.home(name)).missing


def resume(site: Site) -> None:
    """Start the programs of the installed add-ons again, where they do not run."""
    for name, addon in ADDONS.items():
        if addon.hosted:
            for argument in _arguments(site, name):
                _install(site, addon, argument)


def _install(site: Site, addon: AddOn, argument: str) -> None:
    if addon.hosted and (site.simulated or not addon.in_cluster):  # else there is no keeper who could answer
        health.offer(site, addon.name)
    addon.install(site, argument)


def _record(site: Site, addon: AddOn, arguments: Collection[str]) -> None:
    told = {"arguments": sorted(arguments), "brings": sorted(addon.brings)}
    write_private(site.home(addon.name) / INSTALLED, json.dumps(told))


def _arguments(site: Site, name: str) -> list[str]:
    """With which arguments the add-on was installed ("" counts as one); empty if it was not."""
    record = site.folder / "addons" / name / INSTALLED
    return [*json.loads(record.read_text())["arguments"]] if record.is_file() else []
