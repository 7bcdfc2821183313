"""Whether a hint keeps to what a student can see: it may mention only the example that is shown with it, and no code that nobody saw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import Exercise, WrongAnswer
from autograde.course.signatures import signature
from helpers.checking.checkfile import Example
from helpers.checking.evaluation import simplicity
from helpers.checking.features import features_of
from helpers.travel.calls import Observation

ANOTHER_EXAMPLE = re.compile(
    r"\b(first|second|third|fourth|fifth|last|other|same|square|all|the|these|those)\s+(\w+\s+)?examples?\b",
    re.I,
)
SIZE = re.compile(r"\b(\d+) ?[x×] ?(\d+)\b")
SETTING = re.compile(r"\b(stride|padding|dilation) (?:of )?(\d+)\b", re.I)
CONSTRUCT = re.compile(r"\b[Yy]ou(?:r| use| used| call| called| write| wrote)\b[^.`]*`[^`]*[.(\[=+][^`]*`")


def hint_problems(exercise: Exercise, examples: list[Example]) -> list[str]:
    """Sentences about hints that mention what is not shown with them; empty when all is well."""
    expected = [example.expected for example in examples]
    found = []
    for wrong in exercise.misconceptions:
        example = shown_with(exercise, wrong, examples, expected)
        if example is None:
            if wrong.shown:
                found.append(
                    f"{exercise.name}: misconception {wrong.name} shows “{wrong.shown}”, which is no example or one that it gets right"
                )
            continue
        found += [f"{exercise.name}: misconception {wrong.name}: {said}" for said in _said(wrong, example)]
    return found


def shown_with(
    exercise: Exercise, wrong: WrongAnswer, examples: list[Example], expected: list[Observation]
) -> Example | None:
    """The example that a student with this misconception is shown; None where none shows it."""
    failing = [examples[place] for place in signature(exercise, wrong, expected).observations]
    if wrong.shown:
        return next((e for e in failing if e.title == wrong.shown), None)
    return min(failing, key=simplicity, default=None)


def visible_examples(exercise: Exercise, parameters: tuple[str, ...]) -> list[Example]:
    """The examples with what should come of them and what they have about them."""
    found = []
    for example in exercise.examples:
        expected = exercise.expected(example.call)
        features = features_of(example.call, expected, parameters, exercise.features)
        found.append(Example(example.title, example.call, expected, features))
    return found


def _said(wrong: WrongAnswer, example: Example) -> Iterator[str]:
    text = f"{wrong.look} {wrong.wrong}"
    for match in ANOTHER_EXAMPLE.finditer(text):
        yield f"its hint speaks of “{match.group(0)}”, but “{example.title}” is shown; speak of what is on the screen"
    sizes, settings = _sizes(example), _settings(example)
    for match in SIZE.finditer(text):
        if (int(match.group(1)), int(match.group(2))) not in sizes:
            yield f"its hint speaks of {match.group(0)}, which “{example.title}” has not; use shown= or other words"
    for match in SETTING.finditer(text):
        if int(match.group(2)) not in settings:
            yield f"its hint speaks of {match.group(0)}, which “{example.title}” has not; use shown= or other words"
    for match in CONSTRUCT.finditer(text):
        yield f"its hint speaks of code that the student may not have written: “{match.group(0)}”; use if_source_has="


def _sizes(example: Example) -> set[tuple[int, int]]:
    """Pairs of numbers that the example shows: neighbouring axes of its arrays, and pairs and numbers given."""
    found: set[tuple[int, int]] = set()
    for value in [
        *_flat([*example.call.args, *example.call.kwargs.values()]),
        *_flat(example.expected.value),
    ]:
        if isinstance(value, np.ndarray):
            found |= set(zip(value.shape, value.shape[1:], strict=False))
        elif isinstance(value, tuple):
            found |= {
                pair for pair in zip(value, value[1:], strict=False) if all(isinstance(v, int) for v in pair)
            }
        elif isinstance(value, int):
            found.add((value, value))
    return found


def _settings(example: Example) -> set[int]:
    found = {0, 1}  # the usual defaults
    for value in _flat([*example.call.args, *example.call.kwargs.values()]):
        if isinstance(value, int | np.integer):
            found.add(int(value))
    return found


def _flat(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
