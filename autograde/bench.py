"""Measures the engine against nbgrader's own autograder: one class, one run, the same submissions, the same scores.

Times hold the whole pipeline: start, grading, graded notebooks, gradebook. Writes build/bench.json and prints a table.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.classgrading import Way, grade_course
from autograde.coursefolder import course_api, make_course
from autograde.definition import WrittenExercise
from autograde.engine.audit import AUDIT_FILE
from autograde.lecture import Lecture, read_lecture
from autograde.madeup import alternative, misconception, solved, submission
from autograde.registry import find, lecture_paths, repository

LECTURES = ("02_convolution_1d", "05_pooling")


@dataclass(frozen=True)
class Size:
    """How much is measured: class size, submissions that nbgrader grades too, further class sizes."""

    students: int = 200
    sample: int = 10
    classes: tuple[int, ...] = (10, 50)


def bench(folder: Path, size: Size, say: Callable[[str], Any]) -> dict[str, Any]:
    """Measure in `folder`, which is emptied first; returns what bench.json holds under "grading"."""
    shutil.rmtree(folder, ignore_errors=True)
    course = folder / "course"
    make_course(course)
    hand_in(course, size.students)
    seconds = {str(number): _grade_first(course, number, folder) for number in size.classes}
    shutil.rmtree(course / "autograded", ignore_errors=True)
    (course / AUDIT_FILE).unlink(missing_ok=True)
    started, busy = time.monotonic(), _processor_seconds()
    peak = _in_process_of_its_own(course)
    ours, our_busy = time.monotonic() - started, _processor_seconds() - busy
    seconds[str(size.students)] = round(ours, 2)
    lines = [json.loads(line) for line in (course / AUDIT_FILE).read_text().splitlines()][-size.students :]
    overhead = sum(line["seconds"] - line["student_seconds"] for line in lines) / len(lines)
    busy = _processor_seconds()
    theirs, differing = _sample(course, folder / "plain", size.sample)
    their_busy = _processor_seconds() - busy
    each, mine = theirs / size.sample, ours / size.students
    found = {
        "speedup_vs_nbgrader": round(each / mine, 1),
        "overhead_ms": round(overhead * 1000, 1),
        "peak_mb": round(peak / 1024),
        "seconds_by_class_size": seconds,
        "nbgrader_seconds_per_submission": round(each, 2),
        "engine_seconds_per_submission": round(mine, 3),
        "engine_processor_seconds_per_submission": round(our_busy / size.students, 3),
        "nbgrader_processor_seconds_per_submission": round(their_busy / size.sample, 2),
        "student_ms_per_submission": round(1000 * sum(x["student_seconds"] for x in lines) / len(lines), 1),
        "differing_scores": differing,
        "cores": os.cpu_count(),
    }
    say("\n".join(f"{key:<34} {value}" for key, value in found.items()))
    return found


def _processor_seconds() -> float:
    """Processor time of this process and those that it waited for: what other work on the machine does not change much."""
    return sum(
        u.ru_utime + u.ru_stime
        for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def write_bench(key: str, found: dict[str, Any]) -> Path:
    """Put the figures under `key` into build/bench.json, beside those of others."""
    path = repository() / "build/bench.json"
    path.parent.mkdir(exist_ok=True)
    kept = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(kept | {key: found}, indent=1) + "\n", encoding="utf-8")
    return path


def hand_in(course: Path, count: int) -> None:
    """Made-up submissions: solutions, other styles, mistakes, halves; the same for the same count."""
    import nbformat

    lectures = {path.stem: read_lecture(path) for path in lecture_paths()}
    released = {n: nbformat.read(course / "release" / n / f"{n}.ipynb", as_version=4) for n in LECTURES}
    for number in range(count):
        name = LECTURES[number % len(LECTURES)]
        made = submission(released[name], _answers(lectures[name], random.Random(number)))
        place = course / "submitted" / f"student{number:04d}" / name
        place.mkdir(parents=True)
        nbformat.write(made, place / f"{name}.ipynb")


def _answers(lecture: Lecture, dice: random.Random) -> dict[str, str]:
    answers = solved(lecture)
    for name in list(answers):
        exercise = find(name)
        if isinstance(exercise, WrittenExercise):
            continue
        throw = dice.random()
        if throw < 0.25:
            answers[name] = misconception(name, dice.choice(exercise.misconceptions).name)
        elif throw < 0.6 and exercise.alternatives:
            answers[name] = alternative(name, dice.randrange(len(exercise.alternatives)))
        elif throw < 0.65:
            del answers[name]
    return answers


def _grade_first(course: Path, count: int, folder: Path) -> float:
    part = folder / f"class{count}"
    shutil.copytree(course, part, ignore=lambda here, names: _beyond(here, names, count))
    started = time.monotonic()
    _in_process_of_its_own(part)
    return round(time.monotonic() - started, 2)


def _beyond(here: str, names: list[str], count: int) -> list[str]:
    if Path(here).name != "submitted":
        return [name for name in names if name in ("autograded", AUDIT_FILE)]
    return sorted(names)[count:]


def _in_process_of_its_own(course: Path) -> int:
    """Grade with the engine as its command does; returns the most memory of all its processes together, in kB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "autograde", "grade", str(course)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, _proportional_kilobytes(process.pid))
        time.sleep(0.25)
    if process.returncode:
        raise RuntimeError(f"`autograde grade {course}` failed with {process.returncode}")
    return max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if not peak else 0)


def _proportional_kilobytes(pid: int) -> int:
    """Memory of a process and all below it; shared pages count once."""
    total, waiting = 0, [pid]
    while waiting:
        here = waiting.pop()
        try:
            for line in Path(f"/proc/{here}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            pass
        try:
            waiting += [
                int(p)
                for task in Path(f"/proc/{here}/task").iterdir()
                for p in (task / "children").read_text().split()
            ]
        except OSError:
            pass
    return total


def _sample(course: Path, plain: Path, count: int) -> tuple[float, int]:
    """nbgrader's own batch over the first submissions: (seconds, number of cells whose score differs)."""
    shutil.copytree(course, plain, ignore=lambda here, names: _beyond(here, names, count))
    shutil.rmtree(plain / "autograded", ignore_errors=True)
    api = course_api(plain)
    with api.gradebook as gradebook:
        for student in list(gradebook.students):
            gradebook.remove_student(student.id)
    started = time.monotonic()
    grade_course(plain, way=Way(nbgrader=True))
    spent = time.monotonic() - started
    mine, theirs = scores(course), scores(plain)
    return spent, sum(abs((mine[key] or 0) - (value or 0)) > 1e-9 for key, value in theirs.items())


def scores(course: Path) -> dict[tuple[str, str, str], float | None]:
    """Automatic score of every graded cell in a gradebook, by student, lecture and cell."""
    found = {}
    with course_api(course).gradebook as gradebook:
        for assignment in gradebook.assignments:
            for handed_in in gradebook.assignment_submissions(assignment.name):
                for notebook in handed_in.notebooks:
                    for grade in notebook.grades:
                        found[handed_in.student.id, assignment.name, grade.name] = grade.auto_score
    return found
