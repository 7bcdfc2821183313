"""Where an answer goes wrong: the one line of the student's own code in which a small change makes all examples right.

    where(data, names)    searches for it in a process of its own and returns a `Where`, or None

It says the line, never the change. The process is started anew, so it works on every system; it may write no file and open
no connection where the system lets us forbid that, and it is ended when its time is up. In a process that is confined
already, call `search(own_code(...), data, seconds)` instead.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.checking.checkfile import CheckData
from helpers.checking.own_code import OwnCode, own_code
from helpers.checking.searching import Where, search

SECONDS = 5.0
ENDING = 0.3  # of it, to answer and to end
MEMORY = 3 * 2**30  # bytes beyond what the process starts with


def where(data: CheckData, names: Mapping[str, Any], seconds: float = SECONDS) -> Where | None:
    """Search in the code behind the answer to `data`'s exercise in the namespace `names`, for so long at most."""
    if data.kind != "function" or not data.examples:
        return None
    end = time.time() + seconds
    code = own_code(data.functions, names)
    if not code.pieces:
        return None
    needed = replace(data, misconceptions=(), pairs={}, timed=())
    question = {"code": code.to_json(), "data": needed.to_json(), "end": end - ENDING}
    # Nothing here waits for longer than the time that is left: not for the answer, and not for the process to end.
    try:
        done = subprocess.run(
            [sys.executable, "-m", "helpers.checking.where"],
            input=json.dumps(question).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=end - time.time(),
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        answer = json.loads(done.stdout or b"null")
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Where(**answer) if answer else None


def _environment() -> dict[str, str]:
    home = str(Path(__file__).resolve().parents[2])  # where helpers was loaded from
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **one_thread, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}


def main() -> None:
    """Answer the one question on stdin, on stdout."""
    question = json.loads(sys.stdin.buffer.read())
    answer = os.dup(1)
    os.dup2(2, 1)  # what edited code prints goes nowhere
    code = OwnCode.from_json(question["code"])
    data = CheckData.from_json(question["data"])
    code.surroundings()  # loads what the code imports, before that is forbidden
    confine_this_process()
    found = search(code, data, question["end"] - time.time())
    os.write(answer, json.dumps(vars(found) if found else None).encode())
    os._exit(0)  # not what edited code may have left for the end


def confine_this_process() -> None:
    """Forbid what edited code has no business with, as far as this system can: files, connections, programs, memory."""
    sys.addaudithook(_refuse)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limits = {"RLIMIT_AS": pages * resource.getpagesize() + MEMORY, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, name), (value, value))
    if sys.platform == "linux":
        _confine_linux()


def _confine_linux() -> None:
    from helpers.worker import landlock, linux, seccomp
    from helpers.worker.view import DEVICES, folders_of_this_machine

    with contextlib.suppress(OSError, ValueError):
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(folders_of_this_machine(), [], [Path(device) for device in DEVICES])
    with contextlib.suppress(OSError, ValueError):
        seccomp.restrict()


FORBIDDEN = (
    "subprocess.",
    "socket.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.spawn",
    "os.posix_spawn",
    "os.startfile",
)
CHANGES = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "shutil.",
)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a small edit must not delete a file either, on systems that can't forbid it."""
    if event.startswith(FORBIDDEN) or event.startswith(CHANGES):
        raise PermissionError(f"{event} is out of place in the search for a line")
    if event == "open" and arguments[0] != os.devnull:
        mode, flags = arguments[1], arguments[2]
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
            raise PermissionError("no file is written in the search for a line")


if __name__ == "__main__":
    main()
