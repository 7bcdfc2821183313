"""What is wrong with a lecture and its exercises, as sentences that say what to do. The build stops on any of them."""

from __future__ import annotations

from autograde.course.definition import AnyExercise, Exercise, ValueExercise, WrittenExercise
from autograde.course.hints import hint_problems, visible_examples
from autograde.course.lecture import BEGIN, Cell, Lecture, LectureError, stub_source
from autograde.course.registry import module_of
from autograde.course.signatures import signature_problems, value_problems


def lecture_problems(lecture: Lecture, exercises: dict[str, AnyExercise]) -> list[str]:
    """Problems of one lecture: cells without definition, definitions without cells, unclear misconceptions."""
    mine = {name: e for name, e in exercises.items() if e.module == module_of(lecture.name)}
    found = []
    for part in ("exercise", "check", "written"):
        for cell in lecture.named(part):
            if cell.name not in exercises:
                found.append(
                    f"{lecture.name}: the cell {part}={cell.name!r} has no definition; add it to {module_of(lecture.name)}"
                )
            elif cell.name not in mine:
                found.append(
                    f"{lecture.name}: {cell.name} is defined in {exercises[cell.name].module}, another lecture's module"
                )
    for name, exercise in mine.items():
        found += _cell_problems(lecture, name, exercise)
    return found or [problem for exercise in mine.values() for problem in _definition_problems(exercise)]


def _cell_problems(lecture: Lecture, name: str, exercise: AnyExercise) -> list[str]:
    wanted = ["written"] if isinstance(exercise, WrittenExercise) else ["exercise", "check"]
    found = [
        f"{lecture.name}: exercise {name} has no cell marked {part}={name!r}"
        for part in wanted
        if name not in [cell.name for cell in lecture.named(part)]
    ]
    for cell in lecture.named("exercise"):
        if cell.name == name:
            found += _marker_problems(lecture, cell)
    return found


def _marker_problems(lecture: Lecture, cell: Cell) -> list[str]:
    place = f"{lecture.name}: the cell exercise={cell.name!r}"
    if BEGIN not in cell.source:
        return [f"{place} has no {BEGIN}; students would get the solution"]
    try:
        stub_source(cell.source)
    except LectureError as error:
        return [f"{place} has {error}"]
    return []


def _definition_problems(exercise: AnyExercise) -> list[str]:
    if isinstance(exercise, ValueExercise):
        return value_problems(exercise)
    if not isinstance(exercise, Exercise):
        return []
    found = []
    if not exercise.examples:
        found.append(f"{exercise.name} has no visible example")
    if not exercise.groups:
        found.append(f"{exercise.name} has no hidden cases; decorate a generator with @{exercise.name}.cases")
    found += signature_problems(exercise)
    return found + hint_problems(exercise, visible_examples(exercise, exercise.parameters))
