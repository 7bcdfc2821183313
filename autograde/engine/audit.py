"""One line per graded submission, as JSON, beside the gradebook: what ran, with which versions and limits, what came of it.

Also how a later run knows what is done: a line is written after the gradebook has the grades.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.engine.versions import here

AUDIT_FILE = "audit.jsonl"


@dataclass(frozen=True)
class Line:
    """What earlier grading recorded of one submission."""

    submission: str
    setup: str
    answers: dict[str, str]
    problem: str = ""


def read_audit(course: Path) -> dict[tuple[str, str], Line]:
    """The last line of every (student, assignment). A line cut short by a crash is left aside."""
    path = course / AUDIT_FILE
    found: dict[tuple[str, str], Line] = {}
    if not path.exists():
        return found
    for raw in path.read_bytes().split(b"\n"):
        try:
            data = json.loads(raw)
            problem = "; ".join(n["problem"] for n in data["notebooks"] if n["problem"])
            line = Line(data["submission"], data["setup"], data["answers"], problem)
            found[data["student"], data["assignment"]] = line
        except (ValueError, KeyError, TypeError):
            continue
    return found


def append(course: Path, lines: list[dict[str, Any]]) -> None:
    """Add lines and see them onto the disk."""
    path = course / AUDIT_FILE
    torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes()[-1:] == b"\n"
    with path.open("ab") as file:
        text = "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines)
        file.write((("\n" if torn else "") + text).encode())
        file.flush()
        os.fsync(file.fileno())


def seed_name(seed: int) -> str:
    """A name for the seed that does not tell it."""
    return hashlib.sha256(f"seed {seed}".encode()).hexdigest()[:12]


def setup_name(seed: int, masters: list[str]) -> str:
    """A name for everything but the submission that a grade depends on: seed, assignment, versions, definitions."""
    parts = [seed_name(seed), *masters, json.dumps(here(), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
