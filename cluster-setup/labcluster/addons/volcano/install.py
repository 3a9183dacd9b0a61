"""Brings Volcano into a cluster: kinds, accounts, admission, and its three programs on this machine."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from labcluster import tools
from labcluster.addons import accounts
from labcluster.addons.site import Site
from labcluster.addons.volcano import rights, webhooks
from labcluster.api import NotFoundError, Object
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.hosted.home import Program
from labcluster.providers import ports

NAMESPACE = "volcano-system"
CONF = Path(__file__).with_name("scheduler.yaml")
ACCOUNTS = {
    "volcano-scheduler": rights.SCHEDULER,
    "volcano-controller-manager": rights.CONTROLLERS,
    "volcano-webhook-manager": rights.ADMISSION,
}
READY_SECONDS = 30


def install(site: Site, _argument: str) -> None:
    """Install or repair; where everything runs, nothing is touched.

    Raises:
        ToolError: its programs cannot be built.
        ProviderError: it did not become ready.
    """
    home = site.home("volcano")
    if (home / hosted.INSTALLED).exists() and not hosted.state(home).missing:
        return
    programs = tools.ensure("volcano")
    hosted.end(home)
    site.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    # A real node's API server is in a container and cannot reach this machine's loopback; opening the port to it would
    # open it to others. So there is no admission there: what is wrong in a Job is said by the controller, later.
    port = _free_port(site, home) if site.simulated else None
    webhooks.write_certificate(home)
    with ThreadPoolExecutor(4) as threads:
        kinds = list(threads.map(site.api.apply, (kind if port else _with_defaults(kind) for kind in _kinds())))
        list(threads.map(lambda name: _account(site, home, name), ACCOUNTS))
    for kind in kinds:
        _wait_established(site, kind)
    _default_queue(site)
    for body in webhooks.configurations(home, port) if port else []:
        site.api.apply(body)
    hosted.start(home, list(_programs(home, programs, port)), {"DEBUG_SOCKET_DIR": "."})
    _wait_ready(site, port)


def _free_port(site: Site, home: Path) -> int:
    port = webhooks.choose_port(home, zlib.crc32(str(site.folder).encode()))
    if ports.is_free(port):
        return port
    webhooks.forget_port(home)  # another program took it while the cluster was paused
    return webhooks.choose_port(home, port)


def _kinds() -> Iterator[Object]:
    """Volcano's CustomResourceDefinitions, from the module that it was built of."""
    (tool,) = tools.catalog("volcano")
    for path in sorted(tool.manifests_folder.glob("*.yaml")):
        for body in yaml.load_all(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if body:
                body.pop("status", None)
                body["metadata"].pop("creationTimestamp", None)
                yield body


def _with_defaults(kind: Object) -> Object:
    """Where there is no admission, the API server fills in what the webhook for Jobs would."""
    if kind["metadata"]["name"] == "jobs.batch.volcano.sh":
        for version in kind["spec"]["versions"]:
            fields = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
            for name, value in (("queue", "default"), ("schedulerName", "volcano"), ("maxRetry", 3)):
                fields[name]["default"] = value
    return kind


def _account(site: Site, home: Path, name: str) -> None:
    accounts.add_account(site, NAMESPACE, name, ACCOUNTS[name], home / f"{name}.kubeconfig")


def _wait_established(site: Site, kind: Object) -> None:
    path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{kind['metadata']['name']}"

    def established() -> bool:
        conditions = site.api.call("GET", path).get("status", {}).get("conditions") or []
        return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)

    site.api.wait(f"{kind['metadata']['name']} to be served", established, READY_SECONDS)


def _default_queue(site: Site) -> None:
    path = "/apis/scheduling.volcano.sh/v1beta1/queues"
    try:
        site.api.call("GET", f"{path}/default")
    except NotFoundError:
        body = {
            "apiVersion": "scheduling.volcano.sh/v1beta1",
            "kind": "Queue",
            "metadata": {"name": "default"},
            "spec": {"weight": 1, "reclaimable": True},
        }
        site.api.call("POST", path, body)


def _programs(home: Path, binaries: dict[str, Path], port: int | None) -> Iterator[Program]:
    common = ["--logtostderr=true", "-v=2"]
    alone = ["--leader-elect=false", "--enable-healthz=false", "--kube-api-qps=500", "--kube-api-burst=500"]
    tls = ["tls.crt", "tls.key"]
    arguments = {
        "volcano-scheduler": [
            f"--scheduler-conf={CONF}", "--schedule-period=500ms", "--cache-dumper=false", *alone,
        ],
        "volcano-controller-manager": ["--worker-threads=8", *alone],
        "volcano-webhook-manager": [
            f"--listen-address={webhooks.ADDRESS}", f"--port={port}", f"--webhook-url=https://{webhooks.ADDRESS}:{port}",
            f"--enabled-admission={','.join(webhooks.PATHS)}", f"--ca-cert-file={tls[0]}",
            f"--tls-cert-file={tls[0]}", f"--tls-private-key-file={tls[1]}",
        ],
    }  # fmt: skip
    if port is None:
        arguments.pop("volcano-webhook-manager")
    for name, words in arguments.items():
        yield Program(name, binaries[name], [f"--kubeconfig={home / name}.kubeconfig", *words, *common])


def _wait_ready(site: Site, port: int | None) -> None:
    """Ready: admission listens, the controllers have opened the default queue, and the scheduler has begun.

    Raises:
        ProviderError: one of them does not; the end of its log is in the message.
    """

    def listening() -> bool:
        if port is None:
            return True
        with socket.socket() as probe:
            return probe.connect_ex((webhooks.ADDRESS, port)) == 0

    def queue_open() -> bool:
        queue = site.api.call("GET", "/apis/scheduling.volcano.sh/v1beta1/queues/default")
        return bool(queue.get("status", {}).get("state") == "Open")

    def scheduling() -> bool:
        log = site.home("volcano") / "logs" / "volcano-scheduler.log"
        return "Scheduler completes Initialization" in log.read_text(errors="replace").rpartition("maxprocs")[2]

    parts = {"webhook-manager": listening, "controller-manager": queue_open, "scheduler": scheduling}
    for part, ready in parts.items():
        try:
            site.api.wait(f"Volcano's {part}", ready, READY_SECONDS)
        except ProviderError as cause:
            log = hosted.logs(site.home("volcano")).get(f"volcano-{part}", "")
            raise ProviderError(f"{cause} The end of its log:\n" + "\n".join(log.splitlines()[-8:])) from cause
