"""Brings metrics-server into a cluster, and beside it the program that says what simulated pods use.

On simulated nodes alone both are processes of this machine. Beside real nodes they are one pod: the API server is in a
container there, and reaches no loopback but its own.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from labcluster import tools
from labcluster.addons import accounts, loopback
from labcluster.addons.metrics import programs, rights, service
from labcluster.addons.site import Site
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.hosted.home import Program
from labcluster.paths import write_private

GROUP = "metrics"  # of tools.toml
READY_SECONDS = 60


def install(site: Site, _argument: str) -> None:
    """Install or repair; where everything runs, nothing is touched.

    Raises:
        ToolError: its programs cannot be built.
        ProviderError: it did not become ready.
    """
    home = site.home("metrics")
    if site.simulated and hosted.whole(home):
        return
    accounts.add_namespace(site, service.NAMESPACE)
    site.api.apply(rights.READERS)
    loopback.write_signed_certificate(home, "labcluster-metrics", service.HOST)
    if site.simulated:
        port = _host(site, home)
    else:
        from labcluster.addons.metrics.pod import run

        port = run(site, home)
    site.api.apply(service.registration(port, home / "ca.crt"))
    _wait_ready(site, home)


def _host(site: Site, home: Path) -> int:
    """Start both programs on this machine; the port at which metrics-server answers."""
    made = tools.ensure(GROUP)
    hosted.end(home)
    port, usage_port = (loopback.free_port(_folder(home, name)) for name in ("server", "usage"))
    kubeconfigs = {name: str(home / f"{name}.kubeconfig") for name in (programs.SERVER, programs.USAGE)}
    for name, rules in ((programs.SERVER, rights.SERVER), (programs.USAGE, rights.USAGE)):
        accounts.add_account(site, service.NAMESPACE, name, rules, Path(kubeconfigs[name]))
    write_private(home / "client.token", _token(Path(kubeconfigs[programs.SERVER])))
    tls = {"tls_cert_file": str(home / "tls.crt"), "tls_private_key_file": str(home / "tls.key")}
    server = programs.server(
        port, usage_port, **tls, bind_address=loopback.ADDRESS,
        kubeconfig=kubeconfigs[programs.SERVER], authentication_kubeconfig=kubeconfigs[programs.SERVER],
        authorization_kubeconfig=kubeconfigs[programs.SERVER], kubelet_certificate_authority=str(home / "ca.crt"),
    )  # fmt: skip
    usage = programs.usage(
        usage_port, **tls, kubeconfig=kubeconfigs[programs.USAGE], client_token_file=str(home / "client.token")
    )
    hosted.start(home, [Program(programs.USAGE, made[programs.USAGE], usage),
                        Program(programs.SERVER, made[programs.SERVER], server)])  # fmt: skip
    site.api.apply(service.on_loopback(port))
    return port


def _folder(home: Path, name: str) -> Path:
    folder = home / name
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _token(kubeconfig: Path) -> str:
    """The token with which metrics-server asks: the simulation answers nobody else."""
    token: str = yaml.safe_load(kubeconfig.read_text())["users"][0]["user"]["token"]
    return token


def _wait_ready(site: Site, home: Path) -> None:
    """Ready: the API server passes questions on, and metrics-server has read each node twice.

    Raises:
        ProviderError: not in time; the end of the logs is in the message.
    """

    def registered() -> bool:
        conditions = site.api.call("GET", service.REGISTRATION).get("status", {}).get("conditions", [])
        return any(c["type"] == "Available" and c["status"] == "True" for c in conditions)

    def measured() -> bool:
        return bool(site.api.call("GET", f"{service.API}/nodes")["items"])

    try:
        site.api.wait("metrics-server to be registered", registered, READY_SECONDS)
        site.api.wait("metrics-server to have read the nodes", measured, READY_SECONDS)
    except ProviderError as cause:
        tail = "\n".join(line for log in hosted.logs(home).values() for line in log.splitlines()[-6:])
        raise ProviderError(f"{cause} The end of its logs:\n{tail}") from cause
