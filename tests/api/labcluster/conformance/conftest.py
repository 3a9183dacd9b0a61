"""The conformance suite runs each of its tests once for every provider, on that provider's own clusters."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from labcluster import service, tools
from labcluster.factory import ScratchCluster
from tests.api.labcluster.conformance.parts import ALL, Parts

LABCLUSTER = str(Path(sys.executable).with_name("labcluster"))
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("embedded", marks=pytest.mark.needs_cluster),
        pytest.param("kind", marks=pytest.mark.needs_kind),
    ],
)
def parts(request: pytest.FixtureRequest) -> Parts:
    """The provider under test, seen from below."""
    return ALL[request.param]


@pytest.fixture(scope="module")
def shared(parts: Parts, request: pytest.FixtureRequest) -> ScratchCluster:
    """The session's cluster of that provider, for tests that leave it as they found it."""
    found: ScratchCluster = request.getfixturevalue("cluster" if parts.provider == "embedded" else "kind_cluster")
    return found


@pytest.fixture(scope="module")
def own_state(shared: ScratchCluster) -> Iterator[Path]:
    """A state folder of the module's own, in a folder that every user may enter; clusters left in it are removed.

    The session's cluster comes first, since it outlives this folder.
    """
    folder = Path(tempfile.mkdtemp(prefix="labcluster-test-"))
    folder.chmod(0o755)
    before = os.environ.get("LABCLUSTER_STATE")
    os.environ["LABCLUSTER_STATE"] = str(folder)
    yield folder
    for made in (make() for make in service.PROVIDERS.values()):
        for name in made.names():
            made.delete(name)
    if before is None:
        del os.environ["LABCLUSTER_STATE"]
    else:
        os.environ["LABCLUSTER_STATE"] = before
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def up(parts: Parts, own_state: Path, course: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Start `labcluster up --name NAME` with this provider."""
    command = [LABCLUSTER, "up", "--provider", parts.provider, "--course", str(course), "--json", "--name"]
    return lambda name: subprocess.Popen([*command, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def living(up: Callable[[str], subprocess.Popen[str]]) -> dict[str, Any]:
    """A cluster of the module's own, to be hurt: what `up --json` says of it."""
    making = up("own")
    said, complaint = making.communicate(timeout=200)
    assert making.returncode == 0, complaint
    told: dict[str, Any] = json.loads(said)
    return told


@pytest.fixture(scope="session")
def kubectl() -> Run:
    """kubectl with a kubeconfig; the rest are its arguments."""

    def run(kubeconfig: Path | str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(tools.ensure()["kubectl"]), "--kubeconfig", str(kubeconfig), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, input=stdin, timeout=60)

    return run
