"""A grader: one process that grades submission after submission, each in a fresh worker, and reports to the scheduler.

It holds hidden cases and expected values and never runs student code. It writes graded notebooks to a folder aside;
the gradebook belongs to the scheduler alone.
"""

from __future__ import annotations

import json
import socket
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograde.engine.folder import read_submission, write_graded
from autograde.engine.master import Assignment
from autograde.engine.submission import Graded, Settings, grade_notebook
from autograde.engine.workers import Control
from helpers.worker import protocol
from helpers.worker.confine import hide_memory
from helpers.worker.protocol import Closed, Message


@dataclass(frozen=True)
class Task:
    """One submission to grade: who, what, where it lies, and where the result goes meanwhile."""

    student: str
    assignment: str
    folder: Path
    ready: Path


def serve(
    line: socket.socket,
    control: Control,
    assignments: dict[str, Assignment],
    settings: Settings,
    config: Config,
) -> None:
    """Grade what the scheduler sends until it hangs up."""
    hide_memory()
    warnings.simplefilter("ignore")
    while True:
        try:
            message = protocol.receive(line)
        except Closed:
            return
        task = Task(
            message["student"], message["assignment"], Path(message["folder"]), Path(message["ready"])
        )
        protocol.send(line, grade_submission(task, control, assignments[task.assignment], settings, config))


def grade_submission(
    task: Task, control: Control, assignment: Assignment, settings: Settings, config: Config
) -> Message:
    """Grade one submission and write its notebooks aside; returns what the scheduler needs to know."""
    started = time.monotonic()
    submitted = read_submission(task.folder, assignment)
    files = {**submitted.files, **assignment.files}
    graded = [
        grade_notebook(control, master, submitted.notebooks.get(master.name), files, settings)
        for master in assignment.notebooks
    ]
    texts = {g.name: notebook_text(g, config) for g in graded}
    missing = {master.name for master in assignment.notebooks} - set(submitted.notebooks)
    write_graded(task.ready, {n: t for n, t in texts.items() if n not in missing}, submitted, assignment)
    return {
        "op": "graded",
        "student": task.student,
        "assignment": task.assignment,
        "submission": submitted.digest,
        "seconds": time.monotonic() - started,
        "student_seconds": sum(g.student_seconds for g in graded),
        "notebooks": [_report(g, g.name in missing) for g in graded],
    }


def _report(graded: Graded, missing: bool) -> dict[str, Any]:
    return {
        "name": graded.name,
        "missing": missing,
        "problem": graded.problem,
        "notes": list(graded.notes),
        "verdicts": [verdict.to_json() for verdict in graded.verdicts],
        "comments": graded.comments,
        "answers": graded.answers,
        "restarts": graded.restarts,
    }


def notebook_text(graded: Graded, config: Config) -> str:
    """The graded notebook as a file's text, its outputs limited as nbgrader limits them."""
    from nbgrader.preprocessors import LimitOutput

    limited, _ = LimitOutput(config=config).preprocess(graded.notebook, {})
    # nbformat.write copies and validates for longer than grading takes; tests validate what is written here.
    return json.dumps(limited, indent=1, ensure_ascii=False) + "\n"
