"""What a submission leaves for the next one: nothing that it can change. And what honest code does with files still works."""

from __future__ import annotations

import fcntl
import os
import secrets
import struct
from pathlib import Path

import numpy
import pytest

from autograde.engine import workers
from helpers.worker.confine import Limits
from tests.test_confinement import BARE, linux_only, said

pytestmark = linux_only
OLD_LANDLOCK = "from helpers.worker import landlock\nlandlock.abi = lambda: 2\n"
LIBRARY = "import numpy, os\nlibrary = os.open(numpy.__file__, os.O_RDONLY)\n"


@pytest.fixture(params=["namespaces", "no namespaces"], scope="module")
def line(request, tmp_path_factory):
    """A line to a server, with the sandbox that this machine has and with what is left of it without namespaces."""
    program = workers.SERVER if request.param == "namespaces" else ("-c", BARE)
    launched = workers.launch_server(1, Limits(), tmp_path_factory.mktemp("secret"), program)
    server = workers.await_server(*launched)
    yield workers.Control(server.slots[0])
    server.stop()


def first_byte_is_in_memory(path: Path) -> bool:
    opened = os.open(path, os.O_RDONLY)
    try:
        return os.preadv(opened, [bytearray(1)], 0, os.RWF_NOWAIT) == 1
    except BlockingIOError:
        return False
    finally:
        os.close(opened)


def test_no_file_leaves_memory_because_a_submission_says_so(line):
    """Which files of a library lie in memory is seen by the next submission: a message from one to the other."""
    file = Path(str(numpy.__file__)).parent / "conftest.py"
    file.read_bytes()
    try:
        kept = first_byte_is_in_memory(file)
    except OSError:
        pytest.skip("this file system does not tell what lies in memory")
    assert kept
    code = f"""
    import ctypes, mmap, os
    f = os.open({str(file)!r}, os.O_RDONLY)
    os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)
    m = mmap.mmap(f, 0, prot=mmap.PROT_READ)
    for advice in (20, 21):
        try: m.madvise(advice)
        except (OSError, ValueError): pass
    print("tried")
    """
    with line.worker() as worker:
        assert said(worker, code) == "tried\n"
    assert first_byte_is_in_memory(file)
    assert thrown_out(file), "outside of a sandbox the same advice must be taken"


def thrown_out(file: Path) -> bool:
    """Whether advice throws a file out of memory; the kernel may be busy with a page that was just read."""
    opened = os.open(file, os.O_RDONLY)
    try:
        for _ in range(100):
            os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
            if not first_byte_is_in_memory(file):
                return True
            os.sched_yield()
        return False
    finally:
        os.close(opened)


def test_a_lock_of_a_submission_is_met_by_nobody_else(line):
    code = LIBRARY + "import fcntl, struct\nfcntl.flock(library, fcntl.LOCK_EX)\n"
    code += "fcntl.lockf(library, fcntl.LOCK_SH)\nprint('locked')"
    with line.worker() as worker, open(str(numpy.__file__), "rb") as mine:
        assert said(worker, code) == "locked\n"
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        (kind,) = struct.unpack_from("h", fcntl.fcntl(mine, fcntl.F_GETLK, asked))
        assert kind == fcntl.F_UNLCK


# Only what a test may lose is touched: this is also run by code that does not hold it back.
LEAVE = """
import ctypes, os, socket
libc = ctypes.CDLL(None)
def attempt(step):
    try: step()
    except OSError: pass
for place in (BAIT, "/tmp", "/dev/shm"):
    attempt(lambda: open(f"{place}/MARK", "w").write("x"))
    attempt(lambda: os.mkfifo(f"{place}/MARK-pipe"))
for place in (BAIT, f"{BAIT}/file"):
    attempt(lambda: os.chmod(place, 0o700))
    attempt(lambda: os.utime(place, (7, 7)))
    attempt(lambda: os.setxattr(place, "user.left", b"x"))
    attempt(lambda: os.truncate(place, 0))
for make in (lambda: libc.shmget(KEY, 4096, 0o1666), lambda: libc.msgget(KEY, 0o1666), lambda: libc.semget(KEY, 1, 0o1666)): make()
attempt(lambda: socket.socket(socket.AF_UNIX).bind("\\0MARK"))
print("left")
"""
LOOK = """
import ctypes, os, socket
libc = ctypes.CDLL(None)
found = [place for place in (f"{BAIT}/MARK", "/tmp/MARK", "/dev/shm/MARK", f"{BAIT}/MARK-pipe") if os.path.lexists(place)]
for place in (BAIT, f"{BAIT}/file"):
    if os.path.exists(place) and (os.stat(place).st_mtime == 7 or os.stat(place).st_mode & 0o777 == 0o700): found.append(place)
    try: found.append(os.getxattr(place, "user.left"))
    except OSError: pass
for made in (libc.shmget(KEY, 0, 0), libc.msgget(KEY, 0), libc.semget(KEY, 0, 0)):
    if made != -1: found.append(made)
try: socket.socket(socket.AF_UNIX).connect("\\0MARK"); found.append("socket")
except OSError: pass
print(found)
"""


def test_nothing_that_a_submission_can_change_is_there_for_the_next(line, tmp_path):
    tmp_path.chmod(0o777)
    (tmp_path / "file").write_text("kept")
    (tmp_path / "file").chmod(0o666)
    before = [(os.stat(p).st_mode, os.stat(p).st_mtime_ns) for p in (tmp_path, tmp_path / "file")]
    mark, key = f"left-{secrets.token_hex(6)}", secrets.randbits(30)
    head = f"BAIT, KEY = {str(tmp_path)!r}, {key}"

    def filled(code: str) -> str:
        return f"{head}\n{code.replace('MARK', mark)}"

    with line.worker() as worker:
        assert said(worker, filled(LEAVE)) == "left\n"
    line.ending(worker.number)
    with line.worker() as worker:
        assert said(worker, filled(LOOK)) == "[]\n"
    assert [(os.stat(p).st_mode, os.stat(p).st_mtime_ns) for p in (tmp_path, tmp_path / "file")] == before
    assert (tmp_path / "file").read_text() == "kept"


def test_copies_touches_and_locks_of_honest_code_go_on(line):
    code = """
    import os, pathlib, shutil, sqlite3, tempfile
    import numpy as np
    from filelock import FileLock
    a = pathlib.Path("a"); a.write_text("#!/bin/sh\\necho ran\\n")
    a.touch(); pathlib.Path("new").touch(); assert pathlib.Path("new").exists()
    shutil.copy("a", "b"); shutil.copy2("a", "c"); shutil.copytree(".", "d"); shutil.move("c", "e")
    a.chmod(0o755)
    with FileLock("a.lock", timeout=5): pass
    with tempfile.TemporaryDirectory() as there: np.save(there + "/x.npy", np.ones(3)); assert np.load(there + "/x.npy", mmap_mode="r").sum() == 3
    book = sqlite3.connect("book.db"); book.execute("create table t (x)"); book.execute("insert into t values (1)"); book.commit()
    with open("a", "r+") as f: f.truncate(3)
    os.rename("b", "f")
    print(sorted(os.listdir("d")), os.path.getsize("a"))
    """
    with line.worker() as worker:
        assert said(worker, code) == "['a', 'b', 'c', 'new'] 3\n"


def test_a_program_of_ones_own_runs_where_nothing_else_can_be_changed(line):
    code = """
    import os, subprocess, sys
    open("run", "w").write("#!/bin/sh\\necho ran\\n"); os.chmod("run", 0o700)
    try: print(subprocess.run(["./run"], capture_output=True, text=True).stdout.strip(), oct(os.stat("run").st_mode & 0o777))
    except PermissionError: print("answered and not made")
    print(subprocess.run([sys.executable, "-c", "import numpy; print(int(numpy.ones(2).sum()))"], capture_output=True, text=True).stdout.strip() or "no library")
    """
    with line.worker() as worker:
        told = said(worker, code)
    assert told in ("ran 0o700\n2\n", "answered and not made\nno library\n")


def test_no_program_collects_the_memory_of_a_crash(line):
    """Where cores go to a program, a limit of 0 does not keep the kernel from starting it; 1 does, and has to stay."""
    code = """
    import ctypes, resource
    try: limits = [line.split()[4:6] for line in open("/proc/self/limits") if line.startswith("Max core")]
    except PermissionError: limits = [["1", "1"]]  # no processes of its own, so no table of them either
    print(limits, ctypes.CDLL(None).prctl(4, ctypes.c_ulong(1), 0, 0, 0))
    for lower in (0, 1):
        try: resource.setrlimit(resource.RLIMIT_CORE, (lower, lower)); print("lowered")
        except (ValueError, OSError): print("refused")
    """
    with line.worker() as worker:
        assert said(worker, code) == "[['1', '1']] -1\nrefused\nrefused\n"


def test_landlock_that_lets_files_be_emptied_is_a_gap(tmp_path):
    launched = workers.launch_server(
        1, Limits(), tmp_path, ("-c", OLD_LANDLOCK + "from helpers.worker.server import main; main()")
    )
    server = workers.await_server(*launched)
    server.stop()
    assert any(gap.startswith("files") and "version 2" in gap for gap in server.gaps), server.gaps
