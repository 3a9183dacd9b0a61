"""Runs a student's pipeline as a process of kfp's own environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from labkit.messages import _
from labkit.pipelines import environment
from labkit.pipelines.errors import PipelineError
from labkit.pipelines.record import Record, read

RUNNER = Path(__file__).with_name("runner.py")
SECONDS = 600
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
KEPT = ("HOME", "LANG", "LC_ALL", "TMPDIR")


def run_pipeline(source: Path, folder: Path, student: str, parameters: dict[str, int | float | str]) -> Record:
    """Compile the pipeline of a file, run it, and note the run in the folder; what fails leaves the last one there.

    Raises:
        PipelineError: there is no such file, kfp cannot be had, or the pipeline failed (the end of its log is said).
    """
    if not source.is_file():
        raise PipelineError(_("There is no file {source}: run the cell that writes it first.").format(source=source))
    python = environment.ensure()
    words = [str(source.resolve()), str(folder.resolve()), student, json.dumps(parameters)]
    told = {name: os.environ[name] for name in KEPT if name in os.environ}
    told |= {
        "PATH": os.pathsep.join((str(python.parent), os.defpath)),
        "PYTHONNOUSERSITE": "1",
        "PYTHONWARNINGS": "ignore",
    }
    with tempfile.TemporaryDirectory(prefix="pipeline-") as scratch:  # a component must not import what lies beside it
        try:
            done = subprocess.run(
                [str(python), "-P", str(RUNNER), *words], env=told, cwd=scratch, timeout=SECONDS,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as cause:
            raise PipelineError(_("The pipeline did not end within {seconds} s.").format(seconds=SECONDS)) from cause
    if done.returncode:
        lines = [line for line in COLOUR.sub("", done.stdout).splitlines() if line.strip()]
        tail = "\n".join(lines[-25:])
        raise PipelineError(_("The pipeline failed. The end of its log:\n{tail}").format(tail=tail))
    record = read(folder)
    if record is None:
        raise PipelineError(_("The pipeline left no record in {folder}.").format(folder=folder))
    return record
