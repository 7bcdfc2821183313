"""Three kinds of layer: which numbers they connect, how many parameters that takes, and the network they end up in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.draw.compose import Raw, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.numbers import number, table_alt
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.draw.panel import Panel, words
from helpers.draw.picture import Picture

STEP, SPAN = 32.0, 170.0  # px between neighbours, and from inputs to outputs
DASHES = ("", "7 4", "2 3")
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"


def three_wirings(inputs: int = 6, window: int = 3) -> Picture:
    """The same inputs and outputs wired in three ways: everything, windows, windows with shared weights."""
    outputs = inputs - window + 1
    dense, local = inputs * outputs, window * outputs
    panels = [
        _wiring("fully connected", f"{dense} weights", inputs, outputs, inputs, shared=False),
        _wiring("locally connected", f"{local} weights", inputs, outputs, window, shared=False),
        _wiring(
            "convolutional",
            f"{window} weights, each used {outputs} times",
            inputs,
            outputs,
            window,
            shared=True,
        ),
    ]
    return picture_of(
        beside(*panels, gap=44),
        f"{inputs} input numbers at the left and {outputs} outputs at the right, wired three times. Fully connected: {dense} "
        f"lines, each with its own weight. Locally connected: each output has lines to {window} neighbouring inputs, {local} "
        f"weights. Convolutional: the same {local} lines, but only {window} different weights, drawn solid, dashed and dotted.",
        "Each line is one weight. Lines drawn in the same way (solid, dashed, dotted) carry the same weight.",
    )


def _wiring(title: str, count: str, inputs: int, outputs: int, window: int, shared: bool) -> Panel:
    first = (inputs - outputs) / 2
    parts = []
    for o in range(outputs):
        for k in range(window):
            i = k if window == inputs else o + k
            style = (
                f'stroke="{colour("kernel")}" stroke-width="2.4" stroke-dasharray="{DASHES[k % 3]}"'
                if shared
                else (f'stroke="{colour("kernel")}" stroke-width="1.1"')
            )
            parts.append(f'<path d="M24 {_y(i):g}L{SPAN + 14:g} {_y(o + first):g}" fill="none" {style}/>')
    for i in range(inputs):
        parts.append(
            f'<rect x="4" y="{_y(i) - 10:g}" width="20" height="20" fill="{colour("input")}" stroke="{colour("input")}"/>'
        )
    for o in range(outputs):
        parts.append(f'<circle cx="{SPAN + 24:g}" cy="{_y(o + first):g}" r="11" fill="{colour("output")}"/>')
    return Raw("".join(parts), SPAN + 40, STEP * inputs, title, count)


def _y(place: float) -> float:
    return STEP * (place + 0.5)


def unit_at_work(x: np.ndarray, w: np.ndarray, bias: float) -> Picture:
    """One fully connected unit on a small image: products, their sum, the bias, the score."""
    products = np.asarray(x) * w
    total = float(products.sum())
    return picture_of(
        beside(
            Grid(x, "input", "image"),
            "×",
            Grid(w, "kernel", "weights"),
            "→",
            Grid(products, "neutral", "products"),
            "→",
            Grid([[total]], "neutral", "sum"),
            "+",
            Grid([[bias]], "kernel", "bias"),
            "=",
            Grid([[total + bias]], "output", "score"),
        ),
        f"{table_alt(x, 'Image')}. {table_alt(w, 'Weights')}. {table_alt(products, 'Products')}. They add up to "
        f"{number(total)}; with the bias {number(bias)} the score is {number(total + bias)}.",
        f"× multiplies number by number, place by place. {products.size} products, one sum, one bias: one unit has "
        f"{products.size + 1} parameters here.",
    )


# --- counting ---------------------------------------------------------------------------------------------------


def grouped(count: int) -> str:
    """A count with its thousands apart: 921 601 000."""
    return f"{count:,}".replace(",", THIN_SPACE)


def counts_of_layers(side: int, channels: int, filters: int, kernel: int) -> list[tuple[str, str, int]]:
    """Name, formula and number of parameters of four layers on a square image, biases included."""
    places = side - kernel + 1
    window = f"({kernel}·{kernel}·{channels} + 1)"
    inputs = side * side * channels
    outputs = places * places * filters
    weights = kernel * kernel * channels + 1
    return [
        (
            f"fully connected, {filters} units",
            f"({side}·{side}·{channels} + 1) · {filters}",
            (inputs + 1) * filters,
        ),
        (
            "fully connected, one unit for each number of the maps below",
            f"({side}·{side}·{channels} + 1) · {places}·{places}·{filters}",
            (inputs + 1) * outputs,
        ),
        (
            f"locally connected, {filters} maps of {places} × {places}",
            f"{window} · {places}·{places}·{filters}",
            weights * outputs,
        ),
        (f"convolutional, {filters} maps of {places} × {places}", f"{window} · {filters}", weights * filters),
    ]


ROLES_OF_ROWS = ("neutral", "neutral", "kernel", "output")
LONGEST, DECADES = 470.0, 12


def parameter_counts(side: int, channels: int, filters: int, kernel: int) -> Picture:
    """Bars on a logarithmic scale: the parameters of four layers on a square image.

    side      rows and columns of the image
    channels  of the image
    filters   outputs for each place (units of the first layer)
    kernel    rows and columns of the window, at most side
    """
    rows = counts_of_layers(side, channels, filters, kernel)
    parts = [_axis(len(rows))]
    for i, (name, formula, count) in enumerate(rows):
        top = 30 + 62 * i
        length = LONGEST * np.log10(count) / DECADES
        ink = colour(ROLES_OF_ROWS[i])
        parts.append(words(name, 4, top, 13, "start", fill=TEXT))
        parts.append(
            f'<rect x="4" y="{top + 11}" width="{max(2.0, length):g}" height="24" fill="{ink}" fill-opacity="0.5" stroke="{ink}"/>'
        )
        parts.append(words(grouped(count), 12 + length, top + 23, 15, "start", fill=TEXT, font_weight="bold"))
        parts.append(words(formula, 500, top, 12, "start", fill=MUTED))
    listed = "; ".join(f"{name}: {formula} = {count}" for name, formula, count in rows)
    return picture_of(
        Raw("".join(parts), 800, 30 + 62 * len(rows) + 34),
        f"Parameters, biases included, on an image of {side} × {side} with {channels} channels. {listed}.",
        "Parameters with biases, on a logarithmic scale: each mark is a thousand times the one before.",
    )


def _axis(count: int) -> str:
    bottom = 30 + 62 * count
    parts = []
    for decade, name in ((0, "1"), (3, "thousand"), (6, "million"), (9, "billion"), (12, "trillion")):
        x = 4 + LONGEST * decade / DECADES
        parts.append(f'<path d="M{x:g} 14V{bottom - 12:g}" stroke="{MUTED}" stroke-opacity="0.3"/>')
        parts.append(words(name, x, bottom + 2, 11, "start" if decade == 0 else "middle", fill=MUTED))
    parts.append(words("parameters", 4 + LONGEST / 2, bottom + 20, 12, fill=TEXT))
    return "".join(parts)


# --- the whole network ------------------------------------------------------------------------------------------


def network_sketch(stages: Sequence[tuple[str, str, str]]) -> Picture:
    """Boxes from left to right: (name, what it does, where it is taught)."""
    wide, gap = 150.0, 26.0
    parts = []
    for i, (name, does, where) in enumerate(stages):
        left = i * (wide + gap)
        role = "input" if i == 0 else "kernel" if "onvol" in name else "output"
        ink = colour(role)
        parts.append(
            f'<rect x="{left + 1:g}" y="1" width="{wide - 2:g}" height="86" rx="8" fill="{ink}" fill-opacity="0.12" '
            f'stroke="{ink}" stroke-width="1.5"/>'
        )
        parts.append(words(name, left + wide / 2, 20, 14, fill=TEXT, font_weight="bold"))
        for n, line in enumerate(does.split("\n")):
            parts.append(words(line, left + wide / 2, 42 + 16 * n, 12, fill=TEXT))
        parts.append(words(where, left + wide / 2, 102, 11, fill=MUTED))
        if i:
            parts.append(words("→", left - gap / 2, 44, 20, fill=MUTED))
    listed = "; ".join(f"{name}: {does} ({where})".replace("\n", " ") for name, does, where in stages)
    return picture_of(
        Raw("".join(parts), len(stages) * (wide + gap) - gap, 112),
        f"The parts of a convolutional network, in order. {listed}.",
        "The middle three are repeated, often many times, before the last one decides.",
    )
