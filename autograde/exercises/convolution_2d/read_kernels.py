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


EFFECTS = ("blur", "sharpen", "edges", "shift", "darken")
WAYS = ("left", "right", "up", "down")


@values(points=2, difficulty="easy", minutes=5, words=(*EFFECTS, *WAYS))
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
    wrong="The weight stands at the right, so each output shows the pixel to its right: what stood there now stands in the middle. The photograph goes where its pixels go, not where the weight stands.",
)
def moves_with_the_weight():
    return effects(way="right")


@read_kernels.misconception(
    look="Kernel B: is its weight in the middle row, or in the middle column?",
    wrong="The weight stands in the middle row: no pixel changes its row.",
)
def looks_the_wrong_way_up():
    return effects(way="up")


@read_kernels.misconception(
    look="Kernel B: is its weight in the middle row, or in the middle column?",
    wrong="The weight stands in the middle row, so no pixel changes its row.",
)
def looks_the_wrong_way_down():
    return effects(way="down")


@read_kernels.misconception(
    look="Kernel A has three equal weights in a row. What does it do with three neighbours?",
    wrong="A mixes three neighbours in equal shares. A kernel that moves a photograph fetches one pixel for each output.",
)
def takes_the_row_for_a_shift():
    return effects(a="shift")


@read_kernels.misconception(
    look="Kernel A: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="A sums to 1, so flat regions keep their brightness; nor has it a minus sign that could compare one side with the other.",
)
def sees_edges_in_a_row():
    return effects(a="edges")


@read_kernels.misconception(
    look="Kernel A has no minus sign. Can it exaggerate a difference?",
    wrong="A averages three neighbours, and an average lies between its numbers: differences get smaller. Exaggerating them takes minus signs.",
)
def sees_sharpening_in_a_row():
    return effects(a="sharpen")


@read_kernels.misconception(
    look="Kernel A: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="Three thirds make 1: flat regions keep their brightness.",
)
def takes_thirds_for_darkness():
    return effects(a="darken")


@read_kernels.misconception(
    look="Kernel B: how many pixels does each output mix?",
    wrong="Each output of B is one pixel, as it is. A blur mixes several.",
)
def takes_one_weight_for_a_blur():
    return effects(b="blur")


@read_kernels.misconception(
    look="Kernel B: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="B sums to 1, so flat regions keep their brightness; and it has no minus sign that could compare one side with the other.",
)
def sees_edges_beside_the_middle():
    return effects(b="edges")


@read_kernels.misconception(
    look="Kernel C: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="A minus sign alone doesn't decide. C sums to 9 − 8 = 1: flat regions stay as they are, and differences from the neighbours are added on top.",
)
def sees_edges_in_every_minus():
    return effects(c="edges")


@read_kernels.misconception(
    look="Kernel C: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="C sums to 9 − 8 = 1: flat regions keep their brightness.",
)
def takes_minus_signs_for_darkness():
    return effects(c="darken")


@read_kernels.misconception(
    look="Kernel C: the middle pixel is brighter than its neighbours. Is it more so in the output, or less?",
    wrong="C's weights around the middle are negative: it adds the difference from the neighbours, where a blur takes it away.",
)
def blurs_with_minus_signs():
    return effects(c="blur")


@read_kernels.misconception(
    look="Kernel D: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="D sums to 8 − 8 = 0: flat regions turn black, and a photograph is not one any more. Which places are not 0?",
)
def takes_the_second_for_sharpening_too():
    return effects(d="sharpen")


@read_kernels.misconception(
    look="Kernel D turns flat regions black. Is it dark everywhere?",
    wrong="D sums to 0, so flat regions turn black. Where a pixel differs from its neighbours the output is far from 0; a photograph that was only made darker would look the same all over.",
)
def takes_silence_for_darkness():
    return effects(d="darken")


@read_kernels.misconception(
    look="Kernel D: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="D sums to 0: flat regions turn black. A blur keeps them.",
)
def blurs_to_black():
    return effects(d="blur")


@read_kernels.misconception(
    look="Kernel E has one weight, in the middle. How many pixels does each output mix?",
    wrong="E looks at no neighbour, so nothing is mixed. Its sum is ½: what becomes of a flat region?",
)
def takes_half_for_a_blur():
    return effects(e="blur")


@read_kernels.misconception(
    look="Kernel E has one weight. In which place does it stand?",
    wrong="E's weight stands in the middle, so each pixel stays where it is. Its sum is ½: what becomes of a flat region?",
)
def takes_one_weight_for_a_shift():
    return effects(e="shift")


@read_kernels.misconception(
    look="Kernel E looks at no neighbour. Can it exaggerate a difference?",
    wrong="E halves every pixel, and with them all differences. Exaggerating them takes neighbours with minus signs.",
)
def sharpens_with_a_half():
    return effects(e="sharpen")


@read_kernels.misconception(
    look="Kernel E: what is its sum? What does it make of a flat region of brightness 0.5?",
    wrong="E sums to ½, not to 0: flat regions don't turn black.",
)
def sees_edges_in_a_half():
    return effects(e="edges")
