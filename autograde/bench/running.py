"""Runs commands to be measured: seconds by the clock and of the processors, memory; a failure is an error with its own words."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.25
NOT_READ = 1  # what `autograde grade` says where a submission was no notebook


@dataclass(frozen=True)
class Cost:
    """What a command took. `peak_kb` counts all its processes together, shared pages once."""

    seconds: float
    processor_seconds: float
    peak_kb: int


def measured(command: Sequence[str], folder: Path | None = None, watch_memory: bool = True) -> Cost:
    """Run `python -m command…`. Raises RuntimeError with the end of what it said when it fails."""
    before, started = _children_seconds(), time.monotonic()
    log = (folder or Path.cwd()).parent / "log.txt"
    with log.open("wb") as said:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=folder, stdout=said, stderr=said)
        peak = 0
        while watch_memory and process.poll() is None:
            peak = max(peak, _proportional_kilobytes(process.pid))
            time.sleep(LOOK_SECONDS)
        process.wait()
    if process.returncode:
        raise RuntimeError(
            f"`{' '.join(command)}` failed with {process.returncode}:\n{log.read_text(errors='replace')[-3000:]}"
        )
    return Cost(time.monotonic() - started, _children_seconds() - before, peak)


def _children_seconds() -> float:
    """Processor time of processes that ended and were waited for: what other work on the machine changes little."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _proportional_kilobytes(pid: int) -> int:
    """Memory of a process and all below it; shared pages count once. 0 where the system does not tell."""
    total, waiting = 0, [pid]
    while waiting:
        here = waiting.pop()
        try:
            for line in Path(f"/proc/{here}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
            for task in Path(f"/proc/{here}/task").iterdir():
                waiting += [int(p) for p in (task / "children").read_text().split()]
        except OSError:
            continue
    return total


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
