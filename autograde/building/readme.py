"""The README's table of lectures, written by the build so that it never lags behind the notebooks."""

from __future__ import annotations

import re

from autograde.course.definition import AnyExercise
from autograde.course.lecture import Lecture

BEGIN, END = "<!-- lectures: written by `autograde build` -->", "<!-- end of lectures -->"
HEAD = "\n| notebook | what it promises | exercises | points |\n|---|---|---|---|\n"


def readme_with_lectures(text: str, lectures: list[Lecture], exercises: dict[str, AnyExercise]) -> str:
    """The README with its table brought up to date; a README without the two markers stays as it is."""
    rows = "".join(_row(lecture, exercises) for lecture in lectures)
    pattern = re.escape(BEGIN) + r".*?" + re.escape(END)
    return re.sub(pattern, lambda _: f"{BEGIN}\n{HEAD}{rows}\n{END}", text, flags=re.DOTALL)


def _row(lecture: Lecture, exercises: dict[str, AnyExercise]) -> str:
    mine = [exercises[cell.name] for cell in lecture.cells if cell.part in ("check", "written")]
    points = sum(exercise.points for exercise in mine)
    link = f"[{lecture.name}](notebooks/{lecture.name}.ipynb)"
    return f"| {link} | {lecture.promise} | {len(mine)} | {points:g} |\n"
