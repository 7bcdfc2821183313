"""A copy of the repository with one small lecture of every kind of exercise, for tests that build and grade.

What they do there happens in processes of their own, so that the course under test and this one do not mix.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LECTURE = "01_small"

EXERCISES = '''
import numpy as np

from autograde.course.definition import call, exercise, values, written


@exercise(points=0.7)
def triple(x):
    """Three times x."""
    return 3.0 * x


triple.example("two numbers", np.array([1.0, -2.0]))


@triple.cases
def positive(rng):
    yield call(rng.uniform(1, 2, 3))


@triple.cases
def negative(rng):
    yield call(rng.uniform(-2, -1, 3))


@triple.cases
def marked_4711(rng):
    yield call(rng.uniform(-2, -1, (50, 2)))
    yield call(rng.uniform(-2, -1, (2, 50)))


@triple.misconception(look="Try a negative number.", wrong="You took the absolute value.")
def absolute(x):
    return 3.0 * np.abs(x)


@values(points=2)
def sizes():
    return {"low": 2, "high": 8}


@sizes.misconception(look="Count again.", wrong="You counted from 0.")
def from_zero():
    return {"low": 1, "high": 8}


written("reason", points=3, question="Why three?", rubric="Three points for QUARK.")
'''

TEXT = '''\
# ---
# jupyter:
#   course:
#     title: Small
#     promise: You can triple.
#     minutes: 5
# ---

# %% [markdown]
# # Small

# %%
import numpy as np
from helpers import check, draw

# %% show="a_grid"
draw.row(draw.Grid(np.eye(2), "input", "x"), alt="The identity.", caption="Identity")

# %% exercise="triple"
def triple(x):
    """Three times x."""
    ### BEGIN SOLUTION
    return 3.0 * x  # THE-SOLUTION
    ### END SOLUTION

# %% check="triple"
check("triple")

# %% exercise="sizes"
### BEGIN SOLUTION
low, high = 2, 8
### END SOLUTION

# %% check="sizes"
check("sizes")

# %% [markdown] written="reason"
# Because of THE-MODEL-ANSWER.
'''


def small_repository(place: Path, text: str = TEXT, exercises: str = EXERCISES) -> Path:
    """The copy, with this text notebook and these definitions."""
    leave = shutil.ignore_patterns("__pycache__", "images", "digits", "garments", "checks", "*.egg-info")
    shutil.copytree(ROOT / "helpers", place / "helpers", ignore=leave)
    leave = shutil.ignore_patterns("__pycache__", "exercises", "*.egg-info")
    shutil.copytree(ROOT / "autograde", place / "autograde", ignore=leave)
    definitions = place / "autograde" / "exercises"
    definitions.mkdir()
    (definitions / "__init__.py").write_text("")
    (definitions / "small.py").write_text(exercises)
    (place / "solutions").mkdir()
    (place / "solutions" / f"{LECTURE}.py").write_text(text)
    return place


def small_environment(repository: Path) -> dict[str, str]:
    """The environment in which commands and kernels use the copy, and leave the user's own settings alone."""
    settings = repository.parent
    environment = {**os.environ, "PYTHONPATH": str(repository), "COURSE_REPOSITORY": str(repository)}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment |= {
        "COURSE_PROGRESS_DIR": str(settings / "progress"),
        "JUPYTER_CONFIG_DIR": str(settings / "jupyter"),
    }
    for name in ("NBGRADER_EXECUTION", "COURSE_STATIC", "AUTOGRADE_COURSE"):
        environment.pop(name, None)
    return environment
