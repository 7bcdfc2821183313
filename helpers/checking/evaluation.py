"""Judges an answer on the visible examples and finds the hint: the logic behind `check`, without display or progress.

Also used by hidden grading, so that the student's check and the class report recognise the same misconceptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.checking.answers import Answer
from helpers.checking.checkfile import CheckData, Example
from helpers.checking.compare import difference
from helpers.checking.explaining import explained, tried_of
from helpers.checking.in_common import ticks
from helpers.checking.recognising import Recognised, Seen, recognise
from helpers.checking.secrets import digest
from helpers.checking.timing import Speed, measure
from helpers.checking.trial import Trial
from helpers.travel.calls import Call
from helpers.travel.codec import is_tensor

UNWIELDY = 1e6
RIGHT, NOT_YET, NOT_ATTEMPTED = "right", "not yet right", "not attempted"


@dataclass(frozen=True)
class Named:
    """A recognised mistake as it is said: where to look, what goes wrong, and the examples that show it.

    part  True where other failing examples stay unexplained: the hint then names its examples
    """

    name: str
    look: str
    wrong: str
    titles: tuple[str, ...] = ()
    shown: str = ""
    part: bool = False


@dataclass(frozen=True)
class Evaluation:
    """The outcome on the visible examples.

    outcome         RIGHT, NOT_YET or NOT_ATTEMPTED
    problem         a sentence where the answer could not be tried at all, or uses what is off limits
    trials          one per visible example of a function
    wrong_values    names of a value exercise's wrong entries; `right_values` counts the right ones
    strange_values  entries that hold none of the words that can be right, each with these words
    named           the recognised mistakes, the fewest that explain the failing examples
    in_common       what failing examples have in common, and how their results stand to the expected ones; or ""
    ticks           what is right already, and what is not: ("one channel", True)
    speeds          what was measured; only an answer that is right on every example is timed
    """

    outcome: str
    problem: str | None = None
    trials: tuple[Trial, ...] = ()
    right_values: int = 0
    wrong_values: tuple[str, ...] = ()
    open_values: tuple[str, ...] = ()
    strange_values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    named: tuple[Named, ...] = ()
    in_common: str = ""
    ticks: tuple[tuple[str, bool], ...] = ()
    speeds: tuple[Speed, ...] = ()

    @property
    def misconceptions(self) -> tuple[str, ...]:
        return tuple(named.name for named in self.named)

    @property
    def misconception(self) -> str | None:
        """The first of the recognised mistakes."""
        return self.named[0].name if self.named else None

    @property
    def look(self) -> str:
        return together([named.look for named in self.named])

    @property
    def wrong(self) -> str:
        return together([named.wrong for named in self.named])

    @property
    def passed(self) -> int:
        return self.right_values or sum(t.mismatch is None for t in self.trials)

    @property
    def total(self) -> int:
        return len(self.trials) or self.right_values + len(self.wrong_values) + len(self.open_values)

    @property
    def smallest_failure(self) -> Trial | None:
        """The failing example to show: the one the first hint speaks of, else the one with the fewest things going on."""
        failures = [t for t in self.trials if t.mismatch is not None]
        for wanted in self.named[:1]:
            chosen = [t for t in failures if t.example.title == wanted.shown]
            failures = chosen or [t for t in failures if t.example.title in wanted.titles] or failures
        return min(failures, key=lambda t: simplicity(t.example), default=None)


def together(hints: Sequence[str]) -> str:
    """Several hints as one text."""
    counts = {2: "Two things.", 3: "Three things."}
    if len(hints) < 2:
        return "".join(hints)
    then = " ".join(f"Then: {hint}" for hint in hints[1:])
    return f"{counts.get(len(hints), 'Several things.')} First: {hints[0]} {then}"


def simplicity(example: Example) -> tuple[bool, bool, int, int, float]:
    """Sorts examples by how much is going on in them; one that asks for a value comes before one of bad input.

    Numbers that nobody works with by hand come late, however few they are.
    """
    call = example.call
    unwieldy = any(_largest(argument) > UNWIELDY for argument in [*call.args, *call.kwargs.values()])
    return call.error is not None, unwieldy, len(example.features), call_size(call), _magnitude(call.args)


def _largest(value: Any) -> float:
    """The largest finite magnitude in an array of numbers; 0 for anything else."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        return 0.0
    return float(np.max(np.abs(value), where=np.isfinite(value), initial=0.0))


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
    forbidden = answer.off_limits()
    if forbidden:  # said before anything else: the whole way has to change
        sentence = f"`{forbidden}` does the whole exercise for you, so it is off limits here. Build the result yourself."
        return Evaluation(NOT_YET, problem=sentence)
    if any(t.mismatch is not None for t in trials):
        return _explained(data, answer, trials)
    speeds = tuple(measure(answer, timed) for timed in data.timed)
    for speed in speeds:
        if not speed.enough:
            return _too_slow(trials, speeds, speed)
    return Evaluation(RIGHT, trials=trials, speeds=speeds)


def _explained(data: CheckData, answer: Answer, trials: tuple[Trial, ...]) -> Evaluation:
    """The evaluation of a wrong answer: known mistakes behind it, and what failing examples have in common."""
    seen = [Seen(t.example.call, t.observed, t.mismatch is not None) for t in trials]
    found = recognise(data.compare, data.misconceptions, seen, data.pairs)
    source = answer.source() if any(one.misconception.if_source_has for one in found) else ""
    return Evaluation(
        NOT_YET,
        trials=trials,
        named=tuple(_named(one, trials, source) for one in found),
        in_common=explained(data.compare, trials, data.own_features),
        ticks=tuple(ticks(tried_of(trials), _shape_right(trials), data.own_features)),
    )


def _named(found: Recognised, trials: Sequence[Trial], source: str) -> Named:
    known = found.misconception
    wrong = " ".join([known.wrong, *(said for text, said in known.if_source_has.items() if text in source)])
    titles = tuple(trials[place].example.title for place in found.explains)
    return Named(known.name, known.look, wrong, titles, known.shown, not found.whole)


def _shape_right(trials: Sequence[Trial]) -> bool | None:
    """Whether every result has the right shape; None where an answer raised, or results are no arrays."""
    values = [t for t in trials if t.example.call.error is None]
    arrays = all(isinstance(t.example.expected.value, np.ndarray) for t in values)
    if not values or not arrays or any(t.observed.raised for t in values):
        return None
    return all(np.shape(t.observed.value) == t.example.expected.value.shape for t in values if _is_array(t))


def _is_array(trial: Trial) -> bool:
    return isinstance(trial.observed.value, np.ndarray)


def _too_slow(trials: tuple[Trial, ...], speeds: tuple[Speed, ...], failed: Speed) -> Evaluation:
    if failed.problem:
        return Evaluation(NOT_YET, problem=failed.sentence, trials=trials, speeds=speeds)
    timed = failed.timed
    named = (Named(timed.name, timed.look, timed.wrong),)
    return Evaluation(NOT_YET, problem=failed.sentence, trials=trials, named=named, speeds=speeds)


def _trial(data: CheckData, example: Example, answer: Answer) -> Trial:
    observed = answer.observe(example.call)
    return Trial(
        example,
        observed,
        difference(data.compare, example.call, example.expected, observed, data.changes_input),
        data.parameters,
    )


def _evaluate_values(data: CheckData, answer: Answer) -> Evaluation:
    given = answer.values()
    if all(value is Ellipsis for value in given.values()):
        return Evaluation(NOT_ATTEMPTED)
    right, wrong, still_open = 0, [], []
    strange: list[tuple[str, tuple[str, ...]]] = []
    hints: dict[str, Named] = {}
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
        if entry.words and not _is_among(value, entry.words):
            strange.append((entry.name, entry.words))
        elif got in entry.hints:
            name, look, sentence = entry.hints[got]
            hints.setdefault(name, Named(name, look, sentence))
    return Evaluation(
        RIGHT if right == len(data.entries) else NOT_YET,
        right_values=right,
        wrong_values=tuple(wrong),
        open_values=tuple(still_open),
        strange_values=tuple(strange),
        named=tuple(hints.values())[:1],
    )


def _is_among(value: Any, words: tuple[str, ...]) -> bool:
    """Whether a value is one of the words, or a collection of them; case and outer blanks don't count."""
    items = value if isinstance(value, set | frozenset | list | tuple) else [value]
    return all(isinstance(item, str) and item.strip().lower() in words for item in items)
