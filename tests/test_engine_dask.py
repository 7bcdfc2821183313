"""Grading on a Dask cluster of real processes. Where root tests, its workers run as a user who cannot enter the course folder."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import pytest

from autograde.classroom.classgrading import Way, grade_course
from autograde.classroom.coursefolder import CourseError
from autograde.course.madeup import misconception
from autograde.engine.audit import AUDIT_FILE
from autograde.engine.daskpool import connected
from autograde.engine.localcluster import WORKER, local_cluster
from tests.engine import handed_in, solutions
from tests.test_engine_runs import START, export, hand_in

ROOT = Path(__file__).parent.parent
ANOTHER_USER = 4242
CAN_CHANGE_USER = (
    sys.platform == "linux"
    and os.geteuid() == 0
    and all(folder.stat().st_mode & 0o001 for folder in (ROOT, *ROOT.parents))
)
AS_ANOTHER_USER = f"""
import os, sys
from helpers.worker import linux
from tests.closed_home import open_the_way
linux.unshare(linux.CLONE_NEWNS)
linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
open_the_way()
os.setgroups([]); os.setgid({ANOTHER_USER}); os.setuid({ANOTHER_USER})
os.execv(sys.executable, [sys.executable, *{WORKER!r}, *sys.argv[1:]])
"""


@pytest.fixture(scope="module")
def cluster():
    """Two workers; the address of their scheduler."""
    program = ("-c", AS_ANOTHER_USER) if CAN_CHANGE_USER else WORKER
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": "/tmp", "MPLCONFIGDIR": "/tmp"}
    with local_cluster(2, environment=environment, program=program) as address:
        yield address


@pytest.fixture(scope="module")
def handed(course, tmp_path_factory):
    """A course folder with submissions that nobody has graded; to be copied."""
    folder = tmp_path_factory.mktemp("handed") / "course"
    shutil.copytree(course, folder)
    answers = {
        "ada": solutions(START),
        "cem": {"count_values": misconception("count_values", "accepts_any_size")},
        "dea": {"count_values": "def count_values(h, w, c):\n    import os; os._exit(1)"},
    }
    for student, given in answers.items():
        hand_in(folder, student, handed_in(course, START, given))
    hand_in(folder, "eva", '{"cells": [')
    reading = "print(open('numbers.txt').read())"
    hand_in(folder, "fay", handed_in(course, START, solutions(START), reading))
    (folder / "submitted" / "fay" / START / "numbers.txt").write_text("three and four")
    folder.chmod(0o700)
    return folder


def copied(handed, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(handed, folder)
    return folder


def notebooks(folder):
    """The graded notebooks' texts; the scratch folder that notebook 00 shows is another one each time."""
    found = {path.relative_to(folder): path.read_text() for path in (folder / "autograded").rglob("*.ipynb")}
    scratch = re.compile(re.escape(tempfile.gettempdir()) + r"/worker-\w+/[\w-]+")
    return {path: scratch.sub("SCRATCH", text) for path, text in found.items()}


def test_a_cluster_gives_the_gradebook_and_the_notebooks_that_one_machine_gives(cluster, handed, tmp_path):
    here, there = copied(handed, tmp_path / "here"), copied(handed, tmp_path / "there")
    grade_course(here)
    results = grade_course(there, way=Way(scheduler=cluster))
    assert export(there) == export(here)
    mine, theirs = notebooks(here), notebooks(there)
    assert [str(path) for path, text in mine.items() if theirs.get(path) != text] == []
    assert len(results) == 5 and "three and four" in "".join(theirs.values())
    assert all(r.skipped for r in grade_course(there, way=Way(scheduler=cluster)))


@pytest.mark.skipif(not CAN_CHANGE_USER, reason="needs root, and a repository that others may read")
def test_the_workers_of_that_cluster_see_nothing_of_the_course_folder(cluster, handed):
    client = connected(cluster)
    assert set(client.run(os.getuid).values()) == {ANOTHER_USER}
    assert set(client.run(os.access, str(handed), os.F_OK).values()) == {False}
    client.close()


class Killer(threading.Thread):
    """Kills the Dask worker that grades one of some students' submissions, each so many times."""

    def __init__(self, address, times):
        super().__init__(daemon=True)
        self.client, self.times, self.killed = connected(address), dict(times), []
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.1):
            with contextlib.suppress(OSError, KeyError, ValueError):  # a worker that died just now
                for worker, tasks in self.client.call_stack().items():
                    for key, stack in tasks.items():
                        self.look_at(worker, key, "".join(map(str, stack)))

    def look_at(self, worker, key, stack):
        for student, left in self.times.items():
            if left and f"-{student}-" in key and ("_ready" in stack or "grade_submission" in stack):
                pid = self.client.run(os.getpid, workers=[worker])[worker]
                self.times[student] -= 1
                self.killed.append(student)
                os.kill(pid, signal.SIGKILL)

    def stop(self):
        self.over.set()
        self.join()
        self.client.close()


@pytest.fixture(scope="module")
def disturbed(cluster, handed, course, tmp_path_factory):
    """Results by student of a run in which gus's Dask worker is killed once, and hal's whenever it grades him; who was killed when."""
    folder = copied(handed, tmp_path_factory.mktemp("disturbed"))
    for student, seconds in (("gus", 5), ("hal", 50)):
        sleeps = f"import time; time.sleep({seconds})"
        hand_in(folder, student, handed_in(course, START, solutions(START), sleeps))
    killer = Killer(cluster, {"gus": 1, "hal": 99})
    results = {r.student: r for r in grade_course(folder, way=Way(scheduler=cluster))}
    killer.stop()
    return results, killer.killed


def test_a_submission_whose_dask_worker_dies_is_graded_elsewhere(disturbed):
    results, killed = disturbed
    assert killed.count("gus") == 1
    assert (results["gus"].score, results["gus"].problem) == (1.0, "")
    assert results["ada"].score == 1.0 and results["cem"].score > 0


def test_a_submission_that_ends_its_dask_worker_twice_is_recorded_and_not_tried_again(disturbed):
    results, killed = disturbed
    assert killed.count("hal") == 2
    assert "ended 2 times" in results["hal"].problem and "Dask worker died" in results["hal"].problem


@pytest.mark.parametrize("listening", [False, True], ids=["a closed door", "somebody else's door"])
def test_a_scheduler_that_does_not_answer_is_said_in_one_sentence(handed, listening, tmp_path):
    folder = copied(handed, tmp_path)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        if listening:
            door.listen()
        address = f"tcp://127.0.0.1:{door.getsockname()[1]}"
        command = [sys.executable, "-m", "autograde", "grade", str(folder), "--scheduler", address]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"no Dask scheduler answers at {address}" in done.stderr and "Traceback" not in done.stderr
    assert not (folder / AUDIT_FILE).exists()


def test_an_address_of_another_kind_is_said(handed):
    with pytest.raises(CourseError, match=r"expected tcp://HOST:PORT"):
        grade_course(handed, way=Way(scheduler="10.0.0.5"))


def test_a_worker_with_another_version_is_named_before_anything_is_graded(handed, tmp_path):
    folder = copied(handed, tmp_path)
    other = tmp_path / "other" / "numpy-0.1.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(other.parent), str(ROOT)])}
    with local_cluster(1, environment=environment) as address:
        with pytest.raises(CourseError, match="would grade differently: numpy 0.1 there"):
            grade_course(folder, way=Way(scheduler=address))
    assert not (folder / AUDIT_FILE).exists()


def test_a_missing_dask_is_said_with_the_way_to_install_it(handed, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"pip install 'convnet-course-autograde\[cluster\]'"):
        grade_course(handed, way=Way(scheduler="tcp://127.0.0.1:8786"))


def test_one_machine_loads_no_dask():
    program = """
    import sys
    import autograde.engine.freshpool, autograde.engine.localpool, autograde.engine.scheduler
    print({"dask", "distributed"} & set(sys.modules))
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificates with openssl")
def test_an_encrypted_scheduler_wants_the_certificate_that_was_named(tmp_path):
    for name in ("ours", "theirs"):
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
        command += ["-keyout", f"{tmp_path}/{name}.key", "-out", f"{tmp_path}/{name}.pem"]
        subprocess.run(command, check=True, capture_output=True)
    ours, theirs = (
        (f"{tmp_path}/{n}.pem", f"{tmp_path}/{n}.pem", f"{tmp_path}/{n}.key") for n in ("ours", "theirs")
    )
    with local_cluster(0, tls=ours) as address:
        assert address.startswith("tls://")
        connected(address, ours).close()
        with pytest.raises(CourseError, match="no Dask scheduler answers"):
            connected(address, theirs)
