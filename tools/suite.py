"""The whole test suite, in one order, with the time that each step took.

Every step runs even when one before it failed, so that one run tells all; the exit status is 1 if any did.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import environment
import machine
from say import step

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Outcome:
    """How one step went."""

    title: str
    status: int
    seconds: float

    def __str__(self) -> str:
        return f"   {self.title:28s} {'ok' if self.status == 0 else 'FAILED':6s} {self.seconds:7.1f} s"


def run(python: str, arguments: list[str]) -> int:
    """Run everything; `arguments` go to pytest."""
    (REPOSITORY / "build" / "screenshots").mkdir(parents=True, exist_ok=True)
    surroundings = {
        **os.environ,
        "COURSE_BROWSER": machine.require_browser(),
        "COURSE_SCREENSHOTS": str(REPOSITORY / "build" / "screenshots"),
        # Two test processes share two cores; more threads than cores only get in each other's way.
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        "PATH": os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")]),
    }
    outcomes = [_outcome(title, command, surroundings) for title, command in _steps(python, arguments)]
    step("how long it took")
    for outcome in outcomes:
        print(outcome)
    print(f"   {'all':28s} {'':6s} {sum(outcome.seconds for outcome in outcomes):7.1f} s", flush=True)
    return int(any(outcome.status != 0 for outcome in outcomes))


def _steps(python: str, arguments: list[str]) -> list[tuple[str, list[str]]]:
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format --check", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [python, "-m", "mypy", "helpers", "autograde"]),
        ("autograde build --check", [environment.command("autograde"), "build", "--check"]),
        ("pytest", [python, "-m", "pytest", "-n", "2", *arguments]),
    ]


def _outcome(title: str, command: list[str], surroundings: dict[str, str]) -> Outcome:
    step(title)
    start = time.monotonic()
    status = subprocess.call(command, cwd=REPOSITORY, env=surroundings, stdin=subprocess.DEVNULL)
    return Outcome(title, status, time.monotonic() - start)
