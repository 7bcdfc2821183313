"""A signal as bars on a baseline at zero, one bar per sample, with its numbers and positions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.draw.grid import CELL, WIDEST, positions
from helpers.draw.marks import Mark, flattened
from helpers.draw.numbers import as_array, number, value_range
from helpers.draw.palette import DIM, DIM_TEXT, MUTED, TEXT, colour
from helpers.draw.panel import LABEL, Box, Heading, Pointing, Size, cell, words

ROOM = 17.0  # above and below the bars, for their numbers


@dataclass(frozen=True)
class Bars:
    """A one-dimensional array as bars.

    values    1-D array
    limits    (lowest, highest) of the vertical scale; default: from the values, zero included
    height    px between these limits
    pitch     px per sample; a Strip in the same stack lines up with it
    first     the position of the first sample (−2 for two ghost zeros in front)
    marks, missing, name, picks, edits, drag, links, offset: as in Grid and Strip
    """

    values: Any
    role: str = "input"
    title: str = ""
    subtitle: str = ""
    marks: Mark | Iterable[Any] = ()
    missing: Any = None
    limits: tuple[float, float] | None = None
    height: float = 110.0
    pitch: float | None = None
    first: int = 0
    offset: int = 0
    numbers: bool | None = None
    name: str = ""
    picks: Any = False
    edits: Any = False
    drag: bool = False
    links: Mapping[Any, Iterable[str]] | None = None

    def size(self) -> Size:
        heading = self._heading()
        width = max((self.offset + len(self._line)) * self._pitch, heading.width()) + 4
        return Size(width, heading.height(), self.height + 2 * ROOM, 18.0)

    def draw(self, x: float, y: float) -> str:
        size, left = self.size(), self._left(x)
        top, line, pitch = y + size.head + ROOM, self._line, self._pitch
        lowest, highest = self._limits()
        scale = self.height / (highest - lowest)
        zero = top + highest * scale
        absent = np.zeros(len(line), bool) if self.missing is None else np.asarray(self.missing, bool).ravel()
        pointing = Pointing(
            self.name, self.picks, self.edits, self.drag, self.links, self.title or self.name, line=True
        )
        marks = flattened(self.marks)
        parts = [self._heading().draw(x + 2, y, "start")]
        for i, value in enumerate(line.tolist()):
            kinds = {mark.kind: mark for mark in marks if (0, i) in mark.cells}
            shown = min(max(value, lowest), highest) if np.isfinite(value) else 0.0
            from_zero = zero - shown * scale
            above, tall = min(zero, from_zero), abs(from_zero - zero)
            ghost = bool(absent[i]) or "ghost" in kinds
            dash = "stroke-dasharray='3 3'" if ghost else ""
            gap = 3 if pitch >= 12 else 0.5
            parts.append(pointing.opening(0, i, number(value), pitch))
            parts.append(
                f'<rect x="{left + i * pitch:g}" y="{top - ROOM:g}" width="{pitch:g}" '
                f'height="{self.height + 2 * ROOM:g}" fill="{colour(self.role)}" fill-opacity="0"/>'
            )
            dim = "dim" in kinds
            parts.append(f'<g opacity="{DIM}">' if dim else "<g>")
            if (
                tall or not ghost or self._shows_numbers()
            ):  # a bar that is missing and says nothing leaves no trace
                parts.append(
                    f'<rect x="{left + i * pitch + gap:g}" y="{above:g}" width="{pitch - 2 * gap:g}" '
                    f'height="{max(tall, 0.8):g}" fill="{colour(self.role)}" '
                    f'fill-opacity="{0 if ghost else 0.5}" stroke="{colour(self.role)}" {dash}/>'
                )
            parts.append("</g>")
            if self._shows_numbers():
                at = from_zero - 9 if value >= 0 or value != value else from_zero + 9
                ink = MUTED if ghost else TEXT
                fade: dict[str, Any] = {"opacity": DIM_TEXT} if dim and not ghost else {}
                parts.append(
                    words(number(value), left + (i + 0.5) * pitch, at, self._font(), fill=ink, **fade)
                )
            parts.append(self._marked(kinds, i, left, above, tall, top))
            parts.append(pointing.halo(left + i * pitch, top - ROOM, pitch, self.height + 2 * ROOM) + "</g>")
        end = left + len(line) * pitch
        parts.append(f'<path d="M{left:g} {zero:g}H{end:g}" stroke="{MUTED}" pointer-events="none"/>')
        parts += [self._window(mark, left, top) for mark in marks if mark.kind == "window"]
        parts.append(positions(len(line), left, y + size.head + size.body + 9, pitch, self.first))
        return "".join(parts)

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        if not self.name:
            return {}
        size, left = self.size(), self._left(x)
        return {
            cell(self.name, i): Box(left + i * self._pitch, y + size.head, self._pitch, size.body)
            for i in range(len(self._line))
        }

    @property
    def _line(self) -> np.ndarray:
        array = as_array(self.values)
        if array.ndim != 1:
            raise ValueError(f"Bars show a 1-D array; this one has shape {array.shape}: pick one row, x[0]")
        return array.astype(float)

    @property
    def _pitch(self) -> float:
        return self.pitch or min(CELL, WIDEST / max(1, len(self._line)))

    def _left(self, x: float) -> float:
        return x + 2 + self.offset * self._pitch

    def _limits(self) -> tuple[float, float]:
        if self.limits is not None:
            lowest, highest = self.limits
        else:
            finite = self._line[np.isfinite(self._line)]
            lowest, highest = min(0.0, finite.min(initial=0.0)), max(0.0, finite.max(initial=0.0))
        return (float(lowest), float(highest)) if highest > lowest else (0.0, 1.0)

    def _shows_numbers(self) -> bool:
        return self.numbers if self.numbers is not None else self._pitch >= 24

    def _font(self) -> float:
        longest = max((len(number(v)) for v in self._line.tolist()), default=1)
        return min(13.0, max(8.0, (self._pitch - 2) / (0.6 * longest)))

    def _heading(self) -> Heading:
        subtitle = self.subtitle
        if not self._shows_numbers():
            said = value_range(self._line)
            subtitle = f"{subtitle} · {said}" if subtitle else said
        return Heading(self.title, subtitle)

    def _marked(
        self, kinds: Mapping[str, Mark], i: int, left: float, above: float, tall: float, top: float
    ) -> str:
        parts = []
        x, pitch = left + i * self._pitch, self._pitch
        room = 17 if self._shows_numbers() else 4  # a ring holds the bar's number, where there is one
        start, end = (
            (above - room, above + tall + 2) if self._line[i] >= 0 else (above - 2, above + tall + room)
        )
        if mark := kinds.get("ring"):
            ink = colour(mark.role) if mark.role else TEXT
            parts.append(
                f'<rect x="{x + 1:g}" y="{start:g}" width="{pitch - 2:g}" height="{end - start:g}" rx="7" '
                f'fill="none" stroke="{ink}" stroke-width="2.5" pointer-events="none"/>'
            )
        if mark := kinds.get("symbol"):
            parts.append(words(mark.text, x + pitch / 2, top - ROOM - 1, LABEL, fill=TEXT))
        return "".join(parts)

    def _window(self, mark: Mark, left: float, top: float) -> str:
        start = left + mark.cells[0][1] * self._pitch
        dash = ' stroke-dasharray="7 4"' if mark.dashed else ""
        return (
            f'<rect x="{start:g}" y="{top - ROOM:g}" width="{mark.extent[1] * self._pitch:g}" '
            f'height="{self.height + 2 * ROOM:g}" rx="2" fill="none" '
            f'stroke="{colour(mark.role or "kernel")}" stroke-width="3"{dash} pointer-events="none"/>'
        )
