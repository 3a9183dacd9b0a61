"""Brings Kubeflow Trainer into a cluster: kinds, accounts, admission, two programs on this machine, and runtimes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from labcluster import tools
from labcluster.addons import accounts, kinds, loopback
from labcluster.addons.site import Site
from labcluster.addons.trainer import rights
from labcluster.addons.trainer.configuration import (
    CERTIFICATES,
    CONTROLLER,
    JOBSETS,
    lighter,
    of_program,
    webhooks,
    with_defaults,
)
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.hosted.home import Program
from labcluster.paths import write_private

NAMESPACE = "kubeflow-system"
READY_SECONDS = 60
ACCOUNTS = {JOBSETS: rights.JOBSETS, CONTROLLER: rights.CONTROLLER}


def install(site: Site, _argument: str) -> None:
    """Install or repair; where everything runs, nothing is touched.

    Raises:
        ToolError: its programs cannot be built.
        ProviderError: it did not become ready.
    """
    home = site.home("trainer")
    if hosted.whole(home):
        return
    programs = tools.ensure("trainer")
    hosted.end(home)
    accounts.add_namespace(site, NAMESPACE)
    certificates = home / CERTIFICATES
    certificates.mkdir(parents=True, exist_ok=True, mode=0o700)
    loopback.write_certificate(certificates, "trainer-admission")
    ports = {name: loopback.free_port(_folder(home, name)) for name in ACCOUNTS}
    for name, rules in ACCOUNTS.items():
        accounts.add_account(site, NAMESPACE, name, rules, home / f"{name}.kubeconfig")
    # A real node's API server is in a container and cannot reach this machine's loopback: no admission there.
    light = map(lighter, kinds.read("trainer"))
    kinds.serve(site.api, light if site.simulated else map(with_defaults, light))
    hosted.start(home, list(_programs(home, programs, ports)), {"TMPDIR": str(home)})
    _wait_ready(site, ports)
    for body in webhooks(certificates, ports) if site.simulated else []:
        site.api.apply(body)
    for runtime in kinds.read("trainer", "ClusterTrainingRuntime"):
        site.api.apply(runtime)


def _folder(home: Path, name: str) -> Path:
    """Where the program's port is noted."""
    folder = home / name
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _programs(home: Path, binaries: Mapping[str, Path], ports: Mapping[str, int]) -> Iterator[Program]:
    for name, port in ports.items():
        file = home / f"{name}.json"
        write_private(file, json.dumps(of_program(name, port, home / CERTIFICATES), indent=1))
        words = [f"--config={file}", f"--kubeconfig={home / name}.kubeconfig", "--zap-log-level=info"]
        yield Program(name, binaries[name], words)


def _wait_ready(site: Site, ports: Mapping[str, int]) -> None:
    """Ready: each program listens, which it does only when its controllers have been set up.

    Raises:
        ProviderError: one of them does not; the end of its log is in the message.
    """
    for name, port in ports.items():
        try:
            site.api.wait(f"{name} to listen", partial(loopback.listening, port), READY_SECONDS)
        except ProviderError as cause:
            log = hosted.logs(site.home("trainer")).get(name, "").splitlines()[-8:]
            raise ProviderError(f"{cause} The end of its log:\n" + "\n".join(log)) from cause
