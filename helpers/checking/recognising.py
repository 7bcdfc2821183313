"""Which known mistakes explain an answer: the smallest set of misconceptions behind its failing examples.

A misconception explains a failing example when it does there what the answer did. It is contradicted, and never named,
when it goes wrong where the answer is right. Knows nothing of code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from helpers.checking.checkfile import Misconception
from helpers.checking.compare import Comparator, difference
from helpers.travel.calls import Call, Observation

MOST = 3  # mistakes named together
DEEPEST = 8  # lists in lists that a fingerprint looks into
FEWEST_MATCHES = 2  # examples that must agree where a mistake explains only some of the failing ones


@dataclass(frozen=True)
class Seen:
    """One example as the answer did it."""

    call: Call
    observed: Observation
    failed: bool


@dataclass(frozen=True)
class Recognised:
    """A named mistake and the places of the examples that it explains. `whole`: nothing is left unexplained."""

    misconception: Misconception
    explains: tuple[int, ...]
    whole: bool = True


def recognise(
    compare: Comparator,
    known: Sequence[Misconception],
    seen: Sequence[Seen],
    pairs: Mapping[str, tuple[int, int]] | None = None,
) -> tuple[Recognised, ...]:
    """The mistakes that explain the answer, the fewest that do; empty when none is known.

    pairs  digests of what two edits of one right answer do together: places of both in `known`
    """
    failing = frozenset(place for place, one in enumerate(seen) if one.failed)
    candidates = [c for m in known if (c := _candidate(compare, m, seen, failing)) is not None]
    candidates.sort(key=lambda c: not c.exact)
    for count in range(1, MOST + 1):
        for chosen in combinations(candidates, count):
            if _covers(chosen, failing):
                return tuple(Recognised(c.misconception, tuple(sorted(c.explains))) for c in chosen)
        if count == 1 and pairs and (both := pairs.get(fingerprint(seen))):
            return tuple(Recognised(known[place], tuple(sorted(failing))) for place in both)
    return _in_part(candidates, failing)


@dataclass(frozen=True)
class _Candidate:
    """A misconception that the answer does not contradict.

    values  places where what agrees is no exception on a call that asks for a result
    results places where a result agrees with a wrong one
    exact   whether it does everywhere what the answer did, also where both accept what they must refuse
    """

    misconception: Misconception
    exact: bool
    wrong_on: frozenset[int]
    of_results: frozenset[int]
    explains: frozenset[int]
    values: frozenset[int]

    @property
    def results(self) -> frozenset[int]:
        return self.values & self.of_results


def _candidate(
    compare: Comparator, misconception: Misconception, seen: Sequence[Seen], failing: frozenset[int]
) -> _Candidate | None:
    wrong_on = frozenset(misconception.observations)
    of_values = frozenset(place for place in wrong_on if seen[place].call.error is None)
    # Whether a mistake of values also forgets to refuse bad input says nothing about it.
    if not (of_values or wrong_on) <= failing:
        return None
    exact = wrong_on <= failing and all(
        same(compare, seen[place].call, misconception.observations[place], seen[place].observed)
        for place in wrong_on
    )
    wrong_on &= failing
    explains = frozenset(
        place
        for place in wrong_on
        if looks_alike(compare, seen[place].call, misconception.observations[place], seen[place].observed)
    )
    values = frozenset(
        place for place in explains if seen[place].call.error is not None or not seen[place].observed.raised
    )
    return _Candidate(misconception, exact, wrong_on, of_values, explains, values) if explains else None


def _covers(chosen: Sequence[_Candidate], failing: frozenset[int]) -> bool:
    """Whether each failing example is explained, and each mistake explains one that no other does.

    Where two of the mistakes meet, the answer does what neither does alone; each must then show itself elsewhere.
    """
    explained = frozenset[int]().union(*(c.explains for c in chosen))
    for one in chosen:
        others = frozenset[int]().union(*(c.explains for c in chosen if c is not one))
        if len(chosen) > 1 and not one.explains - others:
            return False
    left = failing - explained
    met = {place for a, b in combinations(chosen, 2) for place in a.wrong_on & b.wrong_on}
    return left <= met and (not left or all(c.values for c in chosen))


def _in_part(candidates: Sequence[_Candidate], failing: frozenset[int]) -> tuple[Recognised, ...]:
    """The mistake that explains most, where the rest stays unexplained: several results must agree, and most of its own."""
    best: _Candidate | None = None
    for one in candidates:
        if len(one.results) < FEWEST_MATCHES or 4 * len(one.explains) < 3 * len(one.wrong_on):
            continue
        if best is None or len(one.explains) > len(best.explains):
            best = one
    return (Recognised(best.misconception, tuple(sorted(best.explains)), whole=False),) if best else ()


def looks_alike(compare: Comparator, call: Call, one: Observation, other: Observation) -> bool:
    """Whether two observations of one call cannot be told apart.

    Where the contract asks for an error: both returned something, or both raised the same other error. Where it asks
    for a value: the same value, dtype and changed inputs, or the same error from the same cause.
    """
    if call.error is not None and not (one.raised or other.raised):
        return True
    return same(compare, call, one, other)


def same(compare: Comparator, call: Call, one: Observation, other: Observation) -> bool:
    """Like `looks_alike`, and what was returned where an error is asked for counts too."""
    if one.raised or other.raised:
        if not (one.errors and other.errors) or one.errors[0] != other.errors[0]:
            return False
        return call.error is not None or _same_words(one.message, other.message)
    if bool(one.changed) != bool(other.changed):
        return False
    plain = replace(call, error=None)
    return difference(compare, plain, one, other, changes_input=True) is None


# How NumPy's and Python's own messages begin: they tell one cause from another. A refusal's words are whoever wrote it.
OF_A_LIBRARY = re.compile(
    r"could not broadcast|operands could not|cannot reshape|shapes? |matmul|zero-size|index |axis |axes|all the input|"
    r"negative dimensions|setting an array|einstein|einsum|operand|not enough values|too many values|'|list |tuple |"
    r"unsupported operand|only |can't|cannot|invalid literal|array |string |math domain|\w+\(\)"
)


def _same_words(one: str, other: str) -> bool:
    """Whether two messages may have one cause: the same words, or both the words of a refusal that somebody wrote."""
    return one == other or not (OF_A_LIBRARY.match(one) or OF_A_LIBRARY.match(other))


def fingerprint(seen: Sequence[Seen]) -> str:
    """A short digest of what an answer does on its failing examples, up to rounding."""
    text = hashlib.sha256()
    for place, one in enumerate(seen):
        if one.failed:
            text.update(f"{place}:".encode())
            for piece in _pieces(one.call, one.observed):
                text.update(piece.encode() + b";")
    return text.hexdigest()[:16]


def _pieces(call: Call, observed: Observation) -> Iterator[str]:
    if observed.raised:
        yield f"raises {observed.errors[0]}"
    elif call.error is not None:
        yield "returns"
    else:
        yield "changes" if observed.changed else "keeps"
        yield from _rounded(observed.value)


def _rounded(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, list | tuple) and depth < DEEPEST:  # a list may hold itself
        yield f"{len(value)} items"
        for item in value:
            yield from _rounded(item, depth + 1)
        return
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiub":
            raise TypeError
    except (TypeError, ValueError, RuntimeError):
        yield f"other {value!r}"[:80] if isinstance(value, str | type(None)) else type(value).__name__
        return
    numbers = np.nan_to_num(array.astype(float), nan=7.0, posinf=1e300, neginf=-1e300)
    scale = float(np.abs(numbers).max(initial=0.0))
    # Not at halves: whole numbers divided by one another often lie there, and would be rounded this way or that.
    steps = np.floor(numbers / (scale or 1.0) * 1e5 + 0.2731).astype(np.int64)
    yield f"{array.shape} {'f' if array.dtype.kind == 'f' else 'i'} {scale:.4g} {steps.ravel().tolist()}"
