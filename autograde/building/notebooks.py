"""Turns a lecture into nbgrader's source notebook: ids, metadata, hidden lines, question cells. Pure; writes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.course.definition import AnyExercise, WrittenExercise
from autograde.course.lecture import Cell, Lecture

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
HIDDEN_LINES = """### BEGIN HIDDEN TESTS
from autograde.plain import score
score("{name}")
### END HIDDEN TESTS"""
BEGIN_RUBRIC, END_RUBRIC = "<!-- BEGIN RUBRIC -->", "<!-- END RUBRIC -->"


def answer_id(exercise: str) -> str:
    """grade_id of the cell that holds the student's answer; the grade cell itself carries the exercise's plain name."""
    return f"{exercise}-answer"


def question_id(exercise: str) -> str:
    """grade_id of the locked cell with a written exercise's question and rubric."""
    return f"{exercise}-question"


def source_notebook(lecture: Lecture, exercises: dict[str, AnyExercise]) -> NotebookNode:
    """The lecture as nbgrader's source notebook (schema 3), with solutions and hidden lines."""
    counts: Counter[str] = Counter()
    cells: list[NotebookNode] = []
    for cell in lecture.cells:
        cells += _cells(cell, exercises, counts)
    notebook = new_notebook(cells=cells)
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook


def _cells(cell: Cell, exercises: dict[str, AnyExercise], counts: Counter[str]) -> list[NotebookNode]:
    if cell.part == "exercise":
        name = answer_id(cell.name)
        return [_code(name, cell.source, _nbgrader(name, solution=True))]
    if cell.part == "check":
        hidden = HIDDEN_LINES.format(name=cell.name)
        metadata = _nbgrader(cell.name, grade=True, locked=True, points=exercises[cell.name].points)
        return [_code(cell.name, f"{cell.source}\n{hidden}", metadata)]
    if cell.part == "written":
        return _written(cell, exercises[cell.name])
    if cell.part == "show":
        return [_code(f"show-{cell.name}", cell.source, {"tags": ["show"]})]
    identity = _content_id(cell, counts)
    return [_code(identity, cell.source, {}) if cell.kind == "code" else _markdown(identity, cell.source, {})]


def _written(cell: Cell, exercise: AnyExercise) -> list[NotebookNode]:
    assert isinstance(exercise, WrittenExercise)
    head = f"**In your own words — `{exercise.name}`** · {exercise.points:g} points, graded by a person"
    rubric = f"{BEGIN_RUBRIC}\n\n**Rubric (for graders)**\n\n{exercise.rubric}\n\n{END_RUBRIC}"
    question = question_id(exercise.name)
    return [
        _markdown(question, f"{head}\n\n{exercise.question}\n\n{rubric}", _nbgrader(question, locked=True)),
        _markdown(
            exercise.name,
            cell.source,
            _nbgrader(exercise.name, grade=True, solution=True, points=exercise.points),
        ),
    ]


def _nbgrader(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        data["points"] = points
    return {"nbgrader": data}


def _code(identity: str, source: str, metadata: dict[str, Any]) -> NotebookNode:
    return new_code_cell(source, id=identity[:64], metadata=metadata)


def _markdown(identity: str, source: str, metadata: dict[str, Any]) -> NotebookNode:
    return new_markdown_cell(source, id=identity[:64], metadata=metadata)


def _content_id(cell: Cell, counts: Counter[str]) -> str:
    digest = hashlib.sha256(f"{cell.kind}\n{cell.source}".encode()).hexdigest()[:10]
    counts[digest] += 1
    suffix = f"-{counts[digest]}" if counts[digest] > 1 else ""
    return f"{'code' if cell.kind == 'code' else 'text'}-{digest}{suffix}"
