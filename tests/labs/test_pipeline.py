"""Lab 08's pipeline, compiled and run by kfp itself."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from labkit.pipelines import run_pipeline
from labkit.pipelines.errors import PipelineError

pytestmark = pytest.mark.needs_kfp
SOLUTION = Path(__file__).parents[2] / "labs" / "08-kubeflow" / "solution"
RECORD = runpy.run_path(str(SOLUTION / "record.py"))
TIMES = ("started", "seconds", "python")  # what may differ from run to run


def test_the_solution_runs_again_as_it_is_recorded(tmp_path: Path) -> None:
    """Compiled and run anew, byte for byte: the recorded run of the proofs is real, and reproducible."""
    RECORD["record"](tmp_path, RECORD["source"]())
    for name in ("pipeline.yaml", "pipeline-run.json"):
        made, kept = ((folder / name).read_text() for folder in (tmp_path, SOLUTION))
        if name.endswith(".json"):
            made, kept = ({**json.loads(text), **dict.fromkeys(TIMES)} for text in (made, kept))
        assert made == kept


def test_a_pipeline_that_fails_says_where_and_leaves_the_last_run_alone(tmp_path: Path) -> None:
    """The end of kfp's own log is in the message; nothing is half-written."""
    (tmp_path / "pipeline-run.json").write_text("the last run")
    source = RECORD["source"]().replace("right = 0", "right = missing_name")
    (tmp_path / "pipeline.py").write_text(source)
    with pytest.raises(PipelineError, match="missing_name"):
        run_pipeline(tmp_path / "pipeline.py", tmp_path, "ana", {"seed": 1, "samples": 40, "epochs": 1})
    assert (tmp_path / "pipeline-run.json").read_text() == "the last run"
    assert not (tmp_path / "pipeline.yaml").exists()


def test_a_file_without_a_pipeline_says_what_is_wanted(tmp_path: Path) -> None:
    """As the unsolved notebook would have it, if somebody runs it at once."""
    (tmp_path / "pipeline.py").write_text("x = 1\n")
    with pytest.raises(PipelineError, match=r"@dsl\.pipeline"):
        run_pipeline(tmp_path / "pipeline.py", tmp_path, "ana", {})
