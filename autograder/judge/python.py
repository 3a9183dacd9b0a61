"""Python checks: a function of the lab's own checks.py, for the rare rest."""

from __future__ import annotations

import importlib.util
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from autograder.errors import AutograderError, CheckError, Mismatch
from autograder.judge.scene import Context, Scene
from autograder.spec.model import Python

_modules: dict[tuple[Path, float], ModuleType] = {}


def call(check: Python, scene: Scene) -> None:
    """Run the function: Mismatch if it says so or returns a fraction under 1; CheckError if it is broken."""
    function = _function(check)
    try:
        earned = function(Context(scene))
    except (Mismatch, AutograderError):
        raise
    except Exception as error:
        # A course's Python may fail in any way; none of them may cost the student points.
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise CheckError(
            f"{check.file.name}:{check.function} failed with {type(error).__name__}: {error} "
            f"({Path(last.filename).name}, line {last.lineno})"
        ) from error
    if earned is None or earned is True:
        return
    if isinstance(earned, bool) or not isinstance(earned, (int, float)) or not 0 <= earned <= 1:
        raise CheckError(
            f"{check.file.name}:{check.function} returned {earned!r}; it may return None or a fraction from 0 to 1"
        )
    if earned < 1:
        raise Mismatch(fraction=float(earned))


def _function(check: Python) -> Callable[[Context], Any]:
    try:
        key = (check.file, check.file.stat().st_mtime)
        if key not in _modules:
            _modules[key] = _load(check.file)
    except AutograderError:
        raise
    except Exception as error:
        raise CheckError(f"{check.file} cannot be loaded: {type(error).__name__}: {error}") from error
    return cast(Callable[[Context], Any], getattr(_modules[key], check.function))


def _load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"course_checks_{file.parent.name}", file)
    if spec is None or spec.loader is None:
        raise CheckError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
