"""Grades one answer from a Python file, for `autograde try` and for tests of single answers."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Any

from autograde.building.checkdata import check_data_of
from autograde.classroom.grading import Verdict, grade
from autograde.classroom.seed import PRACTICE_SEED, seed_here
from autograde.course.definition import DefinitionError, WrittenExercise
from autograde.course.lecture import Lecture, read_lecture
from autograde.course.registry import find, lecture_paths, module_of
from autograde.plain import summary
from helpers.checking.answers import NotebookAnswer
from helpers.travel.output import captured_output


class AnswerError(ValueError):
    """A file that cannot be run as an answer."""


def try_file(name: str, file: Path, seed: int | None = None) -> Verdict:
    """Grade the answer to `name` in a Python file. Raises AnswerError when the file does not run."""
    try:
        source = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise AnswerError(f"{file} is not text in UTF-8") from None
    return try_source(name, source, seed, str(file))


def try_source(name: str, source: str, seed: int | None = None, filename: str = "answer.py") -> Verdict:
    """Grade the answer to `name` in Python source. Raises AnswerError when it does not run."""
    exercise = find(name)
    if isinstance(exercise, WrittenExercise):
        raise AnswerError(f"{name} is graded by hand; there is nothing to try")
    lecture = lecture_with(exercise.module)
    names = run_source(
        lecture.preamble, f"{lecture.name}.py"
    )  # an answer may use the imports of its notebook
    names = run_source(source, filename, names)
    if seed is None:
        seed = seed_here()
    data = check_data_of(exercise, lecture)
    return grade(exercise, data, NotebookAnswer(data, names), PRACTICE_SEED if seed is None else seed)


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


def as_dictionary(verdict: Verdict) -> dict[str, Any]:
    """The verdict for `--json`."""
    return {
        "score": verdict.score,
        "points": verdict.points,
        "outcome": verdict.outcome,
        "misconception": verdict.misconception,
        "visible": {"passed": verdict.visible.passed, "total": verdict.visible.total},
        "hidden": {"passed": verdict.passed, "total": verdict.total},
    }


def as_text(verdict: Verdict) -> str:
    """The verdict for a terminal: the student's view first, then the grade with the failing groups."""
    from helpers.checking.result import CheckResult

    lines = ["The student's check says:", CheckResult(verdict.name, verdict.points, verdict.visible).text, ""]
    lines += ["Graded:", summary(verdict)]
    groups: dict[str, int] = {}
    for failure in verdict.failures:
        groups[failure.case.group] = groups.get(failure.case.group, 0) + 1
    lines += [f"    {count} failing in {group}" for group, count in groups.items()]
    if verdict.misconception:
        lines.append(f"Recognised as: {verdict.misconception}")
    return "\n".join(lines)
