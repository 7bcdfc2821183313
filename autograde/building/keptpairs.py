"""Pairs of mistakes, worked out once and kept in build/cache until the code that decides them changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np

import helpers
from autograde.course.definition import Exercise
from autograde.course.pairs import pairs_of
from autograde.course.registry import repository

DECIDES = (
    "checking/compare.py",
    "checking/recognising.py",
    "travel/calls.py",
    "travel/codec.py",
    "fixtures.py",
)


def kept_pairs(exercise: Exercise) -> dict[str, tuple[int, int]]:
    """`pairs_of`, from the cache where nothing that decides them has changed."""
    if not any(wrong.edit for wrong in exercise.misconceptions):
        return {}
    path = repository() / "build" / "cache" / f"pairs-{exercise.name}-{_key(exercise)}.json"
    with contextlib.suppress(OSError, ValueError):
        return {mark: (both[0], both[1]) for mark, both in json.loads(path.read_text("utf-8")).items()}
    made = pairs_of(exercise)
    with contextlib.suppress(OSError):  # a folder that cannot be written costs time, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"pairs-{exercise.name}-*.json"):
            old.unlink(missing_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(made), "utf-8")
        draft.replace(path)
    return made


def _key(exercise: Exercise) -> str:
    """A name for the sources of the lecture's exercises and of what runs and compares them."""
    sums = hashlib.sha256(f"{sys.version_info[:2]} {np.__version__}".encode())
    home = Path(str(helpers.__file__)).parent
    module = Path(str(sys.modules[exercise.oracle.__module__].__file__))
    mine = [module] if module.parent.name == "exercises" else sorted(module.parent.glob("*.py"))
    course = Path(__file__).parent.parent / "course"
    for path in [*mine, *(home / name for name in DECIDES), course / "pairs.py", course / "edits.py"]:
        sums.update(path.read_bytes() + b"\0")
    return sums.hexdigest()[:20]
