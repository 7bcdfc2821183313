"""A plus sign that moves: what one fully connected unit makes of it, and what a shared kernel does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.draw.bars import Bars
from helpers.draw.compose import Raw, Words, above, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.marks import ring, window
from helpers.draw.numbers import MINUS, number, table_alt
from helpers.draw.palette import colour
from helpers.draw.panel import Panel
from helpers.draw.picture import Picture
from helpers.lectures.why_convolution import window_sums

SMALL, TINY = 20.0, 13.0  # px per cell
MEMORY = 12  # scores that the history shows
BEST = 5  # what a plus sign scores where its own weights lie

Cell = tuple[int, int]


def blank_zeros(values: np.ndarray) -> np.ndarray:
    """Labels that leave zeros out, so that a pattern stands out."""
    return np.array([["" if v == 0 else number(v) for v in line] for line in values], dtype=object)


def plus_and_map(picture: np.ndarray, kernel: np.ndarray, at: Cell = (0, 0)) -> Picture:
    """A picture, a kernel, and the map of the sums under every window; the window `at` is outlined."""
    x, w = np.asarray(picture), np.asarray(kernel)
    y = window_sums(x, w)
    products = x[at[0] : at[0] + w.shape[0], at[1] : at[1] + w.shape[1]] * w
    return picture_of(
        beside(
            Grid(x, "input", "picture", f"{x.shape[0]} × {x.shape[1]}", window(*at, *w.shape)),
            "×",
            Grid(w, "kernel", "kernel", f"{w.shape[0]} × {w.shape[1]}"),
            "→",
            Grid(products, "neutral", "products here"),
            "→",
            Grid(y, "output", "map", f"{y.shape[0]} × {y.shape[1]}", ring(at)),
        ),
        f"{table_alt(x, 'Picture')}. {table_alt(w, 'Kernel')}. The window at row {at[0]}, column {at[1]} gives the products "
        f"{table_alt(products)}; they add up to {number(y[at])}. {table_alt(y, 'Map')}.",
        f"The window with its corner at row {at[0]}, column {at[1]}: the products add up to {number(y[at])}.",
    )


def template_and_map(
    picture: np.ndarray,
    template: np.ndarray,
    kernel: np.ndarray,
    history: Sequence[float],
    sentence: str,
    taught: int = 1,
    drag: bool = False,
) -> Picture:
    """Above: one fully connected unit, its products and its answers so far. Below: a kernel and its map.

    picture, template (H, W); kernel (kh, kw); history: the unit's answers, the newest last; sentence: what moved
    """
    y = window_sums(picture, kernel)
    peaks = peak_cells(y)
    seen = [window(*peaks[0], *kernel.shape)] if len(peaks) == 1 else []
    height, width = picture.shape
    answers = list(history)[-MEMORY:]
    score = answers[-1]
    image = Grid(
        picture,
        "input",
        "picture",
        "drag it, or use the arrow keys" if drag else f"{height} × {width}",
        seen,
        labels=blank_zeros(picture),
        size_of_cell=SMALL,
        name="x",
        drag=drag,
    )
    used = int(np.count_nonzero(template))
    unit = beside(
        _ones(template, "kernel", "one unit's weights", f"{used} of {template.size} are 1, the rest 0"),
        "×",
        _ones(picture * template, "neutral", "products", "1 where both are 1"),
        "→",
        Bars(
            [*answers, *[0.0] * (MEMORY - len(answers))],
            "output",
            f"its answer: {number(score)}",
            "one bar for each step, the newest ringed",
            ring(len(answers) - 1),
            missing=[i >= len(answers) for i in range(MEMORY)],
            limits=(0, BEST),
            height=96.0,
            pitch=15.0,
            numbers=False,
        ),
        gap=8,
    )
    shared = beside(
        Grid(kernel, "kernel", "kernel", f"{kernel.size} weights", size_of_cell=24),
        "→",
        Grid(
            y,
            "output",
            "map",
            f"largest: {number(y.max())}",
            ring(peaks) if y.max() > 0 else (),
            labels=blank_zeros(y),
            size_of_cell=SMALL,
            largest=float(BEST),
        ),
        Words(sentence, 15.0, anchor="start"),
        gap=14,
    )
    panels: list[Panel] = [unit, shared]
    places = f"{taught} place" if taught == 1 else f"{taught} places"
    where = ", ".join(f"({r}, {c})" for r, c in np.argwhere(picture).tolist()) or "nowhere"
    flat = sentence.replace("\n", " ")
    return picture_of(
        beside(image, above(*panels, gap=18), gap=24),
        f"A picture of {height} × {width} with ones at {where}. The fully connected unit, taught at {places}, answers "
        f"{number(score)}; its answers so far: {', '.join(map(number, answers))}. The kernel's map of {y.shape[0]} × {y.shape[1]} "
        f"has its largest number {number(y.max())} at {', '.join(str(tuple(p)) for p in peaks) if y.max() > 0 else 'no place'}. {flat}",
        "",
    )


def _ones(values: np.ndarray, role: str, title: str, subtitle: str) -> Panel:
    """A pattern of ones: few shapes instead of a cell for each zero, so that moving it stays quick."""
    rows, columns = values.shape
    ink = colour(role)
    wide, high = columns * TINY, rows * TINY
    lines = "".join(f"M0 {r * TINY:g}h{wide:g}" for r in range(rows + 1))
    lines += "".join(f"M{c * TINY:g} 0v{high:g}" for c in range(columns + 1))
    squares = "".join(
        f"M{c * TINY:g} {r * TINY:g}h{TINY:g}v{TINY:g}h-{TINY:g}Z" for r, c in np.argwhere(values)
    )
    body = f'<path d="{squares}" fill="{ink}"/><path d="{lines}" fill="none" stroke="{ink}"/>'
    return Raw(body, wide, high, title, subtitle)


def peak_cells(y: np.ndarray) -> list[Cell]:
    """Where the largest number of a map stands; more than one place in a tie."""
    return [(int(r), int(c)) for r, c in np.argwhere(y == y.max())]


def shifted_both_ways(
    shift_image: Callable[..., Any], picture: np.ndarray, kernel: np.ndarray, dy: int, dx: int
) -> Picture:
    """First moved and then weighed, or first weighed and then moved: two maps side by side; differences are ringed."""
    moved = np.asarray(shift_image(picture.copy(), dy, dx))
    first = window_sums(moved, kernel)
    plain = window_sums(picture, kernel)
    second = np.asarray(shift_image(plain.copy(), dy, dx))
    differ = first != second
    count = int(differ.sum())
    said = "The two maps agree." if count == 0 else f"The two maps differ in {count} of {differ.size} places."
    step = f"({dy}, {dx})".replace("-", MINUS)

    def grid(values: np.ndarray, role: str, title: str, subtitle: str = "", marked: bool = False) -> Grid:
        marks = ring(differ, "wrong") if marked and count else ()
        largest = 1.0 if role == "input" else float(BEST)
        return Grid(
            values, role, title, subtitle, marks, labels=blank_zeros(values), size_of_cell=24, largest=largest
        )

    top = beside(
        grid(picture, "input", "picture"),
        "→",
        grid(moved, "input", "moved", f"by {step}"),
        "→",
        grid(first, "output", "map of it", "", True),
    )
    bottom = beside(
        grid(picture, "input", "picture"),
        "→",
        grid(plain, "output", "map"),
        "→",
        grid(second, "output", "map, moved", f"by {step}", True),
    )
    return picture_of(
        above(top, bottom, Words(said, 14.0, anchor="start"), gap=16),
        f"Above, the picture is moved by {step} and then weighed: {table_alt(first, 'map')}. Below, it is weighed and the map is "
        f"moved by {step}: {table_alt(second, 'map')}. {said}",
        "Above: move, then slide the kernel. Below: slide the kernel, then move.",
    )
