"""Catches what student code prints, on Python's streams and on the process's own, so that a warning never costs marks.

nbgrader gives 0 to a grade cell with any text on stderr. Inside `captured_output` nothing reaches the notebook.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

KEPT_CHARACTERS = 2_000


@contextlib.contextmanager
def captured_output() -> Iterator[Callable[[], str]]:
    """Redirect stdout and stderr; yields a function that returns what was printed, shortened."""
    text = _Shortened()
    with (
        _silenced(sys.stdout, text),
        _silenced(sys.stderr, text),
        contextlib.redirect_stdout(text),
        contextlib.redirect_stderr(text),
        warnings.catch_warnings(),
        _quiet_descriptors(),
    ):
        warnings.simplefilter("ignore")
        yield text.kept


@contextlib.contextmanager
def _silenced(stream: Any, text: _Shortened) -> Iterator[None]:
    """Let a stream object write to `text`: whoever kept it earlier, as a logging handler does, is heard no more either."""
    own = getattr(stream, "__dict__", None)
    if own is None:
        yield
        return
    missing = object()
    before = own.get("write", missing)  # ipykernel puts a write of its own here
    stream.write = text.write
    try:
        yield
    finally:
        if before is missing:
            del stream.write
        else:
            stream.write = before


class _Shortened(io.TextIOBase):
    """Keeps the first characters and forgets the rest, so that a printing loop cannot fill the memory."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = KEPT_CHARACTERS

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def kept(self) -> str:
        return "".join(self._parts) + ("…" if self._room < 0 else "")


@contextlib.contextmanager
def _quiet_descriptors() -> Iterator[None]:
    """Send what C code writes to descriptors 1 and 2 to nowhere meanwhile."""
    try:
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
        saved = [os.dup(1), os.dup(2)]
    except (OSError, ValueError):  # no descriptors in this host: nothing to protect
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved[0], 1)
        os.dup2(saved[1], 2)
        for descriptor in (*saved, nowhere):
            os.close(descriptor)
