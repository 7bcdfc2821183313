"""Every exercise of the course keeps its promises: right answers earn everything, wrong ones are recognised, stubs are not attempted.

The answers run as students would run them: from source, on their own.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from autograde.building.checkdata import kept_check_data
from autograde.classroom.grading import NOT_ATTEMPTED, RIGHT, Verdict, grade_hidden, hidden_cases
from autograde.classroom.trying import run_source
from autograde.course.definition import Exercise, ValueExercise
from autograde.course.lecture import Lecture, read_lecture, stub_source
from autograde.course.madeup import alternative, misconception, solution
from autograde.course.problems import lecture_problems
from autograde.course.registry import exercises, find, lecture_paths, module_of
from helpers.checking.answers import NotebookAnswer
from helpers.checking.evaluation import Evaluation, evaluate

GRADED = [e for e in exercises().values() if isinstance(e, Exercise | ValueExercise)]
NAMES = [e.name for e in GRADED]
MISCONCEPTIONS = [(e.name, wrong.name) for e in GRADED for wrong in e.misconceptions]
SLOW = [(e.name, r.timed.name) for e in GRADED if isinstance(e, Exercise) for r in e.requirements]
ALTERNATIVES = [(e.name, i) for e in GRADED for i in range(len(e.alternatives))]
SEEDS = range(10)


@functools.cache
def lecture_in(path: Path) -> Lecture:
    return read_lecture(path)


def lecture_of(name: str) -> Lecture:
    return next(lecture_in(p) for p in lecture_paths() if module_of(p.stem) == find(name).module)


@functools.cache
def data_of(name: str):
    return kept_check_data(find(name), lecture_of(name))


def answer_of(name: str, source: str) -> NotebookAnswer:
    preamble = lecture_of(name).preamble
    return NotebookAnswer(data_of(name), run_source(f"{preamble}\n{source}", f"{name}-{hash(source)}.py"))


@functools.lru_cache(maxsize=16)
def visible_of(name: str, source: str) -> Evaluation:
    """What the check says: the same for every seed, so worked out once and not once a seed."""
    return evaluate(data_of(name), answer_of(name, source))


def verdict_on(name: str, source: str, seed: int = 0) -> Verdict:
    return grade_hidden(find(name), visible_of(name, source), answer_of(name, source), seed)


@pytest.mark.parametrize("lecture", [p.stem for p in lecture_paths()])
def test_the_definitions_of_a_lecture_have_no_problem(lecture):
    path = next(p for p in lecture_paths() if p.stem == lecture)
    assert lecture_problems(read_lecture(path), exercises()) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_earns_full_marks_for_ten_seeds(name):
    source = solution(lecture_of(name), name)
    for seed in SEEDS:
        verdict = verdict_on(name, source, seed)
        assert (verdict.outcome, verdict.score) == (RIGHT, float(verdict.points)), verdict.failures[:1]
        assert verdict.off_limits is None


@pytest.mark.parametrize(("name", "which"), ALTERNATIVES)
def test_every_alternative_earns_full_marks_for_ten_seeds(name, which):
    for seed in SEEDS:
        verdict = verdict_on(name, alternative(name, which), seed)
        assert verdict.score == verdict.points, verdict.failures[:1]
        assert verdict.visible.outcome == RIGHT


@pytest.mark.parametrize(("name", "which"), MISCONCEPTIONS)
def test_every_misconception_is_rejected_for_three_seeds_and_named(name, which):
    """One test, because what it costs is to try the answer."""
    source = misconception(name, which)
    verdicts = [verdict_on(name, source, seed) for seed in SEEDS[:3]]
    for seed, verdict in enumerate(verdicts):
        assert verdict.score < verdict.points, f"seed {seed} lets it pass"
    wrong = next(m for m in find(name).misconceptions if m.name == which)
    evaluation = verdicts[0].visible
    if wrong.hidden_only:
        assert verdicts[0].misconception == which
    elif isinstance(find(name), ValueExercise):
        assert evaluation.look and evaluation.wrong
    else:
        assert evaluation.misconception == which
        assert evaluation.look == wrong.look and evaluation.wrong.startswith(wrong.wrong)


@pytest.mark.parametrize(("name", "which"), SLOW)
def test_a_right_answer_that_is_too_slow_loses_the_share_of_speed_and_is_named(name, which):
    verdict = verdict_on(name, misconception(name, which))
    share = next(r.share for r in find(name).requirements if r.timed.name == which)
    assert verdict.score == pytest.approx(verdict.points * (1 - share), abs=1e-5), verdict.failures[:1]
    assert verdict.misconception == verdict.visible.misconception == which


@pytest.mark.parametrize("name", NAMES)
def test_the_untouched_stub_is_not_attempted_and_earns_nothing(name):
    verdict = verdict_on(name, stub_source(lecture_of(name).solution(name)))
    assert (verdict.outcome, verdict.score, verdict.visible.outcome) == (NOT_ATTEMPTED, 0.0, NOT_ATTEMPTED)


@pytest.mark.parametrize("name", [e.name for e in GRADED if isinstance(e, Exercise)])
def test_the_same_seed_gives_the_same_cases_and_another_seed_others(name):
    def calls(seed: int) -> list:
        return [case.call.to_json() for case in hidden_cases(find(name), seed)]

    assert calls(5) == calls(5)
    assert calls(5) != calls(6)
    assert sum(case.share for case in hidden_cases(find(name), 5)) == pytest.approx(1.0)


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_misconceptions_with_two_hints(name):
    exercise = find(name)
    assert exercise.misconceptions
    for wrong in exercise.misconceptions:
        assert wrong.look.strip() and wrong.wrong.strip()
    if isinstance(exercise, Exercise):
        assert len(exercise.alternatives) >= 2
