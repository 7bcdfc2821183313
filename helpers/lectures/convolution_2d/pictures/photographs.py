"""What kernels make of photographs, as maps with their scale and their range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from helpers.draw.compose import Raw, Words, above, beside, picture_of
from helpers.draw.numbers import value_range
from helpers.draw.panel import Panel
from helpers.draw.picture import Picture
from helpers.draw.raster import Raster
from helpers.lectures.convolution_2d.pictures.sliding import kernel_grid, sum_of, window_sums


def photo_map(plane: np.ndarray, title: str, *, signed: bool, **options: Any) -> Raster:
    """What a kernel makes of a photograph, with its range. The colours of signed maps end where 99 % of the values do."""
    if signed:
        options.setdefault("largest", float(np.quantile(np.abs(plane), 0.99)) or None)
    return Raster(plane, "output", title, value_range(plane), signed=signed, **options)


def kernel_gallery(photo: Any, kernels: Mapping[str, Any], columns: int = 4, caption: str = "") -> Picture:
    """A photograph and what each kernel makes of it. Kernels that sum to 1 give a photograph, the others a signed map."""
    x = np.asarray(photo, dtype=float)
    maps = {name: window_sums(x, np.asarray(w, dtype=float)) for name, w in kernels.items()}
    pictures: list[Panel] = [
        Raster(x, "input", "the photograph", value_range(x), width=184),
        *(photo_map(y, name, signed=not _keeps_level(kernels[name]), width=184) for name, y in maps.items()),
    ]
    below: list[Panel] = [
        Words(f"{x.shape[0]} × {x.shape[1]} pixels", 12.0),
        *(kernel_grid(w, "", sum_of(w), size_of_cell=26) for w in map(np.asarray, kernels.values())),
    ]
    said = [f"{name}, {sum_of(np.asarray(kernels[name]))}: {value_range(y)}" for name, y in maps.items()]
    rows = [
        _cards(pictures[i : i + columns], below[i : i + columns]) for i in range(0, len(pictures), columns)
    ]
    alt = f"A photograph of {x.shape[0]} by {x.shape[1]} pixels and its cross-correlation with {len(said)} kernels. "
    return picture_of(above(*rows, gap=18), alt + "; ".join(said) + ".", caption)


def _keeps_level(kernel: Any) -> bool:
    return abs(float(np.sum(kernel)) - 1) < 1e-9


def _cards(pictures: Sequence[Panel], below: Sequence[Panel]) -> Panel:
    """Pictures with something below each; pictures and what stands below them begin at one height each."""
    deepest = max(picture.size().height for picture in pictures)
    tallest = max(panel.size().height for panel in below)
    cards = []
    for picture, panel in zip(pictures, below, strict=True):
        gap = 6 + deepest - picture.size().height
        rest = Raw("", 1, tallest - panel.size().height)
        cards.append(above(above(picture, panel, align="center", gap=gap), rest, gap=0))
    return beside(*cards, gap=18)


def photo_maps(
    photo: Any,
    maps: Mapping[str, Any],
    alt: str,
    caption: str = "",
    signed: bool = True,
    columns: int = 4,
    white: float = 1.0,
) -> Picture:
    """A photograph, grey (H, W) or colour (3, H, W), beside maps made from it; signed ones share no scale.

    white  what is drawn white in maps without signs; the range below them is that of the map itself
    """
    x = np.asarray(photo, dtype=float)
    shown = x.transpose(1, 2, 0) if x.ndim == 3 else x
    panels: list[Panel] = [
        Raster(shown, "input", "input", f"{shown.shape[0]} × {shown.shape[1]} pixels", width=190)
    ]
    for name, plane in maps.items():
        numbers = np.asarray(plane, dtype=float)
        if signed:
            panels.append(photo_map(numbers, name, signed=True, width=190))
        else:
            panels.append(Raster(numbers / white, "output", name, value_range(numbers), width=190))
    rows = [beside(*panels[i : i + columns], gap=18) for i in range(0, len(panels), columns)]
    ranges = "; ".join(
        f"{name}: {value_range(np.asarray(plane, dtype=float))}" for name, plane in maps.items()
    )
    return picture_of(above(*rows, gap=16), f"{alt} {ranges}.", caption)
