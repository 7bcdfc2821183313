"""Numbers in cells: a two-dimensional grid, and a strip, its one-dimensional sister.

Small grids show every number; large ones are shaded and say their range. A grid knows nothing of its
neighbours.
"""

import base64
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helpers.draw.marks import Cell, Mark, flattened
from helpers.draw.numbers import as_array, is_numeric, number, value_range
from helpers.draw.palette import DIM, DIM_TEXT, FAINTEST, MUTED, TEXT, colour, shade, tint
from helpers.draw.panel import LABEL, Box, Heading, Pointing, Size, cell, words

READABLE = 12  # rows or columns up to which a grid shows its numbers
CELL = 36.0
WIDEST = 760.0  # of a strip or of bars
SHADED = 216.0  # longest side of a grid without numbers
DIGIT = 0.6  # width of a digit, in font sizes


@dataclass(frozen=True)
class Paint:
    """How one cell is filled."""

    role: str
    opacity: float
    missing: bool = False
    nan: bool = False


@dataclass(frozen=True)
class Grid:
    """A two-dimensional array in cells.

    values    2-D array, anything array-like (a 1-D array becomes one row)
    role      "input", "kernel", "output", "gradient", "wrong" or "neutral": sets the colour
    marks     from ring, window, hatch, dim, ghost, symbol; nested sequences are fine
    missing   boolean mask: cells that do not exist, drawn empty and dashed
    labels    array of strings shown instead of the numbers
    largest   the magnitude that gets the strongest tint; panels to be compared share it
    numbers   True or False to overrule the choice made by size
    indices   row and column numbers along the edges, counted from `origin`
    size_of_cell   side of a cell in px
    name      lets cells be named, as cell(name, row, column), in links, connectors and picks
    picks     True or a mask: cells that report a click or Enter to the explorer
    edits     True or a mask: cells whose number can be typed over
    drag      the panel as a whole can be dragged, or moved with the arrow keys
    links     {(row, column): [cell(...), ...]}: the cells that light up when this one is pointed at
    """

    values: Any
    role: str = "neutral"
    title: str = ""
    subtitle: str = ""
    marks: Mark | Iterable[Any] = ()
    missing: Any = None
    labels: Any = None
    largest: float | None = None
    numbers: bool | None = None
    indices: bool = False
    origin: Cell = (0, 0)
    size_of_cell: float | None = None
    name: str = ""
    picks: Any = False
    edits: Any = False
    drag: bool = False
    links: Mapping[Any, Iterable[str]] | None = None

    def size(self) -> Size:
        (rows, columns), (wide, high), heading = self._plane.shape, self._cell, self._heading
        edge = self._edge()
        foot = 3.0  # room for a ring's or window's outline
        return Size(
            max(columns * wide + 2 * edge, heading.width()) + 4, heading.height() + edge, rows * high, foot
        )

    def draw(self, x: float, y: float) -> str:
        size = self.size()
        left, top = self._origin(x, y)
        body = self._cells(left, top) if self._drawn_as_cells() else self._image(left, top)
        if not self._drawn_as_cells():
            body += "".join(self._mark(mark, at, left, top) for mark in self._marks for at in mark.cells)
        return self._heading.draw(x + size.width / 2, y) + self._edges(left, top) + body

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        if not self.name:
            return {}
        left, top = self._origin(x, y)
        wide, high = self._cell
        rows, columns = self._plane.shape
        boxes = {
            cell(self.name, r, c): Box(left + c * wide, top + r * high, wide, high)
            for r in range(rows)
            for c in range(columns)
        }
        return boxes | {self.name: Box(left, top, columns * wide, rows * high)}

    # --- what is shown ---

    @cached_property
    def _plane(self) -> np.ndarray:
        array = as_array(self.values)
        if array.ndim > 2:
            raise ValueError(
                f"a Grid shows a 2-D array; this one has shape {array.shape}: pick one plane, x[0, 0]"
            )
        return np.atleast_2d(array)

    @cached_property
    def _marks(self) -> tuple[Mark, ...]:
        return flattened(self.marks)

    def _shows_numbers(self) -> bool:
        if self.numbers is not None:
            return self.numbers
        return self.labels is not None or max(self._plane.shape) <= READABLE

    def _drawn_as_cells(self) -> bool:
        interactive = self.picks is not False or self.edits is not False or self.drag or bool(self.links)
        return self._shows_numbers() or interactive or self._plane.size <= 400

    @cached_property
    def _texts(self) -> list[list[str]]:
        rows, columns = self._plane.shape
        if not self._shows_numbers():
            return [[""] * columns for _ in range(rows)]
        shown = self._plane if self.labels is None else np.atleast_2d(np.asarray(self.labels, dtype=object))
        return [[number(shown[r, c]) for c in range(columns)] for r in range(rows)]

    @cached_property
    def _heading(self) -> Heading:
        subtitle = self.subtitle
        if not self._shows_numbers() and is_numeric(self._plane):
            said = value_range(self._plane) + (", grey is negative" if (self._plane < 0).any() else "")
            subtitle = f"{subtitle}\n{said}" if subtitle else said
        return Heading(self.title, subtitle)

    # --- where things are ---

    @cached_property
    def _cell(self) -> tuple[float, float]:
        if not self._shows_numbers():
            side = self.size_of_cell or min(CELL, SHADED / max(1, *self._plane.shape))
            return side, side
        side = self.size_of_cell or CELL
        return max(side, round(self._longest * DIGIT * LABEL + 6)), side

    @cached_property
    def _longest(self) -> int:
        return max((len(text) for row in self._texts for text in row), default=1) or 1

    def _edge(self) -> float:
        return 16.0 if self.indices else 0.0

    def _origin(self, x: float, y: float) -> tuple[float, float]:
        size, (wide, _) = self.size(), self._cell
        return x + (size.width - self._plane.shape[1] * wide) / 2, y + size.head

    # --- drawing ---

    def _edges(self, left: float, top: float) -> str:
        if not self.indices:
            return ""
        (rows, columns), (wide, high) = self._plane.shape, self._cell
        row0, column0 = self.origin
        above = [
            words(number(column0 + c), left + (c + 0.5) * wide, top - 8, LABEL, fill=MUTED)
            for c in range(columns)
        ]
        beside = [
            words(number(row0 + r), left - 6, top + (r + 0.5) * high, LABEL, "end", fill=MUTED)
            for r in range(rows)
        ]
        return "".join(above + beside)

    def _cells(self, left: float, top: float) -> str:
        wide, high = self._cell
        heading = self.title or self.name
        pointing = Pointing(self.name, self.picks, self.edits, self.drag, self.links, heading, self._line)
        plane, paint, marks = self._plane, self._paint(), self._marks_by_cell()
        parts = []
        for r, texts in enumerate(self._texts):
            for c, text in enumerate(texts):
                x, y = left + c * wide, top + r * high
                here = marks.get((r, c), [])
                body = self._one_cell(Box(x, y, wide, high), text, paint[r][c], here)
                body += "".join(self._mark(mark, (r, c), left, top) for mark in here if mark.kind == "hatch")
                opening = pointing.opening(r, c, number(plane[r, c]), wide)
                parts.append(opening + body + pointing.halo(x, y, wide, high) + "</g>")
        if not self._shows_numbers():
            rows, columns = self._plane.shape
            frame = f'x="{left:g}" y="{top:g}" width="{columns * wide:g}" height="{rows * high:g}"'
            parts.append(f'<rect {frame} fill="none" stroke="{colour(self.role)}" pointer-events="none"/>')
        # Marks come after all cells, so that no neighbour paints over an outline.
        parts += [self._mark(m, at, left, top) for m in self._marks if m.kind != "hatch" for at in m.cells]
        return "".join(parts)

    def _one_cell(self, box: Box, text: str, paint: Paint, marks: list[Mark]) -> str:
        kinds = {mark.kind for mark in marks}
        empty = paint.missing or "ghost" in kinds
        # Inset, because the dashes of two neighbours on one edge would add up to a solid line.
        inset = 2 if empty and box.width >= 12 else 0
        outline = 'stroke-dasharray="3 3"' if empty else ""
        if not self._shows_numbers() and box.width < 12:
            outline = 'stroke-width="0"'
        body = (
            f'<rect x="{box.x + inset:g}" y="{box.y + inset:g}" width="{box.width - 2 * inset:g}" '
            f'height="{box.height - 2 * inset:g}" fill="{colour(paint.role)}" '
            f'fill-opacity="{0 if empty else paint.opacity:g}" stroke="{colour(self.role)}" {outline}/>'
        )
        if paint.nan and not empty:
            body += _hatching(box.x, box.y, box.width, box.height, "neutral")
        dim = "dim" in kinds
        if dim:
            body = f'<g opacity="{DIM}">{body}</g>'
        if text and not paint.missing:
            room = box.width - (12 if "ring" in kinds else 5)
            size = min(
                0.42 * box.height, (box.width - 5) / (DIGIT * self._longest), room / (DIGIT * len(text))
            )
            x, y = box.centre
            y += 4 if "symbol" in kinds else 0
            fade: dict[str, Any] = {"opacity": DIM_TEXT} if dim and not empty else {}
            body += words(text, x, y, round(size, 1), fill=MUTED if empty else TEXT, **fade)
        return body

    def _paint(self) -> list[list[Paint]]:
        plane = self._plane
        absent = np.zeros(plane.shape, bool)
        if self.missing is not None:
            absent = np.broadcast_to(np.asarray(self.missing, dtype=bool), plane.shape)
        if not is_numeric(plane):
            return [[Paint(self.role, 0.0, gone) for gone in row] for row in absent.tolist()]
        largest = _largest(plane, self.largest)
        # Where no number says it, grey says that a value is negative.
        below, strength = (self.role, tint) if self._shows_numbers() else ("neutral", shade)
        rows = zip(plane.astype(float).tolist(), absent.tolist(), strict=True)
        return [
            [
                Paint(below if v < 0 else self.role, strength(v, largest), gone, v != v)
                for v, gone in zip(*row, strict=True)
            ]
            for row in rows
        ]

    def _marks_by_cell(self) -> dict[Cell, list[Mark]]:
        found: dict[Cell, list[Mark]] = {}
        for mark in self._marks:
            for at in mark.cells:
                found.setdefault(at, []).append(mark)
        return found

    @property
    def _line(self) -> bool:
        return False

    def _mark(self, mark: Mark, at: Cell, left: float, top: float) -> str:
        wide, high = self._cell
        x, y = left + at[1] * wide, top + at[0] * high
        ink = f'stroke="{colour(mark.role)}"' if mark.role else f'stroke="{TEXT}"'
        aside = 'pointer-events="none"'
        if mark.kind == "ring":
            return (
                f'<rect x="{x + 3:g}" y="{y + 3:g}" width="{wide - 6:g}" height="{high - 6:g}" '
                f'rx="11" fill="none" {ink} stroke-width="2.5" {aside}/>'
            )
        if mark.kind == "window":
            dash = ' stroke-dasharray="7 4"' if mark.dashed else ""
            return (
                f'<rect x="{x:g}" y="{y:g}" width="{mark.extent[1] * wide:g}" '
                f'height="{mark.extent[0] * high:g}" rx="2" fill="none" {ink} stroke-width="3.5"{dash} '
                f"{aside}/>"
            )
        if mark.kind == "hatch":
            return _hatching(x, y, wide, high, mark.role or "neutral")
        if mark.kind == "symbol":
            return words(mark.text, x + wide - 3, y + 7, 10, "end", fill=TEXT, pointer_events="none")
        return ""

    def _image(self, left: float, top: float) -> str:
        plane = self._plane.astype(float)
        (rows, columns), (wide, high) = plane.shape, self._cell
        frame = f'x="{left:g}" y="{top:g}" width="{columns * wide:g}" height="{rows * high:g}"'
        png = _shaded_png(plane, self.role, _largest(plane, self.largest))
        return (
            f'<image {frame} preserveAspectRatio="none" style="image-rendering:pixelated" '
            f'href="data:image/png;base64,{base64.b64encode(png).decode()}"/>'
            f'<rect {frame} fill="none" stroke="{colour(self.role)}"/>'
        )


@dataclass(frozen=True)
class Strip(Grid):
    """A one-dimensional array as a row of cells with its positions beneath.

    Everything Grid takes, and:
    offset   how many cells the strip stands to the right, so that a kernel can stand under its signal
    first    the position of the first cell (−2 for two ghost zeros in front)
    indices  the positions beneath (on by default)
    """

    indices: bool = True
    offset: int = 0
    first: int = 0

    def size(self) -> Size:
        columns, (wide, high), heading = self._plane.shape[1], self._cell, self._heading
        width = max((self.offset + columns) * wide, heading.width()) + 4
        return Size(width, heading.height(), high * self._plane.shape[0], 18.0 if self.indices else 3.0)

    def draw(self, x: float, y: float) -> str:
        left, top = self._origin(x, y)
        return self._heading.draw(x + 2, y, "start") + self._cells(left, top) + self._edges(left, top)

    def _drawn_as_cells(self) -> bool:
        return True

    def _shows_numbers(self) -> bool:
        return (
            self.numbers
            if self.numbers is not None
            else self.labels is not None or self._plane.shape[1] <= 24
        )

    @cached_property
    def _cell(self) -> tuple[float, float]:
        """A fixed width wherever the numbers fit, so that a kernel lines up with the signal above it."""
        if not self._shows_numbers():
            return self.size_of_cell or min(CELL, WIDEST / max(1, self._plane.shape[1])), 24.0
        side = self.size_of_cell or CELL
        return max(side, round((self._longest - 6) * DIGIT * 10 + side)), self.size_of_cell or CELL

    def _edge(self) -> float:
        return 0.0

    def _origin(self, x: float, y: float) -> tuple[float, float]:
        return x + 2 + self.offset * self._cell[0], y + self.size().head

    def _edges(self, left: float, top: float) -> str:
        if not self.indices:
            return ""
        wide, high = self._cell
        return positions(self._plane.shape[1], left, top + high * self._plane.shape[0] + 9, wide, self.first)

    @property
    def _line(self) -> bool:
        return True


def positions(count: int, left: float, y: float, pitch: float, first: int = 0) -> str:
    """Position numbers along an axis, every one where there is room, else every 5th, 10th, …"""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if s * pitch >= 20)
    return "".join(
        words(number(first + i), left + (i + 0.5) * pitch, y, LABEL, fill=MUTED)
        for i in range(count)
        if (first + i) % step == 0
    )


def _largest(plane: np.ndarray, given: float | None) -> float:
    if given is not None:
        return float(given)
    sizes = np.abs(plane[np.isfinite(plane)].astype(float))
    return float(sizes.max()) if sizes.size else 0.0


def _hatching(x: float, y: float, wide: float, high: float, role: str) -> str:
    """Three diagonal lines; a pattern would need an id, and ids clash when a picture is shown twice."""
    step = (wide + high) / 4
    lines = []
    for i in range(1, 4):
        t = i * step
        x0, y0 = (x + t, y) if t <= wide else (x + wide, y + t - wide)
        x1, y1 = (x, y + t) if t <= high else (x + t - high, y + high)
        lines.append(f"M{x0:g} {y0:g}L{x1:g} {y1:g}")
    return f'<path d="{"".join(lines)}" stroke="{colour(role)}" stroke-opacity="0.8" pointer-events="none"/>'


def _shaded_png(plane: np.ndarray, role: str, largest: float) -> bytes:
    """The plane as an RGBA image: role colour where positive, grey where negative, strong where large."""
    safe = np.nan_to_num(plane, nan=0.0, posinf=largest, neginf=-largest)
    share = np.clip(np.abs(safe) / largest, 0, 1) if largest > 0 else np.zeros_like(safe)
    ink = np.array([_rgb(role), _rgb("neutral")], dtype=np.uint8)[(safe < 0).astype(int)]
    pixels = np.dstack([ink, (255 * (FAINTEST + (1 - FAINTEST) * share)).astype(np.uint8)])
    # Enlarged here, because renderers other than browsers blur small images whatever the style says.
    times = max(1, int(2 * SHADED // max(plane.shape)))
    return _png(pixels.repeat(times, axis=0).repeat(times, axis=1))


def _rgb(role: str) -> tuple[int, int, int]:
    code = colour(role)
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _png(pixels: np.ndarray) -> bytes:
    """An (H, W, 4) uint8 array as PNG; written out because an imaging library would cost its import."""
    high, wide, _ = pixels.shape
    lines = np.concatenate([np.zeros((high, 1), np.uint8), pixels.reshape(high, -1)], axis=1).tobytes()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", wide, high, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines, 6))
        + chunk(b"IEND", b"")
    )
