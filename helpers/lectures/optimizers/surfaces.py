"""Losses of two weights that a race runs on: four that the field has used for decades, and a slice of a real network's.

Each has its gradient in closed form, a window to look at, a start, and where it is lowest. Knows no optimizer.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.datasets import digits

Window = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """A loss of two weights.

    loss      takes two arrays of one shape, returns the losses
    gradient  takes weights (2,), returns the gradient (2,)
    start     where a race begins
    lowest    the place of the minimum, None where there is none in sight
    across    the window's ends along the first weight; along the second: `up`
    rate      a learning rate at which gradient descent just about works
    """

    loss: Callable[[Any, Any], Any]
    gradient: Callable[[np.ndarray], np.ndarray]
    start: tuple[float, float]
    across: Window
    up: Window
    rate: float
    lowest: tuple[float, float] | None = None


def _ravine() -> Surface:
    """½ (w₀² + 30 w₁²): thirty times as steep one way as the other."""
    return Surface(
        lambda a, b: 0.5 * (a**2 + 30 * b**2),
        lambda w: np.array([w[0], 30 * w[1]]),
        (-4.0, 1.2), (-5.0, 2.0), (-1.8, 1.8), 0.06, (0.0, 0.0),
    )  # fmt: skip


def _saddle() -> Surface:
    """½ (w₀² − w₁²) + ¼ w₁⁴ / 2: level at the origin, but not lowest there."""
    return Surface(
        lambda a, b: 0.5 * (a**2 - b**2) + 0.125 * b**4,
        lambda w: np.array([w[0], -w[1] + 0.5 * w[1] ** 3]),
        (-2.5, 0.002), (-3.0, 1.5), (-2.2, 2.2), 0.1, (0.0, 2**0.5),
    )  # fmt: skip


def _rosenbrock() -> Surface:
    """(1 − w₀)² + 100 (w₁ − w₀²)²: a bent valley, easy to find and slow to follow (Rosenbrock 1960)."""
    return Surface(
        lambda a, b: (1 - a) ** 2 + 100 * (b - a**2) ** 2,
        lambda w: np.array(
            [-2 * (1 - w[0]) - 400 * w[0] * (w[1] - w[0] ** 2), 200 * (w[1] - w[0] ** 2)]
        ),
        (-1.2, 1.0), (-1.8, 1.8), (-0.8, 2.4), 0.002, (1.0, 1.0),
    )  # fmt: skip


def _beale() -> Surface:
    """Beale's function (1958): plateaus, a steep rim, and a narrow way to (3, 0.5)."""
    factors = ((1.5, 1), (2.25, 2), (2.625, 3))

    def loss(a: Any, b: Any) -> Any:
        return sum((c - a + a * b**power) ** 2 for c, power in factors)

    def gradient(w: np.ndarray) -> np.ndarray:
        a, b = w
        terms = [(c - a + a * b**power, b**power - 1, a * power * b ** (power - 1)) for c, power in factors]
        return np.array([sum(2 * t * da for t, da, _ in terms), sum(2 * t * db for t, _, db in terms)])

    return Surface(loss, gradient, (1.0, 1.5), (-0.5, 4.5), (-1.0, 2.0), 0.005, (3.0, 0.5))


def _slice_of_a_network() -> Surface:
    """Two weights of a network that tells hand-written digits apart; all others stay as they are.

    Ten logits from 25 averaged pixels of 300 real digits; the weights that move multiply two pixels in the logit of "3".
    """
    images, labels = digits()
    chosen = np.random.default_rng(0).permutation(len(images))[:300]
    pixels = np.asarray(images[chosen], dtype=float).reshape(300, 28, 28)[:, 4:24, 4:24]
    x = pixels.reshape(300, 5, 4, 5, 4).mean(axis=(2, 4)).reshape(300, 25)
    x = x / max(1.0, float(x.max()))
    labels = np.asarray(labels)[chosen].astype(int)
    weights = _trained(x, labels)
    moving = [7, 12]  # pixels above the middle and in it
    base = x @ weights.T
    base[:, 3] -= x[:, moving] @ weights[3, moving]
    others = np.delete(base, 3, axis=1)
    high = others.max(axis=1)
    rest = high + np.log(
        np.exp(others - high[:, None]).sum(axis=1)
    )  # log of the sum of all other exponentials
    correct, is_three = base[np.arange(300), labels], labels == 3
    pair = x[:, moving]

    def loss(a: Any, b: Any) -> Any:
        a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
        three = base[:, 3] + a[..., None] * pair[:, 0] + b[..., None] * pair[:, 1]
        return (np.logaddexp(rest, three) - np.where(is_three, three, correct)).mean(axis=-1)

    def gradient(w: np.ndarray) -> np.ndarray:
        three = base[:, 3] + pair @ w
        return ((1 / (1 + np.exp(rest - three)) - is_three)[:, None] * pair).mean(axis=0)

    return Surface(loss, gradient, (-18.0, 18.0), (-24.0, 24.0), (-24.0, 24.0), 6.0, _lowest(gradient))


def _trained(x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights (10, pixels) of a linear classifier after 200 steps of gradient descent."""
    weights = np.zeros((10, x.shape[1]))
    wanted = np.eye(10)[labels]
    for _ in range(200):
        logits = x @ weights.T
        probs = np.exp(logits - logits.max(axis=1, keepdims=True))
        probs /= probs.sum(axis=1, keepdims=True)
        weights -= 2.0 * (probs - wanted).T @ x / len(x)
    return weights


def _lowest(gradient: Callable[[np.ndarray], np.ndarray]) -> tuple[float, float]:
    w = np.zeros(2)
    for _ in range(3000):
        w = w - 10.0 * gradient(w)
    return float(w[0]), float(w[1])


MAKERS = {
    "ravine": _ravine,
    "saddle": _saddle,
    "Rosenbrock": _rosenbrock,
    "Beale": _beale,
    "two weights of a network": _slice_of_a_network,
}


@functools.cache
def surface(name: str) -> Surface:
    """The surface of that name. Raises ValueError with the names there are."""
    if name not in MAKERS:
        raise ValueError(f"no surface {name!r}; there are {', '.join(MAKERS)}")
    return MAKERS[name]()
