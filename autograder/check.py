"""Judge a lab: the public call behind `autograder check`, the Check button and the grader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.cluster.client import Cluster
from autograder.cluster.info import cluster_info
from autograder.cluster.shapes import Shapes
from autograder.errors import UnknownName, Unreachable
from autograder.i18n import DEFAULT, _, language
from autograder.judge.criterion import base, judge_criteria
from autograder.judge.parts import Parts
from autograder.judge.scene import NO_CLUSTER, Scene
from autograder.report.hide import hide
from autograder.report.model import CriterionReport, LabReport, TaskReport
from autograder.spec.model import Criterion, Lab, Task
from autograder.spec.validate import suggestion


def check_lab(
    lab: Lab,
    *,
    kubeconfig: Path | None,
    student: str,
    tasks: Sequence[str] | None = None,
    lang: str = DEFAULT,
    announce: Callable[[str], None] | None = None,
    folder: Path | None = None,
    reveal: bool = False,
    live: bool = False,
) -> LabReport:
    """Judge the tasks (all if None) and report in `lang`.

    `kubeconfig` may be None for a lab that needs no cluster; `folder` is the submission's folder. `announce` is
    told what a check is about to do to the cluster. `reveal` keeps the details of hidden criteria (instructors only).
    `live`: the student asks from the machine where they work, so a check may measure it; never so in a grader.

    A cluster that does not answer makes outcomes `error`, never lost points. Raises UnknownName for an unknown task or
    language, KubeconfigError for a kubeconfig that cannot be used.
    """
    wanted = _wanted(lab, tasks)
    with language(lang):
        scene = _scene(lab, kubeconfig, student, lang, announce or (lambda _text: None), folder, live)
        if isinstance(scene, Unreachable):
            return _unreachable(lab, wanted, student, lang, str(scene), kubeconfig)
        ready = {task.id: task for task in scene.lab.tasks}
        reports = tuple(_task(ready[task.id], scene) for task in wanted)
        report = LabReport(lab.id, student, scene.info.provider, scene.info.simulated, reports)
        return report if reveal else hide(report)


def _wanted(lab: Lab, tasks: Sequence[str] | None) -> list[Task]:
    known = {task.id: task for task in lab.tasks}
    for name in tasks or ():
        if name not in known:
            hint = suggestion(name, list(known))
            raise UnknownName(f"lab {lab.id} has no task {name!r}{hint}; it has: {', '.join(known)}")
    return [task for task in lab.tasks if tasks is None or task.id in tasks]


def _scene(
    lab: Lab,
    kubeconfig: Path | None,
    student: str,
    lang: str,
    announce: Callable[[str], None],
    folder: Path | None,
    live: bool,
) -> Scene | Unreachable:
    cluster = Cluster(kubeconfig) if kubeconfig else None
    try:
        info = cluster_info(cluster) if cluster else NO_CLUSTER
    except Unreachable as error:
        if lab.asks_cluster:
            return error
        cluster, info = None, NO_CLUSTER
    return Scene(
        lab=lab.for_student(student),
        student=student,
        values=lab.values(student),
        lang=lang,
        folder=folder,
        connection=cluster,
        info=info,
        announce=announce,
        shapes=Shapes(cluster) if cluster else None,
        live=live,
        parts=Parts(cluster, lab.addons) if cluster and lab.addons else None,
    )


def _task(task: Task, scene: Scene) -> TaskReport:
    known = {criterion.id: criterion for criterion in task.criteria}
    done: dict[str, CriterionReport] = {}
    for criterion in task.criteria:
        _judge(criterion, known, done, scene)
    return score(task, scene.lang, tuple(done[criterion.id] for criterion in task.criteria))


def _judge(
    criterion: Criterion, known: dict[str, Criterion], done: dict[str, CriterionReport], scene: Scene
) -> CriterionReport:
    """Judge it after what it needs, or with the criterion during whose act it is; lost where that is lost."""
    if criterion.id not in done and criterion.during:
        _judge(known[criterion.during], known, done, scene)
    if criterion.id in done:
        return done[criterion.id]
    lost = _lost([_judge(known[name], known, done, scene) for name in criterion.before])
    if lost is None:
        together = [criterion, *_during(criterion, known, done, scene)]
        done.update({report.id: report for report in judge_criteria(together, scene)})
    else:
        sentence = _("judged only when this is right: {title}").format(title=lost.title)
        hints = criterion.hints[scene.lang] if lost.outcome == "mismatch" else ()
        done[criterion.id] = base(criterion, scene, lost.outcome, message=sentence, hints=hints)
    return done[criterion.id]


def _during(
    leader: Criterion, known: dict[str, Criterion], done: dict[str, CriterionReport], scene: Scene
) -> list[Criterion]:
    """Those that are judged during its act, if what they need beside each other is right."""
    others = [item for item in known.values() if item.during == leader.id]
    group = {leader.id, *(item.id for item in others)}
    return [
        item
        for item in others
        if _lost([_judge(known[name], known, done, scene) for name in item.needs if name not in group]) is None
    ]


def _lost(reports: Sequence[CriterionReport]) -> CriterionReport | None:
    """The first one that is lost, or that could not be judged."""
    return next((report for report in reports if report.outcome in ("mismatch", "error")), None)


def score(task: Task, lang: str, criteria: tuple[CriterionReport, ...]) -> TaskReport:
    """The task's score: points of criteria that are not applicable are shared out over the others."""
    title = task.title[lang]
    counted = [criterion for criterion in criteria if criterion.outcome != "not-applicable"]
    total = sum(criterion.points for criterion in counted)
    if not counted or any(criterion.outcome == "error" for criterion in counted):
        return TaskReport(task.id, title, None, task.points, criteria)
    earned = sum(criterion.earned for criterion in counted)
    points = round(task.points * earned / total, 4) if total else 0.0
    return TaskReport(task.id, title, points, task.points, criteria)


def _unreachable(
    lab: Lab, tasks: Sequence[Task], student: str, lang: str, message: str, kubeconfig: Path | None
) -> LabReport:
    """Every criterion ends in the same error: nothing is lost, nothing is scored."""
    del kubeconfig
    filled = {task.id: task for task in lab.for_student(student).tasks}
    reports = []
    for task in tasks:
        criteria = tuple(
            CriterionReport(item.id, item.title[lang], "error", item.points, message=message, hidden=item.hidden)
            for item in filled[task.id].criteria
        )
        reports.append(score(filled[task.id], lang, criteria))
    return hide(LabReport(lab.id, student, "", False, tuple(reports)))
