"""What runs inside a Dask worker: a grader with one warm worker server of its own, started when the first submission comes.

Student code runs in that server's confined forks only. Nothing is forked here: Dask runs tasks in threads, and PyTorch is
loaded. One submission at a time, whatever number of threads the Dask worker has.
"""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from pathlib import Path

from autograde.engine.cases import single_threaded, work_out_cases
from autograde.engine.folder import Submitted
from autograde.engine.freshworkers import FreshWorkers
from autograde.engine.graderprocess import grade_submission
from autograde.engine.pool import TRIES, Setup
from autograde.engine.versions import differences, here
from autograde.engine.workers import (
    FORKS,
    Control,
    SandboxError,
    StartsWorkers,
    WorkerServer,
    await_server,
    checked_gaps,
    launch_server,
)
from helpers.worker.confine import Limits, hide_memory
from helpers.worker.protocol import Closed, Late, Message

GRADED, ENDED, NO_SANDBOX, OTHER_VERSIONS, FAILED = (
    "graded", "ended", "no sandbox", "other versions", "failed",
)  # fmt: skip


@dataclass(frozen=True)
class SharedSetup:
    """What every Dask worker needs to know once: how to grade, what must be the same, how to start workers."""

    setup: Setup
    versions: dict[str, str]
    require_sandbox: bool
    fresh: bool


@dataclass(frozen=True)
class Answer:
    """What comes back.

    status  GRADED, with report and graded notebooks by name; ENDED: it ended its Dask worker too often and was not tried
            again; FAILED: grading failed here; NO_SANDBOX, OTHER_VERSIONS: this machine must not grade
    why     the reason in words, where it is not graded
    gaps    what this machine cannot enforce
    """

    status: str
    why: str = ""
    report: Message | None = None
    texts: dict[str, str] | None = None
    gaps: tuple[str, ...] = ()


@dataclass
class _Workers:
    """Who starts workers in this process, made for which limits."""

    start: StartsWorkers
    limits: Limits
    server: WorkerServer | None = None

    @property
    def usable(self) -> bool:
        return self.server is None or self.server.process.poll() is None

    @property
    def gaps(self) -> tuple[str, ...]:
        if isinstance(self.start, FreshWorkers):
            return self.start.gaps
        return self.server.gaps if self.server is not None else ()

    def stop(self) -> None:
        if isinstance(self.start, FreshWorkers):
            self.start.stop()
        if isinstance(self.start, Control):
            self.start.line.close()
        if self.server is not None:
            self.server.stop()


_one_at_a_time = threading.Lock()
_workers: _Workers | None = None


def shared(setup: SharedSetup) -> SharedSetup:
    """The setup, as a task of its own: the scheduler gets it once, every worker fetches it once, and a lost one is made again."""
    return setup


def grade_here(common: SharedSetup, key: str, assignment: str, submitted: Submitted) -> Answer:
    """Grade one submission. Dask runs it again elsewhere when its worker dies; `key` is the name by which Dask knows it."""
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = differences(common.versions, here())
        if other:
            return Answer(OTHER_VERSIONS, "; ".join(other))
        if _starts(key) > TRIES:
            return Answer(ENDED)
        try:
            workers = _ready(common)
            setup = common.setup
            report, texts = grade_submission(
                submitted, workers.start, setup.assignments[assignment], setup.settings, setup.config
            )
            return Answer(GRADED, "", report, texts, workers.gaps)
        except SandboxError as error:
            return Answer(NO_SANDBOX, str(error))
        except (Closed, Late):
            _forget()
            return Answer(FAILED, "its worker server ended")
        except Exception as error:  # where a forked grader would end
            _forget()
            return Answer(FAILED, f"{type(error).__name__}: {error}"[:300])


def _starts(key: str) -> int:
    """How often this task was started, this time included. The scheduler keeps count, so it outlives a worker."""
    from distributed import get_client

    client = get_client()
    count = 1 + int(client.get_metadata([key], 0))
    client.set_metadata([key], count)
    return count


def _ready(common: SharedSetup) -> _Workers:
    """This process's workers, warm. Raises SandboxError, or RuntimeError when their server does not come up."""
    global _workers
    limits = common.setup.limits
    fresh = common.fresh or not FORKS
    kept = _workers
    if kept is not None and kept.usable and kept.limits == limits and (kept.server is None) == fresh:
        _work_out(common.setup)
    else:
        _forget()
        hide_memory()
        _workers = _fresh(common) if fresh else _served(common)
    assert _workers is not None
    checked_gaps(_workers.gaps, common.require_sandbox, lambda _: None)
    return _workers


def _served(common: SharedSetup) -> _Workers:
    launched = launch_server(1, common.setup.limits, _folder())
    _work_out(common.setup)  # the server gets warm meanwhile
    server = await_server(*launched)
    return _Workers(Control(server.slots[0]), common.setup.limits, server)


def _fresh(common: SharedSetup) -> _Workers:
    limits = common.setup.limits
    start = FreshWorkers(1, limits, _folder(), require_sandbox=common.require_sandbox)
    start.launch()
    _work_out(common.setup)
    return _Workers(start, limits)


def _work_out(setup: Setup) -> None:
    single_threaded()
    work_out_cases(setup.assignments.values(), setup.settings.seed)


def _forget() -> None:
    global _workers
    old, _workers = _workers, None
    if old is not None:
        old.stop()


def _folder() -> Path:
    """The folder in which this Dask worker keeps what does not fit its memory: other submissions, maybe."""
    from distributed import get_worker

    return Path(get_worker().local_directory)
