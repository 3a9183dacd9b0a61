"""What Trainer and JobSet may do in the cluster: what their own manifests grant, but for what is off here.

Off are leader election and certificate management. Trainer keeps SSH keys for MPI jobs in Secrets, so it has those.
"""

from __future__ import annotations

from labcluster.addons.accounts import rule

TRAINER = "trainer.kubeflow.org"
JOBSET = "jobset.x-k8s.io"

CONTROLLER = [
    rule("core", "configmaps secrets", "create get list patch update watch"),
    rule("core", "events", "create patch update watch"),
    rule("core", "limitranges", "get list watch"),
    rule(JOBSET, "jobsets", "create get list patch update watch"),
    rule("node.k8s.io", "runtimeclasses", "get list watch"),
    rule("scheduling.k8s.io", "priorityclasses", "get list watch"),
    rule("scheduling.volcano.sh", "podgroups", "create get list patch update watch"),
    rule(TRAINER, "clustertrainingruntimes trainingruntimes trainjobs", "get list patch update watch"),
    rule(TRAINER, "clustertrainingruntimes/finalizers trainingruntimes/finalizers", "get patch update"),
    rule(TRAINER, "trainjobs/finalizers trainjobs/status", "get patch update"),
]

JOBSETS = [
    rule("core", "events", "create patch update watch"),
    rule("core", "nodes", "get list watch"),
    rule("core", "pods services", "create delete get list patch update watch"),
    rule("batch", "jobs", "create delete get list patch update watch"),
    rule("batch", "jobs/status", "get patch update"),
    rule(JOBSET, "jobsets", "create delete get list patch update watch"),
    rule(JOBSET, "jobsets/finalizers", "update"),
    rule(JOBSET, "jobsets/status", "get patch update"),
]
