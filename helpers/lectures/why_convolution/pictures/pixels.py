"""Photographs as the computer has them: a corner in numbers, a digit and its weights with their pixels scrambled."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np

from helpers.draw.compose import Raw, above, beside, picture_of, row
from helpers.draw.grid import Grid
from helpers.draw.numbers import number
from helpers.draw.palette import MUTED, colour
from helpers.draw.panel import Panel, words
from helpers.draw.picture import Picture
from helpers.lectures.why_convolution.pictures.layers import grouped

SHOWN = 320.0  # px of a photograph's longer side
GREY_CELL = 27.0
READABLE_IN_BLACK = 118  # from this grey on, black has more contrast than white, and at least 4.5 : 1


def pixels_as_numbers(photo: Any, top: int, left: int, side: int = 12) -> Picture:
    """A grey photograph (H, W), 0 to 1, and the numbers of a small square of it, 0 to 255."""
    image = np.asarray(photo, dtype=float)
    corner = np.round(255 * image[top : top + side, left : left + side]).astype(int)
    numbers = grey_numbers(
        corner,
        "what the computer sees",
        f"rows {top} to {top + side - 1}, columns {left} to {left + side - 1}",
    )
    height, width = image.shape
    return row(
        framed_photo(image, top, left, side),
        "→",
        numbers,
        gap=24,
        alt=f"A grey photograph of {height} × {width} pixels. A square of {side} × {side} pixels is outlined in it and written "
        f"out beside it as {side * side} whole numbers from {corner.min()} to {corner.max()}; its first row reads "
        f"{', '.join(map(str, corner[0].tolist()))}.",
        caption=f"0 is black, 255 is white; each cell has the grey of its number. The whole photograph is "
        f"{height} · {width} = {grouped(height * width)} such numbers.",
    )


def grey_numbers(values: np.ndarray, title: str, subtitle: str) -> Panel:
    """Numbers from 0 to 255 (H, W), each on the grey that it stands for."""
    cells = []
    for (r, c), value in np.ndenumerate(values):
        x, y = c * GREY_CELL, r * GREY_CELL
        cells.append(
            f'<rect x="{x:g}" y="{y:g}" width="{GREY_CELL:g}" height="{GREY_CELL:g}" fill="rgb({value},{value},{value})"/>'
        )
        ink = "#000000" if value >= READABLE_IN_BLACK else "#ffffff"
        cells.append(words(str(value), x + GREY_CELL / 2, y + GREY_CELL / 2, 11, fill=ink))
    rows, columns = values.shape
    wide, high = columns * GREY_CELL, rows * GREY_CELL
    frame = (
        f'<rect width="{wide:g}" height="{high:g}" fill="none" stroke="{colour("kernel")}" stroke-width="2"/>'
    )
    return Raw("".join(cells) + frame, wide, high, title, subtitle)


def framed_photo(image: np.ndarray, top: int, left: int, side: int) -> Panel:
    """A photograph with a square of it outlined."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.clip(255 * image, 0, 255).astype(np.uint8)).save(file, format="PNG")
    height, width = image.shape
    scale = SHOWN / max(height, width)
    frame = f'x="0" y="0" width="{width * scale:g}" height="{height * scale:g}"'
    square = (
        f'x="{left * scale:g}" y="{top * scale:g}" width="{side * scale:g}" height="{side * scale:g}" '
        f'fill="none" stroke="{colour("kernel")}" stroke-width="3"'
    )
    data = base64.b64encode(file.getvalue()).decode()
    body = (
        f'<image {frame} href="data:image/png;base64,{data}"/>'
        f'<rect {frame} fill="none" stroke="{MUTED}"/><rect {square}/>'
    )
    return Raw(body, width * scale, height * scale, "what you see", f"{height} × {width} pixels")


def scored_digit(picture: np.ndarray, weights: np.ndarray) -> Picture:
    """A picture, the weights of one unit, and the unit's score."""
    score = float((picture * weights).sum())
    side = f"{picture.shape[0]} × {picture.shape[1]}"
    return picture_of(
        _scored(picture, weights, "a digit"),
        f"A handwritten digit, {side}, and the weights of a unit, {side}, positive where a 3 has ink and negative inside its "
        f"bows; their products add up to {number(score)}.",
        f"{picture.size} numbers times {weights.size} weights, added up.",
    )


def scrambled_scores(picture: np.ndarray, weights: np.ndarray, order: np.ndarray) -> Picture:
    """A unit's score for a picture, and again after the pixels and the weights changed places in the same way."""
    mixed_picture = picture.ravel()[order].reshape(picture.shape)
    mixed_weights = weights.ravel()[order].reshape(weights.shape)
    plain, mixed = float((picture * weights).sum()), float((mixed_picture * mixed_weights).sum())
    side = f"{picture.shape[0]} × {picture.shape[1]}"
    return picture_of(
        above(
            _scored(picture, weights, "a digit"),
            _scored(mixed_picture, mixed_weights, "the same, scrambled", "weights, scrambled likewise"),
            gap=20,
        ),
        f"Above, a handwritten digit, {side}, and the weights of a unit; their products add up to {number(plain)}. Below, "
        f"the same {picture.size} pixels and the same {weights.size} weights in another order: both look like noise; the "
        f"score is {number(mixed)}.",
        f"Each pixel still meets its own weight, so the sum of the {picture.size} products is the same.",
    )


def _scored(
    picture: np.ndarray, weights: np.ndarray, title: str, of_weights: str = "weights of one unit"
) -> Panel:
    score = float((picture * weights).sum())
    return beside(
        Grid(picture, "input", title, size_of_cell=6),
        "×",
        Grid(weights, "kernel", of_weights, size_of_cell=6),
        "→",
        Grid([[score]], "output", "score"),
    )
