"""The command `autograder`. Each subcommand lives in its own module, imported only when it is asked for."""

from __future__ import annotations

import signal
import sys
from importlib import import_module

import click

from autograder.errors import AutograderError

COMMANDS = {
    name: f"autograder.cli.{name}:command"
    for name in ("check", "lint", "build", "prove", "rehearse", "course", "grade")
}

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class LazyGroup(click.Group):
    """A group that imports a subcommand's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None if there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is not a click command")
        return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Judge, prove and build the labs of a course."""


def _end(number: int, _frame: object) -> None:
    """Unwind; whoever tells us once more must not cut the cleaning up."""
    for other in ENDINGS:
        signal.signal(other, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def main() -> None:
    """Run the command; our own errors become one message and exit code 2.

    Being told to end (SIGTERM, a closed terminal) unwinds as Ctrl-C does, so that no scratch cluster stays behind.
    """
    for number in ENDINGS:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _end)
    try:
        cli(prog_name="autograder")
    except AutograderError as error:
        click.echo(f"autograder: {error}", err=True)
        sys.exit(2)
