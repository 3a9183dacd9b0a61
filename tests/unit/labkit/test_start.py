"""`start`: the student's values and namespace, no file of the student's touched, advice where no cluster is."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import labkit
from autograder.variants import values
from labkit import connection, lab
from labkit.launch.jupyter import LaunchError, choose_port
from labkit.launch.once import note, only_one


@pytest.fixture(autouse=True)
def student(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ana, in English, on the course of this repository; no kernel's lab is left behind."""
    monkeypatch.setenv("COURSE_DIR", str(course))
    monkeypatch.setenv("COURSE_STUDENT", "ana")
    monkeypatch.setenv("COURSE_LANG", "en")
    monkeypatch.delenv("COURSE_VALUES", raising=False)
    monkeypatch.setattr(lab, "current", None)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Something that listens, in place of an API server."""
    listening = socket.create_server(("127.0.0.1", 0))
    yield listening
    listening.close()


def kubeconfig(folder: Path, port: int) -> Path:
    """A kubeconfig for that port with the lab's context, which is not the current one."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "student.kubeconfig"
    context = {"name": "04-deployments", "context": {"cluster": "c", "user": "u", "namespace": "lab-04-deployments"}}
    cluster = {"name": "c", "cluster": {"server": f"https://127.0.0.1:{port}"}}
    file.write_text(yaml.safe_dump({"contexts": [context], "clusters": [cluster], "current-context": "other"}))
    return file


def test_start_gives_the_students_values_and_a_context(
    tmp_path: Path, server: socket.socket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values are those of course, lab and student; programs of this kernel use the lab's context; the file stays."""
    file = kubeconfig(tmp_path, server.getsockname()[1])
    before = file.read_bytes()
    monkeypatch.setenv("KUBECONFIG", str(file))
    begun = labkit.start("04-deployments")
    from autograder import load_lab

    loaded = load_lab(Path(os.environ["COURSE_DIR"]), "04-deployments")
    assert begun.values == values(loaded.course_id, loaded, "ana") == loaded.values("ana")
    overlay, rest = os.environ["KUBECONFIG"].split(os.pathsep)
    assert yaml.safe_load(Path(overlay).read_text())["current-context"] == "04-deployments"
    assert rest == str(file)
    assert file.read_bytes() == before
    said = capsys.readouterr()
    assert "Your namespace: lab-04-deployments" in said.out
    assert said.err == ""


def test_start_twice_names_one_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running the first cell again does not pile files up."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, 1)))
    connection.select("04-deployments")
    once = os.environ["KUBECONFIG"]
    connection.select("04-deployments")
    assert os.environ["KUBECONFIG"] == once
    assert len(list(tmp_path.iterdir())) == 2


def test_two_labs_side_by_side_keep_their_own_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kernels of one student do not change each other's lab."""
    file = str(kubeconfig(tmp_path, 1))
    for name in ("02-pods", "04-deployments"):
        monkeypatch.setenv("KUBECONFIG", file)
        connection.select(name)
    overlays = {yaml.safe_load(f.read_text())["current-context"] for f in tmp_path.glob(f"{connection.OVERLAY}*")}
    assert overlays == {"02-pods", "04-deployments"}


def test_a_cluster_that_does_not_answer_brings_advice(
    tmp_path: Path, server: socket.socket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A paused cluster: the lab begins all the same, and says what to type."""
    port = server.getsockname()[1]
    server.close()
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, port)))
    monkeypatch.setenv("LABCLUSTER_NAME", "mine")
    labkit.start("04-deployments")
    assert "labcluster resume --name mine" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "", "clusters: []", "{", "clusters: [{name: c}]"])
def test_a_damaged_or_missing_kubeconfig_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    """No traceback for what a file may hold."""
    file = tmp_path / "config"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("KUBECONFIG", str(file))
    assert "make lab" in connection.trouble("04-deployments")


def test_while_graded_everything_comes_from_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The course's folder is not needed, and Check, Rehearse and the view only say that they are not for now."""
    given = {
        "course": "c",
        "lab": "04-deployments",
        "namespace": "",
        "title": "T",
        "student": "bia",
        "values": {"n": 4},
    }
    (tmp_path / "values.json").write_text(json.dumps(given))
    monkeypatch.setenv("COURSE_VALUES", str(tmp_path / "values.json"))
    monkeypatch.setenv("COURSE_DIR", str(tmp_path / "nowhere"))
    begun = labkit.start("04-deployments")
    assert begun.values == {"n": 4}
    capsys.readouterr()
    for call in (lambda: begun.check("task"), begun.cluster_view, begun.rehearse):
        call()
        assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_port_in_use_is_named_and_the_default_moves(server: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that was asked for must be free; without one the first free port is taken."""
    taken = server.getsockname()[1]
    with pytest.raises(LaunchError, match=f"Port {taken} is in use"):
        choose_port(taken)
    monkeypatch.setattr("labkit.launch.jupyter.DEFAULT_PORT", taken)
    assert choose_port(None) != taken


def test_the_labs_are_open_once_for_a_cluster(tmp_path: Path) -> None:
    """A second start says where the first one is, and does not pause its cluster; the address is private."""
    with only_one(tmp_path / "lab") as noted:
        note(noted, "http://127.0.0.1:8888/lab?token=x")
        assert noted.stat().st_mode & 0o077 == 0
        with pytest.raises(LaunchError, match="token=x"), only_one(tmp_path / "lab"):
            pytest.fail("opened twice")
    with only_one(tmp_path / "lab") as noted:
        assert not noted.exists()
