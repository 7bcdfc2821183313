"""What kernels make of photographs, as maps with their scale and their range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, picture_of
from helpers.draw.convolution_2d.sliding import kernel_grid, sum_of, window_sums
from helpers.draw.numbers import value_range
from helpers.draw.panel import Panel
from helpers.draw.picture import Picture
from helpers.draw.raster import Raster


def photo_map(plane: np.ndarray, title: str, *, signed: bool, **options: Any) -> Raster:
    """What a kernel makes of a photograph, with its range. The colours of signed maps end where 99 % of the values do."""
    if signed:
        options.setdefault("largest", float(np.quantile(np.abs(plane), 0.99)) or None)
    return Raster(plane, "output", title, value_range(plane), signed=signed, **options)


def kernel_gallery(photo: Any, kernels: Mapping[str, Any], columns: int = 4, caption: str = "") -> Picture:
    """A photograph and what each kernel makes of it. Kernels that sum to 1 give a photograph, the others a signed map."""
    x = np.asarray(photo, dtype=float)
    cards: list[Panel] = [
        above(
            Raster(x, "input", "the photograph", value_range(x), width=184),
            Words(f"{x.shape[0]} × {x.shape[1]} pixels", 12.0),
            align="center",
        )
    ]
    said = []
    for name, kernel in kernels.items():
        w = np.asarray(kernel, dtype=float)
        y, keeps_level = window_sums(x, w), abs(float(w.sum()) - 1) < 1e-9
        picture = photo_map(y, name, signed=not keeps_level, width=184)
        cards.append(above(picture, kernel_grid(w, "", sum_of(w), size_of_cell=26), align="center", gap=6))
        said.append(f"{name}, {sum_of(w)}: {value_range(y)}")
    rows = [beside(*cards[i : i + columns], gap=18) for i in range(0, len(cards), columns)]
    alt = f"A photograph of {x.shape[0]} by {x.shape[1]} pixels and its cross-correlation with {len(said)} kernels. "
    return picture_of(above(*rows, gap=18), alt + "; ".join(said) + ".", caption)


def photo_maps(
    photo: Any, maps: Mapping[str, Any], alt: str, caption: str = "", signed: bool = True, columns: int = 4
) -> Picture:
    """A photograph, grey (H, W) or colour (3, H, W), beside maps made from it; signed ones share no scale."""
    x = np.asarray(photo, dtype=float)
    shown = x.transpose(1, 2, 0) if x.ndim == 3 else x
    panels: list[Panel] = [
        Raster(shown, "input", "input", f"{shown.shape[0]} × {shown.shape[1]} pixels", width=190)
    ]
    for name, plane in maps.items():
        panels.append(photo_map(np.asarray(plane, dtype=float), name, signed=signed, width=190))
    rows = [beside(*panels[i : i + columns], gap=18) for i in range(0, len(panels), columns)]
    ranges = "; ".join(
        f"{name}: {value_range(np.asarray(plane, dtype=float))}" for name, plane in maps.items()
    )
    return picture_of(above(*rows, gap=16), f"{alt} {ranges}.", caption)
