"""Scores, and the reports that readers see."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from autograder.check import score
from autograder.i18n import language
from autograder.report import CriterionReport, LabReport, Outcome, TaskReport, render_html, render_text
from autograder.report.hide import hide
from autograder.report.show import LONGEST, show
from autograder.spec.model import Task

TASK = Task("first", {"en": "First", "pt-BR": "Primeira"}, 4, ())


def criterion(name: str, outcome: Outcome, points: float = 1, earned: float = 0) -> CriterionReport:
    """A criterion's report with just these fields."""
    return CriterionReport(name, f"Title of {name}", outcome, points, earned)


LOST = CriterionReport(
    "lost",
    "Three replicas",
    "mismatch",
    2,
    path="Deployment web: spec.replicas",
    expected="3",
    found="<script>alert(1)</script>",
    message="2 more differences",
    hints=("nudge", "more", "all of it"),
)
HIDDEN = CriterionReport(
    "secret", "No debug Pod", "mismatch", 1, path="Pod debug", message="told", hints=("h",), hidden=True
)


def report(*criteria: CriterionReport) -> LabReport:
    """A report of one task."""
    return LabReport("one", "ana", "embedded", True, (score(TASK, "en", criteria),))


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ((criterion("a", "pass", 3, 3), criterion("b", "mismatch", 1)), 3),
        ((criterion("a", "pass", 1, 1), criterion("b", "not-applicable", 3)), 4),
        ((criterion("a", "mismatch", 2, 1), criterion("b", "pass", 2, 2)), 3),
        ((criterion("a", "pass", 3, 3), criterion("b", "error", 1)), None),
        ((criterion("a", "not-applicable", 4),), None),
        ((criterion("a", "mismatch", 4),), 0),
    ],
)
def test_points_are_shared_out(criteria: tuple[CriterionReport, ...], expected: float | None) -> None:
    """What is not applicable leaves its points to the others; an error leaves no score, and never 0."""
    assert score(TASK, "en", criteria).score == expected


def test_exit_codes() -> None:
    """0 if nothing was lost, 1 for a mismatch, 2 for an error, which weighs more."""
    assert report(criterion("a", "pass", 4, 4), criterion("b", "not-applicable")).exit_code == 0
    assert report(criterion("a", "pass", 1, 1), criterion("b", "mismatch")).exit_code == 1
    assert report(criterion("a", "error"), criterion("b", "mismatch")).exit_code == 2


def test_what_is_not_applicable_leaves_the_total() -> None:
    """A task that this cluster cannot judge counts in neither score nor points of the whole."""
    whole = replace(
        report(criterion("a", "pass", 4, 4)),
        tasks=(
            score(TASK, "en", (criterion("a", "pass", 4, 4),)),
            TaskReport("second", "Second", None, 7, (criterion("b", "not-applicable", 7),)),
        ),
    )
    assert (whole.score, whole.points) == (4, 4)


def test_json_round_trip() -> None:
    """A report survives JSON, and its JSON carries the sums."""
    whole = report(LOST, HIDDEN)
    data = json.loads(json.dumps(whole.to_json()))
    assert LabReport.from_json(data) == whole
    assert (data["score"], data["points"]) == (0, 4)


def test_hidden_criteria_stay_hidden() -> None:
    """Of a lost hidden criterion neither id, title, path, message nor hint is left, in data and in both renderings."""
    bare = hide(report(LOST, HIDDEN))
    for text in (json.dumps(bare.to_json()), render_text(bare, "en"), render_html(bare, "en")):
        assert "Three replicas" in text
        for secret in ("secret", "No debug Pod", "Pod debug", "told"):
            assert secret not in text
    assert "a hidden criterion was lost" in render_text(bare, "en")


def test_text_says_reason_and_first_hint() -> None:
    """A beginner reads score, sign and word, where, expected, found and the first hint, and not the other hints."""
    text = render_text(report(LOST, criterion("fine", "pass", 2, 2)), "en")
    for words in (
        "✘ not yet",
        "✔ done",
        "2 of 4 points",
        "Deployment web: spec.replicas",
        "expected: 3",
        "hint: nudge",
    ):
        assert words in text
    assert "all of it" not in text
    assert "\x1b" not in text


def test_simulated_clusters_are_labelled() -> None:
    """The reader is told that nodes and containers are simulated, in both languages and renderings."""
    for render in (render_text, render_html):
        assert "simulated nodes and containers" in render(report(LOST), "en")
        assert "nós e contêineres simulados" in render(report(LOST), "pt-BR")
        assert "simulated" not in render(replace(report(LOST), simulated=False), "en")


def test_not_applicable_names_who_can() -> None:
    """The reader learns which capability is missing and which provider has it."""
    item = replace(criterion("a", "not-applicable", 4), requires=("exec",))
    assert "this cluster lacks exec; the provider kind can judge it" in " ".join(
        render_text(report(item), "en").split()
    )


class Outline(HTMLParser):
    """Collects tags, the deepest nesting of <details>, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        del attrs
        self.tags.append(tag)
        self.open.append(tag)
        self.depth = max(self.depth, self.open.count("details"))

    def handle_endtag(self, tag: str) -> None:
        """Every tag is closed in order."""
        assert self.open.pop() == tag


def test_html_is_escaped_and_well_formed() -> None:
    """What a student put into the cluster is text; tags are balanced; hints open one inside the other."""
    page = render_html(report(LOST), "en")
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert "script" not in outline.tags
    assert "&lt;script&gt;" in page
    assert outline.depth == 3
    assert "th" in outline.tags
    assert "caption" in outline.tags


def test_long_values_are_cut() -> None:
    """A whole object does not flood the table."""
    with language("en"):
        assert len(show({"x": "y" * 1000})) == LONGEST
        assert show({"$matches": "^a"}) == "text that matches ^a"
