"""A straight line through (class size, seconds): what every run costs, what every submission costs, how straight it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Line:
    """seconds = start + each · submissions; `off` is the largest distance of a measurement from it, as a share of it."""

    start: float
    each: float
    off: float


def fitted(measured: dict[int, float]) -> Line | None:
    """The line of least relative squares; None below three sizes, through which any line would fit."""
    if len(measured) < 3:
        return None
    sizes, seconds = np.array(list(measured)), np.array(list(measured.values()))
    design = np.stack([np.ones_like(seconds), sizes], axis=1) / seconds[:, None]
    (start, each), *_ = np.linalg.lstsq(design, np.ones_like(seconds), rcond=None)
    off = np.abs((start + each * sizes) / seconds - 1.0).max()
    return Line(float(start), float(each), float(off))
