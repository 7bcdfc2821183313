"""The data of notebook 01: the lecture's tensor, a plus sign, a digit and a unit that likes it, ILSVRC's winners.

Everything is exact or made from a fixed seed, so the numbers quoted in the text stay true. Knows no picture and
no answer.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from helpers import datasets

# Sample, channel, height, width. The slide shows three of the four planes, 1 to 27; the fourth goes on to 36.
tensor = np.arange(1, 37).reshape(2, 2, 3, 3)

# A picture and a unit so small that one can do the sum on paper.
tiny_image = np.array([[3.0, 0], [1, 2]])
tiny_weights = np.array([[1, 2], [-1, 0.5]])

plus_kernel = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
SIDE = 12  # of the picture with the plus sign
HOME = (4, 4)  # where the plus stands at first, row and column of its centre


def plus_sign(row: int, column: int, side: int = SIDE) -> np.ndarray:
    """A picture (side, side) with a plus sign of five ones around (row, column); what lies outside is cut off."""
    picture = np.zeros((side, side), dtype=int)
    for r, c in [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)]:
        if 0 <= row + r < side and 0 <= column + c < side:
            picture[row + r, column + c] = 1
    return picture


def window_sums(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The weighted sum of every window: picture (H, W), kernel (kh, kw) → map (H − kh + 1, W − kw + 1)."""
    kh, kw = kernel.shape
    height, width = picture.shape[0] - kh + 1, picture.shape[1] - kw + 1
    total = np.zeros((height, width), dtype=np.result_type(picture, kernel))
    for u in range(kh):
        for v in range(kw):
            total += kernel[u, v] * picture[u : u + height, v : v + width]
    return total


class Scored(NamedTuple):
    """A picture, the weights of one fully connected unit, and an order in which to scramble both."""

    picture: np.ndarray  # (28, 28), from 0 (paper) to 1 (ink)
    weights: np.ndarray  # (28, 28): the average 3 minus the average of the other digits
    order: np.ndarray  # (784,) a permutation


@functools.cache
def digit_and_unit() -> Scored:
    """A handwritten 3 and a unit that answers to threes."""
    images, labels = datasets.digits()
    three = labels == 3
    weights = images[three].mean(axis=0) - images[~three].mean(axis=0)
    picture = images[np.flatnonzero(three)[0]]
    return Scored(picture, weights, np.random.default_rng(1).permutation(picture.size))


def scrambled(plane: np.ndarray, seed: int = 0) -> np.ndarray:
    """The same numbers in another place, each: a plane whose pixels changed places at random."""
    order = np.random.default_rng(seed).permutation(plane.size)
    return plane.ravel()[order].reshape(plane.shape)


def neighbour_correlation(plane: np.ndarray) -> float:
    """How alike horizontal neighbours are: their correlation, 1 for equal, 0 for unrelated."""
    return float(np.corrcoef(plane[:, :-1].ravel(), plane[:, 1:].ravel())[0, 1])


# The parts of a convolutional network: name, what it does, where it is taught.
stages = (
    ("picture", "numbers of shape\n(N, C, H, W)", "this notebook"),
    ("convolution", "looks locally,\nshares weights", "notebooks 02 to 04"),
    ("non-linearity", "bends numbers", "notebook 07, coming"),
    ("pooling", "forgets a little\nabout place", "notebook 05"),
    ("fully connected", "scores for the\nanswers", "this notebook"),
)

# Year, who, what: the milestones that the lecture names.
milestones = (
    (1959, "Hubel & Wiesel", "cells in a cat's cortex\nsee small regions"),
    (1980, "Neocognitron", "Fukushima: windows,\nshared weights, layers"),
    (1989, "LeCun et al.", "kernels learned by\nbackpropagation"),
    (1998, "LeNet-5", "reads cheques\nin banks"),
    (2012, "AlexNet", "a ConvNet wins\nILSVRC"),
)

# ILSVRC's best classification entry of each year: top-5 error in percent on the test set, provided data only.
# (With extra data SuperVision came down to 15.3 in 2012. The contest went on in 2017, which is not shown.)
ILSVRC_YEARS = (2010, 2011, 2012, 2013, 2014, 2015, 2016)
ilsvrc_winners = ("NEC-UIUC", "XRCE", "SuperVision", "Clarifai", "GoogLeNet", "MSRA", "Trimps-Soushen")
ilsvrc_errors = np.array([28.2, 25.8, 16.4, 11.7, 6.7, 3.57, 2.99])
