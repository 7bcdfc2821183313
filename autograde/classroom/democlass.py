"""Twelve made-up students: what each hands in, and which marks that must get.

Marks are stated per exercise: "all" its points, "none", or "some" of them (then exactly what `autograde try` gives).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograde.course.lecture import Lecture
from autograde.course.madeup import in_other_styles, misconception, solved, submission

SIGNAL, POOLING = "02_convolution_1d", "05_pooling"
ENDLESS = "def {name}(*args, **kwargs):\n    while True:\n        pass"
RAISES = "def {name}(*args, **kwargs):\n    return undefined_name + 1"


@dataclass(frozen=True)
class Student:
    """A made-up student.

    answers  makes the answers from the lecture
    marks    exercise -> "all", "none" or "some"; every other exercise gets `rest`
    hint     a misconception whose hint must stand in the feedback: (exercise, misconception)
    broken   the file's text where it is no notebook at all
    """

    name: str
    lecture: str
    story: str
    answers: Callable[[Lecture], dict[str, str]] = solved
    marks: dict[str, str] = field(default_factory=dict)
    rest: str = "all"
    hint: tuple[str, str] | None = None
    broken: str = ""

    def hand_in(self, lecture: Lecture, released: Path, folder: Path) -> None:
        """Write the submission to folder/LECTURE.ipynb."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.lecture}.ipynb"
        if self.broken:
            path.write_text(self.broken, encoding="utf-8")
            return
        made = submission(nbformat.read(released, as_version=4), self.answers(lecture))
        nbformat.write(made, path)


def _with_one_mistake(exercise: str, which: str) -> Callable[[Lecture], dict[str, str]]:
    return lambda lecture: solved(lecture) | {exercise: misconception(exercise, which)}


def _with_source(exercise: str, source: str) -> Callable[[Lecture], dict[str, str]]:
    return lambda lecture: solved(lecture) | {exercise: source.format(name=exercise)}


def _first_half(lecture: Lecture) -> dict[str, str]:
    answers = solved(lecture)
    return {name: answers[name] for name in ("max_pool2d", "avg_pool2d", "global_avg_pool")}


def _renamed(lecture: Lecture) -> dict[str, str]:
    answers = solved(lecture)
    return answers | {
        "correlate1d": answers["correlate1d"].replace("def correlate1d(", "def my_correlate1d(")
    }


def _mistaken(name: str, lecture: str, exercise: str, which: str, story: str) -> Student:
    return Student(
        name, lecture, story, _with_one_mistake(exercise, which), {exercise: "some"}, hint=(exercise, which)
    )


CLASS = [
    Student("ada", POOLING, "everything right"),
    Student("bela", SIGNAL, "everything right, in other styles", in_other_styles),
    Student("chen", POOLING, "everything right, in other styles", in_other_styles),
    _mistaken("dina", SIGNAL, "convolve1d", "does_not_flip", "forgets to flip the kernel"),
    _mistaken("emil", POOLING, "max_pool2d", "starts_at_zero", "starts the maximum at 0"),
    _mistaken(
        "fatma", POOLING, "max_pool2d_backward", "keeps_the_last_gradient", "assigns where gradients add up"
    ),
    Student(
        "goran",
        POOLING,
        "half-finished",
        _first_half,
        {"max_pool2d": "all", "avg_pool2d": "all", "global_avg_pool": "all"},
        "none",
    ),
    Student("hana", SIGNAL, "handed in untouched", lambda lecture: {}, rest="none"),
    Student(
        "ivo",
        POOLING,
        "one function raises an exception",
        _with_source("avg_pool2d", RAISES),
        {"avg_pool2d": "none"},
    ),
    Student(
        "jana",
        POOLING,
        "one function never ends",
        _with_source("global_avg_pool", ENDLESS),
        {"global_avg_pool": "none"},
    ),
    Student("kofi", SIGNAL, "a broken file", broken='{"cells": [{"cell_type": "code", "source'),
    Student("lina", SIGNAL, "one function renamed", _renamed, {"correlate1d": "none"}),
]
