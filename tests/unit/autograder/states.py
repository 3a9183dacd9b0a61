"""Objects as the API server would show them, for tests of what is judged, and when."""

from __future__ import annotations

from typing import Any

READY = [{"type": "Ready", "status": "True"}]


def pod(
    phase: str = "Running", *, name: str = "p", policy: str = "Always", node: str = "", **status: Any
) -> dict[str, Any]:
    """A pod with this status."""
    return {
        "kind": "Pod",
        "metadata": {"uid": f"u-{name}", "name": name, "resourceVersion": "1"},
        "spec": {"restartPolicy": policy, **({"nodeName": node} if node else {})},
        "status": {"phase": phase, **status},
    }


def job(name: str, *conditions: str) -> dict[str, Any]:
    """A Job with these conditions."""
    told = [{"type": kind, "status": "True"} for kind in conditions]
    return {
        "kind": "Job",
        "metadata": {"uid": f"u-{name}", "name": name, "resourceVersion": "1"},
        "spec": {},
        "status": {"conditions": told},
    }


class Fixed:
    """The same objects at every look."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = items

    def of(self, api_version: str, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """Those of this kind."""
        del api_version, namespace
        return [item for item in self.items if item["kind"] == kind]

    def seen(self) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        """All of them."""
        kinds = sorted({item["kind"] for item in self.items})
        return {("v1", kind, "lab"): self.of("v1", kind) for kind in kinds}
