"""Makes the small edits of an exercise's right answers and judges each: by the student's check, then by the hidden cases.

An edit may loop for ever, so each is judged against the clock. Skipped are edits that compile to the same code.
"""

from __future__ import annotations

import functools
import signal
import threading
import time
import types
import warnings
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograde.building.checkdata import kept_check_data
from autograde.classroom.grading import cases_of
from autograde.classroom.seed import PRACTICE_SEED
from autograde.classroom.trying import lecture_with, run_source
from autograde.course.definition import Exercise
from autograde.course.hints import visible_examples
from autograde.course.lecture import Lecture
from autograde.course.registry import find
from autograde.course.standalone import solution_source, standalone_source
from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import CheckData, Example
from helpers.checking.compare import difference
from helpers.checking.evaluation import NOT_YET, RIGHT, evaluate
from helpers.checking.small_edits import SmallEdit, small_edits
from helpers.travel.calls import Call, Observation, observe_in_silence
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
    found = {"solution": solution_source(_lecture(exercise.module).solution(name))}
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
        lecture = _lecture(self.exercise.module)
        self.data = replace(data or kept_check_data(self.exercise, lecture), timed=())
        self.names = run_source(lecture.preamble, f"{lecture.name}.py")
        self.cases = cases_of(self.exercise, seed)
        self.limit = SECONDS

    def judge(self, mutant: Mutant, code: types.CodeType) -> Judged:
        """What check and grading say."""
        with captured_output():
            names = dict(self.names)
            try:
                with within(self.limit):
                    exec(code, names)
            except TooLong:
                return Judged(mutant, ENDLESS, False)
            except (Exception, SystemExit):
                return Judged(mutant, NOT_RUN, False)
            return self.judge_answer(mutant, Remembering(self.data, names))

    def judge_answer(self, mutant: Mutant, answer: Remembering) -> Judged:
        try:
            with within(self.limit):
                check, returns, explained = self.checked(answer)
        except TooLong:
            return Judged(mutant, ENDLESS, False)
        try:
            with within(self.limit):
                graded = self.accepts(answer)
        except TooLong:
            graded = False
        return Judged(mutant, check, graded, returns, explained)

    def checked(self, answer: Remembering) -> tuple[str, bool, bool]:
        """What the check says, whether the failing examples return values, and whether it explains them."""
        if answer.problem() is None and any(self.ends_in_an_error(answer, e) for e in self.data.examples):
            return NOT_YET, False, False
        evaluation = evaluate(self.data, answer)
        if evaluation.outcome != NOT_YET:
            return evaluation.outcome, False, False
        return NOT_YET, True, bool(evaluation.misconceptions or evaluation.in_common)

    def ends_in_an_error(self, answer: Remembering, example: Example) -> bool:
        """Whether the answer raises what this example does not ask for; nothing has to explain that."""
        observed = answer.observe(example.call)
        return observed.raised and self.differs(example.call, example.expected, observed)

    def accepts(self, answer: Remembering) -> bool:
        """Whether every hidden case is right; stops at the first that is not."""
        return answer.problem() is None and not any(
            self.differs(case.call, case.expected, answer.observe(case.call)) for case in self.cases
        )

    def differs(self, call: Call, expected: Observation, observed: Observation) -> bool:
        found = difference(self.exercise.compare, call, expected, observed, self.exercise.changes_input)
        return found is not None

    def set_limit(self, code: types.CodeType) -> None:
        """Give mutants of this right answer a limit that follows from its own time."""
        self.limit = 60.0
        start = time.perf_counter()
        judged = self.judge(Mutant(self.exercise.name, "", "", 0, "", ""), code)
        if judged.check != RIGHT or not judged.graded:
            raise AssertionError(f"{self.exercise.name}: a right answer is refused, {judged}")
        self.limit = SECONDS + FACTOR * (time.perf_counter() - start)


@dataclass(frozen=True)
class Remembering(NotebookAnswer):
    """An answer that is asked once for every call; use while output is captured."""

    seen: dict[int, Observation] = field(default_factory=dict)

    def observe(self, call: Call) -> Observation:
        if id(call) not in self.seen:
            function = self.names[call.function or self.data.functions[0]]
            self.seen[id(call)] = observe_in_silence(function, call)
        return self.seen[id(call)]


@functools.cache
def _lecture(module: str) -> Lecture:
    return lecture_with(module)


def plain_data(name: str) -> CheckData:
    """Check data without misconceptions: enough to tell whether the check says "right", quick to make."""
    exercise = _function(name)
    examples = visible_examples(exercise, exercise.parameters)
    return CheckData(
        name,
        exercise.module,
        exercise.points,
        "function",
        "",
        functions=(name,),
        compare=exercise.compare,
        changes_input=exercise.changes_input,
        examples=tuple(examples),
        own_features={f.name: (f.present, f.absent) for f in exercise.features},
    )


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
