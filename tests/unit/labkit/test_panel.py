"""The Check and Rehearse panels: nothing before the press, escaped reasons, hints one at a time, honest failures."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import ipywidgets as widgets
import pytest

from autograder.report.model import CriterionReport, LabReport, TaskReport
from labkit import check, rehearse
from labkit.check import panel, run
from labkit.check.panel import CheckPanel, hints, show_report
from labkit.check.run import CheckFailedError, run_report, seconds

EVIL = "<script>alert(1)</script>"


def lost(**more: object) -> CriterionReport:
    """A lost criterion with two hints."""
    fields: dict[str, object] = {"id": "runs", "title": f"Pod runs {EVIL}", "outcome": "mismatch", "points": 2}
    return CriterionReport(**{**fields, "hints": ("look <b>here</b>", "then there"), **more})  # type: ignore[arg-type]


def report(*criteria: CriterionReport, score: float | None = 0.0) -> LabReport:
    """A report of one task."""
    return LabReport("02-pods", "ana", "embedded", True, (TaskReport("first", EVIL, score, 2, criteria),))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, and widgets as in JupyterLab."""
    monkeypatch.setenv("COURSE_LANG", "en")


def test_nothing_but_the_button_before_it_is_pressed() -> None:
    """Showing a panel judges nothing: no status, no reasons."""
    shown = CheckPanel("02-pods", "first")
    assert shown.details.children == ()
    assert "role=" not in shown.status.value


def test_a_press_shows_limit_acts_score_and_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says the longest wait, then what is done to the cluster; at the end score, where, expected, found."""
    said: list[str] = []
    shown = CheckPanel("02-pods", "first")
    shown.status.observe(lambda change: said.append(change["new"]), "value")

    def judged(_lab: str, _task: str | None, announce: object) -> LabReport:
        assert shown.button.disabled
        announce("deleting pod web")  # type: ignore[operator]
        return report(lost(path="spec.replicas", expected="3", found=EVIL), score=0.0)

    monkeypatch.setattr(panel, "run_check", judged)
    monkeypatch.setattr(panel, "seconds", lambda _lab, _task: 12)
    shown.judge()
    assert "at most 12 s" in said[0]
    assert "deleting pod web" in said[1]
    assert "0 of 2 points" in said[2]
    assert "simulated cluster" in said[2]
    reasons = shown.details.children[0].value
    assert all(word in reasons for word in ("spec.replicas", "expected", "found", "✘"))
    assert not shown.button.disabled


def test_everything_from_the_cluster_is_escaped() -> None:
    """Names and values that a student chose cannot become HTML."""
    line, details = widgets.HTML(), widgets.VBox()
    show_report(report(lost(found=EVIL, message=EVIL, path=EVIL)), line, details)
    html = line.value + details.children[0].value
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 4


def test_hints_open_one_at_a_time_and_end() -> None:
    """Each press opens one more hint, escaped and announced; the last one rests the button."""
    box = hints(lost())
    button, shown = box.children
    assert shown.value == ""
    button.click()
    assert "look &lt;b&gt;here" in shown.value
    assert "then there" not in shown.value
    assert not button.disabled
    button.click()
    assert "then there" in shown.value
    assert shown.value.count("role='alert'") == 1
    assert button.disabled


def test_an_error_costs_nothing_and_says_so() -> None:
    """A criterion that could not be judged gives no score instead of 0."""
    line, details = widgets.HTML(), widgets.VBox()
    show_report(report(lost(outcome="error", message="the cluster went away"), score=None), line, details)
    assert "No points are lost" in line.value
    assert "the cluster went away" in details.children[0].value


def test_a_checker_without_a_report_is_shown_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the checker said on stderr is what the student reads; the button works again."""

    def fails(*_arguments: object) -> LabReport:
        raise CheckFailedError(f"no cluster {EVIL}")

    monkeypatch.setattr(panel, "run_check", fails)
    shown = CheckPanel("02-pods", "first")
    shown.judge()
    assert "no cluster &lt;script" in shown.status.value
    assert not shown.button.disabled


def program(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an `autograder` command with this Python body where labkit looks for it."""
    file = folder / "autograder"
    file.write_text(f"#!{sys.executable}\nimport sys, json\n{body}\n")
    file.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))


def test_a_report_of_any_size_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report larger than a pipe, printed before the last line of progress, does not stop the checker."""
    huge = report(lost(found="x" * 300_000))
    (tmp_path / "report.json").write_text(json.dumps(huge.to_json()))
    body = f"print(open({str(tmp_path / 'report.json')!r}).read(), flush=True)\nprint('done', file=sys.stderr)"
    program(tmp_path, body, monkeypatch)
    said: list[str] = []
    assert run_report(["check"], said.append) == huge
    assert said == ["done"]


def test_what_is_no_report_is_an_error_with_stderr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rubbish on stdout, or a missing program, becomes a message."""
    program(tmp_path, "print('{'); print('autograder: unknown task', file=sys.stderr); sys.exit(2)", monkeypatch)
    with pytest.raises(CheckFailedError, match="unknown task"):
        run_report(["check"], lambda _line: None)
    (tmp_path / "autograder").unlink()
    with pytest.raises(CheckFailedError, match="autograder"):
        run_report(["check"], lambda _line: None)


def test_the_longest_wait_is_the_sum_of_what_criteria_state(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One task's waits are less than the whole lab's, and an unknown lab has none."""
    monkeypatch.setenv("COURSE_DIR", str(course))
    assert 0 < seconds("04-deployments", "desired-state") < seconds("04-deployments", None)
    assert seconds("no-such-lab", None) == 0


@pytest.mark.parametrize(("text", "shown"), [("1", False), ("0", True), ("", False)])
def test_widgets_are_used_only_where_there_are_some(monkeypatch: pytest.MonkeyPatch, text: str, shown: bool) -> None:
    """LABKIT_TEXT decides; without it, a process that is no Jupyter server's kernel gets text."""
    monkeypatch.setenv("LABKIT_TEXT", text)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert check.has_widgets() is shown


def test_as_text_the_check_is_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without widgets the cell prints what is announced, then the checker's table, all of it on stdout."""
    monkeypatch.setenv("LABKIT_TEXT", "1")
    program(
        tmp_path, "print('deleting web', file=sys.stderr); print('table', *sys.argv[1:3]); sys.exit(1)", monkeypatch
    )
    check.show_check("02-pods", "first")
    assert capsys.readouterr() == ("deleting web\ntable check 02-pods\n", "")


def test_as_text_a_failed_check_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No table: the checker's last words, and no traceback."""
    monkeypatch.setenv("LABKIT_TEXT", "1")
    program(tmp_path, "sys.exit('autograder: no cluster')", monkeypatch)
    check.show_check("02-pods", "first")
    assert "could not be made: autograder: no cluster" in capsys.readouterr().out


def test_the_notebooks_path_comes_from_jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an existing notebook file counts: a renamed one, a console, or no name give nothing."""
    file = tmp_path / "02-pods.ipynb"
    file.write_text("{}")
    for named, expected in ((str(file), file), (str(tmp_path / "gone.ipynb"), None), ("console-1", None), ("", None)):
        monkeypatch.setenv("JPY_SESSION_NAME", named)
        assert rehearse.notebook_path() == expected


def test_rehearse_runs_the_saved_file_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The press returns at once; the report of `autograder rehearse FILE` is shown when it is there."""
    file = tmp_path / "02-pods.ipynb"
    file.write_text("{}")
    monkeypatch.setenv("JPY_SESSION_NAME", str(file))
    asked: list[str] = []

    def judged(arguments: list[str], announce: object) -> LabReport:
        asked.extend(arguments)
        announce("3/9 cell")  # type: ignore[operator]
        return report(lost(), score=1.0)

    monkeypatch.setattr(rehearse, "run_report", judged)
    shown = rehearse.RehearsePanel("02-pods")
    thread = shown.press()
    assert thread is not None
    thread.join(10)
    assert asked[:4] == ["rehearse", str(file), "--lab", "02-pods"]
    assert "1 of 2 points" in shown.status.value
    assert "as saved at" in shown.note.value
    assert not shown.button.disabled


def test_rehearse_of_a_moved_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook that was renamed after its kernel started is not looked for elsewhere."""
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "gone.ipynb"))
    shown = rehearse.RehearsePanel("02-pods")
    assert shown.press() is None
    assert "Restart the kernel" in shown.status.value


def test_the_check_command_names_course_lab_task_and_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The checker gets everything by name, so that its answer does not depend on where it is started."""
    seen: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_DIR", os.fspath(tmp_path / "labs"))
    monkeypatch.setattr(run, "run_report", lambda arguments, _announce: seen.extend(arguments))
    run.run_check("02-pods", "first", print)
    assert seen == ["check", "02-pods", "--course", str(tmp_path / "labs"), "--folder", str(tmp_path), "--live",
                    "--lang", "en", "--task", "first", "--json"]  # fmt: skip
