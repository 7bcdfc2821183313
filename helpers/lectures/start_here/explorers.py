"""The explorer of notebook 00: a picture's three sizes, its planes, and how many numbers they hold."""

from __future__ import annotations

import numpy as np

from helpers.draw.compose import row
from helpers.draw.grid import Grid
from helpers.draw.picture import Picture
from helpers.explore.base import Explorer
from helpers.explore.controls import slider
from helpers.explore.state import State

__all__ = ["picture_size"]

NAMES = {
    1: ("grey",),
    2: ("first", "second"),
    3: ("red", "green", "blue"),
    4: ("red", "green", "blue", "opacity"),
}


def picture_size() -> Explorer:
    """Sliders for height, width and channels; opens on a colour picture of 3 × 4 pixels."""
    return Explorer(
        _drawn,
        {
            "height": slider(1, 6, 3, label="height (pixels)"),
            "width": slider(1, 6, 4, label="width (pixels)"),
            "channels": slider(1, 4, 3, label="channels"),
        },
        try_this=[
            "Add one row. How many numbers come with it?",
            "Go from one channel to three. What happens to the count?",
        ],
    )


def _drawn(state: State) -> Picture:
    height, width, channels = state.height, state.width, state.channels
    planes = [
        Grid(
            np.arange(height * width).reshape(height, width) + 1 + c * height * width,
            "input",
            NAMES[channels][c],
            largest=height * width * channels,
        )
        for c in range(channels)
    ]
    total = height * width * channels
    words = (
        f"{height} rows × {width} columns × {channels} channel{'s' if channels > 1 else ''} = {total} numbers"
    )
    alt = f"{channels} plane{'s' if channels > 1 else ''} of {height} by {width} cells, numbered from 1 to {total}."
    return row(*planes, alt=alt, caption=f"{words}. The cells are counted through; these are no colours.")
