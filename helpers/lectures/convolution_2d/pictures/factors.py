"""A kernel made of a column and a row, and the bell of which a Gaussian kernel holds samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.draw.compose import Raw, beside, picture_of, row
from helpers.draw.grid import Grid
from helpers.draw.numbers import number, table_alt
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.draw.panel import LABEL, Panel, cell, words
from helpers.draw.picture import Picture
from helpers.draw.raster import Raster
from helpers.lectures.convolution_2d.pictures.sliding import fractions, kernel_grid, sum_of, window_sums


def factors(column: Any, line: Any, caption: str = "") -> Picture:
    """A column times a row, and the kernel that comes of it."""
    return factors_picture(np.asarray(column, dtype=float), np.asarray(line, dtype=float), caption)


def factors_picture(column: np.ndarray, line: np.ndarray, caption: str = "") -> Picture:
    """What `factors` draws; pointing at a weight lights up its two factors."""
    product = np.outer(column, line)
    links = {(i, j): [cell("c", i, 0), cell("r", 0, j)] for i, j in np.ndindex(*product.shape)}
    return row(
        Grid(
            column[:, None],
            "kernel",
            "column",
            labels=fractions(column)[:, None],
            name="c",
            size_of_cell=34.0,
        ),
        "·",
        Grid(line[None], "kernel", "row", labels=fractions(line)[None], name="r", size_of_cell=34.0),
        "=",
        kernel_grid(
            product,
            "kernel",
            f"{product.shape[0]} × {product.shape[1]}, {sum_of(product)}",
            name="k",
            links=links,
            size_of_cell=34.0,
        ),
        alt=f"{table_alt(column, 'Column')}. {table_alt(line, 'Row')}. {table_alt(product, 'Their product')}.",
        caption=caption,
    )


def bell_samples(size: int, sigma: float, photo: Any = None, caption: str = "") -> Picture:
    """The bell and its samples at the pixel centres, the kernel they make and, given a photograph, what it does."""
    t = np.arange(size) - (size - 1) / 2
    samples = np.exp(-(t**2) / (2 * sigma**2))
    kernel = np.outer(samples, samples) / samples.sum() ** 2
    panels: list[Panel | str] = [
        bell_panel(t, samples, sigma),
        "→",
        Grid(
            kernel,
            "kernel",
            "kernel w",
            f"{size} × {size}, sum 1",
            numbers=size <= 5,
            size_of_cell=44 if size <= 5 else 220 / size,
        ),
    ]
    if photo is not None:
        plane = np.asarray(photo, dtype=float)
        blurred = window_sums(plane, kernel)
        panels += [
            "→",
            Raster(
                blurred, "output", "the photograph through it", f"{blurred.shape[0]} × {blurred.shape[1]}"
            ),
        ]
    alt = (
        f"A Gaussian bell of standard deviation {number(sigma)} pixels, sampled at {size} pixel centres "
        f"{', '.join(map(number, t))}: {', '.join(map(number, samples))}. Centre of the kernel {number(kernel.max())}, "
        f"corner {number(kernel[0, 0])}."
    )
    return picture_of(beside(*panels), alt, caption)


def bell_panel(t: np.ndarray, samples: np.ndarray, sigma: float) -> Raw:
    """The curve exp(−t²/2σ²) with a stem at each pixel centre."""
    width, height, reach = 250.0, 150.0, max(2.5, float(t[-1]) + 0.75)
    fine = np.linspace(-reach, reach, 121)

    def x(value: float) -> float:
        return width * (value + reach) / (2 * reach)

    def y(value: float) -> float:
        return height * (1 - 0.84 * value)  # room for the label above the middle

    curve = "L".join(
        f"{x(v):.1f} {y(h):.1f}" for v, h in zip(fine, np.exp(-(fine**2) / (2 * sigma**2)), strict=True)
    )
    body = f'<path d="M{curve}" fill="none" stroke="{colour("kernel")}" stroke-width="2" stroke-dasharray="5 3"/>'
    body += f'<path d="M0 {height:g}L{width:g} {height:g}" stroke="{MUTED}"/>'
    for i, (place, value) in enumerate(zip(t, samples, strict=True)):
        body += f'<path d="M{x(place):.1f} {height:g}L{x(place):.1f} {y(value):.1f}" stroke="{colour("kernel")}" stroke-width="3"/>'
        body += f'<circle cx="{x(place):.1f}" cy="{y(value):.1f}" r="4" fill="{colour("kernel")}"/>'
        if len(t) <= 5:
            body += words(
                number(round(float(value), 3)),
                x(place) + 19 * float(np.sign(place)),
                max(8, y(value) - 10),
                LABEL,
                fill=TEXT,
            )
        if len(t) <= 7 or i % 2 == 0:
            body += words(number(place), x(place), height + 10, LABEL, fill=MUTED)
    body += words("distance from the centre in pixels", width / 2, height + 26, LABEL, fill=MUTED)
    return Raw(body, width, height + 34, "the bell and its samples")
