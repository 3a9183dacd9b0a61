"""Makes tools ready: official release (verified), else `go build`. Whole or not at all, one at a time."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock
from rich.console import Console

from labcluster.errors import ToolError
from labcluster.paths import cache_dir
from labcluster.tools import build, release
from labcluster.tools.catalog import Tool

NEEDED_BYTES = 3 * 1024**3  # Go's module and build caches beside the half gigabyte of programs


def install(missing: Sequence[Tool], console: Console | None = None) -> None:
    """Fetch or build the tools into the cache; a second process waits for the first.

    Raises:
        ToolError: nothing worked; says what was tried and what to do.
    """
    console = console or Console(stderr=True)
    try:
        folder = cache_dir() / "tools"
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            for number, tool in enumerate(missing, 1):
                if not tool.ready():  # another set-up may have made it while this one waited
                    _install_one(tool, console, f"[{number}/{len(missing)}]")
    except OSError as cause:
        raise ToolError(
            f"The tools' cache cannot be written: {cause}.\n"
            f"Make room or name another folder: LABCLUSTER_CACHE=/path/with/room (now {cache_dir()})."
        ) from cause


def _install_one(tool: Tool, console: Console, step: str) -> None:
    way = os.environ.get("LABCLUSTER_TOOLS", "auto")
    if way not in ("auto", "release", "build"):
        raise ToolError(f"LABCLUSTER_TOOLS is {way!r}; it can be auto, release or build.")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=cache_dir() / "tools", prefix=".making-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        title = f"{step} {tool.name} {tool.version}"
        with console.status(f"{title}: release or build (up to several minutes the first time)"):
            if not console.is_terminal:
                console.print(f"{title} …")
            how = _make(tool, made, way, console)
        shutil.rmtree(tool.folder, ignore_errors=True)  # an incomplete folder of an older kind
        made.rename(tool.folder)
    console.print(f"{title}: {how}, {time.monotonic() - started:.0f} s")


def _make(tool: Tool, made: Path, way: str, console: Console) -> str:
    if way != "build" and release.offered(tool):
        try:
            release.fetch(tool, made)
        except ToolError as problem:
            if way == "release":
                raise
            console.print(f"{tool.name}: {problem} Building it from its pinned sources instead.")
        else:
            return "official release, checksum verified"
    elif way == "release":
        raise ToolError(f"{tool.name} {tool.version} has no release for this machine. Use LABCLUSTER_TOOLS=build.")
    build.build(tool, made)
    return "built from pinned sources"
