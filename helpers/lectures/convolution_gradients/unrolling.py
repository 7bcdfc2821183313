"""The picture of im2col: every window as a column, the weights as rows, the layer as one matrix product.

One image, any number of channels. Part of notebook 06's pictures; it knows nothing of students' functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.marks import ghost, window
from helpers.draw.numbers import number, table_alt
from helpers.draw.panel import cell
from helpers.draw.picture import Picture

__all__ = ["unrolled"]

Entry = tuple[int, int, int]  # channel, row, column of the padded image


def unrolled(
    x: Any, w: Any, at: int = 0, stride: int = 1, padding: int = 0, caption: str = "", picks: bool = False
) -> Picture:
    """An image x (C, H, W) unrolled for kernels w (F, C, KH, KW); the window and column `at` are outlined."""
    image, weights = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    padded = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    filters, channels, kh, kw = weights.shape
    rows, columns = (padded.shape[1] - kh) // stride + 1, (padded.shape[2] - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a {kh} × {kw} kernel does not fit a {padded.shape[1]} × {padded.shape[2]} image")
    sources = entry_sources(channels, (kh, kw), (rows, columns), stride)
    cols = np.array([[padded[source] for source in line] for line in sources])
    flat = weights.reshape(filters, -1)
    y = flat @ cols
    top, left = (at // columns) * stride, (at % columns) * stride
    border = np.pad(np.zeros(image.shape[1:], dtype=bool), padding, constant_values=True)
    copies: dict[Entry, list[str]] = {}
    for r, line in enumerate(sources):
        for column, source in enumerate(line):
            copies.setdefault(source, []).append(cell("cols", r, column))
    planes = above(
        *(
            Grid(
                padded[c],
                "input",
                f"channel {c}",
                marks=[ghost(border), window(top, left, kh, kw)],
                name=f"x{c}",
                links={place: copies.get((c, *place), []) for place in np.ndindex(*padded.shape[1:])},
                size_of_cell=30.0,
            )
            for c in range(channels)
        ),
        gap=8,
    )
    back = {
        (r, column): [cell(f"x{source[0]}", source[1], source[2])]
        for r, line in enumerate(sources)
        for column, source in enumerate(line)
    }
    matrix = Grid(
        cols,
        "input",
        "cols",
        f"{cols.shape[0]} × {cols.shape[1]}" + (", click a column" if picks else ""),
        window(0, at, len(cols), 1),
        name="cols",
        links=back,
        picks=picks,
        size_of_cell=30.0,
        numbers=True,
    )
    product = beside(
        Grid(flat, "kernel", "w as rows", f"{filters} × {flat.shape[1]}", size_of_cell=30.0),
        "×",
        above(Words("column " + str(at), 12), _column(cols[:, at]), gap=2),
        "gives the framed column of",
        Grid(
            y,
            "output",
            "y",
            f"{filters} × {rows * columns}",
            window(0, at, filters, 1),
            numbers=True,
            size_of_cell=30.0,
        ),
    )
    said = Words(
        f"column {at} is the window of output ({at // columns}, {at % columns}); "
        f"y[0, {at}] = {number(y[0, at])}. {image.size} numbers became {cols.size}.",
        14,
        anchor="start",
    )
    alt = (
        f"{table_alt(image, 'Image')}, kernel {kh} × {kw}, stride {stride}, padding {padding}. {table_alt(cols, 'Columns')}. "
        f"Column {at}: {table_alt(cols[:, at])}. {table_alt(flat, 'Weights as rows')}. {table_alt(y, 'Product')}."
    )
    return picture_of(above(beside(planes, "→", matrix, gap=22), product, said, gap=14), alt, caption)


def entry_sources(
    channels: int, kernel: tuple[int, int], outputs: tuple[int, int], stride: int
) -> list[list[Entry]]:
    """For every entry of the columns the channel, row and column that it is copied from."""
    kh, kw = kernel
    return [
        [(c, i * stride + a, j * stride + b) for i, j in np.ndindex(*outputs)]
        for c in range(channels)
        for a in range(kh)
        for b in range(kw)
    ]


def _column(values: np.ndarray) -> Grid:
    return Grid(values[:, None], "input", size_of_cell=30.0)
