"""What a run of a pipeline leaves beside the notebook: `pipeline.yaml`, as compiled, and `pipeline-run.json`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from labkit.messages import _
from labkit.pipelines.errors import PipelineError

COMPILED, RUN = "pipeline.yaml", "pipeline-run.json"
FIELDS = (
    "pipeline", "kfp", "python", "student", "started", "seconds", "parameters", "source_sha256", "compiled_sha256",
    "tasks",
)  # fmt: skip
_OBJECT: dict[str, Any] = {"type": "object"}
_ARTIFACT = {
    **_OBJECT,
    "required": ["type", "bytes", "sha256", "content", "metadata"],
    "properties": {"sha256": {"type": "string"}, "metadata": _OBJECT},
}
_TASK = {
    **_OBJECT,
    "required": ["reads", "artifacts"],
    "properties": {"reads": {"type": "array"}, "artifacts": {**_OBJECT, "additionalProperties": _ARTIFACT}},
}
SHAPE = {
    **_OBJECT,
    "required": list(FIELDS),
    "properties": {"parameters": _OBJECT, "tasks": {**_OBJECT, "additionalProperties": _TASK}},
}


@dataclass(frozen=True)
class Record:
    """One run, as `pipeline-run.json` tells of it (its fields are written by runner.py)."""

    data: dict[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        """The pipeline's parameters in this run, defaults included."""
        return dict(self.data["parameters"])

    @property
    def metrics(self) -> dict[str, float]:
        """All metrics that any task has logged."""
        return {
            name: value
            for task in self.data["tasks"].values()
            for artifact in task["artifacts"].values()
            if artifact["type"] == "system.Metrics"
            for name, value in artifact["metadata"].items()
        }

    def content(self, task: str, artifact: str) -> Any:
        """What the task wrote into that artifact's file: as JSON if it is, else as text."""
        return self._artifact(task, artifact)["content"]

    def digest(self, task: str, artifact: str) -> str:
        """The SHA-256 of that artifact's file, in hex: its name, wherever it is kept."""
        return str(self._artifact(task, artifact)["sha256"])

    def _artifact(self, task: str, artifact: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.data["tasks"][task]["artifacts"][artifact]
        except KeyError as cause:
            raise PipelineError(
                _("The run has no artifact {artifact} of a task {task}; its tasks are: {tasks}").format(
                    artifact=artifact, task=task, tasks=", ".join(self.data["tasks"])
                )
            ) from cause
        return found

    def __str__(self) -> str:
        """The run as a table: each task, what it read, what it made."""
        lines = [f"{self.data['pipeline']} · kfp {self.data['kfp']} · {self.data['seconds']:.1f} s"]
        for name, task in self.data["tasks"].items():
            after = f"   ← {', '.join(task['reads'])}" if task["reads"] else ""
            lines.append(f"  {name}{after}")
            for key, artifact in task["artifacts"].items():
                told = ", ".join(f"{k} = {v}" for k, v in artifact["metadata"].items())
                made = f"{artifact['bytes']} B  sha256 {artifact['sha256'][:12]}…" if artifact["sha256"] else ""
                lines.append(f"      → {key}: {told or made}")
        return "\n".join(lines)


def read(folder: Path) -> Record | None:
    """The run that is noted in this folder, or None if there is none.

    Raises:
        PipelineError: the file is not what `run_pipeline` writes.
    """
    path = folder / RUN
    if not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(data, SHAPE)
    except (ValueError, RecursionError, jsonschema.ValidationError) as cause:
        raise PipelineError(
            _("{path} is not what a run leaves: run the pipeline again").format(path=path.name)
        ) from cause
    return Record(data)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
