"""Which notebooks are run to prove a lab, and what each of them must get."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from nbformat import NotebookNode

from autograder.grading.submission import grade_id
from autograder.notebook import solved, source_notebook, student_version
from autograder.prove.handed import RIGHT
from autograder.prove.mutants import Answer, read_answers
from autograder.providers import CAPABILITIES_OF, embedded_judges
from autograder.report.model import LabReport
from autograder.spec.model import Lab

Kind = Literal["empty", "solution", "alternative", "mutant"]


@dataclass(frozen=True)
class Proof:
    """A notebook and the criteria that it must lose (ids, those that `need` them included); None: score 0.

    `own` are those that mutants.yaml names; `cells` (grade_id to source) is what differs from the solution; `tasks` are
    those that lose something.
    """

    kind: Kind
    title: str
    notebook: NotebookNode
    loses: frozenset[str] | None = frozenset()
    own: frozenset[str] = frozenset()
    cells: Mapping[str, str] = field(default_factory=dict)
    tasks: frozenset[str] = frozenset()
    submission: str | None = RIGHT

    def failure(self, report: LabReport) -> str:
        """Why the report does not prove it, in one sentence, or ""."""
        criteria = [criterion for task in report.tasks for criterion in task.criteria]
        if errors := [item for item in criteria if item.outcome == "error"]:
            return f"could not be judged: {errors[0].id}: {errors[0].message}"
        if self.loses is None:
            got = [f"{task.id} {task.score:g}" for task in report.tasks if task.score]
            return f"an empty notebook gets points: {', '.join(got)}" if got else ""
        lost = {item.id for item in criteria if item.outcome == "mismatch"}
        expected = {item.id for item in criteria if item.id in self.loses and item.outcome != "not-applicable"}
        parts = []
        if extra := lost - expected:
            parts.append("lost, but should not be: " + _why(criteria, extra))
        if kept := expected - lost:
            parts.append("kept, but should be lost: " + ", ".join(sorted(kept)))
        return "; ".join(parts)


def _why(criteria: Iterable[object], names: set[str]) -> str:
    told = []
    for item in criteria:
        if (name := getattr(item, "id", "")) in names:
            parts = [getattr(item, field) for field in ("path", "message")] + [f"found {getattr(item, 'found', None)}"]
            told.append(f"{name} ({'; '.join(str(part) for part in parts if part)})")
    return ", ".join(told)


def plan(lab: Lab, lang: str) -> list[Proof]:
    """All proofs of a lab, cheapest first.

    Raises CourseError, BuildError with file and line.
    """
    source = source_notebook(lab, lang)
    given, answered = student_version(source), solved(source)
    mutants, alternatives = read_answers(lab, _solution_cells(answered), _solution_cells(given))
    proofs = [
        Proof("empty", "nothing answered", given, None, submission=None),
        Proof("solution", "the solution of lab.py", answered),
    ]
    proofs += [Proof("alternative", item.title, _with(answered, item.cells)) for item in alternatives]
    return proofs + [_mutant(lab, answered, item) for item in mutants]


def _mutant(lab: Lab, answered: NotebookNode, item: Answer) -> Proof:
    lost = dependents(lab, item.loses)
    tasks = frozenset(task.id for task in lab.tasks if lost & {criterion.id for criterion in task.criteria})
    return Proof(
        "mutant", item.title, _with(answered, item.cells), lost, item.loses, item.cells, tasks, item.submission
    )


def proved_here(proofs: Iterable[Proof], lab: Lab, capabilities: Collection[str]) -> list[Proof]:
    """The proofs that a cluster of these capabilities runs.

    A mutant that nothing here could notice is left out. So are, where there is more than the embedded cluster has,
    other right answers, and what the embedded cluster notices by itself: it proves that in less time.
    """
    criteria = [item for task in lab.tasks for item in task.criteria]
    here = {item.id for item in criteria if item.requires <= set(capabilities)}
    everywhere = {item.id for item in criteria if embedded_judges(item)}
    more = bool(set(capabilities) - CAPABILITIES_OF["embedded"])
    wanted = here - everywhere if more else here
    always = {"solution"} if more else {"empty", "solution", "alternative"}
    if wanted:
        always.add("empty")
    return [proof for proof in proofs if proof.kind in always or proof.own & wanted]


def bundles(proofs: Iterable[Proof]) -> list[tuple[Proof, ...]]:
    """What is run together: mutants of different cells and tasks share a notebook, since a run takes long, and so do
    other right answers in different cells.

    One wrong answer in each of several tasks must then lose exactly what they lose one by one. Whoever runs a bundle
    runs its members alone when it does not, so that no verdict on a mutant rests on its company.
    """
    made: list[list[Proof]] = []
    for proof in proofs:
        home = next((bundle for bundle in made if _apart(proof, bundle)), None)
        if home is None:
            made.append([proof])
        else:
            home.append(proof)
    return [tuple(bundle) for bundle in made]


def _apart(proof: Proof, bundle: list[Proof]) -> bool:
    return all(
        proof.kind == other.kind
        and proof.kind in ("alternative", "mutant")
        and not proof.tasks & other.tasks
        and not proof.cells.keys() & other.cells.keys()
        and proof.submission == other.submission
        for other in bundle
    )


def merged(bundle: tuple[Proof, ...]) -> Proof:
    """All answers of a bundle in one notebook."""
    if len(bundle) == 1:
        return bundle[0]
    cells = {name: source for proof in bundle for name, source in proof.cells.items()}
    lost = frozenset(name for proof in bundle for name in proof.loses or ())
    title = " + ".join(proof.title for proof in bundle)
    own = frozenset(name for proof in bundle for name in proof.own)
    first = bundle[0]
    return Proof(first.kind, title, _with(first.notebook, cells), lost, own, cells, submission=first.submission)


def gaps(lab: Lab, lang: str) -> list[str]:
    """What a lab has no proof for: criteria that no mutant loses, no other right answer."""
    proofs = plan(lab, lang)
    covered = {name for proof in proofs if proof.kind == "mutant" for name in proof.loses or ()}
    missing = [item.id for task in lab.tasks for item in task.criteria if not item.hidden and item.id not in covered]
    told = [f"no mutant loses {', '.join(missing)}"] if missing else []
    if not any(proof.kind == "alternative" for proof in proofs):
        told.append("no other right answer is given (alternatives)")
    return [f"{lab.folder / 'solution' / 'mutants.yaml'}: {text}" for text in told]


def dependents(lab: Lab, names: Iterable[str]) -> frozenset[str]:
    """These criteria and all that are lost with them through `needs`."""
    lost = set(names)
    criteria = [item for task in lab.tasks for item in task.criteria]
    while more := {item.id for item in criteria if item.id not in lost and lost & set(item.needs)}:
        lost |= more
    return frozenset(lost)


def _solution_cells(notebook: NotebookNode) -> dict[str, str]:
    """grade_id to source of all code cells that a student writes."""
    cells = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.metadata.get("nbgrader") or {}).get("solution"):
            cells[str(grade_id(cell))] = cell.source
    return cells


def _with(notebook: NotebookNode, cells: Mapping[str, str]) -> NotebookNode:
    """A copy with other sources in some cells."""
    changed = copy.deepcopy(notebook)
    for cell in changed.cells:
        if (name := grade_id(cell)) in cells:
            cell.source = cells[str(name)].rstrip("\n")
    return changed
