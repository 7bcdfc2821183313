"""What failing examples have in common that passing ones do not have: a sentence that is true by construction.

It compares features of examples and never guesses about code; it says nothing where nothing separates them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from helpers.checking.features import phrases
from helpers.checking.words import listed

Phrases = Mapping[str, tuple[str, str]]
MOST_PARTS = 3
MOST_ALIKE = 3
MOST_TRIED = 24


@dataclass(frozen=True)
class Tried:
    """One example as this module sees it: title, features, whether it must be refused, whether the answer fails it."""

    title: str
    features: frozenset[str]
    refusal: bool
    failed: bool


@dataclass(frozen=True)
class Side:
    """A feature that is there, or one that is not: one side of a distinction between examples."""

    feature: str
    there: bool

    def holds(self, tried: Tried) -> bool:
        return (self.feature in tried.features) == self.there

    def phrase(self, own: Phrases) -> str:
        return phrases(self.feature, own)[0 if self.there else 1]

    def opposite(self) -> Side:
        return Side(self.feature, not self.there)


def in_common(tried: Sequence[Tried], own: Phrases) -> str:
    """The sentence, or "" where nothing separates failing from passing examples. `own` holds an exercise's own phrases."""
    values = [t for t in tried if not t.refusal]
    failing = [t for t in values if t.failed]
    if not failing:
        return _of_refusals(tried)
    passing = [t for t in values if not t.failed]
    if not passing:
        return ""
    said = _of_failing(failing, passing, own)
    accepted = [t.title for t in tried if t.refusal and t.failed]
    if said and accepted:
        said = said[0].lower() + said[1:]
        return f"Of the examples that ask for a result: {said} Besides, not refused as it must be: {_quoted(accepted)}."
    return said


def in_common_of(subject: str, tried: Sequence[Tried], own: Phrases) -> str:
    """The same sentence about one side of the results, such as their shape; "" where it is right or wrong throughout."""
    values = [t for t in tried if not t.refusal]
    failing, passing = [t for t in values if t.failed], [t for t in values if not t.failed]
    if not failing or not passing:
        return ""
    said = _of_failing(failing, passing, own)
    return f"{subject}: {said[0].lower()}{said[1:]}" if said else ""


def _of_refusals(tried: Sequence[Tried]) -> str:
    failing = [t.title for t in tried if t.refusal and t.failed]
    fine = [t.title for t in tried if t.refusal and not t.failed]
    if not failing:
        return ""
    start = "Every example that asks for a result is right" if any(not t.refusal for t in tried) else ""
    if not start or not fine:
        return f"{start}; what must be refused is not." if start else ""
    return f"{start}. Refused as it must be: {_quoted(fine)}. Not yet: {_quoted(failing)}."


def _of_failing(failing: list[Tried], passing: list[Tried], own: Phrases) -> str:
    return _of_one(failing[0], passing, own) if len(failing) == 1 else _of_several(failing, passing, own)


def _of_one(failing: Tried, passing: list[Tried], own: Phrases) -> str:
    alone = [side for side in _sides([failing, *passing]) if _separates((side,), [failing], passing)]
    if not alone:
        return ""
    alike = listed([side.phrase(own) for side in _independent(alone)])
    return f"Only “{failing.title}” comes out wrong. No right example has what it has: {alike}."


def _of_several(failing: list[Tried], passing: list[Tried], own: Phrases) -> str:
    sides = _sides([*failing, *passing])
    pure = [s for s in sides if any(map(s.holds, failing)) and not any(map(s.holds, passing))][:MOST_TRIED]
    for size in range(1, MOST_PARTS + 1):
        for chosen in combinations(pure, size):
            if _separates(chosen, failing, passing) and _each_needed(chosen, failing):
                return _wherever(chosen, own)
    both = _both(sides, failing, passing, own)
    return both or _all_but_one(pure, failing, own)


def _wherever(chosen: tuple[Side, ...], own: Phrases) -> str:
    wrong = [side.phrase(own) for side in chosen]
    if len(chosen) == 1:
        return f"Right in every example with {chosen[0].opposite().phrase(own)}; wrong in every one with {wrong[0]}."
    return f"Wrong in every example with {listed(wrong, 'or')}; right in all others."


def _both(sides: list[Side], failing: list[Tried], passing: list[Tried], own: Phrases) -> str:
    """Two features that only failing examples have together."""
    shared = [side for side in sides if all(map(side.holds, failing))]
    for one, other in combinations(shared, 2):
        if not any(one.holds(t) and other.holds(t) for t in passing):
            return f"Wrong wherever {one.phrase(own)} and {other.phrase(own)} come together; right in all other examples."
    return ""


def _all_but_one(pure: list[Side], failing: list[Tried], own: Phrases) -> str:
    for side in pure:
        rest = [t for t in failing if not side.holds(t)]
        if len(rest) == 1 and len(failing) > 2:
            return f"Wrong in every example with {side.phrase(own)}, and in “{rest[0].title}”; right in all others."
    return ""


def _separates(chosen: tuple[Side, ...], failing: list[Tried], passing: list[Tried]) -> bool:
    """Whether every failing example, and no passing one, is on one of the sides."""
    return all(any(side.holds(t) for side in chosen) for t in failing) and not any(
        side.holds(t) for side in chosen for t in passing
    )


def _each_needed(chosen: tuple[Side, ...], failing: list[Tried]) -> bool:
    return all(
        any([s.holds(t) for s in chosen].count(True) == 1 and side.holds(t) for t in failing)
        for side in chosen
    )


def _sides(tried: list[Tried]) -> list[Side]:
    """Both sides of each feature that some examples have and some have not; what is there first, in the order of features."""
    order: dict[str, None] = {}
    for example in tried:
        order.update(dict.fromkeys(sorted(example.features, key=_rank)))
    varying = [
        name for name in sorted(order, key=_rank) if not all(name in example.features for example in tried)
    ]
    return [Side(name, there) for there in (True, False) for name in varying]


def _rank(name: str) -> tuple[int, int, str]:
    """An exercise's own features first, then the built-in ones as listed, then those of plain numbers and words."""
    from helpers.checking.features import BUILT_IN

    if name in BUILT_IN:
        return (1, list(BUILT_IN).index(name), name)
    return (
        2 if name.split(" ")[-1] in ("omitted", "even", "0", "1", "negative") or "=" in name else 0,
        0,
        name,
    )


def _independent(sides: list[Side]) -> list[Side]:
    """The first few, what is there before what is missing."""
    return sorted(sides, key=lambda side: not side.there)[:MOST_ALIKE]


def ticks(tried: Sequence[Tried], shape_right: bool | None, own: Phrases) -> list[tuple[str, bool]]:
    """What is right already: ("shape", True), ("one channel", True), ("several channels", False).

    shape_right  None where the results have no shape, or none came
    """
    values = [t for t in tried if not t.refusal]
    found: list[tuple[str, bool]] = [] if shape_right is None else [("shape", shape_right)]
    if not any(t.failed for t in values):
        return found
    for side in _sides(values):
        here, there = [t for t in values if side.opposite().holds(t)], [t for t in values if side.holds(t)]
        if side.there and not any(t.failed for t in here) and all(t.failed for t in there):
            found += [(side.opposite().phrase(own), True), (side.phrase(own), False)]
    return found[:5]


def _quoted(titles: Sequence[str]) -> str:
    return listed([f"“{title}”" for title in titles])
