"""What an answer earns that works nothing out: it raises, returns None, zeros or its input, whatever it is asked."""

from __future__ import annotations

import numpy as np
import pytest

from autograde.classroom.grading import HiddenCase, _earned, cases_of, grade
from autograde.course.definition import Exercise, call, call_error
from autograde.course.registry import exercises
from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import check_data
from helpers.travel.calls import Observation

SEED = 7
LARGEST_SHARE = (
    0.03  # of an exercise's points, for an answer that returns its input; of any other kind nothing at all
)
FUNCTIONS = sorted(name for name, made in exercises().items() if isinstance(made, Exercise))


def refusing(error: type[Exception]):
    def refuse(*args, **kwargs):
        raise error("no")

    return refuse


def given(*args, **kwargs):
    return next(iter([*args, *kwargs.values()]), None)


def zeros(*args, **kwargs):
    first = given(*args, **kwargs)
    return np.zeros_like(first) if isinstance(first, np.ndarray) else 0


TRIVIAL = {
    "ValueError": refusing(ValueError),
    "TypeError": refusing(TypeError),
    "IndexError": refusing(IndexError),
    "None": lambda *args, **kwargs: None,
    "0": lambda *args, **kwargs: 0,
    "zeros": zeros,
    "its input": given,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_answer_that_works_nothing_out_earns_nothing(name):
    exercise, data = exercises()[name], check_data(name)
    earned = {}
    for kind, function in TRIVIAL.items():
        verdict = grade(exercise, data, NotebookAnswer(data, dict.fromkeys(data.functions, function)), SEED)
        earned[kind] = verdict.score / verdict.points
    assert earned.pop("its input") <= LARGEST_SHARE
    assert set(earned.values()) == {0.0}, earned


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_exercise_has_cases_that_need_work(name):
    """Else the rule would count refusals as they are."""
    worth = sum(case.share for case in cases_of(exercises()[name], SEED) if not case.is_trivial)
    assert worth > 0.5


def case(share: float, made=None, value=1.0) -> HiddenCase:
    made = made or call(np.array([2.0]))
    return HiddenCase(
        "", share, made, Observation(errors=(made.error,)) if made.error else Observation(value)
    )


@pytest.mark.parametrize(
    ("credits", "earned"),
    [
        ((1, 1, 1), 1.0),
        ((0, 0, 1), 0.0),
        ((1, 0, 1), 0.5),
        ((1, 0, 0), 0.3),
        ((0.5, 0.5, 1), 0.5),
        ((1, 1, 0), 0.6),
    ],
)
def test_refusals_count_in_the_share_of_the_values_that_are_right(credits, earned):
    cases = (case(0.3), case(0.3), case(0.4, call_error(ValueError, 0)))
    assert _earned(cases, list(credits)) == pytest.approx(earned)


def test_where_there_is_nothing_but_refusals_they_count_as_they_are():
    cases = (case(0.5, call_error(ValueError, 0)), case(0.5, value=None))
    assert _earned(cases, [1.0, 0.0]) == 0.5


@pytest.mark.parametrize(
    ("value", "trivial"),
    [
        (None, True), (np.zeros((2, 2)), True), (0, True), (np.array([2.0]), True),
        (np.array([2.0, 2.0]), False), (np.array([0.0, 1]), False), ((0, 0), False), ("valid", False), (3, False),
    ],
)  # fmt: skip
def test_which_cases_need_no_work(value, trivial):
    assert case(1.0, value=value).is_trivial == trivial
