"""The image of kind's nodes, made of packages and of our own builds only; see images/node/README.md."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from filelock import FileLock
from rich.console import Console

from labcluster import tools
from labcluster.errors import ToolError
from labcluster.images.node import commands, components, content, rootfs, stage
from labcluster.images.node.sources import mark
from labcluster.paths import cache_dir

Result = TypeVar("Result")
CHANGES = ('ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]', "ENV container=oci", "STOPSIGNAL SIGRTMIN+3")
STEPS = 5


def reference() -> str:
    """The image's name; its tag says Kubernetes' version and what the image is made from."""
    return f"localhost/lab/node:{tools.kubernetes_version()}-{mark()}"


def build(engine: str, environment: Mapping[str, str], console: Console | None = None) -> None:
    """Make the image in the engine (`docker` or `podman`), which gets this environment, unless it is there already.

    No privilege but the engine is needed. A second build of the same user waits for the first.

    Raises:
        ToolError: a part cannot be made, or the engine does not take the image; nothing half-made stays.
    """
    console = console or Console(stderr=True)
    try:
        cache_dir().mkdir(parents=True, exist_ok=True)
        with FileLock(cache_dir() / ".node-image.lock"):
            if commands.run([engine, "image", "inspect", reference()], environment).returncode == 0:
                return
            made = tools.ensure() | tools.ensure("node")
            with tempfile.TemporaryDirectory(dir=cache_dir(), prefix=".node-image-") as scratch:
                _build(Path(scratch), made, engine, environment, console)
    except OSError as cause:
        raise ToolError(
            f"The node image cannot be made: {cause}.\n"
            f"It needs 3 GB for a while in {cache_dir()} and 1 GB in /tmp; other folders: LABCLUSTER_CACHE, TMPDIR."
        ) from cause


def _build(
    scratch: Path, made: Mapping[str, Path], engine: str, environment: Mapping[str, str], console: Console
) -> None:
    step = _Steps(console)
    parts = step("control-plane images", lambda: components.archives(made, scratch / "images"))
    step("containerd's content", lambda: content.import_archives(made, parts, scratch / "containerd"))
    tree = step("files of the node", lambda: stage.write(made, components.sandbox(made), scratch))
    whole = step("Debian packages", lambda: rootfs.make(tree, scratch))
    changes = [word for change in CHANGES for word in ("--change", change)]
    command = [engine, "import", *changes, str(whole), reference()]
    step(f"into {engine}", lambda: _run(command, environment))
    console.print(f"{reference()} is ready.")


class _Steps:
    """Shows which step is under way, and how long it took."""

    def __init__(self, console: Console) -> None:
        self.console, self.number = console, 0

    def __call__(self, title: str, action: Callable[[], Result]) -> Result:
        self.number += 1
        title, started = f"[{self.number}/{STEPS}] node image: {title}", time.monotonic()
        with self.console.status(f"{title} …"):
            if not self.console.is_terminal:
                self.console.print(f"{title} …", markup=False)
            result = action()
        self.console.print(f"{title}, {time.monotonic() - started:.0f} s", markup=False)
        return result


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    done = commands.run(command, environment)
    if done.returncode:
        raise ToolError(f"{command[0]} does not take the node image: {done.stderr.strip()[-500:]}")
