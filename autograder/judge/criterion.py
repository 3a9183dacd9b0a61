"""One criterion from start to report: act if asked, wait, watch, undo, and put the outcome into words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from autograder.cluster.objects import Snapshot
from autograder.errors import ApiError, AutograderError, Mismatch
from autograder.i18n import _
from autograder.judge.acts import Deed, deed
from autograder.judge.load import traffic
from autograder.judge.scene import Scene
from autograder.judge.throughout import witness
from autograder.judge.verdict import judge
from autograder.judge.wait import UNDO_S, calm_down, until
from autograder.report.model import CriterionReport
from autograder.report.show import show
from autograder.spec.model import Absent, Act, Criterion, Http, Probe


def judge_criterion(criterion: Criterion, scene: Scene) -> CriterionReport:
    """Judge it. Whatever goes wrong with cluster or check is the outcome `error`, never lost points.

    Where a part of the cluster was down, what was found says nothing of the student: it is judged once more when all
    runs again, and ends in an error where that does not come true.
    """
    report = _once(criterion, scene)
    if scene.parts is None or not _doubtful(criterion, report) or not (troubles := scene.parts.troubles()):
        return report
    if scene.parts.mended():
        report = _once(criterion, scene)
        if not _doubtful(criterion, report) or not (troubles := scene.parts.troubles()):
            return report
    sentence = _("not judged, since {why}. It costs nothing; this mends it: labcluster resume")
    return base(criterion, scene, "error", message=sentence.format(why="; ".join(troubles)))


def _doubtful(criterion: Criterion, report: CriterionReport) -> bool:
    """What a part that is down may have caused: something is missing, or something did not happen."""
    idle = criterion.holds_for > 0 or isinstance(criterion.judgement, Absent)
    return report.outcome == "mismatch" or (report.outcome == "pass" and idle)


def _once(criterion: Criterion, scene: Scene) -> CriterionReport:
    lacking = criterion.requires - scene.info.capabilities
    if lacking:
        return base(criterion, scene, "not-applicable", requires=tuple(sorted(lacking)))
    try:
        _run(criterion, scene)
    except Mismatch as mismatch:
        return _lost(criterion, scene, mismatch)
    except AutograderError as error:
        return base(criterion, scene, "error", message=str(error))
    return base(criterion, scene, "pass", earned=criterion.points)


def base(criterion: Criterion, scene: Scene, outcome: str, **more: object) -> CriterionReport:
    """A report of this criterion with the fields that never differ."""
    return CriterionReport(
        id=criterion.id,
        title=criterion.title[scene.lang],
        outcome=outcome,  # type: ignore[arg-type]
        points=criterion.points,
        hidden=criterion.hidden,
        **more,  # type: ignore[arg-type]
    )


def _lost(criterion: Criterion, scene: Scene, mismatch: Mismatch) -> CriterionReport:
    return base(
        criterion,
        scene,
        "mismatch",
        earned=round(criterion.points * mismatch.fraction, 4),
        path=mismatch.path,
        expected=None if mismatch.expected is None else show(mismatch.expected),
        found=None if mismatch.found is None else show(mismatch.found),
        message=mismatch.message or None,
        hints=criterion.hints[scene.lang],
    )


def _run(criterion: Criterion, scene: Scene) -> None:
    # What containers answer and write may change without any object that could be watched.
    patient = isinstance(criterion.judgement, Probe) and not isinstance(criterion.judgement.way, Http)
    wait = partial(until, scene=scene, within=criterion.within, holds_for=criterion.holds_for, patient=patient)
    if criterion.act is None and criterion.load is None and criterion.throughout is None:
        wait(lambda objects: judge(criterion.judgement, scene, objects))
        return
    ready = _prepare(criterion.act, scene, criterion.within)
    rolling = calm_down(scene, criterion.within)
    if ready:
        # What was found may have changed while it came to rest.
        ready.find(scene.snapshot())
    with (
        witness(criterion.throughout, scene) as seen,
        traffic(criterion, scene) as flow,
        _done(ready, criterion, scene, rolling),
    ):

        def look(objects: Snapshot | None) -> None:
            if seen:
                seen.judge_new()
            judge(criterion.judgement, scene, objects)

        wait(look)
        if seen:
            seen.finish()
        if flow:
            flow.finish()


def _prepare(act: Act | None, scene: Scene, within: float) -> Deed | None:
    if act is None:
        return None
    prepared = deed(act, scene)
    until(lambda objects: prepared.find(objects or scene.snapshot()), scene, within)
    return prepared


@contextmanager
def _done(ready: Deed | None, criterion: Criterion, scene: Scene, rolling: frozenset[str]) -> Iterator[None]:
    """Announce, act, and undo whatever happens in between, Ctrl-C included."""
    if ready is None:
        yield
        return
    announcement = _("A hidden check acts on your cluster for a moment.") if criterion.hidden else ready.announce()
    scene.announce(announcement)
    scene.quiet.disturb()
    try:
        try:
            ready.do(time.monotonic() + criterion.within)
        except ApiError as error:
            raise Mismatch(_("the cluster refused what the check did: {why}").format(why=error)) from error
        yield
    finally:
        ready.undo()
        scene.quiet.disturb()
        calm_down(scene, UNDO_S, rolling)
        scene.announce(_("The check has put everything back."))
