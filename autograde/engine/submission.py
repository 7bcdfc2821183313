"""Grades one notebook: its cells run in a worker, its exercises are judged here, its outputs and scores come back.

Hidden cases come last: a worker hears of them only when all of its cells have run and what they print is here, so that
nothing a function learns from them can be shown. A cell that ends its worker gets 0 with the reason, and a fresh worker
runs the notebook again without it, a limited number of times. Verdicts reached before stand.
"""

from __future__ import annotations

import functools
import hashlib
import math
import time
from dataclasses import dataclass, field, replace
from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict

from autograde.classroom.grading import Verdict, cases_of, grade
from autograde.course.definition import AnyExercise, Exercise
from autograde.course.registry import find
from autograde.engine import verdicts
from autograde.engine.interview import Questions, RemoteAnswer, questions_about
from autograde.engine.lines import lines_of
from autograde.engine.master import Master
from autograde.engine.reading import Unreadable, read_notebook
from autograde.engine.repair import Cell, Repaired, repaired, untouched
from autograde.engine.safe_outputs import Room, limited, safe_outputs
from autograde.engine.said import bounded
from autograde.engine.verdicts import SENTENCES, CellVerdict
from autograde.engine.workers import NoAnswer, StartsWorkers, TooSlow, Worker, WorkerGone
from autograde.engine.written import Use, Written
from helpers.checking.checkfile import CheckData, check_data
from helpers.checking.namespace import defined_source

RESTARTS = 3
JUDGE_SECONDS = 20.0  # of this process's own work on one exercise
CELLS_WORTH = 10  # a whole notebook may take as long as so many cells at their limit
OUTCOME_OF = {
    "killed": verdicts.KILLED,
    "timeout": verdicts.TIMEOUT,
    "memory": verdicts.MEMORY,
    "tampered": verdicts.TAMPERED,
}


@dataclass(frozen=True)
class Settings:
    """How to grade: the course's secret seed, the seconds that a cell may take (0: any), and those of a whole submission.

    submission_seconds  for all cells and rounds of a notebook together; 0 stands for ten times a cell's limit
    line_seconds        for the search of the line behind one wrong answer; 0 for none
    """

    seed: int
    cell_seconds: float
    submission_seconds: float = 0.0
    line_seconds: float = 0.0

    @property
    def whole_seconds(self) -> float:
        """Seconds for everything that a notebook makes a worker do; infinite where a cell may take any time."""
        return self.submission_seconds or (CELLS_WORTH * self.cell_seconds or math.inf)


@dataclass(frozen=True)
class Graded:
    """A graded notebook.

    notebook   with outputs and nbgrader's metadata, ready to be written
    problem    why the submission could not be read, or ""
    notes      what was repaired, and what an instructor may want to look at
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
    room: Room = field(default_factory=Room)
    position: int = -1
    hidden: bool = False
    ends: float = math.inf
    notes: dict[str, None] = field(default_factory=dict)

    @property
    def left(self) -> float:
        """Seconds left for the submission as a whole."""
        return self.ends - time.monotonic()


@dataclass(frozen=True)
class _Asked:
    """An exercise whose visible part was asked; `spent` of its `limit` seconds are gone."""

    position: int
    cell: Cell
    answer: RemoteAnswer
    limit: float
    spent: float


def grade_notebook(
    control: StartsWorkers,
    master: Master,
    raw: bytes | None,
    files: dict[str, bytes],
    settings: Settings,
    refused: str = "",
) -> Graded:
    """Grade one submitted notebook; `raw` None when the file is missing, or there but `refused` for that reason.

    Never raises for what a student did.
    """
    started = time.monotonic()
    problem = ""
    try:
        if raw is None:
            raise Unreadable(refused or f"the notebook {master.name}.ipynb is missing")
        shape = repaired(master, read_notebook(raw))
    except Unreadable as error:
        problem, shape = str(error), untouched(master)
    known = _Progress(ends=started + settings.whole_seconds)
    restarts = 0
    if problem:
        _nothing_runs(shape, known, problem)
    else:
        restarts = _run_all(control, shape, files, settings, known)
        if settings.line_seconds:
            _add_lines(control, shape, files, settings, known)
    notebook = _notebook(master, shape, known)
    all_verdicts = tuple(
        _verdict(number, cell, notebook.cells[number], known) for number, cell in _graded(shape)
    )
    return Graded(
        master.name,
        notebook,
        all_verdicts,
        problem,
        (*shape.notes, *known.notes),
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
    control: StartsWorkers, shape: Repaired, files: dict[str, bytes], settings: Settings, known: _Progress
) -> int:
    """Run and judge every cell; returns how many fresh workers were needed beyond the first.

    A cell during which the worker got signal 9 has a second try, which does not count: that may have come from outside.
    """
    restarts, fresh, tried_again, end = 0, 0, set[int](), len(shape.cells)
    while restarts <= RESTARTS or (restarts == RESTARTS + 1 and _some_wait(shape.cells[:end], known)):
        fresh = restarts
        with control.worker() as worker:
            try:
                _one_round(worker, shape.cells[:end], files, settings, known)
                break
            except WorkerGone as gone:
                position = max(known.position, 0)
                if gone.by_signal_9 and position not in tried_again and len(tried_again) < RESTARTS:
                    tried_again.add(position)
                    continue
                restarts += 1
                known.failed[position] = _ended(shape.cells[position], gone, settings, known.hidden)
                if restarts > RESTARTS:  # once more, for what stands before that cell
                    end = min(end, position)
            finally:
                known.student_seconds += worker.seconds_used
    _mark_unreached(shape, known)
    return fresh


def _add_lines(
    control: StartsWorkers, shape: Repaired, files: dict[str, bytes], settings: Settings, known: _Progress
) -> None:
    """Say below a wrong answer in which line one small change helps, as far as the submission's time allows."""
    wrong = {p: v.grade_id for p, v in known.judged.items() if v.outcome in (verdicts.WRONG, verdicts.PARTLY)}
    found = lines_of(
        control, shape.cells, files, wrong, known.failed.keys(),
        settings.line_seconds, settings.cell_seconds, known.ends,
    )  # fmt: skip
    for position, sentence in found.items():
        known.outputs[position][0]["text"] += sentence + "\n"
        known.judged[position] = replace(known.judged[position], line=sentence)


def _some_wait(cells: tuple[Cell, ...], known: _Progress) -> bool:
    """Whether exercises were asked and not judged, because a later cell ended the worker each time."""
    done = known.outputs.keys() | known.failed.keys()
    return any(cell.part == "check" and number not in done for number, cell in enumerate(cells))


def _one_round(
    worker: Worker, cells: tuple[Cell, ...], files: dict[str, bytes], settings: Settings, known: _Progress
) -> None:
    """Run all cells in a fresh worker, then judge the exercises that are not judged yet."""
    known.position, known.hidden = -1, False
    for name, content in files.items():
        worker.store(name, content)
    asked, written = [], Written()
    for known.position, cell in enumerate(cells):
        if cell.part == "check":
            before = [c.source for c in cells[: known.position] if c.kind == "code"]
            asked += _ask(worker, known.position, cell, before, written, settings, known)
        elif _run_cell(worker, known.position, cell, settings, known):
            written.add(cell.source)
    known.hidden = True
    for one in asked:
        known.position = one.position
        _judge(one, settings, known)


def _ended(cell: Cell, gone: WorkerGone, settings: Settings, hidden: bool) -> CellVerdict:
    """The verdict on a cell that ended its worker; how it did so is not said where it knew hidden inputs."""
    outcome = OUTCOME_OF[gone.kind]
    said = SENTENCES[outcome].format(seconds=settings.cell_seconds)
    return _failure(cell, outcome, f"{said} ({gone.sentence})" if gone.sentence and not hidden else said)


def _mark_unreached(shape: Repaired, known: _Progress) -> None:
    for number, cell in enumerate(shape.cells):
        done = number in known.outputs or number in known.failed
        if cell.kind == "code" and not done and cell.part != "show":
            known.failed[number] = _failure(cell, verdicts.UNREACHED, SENTENCES[verdicts.UNREACHED])


def _run_cell(worker: Worker, position: int, cell: Cell, settings: Settings, known: _Progress) -> bool:
    """Run one cell, unless it is known to end its worker; whether it was run."""
    if cell.kind != "code" or position in known.failed or cell.part == "show":
        return False
    if known.left <= 0:
        _out_of_time(position, cell, settings, known)
        return False
    seconds = min(settings.cell_seconds, known.left) if math.isfinite(known.left) else settings.cell_seconds
    _, outputs = worker.run(cell.source, seconds)
    if position not in known.outputs:
        # Nothing of a grade cell's outputs is left out: no output at all would be full marks.
        known.outputs[position] = safe_outputs(outputs, Room() if cell.part == "grade" else known.room)
    return True


def _ask(
    worker: Worker,
    position: int,
    cell: Cell,
    before: list[str],
    written: Written,
    settings: Settings,
    known: _Progress,
) -> list[_Asked]:
    """Ask an exercise's visible part where its check stands, unless it is judged already."""
    if cell.kind != "code" or position in known.failed or position in known.outputs:
        return []
    assert cell.master is not None and cell.master.grade_id is not None
    if known.left <= 0:
        _out_of_time(position, cell, settings, known)
        return []
    name, started = cell.master.grade_id, time.monotonic()
    limit = min(settings.cell_seconds or 10**6, known.left)
    data = check_data(name)
    source = defined_source(before, data.functions)
    use = _use(written, data)
    answer = RemoteAnswer(worker, data, questions(name, settings.seed), started + limit, source, use)
    try:
        answer.look()
    except TooSlow:
        known.failed[position] = _too_slow(cell, limit)
        return []
    except NoAnswer as error:
        known.failed[position] = _not_comparable(cell, str(error))
        return []
    return [_Asked(position, cell, answer, limit, time.monotonic() - started)]


def _use(written: Written, data: CheckData) -> Use:
    """What the sources of an answer use, within bounds: a source may be made to be read for ever."""
    try:
        with limited(JUDGE_SECONDS):
            return written.use(data.functions, data.off_limits)
    except (TimeoutError, RecursionError):
        return Use(notes=("its source takes too long to read",))


def _judge(asked: _Asked, settings: Settings, known: _Progress) -> None:
    """Judge an exercise by its hidden cases too, after all cells have run."""
    position, cell, started = asked.position, asked.cell, time.monotonic()
    if known.left <= 0:
        _out_of_time(position, cell, settings, known)
        return
    asked.answer.deadline = started + min(asked.limit - asked.spent, known.left)
    exercise = find(asked.answer.data.name)
    try:
        with limited(JUDGE_SECONDS):
            verdict = _said(_within(grade(exercise, asked.answer.data, asked.answer, settings.seed), cell))
    except TimeoutError:
        known.failed[position] = _not_comparable(cell, "comparing it takes too long")
    except TooSlow:
        known.failed[position] = _too_slow(cell, asked.limit)
    except WorkerGone:
        raise
    except Exception:  # whatever an answer does to the comparison stays with this cell
        known.failed[position] = _not_comparable(cell)
    else:
        known.outputs[position] = verdicts.exercise_outputs(verdict, position + 1)
        spent = asked.spent + time.monotonic() - started
        known.judged[position] = verdicts.of_exercise(verdict, spent)
        known.notes.update(dict.fromkeys(_to_look_at(exercise, asked.answer, verdict)))


def _to_look_at(exercise: AnyExercise, answer: RemoteAnswer, verdict: Verdict) -> list[str]:
    """Ways by which an answer that earned marks may reach what is off limits, unseen from its source."""
    if not isinstance(exercise, Exercise) or not exercise.forbidden or not verdict.score:
        return []
    ways = ", ".join(answer.use.ways[:10])
    said = [f"uses {ways}: what that reaches is not known from its source"] if ways else []
    return [
        *(f"`{exercise.name}` {sentence}" for sentence in said),
        *(f"`{exercise.name}`: {note}" for note in answer.use.notes[:5]),
    ]


def _said(verdict: Verdict) -> Verdict:
    """The verdict with hidden failures in words of a closed list, and nothing that the answer returned there."""
    failures = tuple(
        replace(f, mismatch=bounded(f.mismatch), observed=replace(f.observed, value=None))
        for f in verdict.failures
    )
    return replace(verdict, failures=failures)


def _out_of_time(position: int, cell: Cell, settings: Settings, known: _Progress) -> None:
    """The submission as a whole has had its time: what needs a verdict gets 0 with that reason."""
    if cell.part in ("grade", "check"):
        said = SENTENCES[verdicts.WHOLE].format(seconds=settings.whole_seconds)
        known.failed[position] = _failure(cell, verdicts.TIMEOUT, said)


def _too_slow(cell: Cell, limit: float) -> CellVerdict:
    return _failure(cell, verdicts.TIMEOUT, SENTENCES[verdicts.TIMEOUT].format(seconds=limit))


def _not_comparable(cell: Cell, why: str = "") -> CellVerdict:
    """Why is said only where it cannot hold what a hidden call was given."""
    return _failure(
        cell, verdicts.EXCEPTION, f"This answer could not be compared{why and f' ({why[:200]})'}."
    )


@functools.cache
def questions(name: str, seed: int) -> Questions:
    """What is asked about an exercise: its visible examples, and later its hidden cases."""
    exercise, data = find(name), check_data(name)
    hidden = tuple(case.call for case in cases_of(exercise, seed)) if isinstance(exercise, Exercise) else ()
    return questions_about(data, tuple(example.call for example in data.examples), hidden)


def _within(verdict: Verdict, cell: Cell) -> Verdict:
    """The verdict on the gradebook's scale: its maximum counts when the definition's points have changed since."""
    assert cell.master is not None
    if verdict.points == cell.master.points or not verdict.points:
        return verdict
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
