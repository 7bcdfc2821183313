"""How much work something is, in lines of Python that run: the same number on every machine, however busy.

What C code does inside one line does not show; such work is bounded by deadlines and measured by `make bench`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

LITTLE = 100_000  # lines: some thirty milliseconds, so that a picture follows the hand that moves a slider


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python `work` runs, in this thread."""
    seen = 0

    def count(frame: object, event: str, argument: object) -> Callable:
        nonlocal seen
        seen += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return seen
