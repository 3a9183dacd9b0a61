"""The few calls that labcluster makes to an API server. The client's errors are wrapped here, and only here.

Paths are built from a small table instead of discovery, which would cost a second on a fresh cluster.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from labcluster.errors import ProviderError

PLURALS = {
    "APIService": "apiservices",
    "ClusterRole": "clusterroles",
    "ClusterRoleBinding": "clusterrolebindings",
    "ClusterTrainingRuntime": "clustertrainingruntimes",
    "ConfigMap": "configmaps",
    "CustomResourceDefinition": "customresourcedefinitions",
    "Deployment": "deployments",
    "DeviceClass": "deviceclasses",
    "MutatingWebhookConfiguration": "mutatingwebhookconfigurations",
    "Namespace": "namespaces",
    "Node": "nodes",
    "PersistentVolume": "persistentvolumes",
    "ResourceSlice": "resourceslices",
    "Role": "roles",
    "RoleBinding": "rolebindings",
    "Secret": "secrets",
    "Service": "services",
    "ServiceAccount": "serviceaccounts",
    "StorageClass": "storageclasses",
    "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
    "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
    "ValidatingWebhookConfiguration": "validatingwebhookconfigurations",
}
DENIED = "ValidatingAdmissionPolicy '"  # so begins the sentence of one that refuses
Object = dict[str, Any]
# The two kinds of PATCH that are used here.
CONTENT = {"APPLY": "application/apply-patch+yaml", "MERGE": "application/merge-patch+json"}


class Api:
    """An API server, spoken to with the credential of a kubeconfig."""

    def __init__(self, kubeconfig: Path) -> None:
        settings = client.Configuration()
        settings.connection_pool_maxsize = 16  # add-ons make many objects at once
        config.load_kube_config(str(kubeconfig), client_configuration=settings, persist_config=False)
        self.client = client.ApiClient(settings)
        self.server = settings.host

    def call(self, method: str, path: str, body: Object | None = None, **query: str) -> Object:
        """One request; the answer as an object tree.

        Raises:
            ProviderError: refused or not reachable.
            NotFoundError: the object is not there.
            UnavailableError: 503, for now; what an API server says for one behind it may even be no JSON.
        """
        kind = CONTENT.get(method, "application/json")
        request = self.client.param_serialize(
            "PATCH" if method in CONTENT else method,
            path,
            query_params=list(query.items()),
            header_params={"Content-Type": kind, "Accept": "application/json"},
            body=body,
            auth_settings=["BearerToken"],
        )
        try:
            answer = self.client.call_api(*request, _request_timeout=30)
            said = answer.read()
            if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise UnavailableError(f"{self.server} cannot answer {method} {path} now: {said.decode().strip()}")
            content: Object = json.loads(said or b"{}")
        except (ApiException, HTTPError, OSError, ValueError) as cause:
            raise ProviderError(
                f"{self.server} does not answer: {cause}\nIs the cluster running? labcluster resume"
            ) from cause
        if answer.status == 404:
            raise NotFoundError(f"{method} {path}: {content.get('message')}")
        if not 200 <= answer.status <= 299:
            why = str(content.get("message", answer.status))
            more = "\nIf that policy is a student's: labcluster reset removes it." if DENIED in why else ""
            raise ProviderError(f"{self.server} refused {method} {path}: {why}{more}")
        return content

    def ready(self, path: str = "/readyz") -> bool:
        """Whether the API server says that all of its parts are ready, or those that the path asks for."""
        request = self.client.param_serialize("GET", path, auth_settings=["BearerToken"])
        try:
            return bool(self.client.call_api(*request, _request_timeout=5).status == HTTPStatus.OK)
        except (ApiException, HTTPError, OSError):
            return False

    def apply(self, body: Object) -> Object:
        """Create the object or bring it to this state (server-side apply)."""
        return self.call("APPLY", path_of(body), body, fieldManager="labcluster", force="true")

    def merge(self, path: str, body: Object) -> Object:
        """Change an object by a JSON merge patch."""
        return self.call("MERGE", path, body)

    def wait(self, what: str, condition: Callable[[], bool], seconds: float, pace: float = 0.05) -> None:
        """Wait for a condition of the cluster. Unavailable is not yet: an aggregated API may come and go on a busy one.

        Raises:
            ProviderError: it did not come true in time; `what` is part of the message.
        """
        deadline = time.monotonic() + seconds
        while not _holds(condition):
            if time.monotonic() > deadline:
                raise ProviderError(f"{self.server}: waited {seconds:.0f} s in vain for {what}.")
            time.sleep(max(pace, 0.05))  # polls the condition above


class NotFoundError(ProviderError):
    """The object is not there."""


class UnavailableError(ProviderError):
    """Not now: ask again."""


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except UnavailableError:
        return False


def path_of(body: Object) -> str:
    """The API path of an object, from its apiVersion, kind, namespace and name."""
    version, meta = body["apiVersion"], body["metadata"]
    root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
    space = f"/namespaces/{meta['namespace']}" if "namespace" in meta else ""
    return f"{root}{space}/{PLURALS[body['kind']]}/{meta['name']}"
