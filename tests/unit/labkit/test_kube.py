"""What `%%kube` does before and after kubectl: values, empty cells, which commands, how errors look."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from IPython.core.interactiveshell import InteractiveShell

from labkit import connection, kube, lab, load_ipython_extension
from labkit.context import Context
from labkit.kube import KubeError, KubeMagics, is_empty, split, substitute, takes_yaml


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kubectl that writes down its arguments and its input, and says what `answer` holds; `broken` makes it fail."""
    program = tmp_path / "kubectl"
    program.write_text(
        '#!/bin/sh\ncd "$(dirname "$0")"\nprintf "%s\\n" "$@" > words\ncat > given\ncat answer 2>/dev/null\n'
        "if [ -e broken ]; then cat broken >&2; exit 1; fi\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "config").write_text("{}")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("COURSE_LANG", "en")
    context = Context("02-pods", "Pods", "lab-02-pods", "ana", {"port": 8080}, graded=False)
    monkeypatch.setattr(lab, "current", context)
    return tmp_path


@pytest.fixture
def magic() -> KubeMagics:
    """The magic, as a notebook has it."""
    return KubeMagics(InteractiveShell.instance())


def test_values_are_put_in_and_a_doubled_dollar_is_kept() -> None:
    """`${port}` becomes the student's value, `$${HOME}` stays as text for the container's shell."""
    assert substitute("a: ${port} b: $${HOME} c: $PATH", {"port": 8080}) == "a: 8080 b: ${HOME} c: $PATH"


def test_an_unknown_value_is_named_with_those_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typo in `${name}` says which names exist, before anything reaches the cluster."""
    monkeypatch.setenv("COURSE_LANG", "en")
    with pytest.raises(KubeError, match=r"no value \$\{prot\}.*There are: port, team"):
        substitute("${prot}", {"port": 1, "team": "x"})


@pytest.mark.parametrize("cell", ["", "\n\n", "# WRITE HERE", "  # a\n---\n# b\n"])
def test_comments_and_marks_alone_are_an_empty_cell(cell: str) -> None:
    """What nbgrader leaves of a solution cell counts as unsolved."""
    assert is_empty(cell)


def test_a_cell_with_one_field_is_not_empty() -> None:
    """Any YAML at all goes to Kubernetes, which says what is wrong with it."""
    assert not is_empty("# comment\nkind: Pod")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("apply", True),
        ("apply --server-side", True),
        ("delete", True),
        ("delete --wait=false", True),
        ("delete pod web", False),
        ("get -o yaml", True),
        ("get pods -o wide", False),
        ("apply -f web.yaml", False),
        ("apply --filename=web.yaml", False),
        ("create configmap a", False),
        ("scale deployment web", False),
    ],
)
def test_yaml_is_read_unless_the_line_names_what_it_acts_on(line: str, expected: bool) -> None:
    """The cell's YAML is given to those commands that lack an object."""
    assert takes_yaml(line.split()) is expected


def test_the_cell_reaches_kubectl_through_stdin(
    kubectl: Path, magic: KubeMagics, capsys: pytest.CaptureFixture[str]
) -> None:
    """kubectl gets the lab's context, `-f -`, and the cell with the student's values."""
    (kubectl / "answer").write_text("pod/web created\n")
    magic.kube("apply --server-side", "port: ${port}\n")
    assert (kubectl / "words").read_text().split() == ["--context=02-pods", "apply", "--server-side", "-f", "-"]
    assert (kubectl / "given").read_text() == "port: 8080\n"
    assert capsys.readouterr() == ("pod/web created\n", "")


@pytest.mark.parametrize("line", ["apply", "", "create --save-config", "delete"])
def test_one_percent_sign_too_few_is_told(magic: KubeMagics, line: str) -> None:
    """`%kube apply` above YAML gets no cell: the reader learns of the second sign, not of Python's NameError below."""
    with pytest.raises(KubeError, match="%%kube " + (line or "apply")):
        magic.kube(line)


@pytest.mark.parametrize(
    ("cell", "reads"),
    [
        ("%kube apply\nkind: Pod\nmetadata:\n  name: a\n", KubeError),
        ("%kube apply -f pod.yaml\nnobody\n", NameError),
        ("%kube get pods\nnobody\n", NameError),
        ("%%kube apply\nkind: Pod\n", type(None)),
        ("nobody\n", NameError),
    ],
)
def test_yaml_below_one_percent_sign_is_no_python(
    kubectl: Path, monkeypatch: pytest.MonkeyPatch, cell: str, reads: type[Exception]
) -> None:
    """In IPython itself: YAML that Python cannot read hides no sentence; what else stands below runs."""
    shell = InteractiveShell()
    load_ipython_extension(shell)
    load_ipython_extension(shell)  # as when a notebook's first cell runs twice
    monkeypatch.setattr(lab, "current", None)
    (kubectl / "answer").write_text("done\n")
    done = shell.run_cell(cell)
    assert isinstance(done.error_before_exec or done.error_in_exec, reads)


def test_words_go_to_kubectl_without_a_shell(kubectl: Path, magic: KubeMagics) -> None:
    """Quotes group words; `;`, `$( )` and `|` are words like others and start nothing."""
    magic.kube("get pods -l 'app in (a, b)' ; $(touch owned) | cat")
    words = (kubectl / "words").read_text().splitlines()
    assert words[1:] == ["get", "pods", "-l", "app in (a, b)", ";", "$(touch", "owned)", "|", "cat"]
    assert not (kubectl / "owned").exists()


@pytest.mark.parametrize("line", ["", "apply", "create", "delete"])
def test_an_unsolved_cell_says_so_and_starts_nothing(
    kubectl: Path, magic: KubeMagics, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """Nothing but comments: one friendly line, no error, no kubectl."""
    magic.kube(line, "# WRITE HERE\n")
    assert "Nothing to apply yet" in capsys.readouterr().out
    assert not (kubectl / "words").exists()


def test_an_empty_cell_under_get_still_gets(kubectl: Path, magic: KubeMagics) -> None:
    """`%%kube get pods` needs no YAML."""
    magic.kube("get pods", "\n")
    assert (kubectl / "words").read_text().split()[1:] == ["get", "pods"]


NOT_SEEN = """Error from server (Forbidden): error when creating "STDIN": admission webhook
"validator.trainjob.trainer.kubeflow.org" denied the request: spec.runtimeRef: Invalid value: {"name":"gang"}:
TrainingRuntime.trainer.kubeflow.org "gang" not found: specified trainingRuntime must be created before""".replace(
    "\n", " "
)
"""What Trainer's webhook says of a runtime that its own copy of the cluster does not hold yet."""


def test_what_a_webhook_had_not_seen_yet_is_applied_again(
    kubectl: Path, magic: KubeMagics, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A runtime and its TrainJob in one cell: refused at first, accepted once the webhook has caught up."""
    (kubectl / "broken").write_text(NOT_SEEN)

    def catch_up(_seconds: float) -> None:
        (kubectl / "broken").unlink()
        (kubectl / "answer").write_text("trainjob/giant created\n")

    monkeypatch.setattr(kube, "time", SimpleNamespace(monotonic=lambda: 0.0, sleep=catch_up))
    magic.kube("apply", "kind: TrainJob")
    assert capsys.readouterr() == ("trainjob/giant created\n", "")


def test_what_is_really_missing_is_told_in_the_end(
    kubectl: Path, magic: KubeMagics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A TrainJob of a runtime that nobody made: tried again for a bounded time, then shown as it was said."""
    (kubectl / "broken").write_text(NOT_SEEN)
    waits: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: sum(waits), sleep=waits.append)
    monkeypatch.setattr(kube, "time", clock)
    with pytest.raises(KubeError, match="must be created before"):
        magic.kube("apply", "kind: TrainJob")
    assert sum(waits) == kube.CATCH_UP_S


@pytest.mark.parametrize(
    ("line", "said"), [("apply", 'namespaces "x" not found'), ("create", NOT_SEEN), ("apply", "denied the request: no")]
)
def test_other_refusals_are_told_at_once(
    kubectl: Path, magic: KubeMagics, monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    """Nothing else is tried twice, and `create` never: it would complain of what its first try made."""
    (kubectl / "broken").write_text(said)
    clock = SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda _seconds: pytest.fail("tried again"))
    monkeypatch.setattr(kube, "time", clock)
    with pytest.raises(KubeError):
        magic.kube(line, "kind: Pod")


def test_errors_are_shown_as_kubernetes_says_them(kubectl: Path, magic: KubeMagics) -> None:
    """The words of the API server, the whole of them, nothing else, and no traceback."""
    said = 'Error from server (BadRequest): strict decoding error: unknown field "spec.contaners"'
    (kubectl / "broken").write_text(said + "\n")
    with pytest.raises(KubeError) as caught:
        magic.kube("apply", "kind: Pod")
    assert caught.value._render_traceback_() == [said]


def test_warnings_of_a_success_go_to_stdout(
    kubectl: Path, magic: KubeMagics, capsys: pytest.CaptureFixture[str]
) -> None:
    """nbgrader takes any stderr for a failure, so a warning is shown as output."""
    program = kubectl / "kubectl"
    program.write_text("#!/bin/sh\necho created\necho 'Warning: old version' >&2\n")
    magic.kube("apply", "kind: Pod")
    assert capsys.readouterr() == ("created\nWarning: old version\n", "")


@pytest.mark.parametrize("line", ["edit pod web", "port-forward web 1", "proxy", "completion bash"])
def test_commands_without_a_place_in_a_notebook_are_refused(kubectl: Path, magic: KubeMagics, line: str) -> None:
    """What needs a terminal or never ends is refused, with the list of what there is."""
    with pytest.raises(KubeError, match="It knows: annotate, "):
        magic.kube(line)
    assert not (kubectl / "words").exists()


@pytest.mark.parametrize("line", ["get pods -w", "get pods --watch", "logs web -f"])
def test_watching_is_left_to_the_live_view(kubectl: Path, magic: KubeMagics, line: str) -> None:
    """A command that would never end names what to use instead."""
    with pytest.raises(KubeError, match="cluster_view"):
        magic.kube(line)


def test_the_persons_own_kubeconfig_is_never_used(
    kubectl: Path, magic: KubeMagics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without KUBECONFIG kubectl would take ~/.kube/config: the magic refuses, and `start` closes that door too."""
    monkeypatch.delenv("KUBECONFIG")
    with pytest.raises(KubeError, match="make lab"):
        magic.kube("get pods")
    assert not (kubectl / "words").exists()
    monkeypatch.setenv("KUBECONFIG", "")
    connection.select("02-pods")
    assert os.environ["KUBECONFIG"] == os.devnull


def test_a_command_that_hangs_is_ended(kubectl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the limit kubectl is killed, and what it had said by then is shown."""
    (kubectl / "kubectl").write_text("#!/bin/sh\necho waiting for web\nexec tail -f /dev/null\n")
    monkeypatch.setattr(kube, "SECONDS", 0.5)
    with pytest.raises(KubeError, match=r"(?s)waiting for web.*did not end within 0.5 s"):
        kube.run(["wait", "pod/web"])


def test_an_open_quote_is_an_error_for_the_reader() -> None:
    """No ValueError of Python's reaches the student."""
    with pytest.raises(KubeError, match="No closing quotation"):
        split("get pods -l 'app")
