"""What a submission can reach and use up: its own cluster and its own copy of its files, within limits."""

from __future__ import annotations

import socket
import time
from ast import literal_eval
from pathlib import Path

import psutil
import pytest

from autograder.grading import Limits, sandbox
from autograder.grading.limits import MIB
from tests.hostile.conftest import Grader, scores
from tests.hostile.tiny import cell, insert, said

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_sandbox]


@pytest.fixture(params=["as-we-are", "user-namespace"])
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of sandbox: as root one becomes another user inside, as a user one gets a user namespace."""
    if request.param == "user-namespace":
        monkeypatch.setattr(sandbox, "_own_uid", lambda: None)


@pytest.mark.usefixtures("walls")
def test_secrets_are_out_of_sight(grader: Grader, course: Path, tmp_path: Path) -> None:
    """Sources of checks, hidden criteria, gradebook, other submissions and the checker's credential are not there."""
    gradebook, other = tmp_path / "gradebook.db", tmp_path / "submitted" / "ana" / "quiz-answers.json"
    other.parent.mkdir(parents=True)
    gradebook.write_text("secret")
    other.write_text("secret")
    secrets = [
        course / "course.yaml", course / "quiz" / "bank.yaml", grader.lab.folder / "checks.yaml",
        grader.folder / "private" / "00-tiny" / "checks.yaml", gradebook, other, grader.cluster.checker_kubeconfig,
        Path("/etc/shadow"), Path("/etc/hostname"), Path.home() / ".bashrc",
    ]  # fmt: skip
    notebook = grader.given()
    code = (
        "import os\nfor path in " + repr([str(path) for path in secrets]) + ":\n"
        "    try:\n        print('READ', path, open(path).read(20))\n"
        "    except OSError as error:\n        print('refused', type(error).__name__)\n"
        "print([name for name in os.environ if 'AUTOGRADER' in name or 'COURSE_DIR' in name or 'PRIVATE' in name])\n"
        "try: print('first process', [word.split('=')[0] for word in open('/proc/1/environ').read().split('\\0')])\n"
        "except OSError: print('first process', [])\n"
        "print('parents', [p for p in os.listdir('/proc') if p.isdigit()].__len__() < 20)"
    )
    seen = said(insert_and_run(grader, notebook, code))
    assert "READ" not in seen
    assert seen.count("refused") == len(secrets)
    assert "[]" in seen
    assert "parents True" in seen
    names = set(literal_eval(seen.split("first process ")[1].splitlines()[0]))
    assert names <= {"PATH", "JPY_PARENT_PID", ""}


def insert_and_run(grader: Grader, notebook: object, code: str, **options: object) -> object:
    """Insert a cell before the first task, grade, and return that cell as it was after the run."""
    made = insert(notebook, code)
    place = notebook.cells.index(made)  # type: ignore[attr-defined]
    return grader(notebook, **options).notebook.cells[place]  # type: ignore[arg-type]


@pytest.mark.usefixtures("walls")
def test_the_network_is_its_own_cluster(grader: Grader) -> None:
    """No other port of this machine and no other machine answers; the own API server does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        code = (
            "import socket\n"
            f"for address in [('127.0.0.1', {port}), ('192.0.2.1', 443), ('10.0.0.1', 22)]:\n"
            "    try:\n        socket.create_connection(address, 3); print('CONNECTED', address)\n"
            "    except OSError as error:\n        print('refused', error.errno)\n"
            "!kubectl get configmaps -o name\n"
            "!kubectl get secrets -n kube-system"
        )
        seen = said(insert_and_run(grader, grader.given(), code))
        with pytest.raises(TimeoutError):
            listener.accept()
    assert "CONNECTED" not in seen
    assert seen.count("refused") == 3
    assert "configmap/kube-root-ca.crt" in seen
    assert "Forbidden" in seen


def test_status_is_not_the_students_to_write(grader: Grader) -> None:
    """A pod cannot be declared Running by its owner: the status subresource is refused."""
    code = (
        '!kubectl run liar --image=x --overrides=\'{"spec": {"nodeName": "nowhere"}}\'\n'
        '!kubectl patch pod liar --subresource=status -p \'{"status": {"phase": "Succeeded"}}\'\n'
        "!kubectl get pod liar -o jsonpath='{.status.phase}'"
    )
    seen = said(insert_and_run(grader, grader.given(), code))
    assert "forbidden" in seen.lower()
    assert "Succeeded" not in seen.replace('"phase": "Succeeded"', "")


def test_a_loop_ends_at_its_limit(grader: Grader) -> None:
    """An endless cell is interrupted, says so, and the rest of the notebook still counts."""
    notebook = grader.solved()
    began = time.monotonic()
    insert(notebook, "while True: pass")
    graded = grader(notebook, limits=Limits(cell_seconds=2))
    assert "took more than 2 s" in str(graded.notebook)
    assert scores(graded) == {"box": 3.0, "lid": 1.0}, said(cell(graded.notebook, "make-lid"))
    assert time.monotonic() - began < 30


def test_a_loop_that_will_not_be_interrupted_is_killed(grader: Grader) -> None:
    """A cell that swallows the interrupt loses its kernel; what was done before it stands."""
    notebook = grader.solved()
    stubborn = "import time\nwhile True:\n    try: time.sleep(1)\n    except BaseException: pass"
    insert(notebook, stubborn, before="make-lid")
    graded = grader(notebook, limits=Limits(cell_seconds=2))
    assert scores(graded) == {"box": 3.0, "lid": 0.0}
    assert "did not stop after its time limit" in str(graded.notebook)


def test_the_whole_notebook_has_a_time_limit(grader: Grader) -> None:
    """Many slow cells end at the limit on the whole."""
    notebook = grader.given()
    insert(notebook, "import time\ntime.sleep(60)")
    began = time.monotonic()
    graded = grader(notebook, limits=Limits(total_seconds=3))
    assert "took more than 3 s" in str(graded.notebook)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "hog",
    [
        "hog = [bytearray(50 << 20) for _ in range(40)]",
        "import os, time\nfor _ in range(8):\n    if os.fork() == 0: hog = bytearray(120 << 20); time.sleep(60)\n"
        "time.sleep(20)",
    ],
    ids=["one-process", "many-processes"],
)
def test_memory_is_limited(grader: Grader, hog: str) -> None:
    """Memory beyond the limit, in one process or over many, ends the kernel; the machine does not suffer."""
    notebook = grader.solved()
    insert(notebook, hog, before="make-lid")
    graded = grader(notebook, limits=Limits(memory=500 * MIB))
    assert scores(graded) == {"box": 3.0, "lid": 0.0}
    assert "more than 500 MiB of memory" in str(graded.notebook)


def test_shared_memory_and_temporary_files_are_limited(grader: Grader) -> None:
    """Files in memory (/tmp, /dev/shm, the home folder) end at the disk limit."""
    code = (
        "for place in ('/tmp', '/dev/shm', '/home/student'):\n"
        "    try:\n"
        "        for number in range(40):\n"
        "            with open(f'{place}/{number}', 'wb') as file: file.write(bytes(1 << 20))\n"
        "        print('WROTE', place)\n"
        "    except OSError as error: print('full', error.errno)"
    )
    seen = said(insert_and_run(grader, grader.given(), code, limits=Limits(disk=20 * MIB)))
    assert "WROTE" not in seen
    assert seen.count("full 28") == 3


def test_files_of_the_submission_are_limited(grader: Grader) -> None:
    """Filling the submission's own folder ends the kernel."""
    code = "import time\nfor n in range(60):\n    open(f'{n}', 'wb').write(bytes(1 << 20))\ntime.sleep(30)"
    seen = said(insert_and_run(grader, grader.given(), code, limits=Limits(disk=20 * MIB)))
    assert "more than 20 MiB of files" in seen


@pytest.mark.usefixtures("walls")
def test_a_fork_bomb_is_bounded(grader: Grader) -> None:
    """Processes end at the limit, and none of them outlives the run."""
    code = (
        "import os, time\nmade = 0\n"
        "try:\n    while made < 2000:\n        if os.fork() == 0: time.sleep(600); os._exit(0)\n        made += 1\n"
        "except OSError as error: print('stopped', error.errno, made)"
    )
    limits = Limits(processes=100)
    seen = said(insert_and_run(grader, grader.given(), code, limits=limits))
    assert "stopped 11" in seen or "more than 100 processes" in seen
    assert [item.cmdline() for item in psutil.Process().children(recursive=True) if "bwrap" in item.name()] == []


def test_output_is_cut(grader: Grader) -> None:
    """Printing 100 MB, at once or in pieces, leaves a notebook of ordinary size, and the rest is graded."""
    for flood in ("print('x' * 100_000_000)", "for _ in range(20_000): print('y' * 5_000)"):
        notebook = grader.solved()
        insert(notebook, flood)
        graded = grader(notebook)
        assert scores(graded) == {"box": 3.0, "lid": 1.0}
        assert len(str(graded.notebook)) < 1_000_000
        assert "more output than the limit" in str(graded.notebook)


def test_links_in_a_submission_lead_nowhere(grader: Grader, tmp_path: Path) -> None:
    """A link that points out of the submission is not followed by the grader's own copying."""
    secret = tmp_path / "gradebook.db"
    secret.write_text("secret")
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "link").symlink_to(secret)
    (submission / "notes.txt").write_text("mine")
    notebook = grader.given()
    made = insert(notebook, "import os\nprint(sorted(os.listdir('.')), open('notes.txt').read())")
    graded = grader(notebook, folder=submission)
    assert "['notes.txt'] mine" in said(graded.notebook.cells[notebook.cells.index(made)])
    assert cell(graded.notebook, "box").outputs
