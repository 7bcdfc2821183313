"""Reads a text notebook: its header, its cells and the part each cell plays.

Knows the file format, not nbgrader and not the exercises' contents.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import jupytext
import yaml

PARTS = ("exercise", "check", "show", "written")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


class LectureError(ValueError):
    """A text notebook that cannot be built; the message names the file, the cell and the remedy."""


@dataclass(frozen=True)
class Cell:
    """One cell. part  "exercise", "check", "show", "written" or "" for prose and plain code; name  its exercise or picture."""

    kind: str
    source: str
    part: str = ""
    name: str = ""


@dataclass(frozen=True)
class Lecture:
    """A text notebook. name  "05_pooling"; header  its YAML: title, promise, minutes, needs."""

    name: str
    title: str
    promise: str
    minutes: int
    needs: tuple[str, ...]
    cells: tuple[Cell, ...]

    def named(self, part: str) -> list[Cell]:
        """The cells that play `part`, in order."""
        return [cell for cell in self.cells if cell.part == part]

    @property
    def preamble(self) -> str:
        """The first code cell, which holds the notebook's imports."""
        return next((cell.source for cell in self.cells if cell.kind == "code"), "")

    def solution(self, exercise: str) -> str:
        """The source of an exercise cell with its solution. Raises LectureError when there is none."""
        for cell in self.named("exercise"):
            if cell.name == exercise:
                return cell.source
        raise LectureError(f"{self.name}: no cell is marked exercise={exercise!r}")


def read_lecture(path: Path) -> Lecture:
    """The lecture in a text notebook. Raises LectureError for a bad header, an unknown mark, or a repeated name."""
    text = path.read_text(encoding="utf-8")
    header = _header(path, text)
    notebook = jupytext.reads(text, fmt="py:percent")
    cells = tuple(_cell(path, raw) for raw in notebook.cells if raw.source.strip())
    lecture = Lecture(
        name=path.stem,
        title=str(header["title"]),
        promise=str(header["promise"]),
        minutes=int(header["minutes"]),
        needs=tuple(header.get("needs") or ()),
        cells=cells,
    )
    _no_repeats(lecture)
    return lecture


def stub_source(source: str) -> str:
    """What the student gets of an exercise cell: a solution inside a function becomes `raise NotImplementedError`; at top level each assigned name becomes `name = ...`."""
    lines: list[str] = []
    solution: list[str] | None = None
    for line in source.split("\n"):
        if line.strip() == BEGIN:
            solution, indent = [], line[: len(line) - len(line.lstrip())]
        elif line.strip() == END:
            if solution is None:
                raise LectureError(f"{END} without {BEGIN}")
            lines += _stub(solution, indent)
            solution = None
        elif solution is not None:
            solution.append(line)
        else:
            lines.append(line)
    if solution is not None:
        raise LectureError(f"{BEGIN} without {END}")
    return "\n".join(lines)


def _stub(solution: list[str], indent: str) -> list[str]:
    if indent:
        return [indent + "raise NotImplementedError"]
    return [f"{name} = ..." for name in _assigned(solution)] or ["raise NotImplementedError"]


def _assigned(solution: list[str]) -> list[str]:
    """Names that top-level code assigns, in order: `low, high = 1, 2` assigns two."""
    try:
        tree = ast.parse("\n".join(solution))
    except SyntaxError:  # IPython's own syntax, say
        return []
    targets: list[ast.expr] = []
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets.append(node.target)
    names = [part.id for target in targets for part in ast.walk(target) if _is_stored(part)]
    return list(dict.fromkeys(names))


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _header(path: Path, text: str) -> dict[str, Any]:
    match = re.match(r"# ---\n(.*?)# ---\n", text, re.DOTALL)
    lines = match.group(1).splitlines() if match else []
    try:
        header = yaml.safe_load("\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines))
        found = ((header or {}).get("jupyter") or {}).get("course") or {}
        missing = [key for key in ("title", "promise", "minutes") if key not in found]
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise LectureError(f"{path.name}: the header is not the YAML that it should be: {error}") from None
    if missing:
        raise LectureError(f"{path.name}: the header's jupyter: course: section lacks {', '.join(missing)}")
    if not isinstance(found["minutes"], int):
        raise LectureError(f"{path.name}: minutes is {found['minutes']!r}; expected a whole number")
    return found


def _cell(path: Path, raw: Any) -> Cell:
    marks = {key: raw.metadata[key] for key in PARTS if key in raw.metadata}
    unread = raw.metadata.get("incorrectly_encoded_metadata") or raw.metadata.get("title", "")
    if "=" in unread:
        raise LectureError(
            f'{path.name}: the mark {unread!r} cannot be read; quote its name, as in check="max_pool2d"'
        )
    unknown = set(raw.metadata) - set(PARTS) - {"title", "tags", "lines_to_next_cell", "cell_marker"}
    if unknown or len(marks) > 1:
        first = raw.source.strip().splitlines()[0][:60]
        problem = f"unknown marks {sorted(unknown)}" if unknown else f"several marks {sorted(marks)}"
        raise LectureError(
            f"{path.name}: the cell {first!r} has {problem}; a cell carries one of {', '.join(PARTS)}"
        )
    part, name = next(iter(marks.items()), ("", ""))
    kind = "markdown" if part == "written" else "code"
    if part and raw.cell_type != kind:
        raise LectureError(
            f"{path.name}: {part}={name!r} stands on a {raw.cell_type} cell; it belongs on a {kind} cell"
        )
    if part and not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
        raise LectureError(
            f"{path.name}: {part}={name!r} is not a plain name (small letters, digits, underscores)"
        )
    return Cell(raw.cell_type, raw.source.strip("\n"), part, str(name))


def _no_repeats(lecture: Lecture) -> None:
    for part in PARTS:
        names = [cell.name for cell in lecture.named(part)]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise LectureError(
                f"{lecture.name}: {part}={repeated[0]!r} stands on two cells; names are unique"
            )
