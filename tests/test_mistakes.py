"""Answers that were really given: right ones keep their marks, wrong ones are told so, explained, and not accused."""

from __future__ import annotations

import functools
import pkgutil
from importlib import import_module

import pytest

import tests.mistakes
from autograde.classroom.grading import Verdict
from autograde.classroom.trying import Ready, prepare, run_source, verdict_of
from helpers.checking.evaluation import NOT_YET, RIGHT
from helpers.checking.result import CheckResult
from tests.mistakes import Case

FILES = [module.name for module in pkgutil.iter_modules(tests.mistakes.__path__) if module.name != "__main__"]
CASES = [case for name in FILES for case in import_module(f"tests.mistakes.{name}").CASES]
# Written before the recogniser, and kept out of its making: their share is counted (python -m tests.mistakes held_out).
HELD_OUT = import_module("tests.mistakes.held_out").CASES


def named(case: Case) -> str:
    return f"{case.exercise}: {case.title}"


@functools.cache
def ready(exercise: str) -> Ready:
    """Hundreds of answers to a few exercises: their lectures are read once."""
    return prepare(exercise)


def verdict_on(case: Case) -> Verdict:
    given = ready(case.exercise)
    names = run_source(case.source, "answer.py", dict(given.names))
    return verdict_of(given, names, seed=1)


@pytest.mark.parametrize("case", [c for c in CASES if c.right], ids=named)
def test_a_right_answer_earns_everything(case):
    verdict = verdict_on(case)
    shown = CheckResult(case.exercise, verdict.points, verdict.visible).text
    assert verdict.visible.outcome == RIGHT, shown
    assert verdict.score == verdict.points, (verdict.failures[:1], verdict.off_limits)


@pytest.mark.parametrize("case", [c for c in CASES if not c.right], ids=named)
def test_a_wrong_answer_is_told_so_and_explained(case):
    verdict = verdict_on(case)
    shown = CheckResult(case.exercise, verdict.points, verdict.visible).text
    assert verdict.visible.outcome == NOT_YET, shown
    assert verdict.score < verdict.points
    if case in HELD_OUT:
        return
    said = verdict.visible
    assert said.misconceptions or said.in_common or said.problem or said.strange_values or not case.explained
    assert not case.named or set(case.named) & set(said.misconceptions), said.misconceptions
    for text in case.says:
        assert text in shown
    for text in case.never:
        assert text not in shown
