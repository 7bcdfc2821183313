"""A course folder in which nbgrader works as its manual says: configuration, sources, releases, secret seed, source map."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograde.building.build import build
from autograde.building.notebooks import answer_id, question_id
from autograde.building.release import prepare_for_nbgrader
from autograde.classroom.seed import write_seed
from autograde.course.registry import exercises, lecture_paths, repository

CONFIG_FILE = "nbgrader_config.py"
SOURCE_MAP = ".autograde_source_map.json"
CONFIG_TEXT = '''"""Configuration of this course for nbgrader, written by `autograde init`. Yours to change."""

import os
from pathlib import Path

from autograde.nbgrader_steps import AUTOGRADE_STEPS, PAGE_FILTERS
from autograde.release_steps import FEEDBACK_STEPS, RELEASE_STEPS

c = get_config()  # noqa: F821

c.CourseDirectory.root = str(Path(__file__).parent)
c.CourseDirectory.course_id = {course_id!r}

# How student versions are made: value stubs, static pictures, rubrics for graders only.
c.GenerateAssignment.preprocessors = RELEASE_STEPS

# Feedback says what failed; the rubric stays with the graders.
c.GenerateFeedback.preprocessors = FEEDBACK_STEPS

# Student code runs confined, and verdicts are made outside of it.
c.Autograde.autograde_preprocessors = AUTOGRADE_STEPS

# What students wrote is shown without scripts and forms, in feedback pages and in the formgrader.
c.HTMLExporter.filters = PAGE_FILTERS
c.HTMLExporter.sanitize_html = True

# Seconds a cell may take when a submission is graded.
c.Execute.timeout = 60

# Cells that a student removed come back from the source before grading.
c.OverwriteCells.add_missing_cells = True

# Where the hidden part of a check finds this course's seed.
os.environ["AUTOGRADE_COURSE"] = str(Path(__file__).parent)
'''


class CourseError(ValueError):
    """A folder that is not, or cannot become, a course folder; the message says what to do."""


@contextlib.contextmanager
def gradebook_of(course: Path) -> Iterator[None]:
    """Around work on a course's gradebook: one that is damaged, held or no gradebook is said as CourseError."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        reason = str(error).split("\n")[0][:200]
        raise CourseError(
            f"the gradebook of {course} cannot be used: {reason}. Nothing that was graded before is lost. Close what "
            "holds it open, or put back a copy; then grade again"
        ) from None


def make_course(course: Path) -> list[str]:
    """Make or update a course folder; returns the lectures it holds. Keeps the seed, submissions and gradebook."""
    if course.exists() and not course.is_dir():
        raise CourseError(f"{course} is a file; name a folder")
    if course.exists() and any(course.iterdir()) and not (course / CONFIG_FILE).exists():
        raise CourseError(f"{course} is not empty and no course folder; name a new or empty folder")
    build(lambda _: None)
    course.mkdir(parents=True, exist_ok=True)
    config = course / CONFIG_FILE
    if not config.exists():
        config.write_text(CONFIG_TEXT.format(course_id=course.resolve().name), encoding="utf-8")
    write_seed(course)
    (course / SOURCE_MAP).write_text(json.dumps(source_map(), indent=1) + "\n", encoding="utf-8")
    names = [path.stem for path in lecture_paths()]
    for name in names:
        _put_source(course, name)
    api = course_api(course)
    for name in names:
        result = api.generate_assignment(name, force=True)
        if not result["success"]:
            raise CourseError(
                f"nbgrader could not release {name}:\n{result.get('log') or result.get('error')}"
            )
    return names


def source_map() -> dict[str, Any]:
    """Which cells of each lecture are exercises, by grade_id: what grading trusts instead of a submission's metadata."""
    import nbformat

    mapped = {}
    known = exercises()
    for path in lecture_paths():
        source = nbformat.read(repository() / "build/source" / path.stem / f"{path.stem}.ipynb", as_version=4)
        cells = []
        for cell in source.cells:
            meta = cell.metadata.get("nbgrader")
            shown = "show" in cell.metadata.get("tags", [])
            part = "show" if shown else "plain" if meta is None else _part(meta["grade_id"], known)
            cells.append(
                {
                    "id": cell.id,
                    "type": cell.cell_type,
                    "part": part,
                    "grade_id": meta["grade_id"] if meta else None,
                    "points": meta.get("points") if meta else None,
                    "source": cell.source,
                }
            )
        mapped[path.stem] = cells
    return mapped


def _part(grade_id: str, known: dict[str, Any]) -> str:
    if grade_id in known:
        return "written" if known[grade_id].kind == "written" else "check"
    for name in known:
        if grade_id == answer_id(name):
            return "exercise"
        if grade_id == question_id(name):
            return "question"
    return "plain"


def _put_source(course: Path, name: str) -> None:
    folder = course / "source" / name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(repository() / "build/source" / name / f"{name}.ipynb", folder / f"{name}.ipynb")


def course_config(course: Path) -> Config:
    """The configuration that nbgrader's own commands would read in the folder."""
    if not (course / CONFIG_FILE).exists():
        raise CourseError(f"{course} has no {CONFIG_FILE}: make the folder with `autograde init {course}`")
    config = PyFileConfigLoader(CONFIG_FILE, path=str(course.resolve())).load_config()
    if "root" not in config.CourseDirectory:  # a course made by hand leaves it to the current folder
        config.CourseDirectory.root = str(course.resolve())
    return config


def course_api(course: Path) -> Any:
    """nbgrader's API for a course folder, quiet on the terminal."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    config = course_config(course)
    prepare_for_nbgrader()
    return NbGraderAPI(CourseDirectory(config=config), config=config)
