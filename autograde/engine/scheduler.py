"""Grades many submissions: a warm worker server, a few graders side by side, one writer. Survives whatever dies.

A grader that dies is replaced and its submission tried once more; a second death is recorded. A killed run continues where
it stopped, because a submission counts as done only once the gradebook and then the audit have it.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import selectors
import shutil
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from autograde.classgrading import SubmissionResult
from autograde.coursefolder import CourseError
from autograde.engine import audit
from autograde.engine.folder import put_in_place, read_submission
from autograde.engine.gradebook import GradebookWriter, handed_in_at
from autograde.engine.graderprocess import serve
from autograde.engine.master import Assignment, load_assignment
from autograde.engine.submission import Settings, questions
from autograde.engine.workers import (
    Control,
    SandboxError,
    WorkerServer,
    await_server,
    launch_server,
    no_sandbox,
)
from autograde.seed import read_seed
from helpers.worker import protocol
from helpers.worker.confine import Limits, hide_memory
from helpers.worker.protocol import Closed, Message

WORK_FOLDER = ".autograde_work"
BATCH = 24
BATCH_SECONDS = 2.0
SPARE_SLOTS = 6
TRIES = 2
LOCKED_TRIES = 6


@dataclass(frozen=True)
class Options:
    """How to run: graders side by side, whether a gap in the sandbox is an error, limits, and what to tell whom."""

    graders: int = 2
    require_sandbox: bool = False
    limits: Limits = Limits()
    force: bool = False
    say: Callable[[str], None] = lambda _: None
    progress: Callable[[str], None] = lambda _: None


@dataclass
class Job:
    """One submission on its way."""

    student: str
    assignment: str
    folder: Path
    ready: Path
    tries: int = 0


@dataclass
class Grader:
    """A grader process with the job it is at."""

    pid: int
    line: socket.socket
    job: Job | None = None


@dataclass
class Run:
    """Everything that one run holds."""

    course: Path
    api: Any
    options: Options
    settings: Settings
    assignments: dict[str, Assignment]
    setups: dict[str, str]
    before: dict[tuple[str, str], audit.Line]
    writer: GradebookWriter
    server: WorkerServer | None = None
    graders: list[Grader] = field(default_factory=list)
    finished: list[Message] = field(default_factory=list)
    results: dict[tuple[str, str], SubmissionResult] = field(default_factory=dict)
    written_at: float = field(default_factory=time.monotonic)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)


def grade_all(
    course: Path, api: Any, todo: list[tuple[str, str]], options: Options
) -> list[SubmissionResult]:
    """Grade the (student, assignment) pairs of a course folder; results in the same order."""
    course = course.resolve()
    names = sorted({assignment for _, assignment in todo})
    # The server gets warm while this process reads the course; where all seems done, it may not be needed at all.
    launched = _launched(course, options) if options.force or _surely_new(course, todo) else None
    try:
        run = _prepared(course, api, names, options)
        jobs = _jobs(run, todo)
        if jobs:
            launched = launched or _launched(course, options)
            run.server = _ready(await_server(*launched), options)
            _work(run, jobs)
        return [run.results[pair] for pair in todo]
    except SQLAlchemyError as error:
        reason = str(error).split("\n")[0][:200]
        raise CourseError(
            f"the gradebook of {course} cannot be used: {reason}. Nothing that was graded before is lost. Close what "
            "holds it open, or put back a copy; then grade again"
        ) from None
    except OSError as error:
        if isinstance(error, FileNotFoundError) or error.errno is None:
            raise
        raise CourseError(
            f"{error.filename or course} cannot be written: {error.strerror}. What is in the gradebook stays; "
            "make room or give permission, then grade again"
        ) from None
    finally:
        if launched is not None:
            _stop(launched)


def _launched(course: Path, options: Options) -> tuple[Any, list[socket.socket]]:
    return launch_server(options.graders + SPARE_SLOTS, options.limits, course)


def _surely_new(course: Path, todo: list[tuple[str, str]]) -> bool:
    """Whether something was never graded: told without loading anything."""
    return not set(todo) <= set(audit.read_audit(course))


def _stop(launched: tuple[Any, list[socket.socket]]) -> None:
    process, slots = launched
    for slot in slots:
        slot.close()
    with contextlib.suppress(Exception):
        process.wait(5)
    if process.poll() is None:
        process.kill()
        process.wait()


def _prepared(course: Path, api: Any, names: list[str], options: Options) -> Run:
    hide_memory()
    _single_threaded()
    assignments = {name: load_assignment(course, api, name) for name in names}
    seed = _seed(course)
    setups = {n: audit.setup_name(seed, [m.digest for m in a.notebooks]) for n, a in assignments.items()}
    settings = Settings(seed, cell_seconds(api.config))
    for assignment in assignments.values():
        _work_out_cases(assignment, seed)
    return Run(
        course,
        api,
        options,
        settings,
        assignments,
        setups,
        audit.read_audit(course),
        GradebookWriter(api, names),
    )


def _work_out_cases(assignment: Assignment, seed: int) -> None:
    """Hidden cases and expected values, once, before graders are forked; meanwhile the worker server gets warm."""
    for master in assignment.notebooks:
        for cell in master.cells:
            if cell.part == "check" and cell.grade_id:
                questions(cell.grade_id, seed)


def _seed(course: Path) -> int:
    from autograde.seed import PRACTICE_SEED, SEED_FILE

    return read_seed(course) if (course / SEED_FILE).exists() else PRACTICE_SEED


def _single_threaded() -> None:
    """Graders are forked from here; a PyTorch that ever ran several threads would leave them hanging."""
    from autograde.registry import exercises

    exercises()
    import sys

    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def cell_seconds(config: Any) -> float:
    """Seconds that a cell may take, as nbgrader's configuration says; 0 for any."""
    for section in ("Execute", "ExecutePreprocessor"):
        if section in config and "timeout" in config[section]:
            value = config[section]["timeout"]
            return float(value) if value and value > 0 else 0.0
    return 30.0


def _ready(server: WorkerServer, options: Options) -> WorkerServer:
    if server.gaps and options.require_sandbox:
        raise SandboxError(no_sandbox(server.gaps))
    if server.gaps:
        options.say("The sandbox of this machine has gaps:\n" + "\n".join(f"- {gap}" for gap in server.gaps))
    return server


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
        jobs.append(Job(student, assignment, folder, run.course / WORK_FOLDER / str(number)))
    return jobs


def _is_done(run: Run, student: str, assignment: str, folder: Path) -> bool:
    line = run.before.get((student, assignment))
    if line is None or line.setup != run.setups[assignment]:
        return False
    if not (run.course / "autograded" / student / assignment).is_dir():
        return False
    if run.writer.scores(assignment, student) is None:
        return False
    return read_submission(folder, run.assignments[assignment]).digest == line.submission


def _work(run: Run, jobs: deque[Job]) -> None:
    try:
        for _ in range(min(run.options.graders, len(jobs))):
            _start_grader(run)
        while jobs or any(g.job for g in run.graders):
            for grader in run.graders:
                if grader.job is None and jobs:
                    _hand_out(grader, jobs.popleft())
            for key, _ in run.selector.select(timeout=1.0):
                _hear(run, key.data, jobs)
            if len(run.finished) >= BATCH or time.monotonic() - run.written_at > BATCH_SECONDS:
                _write(run)
    finally:
        for grader in list(run.graders):
            _dismiss(run, grader)
        if run.server is not None:  # not always the first one: a server that died was replaced
            run.server.stop()
        _write(run)
        run.writer.close()
        shutil.rmtree(run.course / WORK_FOLDER, ignore_errors=True)


def _start_grader(run: Run) -> None:
    if run.server is None or run.server.process.poll() is not None or not run.server.slots:
        old, run.server = run.server, None
        if old is not None:
            old.stop()
        run.server = await_server(
            *launch_server(run.options.graders + SPARE_SLOTS, run.options.limits, run.course)
        )
    slot = run.server.slots.pop()
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        _become_grader(run, slot, ours, theirs)
    slot.close()
    theirs.close()
    grader = Grader(pid, ours)
    run.graders.append(grader)
    run.selector.register(ours, selectors.EVENT_READ, grader)


def _become_grader(run: Run, slot: socket.socket, ours: socket.socket, theirs: socket.socket) -> None:
    """In the fork: keep the two lines of this grader, serve, end. Never returns."""
    status = 1
    try:
        ours.close()
        for other in run.graders:
            other.line.close()
        assert run.server is not None
        for other_slot in run.server.slots:
            other_slot.close()
        serve(theirs, Control(slot), run.assignments, run.settings, run.api.config)
        status = 0
    except KeyboardInterrupt:
        status = 0
    finally:
        os._exit(status)


def _hand_out(grader: Grader, job: Job) -> None:
    job.tries += 1
    grader.job = job
    message = {"op": "grade", "student": job.student, "assignment": job.assignment}
    with contextlib.suppress(Closed):  # a dead grader is noticed when it is listened to
        protocol.send(grader.line, message | {"folder": str(job.folder), "ready": str(job.ready)})


def _hear(run: Run, grader: Grader, jobs: deque[Job]) -> None:
    try:
        message = protocol.receive(grader.line)
    except (Closed, protocol.ProtocolError):
        job = grader.job
        _dismiss(run, grader)
        _start_grader(run)
        if job is not None and job.tries < TRIES:
            jobs.appendleft(job)
        elif job is not None:
            _give_up(run, job)
        return
    assert grader.job is not None
    message["ready"] = str(grader.job.ready)
    message["folder"] = str(grader.job.folder)
    grader.job = None
    run.finished.append(message)


def _give_up(run: Run, job: Job) -> None:
    problem = f"the grader ended {TRIES} times on this submission; it was left ungraded"
    run.results[job.student, job.assignment] = SubmissionResult(
        job.student, job.assignment, 0.0, 0.0, problem
    )
    run.options.progress(job.student)


def _dismiss(run: Run, grader: Grader) -> None:
    run.selector.unregister(grader.line)
    run.graders.remove(grader)
    grader.line.close()
    if grader.job is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(grader.pid, 9)
    os.waitpid(grader.pid, 0)


def _write(run: Run) -> None:
    """Notebooks into place, then grades, then the audit: in this order a kill at any moment loses nothing."""
    run.written_at = time.monotonic()
    done, run.finished = run.finished, []
    if not done:
        return
    for message in done:
        put_in_place(
            Path(message["ready"]), run.course / "autograded" / message["student"] / message["assignment"]
        )
    rows = [
        (m, handed_in_at(Path(m["folder"])), run.before.get((m["student"], m["assignment"]))) for m in done
    ]
    _written(run, rows)
    audit.append(
        run.course,
        [audit_line(run.setups[m["assignment"]], run.settings, run.options.limits, m) for m in done],
    )
    for message in done:
        result = _result(run, message)
        run.results[result.student, result.assignment] = result
        run.options.progress(result.student)


def _written(run: Run, rows: list[Any]) -> None:
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
        "versions": audit.versions(),
        "seed": audit.seed_name(settings.seed),
        "limits": {"cell_seconds": settings.cell_seconds, **limits.to_json()},
        "notebooks": [
            {k: v for k, v in n.items() if k not in ("comments", "answers")} for n in message["notebooks"]
        ],
        "answers": {name: digest for n in message["notebooks"] for name, digest in n["answers"].items()},
        "seconds": round(message["seconds"], 4),
        "student_seconds": round(message["student_seconds"], 4),
    }


def check_course(course: Path) -> None:
    """Raise CourseError where a folder is no course."""
    if not (course / "nbgrader_config.py").exists():
        raise CourseError(
            f"{course} has no nbgrader_config.py: make the folder with `autograde init {course}`"
        )
