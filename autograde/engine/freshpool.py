"""Grades in this very process, one submission after the other, each in a worker that was started afresh. Needs no fork.

Slower than forked graders. While one submission is graded, the workers of the next ones get warm.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

from autograde.engine.cases import work_out_cases
from autograde.engine.freshworkers import SLOW, FreshWorkers
from autograde.engine.graderprocess import Task, grade_task
from autograde.engine.pool import TRIES, Job, Outcome, Setup
from autograde.engine.workers import SERVER, SandboxError
from helpers.worker.confine import Limits


class FreshPool:
    """This process, with up to `ahead` workers getting warm; the workers see nothing of `course`."""

    def __init__(
        self,
        ahead: int,
        limits: Limits,
        course: Path,
        require_sandbox: bool,
        say: Callable[[str], None],
        program: tuple[str, ...] = SERVER,
    ) -> None:
        self._workers = FreshWorkers(
            ahead, limits, course, require_sandbox=require_sandbox, say=say, program=program
        )
        self._say = say
        self._setup: Setup | None = None
        self._job: Job | None = None
        self._left = 0

    def launch(self) -> None:
        self._workers.launch()

    def open(self, setup: Setup, jobs: int) -> None:
        self._say(SLOW)
        self._setup, self._left = setup, jobs
        self._workers.ahead = min(self._workers.ahead, jobs)
        self.launch()
        work_out_cases(setup.assignments.values(), setup.settings.seed)

    def has_room(self) -> bool:
        return self._job is None

    def hand_out(self, job: Job) -> None:
        self._job = job

    def hear(self, seconds: float) -> list[Outcome]:
        job, setup, self._job = self._job, self._setup, None
        if job is None or setup is None:
            return []
        self._left -= 1
        self._workers.ahead = min(self._workers.ahead, self._left)
        task = Task(job.student, job.assignment, job.folder, job.ready)
        try:
            return [Outcome(job, grade_task(task, self._workers, setup))]
        except (SandboxError, KeyboardInterrupt):
            raise
        except Exception as error:  # what would end a forked grader
            job.why = "".join(traceback.format_exception_only(error)).strip()[:300]
            self._left += 1 if job.tries < TRIES else 0
            return [Outcome(job, None)]

    def close(self) -> None:
        self._workers.stop()
