"""What each misconception does on the visible examples, and whether it can be told from the right answer and from the others.

A wrong answer that looks right, or two that look alike, mean that a separating example is missing.
"""

from __future__ import annotations

from itertools import combinations

from autograde.course.definition import Exercise, ValueExercise, WrongAnswer
from helpers.checking.checkfile import Misconception
from helpers.checking.compare import difference
from helpers.checking.recognising import same
from helpers.checking.secrets import canonical
from helpers.travel.calls import Observation, observe


def signatures(exercise: Exercise) -> list[Misconception]:
    """The misconceptions that visible examples can show, each with what it does where it is wrong."""
    expected = [exercise.expected(example.call) for example in exercise.examples]
    return [
        signature(exercise, wrong, expected) for wrong in exercise.misconceptions if not wrong.hidden_only
    ]


def signature(exercise: Exercise, wrong: WrongAnswer, expected: list[Observation]) -> Misconception:
    """One misconception with what it does where it is wrong."""
    seen = wrong_places(exercise, [observe(wrong.function, e.call) for e in exercise.examples], expected)
    return Misconception(wrong.name, wrong.look, wrong.wrong, seen, wrong.shown, dict(wrong.if_source_has))


def wrong_places(
    exercise: Exercise, seen: list[Observation], expected: list[Observation]
) -> dict[int, Observation]:
    """Of what an answer does on the visible examples: what is wrong, by place."""
    return {
        place: got
        for place, (example, wanted, got) in enumerate(zip(exercise.examples, expected, seen, strict=True))
        if difference(exercise.compare, example.call, wanted, got, exercise.changes_input) is not None
    }


def alike(exercise: Exercise, one: dict[int, Observation], other: dict[int, Observation]) -> bool:
    """Whether two wrong answers, given by what they do where they are wrong, cannot be told apart."""
    return one.keys() == other.keys() and all(
        same(exercise.compare, exercise.examples[place].call, seen, other[place])
        for place, seen in one.items()
    )


def signature_problems(exercise: Exercise) -> list[str]:
    """Sentences about misconceptions that the visible examples do not separate; empty when all is well."""
    found = []
    expected = [exercise.expected(example.call) for example in exercise.examples]
    known = signatures(exercise)
    for wrong in known:
        if not wrong.observations:
            found.append(
                f"{exercise.name}: misconception {wrong.name} gives the right result on every visible example; "
                f"add an example that shows it, or give it hidden_only with the reason"
            )
    for one, other in combinations(known, 2):
        if alike(exercise, dict(one.observations), dict(other.observations)) and one.observations:
            found.append(
                f"{exercise.name}: misconceptions {one.name} and {other.name} look alike on every visible example; "
                f"add an example on which they differ, or merge them"
            )
    for unseen in (w for w in exercise.misconceptions if w.hidden_only):
        if signature(exercise, unseen, expected).observations:
            found.append(
                f"{exercise.name}: misconception {unseen.name} is marked hidden_only, but a visible example shows it"
            )
    return found


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
