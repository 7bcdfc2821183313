"""The explorers of notebook 04: a layer's places, zeros to be shared out, paths from every pixel, a stack of layers.

They work before any exercise is solved. Drawing is left to helpers.draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, picture_of
from helpers.draw.numbers import table_alt
from helpers.draw.panel import Panel
from helpers.draw.picture import Picture
from helpers.explore.base import Explorer
from helpers.explore.controls import choice, slider, toggle
from helpers.explore.state import Pick, State
from helpers.lectures.padding_and_stride.layer_bill import layer_bill
from helpers.lectures.padding_and_stride.layer_places import layer_places
from helpers.lectures.padding_and_stride.layer_stack import Layer, Stack, layer_stack
from helpers.lectures.padding_and_stride.pictures import counts_grid, path_counts, row_of_windows

__all__ = ["border_paths", "convolution_places", "cost_of_a_layer", "receptive_stack", "zeros_to_share"]

KERNELS = {"1 × 1": (1, 1), "2 × 2": (2, 2), "3 × 3": (3, 3), "2 × 3": (2, 3), "4 × 4": (4, 4)}


# ----------------------------------------------------------------------------------------- a layer's places


def convolution_places(image: Any, kernel: Any, conv2d: Callable[..., Any] | None = None) -> Explorer:
    """Stride, padding and dilation of a 2-D layer; image (8, 8) and kernel (4, 4) are cut to the chosen sizes.

    conv2d   a student's layer, (N, C, H, W) and (F, C, KH, KW) → (N, F, H', W'); its output is shown and compared
    """
    x, w = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)

    def drawn(state: State) -> Picture:
        rows, columns = state.kernel
        cut, weights = x[: state.size, : state.size], w[:rows, :columns]
        settings = (state.stride, state.padding, state.dilation)
        fits = state.size + 2 * state.padding > state.dilation * (max(rows, columns) - 1)
        yours = None
        if conv2d is not None and fits:
            yours = np.asarray(conv2d(cut[None, None].copy(), weights[None, None].copy(), None, *settings))
            yours = yours[0, 0] if yours.ndim == 4 else yours
        caption = "Point at an output: the pixels it reads light up. Point at a pixel: the outputs it feeds."
        return layer_places(cut, weights, *settings, state.at, caption, yours)

    return Explorer(
        drawn,
        {
            "size": slider(3, 8, 6, label="image"),
            "kernel": choice(KERNELS, (3, 3), label="kernel"),
            "stride": slider(1, 3, 1, label="stride"),
            "padding": slider(0, 2, 0, label="padding"),
            "dilation": slider(1, 3, 1, label="dilation"),
        },
        state={"at": (0, 1)},
        on_pick=output_chosen,
        try_this=[
            "Set the stride to 2. Why does the last column vanish from every window? Make the image one pixel larger.",
            "Back to stride 1: find the padding that keeps the size. Then choose kernel 4 × 4. Is there one?",
            "Set dilation 2. Which padding keeps the size now? How many weights have been added?",
        ],
    )


def output_chosen(state: State, pick: Pick) -> Mapping[str, Any]:
    """The output that was clicked; its window is drawn."""
    return {"at": pick.place} if pick.panel == "y" else {}


# ------------------------------------------------------------------------------------------ zeros to share


def zeros_to_share(n: int = 8) -> Explorer:
    """A row of numbers whose zeros before and after are set by hand; says how many outputs there are and should be."""

    def drawn(state: State) -> Picture:
        x = np.arange(1.0, state.length + 1)
        panel, said = row_of_windows(
            x, state.kernel_size, state.stride, (state.before, state.after), state.dilation
        )
        places = len(
            range(
                0,
                state.length + state.before + state.after - state.dilation * (state.kernel_size - 1),
                state.stride,
            )
        )
        wanted = len(range(0, state.length, state.stride))
        verdict = f"{places} output{'' if places == 1 else 's'}; “same” wants {state.length} / {state.stride}, rounded up: {wanted}."
        verdict += " The numbers agree." if places == wanted else " Not the same yet."
        return picture_of(above(Words(verdict, 14, True, "start"), panel), f"{verdict} {said}")

    return Explorer(
        drawn,
        {
            "length": slider(4, 12, n, label="length n"),
            "kernel_size": slider(1, 5, 3, label="kernel K"),
            "stride": slider(1, 4, 1, label="stride s"),
            "dilation": slider(1, 3, 1, label="dilation d"),
            "before": slider(0, 4, 1, label="zeros before"),
            "after": slider(0, 4, 1, label="zeros after"),
        },
        try_this=[
            "With stride 2, find the smallest number of zeros with which the outputs still agree. Which side may do without?",
            "Choose kernel 4 and stride 1. Can the two sides be equal?",
            "Choose length 6, kernel 2, stride 3. How many zeros does it take?",
        ],
    )


# ------------------------------------------------------------------------------------ paths from every pixel


def border_paths() -> Explorer:
    """Heat maps of the number of paths from each pixel to the output, valid beside same."""
    return Explorer(
        drawn_paths,
        {
            "size": slider(5, 11, 9, label="image"),
            "kernel": choice({"3 × 3": 3, "5 × 5": 5}, 3, label="kernel"),
            "layers": slider(1, 4, 1, label="layers"),
            "percent": toggle("in per cent of the largest", False),
        },
        try_this=[
            "Add a second layer. By what factor does the middle pixel gain, and by what factor the corner?",
            "Tick the box and go on to four layers. Which of the two images forgets its corners faster?",
        ],
    )


def drawn_paths(state: State) -> Picture:
    """Valid beside same, with the corner's and the largest count in words."""
    panels: list[Panel] = []
    alts, said = [], []
    for same in (False, True):
        name = "same" if same else "valid"
        try:
            counts = path_counts(state.size, state.kernel, state.layers, same)
        except ValueError as error:
            said.append(f"{name}: {error}")
            continue
        unit = (
            "per cent of the largest" if state.percent else f"corner {counts[0, 0]}, largest {counts.max()}"
        )
        panels.append(counts_grid(counts, name, unit, state.percent))
        half = counts[: (state.size + 1) // 2]
        if state.percent:
            alts.append(f"{name}: {table_alt(np.round(100 * half / counts.max()), 'per cent, upper half')}")
        else:
            alts.append(f"{name}: {table_alt(half, 'paths per pixel, upper half')}")
        said.append(
            f"{name}: a corner pixel has {100 * counts[0, 0] / counts.max():.2g} % of the largest count"
        )
    verdict = "; ".join(said) + "."
    return picture_of(
        above(beside(*panels, gap=34), Words(verdict, 13, anchor="start")),
        f"{state.layers} layer(s), kernel {state.kernel}. {'; '.join(alts)}. {verdict}",
        "Paths from each pixel to any output of the last layer.",
    )


# ---------------------------------------------------------------------------------------- a stack of layers


def receptive_stack(n: int = 17) -> Explorer:
    """A stack of 1-D layers; a unit that is picked opens its cone of inputs downwards and its cone of outputs upwards."""

    def drawn(state: State) -> Picture:
        layers = chosen_layers(state)
        picked = state.picked
        if picked is not None and picked[0] > len(layers):
            picked = None
        return layer_stack(n, layers, picked, state.padding == "same", interactive=True)

    return Explorer(
        drawn,
        {
            "layers": slider(1, 4, 3, label="layers"),
            "kernel": choice({"3": 3, "5": 5}, 3, label="kernel"),
            "stride": choice({"1": 1, "2": 2}, 1, label="stride of every layer"),
            "dilation": choice({"1": 1, "doubling: 1, 2, 4, 8": 2}, 1, label="dilation"),
            "padding": choice({"valid (none)": "valid", "same (zeros)": "same"}, "valid", label="padding"),
        },
        state={"picked": None},
        on_pick=lambda state, pick: {"picked": unit_of(state, pick, n)},
        try_this=[
            "Click a unit on top: its cone of inputs opens downwards. Add layers. By how much does it widen each time?",
            "Who sees the corner? Click pixel 0, then pixel 8, and compare the paths. Then choose same padding.",
            "Choose stride 2, then stride 1 with doubling dilation. What grows faster, and what does it cost in units?",
        ],
    )


def chosen_layers(state: State) -> Sequence[Layer]:
    """The layers that the controls describe."""
    return [(state.kernel, state.stride, state.dilation**level) for level in range(state.layers)]


def unit_of(state: State, pick: Pick, n: int) -> tuple[int, int]:
    """(level, position) of a picked unit; rows of the picture count from the top."""
    row, position = pick.place
    return Stack(n, chosen_layers(state), state.padding == "same").top - row, position


# -------------------------------------------------------------------------------------- the cost of a layer


def cost_of_a_layer() -> Explorer:
    """Parameters, memory and multiply-adds of a layer with half the kernel as padding; opens on VGG's first layer."""
    return Explorer(
        lambda state: layer_bill(state.side, state.channels, state.filters, state.kernel, state.stride),
        {
            "side": choice([56, 112, 224], 224, label="image side"),
            "channels": choice([3, 64, 128], 3, label="channels in"),
            "filters": choice([64, 128, 256], 64, label="filters"),
            "kernel": choice({"1 × 1": 1, "3 × 3": 3, "5 × 5": 5}, 3, label="kernel"),
            "stride": choice([1, 2], 1, label="stride"),
        },
        try_this=[
            "Halve the side of the image. Which bar stays as it is?",
            "Choose 64 channels: that is the second layer. Which bars grow, and by what factor?",
            "Set stride 2. What does it do to each of the three?",
        ],
    )
