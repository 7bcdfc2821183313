"""The other side of the comparison: `nbgrader autograde` itself, on a sample of the class, and the scores of both."""

from __future__ import annotations

from pathlib import Path

from autograde.bench.classes import LECTURES, part_of
from autograde.bench.running import Cost, measured
from autograde.classroom.coursefolder import CONFIG_FILE, course_api

ENGINE_LINE = "c.Autograde.autograde_preprocessors = AUTOGRADE_STEPS\n"
Scores = dict[tuple[str, str, str], float | None]


def grade_sample(course: Path, place: Path, count: int) -> tuple[Cost, Scores]:
    """nbgrader's own batch, a command per lecture, over the first submissions: what it took, what it gave."""
    folder = part_of(course, place / "course", count)
    config = folder / CONFIG_FILE
    text = config.read_text(encoding="utf-8")
    if ENGINE_LINE not in text:
        raise RuntimeError(f"{config} does not name the engine's steps, so they cannot be taken out")
    config.write_text(text.replace(ENGINE_LINE, ""), encoding="utf-8")
    with course_api(folder).gradebook as gradebook:
        for student in list(gradebook.students):
            gradebook.remove_student(student.id)
    costs = [
        measured(["nbgrader", "autograde", name, "--create"], folder, watch_memory=False) for name in LECTURES
    ]
    whole = Cost(sum(c.seconds for c in costs), sum(c.processor_seconds for c in costs), 0)
    return whole, scores(folder)


def scores(course: Path) -> Scores:
    """Automatic score of every graded cell in a gradebook, by student, lecture and cell."""
    found = {}
    with course_api(course).gradebook as gradebook:
        for assignment in gradebook.assignments:
            for handed_in in gradebook.assignment_submissions(assignment.name):
                for notebook in handed_in.notebooks:
                    for grade in notebook.grades:
                        found[handed_in.student.id, assignment.name, grade.name] = grade.auto_score
    return found


def differing(mine: Scores, theirs: Scores) -> int:
    """Cells that nbgrader graded and whose score is another."""
    return sum(abs((mine[key] or 0.0) - (score or 0.0)) > 1e-9 for key, score in theirs.items())
