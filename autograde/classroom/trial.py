"""`autograde try`: one answer in a process of its own, which is ended when its time is up.

The process says when it is ready, when the answer is there, and what came of it, a line of JSON each. Only the answer is
timed: getting ready takes as long as it takes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.cli import USAGE_ERRORS


class AnswerError(ValueError):
    """A file that cannot be run as an answer."""


@dataclass(frozen=True)
class Tried:
    """The verdict, for a program and for a reader."""

    dictionary: dict[str, Any]
    text: str


def trial(name: str, file: Path, seed: int | None, seconds: float, line_too: bool = False) -> Tried:
    """Try the answer to `name` in a file. Raises AnswerError when it does not run, or not end within `seconds`.

    With `line_too` also the line is searched in which one small change makes all examples right; that takes a few seconds
    more, which are not counted.
    """
    question = {"name": name, "file": str(file), "seed": seed, "line_too": line_too}
    said = ""
    answer: dict[str, Any] = {}
    with _process(question) as process:
        for expected, limit in (("ready", None), ("defined", seconds), ("line", None), ("verdict", seconds)):
            heard = _line(process, limit)
            if heard is None:
                raise AnswerError(
                    f"{file} did not end within {seconds:g} s. Is there a loop that never ends?{said}"
                )
            answer = heard
            if "error" in answer:
                raise AnswerError(answer["error"])
            if expected == "line" and answer["sentence"]:
                said = f" {answer['sentence']}"
    return Tried(answer["dictionary"], answer["text"])


@contextlib.contextmanager
def _process(question: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, ended with everything that it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "autograde.classroom.trial"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(question).encode())
        process.stdin.close()
        yield process
    finally:
        _end(process)
        process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _line(process: subprocess.Popen[bytes], seconds: float | None) -> dict[str, Any] | None:
    """The next line of the process; None where it does not come in time. Raises AnswerError where none will come."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        _end(process)

    timer = threading.Timer(seconds or 0, stop)
    timer.daemon = True
    if seconds is not None:
        timer.start()
    assert process.stdout is not None
    line = process.stdout.readline()
    timer.cancel()
    if line:
        answer: dict[str, Any] = json.loads(line)
        return answer
    if late.is_set():
        return None
    raise AnswerError(f"the answer ended the process that ran it, with status {process.wait()}")


def main() -> None:
    """Answer the one question on stdin, on stdout; nothing else that runs here gets at that."""
    question = json.loads(sys.stdin.buffer.read())
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(**answer: Any) -> None:
        channel.write(json.dumps(answer) + "\n")
        channel.flush()

    try:
        _answer(question, tell)
    except Exception as error:
        if type(error).__name__ not in USAGE_ERRORS and not isinstance(error, OSError):
            raise
        tell(error=str(error))
    os._exit(0)  # threads of the answer don't keep us


def _answer(question: dict[str, Any], tell: Any) -> None:
    # Only here: the process that waits needs none of it.
    from autograde.classroom.trying import (
        as_dictionary,
        as_text,
        prepare,
        read_answer,
        run_source,
        verdict_of,
    )

    file = Path(question["file"])
    source = read_answer(file)
    ready = prepare(question["name"])
    tell(ready=True)
    names = run_source(source, str(file), ready.names)
    tell(defined=True)
    line, sentence = None, ""
    if question["line_too"]:
        from helpers.checking.where import where

        found = where(ready.data, names)
        if found is not None and found.file == str(file):
            line, sentence = found.line, found.sentence(question["name"])
    tell(sentence=sentence)
    verdict = verdict_of(ready, names, question["seed"])
    text = as_text(verdict) + (f"\n{sentence}" if sentence else "")
    tell(dictionary=as_dictionary(verdict, line), text=text)


if __name__ == "__main__":
    main()
