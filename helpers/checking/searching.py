"""Looks for one small edit of the student's own code that makes the visible examples right; what it finds is a line.

Runs in the process that calls it, which should be one that may be lost: edited code can do anything. Edits that loop are
interrupted from a second thread, which works on every system.
"""

from __future__ import annotations

import _thread
import ast
import contextlib
import signal
import threading
import time
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any, TypeVar

from helpers.checking.checkfile import CheckData, Example
from helpers.checking.compare import difference
from helpers.checking.own_code import OwnCode, Piece
from helpers.checking.small_edits import RANK, SmallEdit, small_edits
from helpers.travel.calls import observe_in_silence
from helpers.travel.output import captured_output

# Edits of the later kinds add something that was not there. They only count where no slip of the earlier kinds is found.
LIKELY = RANK["negation"]
SECONDS, FACTOR = 0.05, 8.0  # for an edited call: at least, and times as long as before
SLOW, ENDLESS = 1.0, 0.04  # for a call before any edit; for an edited one where that did not end
APART = 1  # lines; further apart, nobody knows which is meant
T = TypeVar("T")


@dataclass(frozen=True)
class Where:
    """The line where one small change makes examples right.

    line, text   its number in the cell or file, from 1, and how it reads
    function     the function or class in which it stands
    file         what Python calls the cell or file
    everything   whether every example becomes right; else every one that asks for a value does
    """

    line: int
    text: str
    function: str
    file: str
    everything: bool = True

    def sentence(self, function: str) -> str:
        """Says it to the student who was asked for `function`."""
        which = f"line {self.line}" if self.function == function else f"line {self.line} of `{self.function}`"
        what = "all examples" if self.everything else "all examples that ask for a value"
        return f"One small change in {which} makes {what} right: `{self.text}`"


class TooLong(BaseException):
    """Raised inside of edited code that does not end; no `except Exception` catches it."""


class Watch:
    """Interrupts what takes too long. Use from the main thread; elsewhere nothing is interrupted."""

    def __init__(self) -> None:
        self.deadline = float("inf")
        self.ended = threading.Event()

    def __enter__(self) -> Watch:
        if threading.current_thread() is threading.main_thread():
            self.before = signal.signal(signal.SIGINT, self.interrupt)
            threading.Thread(target=self.look, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.deadline = float("inf")
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self.before)

    def look(self) -> None:
        while not self.ended.wait(0.01):
            if time.monotonic() >= self.deadline:
                _thread.interrupt_main()

    def interrupt(self, *_: object) -> None:
        if time.monotonic() >= self.deadline:
            self.deadline = time.monotonic() + 0.05  # again, if a bare `except` swallows it
            raise TooLong

    def within(self, seconds: float, do: Callable[[], T]) -> T | None:
        """What `do` returns; None where it takes too long."""
        try:
            self.deadline = time.monotonic() + seconds
            try:
                return do()
            finally:
                self.deadline = float("inf")
        except TooLong:
            self.deadline = float("inf")
            return None


def search(code: OwnCode, data: CheckData, seconds: float) -> Where | None:
    """The line of the student's code in which one small edit makes every visible example right; None where there is none.

    Also None where edits of distant lines do. Where refusals are missing too, examples that ask for a value decide.
    """
    end = time.monotonic() + seconds
    with Watch() as watch, warnings.catch_warnings(), captured_output():
        warnings.simplefilter("ignore")
        trying = _Trying(code, data, watch, end)
        if not trying.failing:
            return None
        found = _Found()
        for edit, piece in _edits(code):
            likely = RANK[edit.kind] < LIKELY
            if time.monotonic() > end or (not likely and found.lines):
                break
            everything = trying.right(piece, edit)
            if everything is not None:
                found.add(piece, edit, everything)
                if found.distant:
                    return None
        return found.answer()


class _Found:
    """The lines found so far: of edits that make everything right, else of those that do so for values."""

    def __init__(self) -> None:
        self.everything = False
        self.lines: list[tuple[Piece, int]] = []

    def add(self, piece: Piece, edit: SmallEdit, everything: bool) -> None:
        if everything and not self.everything:
            self.everything, self.lines = True, []
        if everything == self.everything:
            self.lines.append((piece, edit.line))

    @property
    def distant(self) -> bool:
        numbers = [line for _, line in self.lines]
        return self.everything and (
            len({piece.name for piece, _ in self.lines}) > 1 or max(numbers) - min(numbers) > APART
        )

    def answer(self) -> Where | None:
        if not self.lines:
            return None
        numbers = [line for _, line in self.lines]
        if len({piece.name for piece, _ in self.lines}) > 1 or max(numbers) - min(numbers) > APART:
            return None
        piece, line = self.lines[0]
        text = piece.source.splitlines()[line - 1].strip()
        return Where(piece.first + line - 1, text, piece.name, piece.file, self.everything)


def _edits(code: OwnCode) -> Iterator[tuple[SmallEdit, Piece]]:
    """The edits of all pieces, likeliest first; of two that are as likely, the one nearer to the answer first."""
    known = {piece.name: _parameters(piece) for piece in code.pieces}
    ways = [
        [(RANK[edit.kind], number, edit, piece) for edit in small_edits(piece.source, known)]
        for number, piece in enumerate(reversed(code.pieces))
    ]
    for _, _, edit, piece in merge(*ways, key=lambda one: one[:2]):
        yield edit, piece


def _parameters(piece: Piece) -> list[str]:
    node = ast.parse(piece.source).body[0]
    return [a.arg for a in node.args.args] if isinstance(node, ast.FunctionDef) else []


class _Trying:
    """Runs the student's code, edited or not, on the examples; the failing ones first, quick ones before slow ones."""

    def __init__(self, code: OwnCode, data: CheckData, watch: Watch, end: float) -> None:
        self.data, self.watch, self.end = data, watch, end
        self.surroundings = code.surroundings()
        self.codes = {piece.name: compile(piece.source, piece.file, "exec") for piece in code.pieces}
        self.limits: dict[int, float] = {}
        names = self.watch.within(self.left(SLOW), lambda: self.run(self.codes))
        seen = self.tried(names or {})
        wrong = [place for place, right in seen if not right]
        values = [place for place in wrong if not self.asks_for_an_error(place)]
        errors = [place for place in wrong if self.asks_for_an_error(place)]
        passing = [place for place, right in seen if right]
        # Values first: where they fail, an edit that mends them counts even if a refusal is missing elsewhere.
        self.failing = sorted(values, key=self.cost) + sorted(errors, key=self.cost)
        self.passing = sorted(passing, key=self.cost)
        self.forgivable = frozenset(errors) if values else frozenset()

    def left(self, seconds: float) -> float:
        return max(0.0, min(seconds, self.end - time.monotonic()))

    def asks_for_an_error(self, place: int) -> bool:
        return self.data.examples[place].call.error is not None

    def cost(self, place: int) -> float:
        return self.limits[place]

    def run(self, codes: Mapping[str, types.CodeType]) -> dict[str, Any]:
        names = dict(self.surroundings)
        with contextlib.suppress(Exception, SystemExit):
            for code in codes.values():
                exec(code, names)
            return names
        return {}

    def tried(self, names: Mapping[str, Any]) -> list[tuple[int, bool]]:
        """The examples by place, and whether the unedited answer is right; notes how long edited ones may take."""
        slow, seen = SLOW, []
        for place in range(len(self.data.examples)):
            start = time.monotonic()
            right = self.watch.within(self.left(slow), lambda place=place: self.is_right(names, place))  # type: ignore[misc]
            self.limits[place] = SECONDS + FACTOR * (time.monotonic() - start)
            if right is None:  # the next ones are hardly better
                self.limits[place] = slow = ENDLESS
            seen.append((place, bool(right)))
        return seen

    def is_right(self, names: Mapping[str, Any], place: int) -> bool:
        example: Example = self.data.examples[place]
        function = names.get(example.call.function or self.data.functions[0])
        if function is None:
            return False
        observed = observe_in_silence(function, example.call)
        found = difference(
            self.data.compare, example.call, example.expected, observed, self.data.changes_input
        )
        return found is None

    def right(self, piece: Piece, edit: SmallEdit) -> bool | None:
        """True where the edit makes every example right, False where every one that asks for a value, else None."""
        try:
            code = compile(edit.source, piece.file, "exec")
        except (SyntaxError, ValueError):
            return None
        edited = {**self.codes, piece.name: code}
        names = self.watch.within(self.left(ENDLESS), lambda: self.run(edited))
        if not names:
            return None
        return self.judged(names, self.failing, self.passing)

    def judged(self, names: Mapping[str, Any], failing: Sequence[int], passing: Sequence[int]) -> bool | None:
        everything = True
        for place in (*failing, *passing):
            limit = self.left(self.limits[place])
            if not limit:
                return None
            if not self.watch.within(limit, lambda place=place: self.is_right(names, place)):  # type: ignore[misc]
                if place not in self.forgivable:
                    return None
                everything = False
        return everything
