"""The line in which one small change makes an answer right, for feedback pages: `autograde grade --where`.

It is searched last, in a fresh worker that has heard of no hidden input. What comes back is a number and the name of a
function; both are checked against what was handed in, and the sentence is the grader's own.
"""

from __future__ import annotations

import ast
import json
import math
import time
from collections.abc import Collection, Mapping
from typing import Any

from autograde.engine.repair import Cell
from autograde.engine.workers import NoAnswer, StartsWorkers, TooSlow, Worker, WorkerGone
from helpers.checking.searching import Where
from helpers.worker.protocol import Message

LONGEST = 120  # characters of a line that are shown


def lines_of(
    control: StartsWorkers,
    cells: tuple[Cell, ...],
    files: Mapping[str, bytes],
    wrong: Mapping[int, str],
    left_out: Collection[int],
    seconds: float,
    cell_seconds: float,
    ends: float,
) -> dict[int, str]:
    """Sentences about the lines, by the position of the check: at most one an exercise, none where nothing was found.

    wrong     names of the exercises whose answers are not right, by the position of their checks
    left_out  positions of cells that end their worker
    seconds   for one search; cell_seconds: for one cell, 0 for any
    ends      moment (time.monotonic) at which the submission's time is over; nothing is searched after it
    """
    found: dict[int, str] = {}
    if not wrong:
        return found
    try:
        with control.worker() as worker:
            for name, content in files.items():
                worker.store(name, content)
            for position, cell in enumerate(cells[: max(wrong) + 1]):
                left = ends - time.monotonic()
                if left <= 0:
                    break
                if position in wrong and left > seconds:
                    sentence = _asked(worker, wrong[position], cells[:position], seconds)
                    if sentence:
                        found[position] = sentence
                elif cell.kind == "code" and position not in left_out and cell.part not in ("show", "check"):
                    limits = [limit for limit in (cell_seconds, left) if limit and math.isfinite(limit)]
                    worker.run(cell.source, min(limits, default=0.0))
    except WorkerGone:
        pass  # an edited line may have ended it; what was found stays
    return found


def _asked(worker: Worker, name: str, before: tuple[Cell, ...], seconds: float) -> str:
    question = json.dumps({"exercise": name, "search": seconds})
    try:
        told = worker.interview(question, 2 * seconds + 1, "where")
    except (NoAnswer, TooSlow):
        return ""
    return sentence_of(told, name, [cell.source for cell in before if cell.kind == "code"])


def sentence_of(told: Message, name: str, sources: list[str]) -> str:
    """The sentence for the line that a worker named; "" where there is no such line in that function."""
    line, function = told.get("line"), told.get("function")
    if not isinstance(function, str) or not isinstance(line, int) or isinstance(line, bool):
        return ""
    for source in reversed(sources):
        node = _definition(source, function)
        if node is None:
            continue
        if not node.lineno <= line <= (node.end_lineno or 0):
            return ""
        text = source.splitlines()[line - 1].strip()
        shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        return Where(line, shown, function, "", told.get("everything") is True).sentence(name) + "."
    return ""


def _definition(source: str, name: str) -> Any:
    """The last definition of a function or class in a cell; None where there is none."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    kinds = (ast.FunctionDef, ast.ClassDef)
    return next((node for node in reversed(body) if isinstance(node, kinds) and node.name == name), None)
