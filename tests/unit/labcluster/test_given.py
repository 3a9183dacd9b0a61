"""What a lab finds in its cluster because the site has it: volumes and storage classes of cluster.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from labcluster.addons.course import read_course
from labcluster.errors import DataError

LABS = Path(__file__).parents[3] / "labs"


def course(folder: Path, given: object) -> Path:
    """A course of one lab that is given these objects."""
    (folder / "05-x").mkdir()
    (folder / "05-x" / "cluster.yaml").write_text(yaml.safe_dump({"namespace": "lab-05-x", "given": given}))
    return folder


def test_given_objects_carry_the_labs_label(tmp_path: Path) -> None:
    """By it a reset finds them; labels of their own stay."""
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "data", "labels": {"dataset": "a"}}}
    (needs,) = read_course(course(tmp_path, [volume]))
    assert needs.given[0]["metadata"]["labels"] == {"dataset": "a", "lab": "05-x"}


@pytest.mark.parametrize("body", [{"kind": "ClusterRoleBinding", "metadata": {"name": "a"}}, {"kind": "StorageClass"}])
def test_only_storage_is_given(tmp_path: Path, body: dict[str, object]) -> None:
    """A right is never handed out this way, and an object without a name is a mistake in the file."""
    with pytest.raises(DataError, match="given"):
        read_course(course(tmp_path, [body]))


def test_a_student_cannot_make_the_volumes_of_lab_05() -> None:
    """A volume names a folder of the node: on a real one, a student who makes volumes owns the machine."""
    needs = next(n for n in read_course(LABS) if n.lab == "05-batch-hpc")
    verbs = {verb for rule in needs.cluster_rules for verb in rule["verbs"]}
    assert verbs == {"get", "list", "watch"}
    assert {body["kind"] for body in needs.given} == {"StorageClass", "PersistentVolume"}
