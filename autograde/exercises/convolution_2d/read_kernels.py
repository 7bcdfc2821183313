"""Five kernels to be read: what each does to a photograph, told from its nine numbers."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import values

ROW_OF_THIRDS = np.array([[0, 0, 0], [1 / 3, 1 / 3, 1 / 3], [0, 0, 0]])
ONE_AT_THE_RIGHT = np.array([[0.0, 0, 0], [0, 0, 1], [0, 0, 0]])
NINE_IN_THE_MIDDLE = np.array([[-1.0, -1, -1], [-1, 9, -1], [-1, -1, -1]])
EIGHT_IN_THE_MIDDLE = np.array([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]])
HALF_IN_THE_MIDDLE = np.array([[0.0, 0, 0], [0, 0.5, 0], [0, 0, 0]])


def measured_effect(kernel: np.ndarray) -> str:
    """What a kernel does, measured on a wall, on a spot and on stripes."""
    from scipy.signal import correlate2d

    wall = correlate2d(np.ones((5, 5)), kernel, mode="valid").mean()
    stripes = np.tile([0.0, 1], (7, 4))
    contrast = np.ptp(correlate2d(stripes, kernel, mode="valid"))
    if abs(wall) < 1e-9:
        return "edges"
    if wall < 0.9:
        return "darken"
    if contrast < 0.9:
        return "blur"
    return "sharpen" if contrast > 1.1 else "shift"


def measured_way(kernel: np.ndarray) -> str:
    """Where a spot goes."""
    from scipy.signal import correlate2d

    spot = np.zeros((7, 7))
    spot[3, 3] = 1.0
    row, column = np.argwhere(correlate2d(spot, kernel, mode="same"))[0] - 3
    return {(0, -1): "left", (0, 1): "right", (-1, 0): "up", (1, 0): "down"}[(int(row), int(column))]


@values(points=2, difficulty="easy", minutes=5)
def read_kernels():
    """What five kernels do, read from their nine numbers."""
    return {
        "effect_a": measured_effect(ROW_OF_THIRDS),
        "effect_b": measured_effect(ONE_AT_THE_RIGHT),
        "b_moves_to_the": measured_way(ONE_AT_THE_RIGHT),
        "effect_c": measured_effect(NINE_IN_THE_MIDDLE),
        "effect_d": measured_effect(EIGHT_IN_THE_MIDDLE),
        "effect_e": measured_effect(HALF_IN_THE_MIDDLE),
    }


def effects(
    a: str = "blur",
    b: str = "shift",
    way: str = "left",
    c: str = "sharpen",
    d: str = "edges",
    e: str = "darken",
):
    """An answer to `read_kernels`, right unless told otherwise."""
    return {
        "effect_a": a,
        "effect_b": b,
        "b_moves_to_the": way,
        "effect_c": c,
        "effect_d": d,
        "effect_e": e,
    }


@read_kernels.misconception(
    look="Kernel B: which pixel does the output at row i, column j show?",
    wrong="The weight stands at the right, so each output shows the pixel to its right. What stood at the right now stands in the "
    "middle: the photograph moves to the left.",
)
def moves_with_the_weight():
    return effects(way="right")


@read_kernels.misconception(
    look="Kernels C and D differ in one number. What is the sum of each?",
    wrong="C sums to 1 and keeps the brightness: it sharpens. D sums to 0 and turns every wall black: only edges are left.",
)
def swaps_sharpen_and_edges():
    return effects(c="edges", d="sharpen")


@read_kernels.misconception(
    look="Kernels C and D: what does each make of a wall of brightness 0.5?",
    wrong="You read minus signs as “edges”. C has them as well, but sums to 1: the photograph stays, with its borders exaggerated.",
)
def sees_edges_in_every_minus():
    return effects(c="edges")


@read_kernels.misconception(
    look="Kernel D: what is its sum, and what becomes of a wall?",
    wrong="D sums to 0, so every wall turns black. A photograph without its brightness was not sharpened: only edges are left.",
)
def takes_the_second_for_sharpening_too():
    return effects(d="sharpen")


@read_kernels.misconception(
    look="Kernel A has three equal weights in a row. What does it do with three neighbours?",
    wrong="A averages three neighbours in a row: it blurs, across only. A shift has a single weight.",
)
def takes_the_row_for_a_shift():
    return effects(a="shift")


@read_kernels.misconception(
    look="Kernel E has one weight, in the middle. What is its sum?",
    wrong="E looks at no neighbour, so it can't blur. It halves every pixel: the photograph gets darker.",
)
def takes_half_for_a_blur():
    return effects(e="blur")
