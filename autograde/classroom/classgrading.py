"""`autograde grade`: brings every submission of a course folder into its gradebook, by the engine or by nbgrader itself.

Each submission on its own: what cannot be graded is reported with its reason and stops no other.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from autograde.classroom.coursefolder import CourseError, course_api, gradebook_of
from autograde.classroom.onerun import only_run
from autograde.classroom.results import SubmissionResult


@dataclass(frozen=True)
class Way:
    """How to grade.

    nbgrader         with nbgrader's own autograder instead of the engine
    graders          submissions side by side on this machine
    require_sandbox  whether gaps in the sandbox are an error
    scheduler        address of a Dask scheduler whose workers grade; tls: its certificate authority, certificate and key
    fresh            a process started for every submission instead of a fork
    line_seconds     for the search of the line behind each wrong answer; 0 for none
    """

    nbgrader: bool = False
    graders: int = 2
    require_sandbox: bool = False
    scheduler: str = ""
    tls: tuple[str, str, str] = ("", "", "")
    fresh: bool = False
    line_seconds: float = 0.0


ENGINE = Way()


def submissions(
    course: Path, assignment: str | None = None, student: str | None = None
) -> list[tuple[str, str]]:
    """(student, assignment) of every folder under submitted/ that can be one."""
    return [pair for pair in _folders(course, assignment, student) if not _strange(*pair, None)]


def _folders(course: Path, assignment: str | None, student: str | None) -> list[tuple[str, str]]:
    found = []
    for folder in sorted((course / "submitted").glob("*/*")):
        pair = (folder.parent.name, folder.name)
        if pair[0].startswith((".", "__MACOSX")) or pair[1].startswith(
            "."
        ):  # replaced ones; what archives leave
            continue
        if folder.is_dir() and assignment in (None, pair[1]) and student in (None, pair[0]):
            found.append(pair)
    return found


def _strange(student: str, assignment: str, known: set[str] | None) -> str:
    """Why a folder is no submission, "" when it is one. `known` are the course's assignments, None for any."""
    for name in (student, assignment):
        try:
            name.encode()
        except UnicodeEncodeError:
            return "the folder's name is not UTF-8; rename it"
        if not name.isprintable():
            return "the folder's name holds signs that cannot be printed; rename it"
    if known is not None and assignment not in known:
        return f"the course has no assignment {assignment}; was it released, and is the folder's name right?"
    return ""


def grade_course(
    course: Path,
    assignment: str | None = None,
    student: str | None = None,
    *,
    force: bool = False,
    feedback: bool = False,
    way: Way = ENGINE,
) -> list[SubmissionResult]:
    """Grade what was handed in. Raises CourseError when there is nothing, or a name fits nothing.

    A folder that cannot be a submission is reported with its reason and stops no other.
    """
    found = _folders(course, assignment, student)
    if not found:
        wanted = " ".join(name for name in (student, assignment) if name)
        raise CourseError(
            f"nothing handed in{' by/for ' + wanted if wanted else ''}: "
            f"submissions stand in {course}/submitted/STUDENT/LECTURE/LECTURE.ipynb"
        )
    api = course_api(course)
    with gradebook_of(course):
        known = _assignments(api)
    if not any(pair[1] in known for pair in found):
        raise CourseError(
            f"the gradebook has no assignment {found[0][1]}; run `nbgrader generate_assignment {found[0][1]}`"
        )
    reasons = {pair: _strange(*pair, known) for pair in found}
    todo = [pair for pair in found if not reasons[pair]]
    with gradebook_of(course), _progress(len(todo)) as (step, say), only_run(course, say):
        results = _graded(course, api, todo, force, feedback, way, step, say)
    left = [
        SubmissionResult(_printable(who), _printable(what), 0.0, 0.0, why)
        for (who, what), why in reasons.items()
        if why
    ]
    return results + left


def _printable(name: str) -> str:
    return (
        "".join(c if c.isprintable() and c.isascii() else f"\\x{ord(c) & 0xFF:02x}" for c in name)
        if _strange(name, "x", None)
        else name
    )


def _assignments(api: Any) -> set[str]:
    with api.gradebook as gradebook:
        return {entry.name for entry in gradebook.assignments}


def _graded(
    course: Path,
    api: Any,
    todo: list[tuple[str, str]],
    force: bool,
    feedback: bool,
    way: Way,
    step: Callable[[str], None],
    say: Callable[[str], None],
) -> list[SubmissionResult]:
    if way.nbgrader:
        _without_engine(api)
        results = []
        for name, lecture in todo:
            results.append(_grade_one(api, course, name, lecture, force, feedback))
            step(name)
        return results
    from autograde.engine.scheduler import Options, grade_all

    options = Options(
        way.graders, way.require_sandbox, force=force, say=say, progress=step,
        scheduler=way.scheduler, tls=way.tls, fresh=way.fresh, line_seconds=way.line_seconds,
    )  # fmt: skip
    results = grade_all(course, api, todo, options) if todo else []
    return [_with_feedback(api, course, result) for result in results] if feedback else results


def _without_engine(api: Any) -> None:
    """nbgrader's own steps, whatever the course's configuration names."""
    if "autograde_preprocessors" in api.config.Autograde:
        del api.config.Autograde["autograde_preprocessors"]


@contextlib.contextmanager
def _progress(total: int) -> Iterator[tuple[Callable[[str], None], Callable[[str], None]]]:
    """A progress bar: a function that advances it, and one that prints a line above it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # A descriptor of its own, because what graded code writes to the usual ones is thrown away meanwhile.
    with os.fdopen(os.dup(2), "w") as terminal, Progress(*columns, console=Console(file=terminal)) as bar:
        task = bar.add_task("grading", total=total)

        def step(student: str) -> None:
            bar.update(task, description=student[:24], advance=1)

        yield step, lambda line: bar.console.print(line, markup=False)


def _with_feedback(api: Any, course: Path, result: SubmissionResult) -> SubmissionResult:
    page = course / "feedback" / result.student / result.assignment / f"{result.assignment}.html"
    if result.skipped and page.exists():
        return result
    with _all_outputs_hidden():
        made = api.generate_feedback(result.assignment, result.student, force=True)
    return result if made["success"] else replace(result, problem=_reason(made))


def _grade_one(
    api: Any, course: Path, student: str, assignment: str, force: bool, feedback: bool
) -> SubmissionResult:
    problem = unreadable(course / "submitted" / student / assignment / f"{assignment}.ipynb")
    if problem:
        return SubmissionResult(student, assignment, 0.0, _max_score(api, assignment), problem)
    if not force and _is_graded(api, course, student, assignment):
        return SubmissionResult(student, assignment, *_scores(api, student, assignment), skipped=True)
    with _all_outputs_hidden():
        result = api.autograde(assignment, student, force=True, create=True)
        if result["success"] and feedback:
            result = api.generate_feedback(assignment, student, force=True)
    problem = "" if result["success"] else _reason(result)
    return SubmissionResult(student, assignment, *_scores(api, student, assignment), problem)


def unreadable(path: Path) -> str:
    """Why a submitted notebook cannot be graded, or ""."""
    if not path.exists():
        return f"the notebook {path.name} is missing"
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except UnicodeDecodeError:
        return "the notebook is not text in UTF-8"
    except nbformat.ValidationError as error:
        return f"the notebook breaks the file format: {str(error).splitlines()[0]}"
    except Exception as error:
        return f"the notebook cannot be read: {str(error).splitlines()[0][:120] if str(error) else type(error).__name__}"
    return ""


def _is_graded(api: Any, course: Path, student: str, assignment: str) -> bool:
    graded = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    handed_in = course / "submitted" / student / assignment / f"{assignment}.ipynb"
    return (
        graded.exists()
        and graded.stat().st_mtime >= handed_in.stat().st_mtime
        and _scores(api, student, assignment)[1] > 0
    )


def _scores(api: Any, student: str, assignment: str) -> tuple[float, float]:
    from nbgrader.api import MissingEntry

    with api.gradebook as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return 0.0, 0.0
        return float(submission.score), float(submission.max_score)


def _max_score(api: Any, assignment: str) -> float:
    from nbgrader.api import MissingEntry

    with api.gradebook as gradebook:
        try:
            return float(gradebook.find_assignment(assignment).max_score)
        except MissingEntry:
            return 0.0


def _reason(result: dict[str, Any]) -> str:
    lines = [
        line for line in f"{result.get('log', '')}\n{result.get('error', '')}".splitlines() if line.strip()
    ]
    telling = [line for line in lines if "ERROR" in line] or lines
    return telling[-1].strip()[:300] if telling else "nbgrader failed without a message"


@contextlib.contextmanager
def _all_outputs_hidden() -> Iterator[None]:
    """nbgrader's kernels write log lines to this process's stderr; the progress bar wants it for itself."""
    from helpers.travel.output import captured_output

    with captured_output():
        yield
