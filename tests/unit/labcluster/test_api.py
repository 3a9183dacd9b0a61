"""What labcluster makes of an API server's answers: a real one cannot be told to be unavailable for a moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from labcluster.api import Api, UnavailableError
from labcluster.errors import ProviderError

ANSWERS: list[tuple[int, bytes]] = []


class Server(BaseHTTPRequestHandler):
    """Gives the answers in turn, and the last one for ever."""

    def do_GET(self) -> None:
        """One answer."""
        status, body = ANSWERS.pop(0) if len(ANSWERS) > 1 else ANSWERS[0]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """An API server on loopback."""
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = tmp_path / "kubeconfig"
    config.write_text(
        f"{{apiVersion: v1, kind: Config, current-context: c, clusters: [{{name: c, cluster: {{server: "
        f"'http://127.0.0.1:{server.server_port}'}}}}], users: [{{name: u, user: {{}}}}], "
        "contexts: [{name: c, context: {cluster: c, user: u}}]}"
    )
    yield Api(config)
    server.shutdown()
    server.server_close()


def test_an_aggregated_api_that_is_away_for_a_moment_is_waited_for(api: Api) -> None:
    """`service unavailable`, in plain text, is what an API server says on behalf of one that it cannot reach now."""
    ANSWERS[:] = [(503, b"service unavailable\n"), (200, b'{"items": [1]}')]
    api.wait("nodes", lambda: bool(api.call("GET", "/apis/metrics.k8s.io/v1beta1/nodes")["items"]), 5)


def test_one_that_stays_away_is_told(api: Api) -> None:
    """Outside of a wait it is an error with the server's words; a wait ends in time."""
    ANSWERS[:] = [(503, b"service unavailable\n")]
    with pytest.raises(UnavailableError, match="service unavailable"):
        api.call("GET", "/version")
    with pytest.raises(ProviderError, match="in vain for nodes"):
        api.wait("nodes", lambda: bool(api.call("GET", "/version")), 0.2)


def test_what_is_no_kubernetes_at_all_is_told(api: Api) -> None:
    """An answer that is no JSON, without an error: whoever answers there is no API server."""
    ANSWERS[:] = [(200, b"<html>")]
    with pytest.raises(ProviderError, match="does not answer"):
        api.call("GET", "/version")
