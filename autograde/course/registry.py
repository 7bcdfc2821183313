"""Finds the course: its folder, its lectures in order, and the exercises of each."""

from __future__ import annotations

import difflib
import functools
import importlib
import os
import pkgutil
from pathlib import Path

import autograde.exercises
from autograde.course.definition import (
    AnyExercise,
    DefinitionError,
    Prediction,
    defined_exercises,
    defined_predictions,
)


@functools.cache
def load_all() -> None:
    """Import every module of autograde.exercises, which defines its exercises."""
    for module in pkgutil.walk_packages(autograde.exercises.__path__, "autograde.exercises."):
        importlib.import_module(module.name)


def exercises() -> dict[str, AnyExercise]:
    """Every exercise of the course by id."""
    load_all()
    return defined_exercises()


def predictions() -> dict[str, Prediction]:
    """Every prediction of the course by name."""
    load_all()
    return defined_predictions()


def find(name: str) -> AnyExercise:
    """The exercise called `name`. Raises DefinitionError with a suggestion for an unknown one."""
    known = exercises()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        suggestion = f" Did you mean {near[0]!r}?" if near else " `autograde list` shows all."
        raise DefinitionError(f"there is no exercise called {name!r}.{suggestion}")
    return known[name]


def repository() -> Path:
    """The folder that holds solutions/ and notebooks/: $COURSE_REPOSITORY, this package's home, or a parent of the current folder."""
    chosen = os.environ.get("COURSE_REPOSITORY")
    here = Path(__file__).resolve().parents[2]
    for folder in [Path(chosen)] if chosen else [here, Path.cwd(), *Path.cwd().parents]:
        if (folder / "solutions").is_dir():
            return folder
    raise FileNotFoundError(
        "no solutions/ folder found: run this inside the course repository, or set COURSE_REPOSITORY to its path"
    )


def lecture_paths() -> list[Path]:
    """The text notebooks in order."""
    return sorted((repository() / "solutions").glob("[0-9][0-9]_*.py"))


def module_of(lecture: str) -> str:
    """The exercise module of a lecture: "05_pooling" has its exercises in autograde.exercises.pooling."""
    return f"autograde.exercises.{lecture.split('_', 1)[1]}"
