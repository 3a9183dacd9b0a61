"""`python -m labkit.quiz.release BANK OUT` writes what a class gets: the questions without their answers."""

import json
import sys
from pathlib import Path

from labkit.quiz.bank import load, strip
from labkit.quiz.errors import QuizError


def release(bank: Path, out: Path) -> None:
    """Write the stripped bank to `out` (JSON). Raises QuizError if the bank is wrong or `out` unwritable."""
    text = json.dumps(strip(load(bank).raw), ensure_ascii=False, indent=1)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise QuizError(f"{out}: the questions could not be written: {error.strerror}") from error


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m labkit.quiz.release BANK OUT\n")
        return 2
    try:
        release(Path(arguments[0]), Path(arguments[1]))
    except QuizError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
