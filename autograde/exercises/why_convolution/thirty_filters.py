"""The audit of the lecture's three million weights."""

from __future__ import annotations

import torch

from autograde.course.definition import values


@values(points=2, difficulty="easy", minutes=8)
def thirty_filters():
    """Four counts for thirty 5 × 5 filters on a 32 × 32 colour image."""
    places = torch.nn.functional.unfold(
        torch.zeros(1, 3, 32, 32), 5
    ).shape  # (1, numbers per window, windows)
    layer = torch.nn.Conv2d(3, 30, 5)
    return {
        "lecture_product": 32 * 32 * 30 * places[1],
        "without_sharing": places[1] * places[2] * 30,
        "without_sharing_with_biases": (places[1] + 1) * places[2] * 30,
        "with_sharing_with_biases": sum(parameter.numel() for parameter in layer.parameters()),
    }


def counts(lecture=2_304_000, unshared=1_764_000, biases=1_787_520, shared=2_280):
    """An answer in which the given entries are wrong."""
    return {
        "lecture_product": lecture,
        "without_sharing": unshared,
        "without_sharing_with_biases": biases,
        "with_sharing_with_biases": shared,
    }


@thirty_filters.misconception(
    look="Multiply the slide's four factors yourself. Is it three million?",
    wrong="3 000 000 is what the slide writes. Its own product is another number.",
)
def believes_the_slide():
    return counts(lecture=3_000_000)


@thirty_filters.misconception(
    look="At how many places does a 5 × 5 window fit into 32 × 32 pixels?",
    wrong="Your numbers are those of a window at each of the 32 × 32 pixels of the input. It fits at 28 × 28 places.",
)
def input_for_output():
    return counts(unshared=2_304_000, biases=2_334_720)


@thirty_filters.misconception(
    look="Without sharing, how many biases are there?",
    wrong="Your number holds thirty biases. Without sharing, each of the 28 · 28 · 30 outputs has its own.",
)
def thirty_biases_without_sharing():
    return counts(biases=1_764_030)


@thirty_filters.misconception(
    look="The last variable asks for the biases too.",
    wrong="2 250 is the number of the shared weights alone. Each filter brings a bias.",
)
def shared_weights_alone():
    return counts(shared=2_250)


@thirty_filters.misconception(
    look="How many numbers lie under a 5 × 5 window of a colour image?",
    wrong="Your numbers are those of a single channel. A window covers 5 · 5 · 3 = 75 numbers.",
)
def forgets_colour():
    return counts(lecture=768_000, unshared=588_000, biases=611_520, shared=780)


@thirty_filters.misconception(
    look="A window of 5 on 32 pixels: where does the first one start, where the last, and how many are that?",
    wrong="Your numbers are those of 27 × 27 places. The slide itself says (32 − 5)/1 + 1 = 28.",
)
def one_place_too_few():
    return counts(unshared=27 * 27 * 30 * 75, biases=27 * 27 * 30 * 76)


@thirty_filters.misconception(
    look="How many filters look at each place?",
    wrong="Your numbers are those of a single filter. Thirty of them look at each of the 28 · 28 places, each with 75 weights.",
)
def forgets_the_thirty():
    return counts(unshared=28 * 28 * 75, biases=28 * 28 * 76, shared=76)


@thirty_filters.misconception(
    look="After sharing, thirty filters are left. How many biases?",
    wrong="Your number holds one bias for the whole layer. Each filter keeps its own.",
)
def one_bias_after_sharing():
    return counts(shared=2_251)
