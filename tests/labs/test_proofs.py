"""Each lab's checks judge rightly, on a real control plane and with real containers: see `autograder prove`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.spec import load_course
from labcluster.addons.course import read_course

COURSE = Path(__file__).parents[2] / "labs"
NEEDS = read_course(COURSE)
# Those that put nothing into real containers are proved beside real nodes by test_in_order.py.
REAL = {needs.lab for needs in NEEDS if needs.nodes != "simulated"}
# Volcano looks at its queues twice a second, and labs time what it does: with four clusters for each of two workers on
# two processors it comes eight seconds late. Two for each are as quick there; elsewhere a proof mostly waits.
TIMED = {needs.lab for needs in NEEDS if "volcano" in dict(needs.addons)}


def _cases() -> Iterator[Any]:
    """Every lab on embedded; on kind, one after the other, those that want real containers."""
    for lab in load_course(COURSE).labs:
        marks = [pytest.mark.needs_cluster]
        yield pytest.param("embedded", lab, id=f"embedded-{lab}", marks=marks)
        if lab in REAL:
            yield pytest.param("kind", lab, id=f"kind-{lab}", marks=[pytest.mark.needs_kind])


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(("provider", "lab"), _cases())
def test_a_lab_is_proved(provider: str, lab: str) -> None:
    """Nothing answered gets 0, right answers get all, each wrong answer loses its criteria and only those."""
    program = str(Path(sys.executable).with_name("autograder"))
    command = [program, "prove", lab, "--course", str(COURSE), "--provider", provider, "--json"]
    if provider == "embedded":  # less than alone on a machine: another worker proves beside
        command += ["--jobs", "2" if lab in TIMED else "4"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    failed = [proof for proof in told["proofs"] if not proof["holds"]]
    assert not failed, json.dumps(failed, indent=1, ensure_ascii=False)
    assert not told["missing"], told["missing"]
    least = {"solution"} if provider == "kind" else {"empty", "solution", "alternative"}
    assert least <= {proof["kind"] for proof in told["proofs"] if proof["applicable"]}
    assert done.returncode == 0
