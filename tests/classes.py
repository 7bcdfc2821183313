"""Classes that tests grade: handing in, grading by hand, and all that a course folder says afterwards."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook

from autograde.classroom.classgrading import grade_course
from autograde.course.madeup import misconception
from autograde.engine.audit import read_audit
from tests.engine import handed_in, solutions

START, POOLING = "00_start_here", "05_pooling"
WHERE_IT_RAN = re.compile(rb"worker-\w+/[-\w]+")
SLEEP = "import time; time.sleep({seconds})"


def hand_in(folder: Path, student: str, notebook: NotebookNode | str | bytes, lecture: str = START) -> Path:
    """Put a notebook, or any text or bytes in its place, where submissions stand; returns the file."""
    place = folder / "submitted" / student / lecture
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{lecture}.ipynb"
    if isinstance(notebook, bytes):
        path.write_bytes(notebook)
    elif isinstance(notebook, str):
        path.write_text(notebook)
    else:
        nbformat.write(notebook, path)
    return path


def book(folder: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{folder}/gradebook.db", folder.name)


def export(folder: Path) -> dict[tuple[str, ...], Any]:
    """All that a gradebook says, without ids; an error when it says anything twice."""
    rows: list[tuple[tuple[str, ...], Any]] = []
    with book(folder) as gradebook:
        for assignment in gradebook.assignments:
            for submission in gradebook.assignment_submissions(assignment.name):
                student = submission.student.id
                rows.append(((student, assignment.name), submission.score))
                for notebook in submission.notebooks:
                    rows += _rows(student, notebook)
    found = dict(rows)
    assert len(found) == len(rows), "the gradebook has something twice"
    return found


def _rows(student: str, notebook: Any) -> list[tuple[tuple[str, ...], Any]]:
    rows: list[tuple[tuple[str, ...], Any]] = []
    for grade in notebook.grades:
        said = (grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
        rows.append(((student, notebook.name, grade.name), said))
    for comment in notebook.comments:
        words = (comment.auto_comment, comment.manual_comment, notebook.flagged)
        rows.append(((student, notebook.name, "comment", comment.name), words))
    return rows


def graded_files(folder: Path) -> dict[str, bytes]:
    """Every file below autograded/, by its path. The folder in which a worker ran has another name each time."""
    root = folder / "autograded"
    files = {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
    return {name: WHERE_IT_RAN.sub(b"worker", content) for name, content in files.items()}


def grade_by_hand(folder: Path, student: str, lecture: str = POOLING, name: str = "how_invariant") -> None:
    """What a person enters: marks, extra marks, a comment, a flag."""
    with book(folder) as gradebook:
        grade = gradebook.find_grade(name, lecture, lecture, student)
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 2.0, 0.5, False
        gradebook.find_comment(name, lecture, lecture, student).manual_comment = "well seen"
        gradebook.find_submission_notebook(lecture, lecture, student).flagged = True
        gradebook.db.commit()


def make_class(released: Path, folder: Path, students: int = 16, seconds: float = 0.3) -> None:
    """A course folder in the middle of a term: four graded, by hand too, two of them changed since; `students` wait.

    Every notebook sleeps for `seconds`, so that a process that grades it is there to be killed. changed.json names what
    was handed in again: student, lecture, digest of what it was before.
    """
    shutil.copytree(released, folder)
    sleep = SLEEP.format(seconds=seconds)
    old = ("ann", "bob", "cyd", "dan")
    for student in old:
        hand_in(folder, student, handed_in(released, POOLING, solutions(POOLING), sleep), POOLING)
    graded = grade_course(folder)
    assert not [r for r in graded if r.problem], graded
    for student in old[:3]:
        grade_by_hand(folder, student)
    before = read_audit(folder)
    reworded = solutions(POOLING) | {"how_invariant": "Something else."}
    worse = solutions(POOLING) | {"max_pool2d": misconception("max_pool2d", "starts_at_zero")}
    for student, answers in (("ann", reworded), ("bob", worse)):
        hand_in(folder, student, handed_in(released, POOLING, answers, sleep), POOLING)
    changed = [(s, POOLING, before[s, POOLING].submission) for s in ("ann", "bob")]
    (folder / "changed.json").write_text(json.dumps(changed))
    for number in range(students):
        hand_in(folder, *_newcomer(released, number, sleep))


def _newcomer(released: Path, number: int, sleep: str) -> tuple[str, NotebookNode | str, str]:
    student = f"new{number:02d}"
    if number % 8 == 7:
        return student, '{"cells": [', START
    if number % 4 == 1:
        answers = solutions(POOLING) | {"avg_pool2d": "def avg_pool2d(*args):\n    return undefined"}
        return student, handed_in(released, POOLING, answers, sleep), POOLING
    wrong = {"count_values": misconception("count_values", "forgets_channels")}
    return student, handed_in(released, START, wrong if number % 2 else solutions(START), sleep), START
