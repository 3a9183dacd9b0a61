"""What a student clicks: open a lab, look at the cluster, solve a task, press Check, take a hint, answer the quiz."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_browser]


def open_notebook(page: Page, url: str, name: str) -> None:
    """Open a notebook in JupyterLab and wait for its kernel."""
    page.goto(url.replace("/lab?", f"/lab/tree/{name}/{name}.ipynb?reset&"))
    page.locator(".jp-Notebook").wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()


def cell_with(page: Page, text: str) -> Locator:
    """The first code cell that contains the text, scrolled into view."""
    cell = page.locator(".jp-CodeCell", has_text=text).first
    cell.scroll_into_view_if_needed()
    return cell


def cell_before(cell: Locator) -> Locator:
    """The code cell right before another one (found by its place, since its text is about to change)."""
    return cell.locator("xpath=preceding-sibling::*[contains(@class, 'jp-CodeCell')][1]")


def run(page: Page, cell: Locator) -> Locator:
    """Run a cell by the keyboard and return its output area."""
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    output = cell.locator(".jp-OutputArea")
    # A number: neither running ("*") nor still to be begun (" ").
    expect(cell.locator(".jp-InputPrompt").first).to_contain_text(re.compile(r"\[\d+\]"), timeout=60_000)
    return output


def write(page: Page, cell: Locator, text: str) -> None:
    """Replace a cell's content by typing over it."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_a_student_solves_a_task_and_sees_score_reason_and_hint(page: Page, lab_url: str, course: Path) -> None:
    """Unsolved: no points, a reason, hints one by one. Typed and run: full score; the live view shows the pods."""
    open_notebook(page, lab_url, "04-deployments")
    started = run(page, cell_with(page, "load_ext labkit"))
    expect(started).to_contain_text("Your own values")
    replicas = started.inner_text().split("replicas = ")[1].split(",")[0].split()[0]

    view = run(page, cell_with(page, "cluster_view()"))
    expect(view.locator("[aria-label='cpu-1']")).to_be_visible()
    expect(view).to_contain_text("simulated")
    box = view.locator(".widget-html[tabindex='0']", has_text="cpu-1")
    box.focus()
    expect(box).to_be_focused()

    check = run(page, cell_with(page, 'check("desired-state")'))
    button = check.locator("button.labkit-check")
    button.click()
    status = check.locator(".labkit-status")
    expect(status.get_by_role("alert")).to_contain_text("0 of", timeout=60_000)
    hint = check.locator("button.labkit-hint").first
    hint.click()
    expect(check.locator("ol > li")).to_have_count(1)
    hint.focus()
    page.keyboard.press("Enter")
    expect(check.locator("ol > li")).to_have_count(2)
    expect(check.locator("ol").get_by_role("alert")).to_have_count(1)

    solution = cell_before(cell_with(page, 'check("desired-state")'))
    write(page, solution, portal(course, replicas))
    expect(run(page, solution)).to_contain_text("deployment.apps/portal created")
    button.scroll_into_view_if_needed()
    button.click()
    expect(status.get_by_role("status")).to_contain_text("at most")
    expect(status.get_by_role("alert")).to_contain_text("points", timeout=60_000)
    points = status.inner_text().split(" of ")
    assert points[0].split()[-1] == points[1].split()[0], status.inner_text()

    cell_with(page, "cluster_view()")
    expect(view.locator("li", has_text="portal-").first).to_contain_text("Running")


def portal(course: Path, replicas: str) -> str:
    """The lab's own right answer to its first task, as a student would type it."""
    lines = (course / "04-deployments" / "lab.py").read_text().split('solution="portal"')[1].splitlines()[1:]
    body = []
    for line in lines:
        if not line.startswith("#") or line.startswith("# %%"):
            break
        body.append(line[2:])
    kept = [line for line in body if "### BEGIN" not in line and "### END" not in line]
    return "\n".join(["%%kube apply", *kept]).replace("${replicas}", replicas)


def test_a_student_answers_a_quiz_question(page: Page, lab_url: str) -> None:
    """A question of the self-assessment is chosen and checked, and the reply is announced to screen readers."""
    open_notebook(page, lab_url, "quiz")
    run(page, cell_with(page, "load_ext labkit"))
    quiz = run(page, cell_with(page, 'show("containers")'))
    quiz.locator("input[type=radio]").first.check()
    quiz.get_by_role("button", name="Check").first.click()
    expect(quiz.get_by_role("alert").first).not_to_be_empty()
