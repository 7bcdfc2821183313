"""Grades one notebook: its cells run in a worker, its exercises are judged here, its outputs and scores come back.

A cell that ends its worker gets 0 with the reason, and a fresh worker runs the notebook again without it, a limited
number of times. Verdicts reached before stand.
"""

from __future__ import annotations

import functools
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict

from autograde.definition import Exercise
from autograde.engine import verdicts
from autograde.engine.interview import Questions, RemoteAnswer, questions_about
from autograde.engine.master import Master
from autograde.engine.reading import Unreadable, read_notebook
from autograde.engine.repair import Cell, Repaired, repaired, untouched
from autograde.engine.safe_outputs import safe_outputs
from autograde.engine.verdicts import SENTENCES, CellVerdict
from autograde.engine.workers import Control, TooSlow, Worker, WorkerGone
from autograde.grading import Verdict, cases_of, grade
from autograde.registry import find
from helpers.checkfile import check_data

RESTARTS = 3
OUTCOME_OF = {
    "killed": verdicts.KILLED,
    "timeout": verdicts.TIMEOUT,
    "memory": verdicts.MEMORY,
    "tampered": verdicts.TAMPERED,
}


@dataclass(frozen=True)
class Settings:
    """How to grade: the course's secret seed and the seconds that a cell may take (0: any)."""

    seed: int
    cell_seconds: float


@dataclass(frozen=True)
class Graded:
    """A graded notebook.

    notebook   with outputs and nbgrader's metadata, ready to be written
    problem    why the submission could not be read, or ""
    notes      what was repaired
    comments   grade_id -> nbgrader's automatic comment, for every solution and task cell
    answers    grade_id -> digest of what a student wrote, for cells graded by hand
    """

    name: str
    notebook: NotebookNode
    verdicts: tuple[CellVerdict, ...]
    problem: str
    notes: tuple[str, ...]
    comments: dict[str, str | None]
    answers: dict[str, str]
    restarts: int
    student_seconds: float
    seconds: float


@dataclass
class _Progress:
    """What is known so far, by position of the cell."""

    outputs: dict[int, list[Any]] = field(default_factory=dict)
    judged: dict[int, CellVerdict] = field(default_factory=dict)
    failed: dict[int, CellVerdict] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    student_seconds: float = 0.0


def grade_notebook(
    control: Control, master: Master, raw: bytes | None, files: dict[str, bytes], settings: Settings
) -> Graded:
    """Grade one submitted notebook; `raw` None when the file is missing. Never raises for what a student did."""
    started = time.monotonic()
    problem = ""
    try:
        if raw is None:
            raise Unreadable(f"the notebook {master.name}.ipynb is missing")
        shape = repaired(master, read_notebook(raw))
    except Unreadable as error:
        problem, shape = str(error), untouched(master)
    known = _Progress()
    restarts = 0
    if problem:
        _nothing_runs(shape, known, problem)
    else:
        restarts = _run_all(control, shape, files, settings, known)
    notebook = _notebook(master, shape, known)
    all_verdicts = tuple(
        _verdict(number, cell, notebook.cells[number], known) for number, cell in _graded(shape)
    )
    return Graded(
        master.name,
        notebook,
        all_verdicts,
        problem,
        shape.notes,
        _comments(notebook),
        _answers(notebook),
        restarts,
        known.student_seconds,
        time.monotonic() - started,
    )


def _graded(shape: Repaired) -> list[tuple[int, Cell]]:
    def is_graded(cell: Cell) -> bool:
        meta = cell.master.nbgrader if cell.master else None
        return bool(meta and (meta.get("grade") or meta.get("task")))

    return [(number, cell) for number, cell in enumerate(shape.cells) if is_graded(cell)]


def _nothing_runs(shape: Repaired, known: _Progress, problem: str) -> None:
    for number, cell in _graded(shape):
        if cell.kind == "code" and not _by_hand(cell):
            sentence = f"{SENTENCES[verdicts.UNREADABLE]} Reason: {problem}."
            known.failed[number] = _failure(cell, verdicts.UNREADABLE, sentence)


def _run_all(
    control: Control, shape: Repaired, files: dict[str, bytes], settings: Settings, known: _Progress
) -> int:
    """Run and judge every cell; returns how many fresh workers were needed beyond the first."""
    for attempt in range(RESTARTS + 1):
        position = -1
        with control.worker() as worker:
            try:
                for name, content in files.items():
                    worker.store(name, content)
                for position, cell in enumerate(shape.cells):
                    _do(worker, position, cell, settings, known)
                return attempt
            except WorkerGone as gone:
                cell = shape.cells[max(position, 0)]
                outcome = OUTCOME_OF[gone.kind]
                said = SENTENCES[outcome].format(seconds=settings.cell_seconds)
                sentence = f"{said} ({gone.sentence})" if gone.sentence else said
                known.failed[position] = _failure(cell, outcome, sentence)
            finally:
                known.student_seconds += worker.seconds_used
    for number, cell in enumerate(shape.cells):
        if (
            cell.kind == "code"
            and number not in known.outputs
            and number not in known.failed
            and cell.part != "show"
        ):
            known.failed[number] = _failure(cell, verdicts.UNREACHED, SENTENCES[verdicts.UNREACHED])
    return RESTARTS


def _do(worker: Worker, position: int, cell: Cell, settings: Settings, known: _Progress) -> None:
    """Run or judge one cell, unless it is known to end its worker."""
    if cell.kind != "code" or position in known.failed or cell.part == "show":
        return
    if cell.part == "check":
        if position not in known.outputs:
            _judge(worker, position, cell, settings, known)
        return
    _, outputs = worker.run(cell.source, settings.cell_seconds)
    known.outputs.setdefault(position, safe_outputs(outputs))


def _judge(worker: Worker, position: int, cell: Cell, settings: Settings, known: _Progress) -> None:
    assert cell.master is not None and cell.master.grade_id is not None
    name = cell.master.grade_id
    exercise, data = find(name), check_data(name)
    started = time.monotonic()
    limit = settings.cell_seconds or 10**6
    try:
        asked = questions(name, settings.seed)
        verdict = grade(exercise, data, RemoteAnswer(worker, data, asked, started + limit), settings.seed)
    except TooSlow:
        known.failed[position] = _failure(
            cell, verdicts.TIMEOUT, SENTENCES[verdicts.TIMEOUT].format(seconds=limit)
        )
        return
    except WorkerGone:
        raise
    except Exception as error:  # whatever an answer does to the comparison stays with this cell
        sentence = f"This answer could not be compared ({type(error).__name__}: {str(error)[:200]})."
        known.failed[position] = _failure(cell, verdicts.EXCEPTION, sentence)
        return
    known.outputs[position] = verdicts.exercise_outputs(_within(verdict, cell), position + 1)
    known.judged[position] = verdicts.of_exercise(_within(verdict, cell), time.monotonic() - started)


@functools.cache
def questions(name: str, seed: int) -> Questions:
    """What is asked about an exercise: its visible examples, then its hidden cases."""
    exercise, data = find(name), check_data(name)
    calls = [example.call for example in data.examples]
    if isinstance(exercise, Exercise):
        calls += [case.call for case in cases_of(exercise, seed)]
    return questions_about(data, tuple(calls))


def _within(verdict: Verdict, cell: Cell) -> Verdict:
    """The verdict on the gradebook's scale: its maximum counts when the definition's points have changed since."""
    assert cell.master is not None
    if verdict.points == cell.master.points or not verdict.points:
        return verdict
    from dataclasses import replace

    score = round(min(verdict.score / verdict.points, 1.0) * cell.master.points, 6)
    return replace(verdict, score=float(min(score, cell.master.points)), points=cell.master.points)


def _failure(cell: Cell, outcome: str, sentence: str) -> CellVerdict:
    grade_id = cell.master.grade_id if cell.master and cell.master.grade_id else ""
    return CellVerdict(grade_id, outcome, 0.0, cell.master.points if cell.master else 0.0, sentence)


def _by_hand(cell: Cell) -> bool:
    return bool(cell.master and cell.master.nbgrader and cell.master.nbgrader.get("solution"))


def _verdict(position: int, cell: Cell, node: NotebookNode, known: _Progress) -> CellVerdict:
    """The verdict on a graded cell, by nbgrader's own rule where no exercise is defined."""
    assert cell.master is not None and cell.master.grade_id is not None
    if position in known.judged:
        return known.judged[position]
    if position in known.failed and not _by_hand(cell):
        return known.failed[position]
    score, points = nbgraders_score(node)
    if score is None:
        return CellVerdict(cell.master.grade_id, verdicts.BY_HAND, None, points)
    if _by_hand(cell):
        return CellVerdict(cell.master.grade_id, verdicts.NOT_ATTEMPTED, score, points)
    names = {output.get("ename") for output in node.get("outputs", []) if output.output_type == "error"}
    outcome = verdicts.RIGHT if score >= points else verdicts.PARTLY if score > 0 else verdicts.WRONG
    if score == 0 and names:
        outcome = (
            verdicts.TIMEOUT
            if "CellTimeoutError" in names
            else verdicts.WRONG
            if "AssertionError" in names
            else verdicts.EXCEPTION
        )
    return CellVerdict(cell.master.grade_id, outcome, score, points)


def nbgraders_score(node: NotebookNode) -> tuple[float | None, float]:
    """What nbgrader reads from a cell: (score or None, points). More than the maximum counts as the maximum."""
    from nbgrader.utils import determine_grade, is_task

    points = float(node.metadata.nbgrader["points"])
    if is_task(node):
        return None, points
    try:
        score, _ = determine_grade(node)
    except (ValueError, KeyError):  # above the maximum, or a result without text
        return points, points
    return (None if score is None else float(score)), points


def _notebook(master: Master, shape: Repaired, known: _Progress) -> NotebookNode:
    cells = [_node(number, cell, known) for number, cell in enumerate(shape.cells)]
    metadata = {"kernelspec": master.kernelspec, "language_info": {"name": "python"}}
    return from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _node(number: int, cell: Cell, known: _Progress) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if cell.master is not None and cell.master.nbgrader is not None:
        metadata["nbgrader"] = dict(cell.master.nbgrader)
    if cell.part == "show":
        metadata["tags"] = ["show"]
    # Hidden lines of a defined exercise are the grader's; the student's page shows the check as it was handed out.
    source = cell.master.released if cell.part == "check" and cell.master else cell.source
    node: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": cell.identity,
        "metadata": metadata,
        "source": source,
    }
    if cell.kind == "code":
        node["outputs"] = _outputs(number, cell, known)
        node["execution_count"] = number + 1 if node["outputs"] or number in known.outputs else None
    elif cell.attachments:
        node["attachments"] = cell.attachments
    return node


def _outputs(number: int, cell: Cell, known: _Progress) -> list[Any]:
    if cell.part == "show" and cell.master is not None:
        return list(cell.master.outputs)
    if number in known.failed:
        return verdicts.failed_outputs(known.failed[number].outcome, known.failed[number].sentence)
    return known.outputs.get(number, [])


def _comments(notebook: NotebookNode) -> dict[str, str | None]:
    from nbgrader.utils import compute_checksum, is_solution, is_task

    found: dict[str, str | None] = {}
    for cell in notebook.cells:
        if is_solution(cell) or is_task(cell):
            unchanged = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
            found[cell.metadata.nbgrader.grade_id] = "No response." if unchanged else None
    return found


def _answers(notebook: NotebookNode) -> dict[str, str]:
    from nbgrader.utils import is_grade, is_solution, is_task

    by_hand = [cell for cell in notebook.cells if (is_grade(cell) and is_solution(cell)) or is_task(cell)]
    return {c.metadata.nbgrader.grade_id: hashlib.sha256(c.source.encode()).hexdigest()[:16] for c in by_hand}
