"""What goes wrong around grading: kills, full disks, folders without permission, held and damaged gradebooks, files that are no notebooks."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from autograde.classroom.classgrading import grade_course
from autograde.classroom.coursefolder import CourseError
from autograde.engine import scheduler
from autograde.engine.audit import AUDIT_FILE, read_audit
from autograde.engine.workers import await_server, launch_server
from helpers.worker.confine import Limits
from tests.classes import START, export, graded_files, hand_in, make_class
from tests.engine import handed_in, released, solutions
from tests.faults import KINDS, disturbed

ROOT = Path(__file__).parent.parent
KILLS = 20
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
SOMEBODY = 4242
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture
def classroom(course, tmp_path):
    """Three submissions: right, untouched, and one that is no notebook."""
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    hand_in(folder, "ada", handed_in(course, START, solutions(START)))
    hand_in(folder, "ben", released(course, START))
    hand_in(folder, "cem", "")
    return folder


@pytest.fixture(scope="session")
def undisturbed(course, tmp_path_factory):
    """What a gradebook and the graded notebooks of `classroom` look like where nothing went wrong."""
    folder = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(course, folder)
    hand_in(folder, "ada", handed_in(course, START, solutions(START)))
    hand_in(folder, "ben", released(course, START))
    hand_in(folder, "cem", "")
    grade_course(folder)
    return export(folder), graded_files(folder)


def result(folder):
    return export(folder), graded_files(folder)


@linux_only
@pytest.mark.slow
def test_twenty_kills_at_random_moments_change_nothing(course, tmp_path):
    """Workers, graders, worker servers, the scheduler, the writer while it writes, and all of them at once."""
    make_class(course, tmp_path / "template")
    said: list[str] = []
    report = disturbed(tmp_path / "template", tmp_path, KILLS, seed=20, say=said.append)
    kinds = Counter(kill.kind for kill in report.kills)
    assert not report.differences, report.table()
    assert kinds == Counter(KINDS[number % len(KINDS)] for number in range(KILLS)), report.table()
    assert all(kill.processes >= 1 for kill in report.kills)
    assert all(kill.processes >= 2 for kill in report.kills if kill.kind == "machine"), report.table()
    assert sum(kill.lost for kill in report.kills) > 0, "no kill hit anything that was being graded"


DEADLY_PROBE = """
import os
from helpers.worker import server
server.probe = lambda *_: os._exit(1)
server.main()
"""


@linux_only
def test_a_probe_of_the_sandbox_that_dies_is_a_gap(tmp_path):
    server = await_server(*launch_server(1, Limits(), tmp_path, ("-c", DEADLY_PROBE)))
    server.stop()
    assert ["probe" in gap for gap in server.gaps] == [True]


# Files that are no notebooks: what lies there, and words of the reason.


def _cells(count):
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell] * count})


def _socket(path):
    # Its whole path would be too long for a socket's name.
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{here}/{path.name}")
    os.close(here)


TEXTS = {
    "empty": ("", "the file is empty"),
    "torn": ('{"cells": [', "not JSON"),
    "utf8": (b'{"nbformat": 4, "cells": ["\xff\xfe"]}', "UTF-8"),
    "format5": ('{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}', "format 4"),
    "format99": ('{"nbformat": 99, "metadata": {}, "cells": []}', "format 4"),
    "cells": (_cells(10_000), "10000 cells"),
    "large": (b"{" + b" " * (50 * 2**20), "50 MB"),
    "larger": (None, "the file has 70000 MB"),
}
INSTEAD = {
    "folder": (lambda path: path.mkdir(), "there is a folder"),
    "pipe": (lambda path: os.mkfifo(path), "there is a pipe"),
    "link": (lambda path: path.symlink_to("/etc/passwd"), "there is a link"),
    "loop": (lambda path: path.symlink_to(path), "there is a link"),
    "socket": (_socket, "there is a device or socket"),
    "device": (lambda path: os.mknod(path, 0o20666, os.makedev(1, 5)), "there is a device or socket"),
}


@linux_only
def test_whatever_lies_in_place_of_a_notebook_is_graded_as_untouched_with_its_reason(classroom, course):
    wanted = {"cem": "the file is empty"}
    for student, (text, why) in TEXTS.items():
        path = hand_in(classroom, student, "" if text is None else text)
        if text is None:  # a file with a hole, which takes no room
            os.truncate(path, 70_000 * 2**20)
        wanted[student] = why
    for student, (make, why) in INSTEAD.items():
        path = hand_in(classroom, student, "")
        path.unlink()
        with contextlib.suppress(PermissionError):  # devices are for root, and not in every container
            make(path)
            wanted[student] = why
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet([nbformat.v3.new_code_cell("1")])])
    hand_in(classroom, "format3", nbformat.v3.writes_json(old))
    results = {r.student: r for r in grade_course(classroom)}
    for student, why in wanted.items():
        assert why in results[student].problem, (student, results[student])
        graded = nbformat.read(classroom / "autograded" / student / START / f"{START}.ipynb", as_version=4)
        assert why in json.dumps(graded.cells), student
    assert {s: results[s].score for s in results} == dict.fromkeys(results, 0.0) | {"ada": 1.0}
    assert not results["ada"].problem and not results["ben"].problem and not results["format3"].problem
    assert all(r.skipped for r in grade_course(classroom))


# As an ordinary user: root may read and write everything.

AS_SOMEBODY = """
import os, sys, json
from pathlib import Path
if os.geteuid() == 0:
    from helpers.worker import linux
    from tests.closed_home import open_the_way
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    open_the_way()
    import autograde.engine.scheduler, autograde.course.registry, helpers.worker.warm
    os.setgroups([]); os.setgid(4242); os.setuid(4242)
os.environ.update(HOME="/tmp", MPLCONFIGDIR="/tmp")
from autograde.classroom.classgrading import grade_course
from autograde.classroom.coursefolder import CourseError
try:
    results = grade_course(Path(sys.argv[1]))
    print(json.dumps({r.student: [r.score, r.problem] for r in results}))
except CourseError as error:
    print(json.dumps(str(error)))
"""


def graded_by_somebody(folder):
    """Grade as a user who is not root: {student: [score, problem]}, or the sentence of a CourseError."""
    if IS_ROOT:
        for path in folder.parents:  # pytest's own folders are closed to others
            if path.is_relative_to(tempfile.gettempdir()) and path != Path(tempfile.gettempdir()):
                path.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(AS_SOMEBODY), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def give_away(folder):
    if IS_ROOT:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, SOMEBODY, SOMEBODY, follow_symlinks=False)


@linux_only
@pytest.mark.slow
def test_a_folder_that_may_not_be_written_is_said_and_graded_later(classroom, undisturbed):
    closed = classroom / "submitted" / "dea" / START
    path = hand_in(classroom, "dea", "{}")
    path.chmod(0)
    give_away(classroom)
    (classroom / "autograded").mkdir(exist_ok=True)
    (classroom / "autograded").chmod(0o555)
    said = graded_by_somebody(classroom)
    assert "autograded" in said and "cannot be written: Permission denied" in said
    (classroom / "autograded").chmod(0o777)
    classroom.chmod(0o555)
    said = graded_by_somebody(classroom)
    assert "then grade again" in said and re.search("readonly|Permission denied", said), said
    classroom.chmod(0o777)
    results = graded_by_somebody(classroom)
    assert results["dea"] == [0.0, "the file cannot be read: Permission denied"]
    assert results["ada"] == [1.0, ""]
    shutil.rmtree(closed.parent)
    found = result(classroom)
    assert {k: v for k, v in found[0].items() if k[0] != "dea"} == undisturbed[0]


# No room.


@contextlib.contextmanager
def small_disk(place, kilobytes):
    """A file system of that size at `place`, and a function that makes it larger; skips where none can be mounted."""
    place.mkdir()

    def mount(options):
        return subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True
        ).returncode

    if not IS_ROOT or mount(f"size={kilobytes}k"):
        pytest.skip("no file system can be mounted here")
    try:
        yield lambda more: mount(f"remount,size={more}k")
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def graded_by_command(folder, **more):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "autograde", "grade", str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, **more)


@linux_only
@pytest.mark.slow
@pytest.mark.parametrize("room", [40, 200], ids=["no room for notebooks", "no room for the gradebook"])
def test_a_full_disk_is_said_and_what_was_not_written_is_graded_later(classroom, undisturbed, tmp_path, room):
    used = sum(4096 + -(-p.lstat().st_size // 4096) * 4096 for p in classroom.rglob("*")) // 1024
    with small_disk(tmp_path / "disk", used + 1024) as resize:
        folder = tmp_path / "disk" / "course"
        shutil.copytree(classroom, folder)
        left = shutil.disk_usage(folder).free // 1024
        (folder / "filler").write_bytes(b"x" * 1024 * (left - room))
        done = graded_by_command(folder)
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        assert re.search(r"No space left on device|disk is full|disk I/O error", done.stderr), done.stderr
        assert "then grade again" in done.stderr
        assert resize(used + 65_536) == 0
        assert graded_by_command(folder).returncode == 1  # one is no notebook
        assert result(folder) == undisturbed


@linux_only
@pytest.mark.slow
def test_a_limit_on_the_size_of_files_is_said_and_nothing_is_lost(classroom, undisturbed):
    """What a quota does: the gradebook cannot grow."""
    size = (classroom / "gradebook.db").stat().st_size
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
    done = graded_by_command(classroom, preexec_fn=limit)
    assert done.returncode == 1 and "then grade again" in done.stderr, done.stderr
    graded_by_command(classroom)
    assert result(classroom) == undisturbed


# The gradebook.


def test_a_gradebook_that_stays_held_is_said_and_graded_later(classroom, undisturbed, monkeypatch):
    monkeypatch.setattr(scheduler, "LOCKED_TRIES", 1)  # ten seconds instead of half a minute
    holder = sqlite3.connect(classroom / "gradebook.db")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(CourseError, match="locked.*then grade again"):
        grade_course(classroom)
    holder.rollback()
    holder.close()
    assert not read_audit(classroom)
    grade_course(classroom)
    assert result(classroom) == undisturbed


def _halved(path):
    os.truncate(path, path.stat().st_size // 2)


def _scribbled(path):
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(os.urandom(path.stat().st_size // 3))


@pytest.mark.parametrize("damage", [_halved, _scribbled, lambda path: path.write_bytes(b"")])
def test_a_damaged_gradebook_is_said_and_a_copy_put_back_is_graded_on(classroom, damage):
    path = classroom / "gradebook.db"
    copy = path.read_bytes()
    damage(path)
    with pytest.raises(CourseError, match="gradebook"):
        grade_course(classroom)
    path.write_bytes(copy)
    assert {r.student: r.score for r in grade_course(classroom, student="ada")} == {"ada": 1.0}


def test_damaged_lines_of_the_audit_are_left_aside_and_their_submissions_graded_again(classroom):
    grade_course(classroom)
    before = result(classroom)
    path = classroom / AUDIT_FILE
    lines = path.read_bytes().splitlines(keepends=True)
    noise = b"\0" * 4096 + b"\n" + b"\xff\xfe\n" + b"[1, 2]\n" + b'{"student": 3}\n'
    path.write_bytes(noise + lines[0] + lines[1] + b"\0" * len(lines[2]))
    assert len(read_audit(classroom)) == 2
    assert sum(not r.skipped for r in grade_course(classroom)) == 1
    assert len(read_audit(classroom)) == 3 and result(classroom) == before
