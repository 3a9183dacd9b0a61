"""Brings Volcano into a cluster: kinds, accounts, admission, and its three programs on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from labcluster import tools
from labcluster.addons import accounts, kinds, loopback
from labcluster.addons.site import Site
from labcluster.addons.volcano import rights, webhooks
from labcluster.api import NotFoundError, Object
from labcluster.errors import ProviderError
from labcluster.hosted import home as hosted
from labcluster.hosted.home import Program

NAMESPACE = "volcano-system"
CONF = Path(__file__).with_name("scheduler.yaml")
ACCOUNTS = {
    "volcano-scheduler": rights.SCHEDULER,
    "volcano-controller-manager": rights.CONTROLLERS,
    "volcano-webhook-manager": rights.ADMISSION,
}
# On a large site a task is not weighed on every node: on a tenth of them, and never on fewer than a hundred (Volcano's
# own least, more than any lab has). Of 1,000 nodes its own rule weighs 420, and a gang of 128 Pods waits longer.
NODES_TO_FIND = "--percentage-nodes-to-find=10"
READY_SECONDS = 30


def install(site: Site, _argument: str) -> None:
    """Install or repair; where everything runs, nothing is touched.

    Raises:
        ToolError: its programs cannot be built.
        ProviderError: it did not become ready.
    """
    home = site.home("volcano")
    if hosted.whole(home):
        return
    programs = tools.ensure("volcano")
    hosted.end(home)
    accounts.add_namespace(site, NAMESPACE)
    # A real node's API server is in a container and cannot reach this machine's loopback; opening the port to it would
    # open it to others. So there is no admission there: what is wrong in a Job is said by the controller, later.
    port = loopback.free_port(home) if site.simulated else None
    loopback.write_certificate(home, "volcano-admission")
    for name in ACCOUNTS:
        accounts.add_account(site, NAMESPACE, name, ACCOUNTS[name], home / f"{name}.kubeconfig")
    kinds.serve(site.api, (kind if port else _with_defaults(kind) for kind in kinds.read("volcano")))
    _default_queue(site)
    for body in webhooks.configurations(home, port) if port else []:
        site.api.apply(body)
    hosted.start(home, list(_programs(home, programs, port)), {"DEBUG_SOCKET_DIR": "."})
    _wait_ready(site, port)


def _with_defaults(kind: Object) -> Object:
    """Where there is no admission, the API server fills in what the webhook for Jobs would."""
    if kind["metadata"]["name"] == "jobs.batch.volcano.sh":
        for version in kind["spec"]["versions"]:
            fields = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
            for name, value in (("queue", "default"), ("schedulerName", "volcano"), ("maxRetry", 3)):
                fields[name]["default"] = value
    return kind


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
            f"--scheduler-conf={CONF}", "--schedule-period=500ms", "--cache-dumper=false", NODES_TO_FIND, *alone,
        ],
        "volcano-controller-manager": ["--worker-threads=8", *alone],
        "volcano-webhook-manager": [
            f"--listen-address={loopback.ADDRESS}", f"--port={port}", f"--webhook-url=https://{loopback.ADDRESS}:{port}",
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
        return port is None or loopback.listening(port)

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
