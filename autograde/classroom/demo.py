"""`autograde demo`: a made-up class through real nbgrader, held to the marks that each submission states.

Makes a course folder, hands in, grades, writes feedback, compares every mark with its promise, and writes a summary page.
"""

from __future__ import annotations

import html
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.classroom.classgrading import grade_course
from autograde.classroom.coursefolder import CONFIG_FILE, course_api, make_course
from autograde.classroom.democlass import CLASS, Student
from autograde.classroom.results import SubmissionResult
from autograde.classroom.seed import read_seed
from autograde.classroom.trying import try_source
from autograde.course.definition import WrittenExercise
from autograde.course.lecture import Lecture, read_lecture
from autograde.course.registry import find, lecture_paths

DEMO_TIMEOUT = 15
MARKER = ".made_by_autograde_demo"


@dataclass(frozen=True)
class Row:
    """One student in the table: score, what was stated, and sentences for every promise that was broken."""

    student: Student
    score: float
    max_score: float
    note: str
    broken_promises: tuple[str, ...]


def run_demo(folder: Path, say: Callable[[str], Any]) -> bool:
    """Make, grade and check the class in `folder`; True when every stated mark was given."""
    started = time.monotonic()
    course = folder / "course"
    _clear(folder)
    make_course(course)
    with (course / CONFIG_FILE).open("a", encoding="utf-8") as config:
        config.write(
            f"\n# The demo has a student whose function never ends.\nc.Execute.timeout = {DEMO_TIMEOUT}\n"
        )
    lectures = {path.stem: read_lecture(path) for path in lecture_paths()}
    for student in CLASS:
        released = course / "release" / student.lecture / f"{student.lecture}.ipynb"
        student.hand_in(
            lectures[student.lecture], released, course / "submitted" / student.name / student.lecture
        )
    results = {result.student: result for result in grade_course(course, feedback=True)}
    rows = [_row(course, lectures[s.lecture], s, results[s.name]) for s in CLASS]
    page = folder / "summary.html"
    page.write_text(_page(rows), encoding="utf-8")
    say(_table(rows))
    broken = [promise for row in rows for promise in row.broken_promises]
    for promise in broken:
        say(f"BROKEN: {promise}")
    say(
        f"{len(rows)} submissions in {time.monotonic() - started:.0f} s. Gradebook: {course / 'gradebook.db'}"
    )
    say(f"Summary page: {page}")
    return not broken


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise FileNotFoundError(
                f"{folder} is not empty and was not made by the demo; name another folder with --keep"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()


def _row(course: Path, lecture: Lecture, student: Student, result: SubmissionResult) -> Row:
    if student.broken:
        broken = () if result.problem else (f"{student.name}: a broken file was not reported",)
        return Row(student, 0.0, result.max_score, f"graded as untouched: {result.problem}", broken)
    if result.problem:
        return Row(
            student, 0.0, result.max_score, result.problem, (f"{student.name}: not graded: {result.problem}",)
        )
    grades = grades_of(course, student.lecture, student.name)
    promises = [p for name in grades if (p := _broken_promise(course, lecture, student, name, grades[name]))]
    if student.hint and not _hint_stands_in_feedback(course, student):
        promises.append(f"{student.name}: the feedback does not hold the hint for {student.hint[1]}")
    waiting = sum(isinstance(find(name), WrittenExercise) and mark is None for name, mark in grades.items())
    note = f"{waiting} answer to grade by hand" if waiting else ""
    return Row(student, result.score, result.max_score, note, tuple(promises))


def grades_of(course: Path, lecture: str, student: str) -> dict[str, float | None]:
    """Marks by exercise from the gradebook; None where a person has to grade."""
    with course_api(course).gradebook as gradebook:
        notebook = gradebook.find_submission_notebook(lecture, lecture, student)
        return {g.cell.name: None if g.needs_manual_grade else float(g.score) for g in notebook.grades}


def _broken_promise(
    course: Path, lecture: Lecture, student: Student, name: str, mark: float | None
) -> str | None:
    exercise = find(name)
    if isinstance(exercise, WrittenExercise):
        return None
    stated = student.marks.get(name, student.rest)
    wanted = {"all": float(exercise.points), "none": 0.0}.get(stated)
    if wanted is None:
        source = f"{lecture.preamble}\n{student.answers(lecture)[name]}"
        wanted = try_source(name, source, read_seed(course), f"{student.name}-{name}.py").score
        if not wanted < exercise.points:
            return f"{student.name}: {name} must not earn full marks"
    if mark is None or abs(mark - wanted) > 1e-6:
        return f"{student.name}: {name} must get {wanted:g} of {exercise.points:g}, got {mark}"
    return None


def _hint_stands_in_feedback(course: Path, student: Student) -> bool:
    assert student.hint is not None
    exercise = find(student.hint[0])
    assert not isinstance(exercise, WrittenExercise)
    wrong = next(m for m in exercise.misconceptions if m.name == student.hint[1])
    page = course / "feedback" / student.name / student.lecture / f"{student.lecture}.html"
    plain = html.unescape(page.read_text(encoding="utf-8")) if page.exists() else ""
    # Set as code in the page, the words between backticks stand apart; the longest plain stretch is looked for.
    stretch = max(wrong.look.split("`"), key=len).strip()
    return stretch in plain


def _table(rows: list[Row]) -> str:
    lines = [f"{'student':<8} {'lecture':<18} {'score':>6} {'of':>4}  {'hands in':<38} as stated"]
    for row in rows:
        verdict = "no" if row.broken_promises else "yes"
        line = f"{row.student.name:<8} {row.student.lecture:<18} {row.score:>6.2f} {row.max_score:>4g}  {row.student.story:<38} {verdict}"
        lines.append(line + (f"  ({row.note})" if row.note else ""))
    return "\n".join(lines)


def _page(rows: list[Row]) -> str:
    cells = "".join(
        "<tr>"
        f"<td>{_feedback_link(row)}</td><td>{row.student.lecture}</td><td class=n>{row.score:.2f}</td>"
        f"<td class=n>{row.max_score:g}</td><td>{html.escape(row.student.story)}</td>"
        f"<td>{'✗ no' if row.broken_promises else '✓ yes'}</td><td>{html.escape(row.note)}</td></tr>"
        for row in rows
    )
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Demo class</title>
<style>body{{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}}table{{border-collapse:collapse;width:100%}}
th,td{{border-bottom:1px solid #bbb;padding:.35em .6em;text-align:left}}.n{{text-align:right}}</style>
<h1>Demo class</h1>
<p>{len(rows)} made-up submissions in nbgrader's gradebook. A name opens that student's feedback page. "As stated" says whether
every exercise got the marks that the made-up submission announces.</p>
<table><thead><tr><th>student</th><th>lecture</th><th class=n>score</th><th class=n>of</th><th>hands in</th><th>as stated</th><th>note</th></tr></thead>
<tbody>{cells}</tbody></table></html>
"""


def _feedback_link(row: Row) -> str:
    lecture = row.student.lecture
    return f'<a href="course/feedback/{row.student.name}/{lecture}/{lecture}.html">{html.escape(row.student.name)}</a>'
