"""Add-on `trainer`: Kubeflow Trainer and the JobSets that its TrainJobs become (simulated or real nodes)."""

from labcluster.addons.site import AddOn, Site


def _install(site: Site, argument: str) -> None:
    from labcluster.addons.trainer.install import install  # slow imports, seldom needed

    install(site, argument)


ADDON = AddOn(
    name="trainer",
    summary="Kubeflow Trainer v2.1 with JobSet v0.10: TrainJobs, as gangs where Volcano is there too",
    cost="three processes (about 120 MiB); 3 to 6 s; the first time its build: about 3 minutes",
    install=_install,
    hosted=True,
)
