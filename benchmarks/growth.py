"""How the grader's own work grows with what is handed in: seconds at one size and at four times of it.

Work in proportion takes about four times as long, work that grows with the square sixteen times. A ratio above eight is
marked. Processor time, the best of three; below a millisecond a ratio says nothing.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from functools import partial
from operator import mul
from typing import Any

import nbformat.v4 as v4

from autograde.engine.reading import Unreadable, read_notebook
from autograde.engine.safe_outputs import clean, safe_outputs
from autograde.engine.timestamps import parsed
from helpers.checking.secrets import canonical
from tests.test_written import GROWING, use

Work = Callable[[], object]
LEAST = 0.001  # s


def measured(say: Callable[[str], object]) -> dict[str, Any]:
    """{kind: {"seconds", "four_times", "ratio"}} for every reading, pattern and rendering outside of the worker."""
    figures = {}
    say(f"{'what is read':<34} {'one':>9} {'four':>9} {'ratio':>6}")
    for kind, (size, make) in KINDS.items():
        one, four = _best(make(size)), _best(make(4 * size))
        ratio = four / max(one, LEAST)
        say(f"{kind:<34} {one:8.4f}s {four:8.4f}s {ratio:6.1f}{'  !' if ratio > 8 else ''}")
        figures[kind] = {"seconds": round(one, 5), "four_times": round(four, 5), "ratio": round(ratio, 2)}
    return figures


def _best(work: Work) -> float:
    def once() -> float:
        started = time.process_time()
        with contextlib.suppress(Unreadable, ValueError):
            work()
        return time.process_time() - started

    return min(once() for _ in range(3))


def _notebook(cells: int) -> bytes:
    made = v4.new_notebook(cells=[v4.new_code_cell(f"x{i} = {i}") for i in range(cells)])
    return json.dumps(made).encode()


def _printed(characters: int) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": "a\x1b[31mb " * (characters // 8)}]


def _of(reads: Callable[[Any], object], made: Callable[[int], Any]) -> Callable[[int], Work]:
    return lambda size: partial(reads, made(size))


MARK_UP = ("<b>a</b>", "<a ", "<a b='", "</", "&amp", "<p style='a:b'>")
# Kind: a size, and what makes the work for a size.
KINDS: dict[str, tuple[int, Callable[[int], Work]]] = {
    **{f"source: {kind}": (500, _of(use, make)) for kind, make in GROWING.items()},
    **{f"mark-up: {piece!r}": (2_000, _of(clean, partial(mul, piece))) for piece in MARK_UP},
    "printed text": (400_000, _of(safe_outputs, _printed)),
    "cells of a notebook": (400, _of(read_notebook, _notebook)),
    "digits of a time stamp": (20_000, _of(parsed, partial(mul, "1"))),
    "numbers of a value": (20_000, _of(lambda v: canonical(v, None), lambda n: list(range(n)))),
    "names of a set": (5_000, _of(lambda v: canonical(v, None), lambda n: {f"n{i}" for i in range(n)})),
}
