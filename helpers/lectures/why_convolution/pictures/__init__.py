"""The pictures of notebook 01: pixels as numbers, a tensor in memory, three layers, a plus sign that moves, a timeline.

One file for each theme. Each function takes arrays that a student can print and returns one Picture.
"""

from helpers.lectures.why_convolution.pictures.history import milestones, winners
from helpers.lectures.why_convolution.pictures.layers import (
    network_sketch,
    parameter_counts,
    three_wirings,
    unit_at_work,
)
from helpers.lectures.why_convolution.pictures.memory import tensor_in_memory
from helpers.lectures.why_convolution.pictures.moving import plus_and_map, shifted_both_ways, template_and_map
from helpers.lectures.why_convolution.pictures.pixels import pixels_as_numbers, scored_digit, scrambled_scores

__all__ = [
    "milestones",
    "network_sketch",
    "parameter_counts",
    "pixels_as_numbers",
    "plus_and_map",
    "scored_digit",
    "scrambled_scores",
    "shifted_both_ways",
    "template_and_map",
    "tensor_in_memory",
    "three_wirings",
    "unit_at_work",
    "winners",
]
