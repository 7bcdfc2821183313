"""What a run and those who grade for it agree on: a submission on its way, what grading needs to know, and a pool's four verbs.

A pool knows who grades (forked graders, fresh workers, a Dask cluster). Order, second tries, writing and the audit are
the run's own (autograde.engine.scheduler), whoever grades.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from traitlets.config import Config

from autograde.engine.master import Assignment
from autograde.engine.submission import Settings
from helpers.worker.confine import Limits
from helpers.worker.protocol import Message

TRIES = 2


@dataclass
class Job:
    """One submission on its way: where it lies, where its graded notebooks wait, how often it was tried, why that failed."""

    student: str
    assignment: str
    folder: Path
    ready: Path
    tries: int = 0
    why: str = ""


@dataclass(frozen=True)
class Setup:
    """What grading needs beside the submission; the same for every job of a run."""

    assignments: dict[str, Assignment]
    settings: Settings
    limits: Limits
    config: Config


@dataclass(frozen=True)
class Outcome:
    """What came of a job: the grader's report, its notebooks lying in `job.ready`; or None, when whoever graded it ended."""

    job: Job
    report: Message | None


class Pool(Protocol):
    """Those who grade. A pool that cannot go on at all raises CourseError or SandboxError."""

    def launch(self) -> None:
        """Begin with what takes long and needs no course yet. Need not be called."""

    def open(self, setup: Setup, jobs: int) -> None:
        """Be ready for so many jobs."""

    def has_room(self) -> bool:
        """Whether one more job may be handed out now."""

    def hand_out(self, job: Job) -> None:
        """Have a job graded."""

    def hear(self, seconds: float) -> list[Outcome]:
        """What came back, after waiting at most about so long for something."""

    def close(self) -> None:
        """End everybody who grades. May be called at any moment, and twice."""
