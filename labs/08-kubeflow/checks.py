"""Judging a pipeline without running it again: its steps are redone, one by one, from what the student handed in.

`make_data`, `train` and `evaluate` do what the components of the same names do (lab.py gives the first two). Each step
is recomputed from the artefacts before it as they were handed in, so that a wrong step costs its own points only; the
data themselves are recomputed from the parameters.
"""

import math
import random
from pathlib import Path
from typing import Any

import yaml

from autograder import Mismatch
from labkit.pipelines import record
from labkit.pipelines.errors import PipelineError
from labkit.pipelines.record import Record

CLOSE = 1e-9  # between machines, the last digit of an exponential may differ
LINKS = {
    "train": {("make-data", "data")},
    "evaluate": {("make-data", "data"), ("train", "model")},
}
TEXTS = {
    "none": {
        "pt-BR": "não há execução entregue (pipeline.yaml e pipeline-run.json): execute lab.run_pipeline(...)",
        "en": "no run was handed in (pipeline.yaml and pipeline-run.json): run lab.run_pipeline(...)",
    },
    "source": {
        "pt-BR": "pipeline.py mudou depois da execução: execute o pipeline outra vez",
        "en": "pipeline.py has changed since the run: run the pipeline again",
    },
    "compiled": {
        "pt-BR": "pipeline.yaml não é o que esta execução compilou: execute o pipeline outra vez",
        "en": "pipeline.yaml is not what this run compiled: run the pipeline again",
    },
    "seen": {
        "pt-BR": "a acurácia foi calculada nas linhas de treino, que o modelo já viu",
        "en": "the accuracy was computed on the training rows, which the model has seen",
    },
    "unseen": {
        "pt-BR": "o que este modelo acerta das linhas de teste",
        "en": "what this model gets right of the test rows",
    },
    "lost": {"pt-BR": "falta o artefato {name}", "en": "artefact {name} is missing"},
}


def make_data(seed: int, samples: int) -> dict[str, list[list[float]]]:
    """The rows that the component of this name makes."""
    rng = random.Random(seed)  # noqa: S311 - data, not secrets
    rule = [rng.uniform(-1, 1) for _ in range(3)]
    rows = []
    for _ in range(samples):
        x = [round(rng.uniform(-1, 1), 6) for _ in range(3)]
        noise = rng.uniform(-0.4, 0.4)
        rows.append([*x, int(sum(w * v for w, v in zip(rule, x, strict=True)) + noise > 0)])
    cut = samples * 3 // 4
    return {"train": rows[:cut], "test": rows[cut:]}


def train(rows: list[list[float]], epochs: int) -> list[float]:
    """The weights that the component of this name learns; the last one is the bias."""
    weights = [0.0, 0.0, 0.0, 0.0]
    for _ in range(epochs):
        for *x, label in rows:
            miss = 1 / (1 + math.exp(-_score(weights, x))) - label
            weights = [w - 0.1 * miss * v for w, v in zip(weights, [*x, 1.0], strict=True)]
    return weights


def evaluate(rows: list[list[float]], weights: list[float]) -> float:
    """The fraction of rows whose class the model gets right."""
    return sum((_score(weights, x) > 0) == bool(label) for *x, label in rows) / len(rows)


def _score(weights: list[float], x: list[float]) -> float:
    return weights[3] + sum(w * v for w, v in zip(weights, x, strict=False))


def chain(ctx: Any) -> None:
    """The compiled pipeline hands on what it should: train reads the data, evaluate the same data and the model."""
    path = _folder(ctx) / record.COMPILED
    try:
        tasks = yaml.safe_load(path.read_text(encoding="utf-8"))["root"]["dag"]["tasks"]
        found = {name: _links(tasks.get(name, {})) for name in LINKS}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, yaml.YAMLError) as cause:
        raise Mismatch(_text(ctx, "none"), path=record.COMPILED) from cause
    for name, wanted in LINKS.items():
        if not wanted <= found[name]:
            shown = [sorted(".".join(link) for link in links) for links in (wanted, found[name])]
            raise Mismatch(path=f"{record.COMPILED}: {name}", expected=shown[0], found=shown[1])


def _links(task: dict[str, Any]) -> set[tuple[str, str]]:
    inputs = task.get("inputs", {}).get("artifacts", {}).values()
    sources = [source["taskOutputArtifact"] for source in inputs if "taskOutputArtifact" in source]
    return {(source["producerTask"], source["outputArtifactKey"]) for source in sources}


def one_source(ctx: Any) -> None:
    """What was run is what the notebook says, and the compiled file is that of this run."""
    run, folder = _run(ctx), _folder(ctx)
    for name, field, told in (
        ("pipeline.py", "source_sha256", "source"),
        (record.COMPILED, "compiled_sha256", "compiled"),
    ):
        path = folder / name
        found = record.digest_of(path) if path.is_file() else None
        if found != run.data[field]:
            raise Mismatch(_text(ctx, told), path=name, expected=run.data[field], found=found)


def own_values(ctx: Any) -> None:
    """The parameters are the student's own."""
    found = _run(ctx).parameters
    for name in ("seed", "samples", "epochs"):
        if found.get(name) != ctx.values[name]:
            raise Mismatch(path=f"parameters.{name}", expected=ctx.values[name], found=found.get(name))


def data(ctx: Any) -> None:
    """The data are those that the run's parameters give."""
    run = _run(ctx)
    wanted = make_data(*(_number(run, name) for name in ("seed", "samples")))
    found = _data(ctx, run)
    for part, rows in wanted.items():
        if found[part] != rows:
            raise Mismatch(path=f"make-data.data: {part}", expected=rows[:1], found=found[part][:1])


def model(ctx: Any) -> None:
    """The weights are those that `train` learns from the data that were handed in."""
    run = _run(ctx)
    wanted = train(_data(ctx, run)["train"], _number(run, "epochs"))
    found = _weights(ctx, run)
    if not all(abs(a - b) <= CLOSE for a, b in zip(wanted, found, strict=True)):
        raise Mismatch(path="train.model: weights", expected=_short(wanted), found=_short(found))


def accuracy(ctx: Any) -> None:
    """The metric is what this model gets right of the rows that it has not seen."""
    run = _run(ctx)
    rows, weights = _data(ctx, run), _weights(ctx, run)
    found, wanted = run.metrics.get("accuracy"), evaluate(rows["test"], weights)
    if not isinstance(found, int | float) or abs(found - wanted) > CLOSE:
        seen = isinstance(found, int | float) and abs(found - evaluate(rows["train"], weights)) <= CLOSE
        told = _text(ctx, "seen") if seen else ""
        raise Mismatch(told, path="evaluate: accuracy", expected=_text(ctx, "unseen"), found=found)


def lineage(ctx: Any) -> None:
    """The canary's annotation names the model that the run made."""
    run = _run(ctx)
    _content(ctx, run, "train", "model")
    wanted = run.digest("train", "model")
    found = (ctx.get("apps/v1", "Deployment", "model-v2") or {}).get("metadata", {}).get("annotations", {})
    if not wanted or found.get("model-sha256") != wanted:
        raise Mismatch(
            path="model-v2: metadata.annotations.model-sha256", expected=wanted, found=found.get("model-sha256")
        )


def _folder(ctx: Any) -> Path:
    if ctx.folder is None:
        raise Mismatch(_text(ctx, "none"))
    return Path(ctx.folder)


def _run(ctx: Any) -> Record:
    try:
        run = record.read(_folder(ctx))
    except PipelineError as cause:
        raise Mismatch(str(cause)) from cause
    if run is None:
        raise Mismatch(_text(ctx, "none"), path=record.RUN)
    return run


def _number(run: Record, name: str) -> int:
    """A parameter of the run; bounded, since whoever handed it in may have typed anything."""
    found = run.parameters.get(name)
    if not isinstance(found, int) or not 0 < found <= 100_000:
        raise Mismatch(path=f"parameters.{name}", expected="1..100000", found=found)
    return found


def _data(ctx: Any, run: Record) -> dict[str, list[list[float]]]:
    content = _content(ctx, run, "make-data", "data")
    parts = {part: content.get(part) for part in ("train", "test")} if isinstance(content, dict) else {}
    good = parts and all(
        isinstance(rows, list) and rows and all(_is_row(row) for row in rows) for rows in parts.values()
    )
    if not good:
        raise Mismatch(_text(ctx, "lost").format(name="make-data.data"), path=record.RUN)
    return parts


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 4 and all(_is_small(value) for value in row)


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= 1000  # so that no exponential overflows


def _weights(ctx: Any, run: Record) -> list[float]:
    content = _content(ctx, run, "train", "model")
    weights = content.get("weights") if isinstance(content, dict) else None
    if not isinstance(weights, list) or not _is_row(weights):
        raise Mismatch(_text(ctx, "lost").format(name="train.model"), path=record.RUN)
    return weights


def _content(ctx: Any, run: Record, task: str, artifact: str) -> Any:
    try:
        return run.content(task, artifact)
    except PipelineError as cause:
        raise Mismatch(_text(ctx, "lost").format(name=f"{task}.{artifact}"), path=record.RUN) from cause


def _short(weights: list[float]) -> list[float]:
    return [round(value, 6) for value in weights]


def _text(ctx: Any, name: str) -> str:
    return TEXTS[name]["en" if ctx.lang == "en" else "pt-BR"]
