"""Explorers on images: edit a kernel on a photograph, widen a bell, turn an edge."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from helpers import datasets
from helpers.draw.compose import beside, picture_of
from helpers.draw.numbers import table_alt, value_range
from helpers.draw.picture import Picture
from helpers.draw.raster import Raster
from helpers.explore.base import Explorer
from helpers.explore.controls import button, choice, slider
from helpers.explore.state import Pick, State
from helpers.lectures import convolution_2d as lecture
from helpers.lectures.convolution_2d.explorers.change import changed
from helpers.lectures.convolution_2d.pictures.edges import edge_reading
from helpers.lectures.convolution_2d.pictures.factors import bell_samples
from helpers.lectures.convolution_2d.pictures.photographs import photo_map
from helpers.lectures.convolution_2d.pictures.sliding import kernel_grid, sum_of, window_sums

PHOTOS = {
    "camera": "camera",
    "cat": "chelsea",
    "coffee": "coffee",
    "brick wall": "brick",
    "cell": "cell",
    "rocket": "rocket",
}
PHOTO_SIZE = 128  # px: small enough that a new kernel shows at once
SIZE_FOR_LOOPS = 64  # px, where a student's loops run over every window
PRESETS = {
    "identity": lecture.identity,
    "box blur": lecture.box_blur,
    "Gaussian": lecture.gaussian,
    "Laplacian": lecture.laplacian,
    "sharpen": lecture.sharpen,
    "Sobel x": lecture.sobel_x,
    "Sobel y": lecture.sobel_y,
    "1 0 −1 corners": lecture.corners,
}


SHOWN = {
    "signed": "blue is below 0, orange above",
    "rectified": "numbers below 0 are black",
    "photo": "cut to 0 … 1 and shown as a photograph",
}


def kernel_editor(kernel: Any = lecture.sobel_x, correlate2d: Callable[..., Any] | None = None) -> Explorer:
    """Nine numbers on a photograph, the result at once; `correlate2d` is yours, if you want to see it at work."""
    slide, size = (window_sums, PHOTO_SIZE) if correlate2d is None else (correlate2d, SIZE_FOR_LOOPS)

    def preset(weights: np.ndarray) -> Callable[[State], Mapping[str, Any]]:
        return lambda state: {"kernel": weights}

    def typed(state: State, pick: Pick) -> Mapping[str, Any]:
        return {"kernel": changed(state.kernel, pick.place, pick.value)} if pick.value is not None else {}

    return Explorer(
        lambda state: edited_picture(state, slide, size),
        {
            "photo": choice(PHOTOS, label="photograph"),
            "shown": choice(
                {
                    "to suit the sum: with signs at 0, else a photograph": "suited",
                    "signed: blue below 0, orange above": "signed",
                    "max(0, z)": "rectified",
                    "as a photograph": "photo",
                },
                label="show the result",
            ),
            **{
                f"preset_{i}": button(name, preset(weights))
                for i, (name, weights) in enumerate(PRESETS.items())
            },
        },
        state={"kernel": np.array(kernel, dtype=float)},
        on_pick=typed,
        try_this=[
            "Press the buttons one by one. Which kernels sum to 0, which to 1? Look at the lawn and the sky: what does the sum decide?",
            "Click a weight and type another number. Can you find a kernel that shows only edges that run from top left to "
            "bottom right?",
            "Press “identity” and change the 1 into 0.5. Then move it to another place.",
        ]
        if correlate2d is None
        else ["Here your own loops run over 3844 windows for each kernel. Type a kernel of your own design."],
    )


def edited_picture(state: State, slide: Callable[..., Any], size: int) -> Picture:
    """Photograph, kernel and result, with the kernel's sum and the result's range."""
    x = gray_photo(state.photo, size)
    z = np.asarray(slide(x, state.kernel), dtype=float)
    shown = state.shown
    if shown == "suited":  # a photograph stays one where its walls do not turn black
        shown = "photo" if float(np.sum(state.kernel)) > 1e-9 else "signed"
    if shown == "signed":
        result = photo_map(z, "result z", signed=True, width=250)
    else:
        top = 1.0 if shown == "photo" else float(np.quantile(np.maximum(z, 0), 0.99)) or 1.0
        name = "result z, cut to 0 … 1" if shown == "photo" else f"max(0, z), white is {top:.2g}"
        result = Raster(np.maximum(z, 0) / top, "output", name, value_range(z), width=250)
    kernel = kernel_grid(
        state.kernel, "kernel w", sum_of(state.kernel), name="w", edits=True, size_of_cell=46
    )
    alt = (
        f"The photograph “{state.photo}” and its cross-correlation with a kernel. {table_alt(state.kernel, 'Kernel')}, "
        f"{sum_of(state.kernel)}. The result has the {value_range(z)}, mean {z.mean():.3g}; {SHOWN[shown]}."
    )
    photograph = Raster(x, "input", "image x", value_range(x), width=250)
    return picture_of(beside(photograph, "⋆", kernel, "→", result, gap=16), alt)


@functools.cache
def gray_photo(name: str, size: int = PHOTO_SIZE) -> np.ndarray:
    """A photograph in grey, read once."""
    return datasets.photo(name, gray=True, size=size)


def gaussian_bell(size: int = 5, sigma: float = 1.0) -> Explorer:
    """The bell and its samples, the kernel they make, and a photograph through it."""
    return Explorer(
        lambda state: bell_samples(state.size, state.sigma, gray_photo("camera")),
        {
            "size": slider(1, 11, size, label="size, pixels"),
            "sigma": slider(0.3, 4.0, sigma, step=0.1, label="sigma, pixels"),
        },
        try_this=[
            "Set size 5 and move sigma to 0.3, then to 4. Which two kernels of section 2 do you meet at the ends?",
            "Set size 4. Where does the centre of the bell lie now?",
            "Which size does sigma 2 need before the corners are nearly 0?",
        ],
    )


def turned_edge(degrees: int = 0) -> Explorer:
    """An edge to turn, with what the two Sobel kernels say about it."""

    def drawn(state: State) -> Picture:
        patch = lecture.tilted_edge(state.degrees)
        if state.swapped:
            patch = 1 - patch
        middle = slice(2, 5)
        gx, gy = (float((patch[middle, middle] * w).sum()) for w in (lecture.sobel_x, lecture.sobel_y))
        return edge_reading(patch, gx, gy)

    return Explorer(
        drawn,
        {
            "degrees": slider(0, 355, degrees, step=5, label="turn the edge, degrees"),
            "swap": button("Swap bright and dark", lambda state: {"swapped": not state.swapped}),
        },
        state={"swapped": False},
        try_this=[
            "Turn the edge. When is gx 0, when is gy 0? Does the magnitude change?",
            "Press “Swap bright and dark”. What happens to the magnitude, what to the direction?",
            "Set 90 degrees. Which way does the arrow point, up or down? Why?",
        ],
    )
