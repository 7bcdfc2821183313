"""Made-up classes to measure with: solutions, other styles, mistakes and halves on two real notebooks."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from autograde.course.definition import WrittenExercise
from autograde.course.lecture import Lecture, read_lecture
from autograde.course.madeup import alternative, misconception, solved, submission
from autograde.course.registry import find, lecture_paths
from autograde.engine.audit import AUDIT_FILE

LECTURES = ("02_convolution_1d", "05_pooling")


def hand_in(course: Path, count: int) -> None:
    """Hand in `count` submissions; the first ones are the same whatever the count."""
    import nbformat

    lectures = {path.stem: read_lecture(path) for path in lecture_paths()}
    released = {n: nbformat.read(course / "release" / n / f"{n}.ipynb", as_version=4) for n in LECTURES}
    for number in range(count):
        name = LECTURES[number % len(LECTURES)]
        made = submission(released[name], _answers(lectures[name], random.Random(number)))
        place = course / "submitted" / f"student{number:04d}" / name
        place.mkdir(parents=True)
        nbformat.write(made, place / f"{name}.ipynb")


def _answers(lecture: Lecture, dice: random.Random) -> dict[str, str]:
    answers = solved(lecture)
    for name in list(answers):
        exercise = find(name)
        if isinstance(exercise, WrittenExercise):
            continue
        throw = dice.random()
        if throw < 0.25:
            answers[name] = misconception(name, dice.choice(exercise.misconceptions).name)
        elif throw < 0.6 and exercise.alternatives:
            answers[name] = alternative(name, dice.randrange(len(exercise.alternatives)))
        elif throw < 0.65:
            del answers[name]
    return answers


def part_of(course: Path, place: Path, count: int) -> Path:
    """A copy of a course folder that was never graded, with its first `count` submissions."""

    def beyond(here: str, names: list[str]) -> list[str]:
        if Path(here) == course / "submitted":
            return sorted(names)[count:]
        return [name for name in names if name in ("autograded", AUDIT_FILE)]

    shutil.copytree(course, place, ignore=beyond)
    return place
