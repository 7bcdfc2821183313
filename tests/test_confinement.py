"""What a submission cannot reach: network, files, other processes; and that the report of the sandbox is the truth."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from autograde.engine import workers
from autograde.engine.workers import SandboxError, start_server
from helpers.worker.confine import Limits

ROOT = Path(__file__).parent.parent
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine")


def said(worker, source):
    outputs = worker.run(textwrap.dedent(source), 20)[1]
    return "".join(o.get("text", "") + o.get("ename", "") for o in outputs)


@pytest.fixture
def ask(control):
    with control.worker() as worker:
        yield lambda source: said(worker, source)


@linux_only
def test_no_connection_of_any_kind_leaves(ask):
    source = """
    import socket
    for family, kind in [(socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET6, socket.SOCK_STREAM)]:
        try:
            s = socket.socket(family, kind); s.settimeout(1); s.connect(("127.0.0.1", 80)); print("open")
        except OSError as e: print("closed")
    """
    assert ask(source) == "closed\n" * 3


@linux_only
@pytest.mark.parametrize("place", ["autograde", "solutions", "tests", "build"])
def test_the_repository_is_out_of_sight(ask, place):
    said = ask(f"import os; os.listdir({str(ROOT / place)!r})")
    assert (
        "PermissionError" in said or "FileNotFoundError" in said
    )  # below /tmp and homes nothing is to be found at all


@linux_only
def test_a_course_folder_and_a_home_are_out_of_sight(ask, course):
    for path in (course / "gradebook.db", course / ".autograde_seed", Path.home() / ".bashrc", "/etc/shadow"):
        assert "Error" in ask(f"open({str(path)!r}).read()")
    assert "Error" in ask("import autograde")


@linux_only
def test_nothing_can_be_written_outside_the_scratch_folder(ask, course):
    for place in (
        "/tmp/mark",
        "/var/tmp/mark",
        str(course / "mark"),
        f"{sys.prefix}/mark",
        "/dev/shm/../mark",
    ):
        assert "Error" in ask(f"open({place!r}, 'w')"), place
    assert ask("open('mine', 'w').write('x'); import os; print(os.listdir('.'))") == "['mine']\n"


@linux_only
def test_other_processes_cannot_be_seen_signalled_or_read(ask):
    source = f"""
    import os
    for pid in ({os.getpid()}, {os.getppid()}, 1):
        for deed in (lambda: os.kill(pid, 15) if pid != 1 else (_ for _ in ()).throw(OSError()), lambda: open(f"/proc/{{pid}}/mem", "rb").read(1) if pid != 1 else (_ for _ in ()).throw(OSError())):
            try: deed(); print("reached", pid)
            except OSError: print("no")
    """
    assert ask(source) == "no\n" * 6


@linux_only
def test_a_process_that_tries_to_outlive_its_submission_ends(control, tmp_path_factory):
    import time

    with control.worker() as worker:
        source = """
        import os, time
        if os.fork() == 0:
            try: os.setsid()
            except PermissionError: pass
            if os.fork() == 0:
                time.sleep(300)
            os._exit(0)
        """
        said(worker, source)
        server = control.line.fileno()
        assert server
    time.sleep(0.3)
    # Tests beside this one have workers of their own; this session's name its own folder.
    mine = str(tmp_path_factory.getbasetemp())
    left = subprocess.run(
        ["ps", "-ww", "-eo", "uid,args"], capture_output=True, text=True
    ).stdout.splitlines()
    assert any(mine in line for line in left), "the server itself must be among the processes"
    assert not [
        line
        for line in left
        if mine in line and line.split()[0].isdigit() and 61_000 <= int(line.split()[0]) < 61_100
    ]


@linux_only
def test_forks_files_and_threads_have_an_end(ask):
    bomb = """
    import os, time
    count = 0
    try:
        while count < 5000:
            pid = os.fork()
            if pid == 0: time.sleep(60); os._exit(0)
            count += 1
    except OSError: print(count < 200)
    """
    assert ask(bomb).startswith("True")
    assert "Error" in ask("f = open('big', 'wb')\nfor _ in range(100): f.write(bytes(2**20))\nf.flush()")


@linux_only
def test_privileges_namespaces_and_tracing_are_refused(ask):
    source = """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    print(libc.unshare(0x10000000), libc.ptrace(0, 0, 0, 0), libc.mount(b"x", b"/", b"tmpfs", 0, None), os.getuid() != 0 or "root")
    """
    assert ask(source) in ("-1 -1 -1 True\n", "-1 -1 -1 root\n")
    if os.geteuid() == 0:
        assert ask("import os; print(os.getuid() >= 61000)") == "True\n"


@linux_only
def test_this_machine_enforces_all_of_the_sandbox_or_says_what_not(tmp_path):
    server = start_server(1, Limits(), tmp_path)
    server.stop()
    if server.gaps:
        with pytest.raises(SandboxError, match="does not enforce"):
            start_server(1, Limits(), tmp_path, require_sandbox=True)
    else:
        start_server(1, Limits(), tmp_path, require_sandbox=True).stop()


def test_a_gap_is_an_error_where_the_sandbox_is_required(monkeypatch, tmp_path):
    started = workers.start_server(1, Limits(), tmp_path)
    started.gaps = ("network: no",)
    monkeypatch.setattr(workers, "await_server", lambda *_: started)
    monkeypatch.setattr(workers, "launch_server", lambda *_: (None, None))
    with pytest.raises(SandboxError, match="network: no"):
        start_server(1, Limits(), tmp_path, require_sandbox=True)


@linux_only
@pytest.mark.skipif(os.geteuid() != 0, reason="changing to another user needs root")
def test_an_ordinary_user_gets_the_same_sandbox(tmp_path):
    program = """
    import os, sys
    from helpers.worker import confine, linux
    from tests.closed_home import open_the_way
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    open_the_way()
    import autograde.engine.workers, autograde.course.registry, helpers.worker.warm
    os.setgroups([]); os.setgid(4242); os.setuid(4242)
    os.environ["HOME"] = "/tmp"
    from pathlib import Path
    server = autograde.engine.workers.start_server(1, confine.Limits(), Path("/root"))
    print("gaps", server.gaps)
    with autograde.engine.workers.Control(server.slots[0]).worker() as worker:
        for source in ("import os; print(os.getuid(), os.getpid())", "import socket; socket.socket().connect(('127.0.0.1', 80))", "open('/tmp/mark', 'w')", "1 + 1"):
            status, outputs = worker.run(source, 10)
            print(status, [o.get("text", o.get("ename", "")) for o in outputs])
    server.stop()
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": "/tmp"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        env=environment,
        cwd="/",
    )
    lines = done.stdout.splitlines()
    assert lines[:1] == ["gaps ()"], done.stdout + done.stderr
    assert lines[1] == "ok ['4242 1\\n']"
    assert [line.split()[0] for line in lines[2:]] == ["error", "error", "ok"]


BARE = """
from helpers.worker import confine, server
def refuse(root):
    raise OSError("this host allows no namespaces")
confine._own_namespaces = refuse
server.main()
"""


@linux_only
def test_without_namespaces_files_network_and_leftovers_are_still_dealt_with(tmp_path):
    """What many containers allow: no namespaces. The gap is named, and the rest holds."""
    secret = tmp_path / "secret"
    secret.mkdir()
    launched = workers.launch_server(1, Limits(), secret, ("-c", BARE))
    server = workers.await_server(*launched)
    assert any("processes" in gap for gap in server.gaps)
    assert not any(gap.startswith(("network", "files", "memory")) for gap in server.gaps), server.gaps
    control = workers.Control(server.slots[0])
    with control.worker() as worker:
        assert "Error" in said(worker, f"import os; os.listdir({str(secret)!r})")
        assert "Error" in said(worker, "import socket; socket.create_connection(('127.0.0.1', 9), 1)")
        assert "Error" in said(worker, "open('/tmp/mark', 'w')")
        assert said(worker, "open('mine', 'w').write('x'); import os; print(os.listdir('.'))") == "['mine']\n"
        pid = said(
            worker,
            """
            import os, time
            r, w = os.pipe()
            if os.fork() == 0:
                try: os.setsid()
                except PermissionError: pass
                if os.fork() == 0:
                    os.write(w, str(os.getpid()).encode())
                    time.sleep(300)
                os._exit(0)
            print(os.read(r, 20).decode())
            """,
        ).strip()
    control.ending(worker.number)
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]
    server.stop()
