"""Grades one submission after the other, each in a fresh worker; also the loop of a forked grader.

It holds hidden cases and expected values and never runs student code. It knows nothing of the gradebook, which belongs
to the scheduler alone.
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

from autograde.engine.folder import NOBODY_CAN_WRITE, Submitted, read_submission, write_graded
from autograde.engine.master import Assignment
from autograde.engine.pool import Setup
from autograde.engine.submission import Graded, Settings, grade_notebook
from autograde.engine.workers import StartsWorkers
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


def serve(line: socket.socket, control: StartsWorkers, setup: Setup) -> None:
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
        protocol.send(line, grade_task(task, control, setup))


def grade_task(task: Task, control: StartsWorkers, setup: Setup) -> Message:
    """Grade a submission's folder and write its notebooks aside; returns what the scheduler needs to know.

    Where they cannot be written, that is "unwritten" with the system's reason: the run cannot go on.
    """
    started = time.monotonic()
    assignment = setup.assignments[task.assignment]
    submitted = read_submission(task.folder, assignment)
    report, texts = grade_submission(submitted, control, assignment, setup.settings, setup.config)
    try:
        write_graded(task.ready, texts, submitted, assignment)
    except OSError as error:
        if error.errno not in NOBODY_CAN_WRITE:
            raise
        return {"op": "unwritten", "number": error.errno, "why": error.strerror, "file": str(error.filename)}
    report["seconds"] = time.monotonic() - started
    return report | {"student": task.student, "assignment": task.assignment}


def grade_submission(
    submitted: Submitted, control: StartsWorkers, assignment: Assignment, settings: Settings, config: Config
) -> tuple[Message, dict[str, str]]:
    """Grade what was handed in: the report on it, and the text of every graded notebook by name."""
    started = time.monotonic()
    files = {**submitted.files, **assignment.files}
    graded = [
        grade_notebook(
            control,
            master,
            submitted.notebooks.get(master.name),
            files,
            settings,
            submitted.refused.get(master.name, ""),
        )
        for master in assignment.notebooks
    ]
    there = submitted.notebooks.keys() | submitted.refused.keys()
    missing = {master.name for master in assignment.notebooks} - there
    texts = {g.name: notebook_text(g, config) for g in graded if g.name not in missing}
    report = {
        "op": "graded",
        "submission": submitted.digest,
        "seconds": time.monotonic() - started,
        "student_seconds": sum(g.student_seconds for g in graded),
        "notebooks": [_report(g, g.name in missing) for g in graded],
    }
    return report, texts


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
