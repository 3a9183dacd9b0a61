"""Judging lab 01 without measuring again: plan, data and claims, from the files beside the notebook.

The claims are judged against the samples that were handed in, or against the recorded ones where a student could not
measure (those earn nothing for measuring: `data_own`).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograder import Mismatch
from labbench import answers, integrity, samples
from labbench.errors import DataError, PlanError
from labbench.messages import _
from labbench.plan import CONTENDERS, Plan
from labbench.samples import MEASURED, RECORDED, Measurements
from labbench.stats import slope, spread

FILES = Path(__file__).with_name("files")  # the recorded set, as the course keeps it
PROOF = "proof"  # the student of the proofs: the only one whose data are public
# How far a stated number may be off: for rounding, and for the several definitions of a quartile.
MEDIAN, RATIO, QUARTILE = 0.02, 0.05, 0.25


def plan_contenders(ctx: Any) -> None:
    """All three compete."""
    _is("contenders", list(CONTENDERS), sorted(_plan(ctx).contenders), same=sorted(CONTENDERS))


def plan_repetitions(ctx: Any) -> None:
    """Each is measured often enough."""
    if (found := _plan(ctx).repetitions) < ctx.values["repetitions"]:
        raise Mismatch(path="repetitions", expected=f">= {ctx.values['repetitions']}", found=found)


def plan_warmup(ctx: Any) -> None:
    """The first round does not count."""
    if (found := _plan(ctx).warmup) < 1:
        raise Mismatch(path="warmup", expected=">= 1", found=found)


def plan_order(ctx: Any) -> None:
    """Nobody is measured in one block."""
    _is("order", "interleaved", _plan(ctx).order)


def plan_density(ctx: Any) -> None:
    """A line needs three points before one can see whether it is one."""
    if len(found := set(_plan(ctx).density)) < 3:
        raise Mismatch(path="density", expected=_("three different numbers or more", ctx.lang), found=sorted(found))


def plan_own(ctx: Any) -> None:
    """Seed and memory are the student's own values."""
    plan = _plan(ctx)
    for name in ("seed", "mib"):
        _is(name, ctx.values[name], getattr(plan, name))


def data_own(ctx: Any) -> None:
    """Measured by this student, by the plan that the notebook declares; not the recorded set under another name."""
    data = _handed_in(ctx)
    if data.fingerprint in _public(ctx.student):
        raise Mismatch(_("these are the recorded data of the course: they earn no measured points", ctx.lang))
    _is("student", ctx.student, data.provenance.get("student"))
    declared = answers_of(ctx)["plan"]
    if declared is None or data.provenance.get("plan") != declared:
        raise Mismatch(
            _("the samples were taken by another plan than the notebook declares: measure again", ctx.lang),
            path="plan",
            expected=declared,
            found=data.provenance.get("plan"),
        )


def data_complete(ctx: Any) -> None:
    """Every trial has its samples."""
    _sound(ctx, integrity.complete)


def data_order(ctx: Any) -> None:
    """The trials took place one after the other, as planned."""
    _sound(ctx, integrity.in_order)


def data_plausible(ctx: Any) -> None:
    """The numbers can be what they say; on the student's own machine, a few starts are measured again."""
    _sound(ctx, integrity.plausible)
    if ctx.live:
        from labbench.spot import spot_check

        _sound(ctx, lambda data, _plan: spot_check(data))


def data_provenance(ctx: Any) -> None:
    """Somebody else could judge and repeat the experiment."""
    _sound(ctx, integrity.told)


def startup_medians(ctx: Any) -> None:
    """The medians of start-up."""
    _claims(ctx, "startup", {name: _median(ctx, "startup", name) for name in CONTENDERS}, MEDIAN)


def startup_spread(ctx: Any) -> None:
    """The interquartile ranges of start-up."""
    wanted = {f"iqr_{name}": spread(_values(ctx, "startup", name)).iqr for name in CONTENDERS}
    _claims(ctx, "startup", wanted, QUARTILE, least=0.002)


def startup_ratios(ctx: Any) -> None:
    """How many times slower."""
    process, container, vm = (_median(ctx, "startup", name) for name in CONTENDERS)
    _claims(ctx, "startup", {"container_over_process": container / process, "vm_over_container": vm / container}, RATIO)


def memory_medians(ctx: Any) -> None:
    """The medians of memory, as the host sees it, and the guest's own view."""
    wanted = {name: _median(ctx, "memory", name) for name in CONTENDERS}
    _claims(ctx, "memory", {**wanted, "guest": _median(ctx, "guest_memory", "vm")}, MEDIAN)


def density_slopes(ctx: Any) -> None:
    """What one more instance costs."""
    _claims(ctx, "density", {f"mib_{name}": _slope(ctx, name) for name in CONTENDERS}, RATIO)


def density_fit(ctx: Any) -> None:
    """How many instances fit into the student's host."""
    room = (ctx.values["host"] - ctx.values["reserve"]) * 1024
    _claims(ctx, "density", {f"fit_{name}": room // _slope(ctx, name) for name in CONTENDERS}, RATIO)


def overhead_cpu(ctx: Any) -> None:
    """Calculation: how many times as long as the plain process."""
    wanted = {f"{metric}_{name}": _against(ctx, metric, name) for metric in ("int", "float") for name in CONTENDERS[1:]}
    _claims(ctx, "overhead", wanted, RATIO)


def overhead_io(ctx: Any) -> None:
    """Synchronous writes: how many times as long as the plain process."""
    _claims(ctx, "overhead", {f"io_{name}": _against(ctx, "io", name) for name in CONTENDERS[1:]}, RATIO)


def isolation_kernel(ctx: Any) -> None:
    """Who is served by the host's kernel."""
    boots = {name: _fact(ctx, name, "boot") for name in CONTENDERS}
    wanted = [name for name in CONTENDERS if boots[name] == boots["process"]]
    _is("isolation.host_kernel", _("those with the process's kernel", ctx.lang), _names(ctx, "host_kernel"), wanted)


def isolation_processes(ctx: Any) -> None:
    """How many processes each one sees."""
    wanted = {name: _fact(ctx, name, "processes") for name in CONTENDERS}
    _is("isolation.sees", _("what each one counted", ctx.lang), _claim(ctx, "isolation", "sees"), wanted)


def isolation_root(ctx: Any) -> None:
    """Who runs as root, and who of those may set a clock."""
    root = [name for name in CONTENDERS if _fact(ctx, name, "uid") == 0]
    clock = [name for name in CONTENDERS if _fact(ctx, name, "set_clock")]
    _is("isolation.root", _("those with user id 0", ctx.lang), _names(ctx, "root"), root)
    _is("isolation.set_clock", _("those with CAP_SYS_TIME", ctx.lang), _names(ctx, "set_clock"), clock)


def portability_image(ctx: Any) -> None:
    """The image by its digest."""
    wanted = integrity.at(_data(ctx).provenance, "contenders.container.digest")
    said = _claim(ctx, "portability", "image")
    _is("portability.image", _("the digest in the provenance", ctx.lang), said, wanted or "-")


def portability_checksum(ctx: Any) -> None:
    """The same checksum everywhere."""
    sums = {name: integrity.at(_data(ctx).provenance, f"results.{name}.float") for name in CONTENDERS}
    agree = [name for name in CONTENDERS if sums[name] == sums["process"]]
    said = _claim(ctx, "portability", "checksum")
    _is("portability.checksum", _("the process's result", ctx.lang), [said], sums["process"])
    _is("portability.agree", _("those with the same result", ctx.lang), _names(ctx, "agree", "portability"), agree)


def answers_of(ctx: Any) -> dict[str, Any]:
    """The plan and the claims of the notebook; Mismatch if the file is damaged."""
    try:
        return answers.read(Path(ctx.folder))
    except DataError as error:
        wanted = _("the file that the notebook writes", ctx.lang)
        raise Mismatch(path=answers.FILE, expected=wanted, found=str(error)) from error


def _plan(ctx: Any) -> Plan:
    declared = answers_of(ctx)["plan"]
    try:
        if declared is not None:
            return Plan.from_json(declared)
        wrong = _("nothing", ctx.lang)
    except PlanError as error:
        wrong = str(error)
    raise Mismatch(path="plan", expected=_("a plan, declared with declare(plan)", ctx.lang), found=wrong)


def _handed_in(ctx: Any) -> Measurements:
    try:
        return samples.read(Path(ctx.folder), MEASURED)
    except DataError as error:
        wanted = _("both files, as measure(plan) writes them", ctx.lang)
        raise Mismatch(path=f"{MEASURED}-*", expected=wanted, found=str(error)) from error


def _data(ctx: Any) -> Measurements:
    """What the claims are about: the student's samples, else the recorded ones."""
    if samples.exists(Path(ctx.folder), MEASURED):
        return _handed_in(ctx)
    return samples.read(FILES, RECORDED)


def _public(student: str) -> set[str]:
    """Fingerprints of the sets that everybody has."""
    known = {samples.read(FILES, RECORDED).fingerprint}
    if student != PROOF:
        known.add(samples.read(FILES.with_name("solution"), MEASURED).fingerprint)
    return known


def _sound(ctx: Any, judge: Callable[[Measurements, Plan], integrity.Flaw | None]) -> None:
    data = _handed_in(ctx)
    plan = integrity.plan_of(data)
    if plan is None:
        raise Mismatch(path="provenance: plan", expected=_("the plan that was carried out", ctx.lang))
    if flaw := judge(data, plan):
        raise Mismatch(path=flaw.where, expected=flaw.expected, found=flaw.found)


def _values(ctx: Any, metric: str, contender: str) -> list[float]:
    found = _data(ctx).values(metric, contender)
    if not found or min(found) <= 0:
        raise Mismatch(path=f"{contender} {metric}", expected=_("measured samples", ctx.lang), found=len(found))
    return found


def _median(ctx: Any, metric: str, contender: str) -> float:
    return spread(_values(ctx, metric, contender)).median


def _against(ctx: Any, metric: str, contender: str) -> float:
    return _median(ctx, metric, contender) / _median(ctx, metric, "process")


def _slope(ctx: Any, contender: str) -> float:
    try:
        found = slope(_data(ctx).density(contender))
    except ValueError:
        found = 0.0
    if found <= 0:
        raise Mismatch(path=f"{contender} density", expected=_("memory that grows with the instances", ctx.lang))
    return found


def _fact(ctx: Any, contender: str, name: str) -> Any:
    found = integrity.at(_data(ctx).provenance, f"facts.{contender}.{name}")
    if found is None:
        raise Mismatch(path=f"facts.{contender}.{name}", expected=_("a fact", ctx.lang), found=_("nothing", ctx.lang))
    return found


def _claim(ctx: Any, topic: str, name: str) -> Any:
    stated = answers_of(ctx)["claims"].get(topic)
    if not isinstance(stated, Mapping) or name not in stated:
        expected = _("a value stated with claim()", ctx.lang)
        raise Mismatch(path=f"{topic}.{name}", expected=expected, found=_("nothing", ctx.lang))
    return stated[name]


def _names(ctx: Any, name: str, topic: str = "isolation") -> Any:
    """A claimed list of contenders, in the usual order."""
    said = _claim(ctx, topic, name)
    if not isinstance(said, list) or not all(each in CONTENDERS for each in said):
        return said
    return [each for each in CONTENDERS if each in said]


def _is(path: str, expected: Any, found: Any, same: Any = None) -> None:
    """`found` is `same` (or `expected`, which is what the reader is told)."""
    if found != (expected if same is None else same):
        raise Mismatch(path=path, expected=expected, found=found)


def _stated(ctx: Any, topic: str, name: str) -> float | None:
    """A claimed number, or None if there is none."""
    try:
        said = _claim(ctx, topic, name)
        return None if isinstance(said, bool | str) else float(said)
    except (Mismatch, TypeError, OverflowError):
        return None


def _claims(ctx: Any, topic: str, wanted: Mapping[str, float], tolerance: float, least: float = 0.0) -> None:
    """Each stated number is near the recomputed one; every right one earns its share."""
    wrong = {}
    for name, value in wanted.items():
        said = _stated(ctx, topic, name)
        if said is None:
            wrong[name] = _("no number", ctx.lang)
        elif not abs(said - value) <= max(tolerance * abs(value), least):
            wrong[name] = _("{said:.4g} is not what the samples give", ctx.lang).format(said=said)
    if wrong:
        raise Mismatch(
            path=f"{topic}.{next(iter(wrong))}",
            expected=_("recomputed from your samples, within {percent:.0%}", ctx.lang).format(percent=tolerance),
            found="; ".join(f"{name}: {why}" for name, why in wrong.items()),
            fraction=1 - len(wrong) / len(wanted),
        )
