"""Grades one answer from a Python file, for `autograde try` and for tests of single answers."""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.building.checkdata import kept_check_data
from autograde.classroom.grading import Verdict, grade
from autograde.classroom.seed import PRACTICE_SEED, seed_here
from autograde.classroom.trial import AnswerError
from autograde.course.definition import DefinitionError, Exercise, ValueExercise, WrittenExercise
from autograde.course.lecture import Lecture, read_lecture
from autograde.course.registry import find, lecture_paths, module_of
from autograde.plain import summary
from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import CheckData
from helpers.travel.output import captured_output


def try_file(name: str, file: Path, seed: int | None = None) -> Verdict:
    """Grade the answer to `name` in a Python file. Raises AnswerError when the file does not run."""
    return try_source(name, read_answer(file), seed, str(file))


def read_answer(file: Path) -> str:
    """The text of an answer. Raises AnswerError for what is none."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise AnswerError(f"{file} is not text in UTF-8") from None


def try_source(name: str, source: str, seed: int | None = None, filename: str = "answer.py") -> Verdict:
    """Grade the answer to `name` in Python source. Raises AnswerError when it does not run."""
    ready = prepare(name)
    return verdict_of(ready, run_source(source, filename, ready.names), seed)


@dataclass(frozen=True)
class Ready:
    """All that a trial needs but the answer. An answer may use the imports of its notebook: `names`."""

    exercise: Exercise | ValueExercise
    data: CheckData
    names: dict[str, Any]


def prepare(name: str) -> Ready:
    """Get ready to try answers to `name`: the part that takes long, and runs no answer."""
    exercise = find(name)
    if isinstance(exercise, WrittenExercise):
        raise AnswerError(f"{name} is graded by hand; there is nothing to try")
    lecture = lecture_with(exercise.module)
    names = run_source(lecture.preamble, f"{lecture.name}.py")
    return Ready(exercise, kept_check_data(exercise, lecture), names)


def verdict_of(ready: Ready, names: Mapping[str, Any], seed: int | None = None) -> Verdict:
    """The verdict on the answer among `names`; without a seed, by the course around us or the practice seed."""
    if seed is None:
        seed = seed_here()
    answer = NotebookAnswer(ready.data, names)
    return grade(ready.exercise, ready.data, answer, PRACTICE_SEED if seed is None else seed)


def run_source(source: str, filename: str, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """The names that the source defines, on top of `names`; its lines stay known, so that they can be read back."""
    names = {"__name__": "__answer__"} if names is None else names
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    try:
        with captured_output():
            exec(compile(source, filename, "exec"), names)
    except (Exception, SystemExit) as error:
        raise AnswerError(f"{filename} does not run: {type(error).__name__}: {error}") from error
    return names


def lecture_with(module: str) -> Lecture:
    """The lecture whose exercises stand in `module`."""
    for path in lecture_paths():
        if module_of(path.stem) == module:
            return read_lecture(path)
    raise DefinitionError(f"{module} has exercises but no lecture in solutions/")


def as_dictionary(verdict: Verdict, line: int | None = None) -> dict[str, Any]:
    """The verdict for `--json`; `line` is the one in which a small change makes all examples right."""
    return {
        "score": verdict.score,
        "points": verdict.points,
        "outcome": verdict.outcome,
        "misconception": verdict.misconception,
        "misconceptions": recognised(verdict),
        "in_common": verdict.visible.in_common or None,
        "line": line,
        "visible": {"passed": verdict.visible.passed, "total": verdict.visible.total},
        "hidden": {"passed": verdict.passed, "total": verdict.total},
    }


def recognised(verdict: Verdict) -> list[str]:
    """Names of the recognised misconceptions: those the check sees, else the one that hidden cases show."""
    return list(verdict.visible.misconceptions) or [name for name in [verdict.misconception] if name]


def as_text(verdict: Verdict) -> str:
    """The verdict for a terminal: the student's view first, then the grade with the failing groups."""
    from helpers.checking.result import CheckResult

    lines = ["The student's check says:", CheckResult(verdict.name, verdict.points, verdict.visible).text, ""]
    lines += ["Graded:", summary(verdict)]
    groups: dict[str, int] = {}
    for failure in verdict.failures:
        groups[failure.case.group] = groups.get(failure.case.group, 0) + 1
    lines += [f"    {count} failing in {group}" for group, count in groups.items()]
    if recognised(verdict):
        lines.append(f"Recognised as: {', '.join(recognised(verdict))}")
    return "\n".join(lines)
