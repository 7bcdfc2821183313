"""Remembers which exercises are right, in one small JSON file per lecture in the user's data directory.

Files are replaced atomically under a lock, so two notebooks may be open at once. A disk that cannot be written and a
damaged file never stop a lesson: the student is told once. Nothing is written while nbgrader runs.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from helpers.checking.evaluation import NOT_ATTEMPTED, NOT_YET, RIGHT

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


def known(lecture: str) -> tuple[dict[str, str], str]:
    """The state of each exercise that was ever tried (IN_PROGRESS or RIGHT), and a sentence if the file is damaged."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return {}, ""  # a page made for everybody (the build's pictures, grading) shows nobody's own progress
    path = directory() / f"{lecture}.json"
    state = _saved(path)
    if state is None:
        return (
            {},
            f"{path.name} is damaged; the next check of this lecture sets it aside and begins a new one.",
        )
    return {name: RIGHT if entry.get("right") else IN_PROGRESS for name, entry in state.items()}, ""


def cannot_be_kept() -> str:
    """A sentence where progress cannot be saved, else ""."""
    place = directory()
    there = next((folder for folder in (place, *place.parents) if folder.exists()), place)
    if there.is_dir() and os.access(there, os.W_OK):
        return ""
    return f"Nothing can be saved in {place}, so this page stays as it is; everything else works."


__all__ = ["IN_PROGRESS", "NOT_YET", "cannot_be_kept", "directory", "known", "record"]
