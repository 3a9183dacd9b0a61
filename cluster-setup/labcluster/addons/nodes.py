"""Simulated nodes from a pool file, alone or beside real ones: a list of nodes, or of ranges of equal nodes.

```yaml
- name: a100-{}               # {} is the number within the range, from 0
  count: 1000                 # without it: one node
  cpu: "64"
  memory: 512Gi
  gpu: 4                      # the extended resource nvidia.com/gpu
  resources: {xilinx.com/fpga: 1, google.com/tpu: 4}   # any others
  labels: {pool: gpu, gpu.model: a100}
  domains: {nvlink: 2, rack: 16}                       # label: nodes in one such domain (a100-rack-0, ...)
  taints: [{key: nvidia.com/gpu, value: present, effect: NoSchedule}]
  devices:                    # published one by one for Dynamic Resource Allocation: see devices.py
    - {name: gpu-0, memory: 80Gi, model: h100, nvlink: 0}
```
"""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from labcluster.api import Api, NotFoundError, Object
from labcluster.errors import DataError

DEFAULT = Path(__file__).parent / "pools" / "default.yaml"
AT_ONCE = 8  # requests; more do not help on two cores
SECONDS_PER_NODE = 0.1
FEW = 100  # nodes that are quickly looked at, all of them again and again
PER_LOOK = 2000.0  # nodes that are looked at in a second, at most: the API server has to make them meanwhile


LABEL = "labcluster.dev/simulated"
ADDED = "labcluster.dev/added"  # a label: by a pool file, beyond what every cluster has
# Beside real nodes, only pods that tolerate it land on simulated ones (PLACEMENT). The second effect is for those, too:
# given a choice, the scheduler prefers nodes without it.
TAINTS = [{"key": LABEL, "value": "true", "effect": effect} for effect in ("NoSchedule", "PreferNoSchedule")]
# Read by the admission plugins PodNodeSelector and PodTolerationRestriction, for each new pod of the namespace.
_TOLERATED = {
    "scheduler.alpha.kubernetes.io/defaultTolerations": json.dumps(
        [{"key": LABEL, "operator": "Exists", "effect": "NoSchedule"}]
    )
}
PLACEMENT: dict[str, dict[str, str]] = {
    "real": {},
    "mixed": _TOLERATED,
    "simulated": {**_TOLERATED, "scheduler.alpha.kubernetes.io/node-selector": f"{LABEL}=true"},
}
"""Annotations of a lab's namespace, by what its cluster.yaml says of nodes."""


def add_nodes(api: Api, pool: Path = DEFAULT, *, beside_real: bool = False) -> None:
    """Add the pool's nodes and wait until each is Ready.

    Raises:
        DataError: the pool file is not right.
        ProviderError: a node did not become Ready.
    """
    wanted = read_pool(pool)
    if pool != DEFAULT:
        for node in wanted:
            node["metadata"]["labels"][ADDED] = "true"
    if beside_real:
        _keep_system_off(api)
        for node in wanted:
            node["spec"]["taints"] = [*TAINTS, *node["spec"]["taints"]]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(api.apply, wanted))
    here = {node["metadata"]["name"] for node in wanted}
    seconds = 20 + SECONDS_PER_NODE * len(here)
    if len(here) > FEW:  # all of thousands is megabytes: first look at the one that was made last
        last = f"/api/v1/nodes/{wanted[-1]['metadata']['name']}"
        api.wait("the last simulated node to be Ready", lambda: _is_ready(api.call("GET", last)), seconds)
    api.wait("the simulated nodes to be Ready", lambda: here <= _ready(api), seconds, pace=len(here) / PER_LOOK)


def remove_added(api: Api, keep: set[str]) -> int:
    """Remove the nodes that pool files added, but for these names, and the pods on them; how many nodes went."""
    items = api.call("GET", "/api/v1/nodes", labelSelector=ADDED)["items"]
    gone = {node["metadata"]["name"] for node in items} - keep
    if not gone:
        return 0
    pods = api.call("GET", "/api/v1/pods")["items"]
    paths = [f"/api/v1/nodes/{name}" for name in sorted(gone)]
    for pod in pods:
        if pod["spec"].get("nodeName") in gone:
            meta = pod["metadata"]
            paths.append(f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda path: _remove(api, path), paths))
    return len(gone)


def _remove(api: Api, path: str) -> None:
    with contextlib.suppress(NotFoundError):  # a pod may have ended meanwhile
        api.call("DELETE", path, gracePeriodSeconds="0")


def _keep_system_off(api: Api) -> None:
    """Keep DaemonSets that tolerate everything (kube-proxy, a network) to real nodes, without restarting their pods."""
    here = {"matchExpressions": [{"key": LABEL, "operator": "DoesNotExist"}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [here]}}}
    change = {"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None},
                       "template": {"spec": {"affinity": affinity}}}}  # fmt: skip
    path = "/apis/apps/v1/namespaces/kube-system/daemonsets"
    for found in api.call("GET", path)["items"]:
        api.merge(f"{path}/{found['metadata']['name']}", change)


def read_pool(pool: Path) -> list[Object]:
    """The Node objects that a pool file declares.

    Raises:
        DataError: the file is not a list of nodes with name, cpu and memory.
    """
    try:
        return [_node(entry, name, number) for entry in read_entries(pool) for number, name in enumerate(names(entry))]
    except (KeyError, TypeError) as cause:
        raise DataError(f"{pool}: each node needs name, cpu and memory (missing or wrong: {cause}).") from cause


def read_entries(pool: Path) -> list[dict[str, Any]]:
    """The entries of a pool file, as they are written.

    Raises:
        DataError: there is no such file, or it is not YAML.
    """
    try:
        entries: list[dict[str, Any]] = yaml.safe_load(pool.read_text())
    except (OSError, yaml.YAMLError) as cause:
        raise DataError(f"{pool} cannot be read as a pool file: {cause}") from cause
    return entries


def names(entry: dict[str, Any]) -> list[str]:
    """The names of an entry's nodes, in order.

    Raises:
        DataError: a range whose names would all be the same.
    """
    if "count" in entry and "{}" not in entry["name"]:
        raise DataError(f"{entry['name']}: a name with a count needs {{}} where the number goes.")
    return [entry["name"].replace("{}", str(number)) for number in range(entry.get("count", 1))]


def _node(entry: dict[str, Any], name: str, number: int) -> Object:
    size = {"cpu": str(entry["cpu"]), "memory": entry["memory"], "pods": "110"}
    size |= {resource: str(amount) for resource, amount in entry.get("resources", {}).items()}
    if "gpu" in entry:
        size["nvidia.com/gpu"] = str(entry["gpu"])
    own = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
    }
    first = entry["name"].replace("{}", "").strip("-")
    domains = {
        label: f"{first}-{label.split('/')[-1]}-{number // many}" for label, many in entry.get("domains", {}).items()
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": own | {LABEL: "true"} | domains | entry.get("labels", {}),
            "annotations": {
                "kwok.x-k8s.io/node": "fake",
                "labcluster.dev/note": "simulated by KWOK: nothing runs here",
                "metrics.k8s.io/resource-metrics-path": f"/nodes/{name}/metrics/resource",  # see add-on metrics
            },
        },
        "spec": {"taints": entry.get("taints", [])},
        "status": {"allocatable": size, "capacity": size},
    }


def _ready(api: Api) -> set[str]:
    nodes = api.call("GET", "/api/v1/nodes", resourceVersion="0")["items"]
    return {node["metadata"]["name"] for node in nodes if _is_ready(node)}


def _is_ready(node: Object) -> bool:
    conditions = node["status"].get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
