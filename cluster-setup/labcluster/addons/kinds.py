"""CustomResourceDefinitions out of the pinned module that an add-on's programs were built of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import yaml

from labcluster import tools
from labcluster.api import Api, Object

AT_ONCE = 2
SECONDS = 90  # large schemas take a busy machine long
KIND = "CustomResourceDefinition"


def read(group: str, kind: str = KIND) -> Iterator[Object]:
    """The CRDs (or what else of one kind) that were copied out of the modules of a group of tools."""
    for tool in tools.catalog(group):
        for path in sorted(tool.manifests_folder.glob("*.yaml")):
            for body in yaml.load_all(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
                if body and body["kind"] == kind:
                    body.pop("status", None)
                    body["metadata"].pop("creationTimestamp", None)
                    yield body


def serve(api: Api, kinds: Iterable[Object]) -> None:
    """Bring the kinds into the cluster and wait until each is served.

    Raises:
        ProviderError: one is refused, or is not served in time.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        names = [kind["metadata"]["name"] for kind in threads.map(api.apply, kinds)]
    for name in names:
        api.wait(f"{name} to be served", lambda name=name: _established(api, name), SECONDS)  # type: ignore[misc]


def _established(api: Api, name: str) -> bool:
    path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}"
    conditions = api.call("GET", path).get("status", {}).get("conditions") or []
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)
