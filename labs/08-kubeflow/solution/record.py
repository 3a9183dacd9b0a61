"""Runs the solution's pipeline for the student `proof`: `python labs/08-kubeflow/solution/record.py [FOLDER]`.

Without a folder the recorded files beside this script are replaced (after a new version of kfp, or of the lab).
"""

import sys
from pathlib import Path

from autograder import load_lab
from autograder.notebook.build import solved, source_notebook
from labkit.pipelines import Record, run_pipeline

HERE = Path(__file__).parent
STUDENT = "proof"
CELL = "write-pipeline"


def source() -> str:
    """The file that the solved notebook's cell writes."""
    notebook = solved(source_notebook(load_lab(HERE.parents[1], HERE.parent.name), "en"))
    (cell,) = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == CELL)
    magic, _, rest = cell.source.partition("\n")
    if magic != "%%writefile pipeline.py":
        raise SystemExit(f"cell {CELL} does not begin with %%writefile")
    return f"{rest}\n"


def record(folder: Path, text: str) -> Record:
    """Write pipeline.py, run it with the values of the student `proof`, and leave the record in the folder."""
    (folder / "pipeline.py").write_text(text)
    values = load_lab(HERE.parents[1], HERE.parent.name).values(STUDENT)
    parameters = {name: values[name] for name in ("seed", "samples", "epochs")}
    return run_pipeline(folder / "pipeline.py", folder, STUDENT, parameters)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    sys.stdout.write(f"{record(target, source())}\n")
    if target == HERE:
        (HERE / "pipeline.py").unlink()  # it is lab.py's
