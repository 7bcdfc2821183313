"""A photograph or a map of numbers as pixels, small enough to be drawn anew at every move of a slider.

Sharp PNG inside the SVG, without Matplotlib. Maps with signs are blue below zero, white at zero and orange above,
and carry their scale. Knows nothing of its neighbours.
"""

import base64
import functools
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helpers.draw.numbers import as_array, number, sized
from helpers.draw.palette import MUTED, colour
from helpers.draw.panel import LABEL, Box, Heading, Size, words

STOPS = np.array([(0, 70, 110), (143, 191, 220), (255, 255, 255), (240, 192, 120), (138, 82, 0)], dtype=float)
BAR = 9.0  # height of the colour scale


@dataclass(frozen=True)
class Raster:
    """An image as pixels.

    image    (H, W) grey or (H, W, 3) colour, 0 to 1, cut off beyond; with signed=True (H, W) of any range
    signed   blue below zero, white at zero, orange above, with the scale below the image
    largest  the magnitude at the ends of the signed scale; panels to be compared share it
    width    in px
    window   (row, column, height, width) of pixels to outline
    """

    image: Any
    role: str = "neutral"
    title: str = ""
    subtitle: str = ""
    signed: bool = False
    largest: float | None = None
    width: float = 216.0
    window: tuple[float, float, float, float] | None = None

    def size(self) -> Size:
        foot = BAR + 18 if self.signed else 3.0
        return Size(max(self.width, self._heading.width()) + 4, self._heading.height(), self._height, foot)

    def draw(self, x: float, y: float) -> str:
        size = self.size()
        left, top = x + (size.width - self.width) / 2, y + size.head
        frame = f'x="{left:g}" y="{top:g}" width="{self.width:g}" height="{self._height:g}"'
        body = self._heading.draw(x + size.width / 2, y) + (
            f'<image {frame} preserveAspectRatio="none" style="image-rendering:pixelated" '
            f'href="{_data_url(self._png)}"/>'
            f'<rect {frame} fill="none" stroke="{colour(self.role)}" stroke-width="1.5"/>'
        )
        return (
            body
            + self._outline(left, top)
            + (self._scale(left, top + self._height + 4) if self.signed else "")
        )

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        return {}

    @cached_property
    def _plane(self) -> np.ndarray:
        image = as_array(self.image).astype(float)
        if image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3 and not self.signed):
            return image
        wanted = "(H, W)" if self.signed else "(H, W) or (H, W, 3)"
        raise ValueError(f"a Raster shows {wanted}; this array is {sized(image.shape)}")

    @property
    def _height(self) -> float:
        return self.width * self._plane.shape[0] / self._plane.shape[1]

    @cached_property
    def _heading(self) -> Heading:
        return Heading(self.title, self.subtitle)

    @cached_property
    def _reach(self) -> float:
        """The magnitude at the ends of the scale."""
        if self.largest is not None:
            return float(self.largest) or 1.0
        sizes = np.abs(self._plane[np.isfinite(self._plane)])
        return float(sizes.max(initial=0.0)) or 1.0

    @cached_property
    def _png(self) -> bytes:
        plane = np.nan_to_num(self._plane, nan=0.0)
        if self.signed:
            return png(_places(plane / self._reach), _table())
        return png((255 * np.clip(plane, 0, 1)).round().astype(np.uint8))

    def _outline(self, left: float, top: float) -> str:
        if self.window is None:
            return ""
        row, column, height, width = (value * self.width / self._plane.shape[1] for value in self.window)
        return (
            f'<rect x="{left + column:g}" y="{top + row:g}" width="{width:g}" height="{height:g}" fill="none" '
            f'stroke="{colour("kernel")}" stroke-width="3"/>'
        )

    def _scale(self, left: float, top: float) -> str:
        """The colours from −largest to +largest, with the numbers at both ends and at zero."""
        strip = png(_places(np.linspace(-1, 1, 65))[None], _table())
        frame = f'x="{left:g}" y="{top:g}" width="{self.width:g}" height="{BAR:g}"'
        at = top + BAR + 8
        return (
            f'<image {frame} preserveAspectRatio="none" href="{_data_url(strip)}"/>'
            + words(number(-self._reach), left, at, LABEL, "start", fill=MUTED)
            + words("0", left + self.width / 2, at, LABEL, fill=MUTED)
            + words("+" + number(self._reach), left + self.width, at, LABEL, "end", fill=MUTED)
        )


def signed_colours(shares: np.ndarray) -> np.ndarray:
    """Bytes (…, 3) for numbers from −1 (blue) over 0 (white) to 1 (orange); cut off beyond."""
    return _table()[_places(shares)]


def png(pixels: np.ndarray, palette: np.ndarray | None = None) -> bytes:
    """Bytes (H, W) grey, (H, W, 3) colour, or (H, W) places in a palette (n, 3), as a PNG.

    One byte for a pixel where possible and little compression: this runs at every move of a slider.
    """
    high, wide = pixels.shape[:2]
    kind = 3 if palette is not None else 2 if pixels.ndim == 3 else 0
    lines = np.concatenate([np.zeros((high, 1), np.uint8), pixels.reshape(high, -1)], axis=1)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, kind, 0, 0, 0))
        + (chunk(b"PLTE", palette.tobytes()) if palette is not None else b"")
        + chunk(b"IDAT", zlib.compress(lines.tobytes(), 1))
        + chunk(b"IEND", b"")
    )


def _places(shares: np.ndarray) -> np.ndarray:
    return ((np.clip(shares, -1, 1) + 1) * 127).round().astype(np.uint8)


@functools.cache
def _table() -> np.ndarray:
    """255 colours, (255, 3) bytes; number 127 is white."""
    places = np.linspace(0, len(STOPS) - 1, 255)
    channels = [np.interp(places, np.arange(len(STOPS)), STOPS[:, c]) for c in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"
