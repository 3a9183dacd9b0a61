"""`python -m labbench`: look at this machine, or carry out an experiment without a notebook (to record a set).

python -m labbench doctor
python -m labbench record OUT --student ID [--name recorded] [--plan JSON]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from labbench import samples
from labbench.errors import BenchError
from labbench.experiment import doctor, experiment
from labbench.plan import Plan


def main() -> int:
    """Run it; 0 if all went well, 1 with one message if not, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m labbench")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor", help="say what can be measured here")
    record = commands.add_parser("record", help="measure, and write the two files into a folder")
    record.add_argument("out", type=Path)
    record.add_argument("--student", required=True)
    record.add_argument("--name", default=samples.RECORDED, choices=[samples.RECORDED, samples.MEASURED])
    record.add_argument("--plan", type=json.loads, default={}, help="fields of the plan, as JSON")
    args = parser.parse_args()
    try:
        if args.command == "doctor":
            doctor()
        else:
            samples.write(args.out, experiment(Plan.from_json(args.plan), args.student, args.name))
    except BenchError as error:
        print(f"labbench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nlabbench: stopped; all that was started has been ended", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
