"""Expected, yours, and the difference: the picture in a hint.

It must stand whatever a student's function returned: odd shapes, NaN, infinities, empty and huge arrays,
objects. It compares and crops; it decides nothing about marks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, note, picture_of, row, stack
from helpers.draw.grid import Grid, Strip
from helpers.draw.marks import ring
from helpers.draw.numbers import as_array, is_numeric, number, shortened, table_alt
from helpers.draw.panel import Panel
from helpers.draw.picture import Picture

MOST = 8  # rows and columns that are shown


@dataclass(frozen=True)
class View:
    """The planes that are drawn: cut out of both arrays around the first difference, and where that is."""

    expected: np.ndarray
    yours: np.ndarray
    differs: np.ndarray
    place: str  # "plane (0, 1), rows 3 to 10"; empty when all is shown
    count: int  # differing values in the whole array
    first: tuple[int, ...]
    line: bool
    origin: tuple[int, int]  # row and column of the first cell shown


def compare_values(
    expected: Any, yours: Any, title: str = "", *, rtol: float = 1e-5, atol: float = 1e-8, caption: str = ""
) -> Picture:
    """Expected beside yours beside their difference, the differing cells ringed. Never raises."""
    try:
        return _compared(expected, yours, title, rtol, atol, caption)
    except Exception as error:  # a hint without its picture is better than no hint
        why = f"(no picture of these values: {type(error).__name__})"
        return _as_text(shortened(expected, 200), f"{shortened(yours, 200)} {why}", title, caption)


def _compared(expected: Any, yours: Any, title: str, rtol: float, atol: float, caption: str) -> Picture:
    if _is_sequence_of_arrays(expected) and type(yours) is type(expected) and len(yours) == len(expected):
        for i, (want, got) in enumerate(zip(expected, yours, strict=True)):
            if not _same(as_array(want), as_array(got), rtol, atol):
                named = f"{title + ', ' if title else ''}result {i + 1} of {len(expected)}"
                return _compared(want, got, named, rtol, atol, caption)
    want, got = as_array(expected), as_array(yours)
    if not is_numeric(want) or not is_numeric(got) or want.ndim == 0 or got.ndim == 0:
        return _as_text(_said(expected, want), _said(yours, got), title, caption)
    if want.shape != got.shape:
        return _two_shapes(want, got, title, caption)
    if want.size == 0:
        return _as_text(_said(expected, want), _said(yours, got), title, caption)
    return _side_by_side(_view(want, got, rtol, atol), title, caption)


def _side_by_side(view: View, title: str, caption: str) -> Picture:
    with np.errstate(all="ignore"):
        difference = np.where(view.differs, view.yours - view.expected, 0.0)
    shared = np.abs(view.expected[np.isfinite(view.expected)])
    largest = float(shared.max()) if shared.size else None
    signs = ring(view.differs, "wrong")

    def panel(values: np.ndarray, role: str, name: str, **more: Any) -> Panel:
        if view.line:
            return Strip(values, role, name, first=view.origin[1], **more)
        return Grid(values, role, name, indices=bool(view.place), origin=view.origin, **more)

    labels = _blank_where_equal(difference, view.differs)
    panels = (
        panel(view.expected, "neutral", "Expected", largest=largest),
        panel(view.yours, "neutral", "Yours", marks=signs, largest=largest),
        panel(difference, "wrong", "Yours − expected", marks=signs, labels=labels),
    )
    if view.count:
        alt = (
            f"{table_alt(view.expected, 'Expected')}. {table_alt(view.yours, 'Yours')}. "
            f"{_counted(view.count)} different, the first at {_index(view.first)}."
        )
    else:
        alt = f"Expected and yours agree: {table_alt(view.expected)}."
    head = " · ".join(part for part in (title, view.place) if part)
    alt = f"{head}. {alt}" if head else alt
    if view.line:
        return stack(*_headed(head), *panels, alt=alt, caption=caption)
    if not head:
        return row(*panels, alt=alt, caption=caption, gap=24)
    return stack(*_headed(head), beside(*panels, gap=24), alt=alt, caption=caption)


def _headed(head: str) -> list[Panel | str]:
    return [Words(head, 13, anchor="start")] if head else []


def _blank_where_equal(difference: np.ndarray, differs: np.ndarray) -> np.ndarray:
    def said(value: float) -> str:
        return "+" + number(value) if value > 0 else number(value)

    texts = [
        said(value) if there else "0" for value, there in zip(difference.flat, differs.flat, strict=True)
    ]
    return np.array(texts, dtype=object).reshape(difference.shape)


def _view(want: np.ndarray, got: np.ndarray, rtol: float, atol: float) -> View:
    want, got = want.astype(float), got.astype(float)
    differs = ~np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
    # argmax and not argwhere: a huge array that differs everywhere must not become a huge list of places.
    first = tuple(int(i) for i in np.unravel_index(int(differs.argmax()), differs.shape))
    plane = first[:-2]
    outer = want.shape[:-2]
    said = [f"plane {_plane(plane)} of {' × '.join(map(str, outer))}"] if max(outer, default=1) > 1 else []
    cuts = []
    for axis, at in enumerate(first[-2:]):
        length = want.shape[len(plane) + axis]
        start = max(0, min(at - MOST // 2 + 1, length - MOST))
        cuts.append(slice(start, min(length, start + MOST)))
        if length > MOST:
            kind = "positions" if want.ndim == 1 else ("rows", "columns")[axis]
            said.append(f"{kind} {start} to {cuts[-1].stop - 1} of {length}")
    at_plane: tuple[Any, ...] = (*plane, *cuts)
    return View(
        want[at_plane],
        got[at_plane],
        differs[at_plane],
        ", ".join(said),
        int(differs.sum()),
        first,
        want.ndim == 1,
        (0 if want.ndim == 1 else cuts[0].start, cuts[-1].start),
    )


def _two_shapes(want: np.ndarray, got: np.ndarray, title: str, caption: str) -> Picture:
    planes = [_first_plane(array) for array in (want, got)]
    rows = max(1, *(plane.shape[0] for plane in planes))
    columns = max(1, *(plane.shape[1] for plane in planes))
    line = want.ndim == got.ndim == 1
    panels = []
    for name, array, plane in zip(("Expected", "Yours"), (want, got), planes, strict=True):
        frame = np.zeros((rows, columns))
        frame[: plane.shape[0], : plane.shape[1]] = plane
        missing = np.ones((rows, columns), dtype=bool)
        missing[: plane.shape[0], : plane.shape[1]] = False
        subtitle = f"shape {array.shape}" + (", the first plane" if array.ndim > 2 else "")
        if max(array.shape[-2:], default=0) > MOST:
            subtitle += f", cut to {MOST}"
        panels.append((Strip if line else Grid)(frame, "neutral", name, subtitle, missing=missing))
    alt = (
        f"{title + '. ' if title else ''}The shapes differ: expected {want.shape}, yours {got.shape}. "
        f"{table_alt(want, 'Expected')}. {table_alt(got, 'Yours')}."
    )
    if line:
        return stack(*_headed(title), *panels, alt=alt, caption=caption)
    return stack(*_headed(title), beside(*panels, gap=24), alt=alt, caption=caption)


def _first_plane(array: np.ndarray) -> np.ndarray:
    """The first two-dimensional plane, cropped; empty axes give an empty plane."""
    if array.ndim > 2:
        outer = array.shape[:-2]
        array = array[(0,) * len(outer)] if all(outer) else np.zeros((0, 0))
    array = np.atleast_2d(array)
    return array[:MOST, :MOST].astype(float)


def _as_text(expected: str, yours: str, title: str, caption: str) -> Picture:
    alt = f"{title + '. ' if title else ''}Expected: {expected}. Yours: {yours}."
    if max(len(expected), len(yours)) > 60:
        return note(
            "\n".join([*([title] if title else []), f"Expected: {expected}", f"Yours: {yours}"]), alt, caption
        )
    cells = [
        above(Words(name, 14, bold=True, anchor="start"), Words(text, 15, anchor="start"), gap=2)
        for name, text in (("Expected", expected), ("Yours", yours))
    ]
    return picture_of(above(*_headed(title), beside(*cells, gap=36), gap=8), alt, caption)


def _said(value: Any, array: np.ndarray) -> str:
    """A value in words: numbers with all the digits that tell them apart."""
    if array.ndim == 0 and is_numeric(array):
        item = array.item()
        return str(item) if isinstance(item, bool) else f"{item:.10g}".replace("-", "−")
    if is_numeric(array):
        return f"array {table_alt(array)}"
    return shortened(value, 200)


def _is_sequence_of_arrays(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and any(
        isinstance(v, np.ndarray) or hasattr(v, "detach") for v in value
    )


def _same(want: np.ndarray, got: np.ndarray, rtol: float, atol: float) -> bool:
    if want.shape != got.shape:
        return False
    if is_numeric(want) and is_numeric(got):
        return bool(np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True).all())
    return shortened(want, 500) == shortened(got, 500)


def _counted(count: int) -> str:
    return "1 value is" if count == 1 else f"{count} values are"


def _plane(at: tuple[int, ...]) -> str:
    return str(at[0]) if len(at) == 1 else _index(at)


def _index(at: tuple[int, ...]) -> str:
    return f"position {at[0]}" if len(at) == 1 else f"({', '.join(map(str, at))})"
