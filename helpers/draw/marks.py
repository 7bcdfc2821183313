"""Marks point at cells: a ring, a window, a hatch, a ghost, a symbol. Never by colour alone.

Cells are (row, column) pairs, or plain positions in a one-dimensional panel, or a boolean mask.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Cell = tuple[int, int]


@dataclass(frozen=True)
class Mark:
    """One kind of mark on some cells; `extent` (rows, columns) belongs to windows, `text` to symbols."""

    kind: str
    cells: tuple[Cell, ...]
    role: str = ""
    extent: Cell = (1, 1)
    text: str = ""
    dashed: bool = False


def cells_of(where: Any) -> tuple[Cell, ...]:
    """(row, column) pairs from a mask, one cell, or several cells; an int n is the cell (0, n)."""
    if isinstance(where, np.ndarray) and where.dtype == bool:
        return tuple((int(r), int(c)) for r, c in np.argwhere(np.atleast_2d(where)))
    if isinstance(where, (int, np.integer)):
        return ((0, int(where)),)
    if isinstance(where, tuple) and len(where) == 2 and all(isinstance(i, (int, np.integer)) for i in where):
        return ((int(where[0]), int(where[1])),)
    if not isinstance(where, Iterable):
        raise ValueError(f"a cell is (row, column), a position, or a boolean mask; got {where!r}")
    return tuple(cell for item in where for cell in cells_of(item))


def ring(where: Any, role: str = "") -> Mark:
    """A ring around each cell's number: the winner of a window, the cell that differs."""
    return Mark("ring", cells_of(where), role)


def window(
    row: int, column: int, height: int, width: int, role: str = "kernel", dashed: bool = False
) -> Mark:
    """An outline around height × width cells, from (row, column) down and right."""
    return Mark("window", ((row, column),), role, (height, width), dashed=dashed)


def hatch(where: Any, role: str = "neutral") -> Mark:
    """Diagonal lines over cells."""
    return Mark("hatch", cells_of(where), role)


def dim(where: Any) -> Mark:
    """Cells that step back: half transparent."""
    return Mark("dim", cells_of(where))


def ghost(where: Any) -> Mark:
    """Cells that are only imagined, such as padding: a dashed outline, no fill, a muted number."""
    return Mark("ghost", cells_of(where))


def symbol(text: str | Mapping[Any, str], where: Any = (), role: str = "") -> tuple[Mark, ...]:
    """A small sign in the corner of cells: symbol("★", (0, 1)), or symbol({(0, 1): "★", (2, 2): "×2"})."""
    if isinstance(text, Mapping):
        return tuple(Mark("symbol", cells_of(cell), role, text=sign) for cell, sign in text.items())
    return (Mark("symbol", cells_of(where), role, text=text),)


def flattened(marks: Any) -> tuple[Mark, ...]:
    """One mark, or nested sequences of marks, as a flat tuple."""
    if isinstance(marks, Mark):
        return (marks,)
    return tuple(mark for item in marks for mark in flattened(item))
