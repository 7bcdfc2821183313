"""Remembers which exercises are right, in one small JSON file per lecture in the user's data directory.

Files are replaced atomically under a lock, so two notebooks may be open at once. A disk that cannot be written and a
damaged file never stop a lesson: the student is told once. Nothing is written while nbgrader runs.
"""

from __future__ import annotations

import html
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.checkfile import course
from helpers.evaluation import NOT_ATTEMPTED, NOT_YET, RIGHT

IN_PROGRESS = "in progress"
LOCK_SECONDS = 2.0


def directory() -> Path:
    """Where progress is kept: $COURSE_PROGRESS_DIR, or the user's data directory."""
    chosen = os.environ.get("COURSE_PROGRESS_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("convnet-course", appauthor=False)


def record(lecture: str, exercise: str, outcome: str) -> str:
    """Remember an outcome; once right, an exercise stays right. Returns a sentence when it could not be kept, else ""."""
    if outcome == NOT_ATTEMPTED:
        return ""
    from filelock import FileLock, Timeout

    path = directory() / f"{lecture}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
            state, note = _read(path)
            before = state.get(exercise, {})
            right = outcome == RIGHT or before.get("right", False)
            state[exercise] = {"right": right, "tries": before.get("tries", 0) + 1, "last": int(time.time())}
            _replace(path, state)
        return note
    except (OSError, Timeout):
        return f"Your progress could not be saved in {path.parent}; everything else works."


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """The saved state, and a sentence if a damaged file had to be set aside."""
    state = _saved(path)
    if state is not None:
        return state, ""
    aside = path.with_suffix(f".damaged-{int(time.time())}")
    os.replace(path, aside)
    return (
        {},
        f"The progress file of this lecture was damaged; it is kept as {aside.name}, and a new one was begun.",
    )


def _saved(path: Path) -> dict[str, Any] | None:
    """What the file says, nothing if there is none, None if it is damaged."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        return None
    whole = isinstance(state, dict) and all(
        isinstance(entry, dict) and isinstance(entry.get("tries", 0), int) for entry in state.values()
    )
    return state if whole else None


def _replace(path: Path, state: dict[str, Any]) -> None:
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(state, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(draft, path)


@dataclass(frozen=True)
class Line:
    """One exercise on the progress page."""

    lecture: str
    exercise: str
    points: float
    state: str


@dataclass(frozen=True)
class ProgressPage:
    """All exercises with their state; shows itself as a table."""

    lines: tuple[Line, ...]

    @property
    def points(self) -> float:
        return sum(line.points for line in self.lines if line.state == RIGHT)

    @property
    def next_step(self) -> Line | None:
        """The first exercise that is not right yet."""
        return next((line for line in self.lines if line.state != RIGHT), None)

    def __repr__(self) -> str:
        rows = [
            f"{_sign(line.state)} {line.lecture:<24} {line.exercise:<28} {line.points:g}"
            for line in self.lines
        ]
        return "\n".join([self._summary(), *rows])

    def _summary(self) -> str:
        total = sum(line.points for line in self.lines)
        step = self.next_step
        follow = f" Next: {step.exercise} in {step.lecture}." if step else " Everything is right."
        return f"{self.points:g} of {total:g} points by your own checks.{follow}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = "".join(
            f"<tr><td style='text-align:left'>{html.escape(line.lecture)}</td><td style='text-align:left'><code>{html.escape(line.exercise)}</code></td>"
            f"<td style='text-align:left'>{_sign(line.state)} {line.state}</td><td style='text-align:right'>{line.points:g}</td></tr>"
            for line in self.lines
        )
        head = "<tr><th style='text-align:left'>lecture</th><th style='text-align:left'>exercise</th><th style='text-align:left'>state</th><th style='text-align:right'>points</th></tr>"
        table = (
            f"<p>{html.escape(self._summary())}</p><table><thead>{head}</thead><tbody>{rows}</tbody></table>"
        )
        return {"text/html": table, "text/plain": repr(self)}


def _sign(state: str) -> str:
    return {RIGHT: "✓", IN_PROGRESS: "…"}.get(state, "○")


def progress(lecture: str | None = None) -> ProgressPage:
    """Your progress through the course, or through one lecture."""
    lines = []
    for part in course()["lectures"]:
        if lecture not in (None, part["name"]):
            continue
        # A page made for everybody (the build's pictures, grading) shows nobody's own progress.
        state = (
            {} if os.environ.get("NBGRADER_EXECUTION") else _saved(directory() / f"{part['name']}.json") or {}
        )
        for exercise in part["exercises"]:
            if exercise["kind"] == "written":
                continue
            entry = state.get(exercise["name"])
            known = NOT_ATTEMPTED if entry is None else RIGHT if entry.get("right") else IN_PROGRESS
            lines.append(Line(part["name"], exercise["name"], exercise["points"], known))
    return ProgressPage(tuple(lines))


__all__ = ["IN_PROGRESS", "NOT_YET", "ProgressPage", "directory", "progress", "record"]
