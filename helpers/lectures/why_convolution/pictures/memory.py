"""A small tensor (N, C, H, W) as its planes and as one long row of memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, picture_of
from helpers.draw.grid import Grid, Strip
from helpers.draw.marks import Mark, ring, window
from helpers.draw.panel import Panel, cell
from helpers.draw.picture import Picture

Place = tuple[int, int, int, int]
LAYOUTS = {"NCHW": (0, 1, 2, 3), "NHWC": (0, 2, 3, 1)}  # the order of axes in memory, slowest first


def plane_name(n: int, c: int) -> str:
    """The name of a plane's panel: "s0c1"."""
    return f"s{n}c{c}"


def flat_places(shape: tuple[int, ...], layout: str) -> np.ndarray:
    """For each number of a tensor (N, C, H, W), its place in memory."""
    axes = LAYOUTS[layout]
    stored = np.arange(int(np.prod(shape))).reshape([shape[a] for a in axes])
    return stored.transpose(np.argsort(axes))


def tensor_in_memory(x: Any, at: Place | None = None, layout: str = "NCHW", picks: bool = False) -> Picture:
    """The planes of x (N, C, H, W), samples down and channels across, above the row in which memory holds them.

    at       one place (n, c, h, w): ringed above and below, with the sum that leads to it
    layout   "NCHW" or "NHWC": the order of the axes in memory
    picks    cells can be clicked (for an explorer)
    """
    tensor = np.asarray(x)
    places = flat_places(tensor.shape, layout)
    rows = [_sample(tensor, n, places, at, picks) for n in range(tensor.shape[0])]
    memory = _memory(tensor, places, at, picks)
    said = place_as_sum(tensor.shape, at, layout) + _held(tensor, at) if at is not None else ""
    panels: list[Panel] = [
        beside(above(*rows, gap=10), Words(_legend(tensor.shape), 13.0, anchor="start"), gap=40),
        memory,
    ]
    if said:
        panels.append(Words(said, 15.0, anchor="start"))
    order = " ".join(map(str, tensor.transpose(LAYOUTS[layout]).ravel().tolist()))
    return picture_of(
        above(*panels, gap=16),
        f"A tensor of shape {tensor.shape}: {_planes_said(tensor)}. In memory, layout {layout}: {order}. {said}".strip(),
        f"Above: {tensor.shape[0]} samples with {tensor.shape[1]} planes each. Below: the same {tensor.size} numbers in one row.",
    )


def place_as_sum(shape: tuple[int, ...], at: Place, layout: str) -> str:
    """How the place in memory comes about: "sample 1, channel 0, row 2, column 1: 1·18 + 0·9 + 2·3 + 1·1 = 25"."""
    axes = LAYOUTS[layout]
    steps = [int(np.prod([shape[a] for a in axes[i + 1 :]])) for i in range(4)]
    terms = " + ".join(f"{at[a]}·{step}" for a, step in zip(axes, steps, strict=True))
    place = sum(at[a] * step for a, step in zip(axes, steps, strict=True))
    n, c, h, w = at
    return f"sample {n}, channel {c}, row {h}, column {w}:   {terms} = {place}"


def _held(tensor: np.ndarray, at: Place) -> str:
    return f": this place holds the number {tensor[at]}"


def _sample(x: np.ndarray, n: int, places: np.ndarray, at: Place | None, picks: bool) -> Panel:
    planes = []
    for c in range(x.shape[1]):
        links = {
            (h, w): [cell("m", int(places[n, c, h, w]))] for h in range(x.shape[2]) for w in range(x.shape[3])
        }
        marks = [ring((at[2], at[3]))] if at is not None and at[:2] == (n, c) else []
        title = f"sample {n}, channel {c}"
        planes.append(
            Grid(
                x[n, c],
                "input",
                title,
                marks=marks,
                largest=float(np.abs(x).max()),
                size_of_cell=30,
                name=plane_name(n, c),
                picks=picks,
                links=links,
            )
        )
    return beside(*planes, gap=18)


def _memory(x: np.ndarray, places: np.ndarray, at: Place | None, picks: bool) -> Panel:
    values = np.empty(x.size, dtype=x.dtype)
    values[places.ravel()] = x.ravel()
    links = {int(places[i]): [cell(plane_name(i[0], i[1]), i[2], i[3])] for i in np.ndindex(*x.shape)}
    size = x.size // x.shape[0]
    marks: list[Mark] = [window(0, n * size, 1, size, "neutral") for n in range(x.shape[0])]
    if at is not None:
        marks.append(ring(int(places[at])))
    return Strip(
        values,
        "input",
        "memory",
        "place of each number, counted from 0; a frame around each sample",
        marks,
        numbers=True,
        size_of_cell=23,
        name="m",
        picks=picks,
        links=links,
    )


def _legend(shape: tuple[int, ...]) -> str:
    n, c, h, w = shape
    return f"shape ({n}, {c}, {h}, {w})\nN = {n} samples\nC = {c} channels\nH = {h} rows\nW = {w} columns"


def _planes_said(x: np.ndarray) -> str:
    return "; ".join(
        f"sample {n}, channel {c} holds {', '.join(map(str, x[n, c].ravel().tolist()))}"
        for n in range(x.shape[0])
        for c in range(x.shape[1])
    )
