"""Grades on this machine: a warm worker server, and a few graders forked from this process, side by side.

A grader that dies is replaced, and so is a server.
"""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from autograde.engine.cases import single_threaded, work_out_cases
from autograde.engine.graderprocess import serve
from autograde.engine.pool import Job, Outcome, Setup
from autograde.engine.workers import Control, WorkerServer, await_server, checked_gaps, launch_server
from helpers.worker import protocol
from helpers.worker.confine import Limits
from helpers.worker.protocol import Closed

SPARE_SLOTS = 6


@dataclass
class Grader:
    """A grader process with the job it is at."""

    pid: int
    line: socket.socket
    job: Job | None = None


class LocalPool:
    """Forked graders. `count` of them; the worker server keeps `course` out of sight."""

    def __init__(
        self, count: int, limits: Limits, course: Path, require_sandbox: bool, say: Callable[[str], None]
    ) -> None:
        self._count, self._limits, self._course = count, limits, course
        self._require_sandbox, self._say = require_sandbox, say
        self._launched: Any = None
        self._server: WorkerServer | None = None
        self._setup: Setup | None = None
        self._graders: list[Grader] = []
        self._selector = selectors.DefaultSelector()

    def launch(self) -> None:
        self._launched = launch_server(self._count + SPARE_SLOTS, self._limits, self._course)

    def open(self, setup: Setup, jobs: int) -> None:
        if self._launched is None:
            self.launch()
        self._setup = setup
        single_threaded()
        work_out_cases(setup.assignments.values(), setup.settings.seed)
        self._server = await_server(*self._launched)
        checked_gaps(self._server.gaps, self._require_sandbox, self._say)
        for _ in range(min(self._count, jobs)):
            self._start_grader()

    def has_room(self) -> bool:
        return any(grader.job is None for grader in self._graders)

    def hand_out(self, job: Job) -> None:
        grader = next(g for g in self._graders if g.job is None)
        grader.job = job
        message = {"op": "grade", "student": job.student, "assignment": job.assignment}
        with contextlib.suppress(Closed):  # a dead grader is noticed when it is listened to
            protocol.send(grader.line, message | {"folder": str(job.folder), "ready": str(job.ready)})

    def hear(self, seconds: float) -> list[Outcome]:
        heard = [self._hear(key.data) for key, _ in self._selector.select(timeout=seconds)]
        return [outcome for outcome in heard if outcome is not None]

    def _hear(self, grader: Grader) -> Outcome | None:
        try:
            report = protocol.receive(grader.line)
        except (Closed, protocol.ProtocolError):
            job = grader.job
            self._dismiss(grader)
            self._start_grader()
            return None if job is None else Outcome(job, None)
        job, grader.job = grader.job, None
        assert job is not None
        return Outcome(job, report)

    def close(self) -> None:
        for grader in list(self._graders):
            self._dismiss(grader)
        if self._server is not None:  # not always the first one: a server that died was replaced
            self._server.stop()
        elif self._launched is not None:
            _stop(self._launched)
        self._launched = self._server = None

    def _start_grader(self) -> None:
        if self._server is None or not self._server.slots or _has_ended(self._server):
            old, self._server = self._server, None
            if old is not None:
                old.stop()
            self.launch()
            self._server = await_server(*self._launched)
        slot = self._server.slots.pop()
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            self._become_grader(slot, ours, theirs)
        slot.close()
        theirs.close()
        grader = Grader(pid, ours)
        self._graders.append(grader)
        self._selector.register(ours, selectors.EVENT_READ, grader)

    def _become_grader(self, slot: socket.socket, ours: socket.socket, theirs: socket.socket) -> NoReturn:
        """In the fork: keep the two lines of this grader, serve, end."""
        status = 1
        try:
            ours.close()
            for other in self._graders:
                other.line.close()
            assert self._server is not None and self._setup is not None
            for other_slot in self._server.slots:
                other_slot.close()
            serve(theirs, Control(slot), self._setup)
            status = 0
        except KeyboardInterrupt:
            status = 0
        finally:
            os._exit(status)

    def _dismiss(self, grader: Grader) -> None:
        self._selector.unregister(grader.line)
        self._graders.remove(grader)
        grader.line.close()
        if grader.job is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(grader.pid, 9)
        os.waitpid(grader.pid, 0)


def _has_ended(server: WorkerServer) -> bool:
    """Whether a server is gone. Its sockets close a moment before the system counts the process as ended.

    Nothing is ever said on a slot that nobody uses yet, so what waits there is the end.
    """
    return server.process.poll() is not None or bool(select.select(server.slots, [], [], 0)[0])


def _stop(launched: tuple[Any, list[socket.socket]]) -> None:
    """End a server that nobody waited for."""
    process, slots = launched
    for slot in slots:
        slot.close()
    with contextlib.suppress(Exception):
        process.wait(5)
    if process.poll() is None:
        process.kill()
        process.wait()
