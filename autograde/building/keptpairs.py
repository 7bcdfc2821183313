"""Pairs of mistakes, worked out once and kept until the code that decides them changes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from autograde.building.kept import code_of, kept
from autograde.course.definition import Exercise
from autograde.course.pairs import pairs_of

DECIDES = (
    "helpers/checking/compare.py",
    "helpers/checking/recognising.py",
    "helpers/travel/calls.py",
    "helpers/travel/codec.py",
    "helpers/fixtures.py",
    "autograde/course/pairs.py",
    "autograde/course/edits.py",
)


def kept_pairs(exercise: Exercise) -> dict[str, tuple[int, int]]:
    """`pairs_of`, from the cache where nothing that decides them has changed."""
    if not any(wrong.edit for wrong in exercise.misconceptions):
        return {}
    module = Path(str(sys.modules[exercise.oracle.__module__].__file__))
    beside = module if module.parent.name == "exercises" else module.parent
    inputs = [f"{sys.version_info[:2]} {np.__version__}", code_of(str(beside), *DECIDES)]
    text = kept(f"pairs-{exercise.name}", ".json", inputs, lambda: json.dumps(pairs_of(exercise)))
    return {mark: (both[0], both[1]) for mark, both in json.loads(text).items()}
