"""Writes grades into nbgrader's gradebook: its own tables, many submissions in one transaction, one writer.

What people entered (manual scores, extra credit, comments, flags) is never touched. A grade by hand is opened again only
where what it was given for has changed.
"""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from autograde.engine.audit import Line

Row = dict[str, Any]


@dataclass(frozen=True)
class _Notebook:
    """A notebook of an assignment in the gradebook: ids of its graded and commented cells by name."""

    identity: str
    grades: dict[str, str]
    comments: dict[str, str]


class GradebookWriter:
    """The only one who writes. Opened once per run."""

    def __init__(self, api: Any, assignments: list[str]) -> None:
        self._api = api
        self._gradebook = api.gradebook
        self._known = {name: self._cells(name) for name in assignments}
        self._assignment = {name: self._gradebook.find_assignment(name).id for name in assignments}
        self._gradebook.db.rollback()

    def close(self) -> None:
        self._gradebook.close()

    def _cells(self, assignment: str) -> dict[str, _Notebook]:
        found = {}
        for notebook in self._gradebook.find_assignment(assignment).notebooks:
            tasks = {cell.name: cell.id for cell in notebook.task_cells}
            grades = {cell.name: cell.id for cell in notebook.grade_cells} | tasks
            comments = {cell.name: cell.id for cell in notebook.solution_cells} | tasks
            found[notebook.name] = _Notebook(notebook.id, grades, comments)
        return found

    def write(self, reports: list[tuple[Row, datetime.datetime | None, Line | None]]) -> None:
        """Write the grades of several submissions, all of them or none."""
        with self._gradebook.engine.begin() as connection:
            for report, timestamp, before in reports:
                self._write_one(connection, report, timestamp, before)
        for report, timestamp, _ in reports:
            self._late_penalties(report, timestamp)

    def _write_one(
        self, db: Connection, report: Row, timestamp: datetime.datetime | None, before: Line | None
    ) -> None:
        from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook

        students, submissions = Student.__table__, SubmittedAssignment.__table__
        student, assignment = report["student"], self._assignment[report["assignment"]]
        if db.execute(select(students.c.id).where(students.c.id == student)).first() is None:
            db.execute(insert(students).values(id=student, lms_user_id=None))
        mine = (submissions.c.assignment_id == assignment) & (submissions.c.student_id == student)
        submission = _row(db, submissions, mine, {"assignment_id": assignment, "student_id": student})
        if timestamp is not None:
            db.execute(update(submissions).where(submissions.c.id == submission).values(timestamp=timestamp))
        notebooks = SubmittedNotebook.__table__
        for notebook in report["notebooks"]:
            known = self._known[report["assignment"]][notebook["name"]]
            where = (notebooks.c.assignment_id == submission) & (notebooks.c.notebook_id == known.identity)
            values = {"assignment_id": submission, "notebook_id": known.identity, "flagged": False}
            place = _row(db, notebooks, where, values)
            db.execute(update(notebooks).where(notebooks.c.id == place).values(late_submission_penalty=None))
            _write_grades(db, place, known, notebook, before)
            _write_comments(db, place, known, notebook)

    def _late_penalties(self, report: Row, timestamp: datetime.datetime | None) -> None:
        """nbgrader's own step, for the few that are late."""
        if timestamp is None:
            return
        submission = self._gradebook.find_submission(report["assignment"], report["student"])
        late = submission.total_seconds_late > 0
        self._gradebook.db.rollback()
        if not late:
            return
        from nbformat.v4 import new_notebook
        from nbgrader.preprocessors import AssignLatePenalties

        step = AssignLatePenalties(config=self._api.config)
        step.log.setLevel(logging.ERROR)
        for notebook in report["notebooks"]:
            resources = {
                "nbgrader": {
                    "notebook": notebook["name"],
                    "assignment": report["assignment"],
                    "student": report["student"],
                    "db_url": self._api.coursedir.db_url,
                }
            }
            step.preprocess(new_notebook(), resources)

    def scores(self, assignment: str, student: str) -> tuple[float, float] | None:
        """(score, maximum) of a submission, None when the gradebook does not have it."""
        from nbgrader.api import MissingEntry

        try:
            submission = self._gradebook.find_submission(assignment, student)
        except MissingEntry:
            return None
        finally:
            self._gradebook.db.rollback()
        return float(submission.score), float(submission.max_score)


def _row(db: Connection, table: Any, where: Any, values: Row) -> str:
    """The id of the row that `where` finds, made from `values` when there is none."""
    found = db.execute(select(table.c.id).where(where)).first()
    if found is not None:
        return str(found[0])
    key = db.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return str(key[0])


def _write_grades(db: Connection, place: str, known: _Notebook, notebook: Row, before: Line | None) -> None:
    from nbgrader.api import Grade

    table = Grade.__table__
    columns = (table.c.cell_id, table.c.auto_score, table.c.manual_score, table.c.needs_manual_grade)
    there = {row[0]: row[1:] for row in db.execute(select(*columns).where(table.c.notebook_id == place))}
    given = {verdict["cell"]: verdict["score"] for verdict in notebook["verdicts"]}
    for name, cell in known.grades.items():
        score = 0.0 if notebook["missing"] else given.get(name)
        same = before is not None and before.answers.get(name) == notebook["answers"].get(name)
        if cell not in there:
            db.execute(
                insert(table).values(
                    notebook_id=place, cell_id=cell, auto_score=score, needs_manual_grade=score is None
                )
            )
            continue
        old, manual, waiting = there[cell]
        needs = needs_a_person(score, old, manual, waiting, unchanged=same)
        changed = table.update().where((table.c.notebook_id == place) & (table.c.cell_id == cell))
        db.execute(changed.values(auto_score=score, needs_manual_grade=needs))


def needs_a_person(
    score: float | None, old: float | None, manual: float | None, waiting: bool, *, unchanged: bool
) -> bool:
    """Whether a grade waits for a person. One given by hand stays closed while score and answer are what they were."""
    if manual is None:
        return score is None
    return waiting if unchanged and score == old else True


def _write_comments(db: Connection, place: str, known: _Notebook, notebook: Row) -> None:
    from nbgrader.api import Comment

    table = Comment.__table__
    there = {row[0] for row in db.execute(select(table.c.cell_id).where(table.c.notebook_id == place))}
    for name, cell in known.comments.items():
        text = None if notebook["missing"] else notebook["comments"].get(name)
        if cell in there:
            changed = table.update().where((table.c.notebook_id == place) & (table.c.cell_id == cell))
            db.execute(changed.values(auto_comment=text))
        else:
            db.execute(insert(table).values(notebook_id=place, cell_id=cell, auto_comment=text))
