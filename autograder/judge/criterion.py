"""A criterion, or several during one act, from start to report: act if asked, wait, watch, undo, find words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from autograder.cluster.objects import Snapshot
from autograder.errors import ApiError, AutograderError, Mismatch
from autograder.i18n import _
from autograder.judge.acts import Deed, deed
from autograder.judge.final import final, unmade
from autograder.judge.load import traffic
from autograder.judge.scene import Scene
from autograder.judge.throughout import witness
from autograder.judge.verdict import judge
from autograder.judge.wait import UNDO_S, Look, calm_down, until
from autograder.report.model import CriterionReport
from autograder.report.show import show
from autograder.spec.model import Absent, Act, Criterion

Wrong = Mismatch | AutograderError
Outcomes = dict[str, Wrong | None]
"""By criterion: what is wrong, or None."""


def judge_criteria(criteria: Sequence[Criterion], scene: Scene) -> list[CriterionReport]:
    """Judge a criterion, and those that are judged during its act. Whatever goes wrong with cluster or check is the
    outcome `error`, never lost points. One that needs a lost one of these is left out.

    Where a part of the cluster was down, what was found says nothing of the student: it is judged once more when all
    runs again, and ends in an error where that does not come true.
    """
    reports = _once(criteria, scene)
    if scene.parts is None or not _doubtful(criteria, reports) or not (troubles := scene.parts.troubles()):
        return reports
    if scene.parts.mended():
        reports = _once(criteria, scene)
        if not _doubtful(criteria, reports) or not (troubles := scene.parts.troubles()):
            return reports
    sentence = _("not judged, since {why}. It costs nothing; this mends it: labcluster resume")
    message = sentence.format(why="; ".join(troubles))
    return [base(criterion, scene, "error", message=message) for criterion in criteria]


def _doubtful(criteria: Sequence[Criterion], reports: Sequence[CriterionReport]) -> bool:
    """What a part that is down may have caused: something is missing, or something did not happen."""
    idle = {item.id for item in criteria if item.holds_for > 0 or isinstance(item.judgement, Absent)}
    return any(told.outcome == "mismatch" or (told.outcome == "pass" and told.id in idle) for told in reports)


def _once(criteria: Sequence[Criterion], scene: Scene) -> list[CriterionReport]:
    lacking = {item.id: item.requires - scene.info.capabilities for item in criteria}
    here = [item for item in criteria if not lacking[item.id]]
    outcomes = _run(here, scene) if here else {}
    reports = []
    for item in criteria:
        if lacking[item.id]:
            reports.append(base(item, scene, "not-applicable", requires=tuple(sorted(lacking[item.id]))))
        elif item.id in outcomes:
            reports.append(_told(item, scene, outcomes[item.id]))
    return reports


def _told(criterion: Criterion, scene: Scene, wrong: Wrong | None) -> CriterionReport:
    if wrong is None:
        return base(criterion, scene, "pass", earned=criterion.points)
    if isinstance(wrong, Mismatch):
        return _lost(criterion, scene, wrong)
    return base(criterion, scene, "error", message=str(wrong))


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


def _run(criteria: Sequence[Criterion], scene: Scene) -> Outcomes:
    """The first one may act; the others are judged during its act."""
    outcomes: Outcomes = {}
    first = criteria[0]
    try:
        if first.act is None and first.load is None and first.throughout is None:
            _wait(first, scene, lambda objects: judge(first.judgement, scene, objects))
            return {first.id: None}
        ready = _prepare(first.act, scene, first.within)
        rolling = calm_down(scene, first.within)
        if ready:
            # What was found may have changed while it came to rest.
            ready.find(scene.snapshot())
        with ExitStack() as stack:
            watched = [(item, stack.enter_context(_watched(item, scene))) for item in criteria]
            stack.enter_context(_done(ready, first, scene, rolling))
            for item, finish in watched:
                if not any(outcomes.get(name) for name in item.needs):
                    outcomes[item.id] = _outcome(finish)
    except (Mismatch, AutograderError) as error:
        return {item.id: outcomes.get(item.id) or error for item in criteria}
    return outcomes


def _outcome(finish: Callable[[], None]) -> Wrong | None:
    try:
        finish()
    except (Mismatch, AutograderError) as error:
        return error
    return None


@contextmanager
def _watched(criterion: Criterion, scene: Scene) -> Iterator[Callable[[], None]]:
    """Watches and traffic of a criterion, from before the act on; what it gives waits for the verdict."""
    with witness(criterion.throughout, scene) as seen, traffic(criterion, scene) as flow:

        def look(objects: Snapshot | None) -> None:
            if seen:
                seen.judge_new()
            judge(criterion.judgement, scene, objects)

        def finish() -> None:
            _wait(criterion, scene, look)
            if seen:
                seen.finish()
            if flow:
                flow.finish()

        yield finish


def _wait(criterion: Criterion, scene: Scene, look: Look) -> None:
    until(look, scene, criterion.within, partial(final, criterion.judgement, scene.quiet), criterion.holds_for)


def _prepare(act: Act | None, scene: Scene, within: float) -> Deed | None:
    if act is None:
        return None
    prepared = deed(act, scene)
    until(lambda objects: prepared.find(objects or scene.snapshot()), scene, within, partial(unmade, scene.quiet))
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
