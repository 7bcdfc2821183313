"""The pictures of notebook 04: windows along a row, frames of zeros, dilated kernels, counts of paths, a 2-D layer.

Each function takes arrays and sizes that a student can print and returns one Picture. `draw.layer_stack` stands in
its own module. Knows no explorer, no exercise and no student's function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from helpers.draw.compose import Raw, Words, above, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.marks import Mark, ghost, window
from helpers.draw.numbers import MINUS, number, table_alt
from helpers.draw.palette import DIM, DIM_TEXT, MUTED, TEXT, colour
from helpers.draw.panel import Panel, words
from helpers.draw.picture import Picture
from helpers.lectures.padding_and_stride.layer_bill import layer_bill
from helpers.lectures.padding_and_stride.layer_places import Pair, layer_places, pair, starts
from helpers.lectures.padding_and_stride.layer_stack import layer_stack

__all__ = [
    "dilated_kernels",
    "layer_bill",
    "layer_places",
    "layer_stack",
    "padded_plane",
    "path_counts",
    "times_used",
    "windows_in_a_row",
]

PITCH, LINE_HEIGHT = 34.0, 26.0  # px per position and per window in windows_in_a_row


# ------------------------------------------------------------------------------------- windows along a row


def windows_in_a_row(
    x: Any,
    kernel_size: int,
    stride: int = 1,
    padding: Pair = 0,
    dilation: int = 1,
    caption: str = "",
    title: str = "",
) -> Picture:
    """Every window on a row of numbers, one below the other, and the first one that does not fit.

    x        (n,) numbers
    padding  zeros (before, after), or one number for both
    """
    panel, said = row_of_windows(np.asarray(x, dtype=float), kernel_size, stride, pair(padding), dilation)
    return picture_of(above(*([Words(title, 14, True, "start")] if title else []), panel), said, caption)


def row_of_windows(
    x: np.ndarray, kernel_size: int, stride: int, padding: tuple[int, int], dilation: int
) -> tuple[Panel, str]:
    """The panel of `windows_in_a_row`, and what it shows in words."""
    before, after = padding
    total, reach = len(x) + before + after, dilation * (kernel_size - 1) + 1
    placed = starts(total, reach, stride)
    beyond = placed[-1] + stride if placed else 0
    read = {start + tap * dilation for start in placed for tap in range(kernel_size)}
    body = "".join(
        _row_cell(p, x[p - before] if before <= p < before + len(x) else None, p in read, p - before)
        for p in range(total)
    )
    for line, start in enumerate([*placed, beyond]):
        fits = line < len(placed)
        body += _window_line(line, start, kernel_size, dilation, f"y{line}" if fits else "", fits)
        if fits:
            body += words(
                f"starts at {_signed(start - before)}", -8, _line_top(line) + 11, 11, "end", fill=MUTED
            )
        else:
            body += words("does not fit", -8, _line_top(line) + 11, 11, "end", fill=MUTED)
    width = (max(total, beyond + reach) + 1.6) * PITCH
    left = 88.0
    drawn = Raw(
        f'<g transform="translate({left:g} 0)">{body}</g>', width + left, _line_top(len(placed) + 1) + 4
    )
    unread = [p - before for p in range(before, before + len(x)) if p not in read]
    said = (
        f"A row of {len(x)} numbers (zeros before: {before}, after: {after}); a kernel of {kernel_size}, stride {stride}, "
        f"dilation {dilation}. {len(placed)} windows fit, starting at "
        f"{', '.join(_signed(s - before) for s in placed) or 'no place'}."
    )
    return drawn, said + (
        f" Positions {', '.join(map(str, unread))} are read by no window." if unread else ""
    )


def _line_top(line: int) -> float:
    return 62 + line * LINE_HEIGHT


def _signed(value: int) -> str:
    return str(value).replace("-", MINUS)


def _row_cell(place: int, value: float | None, is_read: bool, position: int) -> str:
    ink, x = colour("input"), place * PITCH
    dashes = ' stroke-dasharray="3 3"' if value is None else ""
    fill = 0 if value is None else 0.2
    box = (
        f'<rect x="{x + 1:g}" y="1" width="{PITCH - 2:g}" height="{PITCH - 2:g}" fill="{ink}" fill-opacity="{fill}" '
        f'stroke="{ink}"{dashes}/>'
    )
    text = words(
        "0" if value is None else number(value),
        x + PITCH / 2,
        PITCH / 2,
        14,
        fill=MUTED if value is None else TEXT,
        opacity=1 if is_read or value is None else DIM_TEXT,
    )
    index = words(_signed(position), x + PITCH / 2, PITCH + 10, 11, fill=MUTED)
    return f'<g opacity="{1 if is_read else DIM}">{box}</g>{text}{index}'


def _window_line(line: int, start: int, taps: int, dilation: int, name: str, fits: bool) -> str:
    ink, top = colour("kernel" if fits else "neutral"), _line_top(line)
    reach = dilation * (taps - 1) + 1
    dashes = "" if fits else ' stroke-dasharray="4 3"'
    middle = top + 11
    body = f'<path d="M{start * PITCH + 4:g} {middle:g}H{(start + reach) * PITCH - 4:g}" stroke="{ink}" stroke-width="2"{dashes}/>'
    for tap in range(taps):
        x = (start + tap * dilation) * PITCH
        body += (
            f'<rect x="{x + 2:g}" y="{top:g}" width="{PITCH - 4:g}" height="22" rx="3" fill="var(--jp-layout-color0, #ffffff)"/>'
            f'<rect x="{x + 2:g}" y="{top:g}" width="{PITCH - 4:g}" height="22" rx="3" fill="{ink}" '
            f'fill-opacity="{0.3 if fits else 0}" stroke="{ink}"{dashes}/>'
        )
    if name:
        x = (start + reach) * PITCH + 10
        body += f'<rect x="{x:g}" y="{top:g}" width="30" height="22" rx="3" fill="{colour("output")}" fill-opacity="0.3" '
        body += f'stroke="{colour("output")}"/>' + words(name, x + 15, middle, 12, fill=TEXT)
    return body


# ------------------------------------------------------------------------------- frames and dilated kernels


def padded_plane(image: Any, padding: int, kernel_size: int = 3, caption: str = "") -> Picture:
    """An image inside a frame of zeros, with the first and the last window of a kernel on it."""
    plane = np.asarray(image, dtype=float)
    padded = np.pad(plane, padding)
    rows, columns = padded.shape
    frame = np.ones(padded.shape, dtype=bool)
    frame[padding : rows - padding, padding : columns - padding] = False
    k = kernel_size
    marks = [ghost(frame), window(0, 0, k, k), window(rows - k, columns - k, k, k, dashed=True)]
    grid = Grid(
        padded,
        "input",
        f"{plane.shape[0]} × {plane.shape[1]} inside {rows} × {columns}",
        "dashed cells: the padding",
        marks,
        size_of_cell=30,
    )
    alt = (
        f"{table_alt(plane, 'An image')}, inside a frame of zeros {padding} wide; together {rows} × {columns}. "
        f"The first {k} × {k} window stands in the upper left corner of the frame, the last in the lower right."
    )
    return picture_of(grid, alt, caption)


def dilated_kernels(kernel: Any, dilations: Sequence[int] = (1, 2, 3), caption: str = "") -> Picture:
    """One kernel with its taps further and further apart."""
    w = np.asarray(kernel, dtype=float)
    panels: list[Panel] = []
    for d in dilations:
        reach = [d * (size - 1) + 1 for size in w.shape]
        spread, holes = np.zeros(reach), np.ones(reach, dtype=bool)
        spread[::d, ::d], holes[::d, ::d] = w, False
        panels.append(
            Grid(
                spread,
                "kernel",
                f"dilation {d}",
                f"reach {reach[0]} × {reach[1]}",
                missing=holes,
                size_of_cell=28,
            )
        )
    said = "; ".join(
        f"dilation {d}: {d * (w.shape[0] - 1) + 1} × {d * (w.shape[1] - 1) + 1}" for d in dilations
    )
    return picture_of(
        beside(*panels, gap=30),
        f"{table_alt(w, 'A kernel')}. Its weights move apart: it reaches over {said}.",
        caption,
    )


# -------------------------------------------------------------------------------------------- counting paths


def path_counts(n: int, kernel_size: int, layers: int = 1, same: bool = False) -> np.ndarray:
    """How many paths lead from each pixel of an n × n image to any output of a stack of equal layers, (n, n).

    A path goes from a pixel to an output that reads it, from there to an output of the next layer, and so on.
    """
    padding = kernel_size // 2 if same else 0
    sizes = [n]
    for _ in range(layers):
        places = len(starts(sizes[-1] + 2 * padding, kernel_size, 1))
        if places == 0:
            raise ValueError(
                f"a kernel of {kernel_size} does not fit {sizes[-1]} pixels: fewer layers or more pixels"
            )
        sizes.append(places)
    paths = np.ones(sizes[-1], dtype=int)
    for size in reversed(sizes[:-1]):
        below = np.zeros(size + 2 * padding, dtype=int)
        for i, count in enumerate(paths):
            below[i : i + kernel_size] += count
        paths = below[padding : padding + size]
    return np.outer(paths, paths)


def counts_grid(counts: np.ndarray, title: str, subtitle: str, percent: bool = False) -> Grid:
    """Counts as a heat map with its numbers, or as per cent of the largest."""
    labels = None
    if percent:
        labels = np.array([[_percent(v / counts.max()) for v in row] for row in counts], dtype=object)
    side = 36.0 if len(counts) < 10 else 32.0
    return Grid(counts, "input", title, subtitle, labels=labels, size_of_cell=side)


def _percent(share: float) -> str:
    return "<1" if 0 < share < 0.005 else f"{100 * share:.0f}"


def times_used(n: int, kernel_size: int, caption: str = "") -> Picture:
    """In how many windows each pixel of an n × n image lies, without padding; the first and middle window outlined."""
    counts = path_counts(n, kernel_size)
    k, middle = kernel_size, (n - kernel_size) // 2
    marks: list[Mark] = [window(0, 0, k, k), window(middle, middle, k, k, dashed=True)]
    grid = Grid(
        counts, "input", "windows per pixel", f"{n} × {n} pixels, kernel {k} × {k}, no padding", marks
    )
    return picture_of(grid, f"{table_alt(counts[: n // 2 + 1], 'Windows per pixel, upper half')}.", caption)
