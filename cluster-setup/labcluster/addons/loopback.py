"""A TLS port on this machine's loopback for an add-on's program that the API server asks (admission webhooks).

Only an API server on this machine can reach it. Beside real nodes that is in a container, and there is no admission.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import socket
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from labcluster.api import Object
from labcluster.errors import ProviderError
from labcluster.paths import write_private
from labcluster.providers import ports

ADDRESS = "127.0.0.1"
FIRST, LAST = 18000, 19999  # beside the range of control planes, outside that of outgoing connections
DAYS = 3650

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def free_port(home: Path) -> int:
    """The add-on's port: the one that it had, or another if a program took that while the cluster was paused.

    Raises:
        ProviderError: none is free.
    """
    noted = home / "port.json"
    seed = zlib.crc32(str(home).encode())
    if noted.is_file():
        port = int(json.loads(noted.read_text()))
        if ports.is_free(port):
            return port
        seed = port
    port = _choose(seed)
    write_private(noted, json.dumps(port))
    return port


def _choose(seed: int) -> int:
    span = LAST - FIRST + 1
    for step in range(span):
        port = FIRST + (seed + step) % span
        if ports.is_free(port):
            return port
    raise ProviderError(f"No free port between {FIRST} and {LAST} for an add-on's admission.")


def listening(port: int) -> bool:
    """Whether a program takes connections on this port now."""
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


def webhook(name: str, url: str, bundle: Path, rule: Mapping[str, Sequence[str]], **others: object) -> Object:
    """One entry of a webhook configuration: who is asked, about what. `bundle` is the CA's file."""
    return {
        "name": name,
        "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": url, "caBundle": base64.b64encode(bundle.read_bytes()).decode()},
        "failurePolicy": "Fail",
        "sideEffects": "NoneOnDryRun",
        "timeoutSeconds": 10,
        "rules": [dict(rule)],
        **others,
    }


def configuration(kind: str, name: str, webhooks: Sequence[Object]) -> Object:
    """A Mutating or Validating (`kind`) webhook configuration."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": f"{kind}WebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": list(webhooks),
    }


def write_certificate(home: Path, name: str) -> None:
    """A certificate for loopback, signed by itself: it is the CA bundle too. `tls.crt` and `tls.key`, 0600."""
    if (home / "tls.crt").exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(name, key, None, ca=True)
    write_private(home / "tls.key", _pem(key, serialization.PrivateFormat.PKCS8))
    write_private(home / "tls.crt", certificate.public_bytes(serialization.Encoding.PEM).decode())


def write_signed_certificate(home: Path, authority: str, host: str) -> None:
    """The same from an authority of its own, as programs with a built-in rotation of certificates want to find it.

    They look for the names `authority` and `host` in it, and for RSA keys. `ca.crt`, `ca.key`, `tls.crt`, `tls.key`.
    """
    if (home / "tls.crt").exists():
        return
    keys = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("ca", "tls")}
    root = _certificate(authority, keys["ca"], None, ca=True, hosts=[authority])
    leaf = _certificate(host, keys["tls"], (root, keys["ca"]), ca=False, hosts=[host])
    for name, certificate in (("ca", root), ("tls", leaf)):
        write_private(home / f"{name}.key", _pem(keys[name], serialization.PrivateFormat.TraditionalOpenSSL))
        write_private(home / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM).decode())


def _certificate(
    name: str, key: Key, issuer: tuple[x509.Certificate, Key] | None, *, ca: bool, hosts: Sequence[str] = ()
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address(ADDRESS))
    alternatives = x509.SubjectAlternativeName([*(x509.DNSName(host) for host in hosts), address])
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
    )
    if not ca:
        draft = draft.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return draft.sign(issuer[1] if issuer else key, hashes.SHA256())


def _pem(key: Key, form: serialization.PrivateFormat) -> str:
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
