"""Whole runs over a class: the gradebook, what is skipped, hand grades that survive, and nbgrader's own way beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograde.classroom.classgrading import Way, grade_course
from autograde.classroom.coursefolder import CourseError, course_api
from autograde.course.madeup import misconception
from autograde.engine import audit, versions
from autograde.engine.audit import AUDIT_FILE, read_audit
from tests.classes import POOLING, START, book, export, grade_by_hand, hand_in
from tests.engine import handed_in, solutions

ROOT = Path(__file__).parent.parent


@pytest.fixture
def classroom(course, tmp_path):
    """A fresh course folder with five submissions of notebook 00."""
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    answers = {
        "ada": solutions(START),
        "ben": {"count_values": misconception("count_values", "accepts_any_size")},
        "cem": {},
        "dea": {"count_values": "def count_values(h, w, c):\n    import os; os._exit(1)"},
    }
    for student, given in answers.items():
        hand_in(folder, student, handed_in(course, START, given))
    hand_in(folder, "eva", '{"cells": [')
    return folder


def test_a_class_is_graded_into_the_gradebook_with_notebooks_and_an_audit(classroom):
    results = {r.student: r for r in grade_course(classroom)}
    assert (results["ada"].score, results["cem"].score, results["dea"].score, results["eva"].score) == (
        1.0,
        0,
        0,
        0,
    )
    assert 0 < results["ben"].score < 1
    assert "not JSON" in results["eva"].problem
    for student in results:
        graded = nbformat.read(classroom / "autograded" / student / START / f"{START}.ipynb", as_version=4)
        nbformat.validate(graded)
    lines = [json.loads(line) for line in (classroom / AUDIT_FILE).read_text().splitlines()]
    assert {line["student"] for line in lines} == set(results)
    seed = (classroom / ".autograde_seed").read_text().strip()
    assert seed not in (classroom / AUDIT_FILE).read_text()
    assert all(line["versions"]["nbgrader"] and line["limits"]["cell_seconds"] for line in lines)
    assert not (classroom / ".autograde_work").exists()


def test_grading_twice_changes_nothing_and_a_changed_submission_is_graded_again(classroom, course):
    grade_course(classroom)
    before = export(classroom)
    again = grade_course(classroom)
    assert all(r.skipped for r in again) and export(classroom) == before
    assert all(not r.skipped for r in grade_course(classroom, force=True)) and export(classroom) == before
    hand_in(classroom, "cem", handed_in(course, START, solutions(START)))
    third = {r.student: r for r in grade_course(classroom)}
    assert [name for name, r in third.items() if not r.skipped] == ["cem"]
    assert third["cem"].score == 1.0


def test_with_other_exercise_code_everything_is_graded_again(classroom, monkeypatch):
    grade_course(classroom)
    other = versions.here() | {versions.CODE: "a case was added"}
    monkeypatch.setattr(audit, "here", lambda: other)
    assert not any(r.skipped for r in grade_course(classroom))


def test_one_student_or_lecture_can_be_chosen_and_nothing_handed_in_is_said(classroom):
    assert [r.student for r in grade_course(classroom, student="ada")] == ["ada"]
    with pytest.raises(CourseError, match="nothing handed in"):
        grade_course(classroom, assignment=POOLING)


@pytest.fixture
def essays(course, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    hand_in(folder, "ada", handed_in(course, POOLING, solutions(POOLING)), POOLING)
    return folder


def test_what_a_person_entered_survives_and_stays_closed(essays):
    grade_course(essays)
    assert export(essays)["ada", POOLING, "how_invariant"] == (None, None, None, True)
    grade_by_hand(essays, "ada")
    before = export(essays)
    grade_course(essays, force=True)
    assert export(essays) == before
    assert before["ada", POOLING, "how_invariant"] == (None, 2.0, 0.5, False)
    assert before["ada", POOLING, "comment", "how_invariant"] == (None, "well seen", True)


def test_a_hand_grade_is_opened_again_when_its_answer_changes(essays, course):
    grade_course(essays)
    grade_by_hand(essays, "ada")
    changed = solutions(POOLING) | {"how_invariant": "Something else entirely."}
    hand_in(essays, "ada", handed_in(course, POOLING, changed), POOLING)
    grade_course(essays)
    assert export(essays)["ada", POOLING, "how_invariant"] == (None, 2.0, 0.5, True)


def test_feedback_pages_hold_the_hint(classroom):
    grade_course(classroom, student="ben", feedback=True)
    page = (classroom / "feedback" / "ben" / START / f"{START}.html").read_text()
    assert "channels" in page and "HIDDEN" not in page


def test_a_late_submission_gets_nbgraders_penalty(classroom):
    config = classroom / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with book(classroom) as gradebook:
        gradebook.update_or_create_assignment(START, duedate="2026-01-01 00:00:00 UTC")
    (classroom / "submitted" / "ada" / START / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    grade_course(classroom, student="ada")
    with book(classroom) as gradebook:
        submission = gradebook.find_submission(START, "ada")
        assert submission.total_seconds_late == 86400
        assert submission.notebooks[0].late_submission_penalty == 1.0


def test_a_gradebook_that_is_no_gradebook_is_said_and_left_alone(classroom):
    (classroom / "gradebook.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(CourseError, match="gradebook .* cannot be used"):
        grade_course(classroom)
    assert (classroom / "gradebook.db").read_bytes().startswith(b"not a database")


def test_a_gradebook_that_is_held_for_a_while_is_waited_for(classroom):
    import sqlite3
    import threading

    holder = sqlite3.connect(classroom / "gradebook.db", check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    # Reading waits too, so it is let go before the first result comes in and taken again while writing.
    threading.Timer(2.0, holder.rollback).start()
    assert {r.student: r.score for r in grade_course(classroom, student="ada")} == {"ada": 1.0}
    holder.close()


def test_a_grader_that_dies_is_replaced_and_a_deadly_submission_recorded(classroom, monkeypatch):
    from autograde.engine import graderprocess

    judge = graderprocess.grade_notebook

    def fragile(control, master, raw, *more):
        if raw and b"forty" in raw:
            os._exit(9)
        return judge(control, master, raw, *more)

    monkeypatch.setattr(graderprocess, "grade_notebook", fragile)
    path = classroom / "submitted" / "ben" / START / f"{START}.ipynb"
    path.write_text(path.read_text().replace("Start here", "forty"))
    results = {r.student: r for r in grade_course(classroom)}
    assert "2 times" in results["ben"].problem
    assert results["ada"].score == 1.0 and not results["ada"].problem


def test_a_torn_audit_line_is_left_aside(classroom):
    grade_course(classroom)
    path = classroom / AUDIT_FILE
    path.write_bytes(path.read_bytes()[:-40])
    assert len(read_audit(classroom)) == 4
    results = grade_course(classroom)
    assert sum(not r.skipped for r in results) == 1
    assert len(read_audit(classroom)) == 5


@pytest.mark.slow
def test_three_ways_give_the_same_scores(classroom, course, tmp_path):
    """The engine, the engine inside `nbgrader autograde`, and plain nbgrader."""
    shutil.rmtree(classroom / "submitted" / "eva")
    shutil.rmtree(classroom / "submitted" / "dea")  # kills its kernel, which plain nbgrader does not grade
    answers = solutions(POOLING) | {
        "max_pool2d": misconception("max_pool2d", "starts_at_zero"),
        "how_invariant": "So.",
    }
    hand_in(classroom, "gia", handed_in(course, POOLING, answers), POOLING)
    folders = {name: tmp_path / name / "course" for name in ("inside", "plain")}
    for folder in folders.values():
        shutil.copytree(classroom, folder)
    grade_course(classroom)
    grade_course(folders["plain"], way=Way(nbgrader=True))
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    for lecture in (START, POOLING):
        command = [sys.executable, "-m", "nbgrader", "autograde", lecture]
        subprocess.run(command, cwd=folders["inside"], env=environment, check=True, capture_output=True)
    assert export(classroom) == export(folders["inside"]) == export(folders["plain"])


DROP_IN = [
    "1", "assert True", "assert False", "0.5", "-1.0",
    "import sys; print('x', file=sys.stderr)", "print('fine')", "import numpy as np\nnp.float64(0.25)",
    "raise ValueError('no')", "None", "'text'", "await __import__('asyncio').sleep(0)",
    "%time 0.75", "from IPython.display import display\ndisplay(0.5)", "x = undefined", "def f(:",
]  # fmt: skip


@pytest.mark.slow
def test_a_course_without_definitions_gets_nbgraders_scores_cell_by_cell(tmp_path):
    """A drop-in: an instructor's own grade cells run in the worker, and nbgrader's rule reads their outputs."""
    course = tmp_path / "other"
    source = course / "source" / "ps1"
    source.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'other'\nc.Execute.timeout = 20\n"
    )
    cells = [
        nbformat.v4.new_code_cell(
            "answer = 1\n### BEGIN SOLUTION\nanswer = 2\n### END SOLUTION",
            metadata=_meta("answer", solution=True),
        )
    ]
    for number, code in enumerate(DROP_IN):
        cells.append(
            nbformat.v4.new_code_cell(
                code, metadata=_meta(f"test{number}", grade=True, locked=True, points=2)
            )
        )
    cells.append(
        nbformat.v4.new_markdown_cell("words", metadata=_meta("essay", grade=True, solution=True, points=3))
    )
    cells.append(
        nbformat.v4.new_markdown_cell("do", metadata=_meta("task", task=True, locked=True, points=1))
    )
    nbformat.write(nbformat.v4.new_notebook(cells=cells), source / "p.ipynb")
    api = course_api(course)
    assert api.generate_assignment("ps1")["success"]
    released = nbformat.read(course / "release" / "ps1" / "p.ipynb", as_version=4)
    for student, word in (("ada", "words"), ("ben", "an essay")):
        released.cells[-2].source = word
        place = course / "submitted" / student / "ps1"
        place.mkdir(parents=True)
        nbformat.write(released, place / "p.ipynb")
    plain = tmp_path / "plain" / "other"
    shutil.copytree(course, plain)
    grade_course(course)
    _plainly(plain, "ps1")
    assert export(course) == export(plain)


@pytest.mark.slow
def test_nbgraders_own_example_course_gets_the_same_scores(tmp_path):
    import nbgrader

    example = Path(nbgrader.__file__).parent / "docs/source/user_guide"
    if not (example / "source").is_dir():
        pytest.skip("this nbgrader comes without its example course")
    course = tmp_path / "other"
    for part in ("source", "submitted"):
        shutil.copytree(example / part, course / part)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'other'\nc.Execute.timeout = 20\n"
    )
    assert course_api(course).generate_assignment("ps1")["success"]
    plain = tmp_path / "plain" / "other"
    shutil.copytree(course, plain)
    assert {r.student for r in grade_course(course)} == {"bitdiddle", "hacker"}
    _plainly(plain, "ps1")
    assert export(course) == export(plain)


def _plainly(course, assignment):
    """nbgrader's own batch."""
    assert course_api(course).autograde(assignment, "*", force=True, create=True)["success"]


def _meta(grade_id, grade=False, solution=False, locked=False, task=False, points=None):
    meta = {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": task,
        "schema_version": 3,
    }
    return {"nbgrader": meta | ({"points": points} if points is not None else {})}
