"""The worker server: warm once, then one confined fork per submission. `python -m helpers.worker --control FD …`.

Speaks with graders on control sockets. Each submission's own channel arrives there as a file descriptor and goes straight
to the fork: no submission and no answer ever passes through this process, whose memory every later fork inherits.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.worker import protocol
from helpers.worker.confine import Limits, Prepared, clean, confine, fork_into_namespace, prepare
from helpers.worker.options import command_line
from helpers.worker.probe import probe
from helpers.worker.processes import adopt_orphans, ending, kill, kill_orphans, own_descriptors
from helpers.worker.protocol import Closed, Message, ProtocolError

CANNOT_PREPARE = 70
PROBED = "probed"


@dataclass
class Child:
    """A running submission: its number in the grader's words, its process, its scratch folder."""

    number: int
    pid: int
    control: socket.socket
    scratch: Path
    watch: int


@dataclass
class Server:
    """State of the server. `shell` is what forks inherit; `slots` the control sockets in order."""

    prepared: Prepared
    shell: Any
    limits: Limits
    slots: list[socket.socket]
    children: list[Child] = field(default_factory=list)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)


def main() -> None:
    """Parse the command line and serve until every grader has hung up."""
    chosen = command_line()
    slots = [socket.socket(fileno=descriptor) for descriptor in chosen.controls]
    prepared = prepare(chosen.forbidden)
    try:
        _serve(slots, chosen.limits, prepared)
    finally:
        clean(prepared.scratch)


def _serve(slots: list[socket.socket], limits: Limits, prepared: Prepared) -> None:
    from helpers.worker.warm import warm_shell

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then hangs up
    if sys.platform == "linux":
        adopt_orphans()
    server = Server(prepared, warm_shell(), limits, slots)
    gaps = sandbox_gaps(server)
    for slot in slots:
        protocol.send(slot, {"op": "ready", "gaps": gaps, "pid": os.getpid()})
        server.selector.register(slot, selectors.EVENT_READ)
    while server.slots:
        for key, _ in server.selector.select():
            if isinstance(key.data, Child):
                _ended(server, key.data)
            elif key.fileobj in server.slots:
                _listen(server, key.fileobj)


def sandbox_gaps(server: Server) -> list[str]:
    """What this machine does not enforce, found by trying in a fork."""
    reading, writing = os.pipe()
    pid = _fork(server.prepared)
    scratch = server.prepared.scratch / "probe"
    if pid == 0:
        try:
            scratch.mkdir(exist_ok=True)
            applied = confine(server.prepared, server.limits, 0, scratch)
            found = [*applied.missing, *probe(server.prepared.specimens, server.prepared.secluded)]
            os.write(writing, "\n".join([PROBED, *dict.fromkeys(found)]).encode()[:4000])
        except BaseException as error:
            said = f"{PROBED}\nconfinement fails: {type(error).__name__}: {error}"
            os.write(writing, said.encode()[:4000])
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    clean(scratch)
    lines = [line for line in said.splitlines() if line]
    return (
        lines[1:] if lines[:1] == [PROBED] else ["all: the probe of the sandbox ended before it could tell"]
    )


def _fork(prepared: Prepared) -> int:
    return fork_into_namespace() if prepared.namespaces else os.fork()


def _listen(server: Server, control: Any) -> None:
    try:
        data, descriptors, _, _ = socket.recv_fds(control, protocol.LENGTH.size, 1)
        if not data:
            raise Closed("hung up")
        (length,) = protocol.LENGTH.unpack(data)
        if length > protocol.CONTROL_BYTES:
            raise ProtocolError("a control message that is too long")
        message = protocol.parsed(protocol._exactly(control, length, None))
    except (Closed, ProtocolError, OSError):
        _hang_up(server, control)
        return
    if message["op"] == "start" and descriptors:
        _start(server, control, message, descriptors[0])
    elif message["op"] == "kill":
        for child in server.children:
            if child.control is control and child.number == message["id"]:
                kill(child.pid)


def _hang_up(server: Server, control: socket.socket) -> None:
    server.selector.unregister(control)
    server.slots.remove(control)
    for child in [c for c in server.children if c.control is control]:
        kill(child.pid)
        _ended(server, child)
    control.close()


def _start(server: Server, control: socket.socket, message: Message, descriptor: int) -> None:
    number = int(message["id"])
    scratch = server.prepared.scratch / f"{os.getpid()}-{number}-{time.monotonic_ns()}"
    scratch.mkdir(mode=0o700)
    pid = _fork(server.prepared)
    if pid == 0:
        _become_worker(server, control, descriptor, scratch)
    os.close(descriptor)
    child = Child(number, pid, control, scratch, os.pidfd_open(pid))
    server.children.append(child)
    server.selector.register(child.watch, selectors.EVENT_READ, child)


def _become_worker(server: Server, control: socket.socket, descriptor: int, scratch: Path) -> None:
    """In the fork: close what is the server's, confine, serve, end. Never returns."""
    status = 0
    try:
        slot = server.slots.index(control)
        server.selector.close()
        for other in server.slots:
            other.close()
        for child in server.children:
            os.close(child.watch)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        channel = socket.socket(fileno=descriptor)
        own_descriptors()
        confine(server.prepared, server.limits, slot, scratch)
        from helpers.worker.child import serve

        server.slots, server.children = [], []
        serve(channel, server.shell)
    except BaseException:
        status = CANNOT_PREPARE
    finally:
        os._exit(status)


def _ended(server: Server, child: Child) -> None:
    if child not in server.children:
        return
    server.children.remove(child)
    server.selector.unregister(child.watch)
    os.close(child.watch)
    _, status, usage = os.wait4(child.pid, 0)
    if not server.prepared.namespaces:
        kill_orphans({other.pid for other in server.children})
    clean(child.scratch)
    spent = round(usage.ru_utime + usage.ru_stime, 4)
    news = {"op": "ended", "id": child.number, "how": ending(status)}
    news |= {"peak_kb": usage.ru_maxrss, "cpu_seconds": spent}
    with contextlib.suppress(Closed):
        protocol.send(child.control, news)
