"""Ask the API server: get, list, create, patch, delete, evict, watch; its errors in our words.

Objects are plain JSON dicts that carry apiVersion and kind. Every method raises the ClusterError that fits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from autograder.cluster.connect import connect
from autograder.cluster.wrap import wrapped
from autograder.errors import ApiError, UnknownKind

Object = dict[str, Any]

CONNECT_S, READ_S = 3.0, 15.0
FIELD_MANAGER = "autograder"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


@dataclass(frozen=True)
class Resource:
    """Where a kind is served: `/apis/apps/v1`, `deployments`."""

    prefix: str
    plural: str
    namespaced: bool

    def path(self, namespace: str | None, name: str | None = None) -> str:
        """The request path of one object, or of the list."""
        middle = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.prefix}{middle}/{self.plural}" + (f"/{name}" if name else "")


class Cluster:
    """A cluster as one kubeconfig shows it."""

    def __init__(self, kubeconfig: Path) -> None:
        self.kubeconfig = kubeconfig
        self._client = connect(kubeconfig)
        self._groups: dict[str, dict[str, Resource]] = {}

    @cached_property
    def server(self) -> str:
        """The API server's address."""
        return str(self._client.configuration.host)

    def resource(self, api_version: str, kind: str) -> Resource:
        """Where this kind is served; UnknownKind if it is not."""
        if api_version not in self._groups:
            self._groups[api_version] = self._discover(api_version)
        try:
            return self._groups[api_version][kind]
        except KeyError:
            raise UnknownKind(
                f"the cluster at {self.server} serves no {kind} in {api_version}; is an add-on missing?"
            ) from None

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Object | None:
        """The object, or None if there is none."""
        path = self.resource(api_version, kind).path(namespace, name)
        try:
            return self.request("get", path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def list(self, api_version: str, kind: str, namespace: str | None = None) -> tuple[list[Object], str]:
        """All objects of a kind (in a namespace), by name, and the list's resourceVersion."""
        answer = self.request("get", self.resource(api_version, kind).path(namespace))
        items = [{**item, "apiVersion": api_version, "kind": kind} for item in answer.get("items") or ()]
        items.sort(key=lambda item: (item["metadata"].get("namespace", ""), item["metadata"]["name"]))
        return items, str(answer["metadata"].get("resourceVersion", ""))

    def create(self, tree: Mapping[str, Any]) -> Object:
        """Create an object."""
        resource = self.resource(tree["apiVersion"], tree["kind"])
        return self.request("post", resource.path(tree["metadata"].get("namespace")), body=dict(tree))

    def patch(self, item: Mapping[str, Any], body: Mapping[str, Any], content_type: str = MERGE) -> Object:
        """Patch the object that `item` (its apiVersion, kind, name and namespace) names."""
        return self.request("patch", self._path(item), body=dict(body), content_type=content_type)

    def delete(self, item: Mapping[str, Any], *, at_once: bool = False) -> None:
        """Delete this very object (by its uid; `at_once`: without grace period); one that is gone already is fine."""
        body: Object = {"preconditions": {"uid": item["metadata"]["uid"]}} if item["metadata"].get("uid") else {}
        if at_once:
            body["gracePeriodSeconds"] = 0
        try:
            self.request("delete", self._path(item), body=body)
        except ApiError as error:
            if error.status not in (404, 409):
                raise

    def evict(self, pod: Mapping[str, Any]) -> str | None:
        """Ask for a pod's eviction: None if granted (or the pod is gone), else why it is refused for now."""
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": namespace},
        }
        try:
            self.request("post", f"{self._path(pod)}/eviction", body=body)
        except ApiError as error:
            if error.status == 429:
                return str(error)
            if error.status != 404:
                raise
        return None

    def watch(self, path: str, version: str, seconds: int) -> Any:
        """An open watch: urllib3's response, whose lines are events. The caller closes it."""
        with wrapped(self.server, self.kubeconfig):
            return self._client.request(
                "get",
                path,
                watch=True,
                resource_version=version,
                timeout_seconds=seconds,
                allow_watch_bookmarks=True,
                serialize=False,
                _request_timeout=(CONNECT_S, seconds + 5),
            )

    def logs(self, pod: Mapping[str, Any], **query: str) -> str:
        """What a container wrote; `query` as the API has it (container, tailLines, previous, limitBytes)."""
        with wrapped(self.server, self.kubeconfig):
            answer = self._client.request(
                "get",
                f"{self._path(pod)}/log",
                query_params=list(query.items()),
                serialize=False,
                _request_timeout=(CONNECT_S, READ_S),
            )
            return bytes(answer.data).decode("utf-8", "replace")

    @property
    def configuration(self) -> Any:
        """The kubernetes client's own configuration: address and credential."""
        return self._client.configuration

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        content_type: str | None = None,
        *,
        user: str | None = None,
        dry_run: bool = False,
    ) -> Object:
        """One request; the JSON of its answer.

        `user` is impersonated; with `dry_run` the server decides as always, admission included, and stores nothing.
        """
        extra: dict[str, Any] = {"content_type": content_type} if content_type else {}
        if user:
            extra["header_params"] = {"Impersonate-User": user}
        if dry_run:
            extra["dry_run"] = "All"
        if method in ("post", "patch", "put"):
            extra["field_manager"] = FIELD_MANAGER
        with wrapped(self.server, self.kubeconfig):
            answer = self._client.request(
                method, path, body=body, serialize=False, _request_timeout=(CONNECT_S, READ_S), **extra
            )
            return cast(Object, json.loads(answer.data))

    def _path(self, item: Mapping[str, Any]) -> str:
        metadata = item["metadata"]
        resource = self.resource(item["apiVersion"], item["kind"])
        return resource.path(metadata.get("namespace"), metadata["name"])

    def _discover(self, api_version: str) -> dict[str, Resource]:
        prefix = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            answer = self.request("get", prefix)
        except ApiError as error:
            if error.status == 404:
                return {}
            raise
        return {
            item["kind"]: Resource(prefix, item["name"], item["namespaced"])
            for item in answer["resources"]
            if "/" not in item["name"]
        }
