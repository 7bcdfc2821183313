"""Seconds and peak memory of every notebook in a clean kernel, as students get it and solved."""

from __future__ import annotations

import copy
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell

from autograde.course.lecture import read_lecture
from autograde.course.madeup import solved, submission
from autograde.course.registry import lecture_paths, repository

PEAK = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"


def measured(say: Callable[[str], object]) -> dict[str, Any]:
    """{notebook: {"student_seconds", "student_mb", "solved_seconds", "solved_mb"}}; memory is the kernel's peak, Linux only."""
    figures = {}
    say(f"{'notebook':<26} {'student':>9} {'':>8} {'solved':>9}")
    for path in lecture_paths():
        student = nbformat.read(repository() / "notebooks" / f"{path.stem}.ipynb", as_version=4)
        whole = submission(student, solved(read_lecture(path)))
        (seconds, mb), (solved_seconds, solved_mb) = _run(student), _run(whole)
        say(f"{path.stem:<26} {seconds:7.1f} s {mb:5.0f} MB {solved_seconds:7.1f} s {solved_mb:5.0f} MB")
        figures[path.stem] = {
            "student_seconds": round(seconds, 2),
            "student_mb": round(mb),
            "solved_seconds": round(solved_seconds, 2),
            "solved_mb": round(solved_mb),
        }
    return figures


def _run(notebook: NotebookNode) -> tuple[float, float]:
    run = copy.deepcopy(notebook)
    run.cells.append(new_code_cell(PEAK))
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COURSE_PROGRESS_DIR": folder}
        started = time.monotonic()
        NotebookClient(run, timeout=120, resources={"metadata": {"path": folder}}).execute(
            env=environment, stderr=subprocess.DEVNULL
        )
        return time.monotonic() - started, int(run.cells[-1].outputs[0].text) / 1024
