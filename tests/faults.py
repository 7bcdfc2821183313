"""Kills grading at random moments, lets it go on, and compares what is there in the end with an undisturbed run.

`python -m tests.faults --kills 200` (`make faults`) prints a table by kind of victim; tests/test_engine_faults.py makes 20.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograde.engine.audit import AUDIT_FILE, read_audit
from autograde.engine.scheduler import WORK_FOLDER
from tests.classes import export, graded_files, make_class

ROOT = Path(__file__).parent.parent
KINDS = ("worker", "grader", "server", "scheduler", "writer", "machine")
ENDS_THE_RUN = ("scheduler", "writer", "machine")
PATIENCE = 300.0


@dataclass(frozen=True)
class Kill:
    """One kill that hit.

    processes  how many were alive and were killed
    lost       submissions that were in hand, so that they are graded again
    torn       whether the gradebook was in the middle of a transaction
    """

    kind: str
    part: str
    processes: int
    lost: int
    torn: bool


@dataclass
class Report:
    """What came of many kills: those that hit, and a sentence for everything that differs from an undisturbed run."""

    kills: list[Kill] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    folders: int = 0
    runs: int = 0

    def table(self) -> str:
        lines = [
            f"{'killed':<10} {'kills':>6} {'processes':>10} {'graded again':>13} {'in a transaction':>17}"
        ]
        for kind in KINDS:
            of_kind = [kill for kill in self.kills if kill.kind == kind]
            sums = [sum(getattr(k, name) for k in of_kind) for name in ("processes", "lost", "torn")]
            lines.append(f"{kind:<10} {len(of_kind):>6} {sums[0]:>10} {sums[1]:>13} {sums[2]:>17}")
        parts = Counter(kill.part for kill in self.kills)
        lines.append(
            f"{len(self.kills)} kills in {self.runs} runs over {self.folders} classes "
            f"({', '.join(f'{n} while {part}' for part, n in sorted(parts.items()))}); "
            f"{len(self.differences)} differences from an undisturbed run"
        )
        return "\n".join(lines + self.differences[:20])


@dataclass(frozen=True)
class Family:
    """The processes of a run that are alive: the scheduler and writer, its graders, worker servers and their workers."""

    scheduler: list[int]
    graders: list[int]
    servers: list[int]
    workers: list[int]

    def victims(self, kind: str) -> list[int]:
        one = {
            "worker": self.workers,
            "grader": self.graders,
            "server": self.servers,
            "scheduler": self.scheduler,
            "writer": self.scheduler,
        }
        # The scheduler goes first, so that nobody mends what the other kills break.
        return one[kind] if kind in one else self.scheduler + self.servers + self.graders + self.workers


class Run:
    """`autograde grade` as a command of its own, with its log."""

    def __init__(self, course: Path, log: Path) -> None:
        self.course, self.recorded = course, len(audit_lines(course))
        self.placed = placed(course)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "autograde", "grade", str(course), "--jobs", "2"]
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                command, env=environment, stdout=file, stderr=file, start_new_session=True
            )
        self.started = time.monotonic()

    @property
    def over(self) -> bool:
        return self.process.poll() is not None

    def family(self) -> Family:
        children = _children(self.process.pid)
        servers = [pid for pid in children if b"helpers.worker" in _said_at_start(pid)]
        workers = [below for server in servers for below in _children(server)]
        alive = [pid for pid in [self.process.pid] if is_alive(pid)]
        return Family(alive, [pid for pid in children if pid not in servers], servers, workers)

    def lost(self, kind: str, family: Family) -> int:
        """How many submissions are in hand of what is about to be killed."""
        if kind in ("worker", "grader"):
            return 1 if family.workers else 0
        if kind == "server":
            return len(family.workers)
        ready = [p for p in (self.course / WORK_FOLDER).rglob("*.ipynb") if ".old" not in str(p)]
        unrecorded = len(placed(self.course) - self.placed) - (len(audit_lines(self.course)) - self.recorded)
        return len(ready) + max(unrecorded, 0) + len(family.workers)


def audit_lines(course: Path) -> list[str]:
    path = course / AUDIT_FILE
    return path.read_text(errors="replace").splitlines() if path.exists() else []


def placed(course: Path) -> set[tuple[str, int]]:
    """Every graded notebook with the moment at which it was written."""
    found = set()
    for path in (course / "autograded").glob("*/*/*.ipynb"):
        with contextlib.suppress(FileNotFoundError):
            found.add((str(path), path.stat().st_mtime_ns))
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(p) for task in tasks for p in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid for pid in found if is_alive(pid)]


def _said_at_start(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def kill(pid: int) -> bool:
    """End a process at once and see it gone; whether it was alive until then."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        if not is_alive(pid):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        return bool(select.select([handle], [], [], 30)[0])
    finally:
        os.close(handle)


class Disturber:
    """Grades copies of a class while killing, until as many kills hit as were planned."""

    def __init__(self, template: Path, scratch: Path, dice: random.Random, say: Callable[[str], Any]) -> None:
        self.template, self.scratch, self.dice, self.say = template, scratch, dice, say
        self.report = Report()
        self.undisturbed = scratch / "undisturbed" / "course"
        shutil.copytree(template, self.undisturbed)
        self.start_seconds, self.grading_seconds = self._timed(Run(self.undisturbed, self._log))
        self.wanted = result_of(self.undisturbed)
        self.seen: dict[int, int] = {}
        say(
            f"undisturbed: {self.start_seconds:.1f} s until the first worker, then {self.grading_seconds:.1f} s"
        )

    @property
    def _log(self) -> Path:
        return self.scratch / "log.txt"

    def _timed(self, run: Run) -> tuple[float, float]:
        """Seconds until the first worker is there, and from then to the end."""
        first = 0.0
        while not run.over:
            if not first and run.family().workers and run.family().graders:
                first = time.monotonic()
            time.sleep(0.005)
        assert first and run.process.returncode in (0, 1), self._log.read_text()
        return first - run.started, time.monotonic() - first

    def all(self, kinds: list[str]) -> Report:
        """Make these kills, several per class; what misses (the class was done before) is tried again.

        Each class meets a kind once: a cell whose worker is killed from outside twice counts as one that kills its worker.
        """
        waiting = list(kinds)
        while waiting and self.report.folders < 5 + len(kinds):
            group = list(dict.fromkeys(waiting))
            for kind in group:
                waiting.remove(kind)
            waiting = self._one_class(group) + waiting
            self.say(
                f"{len(self.report.kills)} kills in {self.report.runs} runs over {self.report.folders} classes, "
                f"{len(self.report.differences)} differences"
            )
        return self.report

    def _one_class(self, kinds: list[str]) -> list[str]:
        """Disturb the grading of one class; compares in the end. Returns the kinds that did not hit."""
        folder = self.scratch / f"class{self.report.folders}" / "course"
        self.report.folders += 1
        shutil.copytree(self.template, folder)
        moments = sorted(self.dice.uniform(0, self.grading_seconds) for _ in kinds)
        clock, run, missed = 0.0, self._run(folder), []
        for kind, moment in zip(kinds, moments, strict=True):
            if run.over and kind in ENDS_THE_RUN and not finished(folder):
                run = self._run(folder)
            clock = self._strike(run, kind, clock, moment)
            if clock < 0:
                missed.append(kind)
                clock = moment
            if run.over and not finished(folder):
                run = self._run(folder)
        self._finish(run)
        self._compare(folder)
        self._wait_for_leftovers()
        return missed

    def _run(self, folder: Path) -> Run:
        self.report.runs += 1
        return Run(folder, self._log)

    def _strike(self, run: Run, kind: str, clock: float, moment: float) -> float:
        """Kill when the class was in work for so long altogether; the clock, or -1 when the run was over before.

        Scheduler and machine die while starting, too, as often as the start's share of a run asks for.
        """
        if kind in ("scheduler", "machine") and not run.family().graders:
            share = self.start_seconds / (self.start_seconds + self.grading_seconds)
            if self.dice.random() < share:
                time.sleep(self.dice.uniform(0, self.start_seconds))
                return clock if self._hit(run, kind, "starting") else -1.0
        last = time.monotonic()
        before = placed(run.course) if kind == "writer" else set()
        while not run.over:
            family, now = run.family(), time.monotonic()
            clock += now - last if family.workers else 0.0
            last = now
            if clock >= moment and self._is_at(run, kind, family, before):
                if self._hit(run, kind, "writing" if kind == "writer" else "grading"):
                    return clock
            time.sleep(0.001)
        return -1.0

    def _is_at(self, run: Run, kind: str, family: Family, before: set[tuple[str, int]]) -> bool:
        """Whether the moment has come: the writer writes, or the victim is there."""
        if kind != "writer":
            return bool(family.victims(kind)) and bool(family.graders)
        if placed(run.course) == before and not _in_transaction(run.course):
            return False
        time.sleep(self.dice.uniform(0, 0.05))
        return True

    def _hit(self, run: Run, kind: str, part: str) -> bool:
        family = run.family()
        victims = family.victims(kind)
        for pid in family.victims("machine"):
            with contextlib.suppress(OSError):
                self.seen.setdefault(pid, os.pidfd_open(pid))
        lost = run.lost(kind, family)
        chosen = victims if kind == "machine" else victims and [self.dice.choice(victims)]
        hits = sum(kill(pid) for pid in chosen)
        if not hits:
            return False
        if kind in ENDS_THE_RUN:
            if run.process.wait(PATIENCE) != -signal.SIGKILL:
                return False
        self.report.kills.append(Kill(kind, part, hits, lost, _in_transaction(run.course)))
        return True

    def _finish(self, run: Run) -> None:
        """Let the class be done, by as many further runs as that takes."""
        for _ in range(5):
            run.process.wait(PATIENCE)
            if finished(run.course):
                return
            run = self._run(run.course)
        raise AssertionError(f"not done after five undisturbed runs:\n{self._log.read_text()[-4000:]}")

    def _compare(self, folder: Path) -> None:
        found = result_of(folder)
        for part, wanted in self.wanted.items():
            if found[part] != wanted:
                self.report.differences.append(f"{folder.parent.name}, {part}: {_first(found[part], wanted)}")
        if not self.report.differences:
            shutil.rmtree(folder.parent)

    def _wait_for_leftovers(self) -> None:
        """Whatever a killed run left must end by itself."""
        deadline = time.monotonic() + PATIENCE
        for pid, handle in self.seen.items():
            if not select.select([handle], [], [], max(0.0, deadline - time.monotonic()))[0]:
                self.report.differences.append(f"process {pid} of a killed run never ended")
            os.close(handle)
        self.seen.clear()


def _first(found: dict[Any, Any], wanted: dict[Any, Any]) -> str:
    keys = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
    return f"{len(keys)} differ, first {keys[0]}: {str(found.get(keys[0]))[:200]!r}, not {str(wanted.get(keys[0]))[:200]!r}"


def _in_transaction(course: Path) -> bool:
    return (course / "gradebook.db-journal").exists()


def finished(course: Path) -> bool:
    """Whether every submission has its line in the audit for what is handed in now."""
    handed_in = {(p.parent.name, p.name) for p in (course / "submitted").glob("*/*")}
    recorded = read_audit(course)
    changed = json.loads((course / "changed.json").read_text())
    fresh = {(s, a) for s, a in handed_in if recorded.get((s, a)) is None}
    return not fresh and all(recorded[s, a].submission != digest for s, a, digest in changed)


def result_of(course: Path) -> dict[str, dict[Any, Any]]:
    """All that must not depend on kills: the gradebook, the graded notebooks, and what the audit says last."""
    audit = {pair: line.__dict__ for pair, line in read_audit(course).items()}
    return {"gradebook": export(course), "graded notebooks": graded_files(course), "audit": audit}


def disturbed(
    template: Path, scratch: Path, kills: int, seed: int, say: Callable[[str], Any] = print
) -> Report:
    """So many kills, evenly over the kinds, over copies of the class in `template`."""
    dice = random.Random(seed)
    kinds = [KINDS[number % len(KINDS)] for number in range(kills)]
    dice.shuffle(kinds)
    return Disturber(template, scratch, dice, say).all(kinds)


@contextlib.contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is None:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made).resolve()
    else:
        shutil.rmtree(chosen, ignore_errors=True)
        chosen.mkdir(parents=True)
        yield chosen.resolve()


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    from autograde.classroom.coursefolder import make_course

    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, help="work here and keep it; default: a folder that is removed"
    )
    chosen = parser.parse_args()
    with _folder(chosen.folder) as scratch:
        make_course(scratch / "released")
        make_class(scratch / "released", scratch / "template")
        report = disturbed(scratch / "template", scratch, chosen.kills, chosen.seed, _say)
        print(report.table())
    if report.differences or len(report.kills) != chosen.kills:
        sys.exit(1)


if __name__ == "__main__":
    main()
