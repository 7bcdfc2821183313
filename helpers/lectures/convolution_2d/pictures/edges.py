"""Gradients as arrows on an image, and an edge that can be turned."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.draw.compose import Raw, Words, above, beside, picture_of
from helpers.draw.numbers import number, table_alt
from helpers.draw.palette import TEXT, colour, shade
from helpers.draw.picture import Picture


def gradient_arrows(image: Any, magnitude: Any, direction: Any, caption: str = "") -> Picture:
    """An image with an arrow in every pixel that has a gradient: its length the magnitude, its angle the direction.

    image (H, W); magnitude, direction (H − 2, W − 2), radians, 0 to the right and π/2 down
    """
    x = np.asarray(image, dtype=float)
    length, angle = np.asarray(magnitude, dtype=float), np.asarray(direction, dtype=float)
    if length.shape != (x.shape[0] - 2, x.shape[1] - 2) or angle.shape != length.shape:
        raise ValueError(
            f"arrows for an image of {x.shape} need magnitude and direction of {(x.shape[0] - 2, x.shape[1] - 2)}; "
            f"got {length.shape} and {angle.shape}"
        )
    pitch = 26.0
    body = cells_svg(x, pitch)
    longest = float(np.nanmax(length, initial=0.0)) or 1.0
    for r, c in np.ndindex(*length.shape):
        if length[r, c] > 0.02 * longest:
            long = float(0.85 * pitch * length[r, c] / longest)
            body += arrow_svg((c + 1.5) * pitch, (r + 1.5) * pitch, long, float(angle[r, c]))
    drawn = int((length > 0.02 * longest).sum())
    alt = (
        f"An image of {x.shape[0]} by {x.shape[1]} pixels with {drawn} arrows, the longest of magnitude {number(longest)}. "
        f"{table_alt(x, 'Image')}."
    )
    return picture_of(
        Raw(body, x.shape[1] * pitch, x.shape[0] * pitch, "gradients on the image"), alt, caption
    )


def cells_svg(image: np.ndarray, pitch: float) -> str:
    """Pixels from 0 (empty) to 1 (full colour of an input)."""
    rects = [
        f'<rect x="{c * pitch:g}" y="{r * pitch:g}" width="{pitch:g}" height="{pitch:g}" '
        f'fill="{colour("input")}" fill-opacity="{0.6 * shade(v, 1.0) if v > 0 else 0.02:.3f}"/>'
        for (r, c), v in np.ndenumerate(image)
    ]
    frame = f'width="{image.shape[1] * pitch:g}" height="{image.shape[0] * pitch:g}"'
    return "".join(rects) + f'<rect {frame} fill="none" stroke="{colour("input")}"/>'


def arrow_svg(x: float, y: float, length: float, angle: float, width: float = 2.0) -> str:
    """An arrow centred on (x, y); angle in radians, 0 to the right, growing downwards as rows do."""
    ux, uy = float(np.cos(angle)), float(np.sin(angle))
    head = max(3.5, min(9.0, 0.4 * length))
    tip, tail = (x + ux * length / 2, y + uy * length / 2), (x - ux * length / 2, y - uy * length / 2)
    neck = (tip[0] - ux * head, tip[1] - uy * head)
    side = 0.5 * head
    return (
        f'<path d="M{tail[0]:.1f} {tail[1]:.1f}L{neck[0]:.1f} {neck[1]:.1f}" stroke="{TEXT}" stroke-width="{width:g}"/>'
        f'<path d="M{tip[0]:.1f} {tip[1]:.1f}L{neck[0] - uy * side:.1f} {neck[1] + ux * side:.1f}'
        f'L{neck[0] + uy * side:.1f} {neck[1] - ux * side:.1f}Z" fill="{TEXT}"/>'
    )


def edge_reading(patch: Any, gx: float, gy: float, caption: str = "") -> Picture:
    """A patch with the gradient at its middle: the arrow, its two components, its length and its angle."""
    x = np.asarray(patch, dtype=float)
    pitch = 34.0
    length, angle = float(np.hypot(gx, gy)), float(np.arctan2(gy, gx))
    body = cells_svg(x, pitch)
    middle = x.shape[1] * pitch / 2, x.shape[0] * pitch / 2
    ring = pitch * (x.shape[1] - 3) / 2, pitch * (x.shape[0] - 3) / 2
    body += (
        f'<rect x="{ring[0]:g}" y="{ring[1]:g}" width="{3 * pitch:g}" height="{3 * pitch:g}" fill="none" '
        f'stroke="{colour("kernel")}" stroke-width="3"/>'
    )
    if length > 1e-9:
        reach = 3 * pitch * min(1.0, length / 3)
        body += arrow_svg(
            middle[0] + reach / 2 * np.cos(angle), middle[1] + reach / 2 * np.sin(angle), reach, angle, 3.0
        )
    signs = [
        ("gx, Sobel x", gx),
        ("gy, Sobel y", gy),
        ("magnitude", length),
        ("direction, radians", angle),
        ("direction, degrees", np.degrees(angle)),
    ]
    table = above(
        *(
            Words(f"{name}: {number(round(float(value), 3) + 0.0)}", 15.0, anchor="start")
            for name, value in signs
        ),
        gap=10,
    )
    alt = (
        f"A soft edge with the 3 by 3 window in its middle: gx {number(round(gx, 3))}, gy {number(round(gy, 3))}, "
        f"magnitude {number(round(length, 3))}, direction {number(round(angle, 3))} radians."
    )
    return picture_of(
        beside(Raw(body, x.shape[1] * pitch, x.shape[0] * pitch, "image, and the arrow"), table, gap=40),
        alt,
        caption,
    )
