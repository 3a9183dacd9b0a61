"""A course of one lab in a temporary folder, whose checks.yaml each test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

COURSE = """\
id: tiny
title: {pt-BR: Mini, en: Tiny}
grading: {provider: embedded}
labs: [one]
"""

CHECKS = """\
lab: one
title: {pt-BR: Um, en: One}
values:
  replicas: {choice: [3, 4]}
tasks:
  - id: first
    points: 2
    title: {pt-BR: Primeira, en: First}
    criteria:
      - id: there
        points: 1
        title: {pt-BR: Existe, en: It is there}
        hint: {pt-BR: a, en: a}
        within: 2s
        expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}
      - id: two
        points: 1
        title: {pt-BR: Dois, en: Two}
        hint: {pt-BR: [a, b], en: [a, b]}
        needs: [there]
        cel:
          objects: {pods: {apiVersion: v1, kind: Pod}}
          expression: size(pods) == ${replicas}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the course with some texts of CHECKS replaced; the course's folder."""

    def make(replaced: dict[str, str] | None = None, private: str | None = None) -> Path:
        text = CHECKS
        for old, new in (replaced or {}).items():
            assert old in text, f"the fixture does not hold {old!r}"
            text = text.replace(old, new, 1)
        (tmp_path / "course.yaml").write_text(COURSE)
        (tmp_path / "one").mkdir(exist_ok=True)
        (tmp_path / "one" / "checks.yaml").write_text(text)
        (tmp_path / "one" / "cluster.yaml").write_text("namespace: lab-one\n")
        if private is not None:
            (tmp_path / "private" / "one").mkdir(parents=True)
            (tmp_path / "private" / "one" / "checks.yaml").write_text(private)
        return tmp_path

    return make
