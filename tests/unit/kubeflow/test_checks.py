"""Lab 08's pipeline checks without a cluster: steps are redone from what was handed in, and files may be anything."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder import Mismatch, load_lab

COURSE = Path(__file__).parents[3] / "labs"
LAB = load_lab(COURSE, "08-kubeflow")
CHECKS = runpy.run_path(str(LAB.folder / "checks.py"))
SUBMISSION = runpy.run_path(str(LAB.folder / "solution" / "submission.py"))
SOURCE = runpy.run_path(str(LAB.folder / "solution" / "record.py"))["source"]()
NAMES = ("chain", "one_source", "own_values", "data", "model", "accuracy", "lineage")


def context(folder: Path | None, digest: str | None = None, lang: str = "en") -> Any:
    """What a check is given, for the student of the recorded run."""
    canary = {"metadata": {"annotations": {"model-sha256": digest}}} if digest else None
    return SimpleNamespace(folder=folder, values=LAB.values("proof"), lang=lang, get=lambda *_asked: canary)


def handed_in(folder: Path, variant: str = "solution") -> Any:
    """The files of a variant, the source beside them, and a canary that names the model of the run."""
    SUBMISSION["write"](folder, variant)
    (folder / "pipeline.py").write_text(SOURCE)
    run = json.loads((folder / "pipeline-run.json").read_text())
    return context(folder, run["tasks"]["train"]["artifacts"]["model"]["sha256"])


def lost(ctx: Any) -> dict[str, Mismatch]:
    """The checks that are not passed, with what they say."""
    found = {}
    for name in NAMES:
        try:
            CHECKS[name](ctx)
        except Mismatch as told:
            found[name] = told
    return found


def test_a_real_run_passes_everything(tmp_path: Path) -> None:
    """The recorded run is of kfp itself; what it says is what the pure functions give."""
    assert not lost(handed_in(tmp_path))


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("unchained", "chain"),
        ("other-seed", "own_values"),
        ("other-data", "data"),
        ("other-weights", "model"),
        ("training-rows", "accuracy"),
    ],
)
def test_a_wrong_step_costs_itself_alone(tmp_path: Path, variant: str, check: str) -> None:
    """Steps are judged one by one: what comes after a wrong one is right if it fits what was before it."""
    assert set(lost(handed_in(tmp_path, variant))) == {check}


def test_the_accuracy_on_training_rows_is_called_by_its_name(tmp_path: Path) -> None:
    """The most plausible wrong answer gets its reason, in the reader's language."""
    ctx = handed_in(tmp_path, "training-rows")
    assert "training rows" in str(lost(ctx)["accuracy"])
    ctx.lang = "pt-BR"
    assert "linhas de treino" in str(lost(ctx)["accuracy"])


def test_a_made_up_number_does_not_pass(tmp_path: Path) -> None:
    """Not even one that is close."""
    ctx = handed_in(tmp_path)
    path = tmp_path / "pipeline-run.json"
    run = json.loads(path.read_text())
    run["tasks"]["evaluate"]["artifacts"]["metrics"]["metadata"]["accuracy"] += 0.01
    path.write_text(json.dumps(run))
    assert set(lost(ctx)) == {"accuracy"}


def test_a_source_that_changed_after_the_run_is_noticed(tmp_path: Path) -> None:
    """What is graded is what the notebook says: a space is enough."""
    ctx = handed_in(tmp_path)
    (tmp_path / "pipeline.py").write_text(SOURCE + "\n")
    assert set(lost(ctx)) == {"one_source"}


def test_nothing_handed_in_is_a_mismatch_not_an_error(tmp_path: Path) -> None:
    """Neither an empty folder nor none at all."""
    assert set(lost(context(tmp_path))) == set(NAMES)
    assert set(lost(context(None))) == set(NAMES)


def _changed(**fields: Any) -> Any:
    """The recorded run with other fields."""
    run = json.loads((LAB.folder / "solution" / "pipeline-run.json").read_text())
    return {**run, **fields}


def _content(value: Any) -> Any:
    run = _changed()
    run["tasks"]["make-data"]["artifacts"]["data"]["content"] = value
    return run


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", '{"tasks": 1}',
        json.dumps(_changed(tasks=[])), json.dumps(_changed(tasks={"train": 3})), json.dumps(_changed(parameters=None)),
        json.dumps(_changed(parameters={"seed": 1, "samples": 10**9, "epochs": 10**9})),
        json.dumps(_content({"train": [[1, 2]], "test": []})), json.dumps(_content({"train": 1, "test": "x"})),
        json.dumps(_content({"train": [["a", 0, 0, 1]], "test": [[1e300, 0, 0, 1]]})), "[" * 5000,
    ],
)  # fmt: skip
def test_files_may_be_anything(tmp_path: Path, text: str) -> None:
    """Whoever hands in may have typed the files: every check ends in a verdict, soon."""
    (tmp_path / "pipeline.py").write_text(SOURCE)
    (tmp_path / "pipeline.yaml").write_text(text)
    (tmp_path / "pipeline-run.json").write_text(text)
    assert set(lost(context(tmp_path, "0" * 64))) & {"data", "model"}


def test_every_students_run_can_be_right() -> None:
    """Whatever the seed: training rows and test rows give accuracies that nobody can take for each other."""
    for student in (f"s{number}" for number in range(40)):
        values = LAB.values(student)
        rows = CHECKS["make_data"](values["seed"], values["samples"])
        weights = CHECKS["train"](rows["train"], values["epochs"])
        unseen, seen = (CHECKS["evaluate"](rows[part], weights) for part in ("test", "train"))
        assert 0.5 < unseen <= 1
        assert unseen != seen
