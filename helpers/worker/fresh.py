"""A worker without a server: one process, started, warmed and confined for one submission. `python -m helpers.worker --channel FD`.

Needs no fork and no descriptor through a socket, so it works where there are none; slower, because everything is loaded
anew. Where there is a fork, the process that was started stays outside as a watcher: it ends what the submission left
behind, removes the scratch folder, and writes to its stdout how the worker ended.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from helpers.worker import protocol
from helpers.worker.confine import Prepared, clean, confine, fork_into_namespace, prepare
from helpers.worker.options import Options, command_line
from helpers.worker.probe import probe
from helpers.worker.processes import adopt_orphans, ending, kill, kill_orphans, own_descriptors


def main() -> None:
    """Serve the one submission of the command line, then end."""
    chosen = command_line()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then hangs up
    prepared = prepare(chosen.forbidden)
    if hasattr(os, "fork"):
        _leave_a_watcher(prepared)
    try:
        _serve(chosen, prepared)
    finally:
        os._exit(0)


def _leave_a_watcher(prepared: Prepared) -> None:
    """Go on in a fork, made before anything is loaded; this process watches it. Returns in the fork only."""
    linux = sys.platform == "linux"
    if linux:
        adopt_orphans()
    pid = fork_into_namespace() if prepared.namespaces else os.fork()
    if pid:
        _watch(pid, prepared)
    if linux:
        from helpers.worker.linux import PR_SET_PDEATHSIG, prctl

        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch(pid: int, prepared: Prepared) -> NoReturn:
    os.closerange(3, 1024)  # the channel is the worker's alone: when it ends, the grader hears of it
    signal.signal(signal.SIGTERM, lambda *_: kill(pid))
    _, status = os.waitpid(pid, 0)
    if sys.platform == "linux" and not prepared.namespaces:
        kill_orphans(set())
    clean(prepared.scratch)
    os.write(1, ending(status).encode())
    os._exit(0)


def _serve(chosen: Options, prepared: Prepared) -> None:
    from helpers.worker.child import serve
    from helpers.worker.warm import warm_shell

    channel = _channel(chosen.channel or "")
    shell = warm_shell()
    scratch = prepared.scratch / "own"
    scratch.mkdir(mode=0o700)
    own_descriptors()
    gaps = [*_other_threads(), *confine(prepared, chosen.limits, chosen.slot, scratch).missing]
    gaps += probe(prepared.specimens, prepared.secluded)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    protocol.send(channel, {"op": "ready", "gaps": list(dict.fromkeys(gaps)), "pid": os.getpid()})
    serve(channel, shell)


def _channel(name: str) -> socket.socket:
    """The channel: a descriptor that was inherited or, where sockets are handed over by copying (Windows), through stdin."""
    if sys.platform == "win32":
        sys.stdout.write(f"{os.getpid()}\n")  # the copy is made for this process, not for what started it
        sys.stdout.flush()
        (length,) = protocol.LENGTH.unpack(sys.stdin.buffer.read(protocol.LENGTH.size))
        return socket.fromshare(sys.stdin.buffer.read(length))
    return socket.socket(fileno=int(name))


def _other_threads() -> list[str]:
    """Threads that were there before would stay outside of the sandbox; loading is meant to start none."""
    tasks = Path("/proc/self/task")
    count = sum(1 for _ in tasks.iterdir()) if tasks.is_dir() else 1
    return [f"threads: {count - 1} were started before the sandbox was closed"] if count > 1 else []
