"""The line behind a wrong answer on a feedback page: found in a worker, said in the grader's words, believed only where it can be so."""

from __future__ import annotations

import json
import time

import pytest

from autograde.engine.lines import sentence_of
from autograde.engine.submission import Settings, grade_notebook
from tests.engine import SEED, handed_in, master, solutions

LECTURE = "05_pooling"
WRONG = """
def global_avg_pool(x):
    total = x.sum(axis=(2, 3))
    return total / (x.shape[2] * x.shape[2])
"""
CELL = "import numpy as np\n\ndef ask(x):\n    return x + 1\n\n\nclass Helper:\n    pass\n"


def graded(control, course, answers, seconds=5.0, first=""):
    raw = json.dumps(handed_in(course, LECTURE, answers, first)).encode()
    settings = Settings(SEED, 20.0, line_seconds=seconds)
    return grade_notebook(control, master(course, LECTURE), raw, {}, settings)


def page_of(made, name: str) -> str:
    outputs = [
        c.outputs for c in made.notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name
    ]
    return json.dumps(outputs)


def test_the_line_stands_in_the_outputs_and_in_the_audit(control, course):
    made = graded(control, course, solutions(LECTURE) | {"global_avg_pool": WRONG.strip()})
    said = "One small change in line 3 makes all examples right: `return total / (x.shape[2] * x.shape[2])`."
    assert said in page_of(made, "global_avg_pool")
    assert [v.to_json().get("line") for v in made.verdicts if v.grade_id == "global_avg_pool"] == [said]
    assert all("line" not in v.to_json() for v in made.verdicts if v.grade_id != "global_avg_pool")


def test_without_being_asked_for_no_line_is_searched(control, course):
    made = graded(control, course, solutions(LECTURE) | {"global_avg_pool": WRONG.strip()}, 0.0)
    assert "One small change" not in page_of(made, "global_avg_pool")


def test_the_search_has_no_more_time_than_the_submission_as_a_whole(control, course):
    answers = solutions(LECTURE) | {"global_avg_pool": WRONG.strip()}
    slow = json.dumps(handed_in(course, LECTURE, answers, "import time; time.sleep(6)")).encode()
    settings = Settings(SEED, 20.0, submission_seconds=11.0, line_seconds=5.0)
    started = time.monotonic()
    made = grade_notebook(control, master(course, LECTURE), slow, {}, settings)
    assert time.monotonic() - started < 11 + 40
    assert "One small change" not in page_of(made, "global_avg_pool")


def test_an_answer_that_ends_its_worker_during_the_search_loses_nothing(control, course):
    deadly = WRONG.strip().replace(
        "    total", "    import os\n    (os._exit(3) if x.shape[2] * x.shape[3] < 0 else 0)\n    total"
    )
    made = graded(control, course, solutions(LECTURE) | {"global_avg_pool": deadly}, first="import os")
    others = {v.grade_id: v.score for v in made.verdicts if v.grade_id != "global_avg_pool"}
    right = graded(control, course, solutions(LECTURE), 0.0)
    assert others == {v.grade_id: v.score for v in right.verdicts if v.grade_id != "global_avg_pool"}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"line": None},
        {"line": 99, "function": "ask"},
        {"line": 1, "function": "ask"},
        {"line": True, "function": "ask"},
        {"line": "4", "function": "ask"},
        {"line": 4, "function": "another"},
        {"line": 4, "function": ["ask"]},
        {"line": -1, "function": "Helper"},
        {"line": 10**30, "function": "ask"},
    ],
)
def test_a_line_that_is_none_is_not_said(told):
    assert sentence_of(told, "ask", [CELL]) == ""


def test_the_words_are_those_of_what_was_handed_in():
    assert sentence_of(
        {"line": 4, "function": "ask", "everything": True, "text": "secret"}, "ask", [CELL]
    ) == ("One small change in line 4 makes all examples right: `return x + 1`.")
    said = sentence_of({"line": 8, "function": "Helper"}, "ask", [CELL])
    assert (
        said
        == "One small change in line 8 of `Helper` makes all examples that ask for a value right: `pass`."
    )
