"""Hidden cases and expected values, worked out before they are needed."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from autograde.engine.master import Assignment
from autograde.engine.submission import questions


def single_threaded() -> None:
    """Load the exercises with a PyTorch of one thread: one that ever ran several leaves forks hanging."""
    from autograde.course.registry import exercises

    exercises()
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def work_out_cases(assignments: Iterable[Assignment], seed: int) -> None:
    """Hidden cases and expected values of every exercise, once per process; meanwhile the worker server gets warm."""
    for assignment in assignments:
        for master in assignment.notebooks:
            for cell in master.cells:
                if cell.part == "check" and cell.grade_id:
                    questions(cell.grade_id, seed)
