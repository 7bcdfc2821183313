"""Workers without a server: a process of its own, started afresh, for every submission. Judges nothing.

Stands where a line to the worker server stands (`workers.Control`), on systems without fork or on demand. A few
processes get warm ahead of time, because that is most of what such a worker costs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograde.engine.workers import (
    END_SECONDS,
    SERVER,
    START_SECONDS,
    Worker,
    checked_gaps,
    worker_command,
    worker_environment,
)
from helpers.worker import protocol
from helpers.worker.confine import Limits
from helpers.worker.protocol import Closed, Late, Message

SLOTS = 1_000
SLOW = "Workers are started afresh, one for every submission: slower, with the same verdicts."


@dataclass
class _Process:
    """A worker's process, its channel, and the folder for its scratch folder where nobody else removes that."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    folder: Path | None
    how: str = ""


class FreshWorkers:
    """Starts worker processes, `ahead` of them before they are needed. `gaps`: what the last one could not enforce."""

    def __init__(
        self,
        ahead: int,
        limits: Limits,
        forbidden: Path,
        *,
        require_sandbox: bool = False,
        say: Callable[[str], None] = lambda _: None,
        program: tuple[str, ...] = SERVER,
    ) -> None:
        self.ahead = ahead
        self._command = worker_command(limits, forbidden, program)
        self._require_sandbox, self._say = require_sandbox, say
        self.gaps: tuple[str, ...] = ()
        self._waiting: deque[_Process] = deque()
        self._running: dict[int, _Process] = {}
        self._count = self._launched = 0

    def launch(self) -> None:
        """Start as many processes as are to get warm ahead of time."""
        while len(self._waiting) < self.ahead:
            self._waiting.append(self._start())

    @contextlib.contextmanager
    def worker(self) -> Iterator[Worker]:
        """A fresh worker; it is ended on leaving, whatever happened. Raises SandboxError where it has gaps that are not allowed."""
        started = self._waiting.popleft() if self._waiting else self._start()
        self._count += 1
        self._running[self._count] = started
        made = Worker(started.channel, self, self._count)
        try:
            self._await(started)
            self.launch()
            yield made
        finally:
            started.channel.close()
            self.end(made.number)
            del self._running[made.number]

    def end(self, number: int, hung_up: bool = False) -> Message:
        """End a worker if it still runs; returns how it ended."""
        started = self._running[number]
        if not started.how:
            started.how = _ended(started, hung_up)
        return {"op": "ended", "id": number, "how": started.how}

    def stop(self) -> None:
        """End every process that waits."""
        while self._waiting:
            started = self._waiting.popleft()
            started.channel.close()
            _ended(started, hung_up=False)

    def _await(self, started: _Process) -> None:
        try:
            ready = protocol.receive(started.channel, START_SECONDS, protocol.CONTROL_BYTES)
        except (Closed, Late) as error:
            raise RuntimeError(
                f"a worker did not start ({error}); `{sys.executable} -m helpers.worker --channel 0` shows why"
            ) from None
        gaps = tuple(str(gap) for gap in ready["gaps"])
        if gaps != self.gaps:
            self.gaps = gaps
            checked_gaps(gaps, self._require_sandbox, self._say)

    def _start(self) -> _Process:
        self._launched += 1
        environment, folder = worker_environment(), None
        if not hasattr(os, "fork"):  # no watcher, which would remove the scratch folder
            folder = Path(tempfile.mkdtemp(prefix="worker-"))
            folder.chmod(0o711)
            environment |= {"TMPDIR": str(folder), "TEMP": str(folder)}
        ours, theirs = socket.socketpair()
        command = [*self._command, "--slot", str(self._launched % SLOTS)]
        with theirs:
            if sys.platform == "win32":
                process = _started_with_a_copy(command, environment, theirs)
            else:
                process = subprocess.Popen(
                    [*command, "--channel", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    cwd="/",
                )
        return _Process(process, ours, folder)


if sys.platform == "win32":

    def _started_with_a_copy(
        command: list[str], environment: dict[str, str], channel: socket.socket
    ) -> subprocess.Popen[bytes]:
        """A socket is copied for one process, which first has to say its number: a launcher may stand between."""
        process = subprocess.Popen(
            [*command, "--channel", "copied"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None and process.stdout is not None
        copy = channel.share(int(process.stdout.readline()))
        process.stdin.write(protocol.LENGTH.pack(len(copy)) + copy)
        process.stdin.close()
        return process


def _ended(started: _Process, hung_up: bool) -> str:
    """End a process, wait for it, remove its folder; returns how its worker ended."""
    process = started.process
    if hung_up:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
    process.terminate()  # a watcher ends its worker, and then says how that went
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    with process.stdout as pipe:
        told = pipe.read(100).decode(errors="replace")
    if started.folder is not None:
        shutil.rmtree(started.folder, ignore_errors=True)
    return told or (
        f"signal {-process.returncode}" if process.returncode < 0 else f"exit {process.returncode}"
    )
