"""Explorers of notebook 01: a tensor and its memory, the parameters of four layers, a plus sign that moves.

They show the idea, not an exercise: they work before the student has written anything. Drawing is left to
helpers.draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.draw.numbers import MINUS, number
from helpers.draw.panel import cell_position
from helpers.draw.picture import Picture
from helpers.explore.base import Explorer
from helpers.explore.controls import button, choice, slider
from helpers.explore.state import Pick, State
from helpers.lectures.why_convolution import HOME, SIDE, plus_kernel, plus_sign, window_sums
from helpers.lectures.why_convolution.pictures.layers import parameter_counts
from helpers.lectures.why_convolution.pictures.memory import LAYOUTS, flat_places, tensor_in_memory
from helpers.lectures.why_convolution.pictures.moving import BEST, MEMORY, peak_cells, template_and_map

__all__ = ["memory_walk", "moving_plus", "parameter_counter"]


# --- a tensor and its memory ------------------------------------------------------------------------------------


def memory_walk(x: Any) -> Explorer:
    """Pick a number of a tensor (N, C, H, W), or a place in memory, and see how one leads to the other."""
    tensor = np.array(x)

    def drawn(state: State) -> Picture:
        return tensor_in_memory(tensor, state.at, state.layout, picks=True)

    def picked(state: State, pick: Pick) -> Mapping[str, Any]:
        name, row, column = cell_position(pick.key)
        if name == "m":
            places = flat_places(tensor.shape, state.layout)
            return {"at": tuple(int(i) for i in np.argwhere(places == column)[0])}
        n, c = (int(i) for i in name[1:].split("c"))
        return {"at": (n, c, row, column)}

    return Explorer(
        drawn,
        {"layout": choice({name: name for name in LAYOUTS}, "NCHW", label="order of the axes in memory")},
        state={"at": (1, 0, 2, 1)},
        on_pick=picked,
        try_this=[
            "Point at the numbers of one row, from left to right; then of one column. How far apart do they lie in memory? "
            "Click one to see the sum.",
            "Choose NHWC. Which numbers are neighbours in memory now?",
        ],
    )


# --- counting parameters ----------------------------------------------------------------------------------------


def parameter_counter() -> Explorer:
    """Parameters of four layers on an image whose size, channels, filters and windows can be chosen."""

    def drawn(state: State) -> Picture:
        return parameter_counts(state.side, state.channels, state.filters, state.kernel)

    return Explorer(
        drawn,
        {
            "side": slider(4, 256, 28, label="rows and columns of the image"),
            "channels": choice({"3 (colour)": 3, "1 (grey)": 1}, 1, label="channels"),
            "filters": slider(1, 100, 10, label="units or filters"),
            "kernel": slider(1, lambda state: min(32, state.side), 5, label="rows and columns of the window"),
        },
        try_this=[
            "Double the side of the image, from 28 to 56. Which bar does not move?",
            "Set the image to 28 and the window to 28 as well. Why do all four layers become the same?",
        ],
    )


# --- a plus sign that moves -------------------------------------------------------------------------------------

FARTHEST = 2  # rows or columns beyond the border that the centre of the plus can reach


def moving_plus() -> Explorer:
    """Move a plus sign: one fully connected unit above, a shared kernel below."""
    return Explorer(
        _drawn_plus,
        {
            "teach": button("Teach the unit this place too", _taught),
            "home": button("Back to the start", lambda state: _at(state, HOME)),
            "forget": button(
                "Start afresh", lambda state: {"at": HOME, "taught": (HOME,), "history": (BEST,)}
            ),
        },
        state={"at": HOME, "taught": (HOME,), "history": (BEST,)},
        on_pick=_dragged,
        try_this=[
            "Click the picture and press the arrow keys. What must be relearned at every position, above and below?",
            "Teach the unit three more places. How many of its weights are in use, and how many has the kernel?",
            "Push the plus over the border. Where does “moved as well” end?",
        ],
    )


def _dragged(state: State, pick: Pick) -> Mapping[str, Any]:
    if pick.event != "drag":
        return {}
    row, column = (
        min(SIDE - 1 + FARTHEST, max(-FARTHEST, now + step))
        for now, step in zip(state.at, (pick.dy, pick.dx), strict=True)
    )
    return _at(state, (row, column))


def _at(state: State, place: tuple[int, int]) -> dict[str, Any]:
    """The plus at another place, and the unit's answer there added to its history."""
    if place == state.at:
        return {}
    return {"at": place, "history": (*state.history, _answer(place, state.taught))[-MEMORY:]}


def _taught(state: State) -> dict[str, Any]:
    """The unit with the present picture among those that it was taught."""
    if state.at in state.taught or not plus_sign(*state.at).any():
        return {}
    taught = (*state.taught, state.at)
    return {"taught": taught, "history": (*state.history, _answer(state.at, taught))[-MEMORY:]}


def _template(taught: tuple[tuple[int, int], ...]) -> np.ndarray:
    return np.maximum.reduce([plus_sign(*place) for place in taught])


def _answer(place: tuple[int, int], taught: tuple[tuple[int, int], ...]) -> int:
    return int((plus_sign(*place) * _template(taught)).sum())


def _drawn_plus(state: State) -> Picture:
    picture = plus_sign(*state.at)
    return template_and_map(
        picture,
        _template(state.taught),
        plus_kernel,
        state.history,
        _what_moved(state.at, window_sums(picture, plus_kernel)),
        len(state.taught),
        drag=True,
    )


def _what_moved(place: tuple[int, int], y: np.ndarray) -> str:
    """The sentence beside the map: how far the picture moved, how far the peak, and what happens at the border."""
    start = peak_cells(window_sums(plus_sign(*HOME), plus_kernel))[0]
    moved = _step(place, HOME)
    peaks = peak_cells(y)
    if y.max() == 0:
        return f"input moved {moved}, no peak:\nthe plus has left the picture"
    if len(peaks) > 1:
        return f"input moved {moved}, no single peak:\n{len(peaks)} places share\nthe largest number, {number(y.max())}"
    line = f"input moved {moved},\npeak moved {_step(peaks[0], start)}"
    return (
        line
        if y.max() == BEST
        else f"{line}\nthe plus is cut off:\nthe peak is {number(y.max())}, not {BEST}"
    )


def _step(here: tuple[int, int], start: tuple[int, int]) -> str:
    down, right = here[0] - start[0], here[1] - start[1]
    return f"({down}, {right})".replace("-", MINUS)
