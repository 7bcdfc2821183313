"""The exercises of notebook 01, one file each: parameters of three layers, memory order, layouts, shifts, an audit.

Oracles ask PyTorch, count views or multiply by shift matrices, none of them the formula that the student writes.
"""

from autograde.exercises.why_convolution import (
    conv_parameters,
    dense_parameters,
    locally_connected_parameters,
    memory_index,
    predictions,
    shift_image,
    thirty_filters,
    to_nchw,
    what_sharing_assumes,
)

__all__ = [
    "conv_parameters",
    "dense_parameters",
    "locally_connected_parameters",
    "memory_index",
    "predictions",
    "shift_image",
    "thirty_filters",
    "to_nchw",
    "what_sharing_assumes",
]
