"""Lets the keeper of an add-on's programs answer who asks whether they run (see labcluster.hosted.health)."""

from __future__ import annotations

from labcluster.addons import accounts
from labcluster.addons.site import Site
from labcluster.hosted.health import NAMESPACE, SETTINGS

LABEL = "labcluster.dev/addon"  # graders find the object by it


def offer(site: Site, addon: str) -> None:
    """The object in which is asked and answered, and an account that may change it and nothing else."""
    name = f"addon-{addon}"
    keeper = f"keeper-{addon}"
    rules = [
        accounts.rule("core", "configmaps", "get list watch patch") | {"resourceNames": [name]},
    ]
    meta = {"name": name, "namespace": NAMESPACE, "labels": {LABEL: addon}}
    site.api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})
    accounts.add_local_account(site, NAMESPACE, keeper, rules)
    accounts.write_settings(site, NAMESPACE, keeper, site.home(addon) / SETTINGS, name=name)
