"""What each misconception does on the visible examples, and whether it can be told from the right answer and from the others.

A wrong answer that looks right, or two that look alike, mean that a separating example is missing.
"""

from __future__ import annotations

from itertools import combinations

from autograde.course.definition import Exercise, ValueExercise, WrongAnswer
from helpers.checking.checkfile import Misconception
from helpers.checking.compare import difference
from helpers.checking.evaluation import looks_alike
from helpers.checking.secrets import canonical
from helpers.travel.calls import Observation, observe


def signatures(exercise: Exercise) -> list[Misconception]:
    """The misconceptions that visible examples can show, each with what it does on them."""
    return [
        Misconception(wrong.name, wrong.look, wrong.wrong, tuple(_behaviour(exercise, wrong)))
        for wrong in exercise.misconceptions
        if not wrong.hidden_only
    ]


def _behaviour(exercise: Exercise, wrong: WrongAnswer) -> list[Observation]:
    return [observe(wrong.function, example.call) for example in exercise.examples]


def signature_problems(exercise: Exercise) -> list[str]:
    """Sentences about misconceptions that the visible examples do not separate; empty when all is well."""
    found = []
    expected = [exercise.expected(example.call) for example in exercise.examples]
    known = signatures(exercise)
    for wrong in known:
        if _looks_right(exercise, expected, wrong.observations):
            found.append(
                f"{exercise.name}: misconception {wrong.name} gives the right result on every visible example; "
                f"add an example that shows it, or give it hidden_only with the reason"
            )
    for one, other in combinations(known, 2):
        pairs = zip(exercise.examples, one.observations, other.observations, strict=True)
        if all(looks_alike(exercise.compare, example.call, a, b) for example, a, b in pairs):
            found.append(
                f"{exercise.name}: misconceptions {one.name} and {other.name} look alike on every visible example; "
                f"add an example on which they differ, or merge them"
            )
    for unseen in (w for w in exercise.misconceptions if w.hidden_only):
        if not _looks_right(exercise, expected, tuple(_behaviour(exercise, unseen))):
            found.append(
                f"{exercise.name}: misconception {unseen.name} is marked hidden_only, but a visible example shows it"
            )
    return found


def _looks_right(exercise: Exercise, expected: list[Observation], seen: tuple[Observation, ...]) -> bool:
    return all(
        difference(exercise.compare, example.call, wanted, got, exercise.changes_input) is None
        for example, wanted, got in zip(exercise.examples, expected, seen, strict=True)
    )


def value_problems(exercise: ValueExercise) -> list[str]:
    """The same for a value exercise: every misconception must differ from the right values and from the others."""
    right = _canonical(exercise, exercise.oracle())
    found = [
        f"{exercise.name}: {name} is {text.removeprefix('other ')}; a value is a number, text, list or set"
        for name, text in right.items()
        if text.startswith("other ")
    ]
    behaviours = {wrong.name: _canonical(exercise, wrong.function()) for wrong in exercise.misconceptions}
    for name, values in behaviours.items():
        if set(values) != set(right):
            found.append(
                f"{exercise.name}: misconception {name} returns other variables than the oracle: {sorted(values)}"
            )
        elif values == right:
            found.append(
                f"{exercise.name}: misconception {name} gives the right values; it must differ in one at least"
            )
    for one, other in combinations(behaviours, 2):
        if behaviours[one] == behaviours[other]:
            found.append(
                f"{exercise.name}: misconceptions {one} and {other} give the same values; merge them"
            )
    return found


def _canonical(exercise: ValueExercise, values: dict[str, object]) -> dict[str, str]:
    return {name: canonical(value, exercise.digits) for name, value in values.items()}
