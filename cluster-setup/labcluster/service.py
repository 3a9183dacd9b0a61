"""Clusters for students: a provider's cluster, plus the steps that make it a lab. What the commands call."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from labcluster.addons.course import LabNeeds, read_course
from labcluster.addons.site import Site
from labcluster.errors import DataError, ProviderError
from labcluster.names import NAME
from labcluster.paths import write_private
from labcluster.providers import PROVIDERS, choose, having
from labcluster.providers.base import Info, Provider

READY_SECONDS = 60
PROBE_IMAGE = "localhost/lab/load:1"  # sends the requests of criteria that judge traffic


@dataclass(frozen=True)
class Cluster:
    """A cluster that is up: its provider, and the two credentials."""

    name: str
    provider: Provider

    @property
    def checker_kubeconfig(self) -> Path:
        """The administrator's credential, for the checker alone."""
        return self.provider.kubeconfig(self.name)

    @property
    def student_kubeconfig(self) -> Path:
        """The student's credential."""
        return self.checker_kubeconfig.with_name("student.kubeconfig")


def up(
    name: str, course: Path, wanted: str = "auto", *, lab: str | None = None, keep_on_failure: bool = False
) -> tuple[Cluster, str]:
    """Make the cluster, or start it if it was paused; bring it to what the course needs. Safe to repeat.

    With `lab`, what that lab alone needs, its add-ons too; without, every lab's namespace, and add-ons come when a lab
    is started (they cost time and memory).

    Returns:
        The cluster, and why its provider was chosen.

    Raises:
        ProviderError: it cannot be made or started; a new cluster that failed is removed.
        DataError: the name or a cluster.yaml is not right.
    """
    if not NAME.fullmatch(name):
        raise DataError(f"{name!r} cannot name a cluster: small letters, digits and inner hyphens, at most 40.")
    labs = _of(course, lab)
    existing = find(name)
    provider, why = (existing, "it exists already") if existing else choose(wanted)
    with ThreadPoolExecutor(1) as pool:
        importing = pool.submit(_import_client)  # half a second, meanwhile the cluster starts
        provider.start(name) if existing else provider.create(name)
        importing.result()
    cluster = Cluster(name, provider)
    try:
        prepare(cluster, labs)
        _add_ons(cluster, labs if lab else [])
    except BaseException:  # also after Ctrl-C
        if not existing and not keep_on_failure:
            provider.delete(name)
        raise
    return cluster, why


def _import_client() -> None:
    import kubernetes.client  # noqa: F401 - loaded for those who need it next


def prepare(cluster: Cluster, labs: list[LabNeeds]) -> None:
    """The steps after creation, each of which may be repeated."""
    from labcluster.addons import nodes, running, students
    from labcluster.api import Api

    api = Api(cluster.checker_kubeconfig)
    info = cluster.provider.info(cluster.name)
    students.add_student(api, _says(info))
    for needs in labs:
        students.add_lab(api, needs, beside_real=not info.simulated)
    students.write_kubeconfig(api, cluster.student_kubeconfig, cluster.checker_kubeconfig, labs)
    nodes.add_nodes(api, beside_real=not info.simulated)
    if "images" in info.capabilities:
        load_images(cluster)
    if "network" in info.capabilities:
        running.wait(api)
    api.wait("the API server to be ready", api.ready, READY_SECONDS)


def _says(info: Info) -> dict[str, str]:
    """What the cluster says of itself (ConfigMap `labcluster`)."""
    said = {
        "provider": info.provider,
        "capabilities": ",".join(sorted(info.capabilities)),
        "simulated": str(info.simulated).lower(),
        "student": info.name,
    }
    return said | ({"probeImage": PROBE_IMAGE} if "images" in info.capabilities else {})


def load_images(cluster: Cluster) -> None:
    """Make the labs' workload images known to a real cluster, building those that are missing; once per version."""
    from labcluster import images

    archives = images.archives()
    note = cluster.checker_kubeconfig.with_name("images.txt")
    wanted = "\n".join(sorted(archive.name for archive in archives))
    if note.exists() and note.read_text() == wanted:
        return
    cluster.provider.load_image(cluster.name, *archives)
    write_private(note, wanted)


def _add_ons(cluster: Cluster, labs: list[LabNeeds]) -> None:
    """The programs of the add-ons that are there already, and what these labs need beside them."""
    from labcluster.addons import registry

    registry.resume(site(cluster))
    if registry.add_for(site(cluster), labs):
        _tell(cluster)


def _tell(cluster: Cluster) -> None:
    """Let the cluster say what it can do now, with an add-on more."""
    from labcluster.addons import students
    from labcluster.api import Api

    students.tell(Api(cluster.checker_kubeconfig), _says(cluster.provider.info(cluster.name)))


def site(cluster: Cluster) -> Site:
    """What add-ons get to work with."""
    info = cluster.provider.info(cluster.name)
    return Site(cluster.name, info.folder, cluster.checker_kubeconfig, info.simulated)


def resume(name: str) -> Provider:
    """Start a paused or damaged cluster with its objects and its add-ons."""
    provider = must_find(name)
    provider.start(name)
    _add_ons(Cluster(name, provider), [])
    return provider


def add_on(name: str, addon: str, argument: str = "") -> None:
    """Bring one add-on into a running cluster.

    Raises:
        DataError: there is no such add-on. ProviderError, ToolError: it could not be installed.
    """
    from labcluster.addons import registry

    cluster = Cluster(name, must_find(name))
    registry.add(site(cluster), addon, argument)
    _tell(cluster)


def add_ons_for(name: str, course: Path, lab: str) -> list[str]:
    """Bring what a lab needs into a running cluster; the names of what was not there before."""
    from labcluster.addons import registry

    cluster = Cluster(name, must_find(name))
    new = registry.add_for(site(cluster), _of(course, lab))
    if new:
        _tell(cluster)
    return new


def add_ons_missing(name: str, addons: Iterable[str]) -> list[str]:
    """Those of these add-ons that the cluster does not have, or whose programs do not run."""
    from labcluster.addons import registry

    return [addon for addon in addons if not registry.whole(site(Cluster(name, must_find(name))), addon)]


def add_ons_lacking(name: str, course: Path, lab: str) -> list[str]:
    """The add-ons that a lab needs and that the cluster does not have yet; only looks at this machine's files."""
    from labcluster.addons import registry

    return registry.lacking(site(Cluster(name, must_find(name))), _of(course, lab)[0])


def add_ons_surplus(name: str, course: Path, lab: str) -> list[str]:
    """The add-ons of which another lab has brought something that would spoil this one; only looks at files."""
    from labcluster.addons import registry

    return registry.surplus(site(Cluster(name, must_find(name))), _of(course, lab)[0])


def _of(course: Path, lab: str | None) -> list[LabNeeds]:
    """What this lab needs, or every lab of the course.

    Raises:
        DataError: no such lab.
    """
    labs = read_course(course)
    chosen = [needs for needs in labs if lab in (None, needs.lab)]
    if lab and not chosen:
        there = ", ".join(needs.lab for needs in labs)
        raise DataError(f"No lab {lab!r} with a cluster.yaml in {course}. There are: {there}.")
    return chosen


def wait_for_controllers(cluster: Cluster, course: Path, lab: str | None = None) -> None:
    """Wait for what starts last, a second or so after `up`: a grader's clock shall not run before it."""
    from labcluster.addons import students
    from labcluster.api import Api

    students.wait_for_controllers(Api(cluster.checker_kubeconfig), _of(course, lab))


def reset(name: str, course: Path, lab: str | None = None) -> None:
    """Empty one lab, or all of them.

    Raises:
        DataError: no such lab.
    """
    from labcluster.addons import students
    from labcluster.api import Api

    chosen = _of(course, lab)
    if not chosen:
        raise DataError(f"No lab with a cluster.yaml in {course}.")
    cluster = Cluster(name, must_find(name))
    api = Api(cluster.checker_kubeconfig)
    for needs in chosen:
        students.reset_lab(api, needs, beside_real=not cluster.provider.simulated)


def find(name: str) -> Provider | None:
    """The provider that has a cluster of this name."""
    return having(name)


def must_find(name: str) -> Provider:
    """The same, for those who need one.

    Raises:
        ProviderError: no provider has it.
    """
    found = find(name)
    if found is None:
        known = ", ".join(n for make in PROVIDERS.values() for n in make().names()) or "none"
        raise ProviderError(
            f"There is no cluster {name!r} (there are: {known}). Make one with: labcluster up --name {name}"
        )
    return found
