"""Each lab's checks judge rightly, on a real control plane and with real containers: see `autograder prove`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from autograder.clusters import ClusterFactory
from autograder.prove import prove_lab
from autograder.spec import load_course, load_lab
from labcluster import service
from labcluster.addons.course import read_course
from labcluster.factory import ScratchCluster, scratch_cluster

COURSE = Path(__file__).parents[2] / "labs"
LABS = load_course(COURSE).labs
# Those that put nothing into real containers are proved beside real nodes by test_in_order.py.
REAL = [needs.lab for needs in read_course(COURSE) if needs.nodes != "simulated"]
SIDE_BY_SIDE = 2
pytestmark = pytest.mark.timeout(1500)


@pytest.mark.needs_cluster
@pytest.mark.parametrize("lab", LABS)
def test_a_lab_is_proved(lab: str) -> None:
    """Nothing answered gets 0, right answers get all, each wrong answer loses its criteria and only those."""
    program = str(Path(sys.executable).with_name("autograder"))
    command = [program, "prove", lab, "--course", str(COURSE), "--provider", "embedded", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    failed = [proof for proof in told["proofs"] if not proof["holds"]]
    assert not failed, json.dumps(failed, indent=1, ensure_ascii=False)
    assert not told["missing"], told["missing"]
    assert {"empty", "solution", "alternative"} <= {proof["kind"] for proof in told["proofs"] if proof["applicable"]}
    assert done.returncode == 0


@pytest.fixture(scope="module")
def real_clusters() -> Iterator[ClusterFactory]:
    """Lends clusters of real containers that all labs share, as a student keeps one; each lab leaves them empty."""
    free: SimpleQueue[ScratchCluster] = SimpleQueue()
    with ExitStack() as stack:
        for _number in range(SIDE_BY_SIDE):
            free.put(stack.enter_context(scratch_cluster("proofs", course=COURSE, provider="kind")))

        @contextmanager
        def lend(_name: str, *, lab: str, **_wanted: Any) -> Iterator[ScratchCluster]:
            cluster = free.get()
            try:
                service.add_ons_for(cluster.name, COURSE, lab)
                yield cluster
            finally:
                cluster.reset(lab)
                free.put(cluster)

        yield lend


@pytest.mark.needs_kind
@pytest.mark.parametrize("lab", REAL)
def test_a_lab_is_proved_in_real_containers(lab: str, real_clusters: ClusterFactory) -> None:
    """The solution gets all points, and wrong answers that only containers can show lose theirs."""
    proved = prove_lab(load_lab(COURSE, lab), real_clusters, provider="kind", jobs=SIDE_BY_SIDE)
    done = [outcome for outcome in proved if outcome.applicable]
    assert [f"{outcome.proof.title}: {outcome.failure}" for outcome in done if outcome.failure] == []
    assert "solution" in {outcome.proof.kind for outcome in done}
