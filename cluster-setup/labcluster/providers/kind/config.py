"""The configuration that kind gets: one node, its API server on loopback under a port of our choosing.

The fields are those of kind.x-k8s.io/v1alpha4; the patches go into the configuration that kind writes for kubeadm
(v1beta4, whose `extraArgs` are lists: a patch may only add to them).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import yaml

from labcluster.providers.kind.image import brings_network
from labcluster.providers.kind.record import Record
from labcluster.providers.scheduler import PROFILES

# PodNodeSelector and PodTolerationRestriction let a lab's namespace send its pods to the simulated nodes.
ADMISSION = "NodeRestriction,PodNodeSelector,PodTolerationRestriction"
# Simulated nodes have a heartbeat each 60 to 130 s (embedded's controller manager has the same patience).
NODE_GRACE = "200s"
SCHEDULER_MOUNT = {
    "hostPath": str(PROFILES),
    "containerPath": "/etc/lab/scheduler.yaml",
    "readOnly": True,
}
AUTOSCALER_SYNC = ("horizontal-pod-autoscaler-sync-period", "2s")  # 15 s by default: a lab does not wait so long
# There is one of each and nobody to elect from; an old lease would hold the new process up for 15 s after each restart.
ALONE = ("leader-elect", "false")
# What systemd, containerd and the kubelet take for themselves, measured; pods get the rest of the limit.
SYSTEM_MIB = 300


@dataclass(frozen=True)
class Machine:
    """What the engine's machine has; a container sees all of it, whatever its limits."""

    memory_mib: int
    cpus: int


def configuration(record: Record, machine: Machine) -> dict[str, Any]:
    """The kind configuration of this cluster."""
    return {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "name": record.kind_name,
        "networking": {
            "apiServerAddress": "127.0.0.1",
            "apiServerPort": record.port,
            "podSubnet": "10.244.0.0/16",
            "disableDefaultCNI": brings_network(record.image),
        },
        "nodes": [{"role": "control-plane", "image": record.image, "extraMounts": [SCHEDULER_MOUNT]}],
        "kubeadmConfigPatches": [yaml.safe_dump(_kubelet(record, machine))],
        "kubeadmConfigPatchesJSON6902": [
            {
                "group": "kubeadm.k8s.io",
                "version": "v1beta4",
                "kind": "ClusterConfiguration",
                "patch": json.dumps(
                    [
                        _argument("apiServer", "enable-admission-plugins", ADMISSION),
                        _argument("controllerManager", "node-monitor-grace-period", NODE_GRACE),
                        _argument("controllerManager", *AUTOSCALER_SYNC),
                        _argument("controllerManager", *ALONE),
                        {"op": "add", "path": "/scheduler", "value": _scheduler()},
                    ]
                ),
            }
        ],
    }


def _kubelet(record: Record, machine: Machine) -> dict[str, Any]:
    """What is beyond the container's limits is reserved, so that the scheduler counts with what there really is."""
    memory = max(0, machine.memory_mib - record.memory_mib) + SYSTEM_MIB
    reserved = {"memory": f"{memory}Mi"}
    if machine.cpus > record.cpus:
        reserved["cpu"] = f"{round((machine.cpus - record.cpus) * 1000)}m"
    return {
        "kind": "KubeletConfiguration",
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "failCgroupV1": False,  # course machines with hybrid cgroups are not turned away
        "systemReserved": reserved,
    }


def _scheduler() -> dict[str, Any]:
    """Its profiles, from the file that is mounted into the node."""
    inside = SCHEDULER_MOUNT["containerPath"]
    volume = {"name": "profiles", "hostPath": inside, "mountPath": inside, "pathType": "File", "readOnly": True}
    arguments = [{"name": name, "value": value} for name, value in (("config", inside), ALONE)]
    return {"extraArgs": arguments, "extraVolumes": [volume]}


def _argument(component: str, name: str, value: str) -> dict[str, Any]:
    return {"op": "add", "path": f"/{component}/extraArgs/-", "value": {"name": name, "value": value}}
