"""An API server for programs that an add-on runs beside it, with the standard library alone.

Settings are a JSON file (0600): `{"cluster": {server, certificate-authority-data}, "token": ...}` and what else the
program needs.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

WATCH_SECONDS = 300
FAILURES = (OSError, ValueError, http.client.HTTPException)  # an API server that is away, or answers nonsense


class Server:
    """The API server, with the add-on's own credential."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        authority = settings["cluster"].get("certificate-authority-data")
        self._tls = ssl.create_default_context(
            cafile=settings["cluster"].get("certificate-authority"),
            cadata=base64.b64decode(authority).decode() if authority else None,
        )
        self._where = urlsplit(settings["cluster"]["server"])
        self._token = settings["token"]

    def ask(self, method: str, path: str, body: object = None) -> http.client.HTTPResponse:
        """One request on a connection of its own; a body is a merge patch.

        Raises:
            OSError: not reachable, or refused.
        """
        connection = http.client.HTTPSConnection(
            str(self._where.hostname), self._where.port, context=self._tls, timeout=WATCH_SECONDS + 30
        )
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/merge-patch+json"}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        if answer.status >= 300 and answer.status != 404:  # what is changed may be gone by now
            raise OSError(f"{method} {path}: {answer.status} {answer.reason}")
        return answer

    def watch(self, path: str) -> Iterator[dict[str, Any]]:
        """The events of a list's path (which has its query already), until the watch ends."""
        for line in self.ask("GET", f"{path}&watch=true&timeoutSeconds={WATCH_SECONDS}"):
            event = json.loads(line)
            if event["type"] == "ERROR":
                return
            yield event
