"""The student edition: notebooks, helpers with their data, environment files. No solution of a function, no hidden case.

What goes in is a list of what to take, never of what to leave out, and the result is searched before it is kept.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from autograde.building.build import stale
from autograde.classroom.coursefolder import CourseError
from autograde.course.registry import repository

TAKEN = (
    "notebooks/*.ipynb",
    "notebooks/course_map.md",
    "helpers/**/*",
    "environment.yml",
    "requirements.lock",
    "postBuild",
    "Makefile",
    "tools/*.py",
    "docs/notation.md",
)
LEFT_BEHIND = ("__pycache__", ".egg-info", ".ipynb_checkpoints", "/build/", "tools/data", "tools/lock.py")
STUDENT_FILES = Path(__file__).parent.parent / "student"
GIVEAWAYS = (
    "BEGIN SOLUTION",
    "END SOLUTION",
    "BEGIN HIDDEN TESTS",
    "BEGIN RUBRIC",
    "autograde.plain",
    ".misconception(",
)


def make_bundle(out: Path) -> int:
    """Write the student edition to `out`, a new or empty folder or an earlier bundle; returns the number of files."""
    root = repository()
    if out.exists() and any(out.iterdir()) and not (out / ".student_edition").exists():
        raise CourseError(f"{out} is not empty and no earlier bundle; name a new or empty folder")
    problems = stale()
    if problems:
        raise CourseError(
            "the notebooks are out of date; run `autograde build` first:\n" + "\n".join(problems)
        )
    with tempfile.TemporaryDirectory(dir=_existing_parent(out)) as scratch:
        made = Path(scratch) / "bundle"
        for source in _sources(root):
            _copy(source, made / source.relative_to(root))
        _without_autograde(made / "environment.yml")
        for source in sorted(p for p in STUDENT_FILES.rglob("*") if p.is_file()):
            _copy(source, made / source.relative_to(STUDENT_FILES))
        (made / ".student_edition").write_text("Made by `autograde bundle`.\n", encoding="utf-8")
        found = giveaways(made)
        if found:
            raise CourseError("the bundle would hold what students must not see: " + "; ".join(found))
        _replace(out, made)
    return sum(1 for path in out.rglob("*") if path.is_file())


def giveaways(folder: Path) -> list[str]:
    """Places in a folder that look like a solution or a hidden test."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(folder)} holds {word!r}" for word in GIVEAWAYS if word in text]
    return found


def _sources(root: Path) -> list[Path]:
    files = {path for pattern in TAKEN for path in root.glob(pattern) if path.is_file()}
    return sorted(p for p in files if not any(word in p.as_posix() for word in LEFT_BEHIND))


def _without_autograde(environment: Path) -> None:
    """Students install the lock and helpers only."""
    lines = environment.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "./autograde" not in line]
    environment.write_text("".join(kept), encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _existing_parent(out: Path) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    return out.parent


def _replace(out: Path, made: Path) -> None:
    """Put the new bundle in place; what an instructor added beside it (a .git folder, say) stays."""
    for entry in made.iterdir():
        target = out / entry.name
        if target.is_dir():
            shutil.rmtree(target)
    shutil.copytree(made, out, dirs_exist_ok=True)
