"""What is handed in beside the notebook in the proofs: a real run of the solution's pipeline, and faulty copies of it.

`pipeline.yaml` and `pipeline-run.json` are of a real run for the student `proof` (record.py); a test runs it again and
compares.
"""

import copy
import hashlib
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COMPILED, RUN = "pipeline.yaml", "pipeline-run.json"
STEPS = runpy.run_path(str(HERE.parent / "checks.py"))
Run = dict[str, Any]


def write(folder: Path, variant: str) -> None:
    """Write the files of one variant. Raises KeyError for an unknown one."""
    compiled, run = VARIANTS[variant]((HERE / COMPILED).read_text(), json.loads((HERE / RUN).read_text()))
    run["compiled_sha256"] = hashlib.sha256(compiled.encode()).hexdigest()
    (folder / COMPILED).write_text(compiled)
    (folder / RUN).write_text(json.dumps(run))


def _unchained(compiled: str, run: Run) -> tuple[str, Run]:
    """`evaluate` takes its data from another step."""
    head, found, tail = compiled.partition("      evaluate:\n")
    return head + found + tail.replace("producerTask: make-data", "producerTask: make-data-2", 1), run


def _other_seed(compiled: str, run: Run) -> tuple[str, Run]:
    """A right run, of a seed that is not the student's."""
    run["parameters"]["seed"] += 1
    return compiled, _redone(run, run["parameters"]["seed"])


def _other_data(compiled: str, run: Run) -> tuple[str, Run]:
    """Model and metric are right, for data that the stated seed does not give."""
    return compiled, _redone(run, run["parameters"]["seed"] + 1)


def _other_weights(compiled: str, run: Run) -> tuple[str, Run]:
    """A model that nobody trained, with its right metric."""
    rows = _content(run, "make-data", "data")
    _set(run, "train", "model", {"weights": (weights := [1.0, 1.0, 1.0, 0.0])})
    return compiled, _measured(run, STEPS["evaluate"](rows["test"], weights))


def _training_rows(compiled: str, run: Run) -> tuple[str, Run]:
    """The metric is that of the rows which the model has seen."""
    rows, model = _content(run, "make-data", "data"), _content(run, "train", "model")
    return compiled, _measured(run, STEPS["evaluate"](rows["train"], model["weights"]))


def _redone(run: Run, seed: int) -> Run:
    rows = STEPS["make_data"](seed, run["parameters"]["samples"])
    weights = STEPS["train"](rows["train"], run["parameters"]["epochs"])
    _set(run, "make-data", "data", rows)
    _set(run, "train", "model", {"weights": weights})
    return _measured(run, STEPS["evaluate"](rows["test"], weights))


def _content(run: Run, task: str, artifact: str) -> Any:
    return copy.deepcopy(run["tasks"][task]["artifacts"][artifact]["content"])


def _set(run: Run, task: str, artifact: str, content: object) -> None:
    text = json.dumps(content)
    entry = run["tasks"][task]["artifacts"][artifact]
    entry |= {"content": content, "sha256": hashlib.sha256(text.encode()).hexdigest(), "bytes": len(text)}


def _measured(run: Run, accuracy: float) -> Run:
    run["tasks"]["evaluate"]["artifacts"]["metrics"]["metadata"]["accuracy"] = accuracy
    return run


VARIANTS: dict[str, Callable[[str, Run], tuple[str, Run]]] = {
    "solution": lambda compiled, run: (compiled, run),
    "unchained": _unchained,
    "other-seed": _other_seed,
    "other-data": _other_data,
    "other-weights": _other_weights,
    "training-rows": _training_rows,
}
