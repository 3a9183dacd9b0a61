"""Lays out an nbgrader course: source notebooks with solutions, and the configuration that makes the grader ours."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.errors import BuildError
from autograder.notebook import source_notebook
from autograder.notebook.build import CODE_STUB, TEXT_STUB
from autograder.notebook.write import class_files, write_lab
from autograder.spec import load_course, load_lab

CONFIG_FILE = "nbgrader_config.py"
CONFIG = '''"""nbgrader's configuration of this course, written by `autograder course`; nbgrader's commands run here."""
import os
import sys
from pathlib import Path

from nbgrader.preprocessors import (
    AssignLatePenalties, CheckCellMetadata, ClearOutput, IgnorePattern, LimitOutput, OverwriteCells,
    OverwriteKernelspec,
)
from nbconvert.preprocessors import ClearMetadataPreprocessor

from autograder.nbgrader_plugin.preprocessors import ClusterExecute, RestoreCells, SaveScores

# nbgrader starts `alembic` by its name, so the environment's programs must be found however nbgrader was called.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

c = get_config()  # noqa: F821 - given by nbgrader
c.CourseDirectory.course_id = {course_id}
c.CourseDirectory.root = {root}
c.ClearSolutions.code_stub = {{"python": {code_stub}}}
c.ClearSolutions.text_stub = {text_stub}
c.Autograde.sanitize_preprocessors = [
    ClearOutput, RestoreCells, OverwriteKernelspec, OverwriteCells, CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    ClusterExecute, IgnorePattern, ClearMetadataPreprocessor, LimitOutput, SaveScores, AssignLatePenalties,
    CheckCellMetadata,
]
c.RestoreCells.course = c.ClusterExecute.course = {course}
c.RestoreCells.lang = c.ClusterExecute.lang = {lang}
# The instructor's folder with hidden criteria; the environment's COURSE_PRIVATE comes before it.
c.ClusterExecute.private = {private}
'''


def lay_out(course: Path, out: Path, lang: str, *, private: Path | None = None, overwrite: bool = False) -> list[str]:
    """Write `nbgrader_config.py` and `source/<lab>/` for every lab; the labs' names.

    An existing gradebook and submissions are left alone; a source that an instructor has changed stops it, unless
    `overwrite`.

    Raises:
        BuildError: a source differs from what would be written, or the folder cannot be written.
    """
    loaded = load_course(course)
    for name in loaded.labs:
        lab = load_lab(course, name, private)
        write_lab(source_notebook(lab, lang), lab, out / "source", overwrite=overwrite)
        class_files(lab, out / "source" / name)
    text = CONFIG.format(
        course_id=json.dumps(loaded.id),
        root=json.dumps(str(out.resolve())),
        course=json.dumps(str(course.resolve())),
        lang=json.dumps(lang),
        private=json.dumps(str(private.resolve()) if private else ""),
        code_stub=json.dumps(CODE_STUB[lang]),
        text_stub=json.dumps(TEXT_STUB[lang]),
    )
    try:
        (out / CONFIG_FILE).write_text(text)
    except OSError as error:
        raise BuildError(f"{out}: cannot be written: {error}") from error
    return list(loaded.labs)
