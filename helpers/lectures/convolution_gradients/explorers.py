"""The explorers of notebook 06: nudge a weight, click a weight, click a pixel, unroll an image.

They show the idea, not an exercise: each works before the student has written anything. Drawing is left to helpers.draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.explore.base import Explorer
from helpers.explore.controls import choice, slider
from helpers.explore.state import Pick, State
from helpers.lectures.convolution_gradients.pictures import nudged_weight, pairs_of_a_weight, paths_of_a_pixel
from helpers.lectures.convolution_gradients.unrolling import unrolled

__all__ = ["im2col_unroller", "pixel_paths", "weight_nudger", "weight_pairs"]


def weight_nudger(x: Any, w: Any, target: Any) -> Explorer:
    """Move one weight of a one-dimensional kernel and watch the outputs and the loss."""
    return Explorer(
        lambda state: nudged_weight(x, w, target, state.weight, state.step),
        {
            "weight": choice({f"w[{i}]": i for i in range(len(w))}, 1, label="weight"),
            "step": slider(-1.0, 1.0, 0.1, 0.05, label="moved by"),
        },
        try_this=[
            "Move w[0] up by 0.1, then down by 0.1. By how much does the loss differ between the two? Divide by 0.2.",
            "Choose w[1]. Which samples decide how the output changes? Which weight changes the loss fastest?",
            "Make the step large. Where does the quotient stop being the slope at the start?",
        ],
    )


def weight_pairs(x: Any, w: Any, dout: Any) -> Explorer:
    """Click a weight of a 2-D kernel: the pixels it met, their upstream gradients, products, sum."""

    def drawn(state: State) -> Any:
        return pairs_of_a_weight(x, w, dout, state.weight, state.stride, state.padding, picks=True)

    return Explorer(
        drawn,
        {
            "stride": slider(1, 2, 1, label="stride"),
            "padding": slider(0, 1, 0, label="padding"),
        },
        state={"weight": (0, 0)},
        on_pick=lambda state, pick: {"weight": pick.place} if pick.panel == "w" else {},
        try_this=[
            "Click one weight after the other. How do the ringed pixels move?",
            "Point at a product: the pixel and the gradient that made it light up.",
            "Set the stride to 2. Which pixels does weight (0, 0) still meet?",
        ],
    )


def pixel_paths(x: Any, w: Any, dout: Any) -> Explorer:
    """Click a pixel: the outputs it feeds, the weight on each path, and the kernel appears turned round."""

    def drawn(state: State) -> Any:
        return paths_of_a_pixel(x, w, dout, state.pixel, state.stride, state.padding, picks=True)

    def picked(state: State, pick: Pick) -> Mapping[str, Any]:
        if pick.panel != "x":
            return {}
        row, column = (n - state.padding for n in pick.place)
        inside = 0 <= row < np.shape(x)[0] and 0 <= column < np.shape(x)[1]
        return {"pixel": (row, column)} if inside else {}

    return Explorer(
        drawn,
        {
            "stride": slider(1, 3, 1, label="stride"),
            "padding": slider(0, 2, 0, label="padding"),
        },
        state={"pixel": (1, 2)},
        on_pick=picked,
        try_this=[
            "Compare “weight on the path” with the kernel. What happened to it?",
            "Click a corner. How many outputs does it feed? Then raise the padding.",
            "Set the stride to 3 and the padding to 0. Find a pixel that feeds no output. What is its gradient?",
        ],
    )


def im2col_unroller(x: Any, w: Any) -> Explorer:
    """Step through the windows of an image (C, H, W) and see each become a column."""

    def last(state: State) -> int:
        height, width = (n + 2 * state.padding for n in np.shape(x)[1:])
        kh, kw = np.shape(w)[2:]
        return max(0, ((height - kh) // state.stride + 1) * ((width - kw) // state.stride + 1) - 1)

    return Explorer(
        lambda state: unrolled(x, w, state.step, state.stride, state.padding, picks=True),
        {
            "step": slider(0, last, 0, label="window"),
            "stride": slider(1, 2, 1, label="stride"),
            "padding": slider(0, 1, 0, label="padding"),
        },
        on_pick=lambda state, pick: {"step": pick.place[1]} if pick.panel == "cols" else {},
        try_this=[
            "Step through the windows. In which order do a window's numbers go down the column?",
            "Point at a pixel in the middle of a channel: all its copies light up. How many are there?",
            "Set the padding to 1. How many columns are there now, and how many numbers?",
        ],
    )
