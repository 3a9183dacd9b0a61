"""Add-on `parallel`: ranks of a simulated parallel job wait for each other, as MPI_Init and torchrun do."""

from __future__ import annotations

import sys
from pathlib import Path

from labcluster.addons import accounts
from labcluster.addons.accounts import rule
from labcluster.addons.site import AddOn, Site
from labcluster.hosted.home import Program, start

NAMESPACE = "labcluster"
PEERS = Path(__file__).with_name("peers.py")


def install(site: Site, _argument: str) -> None:
    """Start the program that tells ranks that all of their peers are running."""
    home = site.home(ADDON.name)
    account = "addon-parallel"
    accounts.add_account(site, NAMESPACE, account, [rule("core", "pods", "list watch patch")])
    accounts.write_settings(site, NAMESPACE, account, home / "peers.json")
    start(home, [Program("peers", Path(sys.executable), ["-I", "-S", str(PEERS), str(home / "peers.json")])])


ADDON = AddOn(
    name="parallel",
    summary="simulated parallel jobs: their ranks compute only when all of them run, else they hold what they have",
    cost="one small process (about 20 MiB); less than a second",
    install=install,
    hosted=True,
)
