"""A notebook of a student on a real API server: `%%kube`, its errors, Check as text, the static view."""

from __future__ import annotations

from pathlib import Path

import pytest

from labcluster.factory import ScratchCluster
from tests.api.labkit.conftest import Run, text

pytestmark = pytest.mark.needs_cluster

DEPLOYMENT = """%%kube apply
apiVersion: apps/v1
kind: Deployment
metadata: {name: portal}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: portal}}
  template:
    metadata: {labels: {app: portal, team: "${team}"}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
"""


def test_what_the_cell_says_is_in_the_cluster(run: Run, student: ScratchCluster) -> None:
    """Applied with the student's own values, in the lab's namespace; `!kubectl` sees the same; no file is changed."""
    before = student.student_kubeconfig.read_bytes()
    started, applied, seen, shell, deleted = run(
        DEPLOYMENT,
        "%kube get deployment portal -o jsonpath={.metadata.namespace}/{.spec.replicas}",
        "!kubectl get deployment portal -o name",
        "%kube delete deployment portal",
    )
    replicas = text(started).split("replicas = ")[1].split(",")[0]
    assert text(applied) == "deployment.apps/portal created\n"
    assert text(seen) == f"lab-04-deployments/{replicas}"
    assert text(shell).strip() == "deployment.apps/portal"
    assert 'deployment.apps "portal" deleted' in text(deleted)
    assert student.student_kubeconfig.read_bytes() == before


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%kube apply\nkind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {contaners: []}",
         'unknown field "spec.contaners"'),
        ("%%kube apply\nkind: Pod\n  apiVersion: v1", "error converting YAML to JSON"),
        ("%kube get pod no-such", 'Error from server (NotFound): pods "no-such" not found'),
        ("%kube delete node cpu-1", "(Forbidden)"),
    ],
)  # fmt: skip
def test_errors_are_kubernetes_own_words(run: Run, cell: str, said: str) -> None:
    """The cell is marked as failed, with the API server's sentence and no traceback; the kernel lives on."""
    _, failed, after = run(cell, "print('alive')")
    (error,) = failed.outputs
    assert error.output_type == "error"
    assert said in error.evalue
    assert error.traceback == [error.evalue]
    assert text(after) == "alive\n"


def test_an_unsolved_cell_succeeds_and_makes_nothing(run: Run) -> None:
    """A cell of comments says so, and the cluster stays as it was."""
    _, unsolved, seen = run("%%kube apply\n# WRITE HERE", "%kube get deployments")
    assert "Nothing to apply yet" in text(unsolved)
    assert text(seen).startswith("No resources found")


def test_the_kernel_cannot_talk_the_check_into_points(run: Run) -> None:
    """Check judges in a process of its own: what the kernel does to the checker's code in memory changes nothing."""
    tampered = "import autograder.report.model as m, labkit.check.run as r\nm.LabReport.score = r.seconds = 99"
    _, before, _, _, after = run('check("desired-state")', tampered, DEPLOYMENT, 'check("desired-state")')
    assert "0 of 3 points" in text(before)
    assert "3 of 3 points" in text(after)


def test_the_view_without_widgets_is_a_picture_in_text(run: Run, tmp_path: Path) -> None:
    """nbconvert and the like get nodes, pods, reasons as lines; simulated nodes are called so."""
    giant = DEPLOYMENT.replace("image:", "resources: {requests: {cpu: 900}}, image:").replace("portal", "giant")
    _, _, _, waited, picture = run(
        DEPLOYMENT,
        giant,
        "%kube rollout status deployment portal --timeout=60s",
        "%kube wait pod -l app=giant --for=condition=PodScheduled=false --timeout=60s\ncluster_view()",
    )[0:5]
    assert "successfully rolled out" in text(waited)
    shown = text(picture)
    assert "simulated" in shown
    assert "[cpu-1: " in shown
    assert "● portal-" in shown
    assert "Insufficient cpu" in shown
