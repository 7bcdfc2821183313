"""The pictures of notebook 00: a tiny colour picture as three planes of numbers, and the parts of an exercise."""

from __future__ import annotations

from html import escape

import numpy as np

from helpers.draw.compose import Raw, picture_of, row
from helpers.draw.grid import Grid
from helpers.draw.numbers import table_alt
from helpers.draw.palette import FONTS, TEXT, colour
from helpers.draw.panel import Panel
from helpers.draw.picture import Picture

__all__ = ["colour_planes", "exercise_parts"]

PART_WIDTH, PART_HEIGHT = 560, 68
PIXEL = 36
SANS, MONO = escape(FONTS), "'DejaVu Sans Mono', Menlo, Consolas, monospace"
CHANNELS = ("red", "green", "blue")


def colour_planes(image: np.ndarray) -> Picture:
    """A small colour picture as you see it, and its channels side by side; image (H, W, 3) int, 0 to 255."""
    height, width, channels = image.shape
    planes = [Grid(image[:, :, c], "input", CHANNELS[c], f"{height} × {width}") for c in range(channels)]
    seen = "; ".join(
        f"row {r}: {', '.join(f'rgb {tuple(map(int, p))}' for p in image[r])}" for r in range(height)
    )
    alt = f"The picture in colour, {seen}. " + "; ".join(
        table_alt(image[:, :, c], f"the {CHANNELS[c]} plane") for c in range(channels)
    )
    caption = f"One picture of {height} × {width} pixels: three planes, {height} · {width} · {channels} = {image.size} numbers."
    return row(coloured(image), "→", *planes, alt=alt, caption=caption)


def coloured(image: np.ndarray) -> Panel:
    """The pixels of a small picture (H, W, 3), 0 to 255, in their colours."""
    height, width, _ = image.shape
    pixels = "".join(
        f'<rect x="{c * PIXEL}" y="{r * PIXEL}" width="{PIXEL}" height="{PIXEL}" fill="rgb{tuple(map(int, image[r, c]))}"/>'
        for r in range(height)
        for c in range(width)
    )
    return Raw(pixels, width * PIXEL, height * PIXEL, "the picture", f"{height} × {width} pixels")


def exercise_parts() -> Picture:
    """The three cells of an exercise, from top to bottom, each as it looks on the page."""
    parts = [
        ("1", "Statement", ["What to write, with shapes,", "and an example by hand."], "neutral", SANS),
        (
            "2",
            "Your cell",
            ["def count_values(height, width, channels):", "    raise NotImplementedError"],
            "input",
            MONO,
        ),
        ("3", "Check, locked", ["✓ right    ✗ not yet, with a hint", "○ not attempted"], "output", SANS),
    ]
    body = "".join(_part(index * (PART_HEIGHT + 14), *part) for index, part in enumerate(parts))
    alt = (
        "The three cells of an exercise, from top to bottom. 1, the statement: what to write, with shapes and an example by "
        "hand. 2, your cell: the first line of a function, and raise NotImplementedError, which you replace. "
        "3, the locked check: right, not yet with a hint, or not attempted."
    )
    height = 3 * PART_HEIGHT + 2 * 14
    caption = "An exercise in code looks like this. You change the second cell only."
    return picture_of(Raw(body, PART_WIDTH, height), alt, caption)


def _part(top: float, sign: str, title: str, lines: list[str], role: str, font: str) -> str:
    ink = colour(role)
    text = "".join(
        f'<text x="190" y="{top + 29 + 22 * i}" font-family="{font}" font-size="14" fill="{TEXT}" '
        f'xml:space="preserve">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return (
        f'<rect x="1" y="{top + 1}" width="{PART_WIDTH - 2}" height="{PART_HEIGHT - 2}" rx="6" fill="{ink}" fill-opacity="0.1" '
        f'stroke="{ink}" stroke-width="1.5"/>'
        f'<circle cx="28" cy="{top + PART_HEIGHT / 2}" r="14" fill="{ink}" fill-opacity="0.2" stroke="{ink}" '
        f'stroke-width="2"/>'
        f'<text x="28" y="{top + PART_HEIGHT / 2 + 5}" text-anchor="middle" font-size="15" font-weight="bold" '
        f'fill="{TEXT}">{sign}</text>'
        f'<text x="54" y="{top + PART_HEIGHT / 2 + 5}" font-size="15" font-weight="bold" fill="{TEXT}">{title}</text>{text}'
    )
