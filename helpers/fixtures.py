"""Named things that are not data (functions, small models, loaders), public so that a call can name them.

A case that needs a function as an argument says `fixture("sum_of_squares")`; the name travels, the code below
is what everybody runs. Adding one here makes it available to every exercise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Fixture:
    """A reference to a fixture by name, with the plain values it is built from."""

    name: str
    args: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        # Students read it in the call that failed: a function by its name, a made-up array with its seed and shape.
        return f"{self.name}({', '.join(map(repr, self.args))})" if self.args else self.name


def fixture(name: str, *args: Any) -> Fixture:
    """A reference to the fixture called `name`. Raises LookupError when there is none of that name."""
    _builder(name)
    return Fixture(name, args)


def build_fixture(name: str, args: list[Any]) -> Any:
    """The object that the reference stands for."""
    return _builder(name)(*args)


def _builder(name: str) -> Callable[..., Any]:
    if name not in BUILDERS:
        raise LookupError(f"no fixture called {name!r}; there are {', '.join(sorted(BUILDERS))}")
    return BUILDERS[name]


def sum_of_squares() -> Callable[[np.ndarray], float]:
    """f(x) = Σ x², whose gradient is 2x."""
    return lambda x: float(np.sum(np.square(x)))


def sum_of_cubes() -> Callable[[np.ndarray], float]:
    """f(x) = Σ x³, whose gradient is 3x²."""
    return lambda x: float(np.sum(np.power(x, 3)))


def product() -> Callable[[np.ndarray], float]:
    """f(x) = the product of all entries: the derivative by one entry depends on all the others."""
    return lambda x: float(np.prod(x))


def wave() -> Callable[[np.ndarray], float]:
    """f(x) = Σ sin((i + 1) · xᵢ), i counting the entries row by row: no two entries play the same part."""
    return lambda x: float(np.sum(np.sin(np.arange(1, x.size + 1).reshape(x.shape) * x)))


def neighbours() -> Callable[[np.ndarray], float]:
    """f(x) = Σ x[..., i] · x[..., i + 1] along the last axis, a loss that mixes entries."""
    return lambda x: float(np.sum(x[..., :-1] * x[..., 1:]))


def normal_numbers(seed: int, *shape: int) -> np.ndarray:
    """An array of the given shape with standard normal numbers."""
    return np.random.default_rng(seed).normal(size=shape)


def random_generator(seed: int) -> np.random.Generator:
    """A seeded NumPy generator."""
    return np.random.default_rng(seed)


BUILDERS: dict[str, Callable[..., Any]] = {
    "sum_of_squares": sum_of_squares,
    "sum_of_cubes": sum_of_cubes,
    "product": product,
    "wave": wave,
    "neighbours": neighbours,
    "normal_numbers": normal_numbers,
    "random_generator": random_generator,
}
