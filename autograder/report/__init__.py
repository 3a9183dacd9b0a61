"""Reports: the data, and its two renderings. Renderers are loaded on first use (rich takes its time)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.report.model import CriterionReport, LabReport, Outcome, TaskReport

if TYPE_CHECKING:
    from autograder.report.html import render_html
    from autograder.report.text import render_text

__all__ = ["CriterionReport", "LabReport", "Outcome", "TaskReport", "render_html", "render_text"]


def __getattr__(name: str) -> Any:
    if name == "render_text":
        from autograder.report.text import render_text

        return render_text
    if name == "render_html":
        from autograder.report.html import render_html

        return render_html
    raise AttributeError(f"module 'autograder.report' has no attribute {name!r}")
