"""The exercises of notebook 02, convolution in one dimension.

Oracles lean on library routines that are off limits to the student; misconceptions are what students
really write. Knows nothing of how answers are run or shown."""

from autograde.exercises.convolution_1d import (
    conv1d,
    convolve1d,
    correlate1d,
    motif_scores,
    output_lengths,
    predictions,
    toeplitz_matrix,
    what_the_flip_changes,
)

__all__ = [
    "conv1d",
    "convolve1d",
    "correlate1d",
    "motif_scores",
    "output_lengths",
    "predictions",
    "toeplitz_matrix",
    "what_the_flip_changes",
]
