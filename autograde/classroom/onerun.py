"""One run at a time on a course folder: the second says who is at it, and waits."""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

LOCK = ".autograde_run"


@contextlib.contextmanager
def only_run(course: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the course for this process. The lock is the system's own, so that of a process that died is free at once."""
    from filelock import FileLock, Timeout

    lock, owner = FileLock(course / LOCK), course / f"{LOCK}.owner"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"Another run grades this course{_named(owner)}; waiting until it is done.")
        lock.acquire()
    except (OSError, NotImplementedError):  # a file system without locks: go on as one always could
        yield
        return
    try:
        with contextlib.suppress(OSError):
            owner.write_text(_me(), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            owner.unlink(missing_ok=True)
        lock.release()


def _me() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        user = str(os.getuid()) if hasattr(os, "getuid") else "somebody"
    return f"process {os.getpid()} of {user} on {platform.node()}"


def _named(owner: Path) -> str:
    try:
        return f" ({owner.read_text(encoding='utf-8')[:200]})"
    except (OSError, UnicodeDecodeError):
        return ""
