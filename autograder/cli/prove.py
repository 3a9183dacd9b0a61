"""`autograder prove`: the proofs that a lab's checks judge rightly."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.shared import course_option, json_option, lang_option, say

if TYPE_CHECKING:
    from autograder.prove import Outcome


@click.command("prove")
@click.argument("lab")
@course_option
@lang_option
@click.option("--provider", default="auto", show_default=True, help="Which kind of cluster.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 8),
    help="Clusters side by side (default: 8 embedded, 4 with add-ons, 2 others, and no more than fit into memory).",
)
@click.option("--only", default="", help="Run only proofs whose line contains this text.")
@json_option
def command(lab: str, course: Path, lang: str, provider: str, jobs: int | None, only: str, as_json: bool) -> None:
    """Prove LAB: nothing answered gets 0, right answers get all, each wrong answer loses its criteria and only those.

    Proofs that another provider runs are left out, and counted. Exit code 1 if a proof fails.
    """
    from autograder.clusters import cluster_factory
    from autograder.prove.plan import gaps
    from autograder.prove.run import prove_lab
    from autograder.spec import load_lab

    began = time.monotonic()
    loaded = load_lab(course, lab)
    missing = gaps(loaded, lang)
    factory = cluster_factory() if (loaded.folder / "cluster.yaml").is_file() or loaded.asks_cluster else None
    say(f"proving {lab} ({'no cluster needed' if factory is None else 'on scratch clusters'}) ...")
    outcomes = prove_lab(
        loaded, factory, provider=provider, lang=lang, jobs=jobs, select=only, told=lambda item: say(_line(item))
    )
    ran = [item for item in outcomes if item.applicable]
    failed = [item for item in outcomes if item.failure]
    seconds = time.monotonic() - began
    if as_json:
        click.echo(json.dumps(_data(lab, outcomes, missing, seconds), ensure_ascii=False, indent=1))
    else:
        for text in missing:
            click.echo(f"FAILED  {text}")
        if len(ran) < len(outcomes):
            click.echo(f"left out {len(outcomes) - len(ran)} proofs: another provider runs them (--provider)")
        click.echo(f"{lab}: {len(ran) - len(failed)} of {len(ran)} proofs hold ({seconds:.0f} s)")
    if failed or missing:
        sys.exit(1)


def _line(outcome: Outcome) -> str:
    state = "FAILED " if outcome.failure else "holds  "
    head = f"{state} {outcome.proof.kind:<11} {outcome.proof.title} ({outcome.seconds:.1f} s)"
    return f"{head}\n        {outcome.failure}" if outcome.failure else head


def _data(lab: str, outcomes: list[Outcome], missing: list[str], seconds: float) -> dict[str, object]:
    proofs = [
        {
            "kind": item.proof.kind,
            "title": item.proof.title,
            "holds": not item.failure,
            "applicable": item.applicable,
            "failure": item.failure,
            "seconds": round(item.seconds, 2),
        }
        for item in outcomes
    ]
    return {"lab": lab, "proofs": proofs, "missing": missing, "seconds": round(seconds, 2)}
