"""Add-on `volcano`: gang scheduling, queues and priorities, by Volcano's own programs (simulated or real nodes)."""

from labcluster.addons.site import AddOn, Site


def _install(site: Site, argument: str) -> None:
    from labcluster.addons.volcano.install import install  # slow imports, seldom needed

    install(site, argument)


ADDON = AddOn(
    name="volcano",
    summary="Volcano v1.10: gang scheduling, queues with fair share, priorities, preemption",
    cost="four processes (about 200 MiB); 3 to 6 s; the first time its build: about 3 minutes",
    install=_install,
    hosted=True,
)
