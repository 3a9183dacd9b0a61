"""A course of one small lab, for tests that need to grade quickly and know every point."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.grading.submission import grade_id

LAB = "00-tiny"

COURSE = """\
id: tiny
title: {pt-BR: Mini, en: Tiny}
grading: {provider: embedded}
labs: [00-tiny]
"""

CHECKS = """\
lab: 00-tiny
title: {pt-BR: Mini, en: Tiny}
values:
  colour: {choice: [red, green, blue]}
tasks:
  - id: box
    points: 3
    title: {pt-BR: Uma caixa, en: A box}
    criteria:
      - id: box-there
        points: 1
        title: {pt-BR: A caixa existe, en: The box is there}
        hint: {pt-BR: [Crie a caixa], en: [Make the box]}
        expect: {apiVersion: v1, kind: ConfigMap, metadata: {name: box}}
      - id: box-colour
        points: 2
        title: {pt-BR: "A caixa é ${colour}", en: "The box is ${colour}"}
        hint: {pt-BR: [Pinte a caixa], en: [Paint the box]}
        needs: [box-there]
        expect: {apiVersion: v1, kind: ConfigMap, metadata: {name: box}, data: {colour: "${colour}"}}
  - id: lid
    points: 2
    title: {pt-BR: Uma tampa, en: A lid}
    criteria:
      - id: lid-there
        points: 2
        title: {pt-BR: A tampa existe, en: The lid is there}
        hint: {pt-BR: [Crie a tampa], en: [Make the lid]}
        expect: {apiVersion: v1, kind: ConfigMap, metadata: {name: lid}}
"""

PRIVATE = """\
lab: 00-tiny
tasks:
  - id: lid
    weights: {lid-there: 1}
    criteria:
      - id: lid-secret
        points: 1
        title: {pt-BR: Segredo da tampa, en: Secret of the lid}
        hint: {pt-BR: [Só quem ensina sabe], en: [Only the instructor knows]}
        expect: {apiVersion: v1, kind: ConfigMap, metadata: {name: lid}, data: {inside: swordfish}}
"""

SOURCE = """\
# %%
# %load_ext labkit
from labkit import start
lab = start("00-tiny")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% [markdown] lang="pt-BR"
# Faça uma caixa.

# %% [markdown] lang="en"
# Make a box.

# %% [raw] kube="apply" solution="make-box"
# apiVersion: v1
# kind: ConfigMap
# ### BEGIN SOLUTION
# metadata: {name: box}
# data: {colour: "${colour}"}
# ### END SOLUTION

# %% check="box"

# %% solution="make-lid"
### BEGIN SOLUTION
# !kubectl create configmap lid --from-literal=inside=air
### END SOLUTION

# %% check="lid"

# %% [markdown] reflect="why" points=2 lang="pt-BR"
# Por que uma caixa?
#
# ### BEGIN SOLUTION
# Porque guarda segredos-modelo.
# ### END SOLUTION

# %% [markdown] reflect="why" points=2 lang="en"
# Why a box?
#
# ### BEGIN SOLUTION
# Because it keeps model-secrets.
# ### END SOLUTION
"""

MUTANTS = """\
mutants:
  - loses: [box-there]
    cell: make-box
    replace: {"name: box": "name: crate"}
  - loses: [box-colour]
    cell: make-box
    replace: {"${colour}": "transparent"}
  - loses: [lid-there]
    cell: make-lid
    drop: true
alternatives:
  - title: by hand
    cells:
      make-box: |
        !kubectl create configmap box --from-literal=colour={lab.values["colour"]}
"""


def lay_out(folder: Path) -> Path:
    """Write the course into the folder; its path. The private criteria are beside it, in `private`."""
    course = folder / "labs"
    files = {
        course / "course.yaml": COURSE,
        course / LAB / "checks.yaml": CHECKS,
        course / LAB / "cluster.yaml": "namespace: lab-00-tiny\nstudent: {rules: [], clusterRules: []}\n",
        course / LAB / "lab.py": SOURCE,
        course / LAB / "solution" / "mutants.yaml": MUTANTS,
        folder / "private" / LAB / "checks.yaml": PRIVATE,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return course


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell of a grade_id."""
    found: NotebookNode = next(item for item in notebook.cells if grade_id(item) == name)
    return found


def insert(notebook: NotebookNode, source: str, before: str = "box") -> NotebookNode:
    """Put a code cell of the student's before the cell of a grade_id; the new cell."""
    made = new_code_cell(source)
    notebook.cells.insert(notebook.cells.index(cell(notebook, before)), made)
    return made


def said(item: NotebookNode) -> str:
    """All text that a cell printed, and the errors that it raised."""
    parts = []
    for output in item.outputs:
        parts += [str(output.get("text", "")), str(output.get("evalue", "")), str(output.get("data", ""))]
    return "\n".join(parts)
