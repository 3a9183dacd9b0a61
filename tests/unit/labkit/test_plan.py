"""A plan is kept as files and submitted as one: what reaches kubectl, and when a play is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from labkit import kube, plan
from labkit.kube import KubeError


class Kubectl:
    """Stands where `kube.run` does: notes each call, and answers `get pods` with what the test put there."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[str], str]] = []
        self.pods: list[dict[str, Any]] = []

    def __call__(self, words: Sequence[str], manifest: str = "") -> str:
        self.calls.append(([*words], manifest))
        if words[0] == "get":
            return json.dumps({"items": self.pods})
        return "job.batch/one\njob.batch/two\n" if words[0] == "create" else ""

    def named(self, word: str) -> list[str]:
        """The manifests of the calls of one command, in order."""
        return [manifest for words, manifest in self.calls if words[0] == word]


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kubectl:
    """A notebook's folder, English messages, and nobody to wait for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_LANG", "en")
    monkeypatch.setattr(plan, "PACE", 0.001)
    stand_in = Kubectl()
    monkeypatch.setattr(kube, "run", stand_in)
    return stand_in


def pod(phase: str, policy: str = "Never") -> dict[str, Any]:
    """A Pod in that phase."""
    return {"spec": {"restartPolicy": policy}, "status": {"phase": phase}}


def test_a_part_is_kept_as_a_file_and_not_submitted(kubectl: Kubectl) -> None:
    """kubectl reads it without a cluster's change, and the reader sees which objects the file holds."""
    said = plan.write(["sweep"], "kind: Job\n\n")
    assert Path("plan/sweep.yaml").read_text() == "kind: Job\n"
    assert kubectl.calls == [(["create", "--dry-run=client", "-o", "name", "-f", "-"], "kind: Job\n\n")]
    assert said == "plan/sweep.yaml now holds: job.batch/one, job.batch/two"


def test_an_emptied_cell_takes_its_file_along(kubectl: Kubectl) -> None:
    """What is no longer in the notebook is no longer in the plan."""
    plan.write(["sweep"], "kind: Job")
    assert "Nothing to plan yet" in plan.write(["sweep"], "")
    assert not Path("plan/sweep.yaml").exists()


@pytest.mark.parametrize("words", [[], ["a", "b"], ["../a"], ["a/b"]])
def test_a_name_is_one_word_and_never_a_path(kubectl: Kubectl, words: list[str]) -> None:
    """Nothing is written outside the plan's folder."""
    with pytest.raises(KubeError, match="wants one name"):
        plan.write(words, "kind: Job")
    assert not list(Path().rglob("*.yaml"))


def test_all_parts_are_submitted_at_once_in_the_order_asked(
    kubectl: Kubectl, capsys: pytest.CaptureFixture[str]
) -> None:
    """One apply with all files; a part that is missing is said, and costs the others nothing."""
    plan.write(["b"], "kind: B")
    plan.write(["a"], "kind: A")
    kubectl.pods = [pod("Succeeded"), pod("Failed"), pod("Running", policy="Always")]
    plan.play(["b", "a", "c"])
    assert kubectl.named("apply") == ["kind: B\n---\nkind: A\n"]
    said = capsys.readouterr().out
    assert "c is not in the plan yet." in said
    assert "2 Pods have ended." in said


def test_a_second_play_removes_what_the_first_one_submitted(kubectl: Kubectl) -> None:
    """Also where a cell has been rewritten in between: what was submitted is removed, not what is written now."""
    kubectl.pods = [pod("Succeeded")]
    plan.write(["a"], "kind: Old")
    plan.play(["a"])
    assert kubectl.named("delete") == []
    plan.write(["a"], "kind: New")
    plan.play(["a"])
    assert kubectl.named("delete") == ["kind: Old\n"]
    assert kubectl.named("apply") == ["kind: Old\n", "kind: New\n"]


def test_a_play_that_does_not_end_says_what_is_left(kubectl: Kubectl, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan whose Pods wait for ever does not hold the notebook for ever."""
    plan.write(["a"], "kind: A")
    kubectl.pods = [pod("Pending"), pod("Succeeded")]
    plan.play(["a"], seconds=0.05)
    assert "1 of 2 Pods had not ended after 0 s." in capsys.readouterr().out
