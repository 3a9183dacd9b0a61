"""The student's kubeconfig as a kernel gets it: one file that holds everything, with the lab's context chosen."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from autograder.errors import GradingError

FILES = ("certificate-authority", "client-certificate", "client-key")
LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Kubeconfig:
    """A kubeconfig as data, and where its API server is."""

    data: dict[str, Any]
    host: str
    port: int

    def text(self) -> str:
        """As YAML."""
        return yaml.safe_dump(self.data, sort_keys=False)

    def through_loopback(self) -> Kubeconfig:
        """The same for a sandbox, where the API server answers on the loopback address under its own port."""
        if self.host == LOOPBACK[0]:
            return self
        for cluster in self.data["clusters"]:
            cluster["cluster"]["server"] = f"https://{LOOPBACK[0]}:{self.port}"
            cluster["cluster"].setdefault("tls-server-name", self.host)
        return self


def read(path: Path, context: str) -> Kubeconfig:
    """Read the file, take certificates and keys into it, and choose the context (if it has that one).

    Raises GradingError where it is no kubeconfig.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in (*data["clusters"], *data["users"]):
            _inline(entry.get("cluster") or entry.get("user") or {}, path.parent)
        if context in [entry["name"] for entry in data["contexts"]]:
            data["current-context"] = context
        server = urlsplit(data["clusters"][0]["cluster"]["server"])
        host, port = str(server.hostname), server.port or 443
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise GradingError(f"{path}: this is no usable kubeconfig: {error}") from error
    return Kubeconfig(data, host, port)


def _inline(entry: dict[str, Any], folder: Path) -> None:
    for name in FILES:
        if file := entry.pop(name, None):
            entry[f"{name}-data"] = base64.b64encode((folder / file).read_bytes()).decode()
