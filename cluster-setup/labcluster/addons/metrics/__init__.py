"""Add-on `metrics`: what pods and nodes use, by Kubernetes' metrics-server; of simulated pods what they declare."""

from labcluster.addons.site import AddOn, Site


def _install(site: Site, argument: str) -> None:
    from labcluster.addons.metrics.install import install  # slow imports, seldom needed

    install(site, argument)


ADDON = AddOn(
    name="metrics",
    summary="metrics-server v0.9: `kubectl top`, and autoscaling by use (simulated pods use what they declare)",
    cost="two processes (about 120 MiB); 3 to 5 s; the first time its build: about a minute",
    install=_install,
    hosted=True,
    in_cluster=True,
    brings=frozenset({"metrics"}),
)
