"""Brings Kueue into a cluster: kinds, an account, admission where that can be reached, and its program here."""

from __future__ import annotations

import base64
from pathlib import Path

import yaml

from labcluster import tools
from labcluster.addons import accounts, kinds, loopback
from labcluster.addons.kueue import rights, webhooks
from labcluster.addons.site import Site
from labcluster.api import Object
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.hosted.home import Program
from labcluster.paths import write_private

NAMESPACE = "kueue-system"
PROGRAM = "kueue"
AUTHORITY = "kueue-ca"  # the names that its rotation of certificates wants to find
HOST = f"kueue-webhook-service.{NAMESPACE}.svc"
CERTIFICATES = "kueue-webhook-server-cert"  # a Secret
READY_SECONDS = 30
READY, OF_JOBS = "Starting workers", '"controllerKind":"Job"'  # one line in its log for each of its controllers


def install(site: Site, _argument: str) -> None:
    """Install or repair; where it runs, nothing is touched.

    Raises:
        ToolError: it cannot be built.
        ProviderError: it did not become ready.
    """
    home = site.home("kueue")
    if hosted.whole(home):
        return
    programs = tools.ensure("kueue")
    hosted.end(home)
    port = loopback.free_port(home)
    loopback.write_signed_certificate(home, AUTHORITY, HOST)
    accounts.add_namespace(site, NAMESPACE)
    site.api.apply(_secret(home))
    kubeconfig = home / f"{PROGRAM}.kubeconfig"
    accounts.add_account(site, NAMESPACE, "kueue-manager", [*rights.MANAGER, rights.OWN_WEBHOOKS], kubeconfig)
    accounts.add_local_account(site, NAMESPACE, "kueue-manager", rights.SECRETS)
    kinds.serve(site.api, kinds.read("kueue"))
    # A real node's API server is in a container and cannot reach this machine's loopback: there, a Job has to be made
    # suspended, as its author can do as well.
    for body in webhooks.configurations(home, port) if site.simulated else []:
        site.api.apply(body)
    write_private(home / "kueue.yaml", yaml.safe_dump(_configuration(home, port), sort_keys=False))
    arguments = [f"--kubeconfig={kubeconfig}", f"--config={home / 'kueue.yaml'}", "--zap-log-level=info"]
    hosted.start(home, [Program(PROGRAM, programs[PROGRAM], arguments)])
    _wait_ready(site, port)


def _configuration(home: Path, port: int) -> Object:
    """No port but that of admission, no election (there is one of it), and Jobs as the only kind that it queues."""
    return {
        "apiVersion": "config.kueue.x-k8s.io/v1beta1",
        "kind": "Configuration",
        "namespace": NAMESPACE,
        "health": {"healthProbeBindAddress": "0"},
        "metrics": {"bindAddress": "0"},
        "webhook": {"host": loopback.ADDRESS, "port": port, "certDir": str(home)},
        "leaderElection": {"leaderElect": False},
        "clientConnection": {"qps": 500, "burst": 500},
        "integrations": {"frameworks": ["batch/job"]},
        # The first would open a port to everybody, the second reads all Secrets, the third watches all Pods.
        "featureGates": {"VisibilityOnDemand": False, "MultiKueue": False, "TopologyAwareScheduling": False},
    }


def _secret(home: Path) -> Object:
    """Where it looks for its certificates; they are valid for longer than it looks ahead, so it leaves them alone."""
    names = ("ca.crt", "ca.key", "tls.crt", "tls.key")
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": CERTIFICATES, "namespace": NAMESPACE},
        "data": {name: base64.b64encode((home / name).read_bytes()).decode() for name in names},
    }


def _wait_ready(site: Site, port: int) -> None:
    """Ready: admission listens, and the controller of Jobs works.

    Raises:
        ProviderError: it does not; the end of its log is in the message.
    """
    log = site.home("kueue") / "logs" / f"{PROGRAM}.log"

    def working() -> bool:
        said = (line for line in log.read_text(errors="replace").splitlines() if READY in line)
        return any(OF_JOBS in line for line in said) and loopback.listening(port)

    try:
        site.api.wait("Kueue", working, READY_SECONDS)
    except ProviderError as cause:
        tail = hosted.logs(site.home("kueue")).get(PROGRAM, "").splitlines()[-8:]
        raise ProviderError(f"{cause} The end of its log:\n" + "\n".join(tail)) from cause
