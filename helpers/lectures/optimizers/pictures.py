"""Pictures of notebook 08: steps on a bowl, a race over a surface, the map of momentum, rates and schedules.

They run the step functions that they are given; they know no exercise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from helpers.draw.chart import Chart, Line, path_of
from helpers.draw.compose import beside, picture_of
from helpers.draw.numbers import number
from helpers.draw.palette import MUTED
from helpers.draw.picture import Picture
from helpers.lectures.optimizers.momentum_map import momentum_map
from helpers.lectures.optimizers.numbers import CURVATURE, walk
from helpers.lectures.optimizers.surfaces import Surface, surface

__all__ = [
    "bowl_steps",
    "bowl_walk",
    "effective_rates_of",
    "momentum_map",
    "race_on",
    "rates_over_time",
    "ravine_walk",
    "training_curves",
]

Step = Callable[..., Any]
Racers = Mapping[str, tuple[Step, Mapping[str, float]]]


def bowl_steps(
    step: Step,
    lr: float,
    curvature: float = CURVATURE,
    start: float = 1.0,
    steps: int = 10,
    caption: str = "",
) -> Picture:
    """A step function on the bowl ½ · curvature · w²: where it goes, and how w changes from step to step."""
    path = walk(step, lambda w: curvature * w, [start], steps, lr=lr)[:, 0]
    return _on_the_bowl(path, lr, curvature, "your steps", caption)


def bowl_walk(
    lr: float, curvature: float = CURVATURE, start: float = 1.0, steps: int = 10, caption: str = ""
) -> Picture:
    """Gradient descent on the bowl, from the factor by which each step multiplies w: no step function is needed."""
    path = start * (1 - lr * curvature) ** np.arange(steps + 1)
    return _on_the_bowl(path, lr, curvature, "the steps", caption)


def ravine_walk(lr: float, steps: int = 35) -> Picture:
    """Gradient descent on the ravine: what is left of both weights after each step, by their factors."""
    at = np.arange(steps + 1)
    along, across = (1 - lr) ** at, (1 - 30 * lr) ** at
    lines = {"w₀, along the bottom": Line(at, along, dots=True), "w₁, across": Line(at, across, dots=True)}
    chart = Chart(lines, "step", "share left", ylim=(-1.0, 1.0), width=520, height=220)
    half = int(np.argmin(np.abs(along - 0.5)))
    told = (
        f"Along the bottom {number(round(float(along[half]), 2))} is left after {half} steps. "
        f"Across, w₁ changes its sign at every step."
    )
    return picture_of(chart, f"Gradient descent on the ravine with the rate {number(lr)}. {told}", told)


def _on_the_bowl(path: np.ndarray, lr: float, curvature: float, name: str, caption: str) -> Picture:
    seen = np.isfinite(path)
    reach = 2.0
    grid = np.linspace(-reach, reach, 81)
    bowl = Chart(
        {"the loss": Line(grid, 0.5 * curvature * grid**2, ink=5), name: Line(path, 0.5 * curvature * path**2, ink=0, dots=True, ends=True)},
        "w", "loss", title=f"learning rate {number(lr)}", xlim=(-reach, reach), ylim=(0.0, 0.5 * curvature * reach**2),
    )  # fmt: skip
    course = Chart(
        {"w": Line(np.arange(len(path)), path, ink=0, dots=True)},
        "step", "w", title="w after each step", ylim=(-reach, reach), legend=False,
    )  # fmt: skip
    told = ", ".join(number(w) for w in path[seen][:6])
    alt = (
        f"Gradient descent on a bowl of curvature {number(curvature)} with the learning rate {number(lr)}, from w = {number(path[0])}: "
        f"w goes {told}{', …' if seen.sum() > 6 else ''}."
    )
    return picture_of(beside(bowl, course, gap=24), alt, caption)


def race_on(
    name: str, racers: Racers, steps: int = 80, factor: float = 1.0, noise: float = 0.0, caption: str = ""
) -> Picture:
    """Step functions run from one start on a surface: their paths on its contour lines, and the loss at every step.

    racers   {name: (step function, {setting: value})}; "lr" is in units of the surface's own rate. A method whose step
             has the length of its rate says "reach" in its place, in fortieths of the window's width
    factor   multiplies every learning rate
    noise    of every gradient, in units of the gradient's length at the start
    """
    chosen = surface(name)
    first = float(np.linalg.norm(chosen.gradient(np.array(chosen.start))))
    paths = {}
    for label, (step, settings) in racers.items():
        unit = (chosen.across[1] - chosen.across[0]) / 40 if "reach" in settings else chosen.rate
        lr = settings.get("reach", settings.get("lr", 1.0)) * factor * unit
        others: dict[str, Any] = {key: value for key, value in settings.items() if key not in ("lr", "reach")}
        paths[label] = walk(
            step, chosen.gradient, chosen.start, steps, noise * first / 2**0.5, lr=lr, **others
        )
    lowest = _lowest(name)
    losses = {label: chosen.loss(path[:, 0], path[:, 1]) - lowest for label, path in paths.items()}
    top = max(2.0 * float(chosen.loss(*np.array(chosen.start))) - lowest * 2.0, 1e-3)
    chart = Chart(
        {label: Line(path[:, 0], path[:, 1], ends=True) for label, path in paths.items()},
        "w₀", "w₁", xlim=chosen.across, ylim=chosen.up, ground=_contours(name),
        stars=(chosen.lowest,) if chosen.lowest else (), width=360, height=270,
    )  # fmt: skip
    curve = Chart(
        {label: Line(np.arange(steps + 1), np.maximum(loss, 1e-12)) for label, loss in losses.items()},
        "step", "loss above its minimum", ylim=(top * 1e-7, top * 2), ylog=True, legend=False, width=300, height=270,
    )  # fmt: skip
    return picture_of(beside(chart, curve, gap=18), _told(name, paths, losses), caption)


def _told(name: str, paths: Mapping[str, np.ndarray], losses: Mapping[str, np.ndarray]) -> str:
    parts = []
    for label, path in paths.items():
        seen = int(np.isfinite(path[:, 0]).sum())
        if seen < len(path):
            parts.append(f"{label} runs away after {seen - 1} steps")
        else:
            end = ", ".join(number(v) for v in path[-1])
            parts.append(
                f"{label} ends at ({end}), loss above the minimum {number(float(losses[label][-1]))}"
            )
    return (
        f"Paths on the surface “{name}” over {len(next(iter(paths.values()))) - 1} steps: {'; '.join(parts)}."
    )


@functools.cache
def _lowest(name: str) -> float:
    chosen = surface(name)
    return float(chosen.loss(*np.array(chosen.lowest))) if chosen.lowest else 0.0


@functools.cache
def _contours(name: str) -> str:
    """Contour lines of a surface as SVG paths, at losses that grow by a constant factor."""
    from contourpy import contour_generator

    chosen: Surface = surface(name)
    a, b = np.linspace(*chosen.across, 61), np.linspace(*chosen.up, 61)
    loss = chosen.loss(*np.meshgrid(a, b))
    above = loss - min(float(loss.min()), _lowest(name))
    levels = np.geomspace(max(float(above.max()) * 2e-4, 1e-6), float(above.max()) * 0.9, 11)
    made = contour_generator(a, b, above)
    frame = Chart({}, "", "", xlim=chosen.across, ylim=chosen.up, width=360, height=270)
    return "".join(
        f'<path d="{path_of(frame, made.lines(level))}" fill="none" stroke="{MUTED}" stroke-width="1" opacity="0.45"/>'
        for level in levels
    )


def effective_rates_of(
    racers: Racers, scale: float = 0.05, quiet: bool = False, steps: int = 60, caption: str = ""
) -> Picture:
    """How far a weight moves for each unit of its gradient, for a weight with large gradients and one with small ones.

    racers   {name: (step function, {setting: value})}
    scale    size of the second weight's gradients; those of the first are about 1
    quiet    the gradients of the first weight are a hundredth from the middle on
    """
    rng = np.random.default_rng(1)
    gradients = (1 + 0.2 * rng.normal(size=(steps, 2))) * np.array([1.0, scale])
    if quiet:
        gradients[steps // 2 :, 0] *= 0.01
    panels, told = [], []
    for label, (step, settings) in racers.items():
        w, rates = np.zeros(2), []
        state: dict[str, Any] = {}
        for dw in gradients:
            after, state = step(w, dw, state, **settings)
            rates.append(np.abs(np.asarray(after) - w) / np.abs(dw))
            w = np.asarray(after)
        shown = np.maximum(np.array(rates), 1e-12)
        large, small = (
            f"gradients about {'1' if not quiet else '1, then 0.01'}",
            f"gradients about {number(scale)}",
        )
        panels.append(
            Chart(
                {
                    large: Line(np.arange(1, steps + 1), shown[:, 0], ink=0),
                    small: Line(np.arange(1, steps + 1), shown[:, 1], ink=1),
                },
                "step",
                "moved / |gradient|",
                title=label,
                ylim=(1e-3, 1e3),
                ylog=True,
                width=210,
                height=200,
            )  # fmt: skip
        )
        told.append(f"{label}: {number(shown[-1, 0])} and {number(shown[-1, 1])}")
    alt = f"How far two weights move for each unit of their gradient, at the last of {steps} steps. {'; '.join(told)}."
    return picture_of(beside(*panels, gap=10), alt, caption)


def rates_over_time(
    schedules: Mapping[str, Callable[[int], float]], steps: int, unit: str = "epoch", caption: str = ""
) -> Picture:
    """Learning rates as functions of time."""
    at = np.arange(steps)
    lines = {name: Line(at, [float(rate(int(t))) for t in at]) for name, rate in schedules.items()}
    chart = Chart(lines, unit, "learning rate", width=520, height=220, ylim=(0.0, 1.05 * max(float(np.max(line.y)) for line in lines.values())))  # fmt: skip
    told = "; ".join(
        f"{name} from {number(line.y[0])} to {number(line.y[-1])}" for name, line in lines.items()
    )
    return picture_of(chart, f"Learning rates over {steps} {unit}s: {told}.", caption)


def training_curves(
    runs: Mapping[str, Any],
    xlabel: str = "step",
    ylabel: str = "training loss",
    caption: str = "",
    first: int = 1,
) -> Picture:
    """What became of a number in several runs, each a list; `first` is the number of the first step or epoch."""
    lines = {name: Line(np.arange(first, first + len(values)), values) for name, values in runs.items()}
    chart = Chart(lines, xlabel, ylabel, width=560, height=260)
    told = "; ".join(
        f"{name} from {number(values[0])} to {number(values[-1])}" for name, values in runs.items()
    )
    return picture_of(chart, f"{ylabel} by {xlabel}: {told}.", caption)
