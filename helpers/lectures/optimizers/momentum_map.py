"""The map of momentum: how fast a step function comes down a bowl, for every rate and every momentum.

Measured by running the function that it is given, one call for a whole row of rates at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.draw.chart import Chart, Line
from helpers.draw.compose import beside, picture_of
from helpers.draw.numbers import number
from helpers.draw.picture import Picture
from helpers.draw.raster import _data_url, png

STEPS, WINDOW = 150, 60
RATES, MOMENTA = np.linspace(0.05, 3.95, 40), np.linspace(0.0125, 0.9875, 40)  # middles of the cells
# Styles of walking down: never colour alone, each ends at a line of its own.
STYLES = {
    "straight down": (222, 235, 247),
    "with swings": (158, 202, 225),
    "from side to side": (199, 222, 190),
    "runs away": (250, 205, 185),
}


def measured(
    step: Callable[..., Any], momenta: Any = MOMENTA, rates: Any = RATES
) -> tuple[np.ndarray, np.ndarray]:
    """Factor by which the distance shrinks each step, and how often w changes its sign; both (momenta, rates).

    One bowl for each rate: ½ · rate · w² with the learning rate 1, which is the same as curvature 1 with that rate.
    """
    factors, swings = np.zeros((len(momenta), len(rates))), np.zeros((len(momenta), len(rates)), int)
    for row, momentum in enumerate(momenta):
        w = np.ones(len(rates))
        state: dict[str, Any] = {}
        walk = np.zeros((STEPS, len(rates)))
        for at in range(STEPS):
            w, state = step(w, rates * w, state, lr=1.0, momentum=float(momentum))
            w = np.clip(w, -1e150, 1e150)
            walk[at] = w
        # The longest distance in one window and in the next: a walk that swings is longest at its turning points.
        early, late = (np.abs(walk[end - WINDOW : end]).max(axis=0) for end in (STEPS - WINDOW, STEPS))
        factors[row] = (np.maximum(late, 1e-300) / np.maximum(early, 1e-300)) ** (1 / WINDOW)
        signs = np.sign(walk)
        swings[row] = ((signs[1:] * signs[:-1]) < 0).sum(axis=0)
    return factors, swings


def momentum_map(
    step: Callable[..., Any], rate: float = 1.0, momentum: float = 0.81, caption: str = "", kept: Any = None
) -> Picture:
    """The map with one place on it, and the walk from there.

    rate   learning rate × curvature
    kept   what `measured` gave, where it is known already
    """
    factors, swings = measured(step) if kept is None else kept
    down = np.where(swings >= STEPS - 3, 2, np.where(swings > 1, 1, 0))
    style = np.where(factors > 1.0005, 3, down)
    colours = np.array(list(STYLES.values()), np.uint8)
    picture = png(np.ascontiguousarray(colours[style][::-1]))
    width, height = 340.0, 270.0
    ground = (
        f'<image width="{width:g}" height="{height:g}" preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'href="{_data_url(picture)}"/>'
    )
    at = np.linspace(0.001, 0.999, 200)
    lower, middle, upper = (1 - at**0.5) ** 2, (1 + at**0.5) ** 2, 2 + 2 * at
    place = Chart(
        {"swings begin": Line(lower, at, ink=2), "runs away": Line(upper, at, ink=1), "swings end": Line(middle, at, ink=3), "here": Line([rate], [momentum], ink=0, dots=True, ends=True)},
        "learning rate × curvature", "momentum μ", xlim=(0.0, 4.0), ylim=(0.0, 1.0), ground=ground, width=width, height=height,
    )  # fmt: skip
    w, path = np.ones(1), [1.0]
    state: dict[str, Any] = {}
    for _ in range(60):
        w, state = step(w, rate * w, state, lr=1.0, momentum=momentum)
        path.append(float(np.asarray(w)[0]))
    seen = np.array(path)
    course = Chart(
        {"w": Line(np.arange(61), np.clip(seen, -1e9, 1e9), ink=0)}, "step", "w", ylim=(-2.0, 2.0), legend=False,
        title=f"rate × curvature {number(rate)}, μ = {number(momentum)}", width=300, height=height,
    )  # fmt: skip
    here = measured(step, [momentum], np.array([rate]))[0][0, 0]
    told = f"At {number(rate)} and {number(momentum)} the distance changes by the factor {number(here)} each step."
    alt = (
        "Map over learning rate times curvature (0 to 4) and momentum (0 to 1) in four parts, from left to right: straight down, with swings, from side to side at every step, runs away. "
        + told
    )
    return picture_of(beside(place, course, gap=18), alt, caption or told)
