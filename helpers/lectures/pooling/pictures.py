"""Pictures of pooling: windows and their winners, gradients on their way back, maps that shrink.

Draws one plane at a time. It works on the numbers it is given and knows nothing of students' functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.draw.compose import Raw, above, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.marks import Mark, cells_of, dim, ghost, ring, window
from helpers.draw.numbers import number, table_alt
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.draw.panel import Panel, cell, words
from helpers.draw.picture import Picture

__all__ = ["global_average", "moving_spot", "pooling", "pooling_gradient", "shapes", "window_counts"]

Cell = tuple[int, int]
Sizes = int | tuple[int, int]


@dataclass(frozen=True)
class PoolWindow:
    """One place of the window: the output cell it fills, and the input cells it covers."""

    output: Cell
    top: int
    left: int
    height: int
    width: int

    @property
    def cells(self) -> list[Cell]:
        return [(self.top + a, self.left + b) for a in range(self.height) for b in range(self.width)]

    def of(self, plane: np.ndarray) -> np.ndarray:
        """The numbers under the window."""
        return plane[self.top : self.top + self.height, self.left : self.left + self.width]

    def winner(self, plane: np.ndarray) -> Cell:
        """The cell with the largest number, the first of equals."""
        return max(self.cells, key=lambda at: plane[at])


def window_grid(
    shape: tuple[int, ...], kernel_size: Sizes, stride: Sizes | None = None
) -> list[list[PoolWindow]]:
    """Every place where the window lies inside a plane, in rows."""
    kh, kw = _two(kernel_size)
    sh, sw = (kh, kw) if stride is None else _two(stride)
    height, width = shape
    if kh > height or kw > width:
        raise ValueError(f"a {kh} × {kw} window does not fit into a {height} × {width} plane")
    tops, lefts = range(0, height - kh + 1, sh), range(0, width - kw + 1, sw)
    return [[PoolWindow((i, j), t, s, kh, kw) for j, s in enumerate(lefts)] for i, t in enumerate(tops)]


def answers(plane: np.ndarray, windows: list[list[PoolWindow]], kind: str) -> np.ndarray:
    """What each window hands on: its largest number ("max") or its mean ("average")."""
    if kind not in ("max", "average"):
        raise ValueError(f'kind is "max" or "average", got {kind!r}')
    summary = np.max if kind == "max" else np.mean
    return np.array([[summary(w.of(plane)) for w in row] for row in windows], dtype=float)


def arriving(
    dout: np.ndarray, windows: list[list[PoolWindow]], shape: tuple[int, ...], plane: np.ndarray | None
) -> np.ndarray:
    """The gradient at the input: to the winners of `plane`, or in equal shares where there is none."""
    total = np.zeros(shape)
    for w in (w for row in windows for w in row):
        receivers = w.cells if plane is None else [w.winner(plane)]
        for at in receivers:
            total[at] += dout[w.output] / len(receivers)
    return total


def pooling(
    x: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    kind: str = "max",
    upstream: Any = None,
    at: Cell | Sequence[Cell] = (),
    caption: str = "",
) -> Picture:
    """A plane, what pooling makes of it and, when given, the gradient that arrives from above.

    x         (H, W)
    kind      "max": winners are ringed; "average": no rings
    upstream  (H', W') drawn at the right
    at        output cells whose windows are outlined; without it all windows are, if they don't overlap
    """
    plane = np.asarray(x, dtype=float)
    windows = window_grid(plane.shape, kernel_size, stride)
    out = answers(plane, windows, kind)
    panels: list[Panel | str] = [
        input_grid(plane, windows, kind, _cells(at)),
        "→",
        output_grid(out, kind, marks=ring(_cells(at))),
    ]
    alt = f"{kind.capitalize()} pooling, {_said(kernel_size, stride)}. "
    alt += f"{table_alt(plane, 'Input')}. {table_alt(out, 'Output')}."
    if kind == "max":
        alt += f" Ringed winners at {_places(_winners(plane, windows))}."
    if upstream is not None:
        dout = np.asarray(upstream, dtype=float)
        panels += ["←", upstream_grid(dout)]
        alt += f" {table_alt(dout, 'Upstream gradient')}."
    return picture_of(beside(*panels), alt, caption)


def pooling_gradient(
    upstream: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    *,
    x: Any = None,
    shape: tuple[int, int] | None = None,
    caption: str = "",
) -> Picture:
    """Where upstream gradients land: with an input x at its winners, with a shape alone in equal shares."""
    if (x is None) == (shape is None):
        raise ValueError("give the input x for max pooling, or its shape for average pooling; one of the two")
    plane = None if x is None else np.asarray(x, dtype=float)
    dout = np.asarray(upstream, dtype=float)
    whole = tuple(shape) if shape is not None else np.shape(x)
    windows = window_grid(whole, kernel_size, stride)
    dx = arriving(dout, windows, whole, plane)
    alt = f"{table_alt(dout, 'Upstream gradient')}. {table_alt(dx, 'Gradient at the input')}."
    alt += f" {_said(kernel_size, stride).capitalize()}."
    if plane is None:
        marks = _outlines(windows)
        return picture_of(beside(input_gradient(dx, marks), "←", upstream_grid(dout), gap=22), alt, caption)
    out = answers(plane, windows, "max")
    picture = forward_and_back(
        input_grid(plane, windows, "max", []),
        output_grid(out, "max"),
        input_gradient(dx, ring(_winners(plane, windows))),
        upstream_grid(dout),
    )
    alt = f"{table_alt(plane, 'Input')}. {alt}"
    return picture_of(picture, alt, caption, max_routes(plane, windows))


def window_counts(
    shape: tuple[int, int], kernel_size: Sizes, stride: Sizes | None = None, caption: str = ""
) -> Picture:
    """In how many windows each pixel lies; two neighbouring windows are outlined."""
    windows = window_grid(shape, kernel_size, stride)
    counts = np.zeros(shape, dtype=int)
    for w in (w for row in windows for w in row):
        w.of(counts)[...] += 1
    shown = [w for row in windows for w in row][:2]
    marks: list[Mark] = [
        window(w.top, w.left, w.height, w.width, "output", dashed=bool(i)) for i, w in enumerate(shown)
    ]
    grid = Grid(
        counts, "neutral", "windows per pixel", _said(kernel_size, stride), [*marks, dim(counts == 0)]
    )
    alt = f"{table_alt(counts, 'Number of windows that cover each pixel')}, {_said(kernel_size, stride)}."
    return picture_of(grid, alt, caption)


def global_average(x: Any, caption: str = "") -> Picture:
    """Every channel of x (C, H, W) beside its mean."""
    maps = np.asarray(x, dtype=float)
    means = maps.mean(axis=(1, 2))
    rows = [
        beside(
            Grid(plane, "input", f"channel {c}", largest=float(np.abs(maps).max())),
            "→",
            Grid([[mean]], "output"),
        )
        for c, (plane, mean) in enumerate(zip(maps, means, strict=True))
    ]
    planes = ". ".join(table_alt(plane, f"Channel {c}") for c, plane in enumerate(maps))
    alt = f"Global average pooling. {planes}. Means: {', '.join(number(m) for m in means)}."
    return picture_of(beside(*rows, gap=48), alt, caption)


def moving_spot(
    positions: Sequence[int], length: int = 8, kernel_size: int = 2, caption: str = ""
) -> Picture:
    """One bright pixel in a row of dark ones, at each of several positions, max-pooled."""
    rows: list[Panel] = []
    said = []
    for n, position in enumerate(positions):
        signal = np.zeros(length)
        signal[position] = 9
        pooled = signal.reshape(-1, kernel_size).max(axis=1)
        edges = [window(0, i, 1, kernel_size, "output") for i in range(0, length, kernel_size)]
        before = Grid(signal, "input", f"9 at position {position}", marks=edges)
        after = Grid(pooled, "output", "largest" if n == 0 else "", largest=9)
        rows.append(beside(before, "→", after, gap=22))
        said.append(f"{table_alt(signal, f'9 at position {position}')} becomes {table_alt(pooled)}")
    return picture_of(above(*rows), ". ".join(said) + ".", caption)


def shapes(names: Sequence[str], sizes: Sequence[tuple[int, ...]], caption: str = "") -> Picture:
    """The shapes along a network as stacks of maps: high as a map, deeper with more channels."""
    if len(names) != len(sizes):
        raise ValueError(f"{len(names)} names for {len(sizes)} shapes: there must be one name per shape")
    tallest = max(size[1] for size in sizes if len(size) == 3)
    panels = [
        _volume(name, size, 110 / tallest, i) for i, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]
    listed = "; ".join(f"{name}: {_sized(size)}" for name, size in zip(names, sizes, strict=True))
    return picture_of(beside(*panels, gap=6), f"Shapes through a network. {listed}.", caption)


# --- pieces that the explorers use too ----------------------------------------------------------------------


def input_grid(
    plane: np.ndarray, windows: list[list[PoolWindow]], kind: str, at: Sequence[Cell], **options: Any
) -> Grid:
    """The input with its windows outlined, winners ringed, and pixels in no window set back."""
    covered = {place for row in windows for w in row for place in w.cells}
    left_over = [place for place in np.ndindex(*plane.shape) if place not in covered]
    marks: list[Any] = [dim(left_over)]
    if at:
        marks += [_outline(windows[i][j]) for i, j in at]
    else:
        marks.append(_outlines(windows))
    if kind == "max":
        chosen = [windows[i][j] for i, j in at] if at else [w for row in windows for w in row]
        marks.append(ring([w.winner(plane) for w in chosen]))
    return Grid(plane, "input", "input", f"{plane.shape[0]} × {plane.shape[1]}", marks, name="x", **options)


def output_grid(out: np.ndarray, kind: str, **options: Any) -> Grid:
    """What pooling makes of the input."""
    title = "largest" if kind == "max" else "mean"
    return Grid(out, "output", title, f"{out.shape[0]} × {out.shape[1]}", name="y", **options)


def upstream_grid(dout: np.ndarray, **options: Any) -> Grid:
    """The gradient that arrives from the layer above."""
    return Grid(dout, "gradient", "upstream", "∂L/∂y", name="dy", **options)


def input_gradient(dx: np.ndarray, marks: Any = (), **options: Any) -> Grid:
    """The gradient that pooling hands on to its input."""
    return Grid(dx, "gradient", "input gradient", "∂L/∂x", marks, name="dx", **options)


def forward_and_back(x: Grid, y: Grid, dx: Grid, dy: Grid) -> Panel:
    """Input and output, and under each the gradient that belongs to it; arrows can be drawn in the gap."""
    return above(beside(x, "→", y, gap=26), beside(dx, Raw("", 22, 22), dy, gap=26))


def not_yet(shape: tuple[int, int], done: int) -> Mark:
    """The output cells that come after the first `done`, as ghosts."""
    return ghost([place for n, place in enumerate(np.ndindex(*shape)) if n >= done])


def _outlines(windows: list[list[PoolWindow]]) -> tuple[Mark, ...]:
    """All windows, where they don't overlap; none where outlines would run through one another."""
    flat = [w for row in windows for w in row]
    if sum(len(w.cells) for w in flat) > len({place for w in flat for place in w.cells}):
        return ()
    return tuple(_outline(w) for w in flat)


def _outline(w: PoolWindow) -> Mark:
    return window(w.top, w.left, w.height, w.width, "output")


def _winners(plane: np.ndarray, windows: list[list[PoolWindow]]) -> list[Cell]:
    return sorted({w.winner(plane) for row in windows for w in row})


def max_routes(plane: np.ndarray, windows: list[list[PoolWindow]]) -> list[tuple[str, str]]:
    """From each upstream cell to the pixel that receives its gradient."""
    return [(cell("dy", *w.output), cell("dx", *w.winner(plane))) for row in windows for w in row]


def _volume(name: str, size: tuple[int, ...], scale: float, index: int) -> Panel:
    """One shape: a stack of squares for maps, a bar for a flat list of features."""
    role = "input" if index == 0 else "output"
    if len(size) == 1:
        high = 12 + 30 * np.log10(max(size[0], 1))
        wide = 66.0
        body = f'<rect x="27" y="{55 - high / 2:g}" width="12" height="{high:g}" {_ink(role)}/>'
    else:
        channels, height, width = size
        tall, broad = max(3.0, height * scale), max(3.0, width * scale)
        sheets = min(7, 1 + int(np.log2(channels)))
        step = 4.0
        wide = max(82.0, broad + step * sheets + 8)
        left, top = (wide - broad - step * (sheets - 1)) / 2, 55 - (tall - step * (sheets - 1)) / 2
        body = "".join(
            f'<rect x="{left + step * s:g}" y="{top - step * s:g}" width="{broad:g}" height="{tall:g}" '
            f"{_ink(role)}/>"
            for s in reversed(range(sheets))
        )
    text = words(name, wide / 2, 142, 11, fill=TEXT) + words(_sized(size), wide / 2, 158, 11, fill=MUTED)
    return Raw(f'<g transform="translate(0 20)">{body}{text}</g>', wide, 186)


def _ink(role: str) -> str:
    return f'fill="{colour(role)}" fill-opacity="0.25" stroke="{colour(role)}"'


def _sized(size: tuple[int, ...]) -> str:
    return " × ".join(str(n) for n in size)


def _two(value: Sizes) -> tuple[int, int]:
    return (value, value) if isinstance(value, int | np.integer) else (int(value[0]), int(value[1]))


def _cells(at: Cell | Sequence[Cell]) -> list[Cell]:
    """One output cell, or several, as a list."""
    return list(cells_of([at]))


def _said(kernel_size: Sizes, stride: Sizes | None) -> str:
    kh, kw = _two(kernel_size)
    sh, sw = (kh, kw) if stride is None else _two(stride)
    steps = f"stride {sh}" if sh == sw else f"strides {sh} down, {sw} across"
    return f"kernel {kh} × {kw}, {steps}"


def _places(places: Sequence[Cell]) -> str:
    return ", ".join(f"({r}, {c})" for r, c in places)
