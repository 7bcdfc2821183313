"""What every panel has in common: its size, its heading, its cells that a reader can point at.

A panel is a piece of a picture that does not know its place: `draw(x, y)` writes it at the place it is given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from helpers.draw.palette import MUTED, TEXT

TITLE, SUBTITLE, LABEL = 14, 12, 11  # font sizes in px
LINE = 17


@dataclass(frozen=True)
class Size:
    """Width, and three heights: heading above the body, the body itself, what hangs below it."""

    width: float
    head: float
    body: float
    foot: float = 0.0

    @property
    def height(self) -> float:
        return self.head + self.body + self.foot


@dataclass(frozen=True)
class Box:
    """A cell's place in the finished picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class Panel(Protocol):
    """Anything that can stand in a row or a stack."""

    def size(self) -> Size: ...

    def draw(self, x: float, y: float) -> str:
        """SVG of the panel whose bounding box starts at (x, y), heading included."""
        ...

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        """Where the named cells are when the panel is drawn at (x, y)."""
        ...


def cell(name: str, row: int, column: int | None = None) -> str:
    """A cell's name in links, picks and connectors: cell("x", 1, 2) is "x:1,2", cell("w", 3) is "w:0,3"."""
    return f"{name}:{row},{column}" if column is not None else f"{name}:0,{row}"


def cell_position(key: str) -> tuple[str, int, int]:
    """The panel, row and column of a cell's name: "x:1,2" → ("x", 1, 2)."""
    name, _, place = key.rpartition(":")
    row, _, column = place.partition(",")
    return name, int(row), int(column)


def words(text: str, x: float, y: float, size: float = SUBTITLE, anchor: str = "middle", **style: Any) -> str:
    """One line of text centred on y; by number, as renderers differ over dominant-baseline."""
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in style.items())
    return (
        f'<text x="{x:g}" y="{y + 0.35 * size:g}" font-size="{size:g}" text-anchor="{anchor}"{extra}>'
        f"{escape(text, quote=False)}</text>"
    )


def text_width(text: str, size: float, bold: bool = False) -> float:
    """About how wide a line of text is; digits, all of one width, are wider than the average letter."""
    digits = sum(character.isdigit() for character in text)
    letter, digit = (0.62, 0.7) if bold else (0.56, 0.64)
    return size * ((len(text) - digits) * letter + digits * digit)


@dataclass(frozen=True)
class Heading:
    """Title and subtitle lines above a panel."""

    title: str
    subtitle: str = ""

    def lines(self) -> list[tuple[str, float, dict[str, Any]]]:
        bold: list[tuple[str, float, dict[str, Any]]] = (
            [(self.title, TITLE, {"font_weight": "bold", "fill": TEXT})] if self.title else []
        )
        return [*bold, *((line, SUBTITLE, {"fill": MUTED}) for line in self.subtitle.split("\n") if line)]

    def height(self) -> float:
        return len(self.lines()) * LINE + 4 if self.lines() else 0.0

    def width(self) -> float:
        return max(
            (text_width(text, size, "font_weight" in style) for text, size, style in self.lines()), default=0
        )

    def draw(self, x: float, y: float, anchor: str = "middle") -> str:
        return "".join(
            words(text, x, y + LINE * (i + 0.5), size, anchor, **style)
            for i, (text, size, style) in enumerate(self.lines())
        )


@dataclass(frozen=True)
class Pointing:
    """How the cells of a panel answer to a reader: their name, whether they can be picked, edited or dragged,
    and which other cells light up when one is pointed at."""

    name: str = ""
    picks: Any = False  # True, False, or a boolean mask
    edits: Any = False
    drag: bool = False
    links: Mapping[Any, Iterable[str]] | None = None
    what: str = ""  # how the cell is read out: "input"
    line: bool = False  # one-dimensional: "position 3" instead of row and column

    def opening(self, row: int, column: int, label: str, pitch: float) -> str:
        """The opening <g> of a cell."""
        if not self.name:
            return "<g>"
        key = cell(self.name, row, column)
        parts = [
            f'data-cell="{escape(key)}" data-grid="{escape(self.name)}" data-row="{row}" data-col="{column}"'
        ]
        if _holds(self.edits, row, column):
            parts.append(f'data-edit="{escape(key)}"')
        elif _holds(self.picks, row, column):
            parts.append(f'data-pick="{escape(key)}"')
        if self.drag:
            parts.append(f'data-drag="{escape(self.name)}" data-pitch="{pitch:g}"')
        if linked := self._linked(row, column):
            parts.append(f'data-links="{escape(" ".join(linked))}"')
        if linked or len(parts) > 1:
            where = f"position {column}" if self.line else f"row {row}, column {column}"
            parts.append(f'aria-label="{escape(f"{self.what} {where}: {label}")}"')
        return f"<g {' '.join(parts)}>"

    def _linked(self, row: int, column: int) -> list[str]:
        links = self.links or {}
        found = links.get((row, column), links.get(column, ()) if row == 0 else ())
        return [found] if isinstance(found, str) else list(found)

    def halo(self, x: float, y: float, width: float, height: float) -> str:
        """The outline that lights up; invisible until then."""
        if not self.name:
            return ""
        frame = f'x="{x + 1.5:g}" y="{y + 1.5:g}" width="{width - 3:g}" height="{height - 3:g}"'
        return f'<rect class="halo" {frame} rx="2" fill="none" stroke="none"/>'


def _holds(flag: Any, row: int, column: int) -> bool:
    if isinstance(flag, bool):
        return flag
    rows = flag if getattr(flag, "ndim", 2) == 2 else [flag]
    return bool(rows[row][column])
