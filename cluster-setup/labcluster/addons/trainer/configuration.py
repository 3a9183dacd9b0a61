"""How the two controllers are told to run outside a cluster: certificates are ours, ports on loopback or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from labcluster.addons import loopback
from labcluster.addons.trainer.rights import JOBSET, TRAINER
from labcluster.api import Object

JOBSETS, CONTROLLER = "jobset-controller-manager", "trainer-controller-manager"
# Trainer's program looks for its certificate here, below TMPDIR: the path is a constant of its framework.
CERTIFICATES = "k8s-webhook-server/serving-certs"
OFF = "0"  # what both take for "open no port"


def of_program(name: str, port: int, certificates: Path) -> Object:
    """The configuration file of one controller, whose admission listens at `port`."""
    shared: Object = {
        "kind": "Configuration",
        "health": {"healthProbeBindAddress": OFF},
        "metrics": {"bindAddress": OFF},
        "leaderElection": {"leaderElect": False},
        "clientConnection": {"qps": 500, "burst": 500},
    }
    if name == JOBSETS:
        return shared | {
            "apiVersion": "config.jobset.x-k8s.io/v1alpha1",
            "webhook": {"host": loopback.ADDRESS, "port": port, "certDir": str(certificates)},
            "internalCertManagement": {"enable": False},
        }
    return shared | {
        "apiVersion": "config.trainer.kubeflow.org/v1alpha1",
        "webhook": {"host": loopback.ADDRESS, "port": port},
        "certManagement": {"enable": False},
    }


def webhooks(certificates: Path, ports: Mapping[str, int]) -> list[Object]:
    """Who is asked about what. Pods are sent to nobody: it would only serve JobSet's exclusive placement."""
    bundle, found = certificates / "tls.crt", []
    for resource in ("clustertrainingruntime", "trainingruntime", "trainjob"):
        url = _url(ports[CONTROLLER], f"validate-trainer-kubeflow-org-v1alpha1-{resource}")
        rule = _rule(TRAINER, "v1alpha1", f"{resource}s", "CREATE", "UPDATE")
        name = f"validator.{resource}.{TRAINER}"
        found.append(loopback.configuration("Validating", name, [loopback.webhook(name, url, bundle, rule)]))
    for kind, verb, operations in (
        ("Mutating", "mutate", ["CREATE"]),
        ("Validating", "validate", ["CREATE", "UPDATE"]),
    ):
        url = _url(ports[JOBSETS], f"{verb}-jobset-x-k8s-io-v1alpha2-jobset")
        rule = _rule(JOBSET, "v1alpha2", "jobsets", *operations)
        hook = loopback.webhook(f"{verb[0]}jobset.kb.io", url, bundle, rule)
        found.append(loopback.configuration(kind, f"jobset-{verb}", [hook]))
    return found


def _url(port: int, path: str) -> str:
    return f"https://{loopback.ADDRESS}:{port}/{path}"


def _rule(group: str, version: str, resource: str, *operations: str) -> dict[str, list[str]]:
    return {"apiGroups": [group], "apiVersions": [version], "operations": [*operations], "resources": [resource]}


def lighter(kind: Object) -> Object:
    """The kind without the schema of a Pod, where programs or administrators write it: the API server needs seconds for
    each. A student's TrainingRuntime keeps it, so that a slip in one is refused when it is applied."""
    if kind["metadata"]["name"] in (f"jobsets.{JOBSET}", f"clustertrainingruntimes.{TRAINER}"):
        for version in kind["spec"]["versions"]:
            _lighten(version["schema"]["openAPIV3Schema"])
    return kind


def _lighten(schema: Object) -> None:
    fields = schema.get("properties", {})
    if "containers" in fields and "restartPolicy" in fields:
        schema.pop("required", None)
        schema["properties"] = {"restartPolicy": fields["restartPolicy"]}
        schema["x-kubernetes-preserve-unknown-fields"] = True
    else:
        for part in (*fields.values(), *([schema["items"]] if "items" in schema else [])):
            _lighten(part)


def with_defaults(kind: Object) -> Object:
    """Where there is no admission, the API server fills in what JobSet's webhook would; the controller needs it."""
    if kind["metadata"]["name"] == f"jobsets.{JOBSET}":
        for version in kind["spec"]["versions"]:
            spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
            spec["successPolicy"]["default"] = {"operator": "All"}
            spec["startupPolicy"]["default"] = {"startupPolicyOrder": "AnyOrder"}
            spec["network"]["default"] = {}
            for name in ("enableDNSHostnames", "publishNotReadyAddresses"):
                spec["network"]["properties"][name]["default"] = True
            job = spec["replicatedJobs"]["items"]["properties"]["template"]["properties"]["spec"]["properties"]
            job["completionMode"]["default"] = "Indexed"
            job["template"]["properties"]["spec"]["properties"]["restartPolicy"]["default"] = "OnFailure"
    return kind
