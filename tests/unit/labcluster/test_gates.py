"""Feature gates join what a component is told already, once, and in the place where its program looks."""

from __future__ import annotations

import stat
from pathlib import Path

import yaml

from labcluster.providers.embedded import gates as embedded
from labcluster.providers.gates import Gates

GATES = Gates(("GenericWorkload", "GangScheduling"), ("scheduling.k8s.io/v1alpha2",))


def test_gates_join_those_that_are_there() -> None:
    """Another gate stays as it is, one that was off is turned on, and other arguments are not touched."""
    made = GATES.into("kube-scheduler", ["--v=2", "--feature-gates=A=false,GangScheduling=false"])
    assert made == ["--v=2", "--feature-gates=A=false,GangScheduling=true,GenericWorkload=true"]


def test_only_the_api_server_serves_versions() -> None:
    """The others do not know the flag and would not start with it."""
    assert not [word for word in GATES.into("kube-scheduler", []) if word.startswith("--runtime-config")]
    assert "--runtime-config=scheduling.k8s.io/v1alpha2=true" in GATES.into("kube-apiserver", [])


def test_twice_is_once() -> None:
    """What says all of it already is known as such, so that nothing is restarted for nothing."""
    told = ["--v=2", "--feature-gates=A=false"]
    assert not GATES.are_in("kube-apiserver", told)
    once = GATES.into("kube-apiserver", told)
    assert GATES.are_in("kube-apiserver", once)
    assert GATES.into("kube-apiserver", once) == once


def test_kwokctls_own_file_is_changed_where_it_matters(tmp_path: Path) -> None:
    """The components of the control plane get the gates; etcd, the stages and everything else stay."""
    stage = {"kind": "Stage", "metadata": {"name": "node-ready"}, "spec": {"next": {"statusTemplate": "{{ $now }}\n"}}}
    components = [{"name": name, "args": ["--v=1"]} for name in ("etcd", "kube-apiserver", "kube-scheduler")]
    whole = {"kind": "KwokctlConfiguration", "components": components, "options": {"bindAddress": "127.0.0.1"}}
    kept = tmp_path / embedded.KEPT
    kept.write_text(yaml.safe_dump_all([whole, stage]))
    embedded.write(tmp_path, GATES)
    read, same = yaml.safe_load_all(kept.read_text())
    arguments = {component["name"]: component["args"] for component in read["components"]}
    assert arguments["etcd"] == ["--v=1"]
    assert arguments["kube-scheduler"] == GATES.into("kube-scheduler", ["--v=1"])
    assert arguments["kube-apiserver"] == GATES.into("kube-apiserver", ["--v=1"])
    assert same == stage
    assert read["options"] == whole["options"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
