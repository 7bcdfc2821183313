"""The exercises as rows, for `autograde list`."""

from __future__ import annotations

from typing import Any

from autograde.course.definition import WrittenExercise
from autograde.course.lecture import read_lecture
from autograde.course.registry import exercises, lecture_paths


def exercise_rows() -> list[dict[str, Any]]:
    """One row per exercise in the order of the course: name, lecture, kind, points, misconceptions, summary."""
    known = exercises()
    rows = []
    for path in lecture_paths():
        lecture = read_lecture(path)
        for cell in lecture.cells:
            if cell.part in ("check", "written") and cell.name in known:
                exercise = known[cell.name]
                wrong = 0 if isinstance(exercise, WrittenExercise) else len(exercise.misconceptions)
                rows.append(
                    {
                        "name": exercise.name,
                        "lecture": lecture.name,
                        "kind": exercise.kind,
                        "points": exercise.points,
                        "misconceptions": wrong,
                        "summary": exercise.summary,
                    }
                )
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text, with totals."""
    width = max((len(row["name"]) for row in rows), default=4)
    lines = [f"{'exercise':<{width}}  {'lecture':<22} {'points':>6} {'misconceptions':>14}"]
    lines += [
        f"{r['name']:<{width}}  {r['lecture']:<22} {r['points']:>6g} {r['misconceptions'] or '—':>14}"
        for r in rows
    ]
    total = sum(r["points"] for r in rows)
    wrong = sum(r["misconceptions"] for r in rows)
    lines.append(f"{len(rows)} exercises, {total:g} points, {wrong} misconceptions")
    return "\n".join(lines)
