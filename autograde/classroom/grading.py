"""Grades one answer: hidden cases, partial credit, and the misconception behind a wrong answer.

Asks the answer through the few questions of helpers.checking.answers.Answer, so it does not matter in which process that lives.
"""

from __future__ import annotations

import functools
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from autograde.course.definition import AnyExercise, DefinitionError, Exercise, ValueExercise, WrongAnswer
from helpers.checking.answers import Answer
from helpers.checking.checkfile import CheckData, Misconception
from helpers.checking.compare import Mismatch, difference
from helpers.checking.evaluation import NOT_ATTEMPTED, RIGHT, Evaluation, call_size, evaluate
from helpers.checking.recognising import Seen, recognise
from helpers.checking.timing import Speed
from helpers.travel.calls import Call, Observation, observe

PARTLY, WRONG = "partly", "wrong"


@dataclass(frozen=True)
class HiddenCase:
    """One hidden call with what should come of it and the share of the points that it carries."""

    group: str
    share: float
    call: Call
    expected: Observation

    @functools.cached_property
    def is_trivial(self) -> bool:
        """Whether an answer that works nothing out is right here: an exception, None, nothing but zeros, or the input itself."""
        wanted = self.expected.value
        if self.expected.raised or wanted is None:
            return True
        if not isinstance(wanted, np.ndarray | np.generic | int | float):
            return False
        given = next(iter([*self.call.args, *self.call.kwargs.values()]), None)
        is_input = isinstance(given, np.ndarray | np.generic | int | float) and np.array_equal(wanted, given)
        return is_input or not np.any(wanted)


@dataclass(frozen=True)
class Failure:
    """A hidden case that failed."""

    case: HiddenCase
    observed: Observation
    mismatch: Mismatch


@dataclass(frozen=True)
class Verdict:
    """The grade of one exercise.

    outcome        "right", "partly", "wrong" or "not attempted"
    score, points  score is a Python float in [0, points], rounded to 1e-6
    visible        what the student's own check says
    passed, total  hidden cases
    speeds         what was measured, where the exercise asks for speed
    misconception  name of the recognised misconception, with its two hints
    off_limits     forbidden routine that cost marks, or None
    """

    name: str
    outcome: str
    score: float
    points: float
    visible: Evaluation
    passed: int = 0
    total: int = 0
    failures: tuple[Failure, ...] = ()
    speeds: tuple[Speed, ...] = ()
    misconception: str | None = None
    look: str = ""
    wrong: str = ""
    off_limits: str | None = None

    @property
    def smallest_failure(self) -> Failure | None:
        return min(self.failures, key=lambda f: call_size(f.case.call), default=None)


def hidden_cases(exercise: Exercise, seed: int) -> Iterator[HiddenCase]:
    """The hidden cases of an exercise for one seed: the same seed always gives the same cases."""
    if not exercise.groups:
        raise DefinitionError(
            f"{exercise.name} has no hidden cases; decorate a generator with @{exercise.name}.cases"
        )
    whole = sum(group.weight for group in exercise.groups)
    for group in exercise.groups:
        rng = np.random.default_rng(
            [seed, zlib.crc32(exercise.name.encode()), zlib.crc32(group.name.encode())]
        )
        calls = list(exercise.hidden_calls(group, rng))
        if not calls:
            raise DefinitionError(f"{exercise.name}: the group {group.name} yields no case")
        for call in calls:
            yield HiddenCase(group.name, group.weight / whole / len(calls), call, exercise.expected(call))


_kept_cases: dict[tuple[str, int], tuple[Exercise, int, tuple[HiddenCase, ...]]] = {}
_kept_behaviour: dict[tuple[str, int], dict[str, dict[int, Observation]]] = {}


def cases_of(exercise: Exercise, seed: int) -> tuple[HiddenCase, ...]:
    """The hidden cases of an exercise, worked out once per process: a class asks for the same ones again and again."""
    key = (exercise.name, seed)
    kept = _kept_cases.get(key)
    if kept is None or kept[0] is not exercise or kept[1] != len(exercise.groups):
        kept = exercise, len(exercise.groups), tuple(hidden_cases(exercise, seed))
        _kept_cases[key] = kept
        _kept_behaviour[key] = {}
    return kept[2]


def grade(exercise: AnyExercise, data: CheckData, answer: Answer, seed: int) -> Verdict:
    """Grade one answer. `data` is the exercise's check data; `seed` the secret of the course."""
    return grade_hidden(exercise, evaluate(data, answer), answer, seed)


def grade_hidden(exercise: AnyExercise, visible: Evaluation, answer: Answer, seed: int) -> Verdict:
    """What is left of grading once the answer was tried on the visible examples, which are the same for every seed."""
    if visible.outcome == NOT_ATTEMPTED:
        return Verdict(exercise.name, NOT_ATTEMPTED, 0.0, exercise.points, visible)
    if isinstance(exercise, ValueExercise):
        return _value_verdict(exercise, visible)
    if isinstance(exercise, Exercise):
        return _function_verdict(exercise, visible, answer, seed)
    raise DefinitionError(f"{exercise.name} is graded by hand")


def rounded_score(fraction: float, points: float) -> float:
    """`fraction` of `points` as a Python float, clamped to [0, points] and rounded to 1e-6."""
    if not math.isfinite(fraction):
        return 0.0
    if fraction >= 1.0:  # not rounded: a third of a point is full marks too
        return float(points)
    return float(min(float(points), max(0.0, round(float(fraction) * float(points), 6))))


def _value_verdict(exercise: ValueExercise, visible: Evaluation) -> Verdict:
    fraction = visible.right_values / visible.total
    return Verdict(
        exercise.name,
        _outcome(fraction),
        rounded_score(fraction, exercise.points),
        exercise.points,
        visible,
        passed=visible.right_values,
        total=visible.total,
        misconception=visible.misconception,
        look=visible.look,
        wrong=visible.wrong,
    )


def _function_verdict(exercise: Exercise, visible: Evaluation, answer: Answer, seed: int) -> Verdict:
    cases = cases_of(exercise, seed)
    seen, failures = [], []
    credits: list[float] = []
    for case in cases:
        observed = answer.observe(case.call)
        seen.append(observed)
        # Judged before the next call, which may reuse the array that this one returned.
        mismatch = difference(exercise.compare, case.call, case.expected, observed, exercise.changes_input)
        credits.append(1.0 if mismatch is None else mismatch.credit)
        if mismatch is not None:
            failures.append(Failure(case, observed, mismatch))
    fraction = 1.0 if not failures else min(_earned(cases, credits), 1.0)
    if exercise.requirements:
        fraction = _with_speed(exercise, fraction, visible.speeds)
    forbidden = answer.off_limits()
    if forbidden:
        fraction *= 1.0 - exercise.off_limits_cost
    name, look, wrong = visible.misconception, visible.look, visible.wrong
    if name is None and failures:
        name, look, wrong = _hidden_misconception(exercise, seed, seen, failures)
    return Verdict(
        exercise.name,
        _outcome(fraction),
        rounded_score(fraction, exercise.points),
        exercise.points,
        visible,
        passed=len(cases) - len(failures),
        total=len(cases),
        failures=tuple(failures),
        speeds=visible.speeds,
        misconception=name,
        look=look,
        wrong=wrong,
        off_limits=forbidden,
    )


def _earned(cases: tuple[HiddenCase, ...], credits: list[float]) -> float:
    """The share of the points that cases with these credits earn.

    Cases that are right without any work (refusals above all) count in the share of the others that are right: to raise
    everywhere is no part of an answer. Where an exercise has no other cases, they count as they are.
    """
    marked = list(zip(cases, credits, strict=True))
    worth = sum(case.share for case in cases if not case.is_trivial)
    worked = sum(case.share * credit for case, credit in marked if not case.is_trivial)
    trivial = sum(case.share * credit for case, credit in marked if case.is_trivial)
    return worked + trivial * (worked / worth if worth else 1.0)


def _with_speed(exercise: Exercise, fraction: float, speeds: tuple[Speed, ...]) -> float:
    """The fraction with what speed adds: a requirement's share is earned whole, or not at all.

    Only an answer that is right on the visible examples was timed; another one earns nothing for speed.
    """
    shares = {requirement.timed.name: requirement.share for requirement in exercise.requirements}
    earned = sum(shares[speed.timed.name] for speed in speeds if speed.enough)
    if fraction == 1.0 and len([s for s in speeds if s.enough]) == len(shares):
        return 1.0
    return (1.0 - sum(shares.values())) * fraction + earned


def _outcome(fraction: float) -> str:
    return RIGHT if fraction >= 1.0 else PARTLY if fraction > 0.0 else WRONG


def _hidden_misconception(
    exercise: Exercise, seed: int, seen: list[Observation], failures: list[Failure]
) -> tuple[str | None, str, str]:
    """The one misconception that explains every failing hidden case: name, look, wrong."""
    cases = cases_of(exercise, seed)
    failing = {id(failure.case) for failure in failures}
    # What an exception says may repeat what the call was given, so a worker's has no words here.
    as_seen = [
        Seen(case.call, replace(observed, message=""), id(case) in failing)
        for case, observed in zip(cases, seen, strict=True)
    ]
    behaviours = _kept_behaviour[exercise.name, seed]
    for wrong in exercise.misconceptions:
        if wrong.name not in behaviours:
            behaviours[wrong.name] = _behaviour(exercise, wrong, cases)
        known = Misconception(wrong.name, wrong.look, wrong.wrong, behaviours[wrong.name])
        found = recognise(exercise.compare, [known], as_seen)
        if found and found[0].whole:
            return wrong.name, wrong.look, wrong.wrong
    return None, "", ""


def _behaviour(
    exercise: Exercise, wrong: WrongAnswer, cases: tuple[HiddenCase, ...]
) -> dict[int, Observation]:
    """What a misconception does on the hidden cases where it is wrong."""
    found = {}
    for place, case in enumerate(cases):
        observed = observe(wrong.function, case.call)
        if difference(exercise.compare, case.call, case.expected, observed, exercise.changes_input):
            found[place] = replace(observed, message="")
    return found
