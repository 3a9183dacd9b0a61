"""Grades what a class has handed in, several submissions side by side.

Each is an `nbgrader autograde` of one student in a process of its own, so that a submission that harms its grader harms
no other one. nbgrader itself grades one after the other (its issue 174, open since 2015).
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config.loader import PyFileConfigLoader

from autograder.errors import GradingError
from autograder.nbgrader_plugin.layout import CONFIG_FILE

LOCK_S = 60
"""So long a process waits while another one writes into SQLite's file; sqlite3's own 5 s are short on a busy disk."""


@dataclass(frozen=True)
class Graded:
    """How grading one submission went: automatic points, the tasks that could not be judged, and for how many seconds.

    `log` is where nbgrader's words are to be read if it failed, else None; points mean nothing then.
    """

    student: str
    seconds: float
    score: float = 0.0
    points: float = 0.0
    unjudged: tuple[str, ...] = ()
    log: Path | None = None


class Classroom:
    """An nbgrader course on disk, as `autograder course` lays it out."""

    def __init__(self, root: Path) -> None:
        """Raises GradingError if the folder is no nbgrader course."""
        self.root = root.resolve()
        if not (self.root / CONFIG_FILE).is_file():
            raise GradingError(f"{root}: no {CONFIG_FILE} here; lay out the course with: autograder course {root}")
        config = PyFileConfigLoader(CONFIG_FILE, str(self.root)).load_config()
        self.api = NbGraderAPI(config=config)

    def waiting(self, lab: str, students: Sequence[str], *, again: bool) -> list[str]:
        """Those of the students (all if empty) whose submission is to be graded; `again`: also what has been.

        Raises GradingError for a lab that was not generated, and for a student who handed in nothing.
        """
        if not (self.root / "release" / lab).is_dir():
            raise GradingError(f"{self.root}: nothing was given out as {lab}; run: nbgrader generate_assignment {lab}")
        submitted = self.api.get_submitted_students(lab)
        if missing := sorted(set(students) - submitted):
            raise GradingError(f"no submission of {', '.join(missing)} in {self.root / 'submitted'} for {lab}")
        done = set() if again else self.api.get_autograded_students(lab)
        return sorted((set(students) or submitted) - done)

    def grade(
        self, lab: str, students: Sequence[str], jobs: int, told: Callable[[Graded], None] = lambda _graded: None
    ) -> list[Graded]:
        """Grade these submissions, `jobs` of them side by side; `told` hears of each as it ends.

        Whoever is interrupted tells the graders at work to delete their clusters, and waits for them.
        """
        graders = _Graders()
        with _pool(jobs, graders) as pool:
            at_work = [pool.submit(self._one, graders, lab, student) for student in students]
            for done in as_completed(at_work):
                told(done.result())
        return [done.result() for done in at_work]

    def _one(self, graders: _Graders, lab: str, student: str) -> Graded:
        log = self.root / "logs" / lab / f"{student}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        command = [sys.executable, "-m", "nbgrader", "autograde", lab, f"--student={student}", "--force"]
        code = graders.run([*command, f"--CourseDirectory.db_url={self._patient_db()}"], self.root, log)
        seconds = time.monotonic() - began
        if code != 0:
            return Graded(student, seconds, log=log)
        try:
            graded = self._read(lab, student, seconds)
        except (MissingEntry, SQLAlchemyError) as error:
            with log.open("a") as said:
                said.write(f"\nthe gradebook could not be read: {error}\n")
            return Graded(student, seconds, log=log)
        log.unlink()
        return graded

    def _read(self, lab: str, student: str, seconds: float) -> Graded:
        with Gradebook(self._patient_db(), self.api.coursedir.course_id) as book:
            submission = book.find_submission(lab, student)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            judged = [grade for grade in grades if grade.cell.cell_type == "code"]
            unjudged = tuple(sorted(grade.name for grade in judged if grade.auto_score is None))
            score = sum(grade.auto_score or 0.0 for grade in judged)
            return Graded(student, seconds, score, sum(grade.max_score for grade in judged), unjudged)

    def _patient_db(self) -> str:
        url = str(self.api.coursedir.db_url)
        return f"{url}?timeout={LOCK_S}" if url.startswith("sqlite:") and "?" not in url else url


class _Graders:
    """The processes at work. Each has a session of its own, so that Ctrl-C reaches it once: from here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, command: Sequence[str], folder: Path, log: Path) -> int:
        """Run to the end, with all that is said in the log; the exit code (-1: it was never started)."""
        with log.open("wb") as said:
            with self._lock:
                if self._stopped:
                    return -1
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                self._at_work.add(process)
            code = process.wait()
        with self._lock:
            self._at_work.discard(process)
        return code

    def stop(self) -> None:
        """Tell all to end as by Ctrl-C, and let none start any more."""
        with self._lock:
            self._stopped = True
            for process in self._at_work:
                process.send_signal(signal.SIGINT)


@contextmanager
def _pool(jobs: int, graders: _Graders) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(jobs, thread_name_prefix="grade") as pool:
        try:
            yield pool
        except BaseException:
            graders.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
