"""Compiles and runs a pipeline with kfp: `runner.py SOURCE FOLDER STUDENT PARAMETERS`, in kfp's own environment.

FOLDER gets `pipeline.yaml` and `pipeline-run.json` when the whole pipeline has run. Only kfp and the standard library
are there. Tasks run as processes on this machine, one after the other (kfp's SubprocessRunner): nothing is isolated.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import kfp
import yaml
from kfp import compiler, local
from kfp.dsl.base_component import BaseComponent
from kfp.dsl.graph_component import GraphComponent

LARGEST = 200_000  # bytes of an artifact that is noted whole


def main(source: Path, folder: Path, student: str, parameters: dict[str, Any]) -> None:
    """Compile, run, and write both files."""
    pipeline = _pipeline_of(_load(source))
    started, clock = datetime.now(UTC), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pipeline-") as scratch:
        compiled = Path(scratch, "pipeline.yaml")
        compiler.Compiler().compile(pipeline, str(compiled))
        root = Path(scratch, "root")
        local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=str(root), raise_on_error=True)
        try:
            pipeline(**parameters)
        except RuntimeError as cause:  # what kfp raises of a failed task, whose own words are in the log above
            raise SystemExit(str(cause)) from cause
        spec = yaml.safe_load(compiled.read_text())
        (made,) = root.iterdir()
        record = {
            "pipeline": pipeline.name,
            "kfp": kfp.__version__,
            "python": platform.python_version(),
            "student": student,
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - clock, 3),
            "parameters": _defaults(spec) | parameters,
            "source_sha256": _digest(source.read_bytes()),
            "compiled_sha256": _digest(compiled.read_bytes()),
            "tasks": {name: _task(spec, name, made / name) for name in _in_order(spec)},
        }
        _replace(folder / "pipeline.yaml", compiled.read_text())
        _replace(folder / "pipeline-run.json", json.dumps(record, ensure_ascii=False))


def _load(source: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("student_pipeline", source)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{source.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # kfp asks where a component's function was defined
    spec.loader.exec_module(module)
    return module


def _pipeline_of(module: ModuleType) -> BaseComponent:
    found = [value for value in vars(module).values() if isinstance(value, GraphComponent)]
    if len(found) != 1:
        raise SystemExit(f"one function under @dsl.pipeline is wanted; there are {len(found)}")
    return found[0]


def _defaults(spec: dict[str, Any]) -> dict[str, Any]:
    inputs = spec["root"].get("inputDefinitions", {}).get("parameters", {})
    found = {name: about["defaultValue"] for name, about in inputs.items() if "defaultValue" in about}
    whole = {name for name, about in inputs.items() if about["parameterType"] == "NUMBER_INTEGER"}
    return {name: int(value) if name in whole else value for name, value in found.items()}


def _in_order(spec: dict[str, Any]) -> list[str]:
    """The tasks, each after those that it depends on."""
    tasks, done = spec["root"]["dag"]["tasks"], list[str]()
    while len(done) < len(tasks):
        done += sorted(
            name for name, task in tasks.items() if name not in done and set(task.get("dependentTasks", ())) <= {*done}
        )
    return done


def _task(spec: dict[str, Any], name: str, folder: Path) -> dict[str, Any]:
    """What one task read and made."""
    task = spec["root"]["dag"]["tasks"][name]
    component = spec["components"][task["componentRef"]["name"]]
    reads = [
        ".".join(source["taskOutputArtifact"][key] for key in ("producerTask", "outputArtifactKey"))
        for source in task.get("inputs", {}).get("artifacts", {}).values()
        if "taskOutputArtifact" in source
    ]
    told = folder / "executor_output.json"
    said = json.loads(told.read_text()) if told.is_file() else {}
    kinds = component.get("outputDefinitions", {}).get("artifacts", {})
    artifacts = {
        key: _artifact(folder / key, kind["artifactType"]["schemaTitle"], said.get("artifacts", {}).get(key, {}))
        for key, kind in kinds.items()
    }
    return {"reads": sorted(reads), "artifacts": artifacts, "parameters": said.get("parameterValues", {})}


def _artifact(path: Path, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    content = path.read_bytes() if path.is_file() else b""
    noted: Any = None
    if 0 < len(content) <= LARGEST:
        try:
            noted = json.loads(content)
        except ValueError:
            noted = content.decode(errors="replace")
    return {
        "type": kind,
        "bytes": len(content),
        "sha256": _digest(content) if path.is_file() else "",
        "content": noted,
        "metadata": said["artifacts"][0]["metadata"] if said else {},
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3], json.loads(sys.argv[4]))
