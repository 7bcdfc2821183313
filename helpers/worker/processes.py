"""What server and worker without server share about processes: descriptors, how one ended, what it left behind."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def own_descriptors() -> None:
    """stdin is empty; stdout and stderr are files in memory, which the shell reads back."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for target, name in ((1, "stdout"), (2, "stderr")):
        file = os.memfd_create(name) if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_WRONLY)
        os.dup2(file, target)
        os.close(file)


def ending(status: int) -> str:
    """How a process ended, from what waiting for it returned: "exit 0", "signal 9"."""
    return f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"


def kill(pid: int) -> None:
    """End a process that may have ended already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def adopt_orphans() -> None:
    """From now on, what is left behind by processes below this one becomes a child of it."""
    from helpers.worker import linux

    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)


def kill_orphans(mine: set[int]) -> None:
    """End the children of this process that are none of `mine`: a submission left them behind."""
    for _ in range(1000):
        listed = Path(f"/proc/self/task/{os.getpid()}/children")
        orphans = (
            [int(p) for p in listed.read_text().split() if int(p) not in mine] if listed.exists() else []
        )
        if not orphans:
            return
        for pid in orphans:
            kill(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
