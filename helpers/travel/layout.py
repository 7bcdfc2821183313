"""How an array lies in memory, as a recipe: axis order, steps, broadcast axes, read-only.

npy files drop strides, and wrong answers that call `.reshape` or `.ravel` on a view show only when the
array under test really is a view. A recipe rebuilds the same kind of view, not the same addresses.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

LARGEST_STEP = 4


def layout_of(array: np.ndarray) -> dict[str, Any] | None:
    """The recipe of a view, or None for a plain writable C-ordered array."""
    if array.flags.c_contiguous:
        return (
            None
            if array.flags.writeable
            else {"axes": list(range(array.ndim)), "steps": [1] * array.ndim, "readonly": True}
        )
    # Axes along which nothing moves come first: where they stand makes no difference.
    moves = [size > 1 and stride != 0 for size, stride in zip(array.shape, array.strides, strict=True)]
    axes = sorted(range(array.ndim), key=lambda a: (moves[a], -abs(array.strides[a]) * moves[a], a))
    steps = [1] * array.ndim
    inner = array.itemsize
    for axis in reversed(axes):
        stride = array.strides[axis]
        if moves[axis]:
            # Rounded up: x[:, 1:-1] keeps gaps between its rows, which is what makes it a view worth testing.
            gap = -(-abs(stride) // inner)
            steps[axis] = min(LARGEST_STEP, max(1, gap)) * (1 if stride > 0 else -1)
            inner = abs(stride) * array.shape[axis]
    broadcast = [axis for axis in range(array.ndim) if array.strides[axis] == 0 and array.shape[axis] > 1]
    recipe: dict[str, Any] = {"axes": axes, "steps": steps}
    if broadcast:
        recipe["broadcast"] = broadcast
    if not array.flags.writeable:
        recipe["readonly"] = True
    return recipe


def with_layout(values: np.ndarray, recipe: Any, spend: Callable[[int], None]) -> np.ndarray:
    """An array equal to `values`, laid out as the recipe says; `spend` is told the bytes before they are allocated."""
    if recipe is None:
        return values
    axes, steps = recipe["axes"], recipe["steps"]
    broadcast = recipe.get("broadcast", [])
    ndim = values.ndim
    if sorted(axes) != list(range(ndim)) or len(steps) != ndim or not set(broadcast) <= set(range(ndim)):
        raise ValueError("a layout that does not fit its array")
    if any(not isinstance(step, int) or step == 0 or abs(step) > LARGEST_STEP for step in steps):
        raise ValueError("a layout with impossible steps")
    kept = [1 if axis in broadcast else size for axis, size in enumerate(values.shape)]
    base_shape = [kept[axis] * abs(steps[axis]) for axis in axes]
    spend(math.prod(base_shape) * max(1, values.itemsize))
    base = np.zeros(base_shape, dtype=values.dtype)
    view = base.transpose(np.argsort(axes)) if ndim else base
    strides: tuple[Any, ...] = (*(slice(None, None, step) for step in steps), ...)
    view = view[strides]
    view[...] = values[tuple(slice(0, 1) if axis in broadcast else slice(None) for axis in range(ndim))]
    if broadcast:
        view = np.broadcast_to(view, values.shape)
    if recipe.get("readonly"):
        view.flags.writeable = False
    return view
