"""Starts the worker server and speaks with workers: store a file, run a cell, hold an interview. Judges nothing."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from helpers.worker import protocol
from helpers.worker.confine import Limits as WorkerLimits
from helpers.worker.protocol import Closed, Late, Message, ProtocolError

START_SECONDS = 300.0
GRACE_SECONDS = 2.0
END_SECONDS = 10.0


class WorkerGone(Exception):
    """The worker ended, hung or broke the protocol. `kind` is "killed", "timeout", "memory" or "tampered".

    by_signal_9  it was ended by the signal that the system sends where memory runs out, perhaps through no fault of its own
    """

    def __init__(self, kind: str, sentence: str, by_signal_9: bool = False) -> None:
        super().__init__(sentence)
        self.kind, self.sentence, self.by_signal_9 = kind, sentence, by_signal_9


class TooSlow(Exception):
    """A call did not come back within the time that its cell has. The worker lives on."""


class NoAnswer(Exception):
    """The worker could not answer, and says why. It lives on."""


class SandboxError(RuntimeError):
    """The machine does not enforce what `--require-sandbox` demands."""


@dataclass
class WorkerServer:
    """A running worker server. `gaps` says what it cannot enforce; `slots` are its free control sockets."""

    process: subprocess.Popen[bytes]
    slots: list[socket.socket]
    gaps: tuple[str, ...]
    pid: int = 0

    def stop(self) -> None:
        for slot in self.slots:
            slot.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


SERVER = ("-m", "helpers.worker")
# Elsewhere workers are started afresh: Windows has no fork, and on macOS its own libraries do not survive one.
FORKS = hasattr(os, "fork") and hasattr(os, "pidfd_open")


def launch_server(
    slots: int, limits: WorkerLimits, forbidden: Path, program: tuple[str, ...] = SERVER
) -> tuple[subprocess.Popen[bytes], list[socket.socket]]:
    """Start a server without waiting for it to be warm."""
    ours, theirs = zip(*(socket.socketpair() for _ in range(slots)), strict=True)
    command = worker_command(limits, forbidden, program)
    command += [part for end in theirs for part in ("--control", str(end.fileno()))]
    process = subprocess.Popen(
        command,
        pass_fds=[end.fileno() for end in theirs],
        env=worker_environment(),
        stdin=subprocess.DEVNULL,
        cwd="/",
    )
    for end in theirs:
        end.close()
    return process, list(ours)


def worker_command(limits: WorkerLimits, forbidden: Path, program: tuple[str, ...] = SERVER) -> list[str]:
    """The command that starts a server or a worker, but for where it listens."""
    command = [sys.executable, "-P", *program]
    command += [part for folder in secret_folders(forbidden) for part in ("--forbidden", str(folder))]
    command += ["--memory", str(limits.memory_bytes), "--processes", str(limits.processes)]
    return [*command, "--file-size", str(limits.file_bytes)]


def secret_folders(course: Path) -> list[Path]:
    """What no submission may see: the course, the package that grades, and the repository with its solutions."""
    import autograde
    from autograde.course.registry import repository

    package = Path(str(autograde.__file__)).parent
    found, homes = [course, package], [package.resolve().parent]
    with contextlib.suppress(FileNotFoundError):  # graded where only the packages are
        homes.append(repository())
    for home in homes:
        if (home / "solutions").is_dir():
            found += [home / "solutions", home]
    return list(dict.fromkeys(path.absolute() for path in found))


def worker_environment() -> dict[str, str]:
    """The environment of submissions: little of ours, and what keeps libraries single-threaded."""
    from helpers.worker.warm import ENVIRONMENT

    kept = KEPT_ENVIRONMENT | (WINDOWS_ENVIRONMENT if sys.platform == "win32" else set())
    return {k: v for k, v in os.environ.items() if k in kept or k.startswith("LC_")} | ENVIRONMENT


KEPT_ENVIRONMENT = {
    "PATH",
    "PYTHONPATH",
    "LANG",
    "HOME",
    "TZ",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "COURSE_PACE",
    "COURSE_LIBRARIES",
}
WINDOWS_ENVIRONMENT = {"SYSTEMROOT", "PATHEXT", "COMSPEC", "USERPROFILE"}


def await_server(process: subprocess.Popen[bytes], slots: list[socket.socket]) -> WorkerServer:
    """Wait until the server is warm. Raises RuntimeError when it does not come up."""
    gaps: tuple[str, ...] = ()
    pid = 0
    for slot in slots:
        try:
            ready = protocol.receive(slot, START_SECONDS, protocol.CONTROL_BYTES)
        except (Closed, Late) as error:
            process.kill()
            raise RuntimeError(
                f"the worker server did not start ({error}); `{sys.executable} -m helpers.worker --control 0` shows why"
            ) from None
        gaps, pid = tuple(ready["gaps"]), ready["pid"]
    return WorkerServer(process, slots, gaps, pid)


def start_server(
    slots: int, limits: WorkerLimits, forbidden: Path, *, require_sandbox: bool = False
) -> WorkerServer:
    """Start a server and wait until it is warm. Raises SandboxError when gaps are not allowed and there are some."""
    server = await_server(*launch_server(slots, limits, forbidden))
    if require_sandbox and server.gaps:
        server.stop()
        raise SandboxError(no_sandbox(server.gaps))
    return server


def checked_gaps(gaps: tuple[str, ...], required: bool, say: Callable[[str], None], where: str = "") -> None:
    """Say what a machine cannot enforce. Raises SandboxError when a sandbox is required."""
    if gaps and required:
        raise SandboxError(no_sandbox(gaps))
    if gaps:
        listed = "\n".join(f"- {gap}" for gap in gaps)
        say(f"The sandbox of {where or 'this machine'} has gaps:\n{listed}")


def no_sandbox(gaps: tuple[str, ...]) -> str:
    """What a grader says who demanded a sandbox and cannot have it."""
    listed = "\n".join(f"- {gap}" for gap in gaps)
    return f"this machine does not enforce all of the sandbox:\n{listed}\nGrade elsewhere, or without --require-sandbox."


class StartsWorkers(Protocol):
    """Who can give a fresh worker to every submission: a line to a server, or one process after the other."""

    def worker(self) -> contextlib.AbstractContextManager[Worker]:
        """A fresh worker; it is ended on leaving, whatever happened."""

    def end(self, number: int, hung_up: bool = False) -> Message:
        """End a worker if it still runs; returns how it ended. hung_up: it seems to be ending by itself."""


@dataclass
class Control:
    """One grader's line to the server: starts workers, ends them, learns how they ended."""

    line: socket.socket
    count: int = 0
    endings: dict[int, Message] = field(default_factory=dict)

    @contextlib.contextmanager
    def worker(self) -> Iterator[Worker]:
        """A fresh worker; it is ended on leaving, whatever happened."""
        self.count += 1
        self._hear_endings()
        ours, theirs = socket.socketpair()
        try:
            body = protocol.packed({"op": "start", "id": self.count})
            socket.send_fds(self.line, [body], [theirs.fileno()])
        finally:
            theirs.close()
        made = Worker(ours, self, self.count)
        try:
            yield made
        finally:
            ours.close()
            self.kill(made.number)

    def kill(self, number: int) -> None:
        """End a worker if it still runs, without waiting for the news."""
        if number not in self.endings:
            protocol.send(self.line, {"op": "kill", "id": number})

    def end(self, number: int, hung_up: bool = False) -> Message:
        """End a worker if it still runs; returns how it ended."""
        self.kill(number)
        return self.ending(number)

    def _hear_endings(self) -> None:
        """Take what the server said meanwhile, so that it never waits for a listener."""
        while select.select([self.line], [], [], 0)[0]:
            message = protocol.receive(self.line, END_SECONDS, protocol.CONTROL_BYTES)
            self.endings[message["id"]] = message
        for number in [n for n in self.endings if n < self.count - 8]:
            del self.endings[number]

    def ending(self, number: int) -> Message:
        """Wait for the news that a worker ended."""
        while number not in self.endings:
            message = protocol.receive(self.line, END_SECONDS, protocol.CONTROL_BYTES)
            self.endings[message["id"]] = message
        return self.endings[number]


@dataclass
class Worker:
    """One submission's worker, as the grader sees it."""

    channel: socket.socket
    control: StartsWorkers
    number: int
    asked: int = 0
    seconds_used: float = 0.0

    def store(self, name: str, content: bytes) -> None:
        """Put a file into the worker's folder."""
        message = {"op": "file", "name": name, "data": base64.b64encode(content).decode()}
        with contextlib.suppress(NoAnswer):  # no room for it: the cell that wants it will say so
            self._exchange(message, 30.0, "stored")

    def run(self, source: str, seconds: float) -> tuple[str, list[Message]]:
        """Run one cell: ("ok", "error" or "timeout", outputs). Raises WorkerGone."""
        try:
            reply = self._exchange({"op": "run", "source": source, "seconds": seconds}, seconds, "ran")
        except NoAnswer as error:
            sentence = str(error)
            return "error", [
                {"output_type": "error", "ename": "NoAnswer", "evalue": sentence, "traceback": [sentence]}
            ]
        if reply.get("status") not in ("ok", "error", "timeout"):
            self._gone("tampered", "it sent something else than a cell's outputs")
        try:
            return reply["status"], protocol.checked_outputs(reply.get("outputs"))
        except ProtocolError as error:
            return self._gone("tampered", str(error))

    def interview(self, questions: str, seconds: float, op: str = "interview") -> Message:
        """Ask everything about one exercise, or ("ready", "go") have one call made. Raises WorkerGone, or TooSlow when its cell's time is over."""
        if seconds <= 0:
            raise TooSlow
        self.asked += 1
        head = json.dumps({"op": op, "id": self.asked, "seconds": seconds})
        body = head if questions == "{}" else head[:-1] + ", " + questions[1:]
        return self._reply(protocol.framed(body.encode()), seconds, "told")

    def _exchange(self, message: Message, seconds: float, wanted: str) -> Message:
        self.asked += 1
        return self._reply(protocol.packed(message | {"id": self.asked}), seconds, wanted)

    def _reply(self, data: bytes, seconds: float, wanted: str) -> Message:
        started = time.monotonic()
        limit = None if seconds <= 0 else seconds + GRACE_SECONDS
        try:
            protocol.send_bytes(self.channel, data, limit)
            reply = protocol.receive(self.channel, limit)
        except Late:
            self._gone("timeout", f"it did not stop {GRACE_SECONDS:g} s after its time was over")
        except ProtocolError as error:
            self._gone("tampered", str(error))
        except Closed:
            self._gone("killed", "")
        finally:
            self.seconds_used += time.monotonic() - started
        if reply.get("id") != self.asked:
            self._gone("tampered", "it answered what was not asked")
        if reply["op"] == "late":
            raise TooSlow
        if reply["op"] in ("failed", "unsendable"):
            raise NoAnswer(str(reply.get("why"))[:300])
        if reply["op"] == "memory":
            self._gone("memory", "")
        if reply["op"] != wanted:
            self._gone("tampered", f"it sent {reply['op'][:40]!r} where {wanted!r} was due")
        return reply

    def _gone(self, kind: str, detail: str) -> Any:
        ending = self.control.end(self.number, hung_up=kind == "killed")
        how = str(ending.get("how", ""))
        if kind == "killed" and how == "signal 9":
            kind, detail = "memory", "the system ended it with signal 9, as it does when memory runs out"
        elif kind == "killed":
            detail = {"signal 11": "it crashed: a segmentation fault", "signal 6": "it crashed: abort"}.get(
                how, how
            )
        raise WorkerGone(kind, detail, by_signal_9=how == "signal 9" and kind == "memory")
