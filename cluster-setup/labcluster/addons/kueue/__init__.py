"""Add-on `kueue`: job queues in front of the scheduler, by Kueue's own program (simulated or real nodes)."""

from labcluster.addons.site import AddOn, Site


def _install(site: Site, argument: str) -> None:
    from labcluster.addons.kueue.install import install  # slow imports, seldom needed

    install(site, argument)


ADDON = AddOn(
    name="kueue",
    summary="Kueue v0.14: quotas and queues; a Job with a queue's label starts whole or not at all",
    cost="two processes (about 90 MiB); 4 to 8 s; the first time its build: about 2 minutes",
    install=_install,
    hosted=True,
)
