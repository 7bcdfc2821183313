"""Holds the engine to plain nbgrader: one class, graded by both, every cell compared.

`python -m tests.honesty` (`make honesty`) takes every lecture with every story; tests take the first 12.
Both grade two more whose scores have to differ, and how is stated: docs/engine.md says why.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograde.bench import scores
from autograde.classroom.classgrading import grade_course
from autograde.classroom.democlass import RAISES
from autograde.course.definition import Exercise, WrittenExercise
from autograde.course.lecture import Lecture, read_lecture
from autograde.course.madeup import in_other_styles, misconception, solved
from autograde.course.registry import find, lecture_paths
from tests.classes import START, hand_in
from tests.engine import handed_in

ROOT = Path(__file__).parent.parent
Answers = dict[str, str]
Key = tuple[str, str, str]
CELL_SECONDS = 60
LOG = "log.txt"

NOISY = """import sys, warnings
print("on stderr", file=sys.stderr)
warnings.warn("a warning")
{source}
"""


def _graded(lecture: Lecture) -> list[str]:
    return [cell.name for cell in lecture.named("exercise")]


def _mistaken(lecture: Lecture, dice: random.Random) -> Answers:
    """A misconception in every exercise that has one."""
    answers = solved(lecture)
    for name in _graded(lecture):
        exercise = find(name)
        if not isinstance(exercise, WrittenExercise) and exercise.misconceptions:
            answers[name] = misconception(name, dice.choice(exercise.misconceptions).name)
    return answers


def _some_mistakes(lecture: Lecture, dice: random.Random) -> Answers:
    wrong, other = _mistaken(lecture, dice), in_other_styles(lecture, dice.randrange(5))
    return {name: dice.choice([wrong, other, other])[name] for name in other}


def _half(lecture: Lecture, dice: random.Random) -> Answers:
    answers = solved(lecture)
    names = _graded(lecture)
    return {name: answers[name] for name in names[: (len(names) + 1) // 2]}


def _raising(lecture: Lecture, dice: random.Random) -> Answers:
    return {name: _raises(name) if dice.random() < 0.5 else s for name, s in solved(lecture).items()}


def _raises(name: str) -> str:
    is_function = isinstance(find(name), Exercise)
    return RAISES.format(name=name) if is_function else "undefined_name + 1"


def _renamed(lecture: Lecture, dice: random.Random) -> Answers:
    answers = solved(lecture)
    for name in _graded(lecture):
        if dice.random() < 0.5:
            answers[name] = answers[name].replace(f"def {name}(", f"def my_{name}(")
    return answers


def _noisy(lecture: Lecture, dice: random.Random) -> Answers:
    answers = _some_mistakes(lecture, dice)
    return answers | {name: NOISY.format(source=answers[name]) for name in _graded(lecture)}


def _broken(lecture: Lecture, dice: random.Random) -> Answers:
    """A cell that cannot be compiled, answers that return nothing or something odd."""
    answers = solved(lecture)
    odd = ["return None", "return '3'", "return object()", "return (1, 2, 3)", "return float('nan')"]
    for number, name in enumerate(_graded(lecture)):
        if number % 3 == 0:
            answers[name] += "\ndef torn("
        elif isinstance(find(name), Exercise):
            answers[name] = f"def {name}(*args, **kwargs):\n    {dice.choice(odd)}"
    return answers


STORIES: dict[str, Callable[[Lecture, random.Random], Answers]] = {
    "solution": lambda lecture, dice: solved(lecture),
    "styles": lambda lecture, dice: in_other_styles(lecture, dice.randrange(5)),
    "mistaken": _mistaken,
    "some_mistakes": _some_mistakes,
    "half": _half,
    "raising": _raising,
    "renamed": _renamed,
    "noisy": _noisy,
    "broken": _broken,
}
KILLS = "def count_values(h, w, c):\n    import os; os._exit(1)"
UNREADABLE = '{"cells": ['
# Where the two have to differ: (engine, nbgrader) for every graded cell of these students.
STATED = {"kills": (0.0, None), "unreadable": (0.0, None)}


@dataclass(frozen=True)
class Compared:
    """What both said of every cell; `seconds` of the engine and of nbgrader."""

    engine: dict[Key, float | None]
    nbgrader: dict[Key, float | None]
    seconds: tuple[float, float]

    @property
    def differing(self) -> dict[Key, tuple[float | None, float | None]]:
        return {
            key: (score, self.nbgrader.get(key))
            for key, score in self.engine.items()
            if not _same(score, self.nbgrader.get(key))
        }

    @property
    def unexplained(self) -> dict[Key, tuple[float | None, float | None]]:
        """Differences that are not stated, and stated ones that are none."""
        stated = {key: STATED[key[0]] for key in self.engine if key[0] in STATED}
        found = self.differing
        return {
            key: (self.engine.get(key), self.nbgrader.get(key))
            for key in {**stated, **found}
            if stated.get(key) != found.get(key)
        }


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < 1e-9


def pair(number: int, lectures: int) -> tuple[int, int]:
    """Lecture and story of a submission: different ones in turn, and all pairs before any comes again."""
    rounds = number // math.lcm(lectures, len(STORIES))
    return number % lectures, (number + rounds) % len(STORIES)


def make_honest_class(course: Path, students: int) -> None:
    """Hand in `students` submissions, lecture after lecture with story after story, and the two of STATED."""
    lectures = [read_lecture(path) for path in lecture_paths()]
    for number in range(students):
        place, at = pair(number, len(lectures))
        lecture, story = lectures[place], list(STORIES)[at]
        answers = STORIES[story](lecture, random.Random(number))
        student = f"{story}{number:03d}"
        hand_in(course, student, handed_in(course, lecture.name, answers), lecture.name)
    hand_in(course, "kills", handed_in(course, START, {"count_values": KILLS}))
    hand_in(course, "unreadable", UNREADABLE)
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + f"\nc.Execute.timeout = {CELL_SECONDS}\n")


def compared(course: Path, scratch: Path, processes: int = 2) -> Compared:
    """Grade the class with both: nbgrader in so many processes, each with students of its own."""
    parts = [scratch / f"plain{number}" / "course" for number in range(processes)]
    for number, part in enumerate(parts):
        shutil.copytree(course, part)
        for folder in sorted((part / "submitted").iterdir()):
            if sum(folder.name.encode()) % processes != number:
                shutil.rmtree(folder)
    started = time.monotonic()
    running = [_plainly(part) for part in parts]
    for process in running:
        assert process.wait() in (0, 1)
    plain_seconds = time.monotonic() - started
    started = time.monotonic()
    grade_course(course)
    spent = time.monotonic() - started
    theirs = {key: score for part in parts for key, score in scores(part).items()}
    return Compared(scores(course), theirs, (spent, plain_seconds))


def _plainly(course: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "autograde", "grade", str(course), "--nbgrader"]
    with (course.parent / LOG).open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def main() -> None:
    from autograde.classroom.coursefolder import make_course

    parser = argparse.ArgumentParser(prog="make honesty", description=__doc__)
    parser.add_argument("--students", type=int, default=len(lecture_paths()) * len(STORIES))
    parser.add_argument(
        "--folder", type=Path, help="work here and keep it; default: a folder that is removed"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        scratch = (chosen.folder or Path(made)).resolve()
        course = scratch / "course"
        make_course(course)
        make_honest_class(course, chosen.students)
        found = compared(course, scratch)
        said = "\n".join(path.read_text() for path in sorted(scratch.glob(f"*/{LOG}")))
    students = len({key[0] for key in found.engine})
    print(
        f"{students} submissions, {len(found.engine)} cells; engine {found.seconds[0]:.0f} s, "
        f"nbgrader in two processes {found.seconds[1]:.0f} s"
    )
    print(f"{len(found.differing)} cells differ, {len(found.unexplained)} of them not as stated")
    for key, both in found.unexplained.items():
        print(*key, *both)
    if found.unexplained:
        print(said)
    sys.exit(bool(found.unexplained))


if __name__ == "__main__":
    main()
