"""Images with channels: one filter summed over red, green and blue, and a photograph in its three planes."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.marks import dim, ring, window
from helpers.draw.numbers import MINUS, number, table_alt
from helpers.draw.panel import Panel, cell
from helpers.draw.picture import Picture
from helpers.draw.raster import Raster
from helpers.lectures.convolution_2d.pictures.sliding import (
    CORRELATE,
    SMALL,
    fractions,
    kernel_grid,
    window_sums,
)

PLANES = ("red", "green", "blue")


def photo_planes(photo: Any, caption: str = "") -> Picture:
    """A colour photograph (3, H, W) and its three planes in grey."""
    x = np.asarray(photo, dtype=float)
    panels: list[Panel] = [
        Raster(x.transpose(1, 2, 0), "input", "the photograph", f"shape {x.shape}", width=190)
    ]
    for name, plane in zip(PLANES, x, strict=True):
        panels.append(Raster(plane, "input", name, f"mean {number(plane.mean())}", width=190))
    means = ", ".join(f"{name} {number(plane.mean())}" for name, plane in zip(PLANES, x, strict=True))
    alt = f"A colour photograph of {x.shape[1]} by {x.shape[2]} pixels and its three planes; mean brightness {means}."
    return picture_of(beside(*panels, gap=18), alt, caption)


def filter_over_channels(
    image: Any, weights: Any, bias: float = 0.0, at: tuple[int, int] = (0, 0), caption: str = ""
) -> Picture:
    """One filter on an image with channels: each plane's products and their sum, then the sum of sums.

    image (C, H, W), weights (C, KH, KW)
    """
    x, w = np.asarray(image, dtype=float), np.asarray(weights, dtype=float)
    return filter_picture(x, w, bias, at, caption=caption)


def filter_picture(
    x: np.ndarray, w: np.ndarray, bias: float, at: tuple[int, int], *, edits: bool = False, caption: str = ""
) -> Picture:
    """What `filter_over_channels` draws; with `edits` weights can be typed over and outputs picked."""
    y = np.sum([window_sums(plane, kernel) for plane, kernel in zip(x, w, strict=True)], axis=0) + bias
    (channels, kh, kw), (i, j) = w.shape, at
    if not (0 <= i < y.shape[0] and 0 <= j < y.shape[1]):
        raise ValueError(f"the window can start at (0, 0) to {(y.shape[0] - 1, y.shape[1] - 1)}, not at {at}")
    names = PLANES if channels == 3 else tuple(f"channel {c}" for c in range(channels))
    products = x[:, i : i + kh, j : j + kw] * w
    parts = products.sum(axis=(1, 2))
    rows: list[Panel] = []
    for c, name in enumerate(names):
        rows.append(
            beside(
                Grid(
                    x[c],
                    "input",
                    f"x[{c}], {name}",
                    marks=window(i, j, kh, kw),
                    name=f"x{c}",
                    size_of_cell=SMALL,
                ),
                CORRELATE,
                kernel_grid(w[c], f"w[{c}]", name=f"w{c}", edits=edits, size_of_cell=SMALL),
                "→",
                Grid(products[c], "neutral", "products", labels=fractions(products[c]), size_of_cell=SMALL),
                Words(f"sum {number(parts[c])}", 14.0, bold=True),
            )
        )
    links = {
        (r, s): [cell(f"x{c}", r + a, s + b) for c in range(channels) for a in range(kh) for b in range(kw)]
        for r, s in np.ndindex(*y.shape)
    }
    later = np.arange(y.size).reshape(y.shape) > i * y.shape[1] + j
    output = Grid(
        y, "output", "output y", "one map", marks=[ring(at), dim(later)], name="y", picks=edits, links=links
    )
    total = " + ".join(map(number, [*parts, *([bias] if bias else [])])).replace(f"+ {MINUS}", f"{MINUS} ")
    said = Words(f"{total} = {number(y[at])}", 14.0, bold=True)
    patch = x / max(1e-9, x.max())
    colours: list[Panel] = (
        [Raster(patch.transpose(1, 2, 0), "input", "in colour", width=110)]
        if channels == 3 and x.min() >= 0
        else []
    )
    panel = beside(above(*rows, gap=8), "→", above(*colours, said, output, align="center", gap=18), gap=20)
    alt = (
        f"{table_alt(x, 'Image')}. {table_alt(w, 'Filter')}. At row {i}, column {j} the planes give "
        f"{', '.join(map(number, parts))}; with bias {number(bias)} together {number(y[at])}. {table_alt(y, 'Output')}."
    )
    return picture_of(panel, alt, caption)
