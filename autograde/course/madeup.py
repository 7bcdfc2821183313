"""Made-up submissions: a released notebook whose exercise cells hold a chosen answer each. For the demo and for tests."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from nbformat.notebooknode import NotebookNode

from autograde.building.notebooks import answer_id
from autograde.course.definition import DefinitionError, Exercise, ValueExercise, WrittenExercise
from autograde.course.lecture import Lecture
from autograde.course.registry import find
from autograde.course.standalone import solution_source, standalone_source


def solution(lecture: Lecture, name: str) -> str:
    """The solution notebook's answer."""
    return solution_source(lecture.solution(name))


def alternative(name: str, which: int = 0) -> str:
    """The source of an exercise's alternative number `which`; counts round."""
    exercise = find(name)
    assert not isinstance(exercise, WrittenExercise)
    return standalone_source(exercise.alternatives[which % len(exercise.alternatives)], name)


def misconception(name: str, which: str) -> str:
    """The source of a misconception by its name."""
    exercise = find(name)
    if isinstance(exercise, WrittenExercise):
        raise DefinitionError(f"{name} is graded by hand and has no misconceptions")
    for wrong in exercise.misconceptions:
        if wrong.name == which:
            if isinstance(exercise, ValueExercise):
                return "\n".join(f"{key} = {value!r}" for key, value in wrong.function().items())
            return standalone_source(wrong.function, name)
    for requirement in getattr(exercise, "requirements", ()):
        if requirement.timed.name == which:
            return standalone_source(requirement.slow, name)
    raise DefinitionError(
        f"{name} has no misconception {which}; it has {[w.name for w in exercise.misconceptions]}"
    )


def submission(released: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """The released notebook with the given answers; cells without one stay untouched."""
    made = copy.deepcopy(released)
    places = {answer_id(name): source for name, source in answers.items()}
    written = dict(answers)
    for cell in made.cells:
        if cell.id in places:
            cell.source = places.pop(cell.id)
            written.pop(cell.id.removesuffix("-answer"))
        elif cell.cell_type == "markdown" and cell.id in written:
            cell.source = written.pop(cell.id)
    if written:
        raise DefinitionError(f"the notebook has no answer cells for {sorted(written)}")
    return made


def solved(lecture: Lecture) -> dict[str, str]:
    """All answers of the solution notebook, the written ones too."""
    answers = {cell.name: solution(lecture, cell.name) for cell in lecture.named("exercise")}
    answers |= {cell.name: cell.source for cell in lecture.named("written")}
    return answers


def in_other_styles(lecture: Lecture, which: int = 0) -> dict[str, str]:
    """All answers of the lecture, alternatives where there are any."""
    answers = solved(lecture)
    for cell in lecture.named("exercise"):
        exercise = find(cell.name)
        if isinstance(exercise, Exercise) and exercise.alternatives:
            answers[cell.name] = alternative(cell.name, which)
    return answers
