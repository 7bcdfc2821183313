"""What several exercises of notebook 03 share: the lecture's numbers, awkward arrays, and the routines that are off limits."""

from __future__ import annotations

from typing import Any

import numpy as np

LECTURE_IMAGE = np.array(
    [[3.0, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
)
LECTURE_KERNEL = np.array([[0.0, 1, 2], [2, 2, 0], [0, 1, 2]])
SMALL_IMAGE = np.array([[1.0, 0, 2, 0], [0, 3, 0, 1], [2, 0, 1, 0]])
NINE_PIXELS = np.array([[1.0, 2, 3], [4, 5, 7], [8, 6, 9]])
LOPSIDED = np.array([[1.0, 2], [3, 5]])
WIDE_KERNEL = np.array([[1.0, 0, -2], [3, 1, 0]])
HIGH_KERNEL = np.array([[2.0], [-1]])
HIGH_IMAGE = np.array([[1.0, 2], [4, 0], [3, 5], [2, 7]])
WIDE_IMAGE = np.array([[1.0, 4, 3, 2], [2, 0, 5, 7]])
THREE_IN_A_ROW = np.array([[1.0, 0, -2]])
SIX_WHOLE_NUMBERS = np.array([[2, 4, 1], [7, 0, 3]])
SIX_BYTES = np.array([[200, 10, 30], [90, 250, 0]], dtype=np.uint8)
SIX_FRACTIONS = np.array([[0.5, 0.25, 1], [0, 0.75, 0.125]])
FRACTIONS = np.array([[0.5, -0.25]])

# One call of these slides a kernel over an image. One-dimensional routines, Fourier transforms and windows do not.
LIBRARY_CONVOLUTIONS = (
    "scipy.signal.correlate",
    "scipy.signal.convolve",
    "scipy.signal.correlate2d",
    "scipy.signal.convolve2d",
    "scipy.signal.fftconvolve",
    "scipy.signal.oaconvolve",
    "scipy.ndimage.correlate",
    "scipy.ndimage.convolve",
    "torch.nn.functional.conv2d",
    "torch.nn.functional.conv3d",
    "torch.nn.functional.conv_transpose2d",
    "torch.conv2d",
    "torch.conv3d",
    "torch.conv_transpose2d",
    "torch.convolution",
    "torch.nn.Conv2d",
    "torch.nn.Conv3d",
    "torch.nn.ConvTranspose2d",
)


def as_floats(array: Any) -> np.ndarray:
    """The array in floats: float32 stays float32, whole numbers become float64."""
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def one_float_type(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """The arrays in the float type that a calculation with all of them ends in."""
    kind = np.result_type(*(as_floats(array).dtype for array in arrays))
    return tuple(array.astype(kind) for array in arrays)


def different_whole_numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers from −9, no two alike: a kernel of them has no symmetry, whatever the seed."""
    count = int(np.prod(shape))
    return (rng.permutation(np.arange(max(19, count)))[:count] - 9).reshape(shape)


def view_with_steps(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Random numbers in an array that is not contiguous: every second column of a larger one, upside down."""
    *outer, width = shape
    return rng.normal(size=(*outer, 2 * width))[..., ::-2]
