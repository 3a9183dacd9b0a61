"""`%%kube`: kubectl on the YAML in the cell, with the errors shown as Kubernetes says them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, magics_class

from labkit import lab
from labkit.messages import _

# What has a place in a notebook: commands that end by themselves and need no terminal.
COMMANDS = {
    "annotate", "api-resources", "apply", "auth", "config", "cordon", "create", "delete", "describe", "diff", "drain",
    "events", "explain", "expose", "get", "label", "logs", "patch", "replace", "rollout", "run", "scale", "set",
    "taint", "top", "uncordon", "version", "wait",
}  # fmt: skip
FROM_CELL = {"apply", "create", "delete", "diff", "replace", "get", "describe"}
SECONDS = 120
NAME = re.compile(r"\$\{(\w+)\}")


class KubeError(Exception):
    """Kubernetes refused, or the cell is not as it should be; shown without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@magics_class
class KubeMagics(Magics):
    """The magic itself: `%%kube apply`, `%kube get pods -o wide`."""

    @line_cell_magic
    def kube(self, line: str, cell: str | None = None) -> None:
        """Run kubectl with the words of the line, and with the cell (if any) as its YAML."""
        values = lab.current.values if lab.current else {}
        words = shlex.split(substitute(line, values)) or ["apply"]
        if cell is not None and is_empty(cell):
            print(_("Nothing to apply yet: write your YAML in this cell."))
            return
        print(run(words, substitute(cell, values) if cell is not None else None), end="")


def run(words: list[str], manifest: str | None) -> str:
    """Run kubectl; its output.

    Raises:
        KubeError: an unknown command, no kubectl, a time-out, or whatever Kubernetes refused, in its words.
    """
    if words[0] not in COMMANDS:
        raise KubeError(_("%%kube does not know {word}. It knows: {known}").format(
            word=words[0], known=", ".join(sorted(COMMANDS))))  # fmt: skip
    program = shutil.which("kubectl")
    if program is None:
        raise KubeError(_("kubectl is not on the PATH. Start the labs with: make lab"))
    if manifest is not None and words[0] in FROM_CELL and "-f" not in words:
        words = [*words, "-f", "-"]
    try:
        done = subprocess.run([program, *words], input=manifest or "", capture_output=True, text=True, timeout=SECONDS,
                              check=False)  # fmt: skip
    except subprocess.TimeoutExpired as cause:
        raise KubeError(_("kubectl did not end within {n} s.").format(n=SECONDS)) from cause
    if done.returncode:
        raise KubeError((done.stdout + done.stderr).rstrip())
    # Warnings of a successful command belong to what the reader should see, not to an error stream.
    return done.stdout + done.stderr


def substitute(text: str, values: Mapping[str, Any]) -> str:
    """Put the student's values in place of `${name}`.

    Raises:
        KubeError: the lab has no value of that name.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            known = ", ".join(values) or "-"
            raise KubeError(_("There is no value ${{{name}}} in this lab. There are: {known}").format(
                name=match[1], known=known))  # fmt: skip
        return str(values[match[1]])

    return NAME.sub(value, text)


def is_empty(cell: str) -> bool:
    """Whether the cell holds nothing but comments, blank lines and document marks."""
    return all(not line.strip() or line.lstrip().startswith("#") or line.strip() == "---" for line in cell.splitlines())
