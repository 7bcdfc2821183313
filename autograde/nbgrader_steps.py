"""Steps of `nbgrader autograde` that let the engine grade: named in nbgrader_config.py, also used by the formgrader's buttons.

`GradeWithEngine` stands where nbgrader runs a notebook and fills in the outputs that the engine made; nbgrader reads the
scores from them by its own rule. `SaveAutoGradesKindly` leaves closed what a person has graded and nothing has changed.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import Execute, SaveAutoGrades
from traitlets import Bool, Float

AUTOGRADE_STEPS = [
    "autograde.nbgrader_steps.GradeWithEngine",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "autograde.nbgrader_steps.SaveAutoGradesKindly",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

PAGE_FILTERS = {
    "markdown2html": "autograde.pages.student_markdown",
    "clean_html": "autograde.pages.student_html",
    "highlight_code": "autograde.pages.student_code",
    "ansi2html": "autograde.pages.student_text",
}


class GradeWithEngine(Execute):
    """Runs a submission in a confined worker and judges its exercises outside of it. Keeps Execute's options."""

    require_sandbox = Bool(False, help="Stop where this machine cannot confine submissions fully.").tag(
        config=True
    )
    submission_seconds = Float(
        0.0, help="Seconds for all cells of a notebook together; 0 stands for ten times a cell's limit."
    ).tag(config=True)
    line_seconds = Float(
        0.0, help="Seconds for the search of the line behind one wrong answer, shown in feedback; 0 for none."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any, km: Any = None) -> tuple[NotebookNode, Any]:
        from autograde.classroom.seed import PRACTICE_SEED, seed_here
        from autograde.engine.submission import Settings, grade_notebook

        wanted = resources["nbgrader"]
        course = course_folder(wanted["db_url"])
        assignment = _assignment(str(course), wanted["db_url"], wanted["assignment"])
        master = next(m for m in assignment.notebooks if m.name == wanted["notebook"])
        seed = seed_here()
        settings = Settings(
            PRACTICE_SEED if seed is None else seed,
            float(self.timeout or 0),
            self.submission_seconds,
            self.line_seconds,
        )
        files = _files_beside(Path(resources["metadata"]["path"]))
        raw = json.dumps(nb).encode()
        graded = grade_notebook(_control(self.require_sandbox), master, raw, files, settings)
        for note in graded.notes:
            self.log.warning(note)
        resources["nbgrader"]["answers"] = graded.answers
        nb.cells = graded.notebook.cells
        return nb, resources


class SaveAutoGradesKindly(SaveAutoGrades):
    """A grade given by hand is opened again only where the answer or the automatic score has changed since."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        from autograde.engine.audit import read_audit

        wanted = resources["nbgrader"]
        audit = read_audit(course_folder(wanted["db_url"])).get((wanted["student"], wanted["assignment"]))
        self._before = audit.answers if audit else {}
        return super().preprocess(nb, resources)

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        from autograde.engine.gradebook import needs_a_person

        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        old, manual, waiting = grade.auto_score, grade.manual_score, grade.needs_manual_grade
        super()._add_score(cell, resources)
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:16]
        same = (
            self._before.get(name, digest if manual is None else None) == digest or cell.cell_type == "code"
        )
        grade.needs_manual_grade = needs_a_person(grade.auto_score, old, manual, waiting, unchanged=same)
        self.gradebook.db.commit()


def course_folder(db_url: str) -> Path:
    """The course folder: $AUTOGRADE_COURSE, which the course's configuration sets, or the gradebook's folder."""
    import os

    chosen = os.environ.get("AUTOGRADE_COURSE")
    return Path(chosen) if chosen else Path(db_url.removeprefix("sqlite:///")).parent


@functools.cache
def _assignment(course: str, db_url: str, name: str) -> Any:
    from autograde.classroom.coursefolder import course_api
    from autograde.engine.master import load_assignment

    return load_assignment(Path(course), course_api(Path(course)), name)


@functools.cache
def _control(require_sandbox: bool) -> Any:
    """One warm worker server for as long as this process lives; where there is no fork, a process per submission."""
    from autograde.engine.workers import FORKS, Control, start_server
    from helpers.worker.confine import Limits

    if not FORKS:
        from autograde.engine.freshworkers import FreshWorkers

        workers = FreshWorkers(1, Limits(), Path.cwd(), require_sandbox=require_sandbox)
        atexit.register(workers.stop)
        return workers
    server = start_server(1, Limits(), Path.cwd(), require_sandbox=require_sandbox)
    atexit.register(server.stop)
    return Control(server.slots[0])


def _files_beside(folder: Path) -> dict[str, bytes]:
    """Files that lie with the notebook, which its cells may read."""
    from autograde.engine.folder import EXTRA_BYTES, plain_files

    found: dict[str, bytes] = {}
    for path in plain_files(folder):
        size = path.stat().st_size
        if path.suffix != ".ipynb" and size + sum(map(len, found.values())) <= EXTRA_BYTES:
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found
