"""Where a run's time goes: a clock in every process that knows at each moment what it is at, so that shares add up.

Functions are wrapped where they are called; a name that is not there any more is an error. Run as
`python -m autograde.bench.phases COURSE OUT STARTED`, it grades COURSE and writes one file per process into OUT.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

START, WARM, CLOSE, REST = "start of Python", "course, cases, warm-up", "ending", "everything else"
STUDENT, WORKERS = "students' code in workers", "starting and ending workers"
JUDGE, READ, PAGES = "comparing", "reading and repairing", "writing notebooks"
GRADEBOOK, AUDIT, IDLE = "gradebook", "audit", "waiting"

# Where a function is called -> what its time counts as, in the run's own process and in graders.
RUN = {
    "autograde.engine.scheduler:_prepared": WARM,
    "autograde.engine.scheduler:_jobs": READ,
    "autograde.engine.localpool:LocalPool.launch": WARM,
    "autograde.engine.localpool:LocalPool.open": WARM,
    "autograde.engine.localpool:LocalPool.hear": IDLE,
    "autograde.engine.localpool:LocalPool.close": CLOSE,
    "autograde.engine.scheduler:put_in_place": PAGES,
    "autograde.engine.scheduler:handed_in_at": GRADEBOOK,
    "autograde.engine.scheduler:_written": GRADEBOOK,
    "autograde.engine.scheduler:_result": GRADEBOOK,
    "autograde.engine.scheduler:audit_line": AUDIT,
    "autograde.engine.audit:append": AUDIT,
}
GRADER = {
    "autograde.engine.graderprocess:read_submission": READ,
    "autograde.engine.submission:read_notebook": READ,
    "autograde.engine.submission:repaired": READ,
    "autograde.engine.submission:_ask": JUDGE,
    "autograde.engine.submission:_judge": JUDGE,
    "autograde.engine.submission:safe_outputs": PAGES,
    "autograde.engine.submission:_notebook": PAGES,
    "autograde.engine.graderprocess:notebook_text": PAGES,
    "autograde.engine.graderprocess:write_graded": PAGES,
    "autograde.engine.workers:Worker._reply": STUDENT,
}
GRADES_ONE = "autograde.engine.graderprocess:grade_task"
SERVES = "autograde.engine.localpool:serve"
STARTS_WORKERS = "autograde.engine.workers:Control.worker"


class Clock:
    """Seconds by phase; what one phase calls counts as the other's, never twice."""

    def __init__(self, phase: str, since: float | None = None) -> None:
        self.totals: dict[str, float] = {}
        self._at = [phase]
        self._since = time.monotonic() if since is None else since

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        self._turn()
        self._at.append(name)
        try:
            yield
        finally:
            self._turn()
            self._at.pop()

    def begin(self, name: str) -> None:
        """From now on, what nobody claims is `name`."""
        self._turn()
        self._at[0] = name

    def _turn(self) -> None:
        now = time.monotonic()
        self.totals[self._at[-1]] = self.totals.get(self._at[-1], 0.0) + now - self._since
        self._since = now

    def write(self, path: Path) -> None:
        self._turn()
        path.write_text(json.dumps(self.totals))


def place_of(name: str) -> tuple[Any, str]:
    """The module or class that holds `module:name`, and the last name. Raises AttributeError when it is not there."""
    module, _, names = name.partition(":")
    *path, last = names.split(".")
    holder = functools.reduce(getattr, path, importlib.import_module(module))
    getattr(holder, last)
    return holder, last


def _wrap(name: str, phase: str, clock: Callable[[], Clock]) -> None:
    holder, last = place_of(name)
    function = getattr(holder, last)

    @functools.wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        with clock().phase(phase):
            return function(*args, **kwargs)

    setattr(holder, last, timed)


def _wrap_workers(clock: Callable[[], Clock]) -> None:
    """Starting and ending a worker, not what happens in between."""
    holder, last = place_of(STARTS_WORKERS)
    function = getattr(holder, last)

    @contextlib.contextmanager
    def timed(*args: Any) -> Iterator[Any]:
        manager = function(*args)
        with clock().phase(WORKERS):
            worker = manager.__enter__()
        try:
            yield worker
        except BaseException as error:
            with clock().phase(WORKERS):
                manager.__exit__(type(error), error, error.__traceback__)
            raise
        with clock().phase(WORKERS):
            manager.__exit__(None, None, None)

    setattr(holder, last, timed)


def grade_with_clocks(course: Path, out: Path, started: float) -> None:
    """Grade a course folder; `started` is the moment (time.monotonic) at which this process was asked for."""
    clocks = [Clock(START, started)]
    from autograde.classroom.classgrading import Way, grade_course

    for names in (RUN, GRADER):
        for name, phase in names.items():
            _wrap(name, phase, lambda: clocks[-1])
    _wrap_workers(lambda: clocks[-1])
    holder, last = place_of(SERVES)
    serve = getattr(holder, last)

    def serve_with_clock(line: Any, control: Any, setup: Any) -> None:
        """In a grader, which is a fork: a clock of its own. Between submissions it waits for the next."""
        clocks.append(Clock(IDLE))
        holder, last = place_of(GRADES_ONE)
        task = getattr(holder, last)

        def timed(*args: Any) -> Any:
            with clocks[-1].phase(REST):
                return task(*args)

        setattr(holder, last, timed)
        try:
            serve(line, control, setup)
        finally:
            clocks[-1].write(out / f"grader-{os.getpid()}.json")

    setattr(holder, last, serve_with_clock)
    clocks[0].begin(REST)
    grade_course(course, way=Way(graders=2))
    clocks[0].write(out / "run.json")


def phases_of(out: Path) -> dict[str, dict[str, float]]:
    """{"run": {phase: seconds}, "graders": {phase: seconds, summed over graders}}."""
    summed: dict[str, float] = {}
    for path in out.glob("grader-*.json"):
        for phase, seconds in json.loads(path.read_text()).items():
            summed[phase] = summed.get(phase, 0.0) + seconds
    run = json.loads((out / "run.json").read_text())
    return {
        "run": {phase: round(seconds, 3) for phase, seconds in run.items()},
        "graders": {phase: round(seconds, 3) for phase, seconds in summed.items()},
    }


if __name__ == "__main__":
    grade_with_clocks(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
