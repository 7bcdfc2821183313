"""A kernel on a small image: its window, every product, the sum, and what one white pixel makes of it.

Works on the numbers it is given; knows no photograph and no student's function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers.draw.compose import Words, above, beside, picture_of, row
from helpers.draw.grid import Grid
from helpers.draw.marks import dim, ring, window
from helpers.draw.numbers import MINUS, number, table_alt
from helpers.draw.panel import Panel, cell
from helpers.draw.picture import Picture
from helpers.lectures.convolution_1d.pictures import fraction as plain_fraction
from helpers.lectures.convolution_1d.pictures import product

CORRELATE, CONVOLVE = "⋆", "∗"
SMALL = 30.0  # px per cell of a kernel beside a photograph


def window_sums(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The sum of products at every place of the kernel, for drawing: (H − KH + 1, W − KW + 1)."""
    return np.tensordot(sliding_window_view(image, kernel.shape), kernel, axes=2)


def fraction(value: float, parts: int = 0) -> str:
    """A weight as people write it: ⅓; with parts=16 in sixteenths, 2/16."""
    if not parts or abs(value - round(value)) < 1e-9:
        return plain_fraction(value)
    return (MINUS if value < 0 else "") + f"{abs(round(value * parts))}/{parts}"


def fractions(values: Any) -> np.ndarray:
    """`fraction` for each entry; a kernel of ninths or sixteenths keeps them all."""
    weights = np.asarray(values, dtype=float)

    def multiples_of(part: float) -> bool:
        shares = weights / part
        return bool(np.abs(shares - shares.round()).max(initial=0) < 1e-9)

    simple = np.abs(weights).max(initial=0) > 1 or any(multiples_of(part) for part in (1 / 3, 1 / 4))
    parts = 0 if simple else next((n for n in (9, 16) if multiples_of(1 / n)), 0)
    return np.vectorize(lambda value: fraction(value, parts), otypes=[object])(weights)


def summed(values: Any) -> str:
    """Numbers joined by their signs: 3 + 0 − 2."""
    return " + ".join(fraction(float(v)) for v in np.ravel(values)).replace(f"+ {MINUS}", f"{MINUS} ")


def kernel_grid(kernel: np.ndarray, title: str = "kernel w", subtitle: str = "", **options: Any) -> Grid:
    """A kernel with fractions written as people write them."""
    options.setdefault("labels", fractions(kernel))
    return Grid(kernel, "kernel", title, subtitle, **options)


def sum_of(kernel: np.ndarray) -> str:
    """A kernel's sum in words; rounding error is no number."""
    return f"sum {fraction(round(float(kernel.sum()), 9))}"


def sliding_kernel2d(image: Any, kernel: Any, at: tuple[int, int] = (0, 0), caption: str = "") -> Picture:
    """The kernel at one place: its window on the image, every product, their sum, and the outputs so far."""
    x, w = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
    return stepping_picture(x, w, at, caption=caption)


def stepping_picture(
    x: np.ndarray, w: np.ndarray, at: tuple[int, int], *, edits: bool = False, caption: str = ""
) -> Picture:
    """What `sliding_kernel2d` draws; with `edits` the numbers can be typed over and the outputs picked."""
    (kh, kw), y = w.shape, window_sums(x, w)
    row_at, column_at = at
    if not (0 <= row_at < y.shape[0] and 0 <= column_at < y.shape[1]):
        raise ValueError(f"the window can start at (0, 0) to {(y.shape[0] - 1, y.shape[1] - 1)}, not at {at}")
    seen = x[row_at : row_at + kh, column_at : column_at + kw]
    products = seen * w
    later = np.arange(y.size).reshape(y.shape) > row_at * y.shape[1] + column_at
    labels = np.where(later, "", np.vectorize(number, otypes=[object])(y)) if edits else None
    feeds = {
        (r, c): [cell("x", r + a, c + b) for a in range(kh) for b in range(kw)]
        for r, c in np.ndindex(*y.shape)
    }
    fed = {
        (r, c): [
            cell("y", r - a, c - b)
            for a in range(kh)
            for b in range(kw)
            if 0 <= r - a < y.shape[0] and 0 <= c - b < y.shape[1]
        ]
        for r, c in np.ndindex(*x.shape)
    }
    met = {(a, b): [cell("x", row_at + a, column_at + b), cell("p", a, b)] for a, b in np.ndindex(*w.shape)}
    panels: list[Panel | str] = [
        Grid(
            x,
            "input",
            "image x",
            marks=window(*at, kh, kw),
            name="x",
            edits=edits,
            links=fed if edits else None,
        ),
        CORRELATE,
        kernel_grid(w, name="w", edits=edits, links=met if edits else None),
        "→",
        Grid(products, "neutral", "products", labels=fractions(products), name="p"),
        "→",
        Grid(
            y,
            "output",
            "output y",
            marks=[ring(at), dim(later)],
            labels=labels,
            name="y",
            picks=edits,
            links=feeds if edits else None,
        ),
    ]
    pairs = " + ".join(product(a, b) for a, b in zip(seen.ravel(), w.ravel(), strict=True))
    said = f"y[{row_at}, {column_at}] = {pairs} = {number(y[at])}"
    alt = (
        f"{table_alt(x, 'Image')}. {table_alt(w, 'Kernel')}. The window starts at row {row_at}, column {column_at}; "
        f"the products {summed(products)} add up to {number(y[at])}. {table_alt(y, 'All outputs')}."
    )
    sentence = Words(said, 13.0 if len(said) < 110 else 11.5, anchor="start")
    return picture_of(above(beside(*panels), sentence), alt, caption)


def kernel_on_grid(image: Any, kernel: Any, name: str = "kernel w", caption: str = "") -> Picture:
    """A small image, a kernel, and the valid cross-correlation of the two, all in numbers."""
    x, w = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
    y = window_sums(x, w)
    return row(
        Grid(x, "input", "image x", size_of_cell=SMALL),
        CORRELATE,
        kernel_grid(w, name, sum_of(w), size_of_cell=SMALL),
        "=",
        Grid(y, "output", "output y", size_of_cell=SMALL),
        alt=f"{table_alt(x, 'Image')}. {table_alt(w, name)}. {table_alt(y, 'Output')}.",
        caption=caption,
    )


def edge_of_grid(image: Any, kernels: Mapping[str, Any], caption: str = "") -> Picture:
    """One small image and what several kernels answer on it."""
    x = np.asarray(image, dtype=float)
    rows: list[Panel] = []
    said = []
    for name, kernel in kernels.items():
        w = np.asarray(kernel, dtype=float)
        y = window_sums(x, w)
        rows.append(
            beside(
                kernel_grid(w, name, sum_of(w), size_of_cell=SMALL),
                "→",
                Grid(y, "output", "answer", size_of_cell=SMALL),
            )
        )
        said.append(f"{name}: {table_alt(y)}")
    panel = beside(Grid(x, "input", "image x", size_of_cell=SMALL), above(*rows, gap=12), gap=40)
    return picture_of(panel, f"{table_alt(x, 'Image')}. Answers of {'; '.join(said)}.", caption)


def white_pixel(image: Any, kernel: Any, turned: bool = False, caption: str = "") -> Picture:
    """A kernel that slides over an image of zeros and ones; `turned` makes it a convolution."""
    return white_pixel_picture(
        np.asarray(image, dtype=float), np.asarray(kernel, dtype=float), turned, caption=caption
    )


def white_pixel_picture(
    x: np.ndarray,
    w: np.ndarray,
    turned: bool,
    *,
    edits: bool = False,
    yours: np.ndarray | None = None,
    caption: str = "",
) -> Picture:
    """What `white_pixel` draws; with `edits` pixels and weights can be clicked; `yours` is a student's output."""
    strip = w[::-1, ::-1] if turned else w
    y, (kh, kw) = window_sums(x, strip) if yours is None else yours, w.shape
    feeds = {
        (r, c): [cell("x", r + a, c + b) for a in range(kh) for b in range(kw)]
        for r, c in np.ndindex(*y.shape)
    }

    def grid(values: np.ndarray, role: str, title: str, subtitle: str, **options: Any) -> Grid:
        labels = np.where(values == 0, "", np.vectorize(number, otypes=[object])(values))
        return Grid(values, role, title, subtitle, labels=labels, size_of_cell=27, **options)

    panels: list[Panel | str] = [
        grid(x, "input", "image x", f"{x.shape[0]} × {x.shape[1]}, empty cells are 0", name="x", picks=edits),
        CONVOLVE if turned else CORRELATE,
        grid(w, "kernel", "kernel w", "as it is written", name="w", picks=edits),
    ]
    if turned and yours is None:
        panels += ["↻", grid(strip, "kernel", "as it slides", "turned by 180°")]
    panels += [
        "=",
        grid(
            y,
            "output",
            "output y" if yours is None else "your output",
            f"{y.shape[0]} × {y.shape[1]}",
            name="y",
            links=feeds,
        ),
    ]
    ones = [f"({r}, {c})" for r, c in np.argwhere(y != 0)]
    said = "convolution, so the kernel slides turned by 180 degrees" if turned else "cross-correlation"
    said = said if yours is None else "convolution by your function"
    alt = (
        f"An image of zeros with {int((x != 0).sum())} bright pixels, a kernel of {kh} by {kw}, and their {said}. "
        f"{table_alt(w, 'Kernel')}. Output cells that are not 0: {', '.join(ones[:40]) or 'none'}."
    )
    return picture_of(beside(*panels), alt, caption)
