"""A command in a container, as `kubectl exec` runs it: a websocket with one channel for each stream."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.cluster.client import CONNECT_S, Cluster
from autograder.errors import ProbeError

# What a shell answers for a program that is not there, and for one that may not be run.
NOT_FOUND = 127


@dataclass(frozen=True)
class Executed:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str


class TooSlow(Exception):  # noqa: N818 (what was seen, not a failure of ours)
    """The command was still running at the end of its time."""


def execute(
    cluster: Cluster, pod: Mapping[str, Any], container: str | None, command: Sequence[str], timeout: float
) -> Executed:
    """Run the command, for `timeout` seconds at most.

    A program that the container does not have ends with exit code 127 and the runtime's words in stderr. Raises
    TooSlow, and ProbeError where the cluster runs nothing at all.
    """
    from kubernetes import client
    from kubernetes.client.exceptions import ApiException
    from kubernetes.stream import stream
    from websocket import WebSocketException

    # A client of its own: stream() replaces the client's transport while it connects.
    core = client.CoreV1Api(client.ApiClient(cluster.configuration))
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    asked = {"container": container} if container else {}
    try:
        socket = stream(
            core.connect_get_namespaced_pod_exec,
            name,
            namespace,
            command=list(command),
            stdin=False,
            stdout=True,
            stderr=True,
            tty=False,
            _preload_content=False,
            _request_timeout=CONNECT_S,
            **asked,
        )
        try:
            socket.run_forever(timeout=timeout)
            if socket.is_open():
                raise TooSlow
            return _executed(socket)
        finally:
            socket.close()
    except (ApiException, WebSocketException, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise ProbeError(f"no command could be run in Pod {name}: {reason}") from error


def _executed(socket: Any) -> Executed:
    from kubernetes.stream.ws_client import ERROR_CHANNEL

    out, problem, told = socket.read_stdout(), socket.read_stderr(), socket.read_channel(ERROR_CHANNEL)
    try:
        status = json.loads(told)
    except ValueError as error:
        raise ProbeError(f"the cluster did not say how the command ended: {told!r}") from error
    if status.get("status") == "Success":
        return Executed(0, out, problem)
    causes = (status.get("details") or {}).get("causes") or ()
    code = next((cause["message"] for cause in causes if cause.get("reason") == "ExitCode"), None)
    if code is not None:
        return Executed(int(code), out, problem)
    return Executed(NOT_FOUND, out, problem + str(status.get("message", "")))
