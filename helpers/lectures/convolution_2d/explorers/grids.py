"""Explorers on small grids: step a window, flip a letter, add up three planes, multiply a column by a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from helpers.draw.picture import Picture
from helpers.explore.base import Explorer
from helpers.explore.controls import button, choice, numbers, slider
from helpers.explore.state import Pick, State
from helpers.lectures import convolution_2d as lecture
from helpers.lectures.convolution_2d.explorers.change import changed
from helpers.lectures.convolution_2d.pictures.channels import filter_picture
from helpers.lectures.convolution_2d.pictures.factors import factors
from helpers.lectures.convolution_2d.pictures.sliding import stepping_picture, white_pixel_picture


def correlation_stepper(image: Any, kernel: Any) -> Explorer:
    """The window over a small image, one place at a time, with every product; all numbers can be typed over."""
    x, w = np.array(image, dtype=float), np.array(kernel, dtype=float)

    def places(state: State) -> tuple[int, int]:
        return state.x.shape[0] - state.w.shape[0] + 1, state.x.shape[1] - state.w.shape[1] + 1

    def at(state: State) -> tuple[int, int]:
        return state.step // places(state)[1], state.step % places(state)[1]

    def picked(state: State, pick: Pick) -> Mapping[str, Any]:
        if pick.panel in ("x", "w") and pick.value is not None:
            return {pick.panel: changed(state[pick.panel], pick.place, pick.value)}
        if pick.panel == "y":
            return {"step": pick.place[0] * places(state)[1] + pick.place[1]}
        return {}

    return Explorer(
        lambda state: stepping_picture(state.x, state.w, at(state), edits=True),
        {
            "step": slider(0, lambda state: int(np.prod(places(state))) - 1, 1, label="place of the window"),
            "last": button("Show all", lambda state: {"step": int(np.prod(places(state))) - 1}),
        },
        state={"x": x, "w": w},
        on_pick=picked,
        try_this=[
            "Move the window to the end, place by place. Then click an output to go back to it.",
            "Point at a number of the image: which outputs use it? How many use a corner, how many the centre?",
            "Click a weight and type 0. Which outputs change?",
        ],
    )


def letter_and_pixel(convolve2d: Callable[..., Any] | None = None) -> Explorer:
    """A kernel in the shape of an F on one white pixel: correlate against convolve, or `convolve2d`, which is yours.

    Click pixels and weights.
    """
    operations = {"cross-correlation": "correlate", "convolution": "convolve"}
    if convolve2d is not None:
        operations["your convolve2d"] = "yours"

    def drawn(state: State) -> Picture:
        yours = None
        if state.operation == "yours" and convolve2d is not None:
            yours = np.asarray(convolve2d(state.x.copy(), state.w.copy()))
        return white_pixel_picture(state.x, state.w, state.operation != "correlate", edits=True, yours=yours)

    def picked(state: State, pick: Pick) -> Mapping[str, Any]:
        if pick.panel in ("x", "w"):
            now = state[pick.panel]
            return {pick.panel: changed(now, pick.place, 0.0 if now[pick.place] else 1.0)}
        return {}

    return Explorer(
        drawn,
        {
            "operation": choice(
                operations, list(operations.values())[-1 if convolve2d else 0], label="operation"
            )
        },
        state={"x": lecture.white_pixel.copy(), "w": lecture.letter_f.copy()},
        on_pick=picked,
        try_this=[
            "Which way does the F stand in the output? Choose convolution. And now?",
            "Click a second pixel of the image. What does a convolution do with two white pixels?",
            "Click weights until the kernel reads the same after half a turn. Can you still tell the two operations apart?",
        ]
        if convolve2d is None
        else [
            "Draw a pattern of white pixels. Each of them prints your kernel, upright; where two prints overlap, they add up."
        ],
    )


def colour_filter(image: Any, weights: Any) -> Explorer:
    """One filter over red, green and blue: three sums of products and their sum. Weights can be typed over."""
    x, first = np.array(image, dtype=float), np.array(weights, dtype=float)
    rows, columns = x.shape[1] - first.shape[1] + 1, x.shape[2] - first.shape[2] + 1

    def picked(state: State, pick: Pick) -> Mapping[str, Any]:
        if pick.panel == "y":
            return {"step": pick.place[0] * columns + pick.place[1]}
        if pick.panel.startswith("w") and pick.value is not None:
            return {"w": changed(state.w, (int(pick.panel[1:]), *pick.place), pick.value)}
        return {}

    return Explorer(
        lambda state: filter_picture(x, state.w, state.bias, divmod(state.step, columns), edits=True),
        {
            "step": slider(0, rows * columns - 1, 1, label="place of the window"),
            "bias": slider(-20, 20, 0, label="bias"),
        },
        state={"w": first},
        on_pick=picked,
        try_this=[
            "Move the window from the red and green edge down to the black and white one. Where is the answer 0, and why?",
            "Make the filter find edges from dark to bright: type −1, 1, −1, 1 into the red plane.",
            "Raise the bias by 5. Which outputs change, and by how much?",
        ],
    )


def column_times_row() -> Explorer:
    """A column and a row to type, the kernel that they make, and the products that two passes save."""

    def drawn(state: State) -> Picture:
        column, line = np.array(state.column), np.array(state.row)
        picture = factors(column, line)
        once, twice = len(column) * len(line), len(column) + len(line)
        return Picture(
            picture.svg,
            picture.alt,
            f"One pass with the kernel: {once} products for each output. Row first, then column: {twice}.",
        )

    return Explorer(
        drawn,
        {
            "column": numbers((1, 2, 1), "column", at_most=7),
            "row": numbers((-1, 0, 1), "row", at_most=7),
        },
        try_this=[
            "Make the box blur: which column, which row? Then the lecture's Gaussian.",
            "Multiply the column by 2 and divide the row by 2. What happens to the kernel?",
            "Can you reach [0 1 0, 1 −4 1, 0 1 0]? Look at what every two rows of your kernels have in common.",
        ],
    )
