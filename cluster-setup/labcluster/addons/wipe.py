"""Empties a namespace without removing it: removing one costs five seconds of Kubernetes' own grace period.

(`namespaceDeletionGracePeriod` in kube-controller-manager's namespace controller is a constant.) Every namespaced
kind that the API server serves is asked to delete its collection, until nothing of the student's is left.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from labcluster.addons.guard import OURS
from labcluster.api import DENIED, Api, NotFoundError, Object
from labcluster.errors import ProviderError

SECONDS = 30
# What the control plane puts into every namespace by itself, and would put there again.
OWN = {("configmaps", "kube-root-ca.crt"), ("serviceaccounts", "default")}
# A student's rights are labcluster's; other roles in the namespace are the student's own.
OWN |= {(kind, name) for kind in ("roles", "rolebindings") for name in ("student-edit", "student-lab")}
BUILT_IN = {"default", "root"}  # queues of Volcano's own
# They come and go by themselves.
LEFT_ALONE = {"events", "leases", "endpoints", "endpointslices"}
ONE_BY_ONE = {"roles", "rolebindings"}  # the student's rights among them must not be missing for a moment


def wipe(api: Api, namespace: str) -> None:
    """Delete all objects in the namespace and wait until they are gone.

    Raises:
        ProviderError: something is still there after SECONDS.
    """
    kinds = _kinds(api)
    api.wait(f"namespace {namespace} to be empty", lambda: _wipe_once(api, namespace, kinds) == 0, SECONDS)


def after_policies(api: Api, removed: int, step: Callable[[], None]) -> None:
    """Do the step, again and again while one of the `removed` admission policies refuses it.

    The API server obeys a policy about a second longer than it stores it. The step must be one that may be repeated.

    Raises:
        ProviderError: as the step does; or it is still refused after SECONDS.
    """

    def done() -> bool:
        try:
            step()
        except ProviderError as refused:
            if not removed or DENIED not in str(refused):
                raise
            return False
        return True

    api.wait("the removed admission policies to be forgotten", done, SECONDS)


def wipe_kinds(api: Api, lab: str, groups: list[str], plurals: list[str]) -> int:
    """Delete the cluster-wide objects of these kinds, but not what the cluster itself needs, nor another lab's.

    Returns:
        How many there were.
    """
    removed = 0
    for group in api.call("GET", "/apis")["groups"]:
        if group["name"] not in groups:
            continue
        root = f"/apis/{group['preferredVersion']['groupVersion']}"
        served = {kind["name"] for kind in api.call("GET", root)["resources"]}
        for plural in sorted(served & set(plurals)):
            for item in api.call("GET", f"{root}/{plural}")["items"]:
                meta = item["metadata"]
                if (
                    meta["name"] not in BUILT_IN
                    and not meta["name"].startswith("system-")
                    and not meta.get("labels", {}).items() >= OURS.items()
                    and (meta.get("labels", {}).get("lab", lab) == lab)
                ):
                    api.call("DELETE", f"{root}/{plural}/{meta['name']}")
                    removed += 1
    return removed


def _wipe_once(api: Api, namespace: str, kinds: list[tuple[str, str]]) -> int:
    """One round over all kinds; the number of objects that it found."""
    found = 0
    for root, plural in kinds:
        path = f"{root}/namespaces/{namespace}/{plural}"
        items = [i for i in api.call("GET", path)["items"] if (plural, i["metadata"]["name"]) not in OWN]
        found += len(items)
        if items:
            _delete(api, path, items)
    return found


def _delete(api: Api, path: str, items: list[Object]) -> None:
    for item in items:
        if item["metadata"].get("finalizers"):
            merge = {"metadata": {"finalizers": None}}
            with suppress(NotFoundError):  # it may have gone since it was listed
                api.merge(f"{path}/{item['metadata']['name']}", merge)
    if path.rsplit("/", 1)[-1] in ONE_BY_ONE:
        for item in items:
            with suppress(NotFoundError):  # its owner may have taken it along
                api.call("DELETE", f"{path}/{item['metadata']['name']}")
        return
    api.call("DELETE", path, gracePeriodSeconds="0", propagationPolicy="Background")


def _kinds(api: Api) -> list[tuple[str, str]]:
    """(API root, plural) of each namespaced kind that can be deleted as a collection; owners before the owned."""
    roots = ["/api/v1"]
    for group in api.call("GET", "/apis")["groups"]:
        roots.append(f"/apis/{group['preferredVersion']['groupVersion']}")
    kinds = []
    for root in roots:
        for kind in api.call("GET", root)["resources"]:
            if kind["namespaced"] and "deletecollection" in kind["verbs"] and kind["name"] not in LEFT_ALONE:
                kinds.append((root, kind["name"]))
    # Controllers first, pods last, so that nothing is made anew behind our back.
    return sorted(kinds, key=lambda kind: (kind[1] == "pods", kind[1] == "replicasets", kind))
