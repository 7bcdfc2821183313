"""Makes the small edits of an exercise's right answers and judges each: by the student's check, then by the hidden cases.

An edit may loop for ever, so each is judged against the clock. Skipped are edits that compile to the same code.
"""

from __future__ import annotations

import signal
import threading
import time
import types
import warnings
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograde.building.checkdata import check_data_of
from autograde.classroom.grading import cases_of
from autograde.classroom.seed import PRACTICE_SEED
from autograde.classroom.trying import lecture_with, run_source
from autograde.course.definition import Exercise
from autograde.course.registry import find
from autograde.course.standalone import solution_source, standalone_source
from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import CheckData
from helpers.checking.compare import difference
from helpers.checking.evaluation import NOT_YET, RIGHT, Evaluation, evaluate
from helpers.checking.small_edits import SmallEdit, small_edits
from helpers.travel.output import captured_output

# Kinds that are slips of the pen. The others make another program of it: they help to find a line, not to try a check.
SLIPS = (
    "operator index comparison assignment logic swap slice number boolean sign name keyword place statement "
    "parentheses function negation"
).split()
SECONDS, FACTOR = 0.5, 10.0  # a slip may take so much longer than the right answer
NOT_RUN, ENDLESS = "does not run", "endless"


@dataclass(frozen=True)
class Mutant:
    """One right answer of an exercise with one slip in it.

    answer  "solution", or the name of an alternative
    was     the line before, `now` what came of it, as `written` says it
    """

    exercise: str
    answer: str
    kind: str
    line: int
    was: str
    now: str


@dataclass(frozen=True)
class Judged:
    """What became of one mutant.

    check      "right", "not yet right", "does not run" or "endless"
    graded     whether every hidden case is right
    returns    the check says "not yet right", and no failing example ended in an exception
    explained  a known mistake is named, or what failing examples have in common
    """

    mutant: Mutant
    check: str
    graded: bool
    returns: bool = False
    explained: bool = False


class TooLong(BaseException):
    """Raised inside of a mutant that does not end; no `except Exception` of an answer catches it."""


def sources_of(name: str) -> dict[str, str]:
    """The right answers of a function exercise: the solution and the alternatives, each as a cell."""
    exercise = _function(name)
    found = {"solution": solution_source(lecture_with(exercise.module).solution(name))}
    found |= {a.__name__: standalone_source(a, name) for a in exercise.alternatives}
    return found


def mutants_of(name: str, answer: str, source: str, kinds: Sequence[str]) -> Iterator[tuple[Mutant, Any]]:
    """The mutants of one right answer that are other programs, each with its code."""
    lines = source.splitlines()
    seen = {code_key(compile(source, "<mutant>", "exec"))}
    for edit in small_edits(source):
        if edit.kind not in kinds:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                code = compile(edit.source, "<mutant>", "exec")
        except (SyntaxError, ValueError):
            continue
        key = code_key(code)
        if key not in seen:
            seen.add(key)
            was = lines[edit.line - 1].strip()
            yield Mutant(name, answer, edit.kind, edit.line, was, written(edit, was)), code


def written(edit: SmallEdit, was: str) -> str:
    """How an edit is written down: the line as it reads now, or what happened to the one that was there."""
    if edit.kind == "place":
        return f"{was}  # moved"
    if edit.kind == "statement":
        return f"{was}  # dropped"
    return edit.after()


def code_key(code: types.CodeType) -> tuple[Any, ...]:
    """What a piece of code does, without the lines where it stands."""
    constants = tuple(
        code_key(c) if isinstance(c, types.CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts
    )
    return code.co_name, code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants


class Judge:
    """Judges mutants of one exercise; keeps what they have in common. `data` is its check data, made anew where not given."""

    def __init__(self, name: str, data: CheckData | None = None, seed: int = PRACTICE_SEED) -> None:
        self.exercise = _function(name)
        lecture = lecture_with(self.exercise.module)
        self.data = replace(data or check_data_of(self.exercise, lecture), timed=())
        self.names = run_source(lecture.preamble, f"{lecture.name}.py")
        self.cases = cases_of(self.exercise, seed)
        self.limit = SECONDS

    def judge(self, mutant: Mutant, code: types.CodeType) -> Judged:
        """What check and grading say."""
        names = dict(self.names)
        try:
            with within(self.limit), captured_output():
                exec(code, names)
        except TooLong:
            return Judged(mutant, ENDLESS, False)
        except (Exception, SystemExit):
            return Judged(mutant, NOT_RUN, False)
        answer = NotebookAnswer(self.data, names)
        try:
            with within(self.limit):
                evaluation = evaluate(self.data, answer)
        except TooLong:
            return Judged(mutant, ENDLESS, False)
        try:
            with within(self.limit):
                graded = self.accepts(answer)
        except TooLong:
            graded = False
        return Judged(mutant, evaluation.outcome, graded, *_explained(evaluation))

    def accepts(self, answer: NotebookAnswer) -> bool:
        """Whether every hidden case is right; stops at the first that is not."""
        if answer.problem():
            return False
        compare, may_change = self.exercise.compare, self.exercise.changes_input
        return all(
            difference(compare, case.call, case.expected, answer.observe(case.call), may_change) is None
            for case in self.cases
        )

    def set_limit(self, code: types.CodeType) -> None:
        """Give mutants of this right answer a limit that follows from its own time."""
        self.limit = 60.0
        start = time.perf_counter()
        judged = self.judge(Mutant(self.exercise.name, "", "", 0, "", ""), code)
        if judged.check != RIGHT or not judged.graded:
            raise AssertionError(f"{self.exercise.name}: a right answer is refused, {judged}")
        self.limit = SECONDS + FACTOR * (time.perf_counter() - start)


def _explained(evaluation: Evaluation) -> tuple[bool, bool]:
    if evaluation.outcome != NOT_YET:
        return False, False
    failing = [t for t in evaluation.trials if t.mismatch is not None]
    returns = bool(failing) and not any(t.observed.raised for t in failing)
    return returns, bool(evaluation.misconceptions or evaluation.in_common)


def _function(name: str) -> Exercise:
    exercise = find(name)
    if not isinstance(exercise, Exercise):
        raise LookupError(f"{name} is no function; only functions have mutants")
    return exercise


def judge_answer(
    judge: Judge, answer: str, source: str, kinds: Sequence[str], chosen: Container[int]
) -> list[Judged]:
    """The mutants of one right answer, judged; `chosen` holds the numbers of those that are made."""
    judge.set_limit(compile(source, "<mutant>", "exec"))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            judge.judge(mutant, code)
            for number, (mutant, code) in enumerate(mutants_of(judge.exercise.name, answer, source, kinds))
            if number in chosen
        ]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooLong in the block once the time is up; where the system has no such alarm, let it run."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again: an `except:` of an answer may have swallowed the first.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
