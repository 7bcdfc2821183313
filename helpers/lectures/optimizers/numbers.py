"""What notebook 08 works with: a bowl, and a small network with real digits.

It knows no optimizer: the steps are the student's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from helpers.datasets import digits as all_digits

__all__ = ["CURVATURE", "batches", "digits", "first_weights", "gradient_of_the_bowl", "walk"]

CURVATURE = 4.0  # of the bowl that the text computes with


def gradient_of_the_bowl(w: np.ndarray, curvature: float = CURVATURE) -> np.ndarray:
    """curvature · w, the gradient of ½ · curvature · w²."""
    return curvature * w


def walk(
    step: Callable[..., Any],
    gradient: Callable[[np.ndarray], np.ndarray],
    start: Any,
    steps: int,
    noise: float = 0.0,
    seed: int = 0,
    **settings: Any,
) -> np.ndarray:
    """The places (steps + 1, …) that a step function visits, starting at `start` with the state {}.

    step      (w, dw, state, **settings) -> (w, state)
    gradient  takes weights, returns their gradient
    noise     standard deviation of what is added to every gradient, as mini-batches do

    A walk ends early, with NaN, where the weights are no finite numbers any more.
    """
    rng = np.random.default_rng(seed)
    w = np.array(start, dtype=float)
    state: dict[str, Any] = {}
    places = np.full((steps + 1, *w.shape), np.nan)
    places[0] = w
    for i in range(1, steps + 1):
        dw = gradient(w)
        if noise:
            dw = dw + noise * rng.normal(size=w.shape)
        w, state = step(w, dw, state, **settings)
        w = np.asarray(w, dtype=float)
        if w.shape != places.shape[1:] or not (np.abs(w) < 1e9).all():
            break
        places[i] = w
    return places


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Real digits as 49 numbers each: x (4000, 49), labels (4000,) to train on, x (1000, 49), labels (1000,) to test.

    Every 4 × 4 pixels are averaged; float64 from 0 (paper) to 1 (ink).
    """
    images, labels = all_digits()
    x = images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49).astype(float)
    return x[:4000], labels[:4000], x[4000:], labels[4000:]


def first_weights(inputs: int = 49, hidden: int = 32, classes: int = 10, seed: int = 0) -> list[np.ndarray]:
    """Weights and biases of a two-layer network before training: w1, b1, w2, b2."""
    rng = np.random.default_rng(seed)
    return [
        rng.normal(size=(hidden, inputs)) * (2 / inputs) ** 0.5,
        np.zeros(hidden),
        rng.normal(size=(classes, hidden)) * (2 / hidden) ** 0.5,
        np.zeros(classes),
    ]


def batches(count: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Indices of mini-batches: every sample once, in a new order."""
    order = rng.permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]
