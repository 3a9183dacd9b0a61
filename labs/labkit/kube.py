"""`%%kube`: kubectl on the YAML in the cell, with the errors shown as Kubernetes says them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from labkit import connection, lab
from labkit.messages import _

# What has a place in a notebook: commands that end by themselves and need no terminal.
COMMANDS = {
    "annotate", "api-resources", "api-versions", "apply", "auth", "cluster-info", "config", "cordon", "create",
    "delete", "describe", "diff", "drain", "events", "exec", "explain", "expose", "get", "label", "logs", "patch",
    "replace", "rollout", "run", "scale", "set", "taint", "top", "uncordon", "version", "wait",
}  # fmt: skip
ALWAYS_FROM_CELL = {"apply", "diff", "replace"}
FROM_CELL = ALWAYS_FROM_CELL | {"create", "delete", "get", "describe"}  # unless the line itself names an object
ENDLESS = {"get": {"-w", "--watch", "--watch-only"}, "logs": {"-f", "--follow"}, "events": {"-w", "--watch"}}
FILES = ("-f", "--filename", "-k", "--kustomize")
SECONDS = 120
PLAN = "plan"  # no command of kubectl's: the cell becomes a file of the plan (see plan.py)
NAME = re.compile(r"(\$?)\$\{(\w+)\}")

NOT_SEEN_YET = re.compile(r"admission webhook .* denied the request: .*not found")
"""A webhook judges by its own copy of the cluster, which learns a moment later what the same cell has just made
(Trainer's of a TrainingRuntime, Volcano's of a Queue): it refused one TrainJob in 150 that came with its runtime."""
CATCH_UP_S, AGAIN_S = 3.0, 0.5
"""So long such a refusal is answered with the same `apply`, and so often; what is really missing stays so."""


class KubeError(Exception):
    """Kubernetes refused, or the cell is not as it should be; shown without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@magics_class
class KubeMagics(Magics):
    """The magic itself: `%%kube apply`, `%kube get pods -o wide`, `%%kube plan sweep`."""

    @no_var_expand  # `{...}` belongs to jsonpath, `${...}` to the student's values
    @line_cell_magic
    def kube(self, line: str, cell: str | None = None) -> None:
        """Run kubectl with the words of the line, and with the cell (if any) as its YAML."""
        values = lab.current.values if lab.current else {}
        words = split(substitute(line, values)) or ["apply"]
        if words[0] == PLAN:
            from labkit import plan

            print(plan.write(words[1:], "" if is_empty(cell or "") else substitute(cell or "", values)))
        elif not takes_yaml(words) or (is_empty(cell or "") and words[0] in ("get", "describe")):
            print(run(words), end="")
        elif cell is None:
            sentence = _("One % hands over this line alone. For the YAML below it, begin the cell with: %%kube {words}")
            raise KubeError(sentence.format(words=" ".join(words)))
        elif is_empty(cell):
            print(_("Nothing to apply yet: write your YAML in this cell."))
        else:
            print(run([*words, "-f", "-"], substitute(cell, values)), end="")


def run(words: Sequence[str], manifest: str = "") -> str:
    """Run kubectl; its output.

    Raises:
        KubeError: an unknown command, no kubectl, no cluster, a time-out, or what Kubernetes refused, in its words.
    """
    _refuse(words)
    program = shutil.which("kubectl")
    if program is None:
        raise KubeError(_("kubectl is not on the PATH. Start the labs with: make lab"))
    if not connection.files():  # kubectl would take the person's own ~/.kube/config
        raise KubeError(connection.trouble())
    command = [program, *([f"--context={lab.current.lab}"] if lab.current and lab.current.namespace else []), *words]
    done = _ended(command, manifest)
    deadline = time.monotonic() + CATCH_UP_S
    while words[0] == "apply" and NOT_SEEN_YET.search(done.stderr) and time.monotonic() < deadline:
        time.sleep(AGAIN_S)  # polls the webhook, which says nothing when it has caught up
        done = _ended(command, manifest)
    if done.returncode:
        raise KubeError((done.stdout + done.stderr).rstrip() or f"kubectl: exit code {done.returncode}")
    # Warnings of a successful command belong to what the reader should see, not to an error stream.
    return done.stdout + done.stderr


def _ended(command: Sequence[str], manifest: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, input=manifest, capture_output=True, text=True, timeout=SECONDS, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired as cause:
        said = cause.stdout.decode(errors="replace") if isinstance(cause.stdout, bytes) else cause.stdout or ""
        raise KubeError(said + _("kubectl did not end within {n} s.").format(n=SECONDS)) from cause


def _refuse(words: Sequence[str]) -> None:
    """Commands that would wait for ever or for a terminal, said before they do."""
    if words[0] not in COMMANDS:
        raise KubeError(_("%kube does not know {word}. It knows: {known}").format(
            word=words[0], known=", ".join(sorted(COMMANDS))))  # fmt: skip
    if ENDLESS.get(words[0], set()).intersection(words):
        raise KubeError(_("That would never end here. cluster_view() shows changes as they happen."))


def split(line: str) -> list[str]:
    """The words of a line, as a shell would split them; no shell runs.

    Raises:
        KubeError: a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError as cause:
        raise KubeError(f"%kube {line}: {cause}") from cause


def takes_yaml(words: Sequence[str]) -> bool:
    """Whether the command acts on the YAML of the cell (not on what its line names)."""
    if any(word.split("=")[0] in FILES for word in words):
        return False
    names_object = len(words) > 1 and not words[1].startswith("-")
    return words[0] in ALWAYS_FROM_CELL or (words[0] in FROM_CELL and not names_object)


def alone(lines: list[str]) -> list[str]:
    """The lines of a cell, for IPython; of one that begins with `%kube apply` and goes on with YAML, the first alone.

    Else Python would stumble over the YAML before the magic can say that a sign is missing.
    """
    found = re.match(r"%kube\b(.*)", lines[0]) if lines else None
    return lines[:1] if found and takes_yaml(found[1].split() or ["apply"]) else lines


def substitute(text: str, values: Mapping[str, Any]) -> str:
    """Put the student's values in place of `${name}`; `$${name}` stands for the text `${name}` itself.

    Raises:
        KubeError: the lab has no value of that name.
    """

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return match[0][1:]
        if match[2] not in values:
            known = ", ".join(values) or "-"
            missing = _(
                "There is no value ${{{name}}} in this lab. There are: {known}\nFor the text itself, write $${{{name}}}"
            )
            raise KubeError(missing.format(name=match[2], known=known))
        return str(values[match[2]])

    return NAME.sub(value, text)


def is_empty(cell: str) -> bool:
    """Whether the cell holds nothing but comments, blank lines and document marks."""
    return all(not line.strip() or line.lstrip().startswith("#") or line.strip() == "---" for line in cell.splitlines())
