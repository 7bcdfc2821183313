"""The measurements, one after the other, over one class in one run.

Times hold the whole pipeline: start, grading, graded notebooks, gradebook, audit.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.bench.classes import hand_in, part_of
from autograde.bench.fit import fitted
from autograde.bench.nbgraders import differing, grade_sample, scores
from autograde.bench.phases import phases_of
from autograde.bench.running import Cost, cores, measured
from autograde.classroom.coursefolder import make_course
from autograde.engine.audit import AUDIT_FILE


@dataclass(frozen=True)
class Size:
    """How much is measured: class size, submissions that nbgrader grades too, class sizes for the line, Dask or not."""

    students: int = 200
    sample: int = 10
    classes: tuple[int, ...] = (10, 50, 1000)
    dask: bool = True


def bench(folder: Path, size: Size, say: Callable[[str], Any]) -> dict[str, Any]:
    """Measure in `folder`, which is emptied first; returns what bench.json holds under "grading"."""
    folder = folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    course = folder / "course"
    make_course(course)
    hand_in(course, max(size.students, size.sample, *size.classes))
    say(f"a class of {size.students}")
    whole = part_of(course, folder / "whole" / "course", size.students)
    ours = measured(["autograde", "grade", str(whole), "--jobs", "2"], whole)
    say(f"{size.sample} of them with nbgrader")
    theirs, their_scores = grade_sample(course, folder / "plain", size.sample)
    found = _compared(ours, size.students, theirs, size.sample) | _from_audit(whole)
    found["differing_scores"] = differing(scores(whole), their_scores)
    found["compared_scores"] = len(their_scores)
    say("where the time goes")
    found["phases"] = _phases(course, folder / "phases", size.students)
    say(f"classes of {', '.join(map(str, size.classes))}")
    found |= _by_class_size(course, folder, size, ours)
    if size.dask:
        say("two Dask workers against one")
        found |= _dask(course, folder / "dask", size.students)
    return found


def _compared(ours: Cost, students: int, theirs: Cost, sample: int) -> dict[str, Any]:
    mine, each = ours.seconds / students, theirs.seconds / sample
    busy, their_busy = ours.processor_seconds / students, theirs.processor_seconds / sample
    return {
        "speedup_vs_nbgrader": round(each / mine, 1),
        "processor_ratio": round(their_busy / busy, 1),
        "peak_mb": round(ours.peak_kb / 1024),
        "engine_seconds_per_submission": round(mine, 4),
        "nbgrader_seconds_per_submission": round(each, 3),
        "engine_processor_seconds_per_submission": round(busy, 4),
        "nbgrader_processor_seconds_per_submission": round(their_busy, 3),
        "students": students,
        "sample": sample,
        "cores": cores(),
    }


def _from_audit(course: Path) -> dict[str, Any]:
    """What graders noted themselves: time beside the student's own code, and in it, per submission."""
    lines = [json.loads(line) for line in (course / AUDIT_FILE).read_text().splitlines()]
    overhead = sum(line["seconds"] - line["student_seconds"] for line in lines) / len(lines)
    inside = sum(line["student_seconds"] for line in lines) / len(lines)
    return {
        "overhead_ms": round(1000 * overhead, 1),
        "student_ms_per_submission": round(1000 * inside, 1),
    }


def _by_class_size(course: Path, folder: Path, size: Size, ours: Cost) -> dict[str, Any]:
    seconds = {size.students: ours.seconds}
    processors = {size.students: ours.processor_seconds}
    for count in size.classes:
        part = part_of(course, folder / f"class{count}" / "course", count)
        cost = measured(["autograde", "grade", str(part), "--jobs", "2"], part, watch_memory=False)
        seconds[count], processors[count] = cost.seconds, cost.processor_seconds
        shutil.rmtree(part.parent)
    found: dict[str, Any] = {
        "seconds_by_class_size": {str(n): round(seconds[n], 2) for n in sorted(seconds)},
        "processor_seconds_by_class_size": {str(n): round(processors[n], 2) for n in sorted(processors)},
    }
    for name, values in (("line", seconds), ("processor_line", processors)):
        line = fitted(values)
        if line is not None:
            found[name] = {
                "start_seconds": round(line.start, 2),
                "seconds_per_submission": round(line.each, 4),
                "largest_residual": round(line.off, 3),
            }
    return found


def _phases(course: Path, folder: Path, count: int) -> dict[str, Any]:
    part, out = part_of(course, folder / "course", count), folder / "clocks"
    out.mkdir()
    started = time.monotonic()
    command = ["autograde.bench.phases", str(part), str(out), str(started)]
    cost = measured(command, part, watch_memory=False)
    return {"seconds": round(cost.seconds, 2), "submissions": count, **phases_of(out)}


def _dask(course: Path, folder: Path, count: int) -> dict[str, Any]:
    """Seconds of the same class with one and with two Dask workers, each warm from a first class of four."""
    from autograde.engine.localcluster import local_cluster

    seconds = {}
    for workers in (1, 2):
        first = part_of(course, folder / f"first{workers}" / "course", 4 * workers)
        part = part_of(course, folder / f"with{workers}" / "course", count)
        with local_cluster(workers) as address:
            for place in (first, part):
                cost = measured(
                    ["autograde", "grade", str(place), "--scheduler", address], place, watch_memory=False
                )
        seconds[workers] = cost.seconds
    return {
        "dask_seconds": {str(workers): round(spent, 2) for workers, spent in seconds.items()},
        "dask_speedup": round(seconds[1] / seconds[2], 2),
    }
