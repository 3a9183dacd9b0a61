"""What each of Volcano's programs may do in the cluster: what it was seen to need, and no more.

The starting point was the chart of Volcano 1.10; left out is what only serves features that are off here
(certificate requests, leader election, CSI, network policies).
"""

from __future__ import annotations

from labcluster.addons.accounts import rule

QUEUES = "scheduling.volcano.sh"
JOBS = "batch.volcano.sh"

SCHEDULER = [
    rule(JOBS, "jobs", "get list watch"),
    rule("core events.k8s.io", "events", "create patch update"),
    rule("core", "pods", "get list watch patch delete"),
    rule("core", "pods/status", "patch update"),
    rule("core", "pods/binding", "create"),
    rule(
        "core",
        "nodes namespaces services replicationcontrollers resourcequotas persistentvolumes persistentvolumeclaims",
        "get list watch",
    ),
    rule("apps", "replicasets statefulsets", "get list watch"),
    rule("storage.k8s.io", "storageclasses csinodes csidrivers csistoragecapacities", "get list watch"),
    rule("policy", "poddisruptionbudgets", "get list watch"),
    rule("scheduling.k8s.io", "priorityclasses", "get list watch"),
    rule(QUEUES, "queues", "get list watch create"),
    rule(QUEUES, "queues/status", "update"),
    rule(QUEUES, "podgroups", "get list watch update"),
    rule(QUEUES, "podgroups/status", "update"),
    rule("nodeinfo.volcano.sh", "numatopologies", "get list watch"),
]

CONTROLLERS = [
    rule(JOBS, "jobs", "create get list watch update delete"),
    rule(JOBS, "jobs/status jobs/finalizers", "update patch"),
    rule("bus.volcano.sh", "commands", "get list watch delete"),
    rule("core events.k8s.io", "events", "create patch update"),
    rule("core", "pods", "create get list watch delete patch"),
    rule("core", "pods/finalizers", "update patch"),
    rule("core", "persistentvolumeclaims", "get list watch create"),
    rule("core", "services configmaps", "get list watch create delete update"),
    rule("core", "secrets", "get create delete update"),
    rule(QUEUES, "podgroups queues", "get list watch create delete update"),
    rule(QUEUES, "podgroups/status queues/status", "update patch"),
    rule("flow.volcano.sh", "jobflows jobtemplates", "get list watch create delete update"),
    rule("flow.volcano.sh", "jobflows/status jobtemplates/status", "update patch"),
    rule("scheduling.k8s.io", "priorityclasses", "get list watch"),
    rule("networking.k8s.io", "networkpolicies", "get create delete"),
    rule("apps", "replicasets statefulsets daemonsets", "get list watch"),
    rule("batch", "jobs", "get"),
]

# It answers whoever reaches its port on loopback, so it may read queues and nothing else that could be told.
ADMISSION = [
    rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingwebhookconfigurations", "get"),
    rule(QUEUES, "queues", "get"),
]
