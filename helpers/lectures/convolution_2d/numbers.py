"""The images and kernels of notebook 03: the lecture's numbers, hand-designed kernels, a letter, coloured pixels.

Plain data. It knows nothing of pictures, and holds no answer to an exercise.
"""

from __future__ import annotations

import numpy as np

from helpers import datasets

# The lecture's example: a 5 × 5 image and a 3 × 3 kernel.
image = np.array([[3.0, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]])
kernel = np.array([[0.0, 1, 2], [2, 2, 0], [0, 1, 2]])

# An image and a kernel on which a flip, a transposition or a swapped axis shows.
small_image = np.array([[1.0, 0, 2, 0], [0, 3, 0, 1], [2, 0, 1, 0]])
lopsided = np.array([[1.0, 2], [3, 5]])

# Kernels that people designed. The names are what they do; two of them the lecture calls otherwise.
identity = np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])
box_blur = np.full((3, 3), 1 / 9)
gaussian = np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
laplacian = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])  # the lecture: "sharpen"
sharpen = np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])
sobel_x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
sobel_y = np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]])
corners = np.array([[1.0, 0, -1], [0, 0, 0], [-1, 0, 1]])  # the lecture: "edge detection"

LECTURE_SIGMA = 0.8493  # px: the bell whose 3 × 3 samples are the lecture's kernel of sixteenths

# A vertical step from dark to bright, eight pixels wide: Sobel x answers 0 0 4 4 0 0 in every row.
step_edge = np.tile([0.0, 0, 0, 0, 1, 1, 1, 1], (5, 1))
flat_wall = np.full((5, 5), 0.5)

# One bright quarter: two straight edges that meet in a corner.
bright_quarter = np.zeros((8, 8))
bright_quarter[4:, 4:] = 1.0

# One white pixel, and a kernel with the shape of a letter that no turn and no mirror leaves as it is.
white_pixel = np.zeros((9, 9))
white_pixel[4, 4] = 1.0
letter_f = np.array([[1.0, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]])

# 4 × 5 colour pixels, (C, H, W): above red meets green, below black meets white.
coloured_patch = np.zeros((3, 4, 5))
coloured_patch[0, :2, :2] = 5  # red
coloured_patch[1, :2, 2:] = 5  # green
coloured_patch[:, 2:, 2:] = 5  # white
red_beside_green = np.array([[[1.0, -1], [1, -1]], [[-1, 1], [-1, 1]], [[0, 0], [0, 0]]])  # (C, KH, KW)

# How bright each colour looks: a filter of one pixel, (F, C, KH, KW).
luma = np.array([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1)

# Four filters over red, green and blue, (F, C, KH, KW), for a photograph.
colour_filters = np.zeros((4, 3, 3, 3))
colour_filters[0] = sobel_x / 3  # edges across, whatever the colour
colour_filters[1] = sobel_y / 3  # edges down
colour_filters[2, 0], colour_filters[2, 1] = box_blur, -box_blur  # red against green
colour_filters[3, 0], colour_filters[3, 1], colour_filters[3, 2] = box_blur / 2, box_blur / 2, -box_blur
COLOUR_FILTER_NAMES = ("edges across", "edges down", "red against green", "yellow against blue")

# The distance at which a bright disc ends, for arrows that point from dark to bright.
DISC_RADIUS = 4.2  # px


def disc(size: int = 13) -> np.ndarray:
    """A bright disc with a soft border on a dark ground, (size, size) from 0 to 1."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    return np.clip(DISC_RADIUS + 0.5 - np.hypot(rows, columns), 0, 1)


def tilted_edge(degrees: float, size: int = 7) -> np.ndarray:
    """A soft edge through the middle of a patch, brighter in the direction `degrees` (0 right, 90 down)."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    turn = np.deg2rad(degrees)
    return np.clip(0.5 + (columns * np.cos(turn) + rows * np.sin(turn)) / 3, 0, 1)


def camera(size: int = 144) -> np.ndarray:
    """The photograph of a cameraman, (size, size) grey from 0 to 1."""
    return datasets.photo("camera", gray=True, size=size)


def coffee(size: int = 128) -> np.ndarray:
    """The photograph of a cup of coffee, (3, size, size): red, green and blue from 0 to 1."""
    return datasets.photo("coffee", size=size).transpose(2, 0, 1)
