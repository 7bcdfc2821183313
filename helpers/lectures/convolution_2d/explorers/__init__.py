"""The explorers of notebook 03: step a window over an image, edit a kernel on a photograph, turn an edge, flip a letter.

Each returns an Explorer. They show the idea, not an exercise: they work before the student has written anything.
"""

from helpers.lectures.convolution_2d.explorers.grids import (
    colour_filter,
    column_times_row,
    correlation_stepper,
    letter_and_pixel,
)
from helpers.lectures.convolution_2d.explorers.photographs import gaussian_bell, kernel_editor, turned_edge

__all__ = [
    "colour_filter",
    "column_times_row",
    "correlation_stepper",
    "gaussian_bell",
    "kernel_editor",
    "letter_and_pixel",
    "turned_edge",
]
