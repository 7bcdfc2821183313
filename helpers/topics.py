"""The lectures whose pictures and explorers `helpers.draw` and `helpers.explore` offer, in the order of the course.

A new lecture adds its name here, and a module of that name in helpers/draw, helpers/explore or both.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

TOPICS = (
    "start_here",
    "why_convolution",
    "convolution_1d",
    "convolution_2d",
    "padding_and_stride",
    "pooling",
    "convolution_gradients",
)


def take_over(package: str, names: dict[str, Any], offered: list[str]) -> None:
    """Put what each topic's module in `package` lists in its __all__ among the package's `names` and into `offered`.

    At once and not when first asked for: a function may bear its module's name, and must win over it.
    """
    for topic in TOPICS:
        module = _module(f"{package}.{topic}")
        mine = getattr(module, "__all__", ())
        names.update({name: getattr(module, name) for name in mine})
        offered.extend(mine)


def _module(name: str) -> Any:
    """The module, or None for a topic without one in this package."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            return None
        raise
