"""What one convolution layer costs, as three bars on a logarithmic scale. Knows sizes, no images."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from helpers.draw.compose import Raw, picture_of
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.draw.panel import words
from helpers.draw.picture import Picture

DECADE, LEFT, HIGH = 58.0, 128.0, 30.0  # px per power of ten, before the bars, per bar
POWERS = {0: "1", 3: "thousand", 6: "million", 9: "billion"}


@dataclass(frozen=True)
class Bill:
    """The cost of a layer for one image."""

    side: int
    parameters: int
    memory: int  # bytes of the output in single precision
    multiply_adds: int


def bill(side: int, channels: int, filters: int, kernel_size: int, stride: int) -> Bill:
    """Of a layer on square images with half the kernel as padding and a bias for each filter."""
    places = len(range(0, side + 2 * (kernel_size // 2) - kernel_size + 1, stride))
    weights = channels * kernel_size * kernel_size
    outputs = filters * places * places
    return Bill(places, filters * (weights + 1), 4 * outputs, outputs * weights)


def layer_bill(
    side: int, channels: int, filters: int, kernel_size: int, stride: int = 1, caption: str = ""
) -> Picture:
    """Parameters, memory and multiply-adds of a layer; each mark on the scale is ten times the one before."""
    cost = bill(side, channels, filters, kernel_size, stride)
    lines = [
        ("parameters", cost.parameters, f"{cost.parameters:,}", "kernel"),
        ("output, bytes", cost.memory, f"{cost.memory:,}", "output"),
        ("multiply-adds", cost.multiply_adds, f"{cost.multiply_adds:,}", "neutral"),
    ]
    lines = [
        (name, value, text.replace(",", "\N{NARROW NO-BREAK SPACE}"), role)
        for name, value, text, role in lines
    ]
    height = 22 + len(lines) * (HIGH + 8)
    body = "".join(_gridline(power, height) for power in range(11))
    body += "".join(_bar(i, *line) for i, line in enumerate(lines))
    said = (
        f"{channels} × {side} × {side} in, {filters} × {cost.side} × {cost.side} out, "
        f"kernel {kernel_size} × {kernel_size}, stride {stride}"
    )
    alt = f"{said}: " + ", ".join(f"{name} {text}" for name, _, text, _ in lines) + "."
    return picture_of(Raw(body, LEFT + 11 * DECADE + 100, height + 22, said), alt, caption)


def _gridline(power: int, height: float) -> str:
    x = LEFT + power * DECADE
    line = f'<path d="M{x:g} 0V{height - 14:g}" stroke="{MUTED}" stroke-opacity="{0.6 if power % 3 == 0 else 0.2}"/>'
    return line + (words(POWERS[power], x, height - 2, 11, fill=MUTED) if power in POWERS else "")


def _bar(line: int, name: str, value: int, text: str, role: str) -> str:
    y, width = 4 + line * (HIGH + 8), max(2.0, log10(value) * DECADE)
    ink = colour(role)
    return (
        f'<rect x="{LEFT:g}" y="{y:g}" width="{width:g}" height="{HIGH:g}" fill="{ink}" fill-opacity="0.4" stroke="{ink}"/>'
        + words(name, LEFT - 8, y + HIGH / 2, 13, "end", fill=TEXT)
        + words(text, LEFT + width + 8, y + HIGH / 2, 13, "start", fill=TEXT)
    )
