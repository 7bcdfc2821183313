"""The secret number from which a course's hidden cases are drawn, and the course folder it lives in."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SEED_FILE = ".autograde_seed"
PRACTICE_SEED = 0


class SeedError(ValueError):
    """A course folder whose seed is missing or damaged."""


def write_seed(course: Path) -> None:
    """Give a course folder a new secret seed, readable by its owner only; an existing one is kept."""
    path = course / SEED_FILE
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{secrets.randbits(63)}\n")


def read_seed(course: Path) -> int:
    """The seed of a course folder. Raises SeedError when the file is missing or holds no number."""
    path = course / SEED_FILE
    try:
        return int(path.read_text())
    except FileNotFoundError:
        raise SeedError(f"{course} has no {SEED_FILE}: make the folder with `autograde init`") from None
    except ValueError:
        raise SeedError(
            f"{path} does not hold a number; restore it from a backup, or grades will change"
        ) from None


def course_of(folder: Path) -> Path | None:
    """The course folder around `folder`: the nearest parent with a seed file."""
    return next((f for f in [folder, *folder.parents] if (f / SEED_FILE).exists()), None)


def seed_here() -> int | None:
    """The seed of the course that $AUTOGRADE_COURSE or the current folder belongs to; None outside a course."""
    chosen = os.environ.get("AUTOGRADE_COURSE")
    course = Path(chosen) if chosen else course_of(Path.cwd())
    return None if course is None else read_seed(course)
