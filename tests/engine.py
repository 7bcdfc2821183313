"""What tests of the engine share: a warm worker server, a course folder, and one call that grades a made-up notebook."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode

from autograde.classroom.coursefolder import course_api, make_course
from autograde.course.lecture import read_lecture
from autograde.course.madeup import solved, submission
from autograde.course.registry import lecture_paths
from autograde.engine.master import Master, load_assignment
from autograde.engine.submission import Graded, Settings, grade_notebook
from autograde.engine.workers import Control, start_server
from helpers.worker.confine import Limits

SEED = 7
LIMITS = Limits(memory_bytes=2**30, processes=64, file_bytes=8 * 2**20)


@pytest.fixture(scope="session")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """A line to a warm server; every submission gets a worker of its own."""
    server = start_server(1, LIMITS, tmp_path_factory.mktemp("secret"))
    yield Control(server.slots[0])
    server.stop()


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with every lecture released and nobody's submission."""
    folder = tmp_path_factory.mktemp("engine") / "course"
    make_course(folder)
    return folder


@functools.cache
def master(course: Path, lecture: str) -> Master:
    return load_assignment(course, course_api(course), lecture).notebooks[0]


@functools.cache
def _released(course: Path, lecture: str) -> NotebookNode:
    return nbformat.read(course / "release" / lecture / f"{lecture}.ipynb", as_version=4)


def released(course: Path, lecture: str) -> NotebookNode:
    """A fresh copy of what students got."""
    return copy.deepcopy(_released(course, lecture))


@functools.cache
def solutions(lecture: str) -> dict[str, str]:
    """The solution notebook's answers by exercise."""
    return solved(read_lecture(next(p for p in lecture_paths() if p.stem == lecture)))


def handed_in(course: Path, lecture: str, answers: Mapping[str, str], first: str = "") -> NotebookNode:
    """A submission with these answers and, if given, a cell of code in front of all others."""
    made = submission(released(course, lecture), answers)
    if first:
        made.cells.insert(0, nbformat.v4.new_code_cell(first))
    return made


def grade(
    control: Control, course: Path, lecture: str, notebook: Any, seconds: float = 20.0, **files: bytes
) -> Graded:
    """Grade a notebook (or any bytes)."""
    raw = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    graded = grade_notebook(control, master(course, lecture), raw, files, Settings(SEED, seconds))
    nbformat.validate(nbformat.from_dict(json.loads(json.dumps(graded.notebook))))
    return graded


def scores(graded: Graded) -> dict[str, float | None]:
    return {verdict.grade_id: verdict.score for verdict in graded.verdicts}


def outcomes(graded: Graded) -> dict[str, str]:
    return {verdict.grade_id: verdict.outcome for verdict in graded.verdicts}


def total(graded: Graded) -> float:
    return sum(verdict.score or 0.0 for verdict in graded.verdicts)
