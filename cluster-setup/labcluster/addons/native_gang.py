"""Add-on `native-gang`: the gang scheduling of Kubernetes' own scheduler (alpha in 1.36), behind its feature gates.

Turned on for a cluster that is there already, so that nobody else pays for what is not finished yet. Pods join a
PodGroup (`scheduling.k8s.io/v1alpha2`) by `spec.schedulingGroup.podGroupName`; the rights for it come with `edit`.
"""

from __future__ import annotations

from labcluster.addons.site import AddOn, Site
from labcluster.errors import ProviderError
from labcluster.providers.gates import Gates, Tunable

API = "scheduling.k8s.io/v1alpha2"
GATES = Gates(("GenericWorkload", "GangScheduling", "TopologyAwareWorkloadScheduling"), (API,))
SECONDS = 30


def install(site: Site, _argument: str) -> None:
    """Turn the gates on, unless they are, and wait until PodGroups are served, to students too.

    Raises:
        ProviderError: this cluster's control plane is not ours to change, or it did not come back.
    """
    from labcluster.providers import having

    provider = having(site.name)
    if not isinstance(provider, Tunable):
        raise ProviderError("The feature gates of this cluster are not ours to change; its administrator can.")
    provider.turn_on(site.name, GATES)
    site.api.wait("PodGroups to be served", lambda: _served(site), SECONDS)
    # A controller brings their rights into `edit`, and may be back later than the API server.
    site.api.wait("`edit` to hold rights on PodGroups", lambda: _editable(site), SECONDS)


def _served(site: Site) -> bool:
    versions = site.api.call("GET", "/apis/scheduling.k8s.io")["versions"]
    return API in {version["groupVersion"] for version in versions}


def _editable(site: Site) -> bool:
    role = site.api.call("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/edit")
    return any("podgroups" in rule.get("resources", ()) for rule in role.get("rules") or ())


ADDON = AddOn(
    name="native-gang",
    summary="the scheduler's own gang scheduling (PodGroup, alpha in Kubernetes 1.36), with topology constraints",
    cost="no process; the control plane restarts once (about 4 s, on kind 20 s and more), with all objects kept",
    install=install,
)
