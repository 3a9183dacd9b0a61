"""Each lab's checks judge rightly, on a real control plane: see `autograder prove`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.spec import load_course

COURSE = Path(__file__).parents[2] / "labs"


@pytest.mark.needs_cluster
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "lab", [pytest.param(lab, marks=pytest.mark.xdist_group(lab)) for lab in load_course(COURSE).labs]
)
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
    assert {"empty", "solution"} <= {proof["kind"] for proof in told["proofs"]}
    assert done.returncode == 0
