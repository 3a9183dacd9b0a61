"""The configuration that kwokctl gets: every port named, loopback only, credentials demanded everywhere.

The fields are those of KwokctlConfiguration (config.kwok.x-k8s.io/v1alpha1, KWOK 0.8). `override: true` replaces
an argument that kwokctl sets itself; without it the argument is added.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from labcluster.providers.scheduler import PROFILES

# Garbage is collected earlier than by Go's default (100), for less memory; at 50, 15 MiB less still, a new cluster
# took a fifth of a second more. No soft limit instead: with thousands of nodes it would collect all the time.
APISERVER_GARBAGE = ("GOGC", "80")
PROXY_NAME = "kwok-admin"  # the common name in kwokctl's pki/admin.crt
PASSED_ON = {"username-headers": "User", "group-headers": "Group", "extra-headers-prefix": "Extra-"}
# How often a HorizontalPodAutoscaler is looked at: 15 s by default, a lab does not wait so long. kind has the same.
AUTOSCALER_SYNC = ("horizontal-pod-autoscaler-sync-period", "2s")
HEALTH_ONLY = "/healthz,/livez,/readyz"  # kwokctl would leave /metrics open too


def configuration(workdir: Path, ports: dict[str, int], tools: dict[str, Path], version: str) -> dict[str, Any]:
    """The KwokctlConfiguration of a cluster whose files are in `workdir`."""
    return {
        "kind": "KwokctlConfiguration",
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "options": {
            "runtime": "binary",
            "bindAddress": "127.0.0.1",
            "etcdPort": ports["etcd"],
            "etcdPeerPort": ports["etcd_peer"],
            "kubeApiserverPort": ports["apiserver"],
            "kubeControllerManagerPort": ports["controller_manager"],
            "kubeSchedulerPort": ports["scheduler"],
            "kwokControllerPort": 1,  # never opened: see the patch below
            "kubeVersion": version,
            "kubeApiserverBinary": str(tools["kube-apiserver"]),
            "kubeControllerManagerBinary": str(tools["kube-controller-manager"]),
            "kubeSchedulerBinary": str(tools["kube-scheduler"]),
            "kubeSchedulerConfig": str(PROFILES),  # kwokctl copies it, with its kubeconfig
            "kubectlBinary": str(tools["kubectl"]),
            "etcdBinary": str(tools["etcd"]),
            "kwokControllerBinary": str(tools["kwok"]),
            "kubeAuthorization": True,
            "kubeAdmission": True,
            "disableQPSLimits": True,
        },
        "componentsPatches": [
            {"name": "etcd", "extraArgs": _etcd(workdir / "pki", ports)},
            {
                "name": "kube-apiserver",
                "extraArgs": _apiserver(workdir / "pki", ports),
                "extraEnvs": [dict(zip(("name", "value"), APISERVER_GARBAGE, strict=True))],
            },
            {"name": "kube-controller-manager", "extraArgs": [*_alone(), _add(*AUTOSCALER_SYNC)]},
            {"name": "kube-scheduler", "extraArgs": _alone()},
            {"name": "kwok-controller", "extraArgs": _kwok()},
        ],
    }  # fmt: skip


def _etcd(pki: Path, ports: dict[str, int]) -> list[dict[str, Any]]:
    client, peer = f"https://127.0.0.1:{ports['etcd']}", f"https://127.0.0.1:{ports['etcd_peer']}"
    added: dict[str, str] = {}
    for prefix in ("", "peer-"):
        added |= {
            f"{prefix}client-cert-auth": "true",
            f"{prefix}trusted-ca-file": str(pki / "ca.crt"),
            f"{prefix}cert-file": str(pki / "admin.crt"),
            f"{prefix}key-file": str(pki / "admin.key"),
        }
    # It elects itself: 100 ms and a second, its own times, are for members that are far from each other.
    added |= {"heartbeat-interval": "20", "election-timeout": "200"}
    replaced = {
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"node0={peer}",
    }
    return [_add(k, v) for k, v in added.items()] + [_replace(k, v) for k, v in replaced.items()]


def _apiserver(pki: Path, ports: dict[str, int]) -> list[dict[str, Any]]:
    return [
        _replace("etcd-servers", f"https://127.0.0.1:{ports['etcd']}"),
        _add("etcd-cafile", str(pki / "ca.crt")),
        _add("etcd-certfile", str(pki / "admin.crt")),
        _add("etcd-keyfile", str(pki / "admin.key")),
        # How the API server of an add-on (metrics-server) learns who asks: from this one, by the certificate that
        # kwokctl gives it for the purpose. It is the administrator's, so nobody gains a right by it.
        _add("requestheader-client-ca-file", str(pki / "ca.crt")),
        _add("requestheader-allowed-names", PROXY_NAME),
        *(_add(f"requestheader-{what}", f"X-Remote-{header}") for what, header in PASSED_ON.items()),
    ]


def _alone() -> list[dict[str, Any]]:
    # There is one of each, so nobody to elect a leader from: it saves the second that an election takes.
    return [_replace("authorization-always-allow-paths", HEALTH_ONLY), _add("leader-elect", "false")]


def _kwok() -> list[dict[str, Any]]:
    return [
        _replace("node-ip", "127.0.0.1"),  # where add-on metrics answers for every simulated node
        # Its own server has no client authentication, so it gets no address and no port.
        _replace("server-address", ""),
        _replace("node-port", "0"),
        # A lease would outlive a pause: for 200 s after `resume` no simulated pod would move.
        _replace("node-lease-duration-seconds", "0"),
    ]


def _add(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": value}


def _replace(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": value, "override": True}
