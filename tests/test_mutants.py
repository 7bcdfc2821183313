"""Slips in right answers: how they are judged, and a sample of the course's own."""

from __future__ import annotations

import pytest

from autograde.mutants.judging import (
    ENDLESS,
    NOT_RUN,
    SLIPS,
    Judge,
    Judged,
    Mutant,
    code_key,
    mutants_of,
    plain_data,
)
from autograde.mutants.reasons import reasons_for, sort_out
from autograde.mutants.running import chosen_exercises, details, judged, total

RIGHT_ANSWER = """
def correlate1d(x, w):
    if len(w) == 0 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    y = np.zeros(len(x) - len(w) + 1)
    i = 0
    while i < len(y):
        y[i] = np.sum(x[i : i + len(w)] * w)
        i += 1
    return y
"""


@pytest.fixture(scope="module")
def judge():
    made = Judge("correlate1d")
    made.set_limit(compile(RIGHT_ANSWER, "<mutant>", "exec"))
    return made


def verdict(judge: Judge, was: str, now: str) -> Judged:
    assert RIGHT_ANSWER.count(was) == 1
    code = compile(RIGHT_ANSWER.replace(was, now), "<mutant>", "exec")
    return judge.judge(Mutant("correlate1d", "this", "operator", 0, was, now), code)


def test_a_right_answer_is_right_by_both(judge):
    found = verdict(judge, "i += 1", "i = i + 1")
    assert (found.check, found.graded) == ("right", True)


def test_a_slip_that_returns_another_value_is_refused_by_both_and_can_be_explained(judge):
    found = verdict(judge, "x[i : i + len(w)] * w", "x[i : i + len(w)] * w[::-1]")
    assert (found.check, found.graded, found.returns, found.explained) == ("not yet right", False, True, True)


def test_a_slip_that_raises_returns_no_value(judge):
    found = verdict(judge, "len(x) - len(w) + 1", "len(x) - len(w)")
    assert found.check == "not yet right" and found.returns
    found = verdict(judge, "i : i + len(w)", "i : i + len(w) - 1")
    assert found.check == "not yet right" and not found.returns


def test_a_slip_that_never_ends_is_stopped(judge):
    assert verdict(judge, "i += 1", "i = 1").check == ENDLESS
    swallowing = RIGHT_ANSWER.replace("i += 1", "try:\n            1 / 0\n        except:\n            pass")
    code = compile(swallowing, "<mutant>", "exec")
    assert judge.judge(Mutant("correlate1d", "this", "", 0, "", ""), code).check == ENDLESS


def test_a_slip_that_does_not_run_is_none(judge):
    assert verdict(judge, "def correlate1d(x, w)", "def correlate1d(x, w=v)").check == NOT_RUN


def test_a_wrong_answer_is_no_ground_for_slips():
    wrong = compile("def correlate1d(x, w):\n    return x", "<mutant>", "exec")
    with pytest.raises(AssertionError, match="a right answer is refused"):
        Judge("correlate1d").set_limit(wrong)


def test_edits_that_compile_to_the_same_code_are_no_mutants():
    one = compile("def f(x):\n    return (x + 1)", "a", "exec")
    same = compile("def f(x):\n\n    return x + 1", "b", "exec")
    other = compile("def f(x):\n    return x + 1.0", "a", "exec")
    assert code_key(one) == code_key(same) != code_key(other)
    source = "def f(a, b, c):\n    return a + (b * c)"
    assert "return a + b * c" not in {m.now for m, _ in mutants_of("f", "this", source, tuple(SLIPS))}


def survivor(now: str, graded: bool, was: str = "if K > N:", check: str = "right") -> Judged:
    return Judged(Mutant("e", "solution", "name", 3, was, now), check, graded)


def test_a_survivor_needs_a_reason_and_a_reason_needs_a_survivor():
    made = [
        survivor("a", True),
        survivor("b", True),
        survivor("c", False),
        survivor("d", True, check="endless"),
    ]
    found = sort_out("e", made, {"equivalent": ("a", "z"), "too large to ask for": ("c",)})
    assert [(one.mutant.now, why) for one, why in found.excused] == [
        ("a", "equivalent"),
        ("c", "too large to ask for"),
    ]
    assert [one.mutant.now for one in found.unexplained] == ["b"]
    assert found.stale == ("e: z",)
    assert not sort_out("e", made, {"equivalent": ("z",)}, complete=False).stale


def test_a_reason_for_all_edits_of_a_line_excuses_none_that_grading_refuses():
    made = [survivor("if K >= N:", True), survivor("if K < N:", False)]
    found = sort_out("e", made, {"what follows refuses the same": ("if K > N: -> *",)})
    assert [one.mutant.now for one, _ in found.excused] == ["if K >= N:"]
    assert [one.mutant.now for one in found.unexplained] == ["if K < N:"]


def test_exercises_are_chosen_by_name_and_by_lecture():
    assert chosen_exercises("conv2d") == ["conv2d"]
    assert chosen_exercises("05_pooling") == chosen_exercises("pooling")
    assert "max_pool2d" in chosen_exercises("pooling") and "conv2d" not in chosen_exercises("pooling")
    assert set(chosen_exercises()) > set(chosen_exercises("pooling"))
    with pytest.raises(ValueError, match="no lecture called 'poling'"):
        chosen_exercises("poling")


def test_every_written_reason_belongs_to_an_exercise_of_its_lecture():
    for name in chosen_exercises():
        for why, lines in reasons_for(name).items():
            assert why.strip() and lines and not isinstance(lines, str), name


def test_every_name_with_reasons_is_an_exercise():
    from importlib import import_module

    from autograde.course.registry import exercises

    for module in {exercise.module for exercise in exercises().values()}:
        for place in (module, f"{module}.survivors"):
            try:
                listed = getattr(import_module(place), "SURVIVORS", {})
            except ModuleNotFoundError:
                continue
            assert set(listed) <= set(chosen_exercises()), place


@pytest.mark.slow
def test_in_a_sample_of_all_slips_none_is_told_right_and_none_survives_without_a_reason():
    found = [judged(name, 150, data=plain_data(name)) for name in chosen_exercises()]
    everything = total(found)
    assert len(everything.made) > 100
    assert sum(not one.graded for one in everything.made) > 0.9 * len(everything.made)
    assert not everything.survivors.unexplained, details(everything)
