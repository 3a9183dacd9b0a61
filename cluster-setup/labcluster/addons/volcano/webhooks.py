"""Volcano's admission: a TLS port on loopback with a certificate of its own, and who is asked about what.

Of its webhooks those that the labs need: each costs it a second at its start, by a constant of its own. Pods are not
sent to it, so that a lab without Volcano never depends on it.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from labcluster.api import Object
from labcluster.errors import ProviderError
from labcluster.paths import write_private
from labcluster.providers import ports

ADDRESS = "127.0.0.1"
FIRST, LAST = 18000, 19999  # beside the range of control planes, outside that of outgoing connections
PATHS = {
    "/jobs/mutate": ("batch.volcano.sh", "v1alpha1", "jobs", ["CREATE"]),
    "/jobs/validate": ("batch.volcano.sh", "v1alpha1", "jobs", ["CREATE", "UPDATE"]),
    "/queues/validate": ("scheduling.volcano.sh", "v1beta1", "queues", ["CREATE", "UPDATE", "DELETE"]),
}


def choose_port(home: Path, seed: int) -> int:
    """The port that the add-on had, else a free one.

    Raises:
        ProviderError: none is free.
    """
    noted = home / "port.json"
    if noted.is_file():
        return int(json.loads(noted.read_text()))
    span = LAST - FIRST + 1
    for step in range(span):
        port = FIRST + (seed + step) % span
        if ports.is_free(port):
            write_private(noted, json.dumps(port))
            return port
    raise ProviderError(f"No free port between {FIRST} and {LAST} for Volcano's admission.")


def forget_port(home: Path) -> None:
    """Choose another one next time."""
    (home / "port.json").unlink(missing_ok=True)


def write_certificate(home: Path) -> None:
    """A certificate for loopback, signed by itself: it is the CA bundle too. `tls.crt` and `tls.key`, 0600."""
    if (home / "tls.crt").exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "volcano-admission")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ADDRESS))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(home / "tls.key", private.decode())
    write_private(home / "tls.crt", certificate.public_bytes(serialization.Encoding.PEM).decode())


def configurations(home: Path, port: int) -> list[Object]:
    """The webhook configurations, complete: the program finds nothing to change in them, and may change nothing."""
    bundle = base64.b64encode((home / "tls.crt").read_bytes()).decode()
    return [_configuration(path, f"https://{ADDRESS}:{port}{path}", bundle) for path in PATHS]


def _configuration(path: str, url: str, bundle: str) -> Object:
    group, version, resource, operations = PATHS[path]
    changes = path.endswith("mutate")
    hook: dict[str, Any] = {
        "name": f"{'mutate' if changes else 'validate'}{resource[:-1]}.volcano.sh",
        "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": url, "caBundle": bundle},
        "failurePolicy": "Fail",
        "sideEffects": "NoneOnDryRun",
        "timeoutSeconds": 10,
        "rules": [{"apiGroups": [group], "apiVersions": [version], "operations": operations, "resources": [resource]}],
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": f"{'Mutating' if changes else 'Validating'}WebhookConfiguration",
        "metadata": {"name": f"volcano-admission-service{path.replace('/', '-')}"},
        "webhooks": [hook],
    }
