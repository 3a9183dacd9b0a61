"""Beside real nodes: metrics-server and the simulation as two containers of one pod, whose loopback is theirs alone."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from pathlib import Path

from labcluster import tools
from labcluster.addons import accounts
from labcluster.addons.metrics import programs, rights, service
from labcluster.addons.site import Site
from labcluster.api import Object
from labcluster.images.archive import Entry, Image, write
from labcluster.paths import cache_dir
from labcluster.providers import provider_of
from labcluster.tools import build
from labcluster.tools.catalog import host

PORT, USAGE_PORT = 4443, 4480
READY_SECONDS = 90
REPOSITORY = "localhost/labcluster/metrics"
TLS = "/tls"


def run(site: Site, home: Path) -> int:
    """Load the image, apply the pod and wait until it is ready; the port of its Service.

    Raises:
        ToolError: its programs cannot be built.
        ProviderError: it is not ready in time.
    """
    archive = _archive()
    reference = f"{REPOSITORY}:{archive.stem.rpartition('-')[2]}"
    provider_of(site.name).load_image(site.name, archive)
    accounts.add_account(site, service.NAMESPACE, service.NAME, [*rights.SERVER, *rights.USAGE])
    for body in (_certificate(home), _deployment(reference), service.of_pods(PORT)):
        site.api.apply(body)
    path = f"/apis/apps/v1/namespaces/{service.NAMESPACE}/deployments/{service.NAME}"

    def ready() -> bool:
        found = site.api.call("GET", path)
        status = found.get("status", {})
        observed = status.get("observedGeneration", 0) >= found["metadata"]["generation"]
        return bool(observed and status.get("updatedReplicas") == status.get("readyReplicas") == 1)

    site.api.wait("the pod of metrics-server to be ready", ready, READY_SECONDS)
    return PORT


def _archive() -> Path:
    """Both programs as an image; its name carries a hash of them."""
    made = {name: path.read_bytes() for name, path in _linux_programs().items()}
    mark = hashlib.sha256(b"".join(made[name] for name in sorted(made))).hexdigest()[:12]
    path = cache_dir() / "images" / f"metrics-{host()[1]}-{mark}.tar"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = tuple(Entry(name, made[name]) for name in sorted(made))
        write(Image(f"{REPOSITORY}:{mark}", host()[1], entries), path)
    return path


def _linux_programs() -> dict[str, Path]:
    """The add-on's programs for the node: this machine's own, or built for Linux where it is another system."""
    if host()[0] == "linux":
        return tools.ensure("metrics")
    (tool,) = tools.catalog("metrics")
    folder = tool.folder.with_name(f"{tool.folder.name}-for-linux")
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as scratch:
            made = Path(scratch) / "made"
            made.mkdir()
            build.build(tool, made, system="linux")
            made.rename(folder)
    return {name: folder / name for name in tool.packages}


def _certificate(home: Path) -> Object:
    data = {name: base64.b64encode((home / name).read_bytes()).decode() for name in ("tls.crt", "tls.key")}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": service.NAME, "namespace": service.NAMESPACE},
        "type": "kubernetes.io/tls",
        "data": data,
    }


def _deployment(reference: str) -> Object:
    labels = {"app": service.NAME}
    server = programs.server(
        PORT, USAGE_PORT, tls_cert_file=f"{TLS}/tls.crt", tls_private_key_file=f"{TLS}/tls.key",
        kubelet_insecure_tls="true",  # a kubelet of kind signs its own certificate
    )  # fmt: skip
    probe = {"httpGet": {"path": "/readyz", "port": PORT, "scheme": "HTTPS"}, "periodSeconds": 1}
    containers = [
        _container(reference, programs.SERVER, server)
        | {"readinessProbe": probe, "volumeMounts": [{"name": "tls", "mountPath": TLS, "readOnly": True}]},
        _container(reference, programs.USAGE, programs.usage(USAGE_PORT)),
    ]
    pod = {
        "serviceAccountName": service.NAME,
        "securityContext": {"fsGroup": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": containers,
        "volumes": [{"name": "tls", "secret": {"secretName": service.NAME, "defaultMode": 0o440}}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": service.NAME, "namespace": service.NAMESPACE},
        "spec": {
            "selector": {"matchLabels": labels},
            "strategy": {"type": "Recreate"},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def _container(reference: str, name: str, arguments: list[str]) -> Object:
    return {
        "name": name,
        "image": reference,
        "imagePullPolicy": "Never",
        "command": [f"/{name}"],
        "args": arguments,
        "securityContext": {
            "runAsNonRoot": True,
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
