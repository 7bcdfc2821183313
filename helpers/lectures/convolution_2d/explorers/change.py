"""An array with one number typed over."""

from __future__ import annotations

import numpy as np


def changed(array: np.ndarray, place: tuple[int, ...], value: float) -> np.ndarray:
    """A copy with one entry replaced."""
    copy = array.copy()
    copy[place] = value
    return copy
