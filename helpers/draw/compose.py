"""Panels side by side and one above the other, with signs between them and lines from cell to cell.

The only module that makes a finished SVG out of panels; it places them and knows nothing of what they show.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from helpers.draw.palette import FONTS, MUTED, TEXT
from helpers.draw.panel import LINE, SUBTITLE, Box, Heading, Panel, Size, text_width, words
from helpers.draw.picture import Picture

GAP = 14.0
WIDEST = 900.0


@dataclass(frozen=True)
class Words:
    """Text as a panel: an operator between grids ("∗", "=", "→"), or a note of a few lines."""

    text: str
    size_of_font: float = 0.0
    bold: bool = False
    anchor: str = "middle"

    def size(self) -> Size:
        lines = self.text.split("\n")
        return Size(
            max(text_width(line, self._font, self.bold) for line in lines), 0, len(lines) * self._font * 1.3
        )

    def draw(self, x: float, y: float) -> str:
        size, step = self.size(), self._font * 1.3
        at = x + size.width / 2 if self.anchor == "middle" else x
        style = {"font_weight": "bold"} if self.bold else {}
        return "".join(
            words(line, at, y + (i + 0.5) * step, self._font, self.anchor, fill=TEXT, **style)
            for i, line in enumerate(self.text.split("\n"))
        )

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        return {}

    @property
    def _font(self) -> float:
        return self.size_of_font or (22.0 if len(self.text) <= 3 else 13.0)


@dataclass(frozen=True)
class Raw:
    """SVG of your own as a panel: `body` is drawn with its origin at the panel's corner."""

    body: str
    width: float
    height: float
    title: str = ""
    subtitle: str = ""

    def size(self) -> Size:
        heading = Heading(self.title, self.subtitle)
        return Size(max(self.width, heading.width()), heading.height(), self.height)

    def draw(self, x: float, y: float) -> str:
        size = self.size()
        left = x + (size.width - self.width) / 2
        heading = Heading(self.title, self.subtitle).draw(x + size.width / 2, y)
        return f'{heading}<g transform="translate({left:g} {y + size.head:g})">{self.body}</g>'

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        return {}


@dataclass(frozen=True)
class Beside:
    """Panels in a row, their bodies centred on one line."""

    panels: tuple[Panel, ...]
    gap: float = GAP

    def size(self) -> Size:
        sizes = [panel.size() for panel in self.panels]
        up = max((s.head + s.body / 2 for s in sizes), default=0)
        down = max((s.body / 2 + s.foot for s in sizes), default=0)
        return Size(sum(s.width for s in sizes) + self.gap * max(0, len(sizes) - 1), 0, up + down)

    def _places(self, x: float, y: float) -> list[tuple[Panel, float, float]]:
        sizes = [panel.size() for panel in self.panels]
        middle = y + max((s.head + s.body / 2 for s in sizes), default=0)
        places = []
        for panel, size in zip(self.panels, sizes, strict=True):
            places.append((panel, x, middle - size.body / 2 - size.head))
            x += size.width + self.gap
        return places

    def draw(self, x: float, y: float) -> str:
        return "".join(panel.draw(*place) for panel, *place in self._places(x, y))

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        return {
            key: box for panel, *place in self._places(x, y) for key, box in panel.anchors(*place).items()
        }


@dataclass(frozen=True)
class Above:
    """Panels one above the other, left-aligned or centred."""

    panels: tuple[Panel, ...]
    align: str = "left"
    gap: float = GAP

    def size(self) -> Size:
        sizes = [panel.size() for panel in self.panels]
        height = sum(s.height for s in sizes) + self.gap * max(0, len(sizes) - 1)
        return Size(max((s.width for s in sizes), default=0), 0, height)

    def _places(self, x: float, y: float) -> list[tuple[Panel, float, float]]:
        width, places = self.size().width, []
        for panel in self.panels:
            size = panel.size()
            places.append((panel, x + (width - size.width) / 2 if self.align == "center" else x, y))
            y += size.height + self.gap
        return places

    def draw(self, x: float, y: float) -> str:
        return "".join(panel.draw(*place) for panel, *place in self._places(x, y))

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        return {
            key: box for panel, *place in self._places(x, y) for key, box in panel.anchors(*place).items()
        }


def beside(*panels: Panel | str, gap: float = GAP) -> Panel:
    """Panels in a row, as one panel. A string is a sign between them: "∗", "=", "→"."""
    return Beside(tuple(_panel(p) for p in panels), gap)


def above(*panels: Panel | str, align: str = "left", gap: float = GAP) -> Panel:
    """Panels one above the other, as one panel; align is "left" or "center". A string is a line of text."""
    return Above(tuple(_panel(p) for p in panels), align, gap)


def row(
    *panels: Panel | str,
    alt: str,
    caption: str = "",
    gap: float = GAP,
    connect: Iterable[tuple[str, str]] = (),
) -> Picture:
    """A picture of panels side by side; strings are the signs between them.

    connect   pairs of cell names, (from, to): an arrow from one cell to the other
    """
    return picture_of(beside(*panels, gap=gap), alt, caption, connect)


def stack(
    *panels: Panel | str,
    alt: str,
    caption: str = "",
    align: str = "left",
    gap: float = GAP,
    connect: Iterable[tuple[str, str]] = (),
) -> Picture:
    """A picture of panels one above the other; rows within it are made with beside(...)."""
    return picture_of(above(*panels, align=align, gap=gap), alt, caption, connect)


def note(text: str, alt: str = "", caption: str = "") -> Picture:
    """Words in a neutral card, for what cannot be drawn yet."""
    lines = [part for line in text.split("\n") for part in _wrapped(line, 84)]
    width = max(text_width(line, SUBTITLE + 1) for line in lines) + 32
    height = len(lines) * LINE + 24
    body = (
        f'<rect x="1" y="1" width="{width - 2:g}" height="{height - 2:g}" rx="6" fill="#7A7A7A" '
        f'fill-opacity="0.1" stroke="#7A7A7A"/>'
    ) + "".join(
        words(line, 16, 12 + LINE * (i + 0.5), SUBTITLE + 1, "start", fill=TEXT)
        for i, line in enumerate(lines)
    )
    return picture_of(Raw(body, width, height), alt or text, caption)


def picture_of(panel: Panel, alt: str, caption: str = "", connect: Iterable[tuple[str, str]] = ()) -> Picture:
    """One panel as a finished picture."""
    margin = 4.0
    size = panel.size()
    width, height = size.width + 2 * margin, size.height + 2 * margin
    boxes = panel.anchors(margin, margin)
    body = "".join(_connector(boxes, *pair) for pair in connect) + panel.draw(margin, margin)
    shrink = min(1.0, WIDEST / width)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width * shrink:.0f}" height="{height * shrink:.0f}" '
        f'style="max-width:100%;height:auto;font-family:{escape(FONTS)}">{body}</svg>'
    )
    return Picture(svg, alt, caption)


def _panel(item: Panel | str) -> Panel:
    return Words(item) if isinstance(item, str) else item


def _wrapped(line: str, length: int) -> list[str]:
    import textwrap

    return textwrap.wrap(line, length) or [""]


def _connector(boxes: Mapping[str, Box], start: str, end: str) -> str:
    """An arrow between two cells, from edge to edge."""
    missing = [key for key in (start, end) if key not in boxes]
    if missing:
        known = ", ".join(list(boxes)[:6]) or "none: give the panels a name"
        raise ValueError(f"no cell {missing[0]!r} in this picture to connect; its cells are {known} …")
    x0, y0 = _port(boxes[start], boxes[end])
    x1, y1 = _port(boxes[end], boxes[start])
    length = max(1e-6, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    left, right = (x1 - 9 * ux - 4 * uy, y1 - 9 * uy + 4 * ux), (x1 - 9 * ux + 4 * uy, y1 - 9 * uy - 4 * ux)
    return (
        f'<g pointer-events="none" opacity="0.75">'
        f'<path d="M{x0:.1f} {y0:.1f}L{x1 - 6 * ux:.1f} {y1 - 6 * uy:.1f}" '
        f'stroke="{MUTED}" stroke-width="1.6"/><path d="M{x1:.1f} {y1:.1f}L{left[0]:.1f} {left[1]:.1f}'
        f'L{right[0]:.1f} {right[1]:.1f}Z" fill="{MUTED}"/></g>'
    )


def _port(box: Box, other: Box) -> tuple[float, float]:
    """Where an arrow meets a cell: on the side that faces the other cell, near a corner, so that an arrow along a
    row or a column of cells runs beside their numbers and not through them."""
    (x, y), (to_x, to_y) = box.centre, other.centre
    if abs(to_x - x) >= abs(to_y - y):
        return x + (box.width if to_x > x else -box.width) / 2, y - 0.36 * box.height
    return x - 0.36 * box.width, y + (box.height if to_y > y else -box.height) / 2
