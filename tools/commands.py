"""What `make lab`, `make test` and the others do, command by command.

Runs on the Python of the machine with its standard library only; each command first sees to it that
`.venv` is complete, then works inside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import environment
import lab
import machine
from say import Trouble

REPOSITORY = Path(__file__).resolve().parent.parent


def run(arguments: list[str]) -> int:
    """Carry out one command; the exit status."""
    name, *rest = arguments or ["help"]
    known = commands_here()
    if name not in known:
        print(f"there is no command {name!r}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    try:
        return known[name](rest)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def commands_here() -> dict[str, Callable[[list[str]], int]]:
    """The commands that make sense here: the student edition has nothing to build, test or grade."""
    if (REPOSITORY / "autograde").exists():
        return COMMANDS
    return {name: COMMANDS[name] for name in ("lab", "env", "clean", "help")}


def env(arguments: list[str]) -> int:
    """make the environment: .venv with everything the course needs ('env test': and the tests)"""
    environment.ensure(environment.TEST if "test" in arguments else environment.COURSE)
    return 0


def open_lab(arguments: list[str]) -> int:
    """build what is stale and open the course in JupyterLab"""
    return lab.serve(environment.ensure(environment.COURSE), arguments)


def test(arguments: list[str]) -> int:
    """run linter, formatter, type checker, `autograde build --check` and all tests"""
    import suite  # the student edition has no tests

    return suite.run(environment.ensure(environment.TEST), arguments)


def demo(arguments: list[str]) -> int:
    """grade a small made-up class with nbgrader and print what each student got"""
    return _autograde("demo", *arguments)


def bench(arguments: list[str]) -> int:
    """measure notebooks, explorers, and grading against nbgrader's own; figures also in build/bench.json"""
    python = environment.ensure(environment.TEST)
    surroundings = {**os.environ, "COURSE_BROWSER": machine.require_browser()}
    felt = subprocess.call([python, "-m", "benchmarks"], cwd=REPOSITORY, env=surroundings)
    return _autograde("bench", *arguments) or felt


def faults(arguments: list[str]) -> int:
    """kill grading 200 times at random moments; the gradebook must be as if nothing had happened"""
    return _tests_module("tests.faults", arguments)


def honesty(arguments: list[str]) -> int:
    """grade a class over all lectures with the engine and with plain nbgrader; compare every cell"""
    return _tests_module("tests.honesty", arguments)


def attacks(arguments: list[str]) -> int:
    """grade a submission for every attack on grading, as root and as an ordinary user, and print the table"""
    return _tests_module("tests.attacks", arguments)


def fuzz(arguments: list[str]) -> int:
    """fuzz codec, protocol, notebook reader and cleaner by coverage: ARGS="--seconds 600", three minutes without"""
    return _tests_module("tests.fuzz", arguments)


def mutants(arguments: list[str]) -> int:
    """try the check on every small slip in every right answer: ARGS="conv2d", the whole course without"""
    return _autograde("mutants", *arguments)


def _tests_module(name: str, arguments: list[str]) -> int:
    python = environment.ensure(environment.TEST)
    return subprocess.call([python, "-m", name, *arguments], cwd=REPOSITORY)


def build(arguments: list[str]) -> int:
    """write the students' notebooks from solutions/"""
    return _autograde("build", *arguments)


def data(arguments: list[str]) -> int:
    """write the photographs and digits in helpers/data anew"""
    python = environment.ensure(environment.COURSE)
    return subprocess.call([python, "tools/data.py", *arguments], cwd=REPOSITORY)


def lock(arguments: list[str]) -> int:
    """resolve the requirements anew and write requirements.lock and requirements-test.lock"""
    python = environment.ensure(environment.TEST)
    return subprocess.call([python, "tools/lock.py", *arguments], cwd=REPOSITORY)


def clean(arguments: list[str]) -> int:
    """remove what builds and tests leave behind; the environment stays"""
    left_behind = [REPOSITORY / name for name in ("build", ".pytest_cache", ".mypy_cache", ".ruff_cache")]
    left_behind += [REPOSITORY / ".hypothesis"]
    for folder in ("helpers", "autograde", "tests", "tools", "solutions"):
        left_behind += (REPOSITORY / folder).rglob("__pycache__")
    for path in left_behind:
        shutil.rmtree(path, ignore_errors=True)
    return 0


def usage(arguments: list[str]) -> int:
    """list the commands"""
    for name, command in commands_here().items():
        print(f"  {name:7s} {command.__doc__}")
    return 0


def _autograde(*arguments: str) -> int:
    environment.ensure(environment.COURSE)
    return subprocess.call([environment.command("autograde"), *arguments], cwd=REPOSITORY)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "lab": open_lab,
    "test": test,
    "demo": demo,
    "bench": bench,
    "faults": faults,
    "honesty": honesty,
    "attacks": attacks,
    "fuzz": fuzz,
    "mutants": mutants,
    "build": build,
    "data": data,
    "lock": lock,
    "env": env,
    "clean": clean,
    "help": usage,
}
