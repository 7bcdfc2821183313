"""How an answer's results stand to the expected ones, where they stand so in every failing example: turned sign, one column short, …

Each sentence is checked on every failing example, so it is true by construction. Nothing is said where nothing holds
throughout. Knows nothing of code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from helpers.checking.words import listed

Pair = tuple[np.ndarray, np.ndarray]  # expected, yours
AXES = {
    1: ("entry",),
    2: ("row", "column"),
    3: ("plane", "row", "column"),
    4: ("image", "channel", "row", "column"),
}


def relation(results: Sequence[tuple[Any, Any]], weak: bool = True, where: str = "") -> str:
    """A sentence about the failing examples' (expected, yours), or "".

    weak   whether to say also what tells little, such as that no number is too small
    where  how the sentence starts; "In every failing example" where nothing is given
    """
    pairs = [pair for one in results if (pair := _numbers(*one)) is not None]
    if not pairs or len(pairs) < len(results):
        return ""
    with np.errstate(all="ignore"):  # results may hold anything
        return _said(pairs, weak, where)


def _said(pairs: list[Pair], weak: bool, where: str) -> str:
    where = where or ("In the failing example" if len(pairs) == 1 else "In every failing example")
    shaped = [(wanted, got) for wanted, got in pairs if wanted.shape == got.shape]
    others = [(wanted, got) for wanted, got in pairs if wanted.shape != got.shape]
    if not shaped or not others:
        said = next(_of_shapes(others) if others else _of_values(shaped, weak), "")
        return f"{where} {said}." if said else ""
    of_shapes, of_values = next(_of_shapes(others), ""), next(_of_values(shaped, weak), "")
    return " ".join(
        [f"Where your result has the wrong shape, {of_shapes}."] * bool(of_shapes)
        + [f"Where its shape is right, {of_values}."] * bool(of_values)
    )


def _numbers(expected: Any, yours: Any) -> Pair | None:
    """Both as arrays of floats; None where they are no numbers."""
    try:
        wanted, got = np.asarray(expected), np.asarray(yours)
        if wanted.dtype.kind not in "fiub" or got.dtype.kind not in "fiub" or wanted.ndim > 4 or got.ndim > 4:
            return None
        return wanted.astype(float), got.astype(float)
    except (TypeError, ValueError, RuntimeError):
        return None


def _of_shapes(pairs: list[Pair]) -> Iterator[str]:
    if all(got.ndim == wanted.ndim for wanted, got in pairs):
        yield from _of_sides(pairs)
        if all(got.shape == wanted.shape[::-1] for wanted, got in pairs):
            yield "your result has its axes in the opposite order"
        if all(sorted(got.shape) == sorted(wanted.shape) for wanted, got in pairs):
            yield "your result has the right sides in another order"
        if len({wanted.ndim for wanted, _ in pairs}) == 1 and pairs[0][0].ndim in AXES:
            yield from _of_some_sides(pairs)
    more = {got.ndim - wanted.ndim for wanted, got in pairs}
    if len(more) == 1 and (difference := more.pop()):
        count = "one axis" if abs(difference) == 1 else f"{abs(difference)} axes"
        yield f"your result has {count} too {'many' if difference > 0 else 'few'}"
    if all(got.size == wanted.size for wanted, got in pairs):
        yield "your result has as many numbers as it should, in another shape"


def _of_some_sides(pairs: list[Pair]) -> Iterator[str]:
    """Which sides are wrong, by different numbers, where the others are right in all."""
    ndim = pairs[0][0].ndim
    off = [np.subtract(got.shape, wanted.shape) for wanted, got in pairs]
    wrong = [axis for axis in range(ndim) if any(o[axis] for o in off)]
    names = [_plural(AXES[ndim][axis]) for axis in wrong]
    for word, holds in (("many", np.greater), ("few", np.less)):
        if all(holds(o[axis], 0) for o in off for axis in wrong):
            yield f"your result has too {word} {listed(names)}"
    if len(wrong) < ndim:
        right = [_plural(AXES[ndim][axis]) for axis in range(ndim) if axis not in wrong]
        yield f"the number of {listed(names, 'or')} is wrong; that of {listed(right)} is right"


def _plural(name: str) -> str:
    return {"entry": "entries"}.get(name, f"{name}s")


def _of_sides(pairs: list[Pair]) -> Iterator[str]:
    """One side that is longer or shorter by the same number everywhere, all others being right."""
    ndim = pairs[0][0].ndim
    if any(wanted.ndim != ndim for wanted, _ in pairs) or ndim == 0:
        return
    off = {tuple(np.subtract(got.shape, wanted.shape).tolist()) for wanted, got in pairs}
    if len(off) != 1:
        return
    parts = [(axis, by) for axis, by in enumerate(off.pop()) if by]
    said = [f"{_count(abs(by), AXES[ndim][axis])} too {'many' if by > 0 else 'few'}" for axis, by in parts]
    yield f"your result has {' and '.join(said)}"


def _count(number: int, name: str) -> str:
    return f"one {name}" if number == 1 else f"{number} {_plural(name)}"


def _of_values(pairs: list[Pair], weak: bool) -> Iterator[str]:
    for said, holds in WHOLE:
        if all(holds(wanted, got) for wanted, got in pairs):
            yield said
    yield from _of_factor(pairs)
    yield from _of_difference(pairs)
    yield from _within_each(pairs)
    yield from _of_places(pairs)
    yield from _of_the_wrong(pairs)
    for said, holds in MEASURES:
        if weak and all(holds(wanted, got) for wanted, got in pairs):
            yield said


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    scale = float(np.max(np.abs(one[np.isfinite(one)]), initial=0.0))
    return one.shape == other.shape and bool(
        np.allclose(one, other, rtol=0.0, atol=1e-6 * scale + 1e-12, equal_nan=True)
    )


def _moved(wanted: np.ndarray, got: np.ndarray, axis: int, by: int) -> bool:
    """Whether `got` is `wanted` moved along an axis, as far as both overlap; more than one number must tell."""
    if wanted.ndim <= -axis - 1 or wanted.ndim < -axis or wanted.shape[axis] < 3:
        return False
    ahead = (
        np.take(wanted, range(1, wanted.shape[axis]), axis),
        np.take(got, range(got.shape[axis] - 1), axis),
    )
    behind = (
        np.take(wanted, range(wanted.shape[axis] - 1), axis),
        np.take(got, range(1, got.shape[axis]), axis),
    )
    one, other = ahead if by < 0 else behind
    return _same(one, other) and np.ptp(one) > 0


def _flipped(*axes: int) -> Callable[[np.ndarray, np.ndarray], bool]:
    def holds(wanted: np.ndarray, got: np.ndarray) -> bool:
        return wanted.ndim >= max(-a for a in axes) and _same(np.flip(wanted, axes), got)

    return holds


WHOLE: tuple[tuple[str, Callable[[np.ndarray, np.ndarray], bool]], ...] = (
    ("all your numbers are 0", lambda e, y: y.size > 0 and not y.any()),
    ("your numbers have the opposite sign", lambda e, y: _same(-e, y)),
    ("your numbers are the expected ones without their sign", lambda e, y: _same(np.abs(e), y)),
    ("your numbers are the expected ones cut to whole numbers", lambda e, y: _same(np.trunc(e), y)),
    ("your numbers are the expected ones rounded down to whole numbers", lambda e, y: _same(np.floor(e), y)),
    ("your numbers are 1 divided by the expected ones", lambda e, y: bool(np.all(e != 0)) and _same(1 / np.where(e == 0, 1, e), y)),
    ("your numbers are the squares of the expected ones", lambda e, y: _same(e * e, y)),
    ("your numbers are the square roots of the expected ones", lambda e, y: bool(np.all(e >= 0)) and _same(np.sqrt(np.abs(e)), y)),
    ("your result is upside down and mirrored", lambda e, y: e.ndim >= 2 and _flipped(-1, -2)(e, y)),
    ("your result runs backwards along its last axis", _flipped(-1)),
    ("your result is upside down", _flipped(-2)),
    ("your result is transposed: rows and columns have changed places", lambda e, y: e.ndim >= 2 and e.shape[-1] == e.shape[-2] and _same(np.swapaxes(e, -1, -2), y)),
    ("your numbers stand one place too early along the last axis", lambda e, y: _moved(e, y, -1, -1)),
    ("your numbers stand one place too late along the last axis", lambda e, y: _moved(e, y, -1, 1)),
    ("your numbers stand one row too high", lambda e, y: e.ndim >= 2 and _moved(e, y, -2, -1)),
    ("your numbers stand one row too low", lambda e, y: e.ndim >= 2 and _moved(e, y, -2, 1)),
    ("you return the right numbers in another order", lambda e, y: e.size > 1 and _same(np.sort(e, axis=None), np.sort(y, axis=None))),
    ("all your numbers are the same", lambda e, y: y.size > 1 and float(np.ptp(y)) == 0.0),
)  # fmt: skip
MEASURES: tuple[tuple[str, Callable[[np.ndarray, np.ndarray], bool]], ...] = (
    ("none of your numbers is larger than the expected one", lambda e, y: bool(np.all(y <= e))),
    ("none of your numbers is smaller than the expected one", lambda e, y: bool(np.all(y >= e))),
    ("your numbers add up to what they should", lambda e, y: e.size > 1 and _same(e.sum(keepdims=True), y.sum(keepdims=True))),
)  # fmt: skip


def _of_factor(pairs: list[Pair]) -> Iterator[str]:
    """One factor for all numbers of all failing examples."""
    wanted = np.concatenate([e.ravel() for e, _ in pairs])
    got = np.concatenate([y.ravel() for _, y in pairs])
    told = wanted != 0
    if not told.any() or got[~told].any() or not np.isfinite(got).all():
        return
    ratios = got[told] / wanted[told]
    factor = float(np.median(ratios))
    if factor not in (0.0, 1.0) and np.allclose(ratios, factor, rtol=1e-6, atol=0):
        yield f"your {'numbers are' if wanted.size > 1 else 'number is'} {factor:.4g} times what {'they' if wanted.size > 1 else 'it'} should be"


def _of_difference(pairs: list[Pair]) -> Iterator[str]:
    """One number by which all numbers are off."""
    off = np.concatenate([(y - e).ravel() for e, y in pairs])
    if not off.size or not np.isfinite(off).all():
        return
    by = float(np.median(off))
    if by and np.allclose(off, by, rtol=1e-6, atol=1e-9):
        yield f"your {'numbers are' if off.size > 1 else 'number is'} too {'large' if by > 0 else 'small'} by {abs(by):.4g}"


def _within_each(pairs: list[Pair]) -> Iterator[str]:
    """One factor or one difference within each example, another one in the next; or within each channel."""
    if not all(e.size > 2 and np.isfinite(y).all() and np.ptp(e) > 0 for e, y in pairs):
        return
    if all(_one_factor(e, y) for e, y in pairs):
        yield "all your numbers are off by one and the same factor, another one in other examples"
    if all(np.allclose(y - e, (y - e).flat[0], rtol=1e-6, atol=1e-9) for e, y in pairs):
        yield "all your numbers are off by one and the same amount, another one in other examples"
    if all(e.ndim in (3, 4) and e.shape[-1] * e.shape[-2] > 2 for e, _ in pairs):
        off = [(y - e).reshape(-1, e.shape[-2] * e.shape[-1]) for e, y in pairs]
        if all(np.allclose(o, o[:, :1], rtol=1e-6, atol=1e-9) for o in off):
            yield "within one channel all your numbers are off by the same amount"


def _one_factor(wanted: np.ndarray, got: np.ndarray) -> bool:
    told = wanted != 0
    if not told.any() or got[~told].any() or not got.any():
        return False
    ratios = got[told] / wanted[told]
    return bool(np.allclose(ratios, ratios[0], rtol=1e-6, atol=0))


def _of_the_wrong(pairs: list[Pair]) -> Iterator[str]:
    """What the wrong numbers are, where others are right: all 0, all too small, …"""
    wrong = [_wrong(e, y) for e, y in pairs]
    some = [(e[w], y[w]) for (e, y), w in zip(pairs, wrong, strict=True)]
    if sum(e.size for e, _ in some) < 3 or not any((~w).any() for w in wrong):
        return
    if all(not y.any() for _, y in some):
        yield "every number that is wrong is 0"
    if all(np.isnan(y).all() for _, y in some):
        yield "every number that is wrong is NaN"
    if all(_same(-e, y) for e, y in some):
        yield "every number that is wrong has the opposite sign, and the others are right"
    if all(_one_factor(e, y) for e, y in some if e.size):
        yield "all numbers that are wrong are off by one factor, and the others are right"


def _wrong(wanted: np.ndarray, got: np.ndarray) -> np.ndarray:
    return ~np.isclose(wanted, got, rtol=1e-6, atol=1e-9, equal_nan=True)


def _of_places(pairs: list[Pair]) -> Iterator[str]:
    """Where the wrong numbers stand: only in the last column, only outside of the first image, …"""
    ndim = pairs[0][0].ndim
    if any(e.ndim != ndim for e, _ in pairs) or ndim not in AXES:
        return
    wrong = [_wrong(e, y) for e, y in pairs]
    for axis, name in enumerate(AXES[ndim]):
        if not all(w.shape[axis] > 1 for w in wrong):
            continue
        lines = [np.asarray(w.any(axis=tuple(a for a in range(ndim) if a != axis))) for w in wrong]
        plural = _plural(name)
        if all(not line[:-1].any() for line in lines):
            yield f"only the last {name} is wrong"
        if all(not line[1:].any() for line in lines):
            yield f"only the first {name} is wrong"
        if all(not line[0] for line in lines):
            yield f"the first {name} is right, and wrong numbers stand in later {plural} only"
        if all(not line[-1] for line in lines):
            yield f"the last {name} is right, and wrong numbers stand in earlier {plural} only"
        if all(not line[1:-1].any() for line in lines) and all(line.size > 2 for line in lines):
            yield f"only the outermost {plural} are wrong"
    if ndim > 1 and all(min(w.shape[-2:]) > 2 and not w[..., 1:-1, 1:-1].any() for w in wrong):
        yield "only numbers at the border are wrong"
