"""A scheduler or controller that is killed in the middle of a check costs nobody a point, and earns nobody one."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from labcluster import service
from labcluster.addons import registry
from labcluster.addons.site import Site
from labcluster.factory import ScratchCluster, scratch_cluster
from labcluster.hosted import home as hosted
from labcluster.providers import processes
from labcluster.providers.embedded.provider import EmbeddedProvider
from tests.api.autograder.conftest import Field, Tree, criterion, lay_field

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_volcano]
SCHEDULER, CONTROLLERS = "volcano-scheduler", "volcano-controller-manager"
GANG = "batch.volcano.sh/v1alpha1"


@pytest.fixture(scope="module")
def gangs(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchCluster]:
    """A cluster with Volcano."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCLUSTER_STATE", str(tmp_path_factory.mktemp("state")))
        with scratch_cluster("parts", course=course, provider="embedded") as made:
            registry.add(site_of(made), "volcano")
            yield made


def site_of(made: ScratchCluster) -> Site:
    """What add-ons get to work with."""
    return service.site(service.Cluster(made.name, EmbeddedProvider()))


@pytest.fixture
def home(gangs: ScratchCluster) -> Iterator[Path]:
    """Volcano's folder; whatever a test does to its programs is mended afterwards."""
    site = site_of(gangs)
    yield site.home("volcano")
    registry.add(site, "volcano")


@pytest.fixture
def gang_field(gangs: ScratchCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    """A lab that says that it needs Volcano, in a fresh namespace."""
    for field in lay_field(gangs, tmp_path, monkeypatch):
        file = field.course / "one" / "cluster.yaml"
        file.write_text(file.read_text() + "addons: [volcano]\n")
        yield field


def gang(ranks: int, run_for: str = "1s") -> Tree:
    """A Volcano Job of so many ranks of one GPU."""
    container = {"name": "rank", "image": "md:1", "resources": {"limits": {"nvidia.com/gpu": "1"}}}
    template = {
        "metadata": {"labels": {"gang": "it"}, "annotations": {"labcluster.dev/run-for": run_for}},
        "spec": {
            "restartPolicy": "Never",
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            "containers": [container],
        },
    }
    task = {"name": "rank", "replicas": ranks, "template": template}
    spec = {"schedulerName": "volcano", "minAvailable": ranks, "tasks": [task]}
    return {"apiVersion": GANG, "kind": "Job", "metadata": {"name": "it"}, "spec": spec}


def kill(home: Path, *names: str) -> None:
    """End programs as a crash would."""
    running = processes.owned(home)
    for name in names:
        os.kill(running[name].pid, signal.SIGKILL)


COMPLETES = criterion(
    expect={"apiVersion": GANG, "kind": "Job", "metadata": {"name": "it"}, "status": {"state": {"phase": "Completed"}}},
    within="40s",
)
WAITS = criterion(
    cel={
        "objects": {"pods": {"apiVersion": "v1", "kind": "Pod", "labels": {"gang": "it"}}},
        "expression": "pods.all(p, !has(p.spec.nodeName))",
    },
    within="5s",
    holds_for="2s",
)


@pytest.mark.parametrize("part", [SCHEDULER, CONTROLLERS])
def test_a_part_that_is_killed_during_a_check_is_waited_for(gang_field: Field, home: Path, part: str) -> None:
    """The gang was on its way: the check goes on, the keeper starts the part again, and all points are earned."""
    gang_field.create(gang(4, "3s"))
    killing = threading.Timer(0.5, kill, (home, part))
    killing.start()
    report = gang_field.check(COMPLETES)
    killing.join()
    assert (report.score, report.exit_code) == (1, 0)
    assert hosted.state(home).restarts >= 1


def test_a_part_that_stays_down_is_an_error_that_names_it(gang_field: Field, home: Path) -> None:
    """Nobody starts the scheduler again: no lost point, no score, and the report says what is down and what helps."""
    kill(home, hosted.KEEPER, SCHEDULER)
    gang_field.create(gang(2))
    report = gang_field.check({**COMPLETES, "within": "3s"})
    (found,) = report.tasks[0].criteria
    assert (found.outcome, report.score, report.exit_code) == ("error", None, 2)
    assert "volcano" in str(found.message)
    assert "labcluster resume" in str(found.message)


def test_what_stays_undone_because_nobody_does_it_earns_nothing(gang_field: Field, home: Path) -> None:
    """A gang that must wait holds no node, which is just what a dead scheduler would show: an error, not a pass."""
    gang_field.create(gang(20))
    kill(home, hosted.KEEPER, SCHEDULER)
    report = gang_field.check(WAITS)
    assert (report.tasks[0].criteria[0].outcome, report.score) == ("error", None)


def test_with_all_parts_at_work_verdicts_are_believed_at_once(gang_field: Field, home: Path) -> None:
    """Right and wrong are told as ever: what waits waits, and what is not there is lost."""
    assert not hosted.state(home).missing
    gang_field.create(gang(20))
    assert gang_field.check(WAITS).score == 1
    absent = criterion(expect={"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "none"}})
    report = gang_field.check(absent)
    assert (report.tasks[0].criteria[0].outcome, report.score) == ("mismatch", 0)


def test_another_labs_verdicts_do_not_depend_on_it(gang_field: Field, home: Path) -> None:
    """A lab that does not need Volcano is judged as if there were none."""
    kill(home, hosted.KEEPER, SCHEDULER)
    file = gang_field.course / "one" / "cluster.yaml"
    file.write_text(file.read_text().replace("addons: [volcano]\n", ""))
    absent = criterion(expect={"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "none"}})
    assert gang_field.check(absent).score == 0


def test_a_student_cannot_answer_in_the_keepers_place(gangs: ScratchCluster) -> None:
    """The object in which is asked and answered is neither readable nor writable with the student's credential."""
    from labcluster.api import Api
    from labcluster.errors import ProviderError

    student = Api(gangs.student_kubeconfig)
    path = "/api/v1/namespaces/labcluster/configmaps/addon-volcano"
    with pytest.raises(ProviderError, match="forbidden"):
        student.call("GET", path)
    with pytest.raises(ProviderError, match="forbidden"):
        student.merge(path, {"data": {"answered": "x"}})
