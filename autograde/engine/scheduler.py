"""Runs the grading of many submissions: what is to be done, second tries, one writer. Survives whatever dies.

Who grades is a pool's business (autograde.engine.pool). A submission whose grader ended is tried once more; a second
time is recorded. A killed run continues where it stopped, because a submission counts as done only once the gradebook
and then the audit have it.
"""

from __future__ import annotations

import datetime
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from autograde.classroom.coursefolder import CourseError
from autograde.classroom.results import SubmissionResult
from autograde.classroom.seed import PRACTICE_SEED, SEED_FILE, read_seed
from autograde.engine import audit
from autograde.engine.folder import NOBODY_CAN_WRITE, put_in_place, read_submission
from autograde.engine.gradebook import GradebookWriter
from autograde.engine.master import load_assignment
from autograde.engine.pool import TRIES, Job, Outcome, Pool, Setup
from autograde.engine.submission import Settings
from autograde.engine.timestamps import handed_in_at
from autograde.engine.versions import here
from autograde.engine.workers import FORKS
from helpers.worker.confine import Limits, hide_memory
from helpers.worker.protocol import Message

WORK_FOLDER = ".autograde_work"
BATCH = 24
BATCH_SECONDS = 2.0
LOCKED_TRIES = 6


@dataclass(frozen=True)
class Options:
    """How to run.

    graders          submissions side by side on this machine
    require_sandbox  a gap in the sandbox is an error
    scheduler        address of a Dask scheduler that hands submissions to its workers; "" for this machine alone
    tls              files for an encrypted line to it: certificate authority, certificate, key; "" where Dask's own
                     configuration says
    fresh            start a process per submission instead of forking one
    line_seconds     for the search of the line behind each wrong answer; 0 for none
    """

    graders: int = 2
    require_sandbox: bool = False
    limits: Limits = Limits()
    force: bool = False
    say: Callable[[str], None] = lambda _: None
    progress: Callable[[str], None] = lambda _: None
    scheduler: str = ""
    tls: tuple[str, str, str] = ("", "", "")
    fresh: bool = False
    line_seconds: float = 0.0


@dataclass
class Run:
    """Everything that one run holds."""

    course: Path
    options: Options
    setup: Setup
    names: dict[str, str]
    before: dict[tuple[str, str], audit.Line]
    writer: GradebookWriter
    finished: list[Outcome] = field(default_factory=list)
    results: dict[tuple[str, str], SubmissionResult] = field(default_factory=dict)
    written_at: float = field(default_factory=time.monotonic)


def grade_all(
    course: Path, api: Any, todo: list[tuple[str, str]], options: Options
) -> list[SubmissionResult]:
    """Grade the (student, assignment) pairs of a course folder; results in the same order."""
    course = course.resolve()
    names = sorted({assignment for _, assignment in todo})
    pool = pool_for(course, options)
    try:
        # Whoever grades gets warm while this process reads the course; where all seems done, nobody may be needed at all.
        if options.force or _surely_new(course, todo):
            pool.launch()
        run = _prepared(course, api, names, options)
        jobs = _jobs(run, todo)
        if jobs:
            _work(run, pool, jobs)
        return [run.results[pair] for pair in todo]
    except OSError as error:
        if isinstance(error, FileNotFoundError) or error.errno is None:
            raise
        raise CourseError(
            f"{error.filename or course} cannot be written: {error.strerror}. What is in the gradebook stays; "
            "make room or give permission, then grade again"
        ) from None
    finally:
        pool.close()


def pool_for(course: Path, options: Options) -> Pool:
    """Who grades: a Dask cluster, fresh workers, or graders forked on this machine."""
    fresh = options.fresh or not FORKS
    if options.scheduler:
        from autograde.engine.daskpool import DaskPool

        return DaskPool(options.scheduler, options.tls, options.fresh, options.require_sandbox, options.say)
    if fresh:
        from autograde.engine.freshpool import FreshPool

        return FreshPool(options.graders, options.limits, course, options.require_sandbox, options.say)
    from autograde.engine.localpool import LocalPool

    return LocalPool(options.graders, options.limits, course, options.require_sandbox, options.say)


def _surely_new(course: Path, todo: list[tuple[str, str]]) -> bool:
    """Whether something was never graded: told without loading anything."""
    return not set(todo) <= set(audit.read_audit(course))


def _prepared(course: Path, api: Any, names: list[str], options: Options) -> Run:
    hide_memory()
    assignments = {name: load_assignment(course, api, name) for name in names}
    seed = read_seed(course) if (course / SEED_FILE).exists() else PRACTICE_SEED
    settings = Settings(
        seed,
        cell_seconds(api.config),
        _of_engine(api.config, "submission_seconds"),
        options.line_seconds or _of_engine(api.config, "line_seconds"),
    )
    setup = Setup(assignments, settings, options.limits, api.config)
    return Run(
        course,
        options,
        setup,
        {n: audit.setup_name(seed, [m.digest for m in a.notebooks]) for n, a in assignments.items()},
        audit.read_audit(course),
        GradebookWriter(api, names),
    )


def cell_seconds(config: Any) -> float:
    """Seconds that a cell may take, as nbgrader's configuration says; 0 for any."""
    for section in ("Execute", "ExecutePreprocessor"):
        if section in config and "timeout" in config[section]:
            value = config[section]["timeout"]
            return float(value) if value and value > 0 else 0.0
    return 30.0


def _of_engine(config: Any, name: str) -> float:
    """Seconds that the course's configuration gives for `name`; 0 where it says nothing."""
    section = config["GradeWithEngine"] if "GradeWithEngine" in config else {}
    value = section[name] if name in section else 0.0
    return float(value) if value and value > 0 else 0.0


def _jobs(run: Run, todo: list[tuple[str, str]]) -> deque[Job]:
    """What is to be graded; what is done already becomes a result at once."""
    jobs: deque[Job] = deque()
    shutil.rmtree(run.course / WORK_FOLDER, ignore_errors=True)
    for number, (student, assignment) in enumerate(todo):
        folder = run.course / "submitted" / student / assignment
        if not run.options.force and _is_done(run, student, assignment, folder):
            score, maximum = run.writer.scores(assignment, student) or (0.0, 0.0)
            problem = run.before[student, assignment].problem
            run.results[student, assignment] = SubmissionResult(
                student, assignment, score, maximum, problem, skipped=True
            )
            run.options.progress(student)
            continue
        # A grader that outlives a killed run writes to that run's folders, never to this one's.
        ready = run.course / WORK_FOLDER / f"{os.getpid()}-{number}"
        jobs.append(Job(student, assignment, folder, ready))
    return jobs


def _is_done(run: Run, student: str, assignment: str, folder: Path) -> bool:
    line = run.before.get((student, assignment))
    if line is None or line.setup != run.names[assignment]:
        return False
    if not (run.course / "autograded" / student / assignment).is_dir():
        return False
    if run.writer.scores(assignment, student) is None:
        return False
    return read_submission(folder, run.setup.assignments[assignment]).digest == line.submission


def _work(run: Run, pool: Pool, jobs: deque[Job]) -> None:
    try:
        pool.open(run.setup, len(jobs))
        busy = 0
        while jobs or busy:
            while jobs and pool.has_room():
                _hand_out(pool, jobs.popleft())
                busy += 1
            for outcome in pool.hear(1.0):
                busy -= 1
                _take(run, outcome, jobs)
            if len(run.finished) >= BATCH or time.monotonic() - run.written_at > BATCH_SECONDS:
                _write(run)
    finally:
        pool.close()
        _write(run)
        run.writer.close()
        shutil.rmtree(run.course / WORK_FOLDER, ignore_errors=True)


def _hand_out(pool: Pool, job: Job) -> None:
    job.tries += 1
    pool.hand_out(job)


def _take(run: Run, outcome: Outcome, jobs: deque[Job]) -> None:
    if outcome.report is not None and outcome.report["op"] == "unwritten":  # no second try finds more room
        raise OSError(outcome.report["number"], outcome.report["why"], outcome.report["file"])
    if outcome.report is not None:
        run.finished.append(outcome)
    elif outcome.job.tries < TRIES:
        jobs.appendleft(outcome.job)
    else:
        _give_up(run, outcome.job)


def _give_up(run: Run, job: Job) -> None:
    why = f" ({job.why})" if job.why else ""
    _leave(run, job, f"the grader ended {TRIES} times on this submission{why}")


def _write(run: Run) -> None:
    """Notebooks into place, then grades, then the audit: in this order a kill at any moment loses nothing.

    What one submission raises stays with that submission; the others are written.
    """
    run.written_at = time.monotonic()
    outcomes, run.finished = run.finished, []
    done = [(o.job, o.report) for o in outcomes if o.report is not None]
    ready = [(job, report, row) for job, report in done if (row := _row(run, job, report)) is not None]
    written = [(job, report) for job, report in _written(run, ready)]
    if written:
        lines = [
            audit_line(run.names[job.assignment], run.setup.settings, run.options.limits, report)
            for job, report in written
        ]
        audit.append(run.course, lines)
    for job, report in written:
        run.results[job.student, job.assignment] = _result(run, report)
        run.options.progress(job.student)


def _row(run: Run, job: Job, report: Message) -> Any:
    """Put the graded notebooks in place; returns what the gradebook is told, None where this one cannot be written."""
    try:
        put_in_place(job.ready, run.course / "autograded" / job.student / job.assignment)
        moment, ignored = handed_in_at(job.folder)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NOBODY_CAN_WRITE:
            raise
        _leave(run, job, f"its graded notebooks could not be put in place ({_said(error)})")
        return None
    if ignored:
        run.options.say(f"{job.student}, {job.assignment}: {ignored}.")
    return report, moment, run.before.get((job.student, job.assignment))


def _leave(run: Run, job: Job, why: str) -> None:
    """Leave one submission ungraded, with the reason; the others go on."""
    problem = f"{why}; it was left ungraded"
    run.results[job.student, job.assignment] = SubmissionResult(
        job.student, job.assignment, 0.0, 0.0, problem
    )
    run.options.progress(job.student)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _written(run: Run, ready: list[tuple[Job, Message, Any]]) -> Iterator[tuple[Job, Message]]:
    """What the gradebook has taken: all at once, or, where that fails, one by one."""
    if not ready:
        return
    try:
        _told(run, [row for _, _, row in ready])
    except OperationalError:
        raise
    except Exception as error:
        if len(ready) == 1:
            _leave(run, ready[0][0], f"the gradebook did not take it ({_said(error)})")
            return
        for one in ready:
            yield from _written(run, [one])
        return
    yield from ((job, report) for job, report, _ in ready)


def _told(run: Run, rows: list[Any]) -> None:
    """Write, and wait while the formgrader or another command holds the gradebook."""
    for patience in range(LOCKED_TRIES, -1, -1):
        try:
            return run.writer.write(rows)
        except OperationalError as error:
            if "locked" not in str(error) or not patience:
                raise
            run.options.say("The gradebook is held by another program; waiting.")


def _result(run: Run, message: Message) -> SubmissionResult:
    score, maximum = run.writer.scores(message["assignment"], message["student"]) or (0.0, 0.0)
    problems = [n["problem"] for n in message["notebooks"] if n["problem"]]
    return SubmissionResult(message["student"], message["assignment"], score, maximum, "; ".join(problems))


def audit_line(setup: str, settings: Settings, limits: Limits, message: Message) -> dict[str, Any]:
    """What the audit keeps of one graded submission."""
    return {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "student": message["student"],
        "assignment": message["assignment"],
        "submission": message["submission"],
        "setup": setup,
        "versions": here(),
        "seed": audit.seed_name(settings.seed),
        "limits": {
            "cell_seconds": settings.cell_seconds,
            "submission_seconds": settings.submission_seconds,
            **limits.to_json(),
        },
        "notebooks": [
            {k: v for k, v in n.items() if k not in ("comments", "answers")} for n in message["notebooks"]
        ],
        "answers": {name: digest for n in message["notebooks"] for name, digest in n["answers"].items()},
        "seconds": round(message["seconds"], 4),
        "student_seconds": round(message["student_seconds"], 4),
    }
