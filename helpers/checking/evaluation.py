"""Judges an answer on the visible examples and finds the hint: the logic behind `check`, without display or progress.

Also used by hidden grading, so that the student's check and the class report recognise the same misconceptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.checking.answers import Answer
from helpers.checking.checkfile import CheckData, Example, Misconception
from helpers.checking.compare import Comparator, Mismatch, difference
from helpers.checking.secrets import digest
from helpers.checking.timing import Speed, measure
from helpers.travel.calls import Call, Observation
from helpers.travel.codec import is_tensor

RIGHT, NOT_YET, NOT_ATTEMPTED = "right", "not yet right", "not attempted"


@dataclass(frozen=True)
class Trial:
    """One visible example, what came of it, and how that differs (None when right).

    parameters  names of the arguments, in order, as the statement gives them
    """

    example: Example
    observed: Observation
    mismatch: Mismatch | None
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """The outcome on the visible examples.

    outcome        RIGHT, NOT_YET or NOT_ATTEMPTED
    problem        a sentence where the answer could not be tried at all, or uses what is off limits
    trials         one per visible example of a function
    wrong_values   names of a value exercise's wrong entries; `right_values` counts the right ones
    misconception  name of the recognised misconception, with its two hints
    speeds         what was measured; only an answer that is right on every example is timed
    """

    outcome: str
    problem: str | None = None
    trials: tuple[Trial, ...] = ()
    right_values: int = 0
    wrong_values: tuple[str, ...] = ()
    open_values: tuple[str, ...] = ()
    misconception: str | None = None
    look: str = ""
    wrong: str = ""
    speeds: tuple[Speed, ...] = ()

    @property
    def passed(self) -> int:
        return self.right_values or sum(t.mismatch is None for t in self.trials)

    @property
    def total(self) -> int:
        return len(self.trials) or self.right_values + len(self.wrong_values) + len(self.open_values)

    @property
    def smallest_failure(self) -> Trial | None:
        """The failing example that is easiest to think through; one that asks for a value comes before one of bad input."""
        failures = [t for t in self.trials if t.mismatch is not None]
        return min(
            failures,
            key=lambda t: (
                t.example.call.error is not None,
                call_size(t.example.call),
                _magnitude(t.example.call.args),
            ),
            default=None,
        )


def evaluate(data: CheckData, answer: Answer) -> Evaluation:
    """Try the answer on every visible example."""
    return _evaluate_values(data, answer) if data.kind == "values" else _evaluate_function(data, answer)


def call_size(call: Call) -> int:
    """Number of values in a call's arguments: smaller is easier to think through."""
    return sum(_size(argument) for argument in [*call.args, *call.kwargs.values()])


def _size(value: Any) -> int:
    if isinstance(value, list | tuple):
        return sum(max(1, _size(item)) for item in value)
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, str):
        return len(value)
    return int(value.numel()) if is_tensor(value) else 0


def _magnitude(value: Any) -> float:
    """How large the plain numbers among arguments are, taken together: a 3 × 4 image comes before one of 32 × 32."""
    if isinstance(value, list | tuple):
        return sum(map(_magnitude, value))
    return abs(value) if isinstance(value, int | float) and value == value else 0.0


def _evaluate_function(data: CheckData, answer: Answer) -> Evaluation:
    problem = answer.problem()
    if problem is not None:
        return Evaluation(NOT_ATTEMPTED, problem=problem)
    if answer.untouched():
        return Evaluation(NOT_ATTEMPTED)
    trials = tuple(_trial(data, example, answer) for example in data.examples)
    if trials and all(t.observed.unwritten for t in trials):
        return Evaluation(NOT_ATTEMPTED)
    if any(t.mismatch is not None for t in trials):
        calls, observed = [t.example.call for t in trials], [t.observed for t in trials]
        failed = [t.mismatch is not None for t in trials]
        found = recognise(data.compare, data.misconceptions, calls, observed, failed)
        named = (found.name, found.look, found.wrong) if found else (None, "", "")
        return Evaluation(NOT_YET, trials=trials, misconception=named[0], look=named[1], wrong=named[2])
    forbidden = answer.off_limits()
    if forbidden:
        sentence = f"`{forbidden}` does the whole exercise for you, so it is off limits here. Build the result yourself."
        return Evaluation(NOT_YET, problem=sentence, trials=trials)
    speeds = tuple(measure(answer, timed) for timed in data.timed)
    for speed in speeds:
        if not speed.enough:
            return _too_slow(trials, speeds, speed)
    return Evaluation(RIGHT, trials=trials, speeds=speeds)


def _too_slow(trials: tuple[Trial, ...], speeds: tuple[Speed, ...], failed: Speed) -> Evaluation:
    if failed.problem:
        return Evaluation(NOT_YET, problem=failed.sentence, trials=trials, speeds=speeds)
    timed = failed.timed
    return Evaluation(
        NOT_YET,
        problem=failed.sentence,
        trials=trials,
        misconception=timed.name,
        look=timed.look,
        wrong=timed.wrong,
        speeds=speeds,
    )


def _trial(data: CheckData, example: Example, answer: Answer) -> Trial:
    observed = answer.observe(example.call)
    return Trial(
        example,
        observed,
        difference(data.compare, example.call, example.expected, observed, data.changes_input),
        data.parameters,
    )


def recognise(
    compare: Comparator,
    known: Sequence[Misconception],
    calls: Sequence[Call],
    observed: Sequence[Observation],
    failed: Sequence[bool],
) -> Misconception | None:
    """The misconception that does on every example just what the answer did; None when there is none.

    Where none fits everywhere, the examples of bad input are left aside: many wrong answers also forget to refuse it.
    """
    everywhere = range(len(calls))
    of_values = [index for index in everywhere if calls[index].error is None]
    for places in (everywhere, of_values) if any(failed[index] for index in of_values) else (everywhere,):
        for misconception in known:
            theirs = misconception.observations
            if all(looks_alike(compare, calls[i], theirs[i], observed[i]) for i in places):
                return misconception
    return None


def looks_alike(compare: Comparator, call: Call, one: Observation, other: Observation) -> bool:
    """Whether two observations of one call cannot be told apart: same error, or same value, dtype and changed inputs."""
    if one.raised or other.raised:
        return bool(one.errors and other.errors) and one.errors[0] == other.errors[0]
    if bool(one.changed) != bool(other.changed):
        return False
    plain = Call(call.args, call.kwargs, call.function)
    return difference(compare, plain, one, other, changes_input=True) is None


def _evaluate_values(data: CheckData, answer: Answer) -> Evaluation:
    given = answer.values()
    if all(value is Ellipsis for value in given.values()):
        return Evaluation(NOT_ATTEMPTED)
    right, wrong, still_open = 0, [], []
    hint: tuple[str | None, str, str] = (None, "", "")
    for entry in data.entries:
        value = given[entry.name]
        if value is Ellipsis:
            still_open.append(entry.name)
            continue
        got = digest(value, entry.digits, data.salt + entry.name)
        if got == entry.digest:
            right += 1
            continue
        wrong.append(entry.name)
        if got in entry.hints and hint[0] is None:
            hint = entry.hints[got]
    outcome = RIGHT if right == len(data.entries) else NOT_YET
    return Evaluation(
        outcome,
        right_values=right,
        wrong_values=tuple(wrong),
        open_values=tuple(still_open),
        misconception=hint[0],
        look=hint[1],
        wrong=hint[2],
    )


def describe(call: Call, name: str) -> str:
    """The call as a student would type it, arrays by shape when they are large: `f(x, kernel_size=2)`."""
    parts = [_argument(a) for a in call.args] + [f"{key}={_argument(a)}" for key, a in call.kwargs.items()]
    return f"{call.function or name}({', '.join(parts)})"


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= 40 and value.ndim <= 4:
            text = np.array2string(value, separator=", ", precision=4, suppress_small=True)
            return " ".join(text.split())
        return f"<{value.dtype} array of shape {value.shape}>"
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "…"
