"""Grading one notebook from outside: every kind of submission gets its outcome, its score and its sentence."""

from __future__ import annotations

import json

import pytest

from autograde.classroom.democlass import ENDLESS, RAISES
from autograde.classroom.grading import NOT_ATTEMPTED, PARTLY, RIGHT
from autograde.course.madeup import misconception
from autograde.engine import submission as grading_of_one
from autograde.engine.submission import nbgraders_score
from tests.engine import grade, handed_in, outcomes, released, scores, solutions, total

POOLING = "05_pooling"
START = "00_start_here"


def with_answer(name, source, lecture=POOLING):
    return solutions(lecture) | {name: source}


def outputs(graded, grade_id):
    return next(
        c.outputs for c in graded.notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def test_the_solution_earns_every_point_that_no_person_gives(control, course):
    graded = grade(control, course, POOLING, handed_in(course, POOLING, solutions(POOLING)))
    assert {v.outcome for v in graded.verdicts} == {RIGHT, "by hand"}
    assert all(v.score == v.points and type(v.score) is float for v in graded.verdicts if v.outcome == RIGHT)
    assert not graded.problem and not graded.notes and not graded.restarts


def test_the_untouched_notebook_is_not_attempted(control, course):
    graded = grade(control, course, POOLING, released(course, POOLING))
    assert set(outcomes(graded).values()) == {NOT_ATTEMPTED}
    assert total(graded) == 0.0
    assert set(graded.comments.values()) == {"No response."}


def test_a_mistake_is_partly_right_and_named_and_its_hint_stands_in_the_notebook(control, course):
    answers = with_answer("max_pool2d", misconception("max_pool2d", "starts_at_zero"))
    graded = grade(control, course, POOLING, handed_in(course, POOLING, answers))
    verdict = next(v for v in graded.verdicts if v.grade_id == "max_pool2d")
    assert (verdict.outcome, verdict.misconception) == (PARTLY, "starts_at_zero")
    assert 0 < verdict.score < verdict.points
    shown = outputs(graded, "max_pool2d")
    assert [o.output_type for o in shown] == ["stream", "display_data", "execute_result"]
    assert "course-check" in shown[1].data["text/html"]


@pytest.mark.parametrize(
    ("source", "outcome", "word"),
    [
        (RAISES.format(name="avg_pool2d"), "exception", "NameError"),
        (ENDLESS.format(name="avg_pool2d"), "timeout", "loop that never ends"),
        (
            "def avg_pool2d(x, kernel_size, stride=None):\n    import os; os._exit(0)",
            "killed itself",
            "ended its own process",
        ),
        (
            "def avg_pool2d(x, kernel_size, stride=None):\n    import ctypes; ctypes.string_at(0)",
            "killed itself",
            "segmentation",
        ),
        (
            "def avg_pool2d(x, kernel_size, stride=None):\n    return bytearray(10**11)",
            "out of memory",
            "memory",
        ),
        ("def my_pool(x, kernel_size, stride=None):\n    return x", NOT_ATTEMPTED, ""),
        ("avg_pool2d = 3", NOT_ATTEMPTED, ""),
    ],
)
def test_what_goes_badly_costs_its_own_exercise_only(control, course, source, outcome, word):
    graded = grade(
        control, course, POOLING, handed_in(course, POOLING, with_answer("avg_pool2d", source)), seconds=2.0
    )
    assert outcomes(graded)["avg_pool2d"] == outcome
    assert scores(graded)["avg_pool2d"] == 0.0
    assert word in next(v.sentence for v in graded.verdicts if v.grade_id == "avg_pool2d")
    others = [v for v in graded.verdicts if v.grade_id != "avg_pool2d" and v.score is not None]
    assert all(v.score == v.points for v in others)


def test_a_function_that_ignores_the_interrupt_times_out(control, course):
    source = "def avg_pool2d(x, kernel_size, stride=None):\n    import time\n    while True:\n        try: time.sleep(60)\n        except BaseException: pass"
    graded = grade(
        control, course, POOLING, handed_in(course, POOLING, with_answer("avg_pool2d", source)), seconds=1.0
    )
    assert outcomes(graded)["avg_pool2d"] == "timeout"
    assert graded.restarts == 1


def test_a_cell_that_kills_its_worker_is_left_out_the_second_time(control, course):
    notebook = handed_in(course, START, solutions(START), first="import os; os._exit(1)")
    graded = grade(control, course, START, notebook)
    assert total(graded) == sum(v.points for v in graded.verdicts if v.score is not None)
    assert graded.restarts == 1
    assert "ended its own process" in graded.notebook.cells[0].outputs[0].evalue


def test_a_notebook_that_kills_again_and_again_comes_to_an_end(control, course):
    notebook = handed_in(course, START, solutions(START))
    for _ in range(6):
        notebook.cells.insert(
            0,
            {
                "cell_type": "code",
                "metadata": {},
                "source": "import os; os._exit(1)",
                "outputs": [],
                "execution_count": None,
            },
        )
    graded = grade(control, course, START, notebook)
    assert graded.restarts == grading_of_one.RESTARTS
    assert outcomes(graded)["count_values"] == "not reached"
    assert total(graded) == 0.0


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b'{"cells": [', "not JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"[1, 2]", "format 4"),
        (b'{"nbformat": 4, "cells": 3}', "format 4"),
        (b'{"nbformat": 99, "cells": []}', "format 4"),
        (
            b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "virus"}]}',
            "cell 1",
        ),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "source of cell 1"),
        (b"[" * 10**6, "nested|JSON"),
        (b" " * (26 * 2**20) + b"{}", "26 MB"),
        (
            json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}] * 10_000}).encode(),
            "10000 cells",
        ),
    ],
)
def test_an_unreadable_file_is_graded_as_untouched_with_its_reason(control, course, raw, why):
    import re

    graded = grade(control, course, START, raw)
    assert re.search(why, graded.problem)
    assert total(graded) == 0.0 and outcomes(graded)["count_values"] == "unreadable"


def test_strange_but_legal_notebooks_are_read(control, course):
    notebook = handed_in(course, START, solutions(START))
    for cell in notebook.cells:
        cell.source = cell.source.splitlines(keepends=True)
        cell.pop("id", None)
    notebook.nbformat_minor = 4
    notebook.cells.append({"cell_type": "code", "source": "print('\ud800')", "metadata": 3})
    graded = grade(control, course, START, json.dumps(notebook).encode())
    assert scores(graded)["count_values"] == 1.0


def _check(notebook, name="count_values"):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def _repairs():
    def removed(nb):
        nb.cells.remove(_check(nb))

    def doubled(nb):
        nb.cells.append(json.loads(json.dumps(_check(nb))))

    def tagged(nb):
        for cell in nb.cells:
            cell.metadata["tags"] = ["skip-execution"]

    def emptied(nb):
        _check(nb).source = ""

    def forged(nb):
        _check(nb).source = "100.0"

    def ungraded(nb):
        _check(nb).metadata.nbgrader.grade = False

    def dearer(nb):
        _check(nb).metadata.nbgrader.points = 1000

    def unmarked(nb):
        for cell in nb.cells:
            cell.metadata.pop("nbgrader", None)

    def renamed(nb):
        _check(nb).metadata.nbgrader.grade_id = "something_else"

    def markdown(nb):
        cell = _check(nb)
        cell.cell_type = "markdown"
        cell.pop("outputs", None)

    def reversed_order(nb):
        nb.cells.reverse()

    def solution_as_grade(nb):
        _check(nb, "count_values-answer").metadata.nbgrader.update(grade=True, points=50)

    return [
        removed,
        doubled,
        tagged,
        emptied,
        forged,
        ungraded,
        dearer,
        unmarked,
        renamed,
        markdown,
        solution_as_grade,
        reversed_order,
    ]


@pytest.mark.parametrize("harm", _repairs(), ids=lambda harm: harm.__name__)
def test_a_harmed_notebook_is_repaired(control, course, harm):
    for answers, wanted in ((solutions(START), 1.0), ({}, 0.0)):
        notebook = handed_in(course, START, answers)
        harm(notebook)
        graded = grade(control, course, START, notebook)
        assert scores(graded)["count_values"] == wanted
        assert [v.points for v in graded.verdicts if v.grade_id == "count_values"] == [1.0]
        assert graded.notes


def test_answers_merged_into_one_cell_count(control, course):
    notebook = handed_in(course, POOLING, {})
    answers = solutions(POOLING)
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("solution")]
    everything = "\n\n".join(answers[v] for v in answers if "def " in answers[v])
    notebook.cells.insert(
        2, {"cell_type": "code", "metadata": {}, "source": everything, "outputs": [], "execution_count": None}
    )
    graded = grade(control, course, POOLING, notebook)
    assert all(v.score == v.points for v in graded.verdicts if v.grade_id in ("max_pool2d", "avg_pool2d"))


def test_pictures_that_were_left_alone_are_not_run(control, course):
    graded = grade(control, course, POOLING, handed_in(course, POOLING, solutions(POOLING)))
    shown = [c for c in graded.notebook.cells if "show" in c.metadata.get("tags", [])]
    assert shown and all(c.outputs for c in shown)


def test_nbgrader_reads_the_same_scores_from_the_notebook(control, course):
    answers = with_answer("max_pool2d", misconception("max_pool2d", "starts_at_zero")) | {
        "avg_pool2d": RAISES.format(name="avg_pool2d")
    }
    graded = grade(control, course, POOLING, handed_in(course, POOLING, answers))
    for cell in graded.notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in scores(graded):
            assert nbgraders_score(cell)[0] == scores(graded)[grade_id]


def test_the_same_submission_gets_the_same_verdicts_twice(control, course):
    notebook = handed_in(course, START, solutions(START))
    first, second = (grade(control, course, START, notebook) for _ in range(2))
    assert scores(first) == scores(second) and outcomes(first) == outcomes(second)
    assert outputs(first, "count_values") == outputs(second, "count_values")


def test_files_beside_the_notebook_can_be_read(control, course):
    notebook = handed_in(course, START, {}, first="print(open('data/mine.txt').read())")
    graded = grade(control, course, START, notebook, **{"data/mine.txt": b"forty-two"})
    assert graded.notebook.cells[0].outputs[0].text == "forty-two\n"


def test_ways_around_what_is_off_limits_are_noted_for_the_instructor(control, course):
    lecture = "05_pooling"
    source = solutions(lecture)["global_avg_pool"]
    body = (
        source.replace("def global_avg_pool", "def _pool")
        + "\n\ndef global_avg_pool(x):\n    return globals()['_pool'](x)\n"
    )
    graded = grade(control, course, lecture, handed_in(course, lecture, {"global_avg_pool": body}))
    assert any("`global_avg_pool` uses globals" in note for note in graded.notes)
    honest = grade(control, course, lecture, handed_in(course, lecture, {"global_avg_pool": source}))
    assert honest.notes == ()
