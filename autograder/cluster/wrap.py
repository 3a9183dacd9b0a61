"""The client's errors in our words, the cause chained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.errors import ApiError, ClusterError, Forbidden, KubeconfigError, Unreachable


@contextmanager
def wrapped(server: str, kubeconfig: Path) -> Iterator[None]:
    """Turn what the kubernetes client and urllib3 raise into a ClusterError."""
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ApiException as error:
        raise _refusal(error, server, kubeconfig) from error
    except (HTTPError, OSError) as error:
        raise _silence(error, server, kubeconfig) from error
    except json.JSONDecodeError as error:
        raise Unreachable(f"what answers at {server} is not a Kubernetes API server") from error


def _refusal(error: Any, server: str, kubeconfig: Path) -> ClusterError:
    message = _message(error)
    if error.status == 401:
        return KubeconfigError(
            f"the cluster at {server} does not know the credential in {kubeconfig}; "
            "it may belong to another cluster, or to one that was made anew"
        )
    if error.status == 403:
        return Forbidden(f"the credential in {kubeconfig} may not do this: {message}", message)
    if not error.status:
        return _tls(message, server, kubeconfig)
    return ApiError(message, int(error.status))


def _silence(error: Exception, server: str, kubeconfig: Path) -> ClusterError:
    if "CERTIFICATE" in str(error).upper() or "SSL" in str(error):
        return _tls(str(error), server, kubeconfig)
    return Unreachable(
        f"no cluster answers at {server} (from {kubeconfig}); start it with `labcluster resume` or `labcluster up`"
    )


def _tls(message: str, server: str, kubeconfig: Path) -> ClusterError:
    reason = message.splitlines()[-1] if message else "TLS failed"
    return KubeconfigError(
        f"the server at {server} is not the cluster that {kubeconfig} was made for, or refuses its certificate "
        f"({reason})"
    )


def _message(error: Any) -> str:
    """The API server's own sentence."""
    try:
        return str(json.loads(error.body)["message"])
    except (TypeError, ValueError, KeyError):
        return str(error.body or error.reason)
