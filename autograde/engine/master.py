"""What an assignment's notebook is: its cells in order, which of them are graded, and what they must hold.

Read from the course's own files (released notebook, source map) and the gradebook. A submission's metadata is never asked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograde.classroom.coursefolder import SOURCE_MAP, CourseError
from autograde.course.registry import exercises


@dataclass(frozen=True)
class MasterCell:
    """One cell of the released notebook.

    part        "check" (a grade cell of a defined exercise), "grade" (any other grade cell), "answer", "show", "plain"
    released    source that students got
    full        source with hidden tests, as the gradebook keeps it; the released one for cells without grade_id
    nbgrader    nbgrader's metadata with the gradebook's checksum; None for cells without
    outputs     static outputs of a picture
    """

    identity: str
    kind: str
    part: str
    grade_id: str | None
    released: str
    full: str
    nbgrader: dict[str, Any] | None
    outputs: tuple[Any, ...] = ()
    locked: bool = False

    @property
    def points(self) -> float:
        return float((self.nbgrader or {}).get("points", 0.0))


@dataclass(frozen=True)
class Master:
    """The notebook `name` of an assignment; `kernelspec` and `digest` as the course has them."""

    assignment: str
    name: str
    cells: tuple[MasterCell, ...]
    kernelspec: dict[str, Any]
    digest: str

    @property
    def graded(self) -> list[MasterCell]:
        return [
            cell
            for cell in self.cells
            if cell.nbgrader and (cell.nbgrader["grade"] or cell.nbgrader.get("task"))
        ]


@dataclass(frozen=True)
class Assignment:
    """An assignment: its notebooks, and files that come with them."""

    name: str
    notebooks: tuple[Master, ...]
    files: dict[str, bytes]


def load_assignment(course: Path, api: Any, name: str) -> Assignment:
    """Everything about one assignment. Raises CourseError when the course does not have it."""
    from nbgrader.api import MissingEntry

    with api.gradebook as gradebook:
        try:
            entry = gradebook.find_assignment(name)
        except MissingEntry:
            raise CourseError(
                f"the gradebook has no assignment {name}; run `nbgrader generate_assignment {name}`"
            ) from None
        stored = {
            notebook.name: {
                cell.name: (cell.source, cell.locked, cell.checksum, cell.cell_type)
                for cell in notebook.source_cells
            }
            for notebook in entry.notebooks
        }
    notebooks = tuple(_master(course, name, notebook, cells) for notebook, cells in stored.items())
    return Assignment(name, notebooks, _files(course / "source" / name))


def _files(folder: Path) -> dict[str, bytes]:
    """The files beside an assignment's notebooks, by relative path."""
    found = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
        if path.is_file() and path.suffix != ".ipynb" and not hidden:
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def _master(
    course: Path, assignment: str, name: str, stored: dict[str, tuple[str, bool, str, str]]
) -> Master:
    path = course / "release" / assignment / f"{name}.ipynb"
    if not path.exists():
        raise CourseError(
            f"{path} is missing: run `nbgrader generate_assignment {assignment}`, or `autograde init {course}`"
        )
    raw = path.read_bytes()
    released = nbformat.reads(raw.decode(), as_version=4)
    checks = _defined_checks(course, assignment)
    digest = hashlib.sha256(raw + json.dumps(stored, sort_keys=True).encode()).hexdigest()
    cells = tuple(_cell(cell, stored, checks) for cell in released.cells)
    return Master(assignment, name, cells, dict(released.metadata.get("kernelspec", {})), digest)


def _defined_checks(course: Path, assignment: str) -> set[str]:
    """grade_ids of the cells that stand for a defined exercise: by the course's source map, not by their names alone."""
    path = course / SOURCE_MAP
    if not path.exists():
        return set()
    mapped = json.loads(path.read_text(encoding="utf-8")).get(assignment, [])
    return {cell["grade_id"] for cell in mapped if cell["part"] == "check"} & set(exercises())


def _cell(cell: Any, stored: dict[str, tuple[str, bool, str, str]], checks: set[str]) -> MasterCell:
    meta = cell.metadata.get("nbgrader")
    shown = "show" in cell.metadata.get("tags", [])
    if not meta or meta.get("grade_id") not in stored:
        outputs = tuple(cell.get("outputs", ())) if shown else ()
        return MasterCell(
            cell.get("id", ""),
            cell.cell_type,
            "show" if shown else "plain",
            None,
            cell.source,
            cell.source,
            None,
            outputs,
        )
    source, locked, checksum, kind = stored[meta["grade_id"]]
    graded = meta.get("grade", False)
    part = (
        "check"
        if meta["grade_id"] in checks and graded
        else "grade"
        if graded
        else "answer"
        if meta.get("solution")
        else "plain"
    )
    metadata = {key: value for key, value in meta.items()} | {"checksum": checksum, "cell_type": kind}
    return MasterCell(
        cell.get("id", ""), kind, part, meta["grade_id"], cell.source, source, metadata, (), bool(locked)
    )
