"""Attacks by the notebook's file: metadata, marks of cells, order, format."""

from __future__ import annotations

import copy
import json
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from tests.attacks.attack import Attack

KIND = "metadata"


def _named(book: NotebookNode, name: str) -> Any:
    return next(cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def _skip_execution(book: NotebookNode) -> None:
    for cell in book.cells:
        cell.metadata["tags"] = ["skip-execution"]


def _no_grades(book: NotebookNode) -> None:
    for cell in book.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["grade"] = False


def _everything_graded(book: NotebookNode) -> None:
    for cell in book.cells:
        cell.metadata["nbgrader"] = {"grade": True, "solution": True, "points": 100, "grade_id": f"x{cell.id}", "locked": False, "schema_version": 3, "cell_type": cell.cell_type}  # fmt: skip


def _more_points(book: NotebookNode) -> None:
    for cell in book.cells:
        if "points" in cell.metadata.get("nbgrader", {}):
            cell.metadata.nbgrader["points"] = 10**6


def _edited_check(book: NotebookNode) -> None:
    cell = _named(book, "triple")
    cell.source = "0.7"
    cell.metadata.nbgrader["locked"] = False
    cell.metadata.nbgrader.pop("checksum", None)


def _doubled_check(book: NotebookNode) -> None:
    twin = copy.deepcopy(_named(book, "triple"))
    twin.id, twin.source = "twin", "0.7"
    book.cells.append(twin)
    book.cells.insert(0, copy.deepcopy(twin))


def _forged_id(book: NotebookNode) -> None:
    book.cells.append(nbformat.v4.new_code_cell("0.7", id="triple", metadata=copy.deepcopy(_named(book, "triple").metadata)))  # fmt: skip
    _named(book, "triple").metadata.nbgrader["grade_id"] = "elsewhere"


def _swapped_ids(book: NotebookNode) -> None:
    one, two = _named(book, "triple"), _named(book, "sizes")
    one.metadata.nbgrader["grade_id"], two.metadata.nbgrader["grade_id"] = "sizes", "triple"


def _removed_check(book: NotebookNode) -> None:
    book.cells.remove(_named(book, "triple"))
    book.cells.remove(_named(book, "sizes"))


def _markdown_check(book: NotebookNode) -> None:
    cell = _named(book, "triple")
    cell.cell_type, cell.source = "markdown", "0.7"
    cell.pop("outputs", None), cell.pop("execution_count", None)


def _checks_first(book: NotebookNode) -> None:
    for name in ("triple", "sizes"):
        cell = _named(book, name)
        book.cells.remove(cell)
        book.cells.insert(0, cell)


def _outputs_filled_in(book: NotebookNode) -> None:
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                nbformat.v4.new_output("execute_result", {"text/plain": "0.7"}, execution_count=1)
            ]
            cell.execution_count = 1
        cell.metadata["tags"] = ["skip-execution", "show"]


def _another_kernel(book: NotebookNode) -> None:
    book.metadata["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}
    book.metadata["language_info"] = {"name": "bash"}
    book.metadata["nbgrader"] = {"grade": True}


def _absurd_marks(book: NotebookNode) -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    for cell in book.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["points"] = deep
            cell.metadata.nbgrader["locked"] = {"x": deep}


def _attachments(book: NotebookNode) -> None:
    book.cells.append(nbformat.v4.new_markdown_cell("![x](attachment:x\ud800.png)"))
    book.cells[-1]["attachments"] = {"x\ud800.png": {"image/png": "\udfff"}, "../../x": {"text/html": "<script>EVIL()</script>"}}  # fmt: skip


BENT = {
    "skip-execution on every cell": _skip_execution,
    "no cell is a grade cell": _no_grades,
    "every cell is a grade cell": _everything_graded,
    "a million points": _more_points,
    "an edited check": _edited_check,
    "a doubled check": _doubled_check,
    "a check of another's id": _forged_id,
    "two checks change places": _swapped_ids,
    "removed checks": _removed_check,
    "a check as markdown": _markdown_check,
    "checks before everything": _checks_first,
    "outputs filled in, tagged as pictures": _outputs_filled_in,
    "another kernel": _another_kernel,
    "marks nested 200 deep": _absurd_marks,
    "attachments that no file can hold": _attachments,
}


def _deep(raw: bytes) -> bytes:
    return raw.replace(
        b'"metadata": {}', b'"metadata": {"nbgrader": {"points": ' + b"[" * 940 + b"]" * 940 + b"}}"
    )


def _ten_thousand_cells(raw: bytes) -> bytes:
    book = json.loads(raw)
    book["cells"] *= 10_000 // len(book["cells"]) + 1
    return json.dumps(book).encode()


RAW = {
    "marks nested to the limit of a reader": _deep,
    "10 000 cells": _ten_thousand_cells,
    "100 000 brackets": lambda raw: b"[" * 100_000,
    "millions of empty objects": lambda raw: b'{"nbformat": 4, "cells": [' + b"{}," * 8_000_000 + b"{}]}",
    "a number of a million digits": lambda raw: b'{"nbformat": 4, "nbformat_minor": ' + b"9" * 10**6 + b', "cells": []}',
    "invalid UTF-8": lambda raw: raw.replace(b"triple", b"\xff\xfe"),
    "a notebook of format 3 that is none": lambda raw: b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": 7}]}]}',
    "a pickle by that name": lambda raw: b"cos\nsystem\n(S'touch @MARK@-pickled'\ntR.",
}  # fmt: skip

ATTACKS = [Attack(name, KIND, bend=bend) for name, bend in BENT.items()]
ATTACKS += [Attack(name, KIND, raw=raw) for name, raw in RAW.items()]
MEASURED = {
    "skip-execution on every cell": "20 of 20 points",
    "a doubled check": "the whole batch stops",
    "removed checks": "the cell stays ungraded",
}
