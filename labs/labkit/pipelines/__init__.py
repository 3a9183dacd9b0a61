"""Kubeflow Pipelines in a notebook: compiled and run by kfp's own local runner, in an environment of its own."""

from labkit.pipelines.record import Record
from labkit.pipelines.run import run_pipeline

__all__ = ["Record", "run_pipeline"]
