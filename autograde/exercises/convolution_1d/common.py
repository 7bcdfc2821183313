"""What several exercises of this lecture share: example data, makers of cases, words for signals, what is off limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograde.course.definition import Exercise
from helpers.checking.features import BUILT_IN

LECTURE_X = np.array([1.0, 5, 3, 7, 5, 9, 7, 14])
SMOOTHING = np.array(
    [0.25, 0.5, 0.25]
)  # the same from both ends; its fractions are exact, so that cutting them off shows alike in all answers
FIVE = np.array([1.0, 5, 3, 7, 5])
LOPSIDED = np.array([1.0, 2, -1])

# Routines that slide a kernel over one signal: the whole of `correlate1d` and `convolve1d`.
SLIDING_ROUTINES = (
    "numpy.convolve",
    "numpy.correlate",
    "numpy.polymul",
    "numpy.polynomial.polynomial.polymul",
    "scipy.signal.convolve",
    "scipy.signal.correlate",
    "scipy.signal.fftconvolve",
    "scipy.signal.oaconvolve",
    "scipy.signal.lfilter",
    "scipy.ndimage.convolve1d",
    "scipy.ndimage.correlate1d",
    "scipy.ndimage.convolve",
    "scipy.ndimage.correlate",
)
# Routines that also add up channels: the whole of a layer.
LAYERS = (
    "torch.nn.functional.conv1d",
    "torch.nn.functional.conv2d",
    "torch.conv1d",
    "torch.conv2d",
    "torch.nn.Conv1d",
    "torch.nn.Conv2d",
)

# What the features that every exercise has are called where a window slides over a signal.
SIGNAL_WORDS = {
    "images": ("several signals", "one signal"),
    "whole image": ("a kernel as long as the signal", "a kernel longer or shorter than the signal"),
    "window too large": ("a kernel longer than the signal", "a kernel no longer than the signal"),
    "window of one": ("a kernel of one weight", "a kernel of several weights"),
    "wide padding": ("padding as wide as the kernel", "padding narrower than the kernel"),
}


def speaks_of_signals(exercise: Exercise) -> None:
    """Let the check call signals, kernels and samples by their names where it would speak of images and windows."""
    for name, (present, absent) in SIGNAL_WORDS.items():
        exercise.features.append(replace(BUILT_IN[name], present=present, absent=absent))


def float_type(*arrays: Any) -> Any:
    """The float type that a calculation ends in: float32 stays float32, whole numbers become float64."""
    return np.result_type(*(a.dtype if a.dtype.kind == "f" else np.float64 for a in map(np.asarray, arrays)))


def different_whole_numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers, no two alike: a kernel of them never reads the same from both ends, whatever the seed."""
    return rng.permutation(np.arange(1, 14))[: int(np.prod(shape))].reshape(shape) - 5
