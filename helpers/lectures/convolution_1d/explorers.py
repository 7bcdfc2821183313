"""The explorers of notebook 02: the kernel strip, your own signal, stride and padding, channels, a DNA motif.

Each works before any exercise is solved; `own_signal` also takes a student's function. Drawing is left to
helpers.draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.draw import Bars, Picture, Strip, cell, stack, table_alt
from helpers.explore.base import Explorer
from helpers.explore.controls import button, choice, numbers, slider
from helpers.explore.state import Pick, State
from helpers.lectures.convolution_1d.pictures import (
    PITCH,
    channels_summed,
    fractions,
    motif_at,
    read,
    sliding_kernel,
    strides_and_padding,
    strip_over_signal,
)

__all__ = [
    "channel_filter",
    "kernel_strip",
    "motif_window",
    "own_signal",
    "sliding_window",
    "stride_and_padding",
]


# ------------------------------------------------------------------------------------- the first window


def sliding_window(x: Sequence[float], w: Sequence[float]) -> Explorer:
    """A window that slides over a signal and never leaves it, with a kernel to type."""

    def drawn(state: State) -> Picture:
        return sliding_kernel(np.array(x), np.array(state.kernel), state.position)

    return Explorer(
        drawn,
        {
            "position": slider(0, lambda state: len(x) - len(state.kernel), 0, label="window starts at"),
            "kernel": numbers(w, "kernel w", at_most=len(x)),
        },
        try_this=[
            "Slide the window to the right end. Which number decides most about the last output?",
            "Type the kernel 0, 1, 0. Then 0, 0, 1. What do they do to the signal?",
            "Type a kernel of eight numbers. How many places are left for it?",
        ],
    )


# --------------------------------------------------------------------------------------- the kernel strip


def kernel_strip(x: Sequence[float], w: Sequence[float], position: int | None = None) -> Explorer:
    """A strip to drag over a signal, with ghost zeros beyond its ends, every product, the sum and the matrix row."""
    start = len(x) // 2 if position is None else position

    def drawn(state: State) -> Picture:
        return strip_over_signal(
            np.array(state.signal), np.array(state.kernel), state.position, state.flipped
        )

    def last_place(state: State) -> int:
        return len(state.signal) + len(state.kernel) - 2

    return Explorer(
        drawn,
        {
            "position": slider(0, last_place, start, label="right end of the strip"),
            "flip": button("Flip the strip", lambda state: {"flipped": not state.flipped}),
            "signal": numbers(x, "signal", at_most=10),
            "kernel": numbers(w, "kernel", at_most=5),
        },
        state={"flipped": False},
        on_pick=strip_moved_or_number_typed,
        try_this=[
            "Drag the orange strip (or focus it and press the arrow keys) from the left end to the right. In which order "
            "does the impulse print the kernel?",
            "Press “Flip the strip” and slide again.",
            "Type 2 over the impulse. What happens to all outputs?",
        ],
    )


def strip_moved_or_number_typed(state: State, pick: Pick) -> dict[str, Any]:
    """The strip moved by steps or to the output that was picked, or a sample of the signal replaced."""
    if pick.panel == "w":
        return {"position": state.position + pick.dx}
    if pick.panel == "y":
        return {"position": pick.place[1]}
    if pick.event != "edit" or pick.value is None:
        return {}
    signal = list(state.signal)
    signal[pick.place[1] - (len(state.kernel) - 1)] = pick.value
    return {"signal": tuple(signal)}


# --------------------------------------------------------------------------------------- your own signal


def own_signal(
    convolve1d: Callable[..., Any] | None = None,
    x: Sequence[float] = (1, 5, 3, 7, 5),
    w: Sequence[float] = (1, 2, -1),
) -> Explorer:
    """A signal and a kernel to type, and their convolution or correlation in three modes; `convolve1d` is yours."""
    operations = {"cross-correlation": "correlate", "convolution": "convolve"}
    if convolve1d is not None:
        operations["your convolve1d"] = "yours"

    def drawn(state: State) -> Picture:
        signal, kernel = np.array(state.signal, dtype=float), np.array(state.kernel, dtype=float)
        if state.operation == "yours" and convolve1d is not None:
            return own_signal_picture(
                signal, kernel, np.asarray(convolve1d(signal, kernel, state.mode)), state
            )
        first, second = (kernel[::-1], signal) if state.operation == "correlate" else (kernel, signal)
        return own_signal_picture(signal, kernel, np.convolve(second, first, state.mode), state)

    return Explorer(
        drawn,
        {
            "operation": choice(operations, "convolve" if convolve1d is None else "yours", label="operation"),
            "mode": choice({"full": "full", "same": "same", "valid": "valid"}, "full", label="mode"),
            "signal": numbers(x, "signal", at_most=12),
            "kernel": numbers(w, "kernel", at_most=12),
        },
        on_pick=own_number_typed,
        try_this=[
            "Click a number of the signal or of the kernel and type another one.",
            "Find a kernel that leaves every signal as it is. Find one that delays it by two positions.",
            "Make the kernel longer than the signal and look at the three modes.",
        ],
    )


def own_number_typed(state: State, pick: Pick) -> dict[str, Any]:
    """One number of the signal or the kernel replaced."""
    if pick.event != "edit" or pick.value is None:
        return {}
    name = "signal" if pick.panel == "x" else "kernel"
    line = list(state[name])
    line[pick.place[1]] = pick.value
    return {name: tuple(line)}


def own_signal_picture(x: np.ndarray, w: np.ndarray, y: np.ndarray, state: State) -> Picture:
    """Signal, kernel and output below each other; numbers can be typed over."""
    said = {"correlate": "cross-correlation", "convolve": "convolution", "yours": "your convolve1d"}[
        state.operation
    ]
    touched = {(0, j): cells_behind(j, len(x), len(w), state.mode) for j in range(y.size)}
    return stack(
        Bars(x, "input", "signal x", pitch=PITCH, height=80, name="x", edits=True),
        Strip(w, "kernel", "kernel w", labels=fractions(w), name="w", edits=True, indices=False),
        Bars(
            y,
            "output",
            f"output: {said}, {state.mode}",
            f"{y.size} numbers",
            pitch=PITCH,
            height=80,
            name="y",
            links=touched,
        ),
        gap=8,
        alt=f"{table_alt(x, 'signal')}; kernel {read(w)}; {said} in mode {state.mode}: {read(y)}.",
        caption="Point at an output: the samples it was made from light up.",
    )


def cells_behind(j: int, n: int, k: int, mode: str) -> list[str]:
    """Names of the samples that output j is made from."""
    dropped = {"full": 0, "same": (min(n, k) - 1) // 2, "valid": min(n, k) - 1}[mode]
    end = j + dropped
    return [cell("x", i) for i in range(max(0, end - k + 1), min(n, end + 1))]


# ----------------------------------------------------------------------------------- stride and padding


def stride_and_padding(n: int = 8, kernel_size: int = 3) -> Explorer:
    """All places of a kernel, with sliders for the lengths, the stride and the padding."""
    return Explorer(
        lambda state: strides_and_padding(state.length, state.kernel_size, state.stride, state.padding),
        {
            "length": slider(3, 12, n, label="signal length N"),
            "kernel_size": slider(1, 6, kernel_size, label="kernel length K"),
            "stride": slider(1, 5, 2, label="stride s"),
            "padding": slider(0, 3, 0, label="padding p"),
        },
        try_this=[
            "With stride 2, which number of the signal does no window read? Change N by one. Is there still one?",
            "Set stride 1 and kernel 5. Which padding makes the output as long as the signal?",
            "Set kernel 2 and stride 3. What happens between the windows?",
        ],
    )


# --------------------------------------------------------------------------------------------- channels


def channel_filter(x: np.ndarray, w: np.ndarray, bias: float = 0.0) -> Explorer:
    """One filter over a signal with channels, x (C, L), w (C, K); a slider moves all its rows together."""
    last = x.shape[1] - w.shape[1]
    return Explorer(
        lambda state: channels_summed(x, w, state.bias, state.position),
        {
            "position": slider(0, last, 0, label="position"),
            "bias": slider(-10, 10, bias, label="bias"),
        },
        try_this=[
            "Move the window. Both rows move together: it is one filter.",
            "Raise the bias by 3. Which outputs change, and by how much?",
        ],
    )


# ------------------------------------------------------------------------------------------------ motif


def motif_window(sequence: str, motif: str, position: int = 0) -> Explorer:
    """A motif's one-hot weights to drag along a DNA sequence; matches are ringed and counted."""
    last = len(sequence) - len(motif)
    return Explorer(
        lambda state: motif_at(sequence, motif, state.position),
        {"position": slider(0, last, position, label="position")},
        on_pick=lambda state, pick: {"position": state.position + pick.dx},
        try_this=[
            "Drag the motif along the sequence. Where do all its letters match? Where is it nearly right?"
        ],
    )
