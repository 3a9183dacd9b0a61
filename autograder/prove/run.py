"""Runs the proofs on scratch clusters, a few side by side: their time is mostly waiting."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from autograder.clusters import ClusterFactory, ScratchCluster
from autograder.errors import AutograderError, ProofError
from autograder.grading import Run, grade_notebook
from autograder.prove.plan import Proof, bundles, merged, plan
from autograder.report.model import LabReport
from autograder.spec.model import Lab

STUDENT = "proof"


@dataclass(frozen=True)
class Outcome:
    """How a proof went. `failure` is one sentence, "" where it holds; `applicable` is False where nothing could be lost
    because this cluster cannot judge it."""

    proof: Proof
    failure: str
    seconds: float
    applicable: bool = True
    report: LabReport | None = None


def prove_lab(
    lab: Lab,
    factory: ClusterFactory | None,
    *,
    provider: str = "auto",
    lang: str = "en",
    jobs: int = 4,
    select: str = "",
    told: Callable[[Outcome], None] = lambda _outcome: None,
) -> list[Outcome]:
    """Run all proofs of the lab (those whose line contains `select`); `told` hears of each as it ends.

    `factory` is None for a lab that needs no cluster. Raises AutograderError where the proofs cannot be run at all.
    """
    proofs = [proof for proof in plan(lab, lang) if select in f"{proof.kind} {proof.title}"]
    work = bundles(proofs)
    with _clusters(lab, factory, provider, min(jobs, len(work))) as free, _pool(jobs) as pool:

        def one(bundle: tuple[Proof, ...]) -> list[Outcome]:
            cluster = free.get()
            try:
                return _run_bundle(lab, bundle, cluster, lang)
            finally:
                free.put(cluster)

        found: list[Outcome] = []
        for done in as_completed([pool.submit(one, bundle) for bundle in work]):
            for outcome in done.result():
                told(outcome)
                found.append(outcome)
    return sorted(found, key=lambda outcome: proofs.index(outcome.proof))


@contextmanager
def _pool(jobs: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that nobody waits for when the proofs are cut off: their clusters are about to be deleted."""
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="prove")
    finished = False
    try:
        yield pool
        finished = True
    finally:
        pool.shutdown(wait=finished, cancel_futures=True)


@contextmanager
def _clusters(
    lab: Lab, factory: ClusterFactory | None, provider: str, count: int
) -> Iterator[queue.Queue[ScratchCluster | None]]:
    """As many clusters as there are proofs at once (or as many times None)."""
    free: queue.Queue[ScratchCluster | None] = queue.Queue()
    with ExitStack() as stack:
        for _number in range(count):
            made = factory(f"prove-{lab.id}", course=lab.folder.parent, provider=provider) if factory else None
            free.put(stack.enter_context(made) if made else None)
        yield free


def _run_bundle(lab: Lab, bundle: tuple[Proof, ...], cluster: ScratchCluster | None, lang: str) -> list[Outcome]:
    """Run the bundle as one; if it does not lose what it should, each of its proofs alone."""
    together = _run(lab, merged(bundle), cluster, lang)
    if together.report is None or (together.failure and len(bundle) > 1):
        return [_run(lab, proof, cluster, lang) for proof in bundle]
    report, share = together.report, together.seconds / len(bundle)
    return [replace(together, proof=proof, seconds=share, applicable=_applicable(proof, report)) for proof in bundle]


def _run(lab: Lab, proof: Proof, cluster: ScratchCluster | None, lang: str) -> Outcome:
    began = time.monotonic()
    try:
        if cluster is not None:
            _reset(cluster, lab.id)
        graded = grade_notebook(proof.notebook, Run(lab, STUDENT, cluster, lang, sandboxed=False))
    except AutograderError as error:
        return Outcome(proof, f"could not be run: {error}", time.monotonic() - began)
    outcome = Outcome(proof, proof.failure(graded.report), time.monotonic() - began, report=graded.report)
    return replace(outcome, applicable=_applicable(proof, graded.report))


def _reset(cluster: ScratchCluster, lab: str) -> None:
    try:
        cluster.reset(lab)
    except Exception as error:  # the errors of the package that makes clusters are its own
        raise ProofError(f"the cluster could not be emptied: {error}") from error


def _applicable(proof: Proof, report: LabReport) -> bool:
    """Whether this cluster could judge at least one of the criteria that the proof is about."""
    here = {item.id for task in report.tasks for item in task.criteria if item.outcome != "not-applicable"}
    return not proof.loses or bool(proof.loses & here)
