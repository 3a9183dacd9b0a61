"""What a cluster says that it can: ConfigMap `labcluster` in kube-public."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.cluster.client import Cluster
from autograder.errors import Forbidden
from autograder.spec.model import CAPABILITIES


@dataclass(frozen=True)
class ClusterInfo:
    """Provider, capabilities, and whether its nodes are simulated."""

    provider: str
    capabilities: frozenset[str]
    simulated: bool
    # The image of the pods that send requests (labcluster's workload `load`), where the cluster has one.
    probe_image: str | None = None


# A conformant Kubernetes runs containers; that it takes images of the student's own is not for sure.
CONFORMANT = ClusterInfo("kubernetes", CAPABILITIES - {"images"}, simulated=False)


def cluster_info(cluster: Cluster) -> ClusterInfo:
    """Read it; a cluster that says nothing is taken for a conformant one."""
    try:
        found = cluster.get("v1", "ConfigMap", "labcluster", "kube-public")
    except Forbidden:
        return CONFORMANT
    if found is None:
        return CONFORMANT
    data = found.get("data") or {}
    names = frozenset(name.strip() for name in data.get("capabilities", "").split(",")) & CAPABILITIES
    return ClusterInfo(
        data.get("provider", "kubernetes"), names, data.get("simulated") == "true", data.get("probeImage")
    )
