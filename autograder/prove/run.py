"""Runs the proofs on scratch clusters, a few side by side: their time is mostly waiting."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import psutil

from autograder.clusters import ClusterFactory, ScratchCluster
from autograder.errors import AutograderError, ProofError
from autograder.grading import Run, grade_notebook
from autograder.prove.handed import handed_in
from autograder.prove.plan import Proof, bundles, merged, plan, proved_here
from autograder.providers import CAPABILITIES_OF
from autograder.report.model import LabReport
from autograder.spec.model import Lab

STUDENT = "proof"
JOBS_SIMULATED, JOBS_ADDONS, JOBS_REAL = 8, 4, 2
"""Clusters side by side: real containers want a processor, simulated ones wait, and add-ons take 0.5 GiB more each."""

CLUSTER_BYTES = 2**30
"""A simulated cluster takes half of that or all, and its notebook's processes some; there are never more than fit."""


@dataclass(frozen=True)
class Outcome:
    """How a proof went. `failure` is one sentence, "" where it holds; `applicable` is False where it was left out
    because another provider proves it."""

    proof: Proof
    failure: str
    seconds: float
    applicable: bool = True
    report: LabReport | None = None


Todo = deque[tuple[Proof, ...]]
Told = Callable[[Outcome], None]


def prove_lab(
    lab: Lab,
    factory: ClusterFactory | None,
    *,
    provider: str = "auto",
    lang: str = "en",
    jobs: int | None = None,
    select: str = "",
    told: Told = lambda _outcome: None,
) -> list[Outcome]:
    """Run the proofs of the lab (those whose line contains `select`); `told` hears of each as it ends.

    `factory` is None for a lab that needs no cluster; `jobs` is how many clusters run side by side (None: as many as
    their kind allows). Raises AutograderError where the proofs cannot be run at all.
    """
    proofs = [proof for proof in plan(lab, lang) if select in f"{proof.kind} {proof.title}"]
    with ExitStack() as stack:
        first = _cluster(stack, lab, factory, provider)  # it says what can be proved
        alike = first.provider if first else provider
        here = proved_here(proofs, lab, first.capabilities) if first else proofs
        found = [Outcome(proof, "", 0.0, applicable=False) for proof in proofs if proof not in here]
        todo = _longest_first(bundles(here))
        count = min(jobs or jobs_for(lab, first), len(todo))
        with _pool(count, todo) as pool:
            at_work = [pool.submit(_work, lab, todo, first, lang, told)]
            for _number in range(1, count):  # the first one proves already
                cluster = _cluster(stack, lab, factory, alike)
                at_work.append(pool.submit(_work, lab, todo, cluster, lang, told))
            for worker in as_completed(at_work):
                found += worker.result()
    return sorted(found, key=lambda outcome: proofs.index(outcome.proof))


def _longest_first(work: list[tuple[Proof, ...]]) -> Todo:
    """So that no cluster is left alone at last: wrong answers are waited for, and nothing answered starts nothing."""
    return deque(sorted(work, key=lambda bundle: (len(bundle), bundle[0].kind != "empty"), reverse=True))


def _work(lab: Lab, todo: Todo, cluster: ScratchCluster | None, lang: str, told: Told) -> list[Outcome]:
    """Prove on this cluster whatever is still to be proved."""
    found: list[Outcome] = []
    while True:
        try:
            bundle = todo.popleft()
        except IndexError:  # another thread may have taken the last one
            return found
        for outcome in _run_bundle(lab, bundle, cluster, lang):
            told(outcome)
            found.append(outcome)


def jobs_for(lab: Lab, first: ScratchCluster | None) -> int:
    """How many clusters of this kind (None: none is needed) run side by side here."""
    if first is not None and not first.capabilities <= CAPABILITIES_OF["embedded"]:
        return JOBS_REAL
    fit = max(psutil.virtual_memory().available // CLUSTER_BYTES, 1)
    return min(fit, JOBS_ADDONS if lab.addons else JOBS_SIMULATED)


@contextmanager
def _pool(jobs: int, todo: Todo) -> Iterator[ThreadPoolExecutor]:
    """Threads that nobody waits for when the proofs are cut off: their clusters are about to be deleted."""
    pool = ThreadPoolExecutor(max(jobs, 1), thread_name_prefix="prove")
    finished = False
    try:
        yield pool
        finished = True
    finally:
        todo.clear()
        pool.shutdown(wait=finished)


def _cluster(stack: ExitStack, lab: Lab, factory: ClusterFactory | None, provider: str) -> ScratchCluster | None:
    """A cluster that the stack deletes, or None for a lab that needs none."""
    if factory is None:
        return None
    return stack.enter_context(factory(f"prove-{lab.id}", course=lab.folder.parent, provider=provider, lab=lab.id))


def _run_bundle(lab: Lab, bundle: tuple[Proof, ...], cluster: ScratchCluster | None, lang: str) -> list[Outcome]:
    """Run the bundle as one; if it does not lose what it should, each of its proofs alone."""
    together = _run(lab, merged(bundle), cluster, lang)
    if together.report is None or (together.failure and len(bundle) > 1):
        return [_run(lab, proof, cluster, lang) for proof in bundle]
    share = together.seconds / len(bundle)
    return [replace(together, proof=proof, seconds=share) for proof in bundle]


def _run(lab: Lab, proof: Proof, cluster: ScratchCluster | None, lang: str) -> Outcome:
    began = time.monotonic()
    try:
        if cluster is not None:
            _reset(cluster, lab.id)
        with handed_in(lab, proof.submission) as folder:
            run = Run(lab, STUDENT, cluster, lang, folder=folder, sandboxed=False)
            graded = grade_notebook(proof.notebook, run)
    except AutograderError as error:
        return Outcome(proof, f"could not be run: {error}", time.monotonic() - began)
    return Outcome(proof, proof.failure(graded.report), time.monotonic() - began, report=graded.report)


def _reset(cluster: ScratchCluster, lab: str) -> None:
    try:
        cluster.reset(lab)
    except Exception as error:  # the errors of the package that makes clusters are its own
        raise ProofError(f"the cluster could not be emptied: {error}") from error
