"""What Kueue's program may do in the cluster, for Jobs of `batch/v1` alone: what it was seen to need, and no more.

The starting point was the role of Kueue 0.14; left out is what serves other kinds of jobs and features that are off.
"""

from __future__ import annotations

from labcluster.addons.accounts import rule

GROUP = "kueue.x-k8s.io"
WEBHOOKS = "mutatingwebhookconfigurations validatingwebhookconfigurations"

MANAGER = [
    rule("core", "events", "create patch update"),
    rule("core", "limitranges namespaces nodes", "get list watch"),
    rule("core", "pods", "get list watch patch"),
    rule("core", "pods/status", "get patch"),
    rule("core", "podtemplates", "create delete get list update watch"),
    rule("batch", "jobs", "get list watch patch update"),
    rule("batch", "jobs/finalizers jobs/status", "get patch update"),
    rule("node.k8s.io", "runtimeclasses", "get list watch"),
    rule("scheduling.k8s.io", "priorityclasses", "get list watch"),
    rule(GROUP, "workloads", "create delete get list patch update watch"),
    rule(
        GROUP,
        "admissionchecks clusterqueues cohorts localqueues resourceflavors",
        "get list watch update patch",
    ),
    rule(
        GROUP,
        "workloadpriorityclasses",
        "get list watch",
    ),
    rule(
        GROUP,
        "admissionchecks/status clusterqueues/status cohorts/status localqueues/status workloads/status",
        "get patch update",
    ),
    rule(
        GROUP,
        "admissionchecks/finalizers clusterqueues/finalizers localqueues/finalizers resourceflavors/finalizers "
        "workloads/finalizers",
        "update",
    ),
    rule("admissionregistration.k8s.io", WEBHOOKS, "get list watch"),
]

# Its rotation of certificates writes the CA, which is there already, into its own webhook configurations.
OWN_WEBHOOKS = rule("admissionregistration.k8s.io", WEBHOOKS, "update") | {
    "resourceNames": ["kueue-mutating-webhook-configuration", "kueue-validating-webhook-configuration"]
}
SECRETS = [rule("core", "secrets", "get list watch update")]  # in its own namespace alone
