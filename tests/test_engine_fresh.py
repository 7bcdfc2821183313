"""Workers that are started afresh for every submission, as where there is no fork: the same verdicts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograde.classroom.classgrading import Way, grade_course
from autograde.course.madeup import misconception
from autograde.engine.audit import AUDIT_FILE
from autograde.engine.freshworkers import SLOW, FreshWorkers
from autograde.engine.submission import Settings, grade_notebook
from autograde.engine.workers import SandboxError
from tests.engine import LIMITS, SEED, handed_in, master, outcomes, scores, solutions
from tests.test_engine_dask import notebooks
from tests.test_engine_runs import START, export, hand_in

ROOT = Path(__file__).parent.parent
FUNCTION = "def count_values(h, w, c):\n"
DEADLY = {
    "dea": FUNCTION + "    import os; os._exit(1)",
    "kay": FUNCTION + "    while True: pass",
    "lou": FUNCTION
    + "    import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n    while True: pass",
    "sid": FUNCTION + "    import ctypes; ctypes.string_at(0)",
}
# What Windows lacks, gone before anything else is loaded.
WITHOUT_POSIX = """
import os, signal, socket, sys
for module, names in (
    (os, "fork forkpty pidfd_open memfd_create wait4 pread"),
    (signal, "SIGALRM setitimer pthread_sigmask"),
    (socket, "send_fds recv_fds"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
sys.modules["resource"] = None
"""


@pytest.fixture
def classroom(course, tmp_path):
    """A right answer, a mistake, an exit, a loop, a loop that cannot be interrupted, a crash; and 4 s for a cell."""
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.Execute.timeout = 4\n")
    wrong = misconception("count_values", "forgets_channels")
    answers = {"ada": solutions(START), "ben": {"count_values": wrong}}
    answers |= {student: {"count_values": source} for student, source in DEADLY.items()}
    for student, given in answers.items():
        hand_in(folder, student, handed_in(course, START, given))
    return folder


def verdicts(folder):
    """Every verdict in the audit but for its time."""
    lines = [json.loads(line) for line in (folder / AUDIT_FILE).read_text().splitlines()]
    return {
        (line["student"], n["name"]): [v | {"seconds": 0} for v in n["verdicts"]]
        for line in lines
        for n in line["notebooks"]
    }


@pytest.mark.slow
def test_fresh_workers_give_the_verdicts_of_forked_ones(classroom, tmp_path, capfd):
    forked = tmp_path / "forked" / "course"
    shutil.copytree(classroom, forked)
    grade_course(forked)
    results = grade_course(classroom, way=Way(fresh=True, graders=2))
    assert verdicts(classroom) == verdicts(forked)
    assert export(classroom) == export(forked)
    mine, theirs = notebooks(classroom), notebooks(forked)
    assert [str(path) for path, text in mine.items() if theirs.get(path) != text] == []
    assert len(results) == 2 + len(DEADLY)
    said = " ".join(capfd.readouterr().err.split())
    assert said.count(" ".join(SLOW.split())) == 1


def without_posix(program):
    return WITHOUT_POSIX + program


@pytest.fixture
def workers(tmp_path, monkeypatch):
    """Workers whose processes lack what Windows lacks; nobody here forks either."""
    monkeypatch.delattr(os, "fork")
    program = ("-c", without_posix("from helpers.worker.fresh import main; main()"))
    made = FreshWorkers(1, LIMITS, tmp_path, program=program)
    yield made
    made.stop()


def graded(workers, course, answers, seconds):
    raw = json.dumps(handed_in(course, START, answers)).encode()
    return grade_notebook(workers, master(course, START), raw, {}, Settings(SEED, seconds))


@pytest.mark.slow
def test_without_fork_alarms_and_passed_descriptors_answers_are_graded_and_loops_are_stopped(workers, course):
    right = graded(workers, course, solutions(START), 30.0)
    assert set(scores(right).values()) == {1.0}, [v.sentence for v in right.verdicts]
    loop = graded(workers, course, {"count_values": DEADLY["kay"]}, 5.0)
    assert outcomes(loop)["count_values"] == "timeout"
    assert any("processes" in gap for gap in workers.gaps)


def test_gaps_of_fresh_workers_are_an_error_where_the_sandbox_is_required(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "fork")
    program = ("-c", without_posix("from helpers.worker.fresh import main; main()"))
    workers = FreshWorkers(1, LIMITS, tmp_path, require_sandbox=True, program=program)
    with pytest.raises(SandboxError, match="does not enforce"), workers.worker():
        pass
    workers.stop()


def test_the_engine_loads_where_nothing_can_be_forked_and_then_takes_fresh_workers(tmp_path):
    program = """
from pathlib import Path
import autograde.cli, autograde.engine.daskworker, autograde.nbgrader_steps, helpers.worker.server
from autograde.engine.scheduler import Options, pool_for
print(type(pool_for(Path("."), Options())).__name__)
"""
    command = [sys.executable, "-c", without_posix(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "FreshPool\n", done.stderr
