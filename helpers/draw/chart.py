"""Curves and paths as SVG, light enough to be drawn anew at every move of a slider.

A panel like the others: it knows its numbers and its axes, not its place. Lines differ in dash and marker as well as
in colour; their names stand in a legend above the frame. What lies outside the axes is cut off.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helpers.draw.numbers import as_array, number
from helpers.draw.palette import MUTED, ROLES, TEXT
from helpers.draw.panel import LABEL, Box, Heading, Size, text_width, words

INKS = (ROLES["input"], ROLES["wrong"], ROLES["output"], ROLES["kernel"], ROLES["gradient"], ROLES["neutral"])
DASHES = ("", "7 3", "2 3", "8 3 2 3", "1 4", "12 4")
BELOW, KEY = 38.0, 20.0  # room for the x axis, a line of the legend


@dataclass(frozen=True)
class Line:
    """One curve: points (x, y) in the units of the axes.

    ink       which of the six colours and dashes; None takes the next one
    dots      a dot at every point
    ends      a ring at the first point and a disc at the last one
    """

    x: Any
    y: Any
    ink: int | None = None
    dots: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Chart:
    """Named curves in one frame.

    lines          {name: Line}, or {name: values} over 0, 1, 2, …
    xlim, ylim     ends of the axes; None takes what the lines need
    xlog, ylog     logarithmic axes
    ground         SVG paths under the curves, in px of the frame: see `place`
    stars          (x, y) of places that are told apart, such as a minimum
    width, height  of the frame in px, without axes and legend
    """

    lines: Mapping[str, Any]
    xlabel: str
    ylabel: str
    title: str = ""
    subtitle: str = ""
    xlim: tuple[float, float] | None = None
    ylim: tuple[float, float] | None = None
    xlog: bool = False
    ylog: bool = False
    ground: str = ""
    stars: Sequence[tuple[float, float]] = ()
    legend: bool = True
    width: float = 330.0
    height: float = 220.0

    def size(self) -> Size:
        head = self._heading.height() + KEY * len(self._legend_rows)
        return Size(max(self.width + self._left + 14, self._heading.width()), head, self.height, BELOW)

    def draw(self, x: float, y: float) -> str:
        size = self.size()
        heading = self._heading.draw(x + self._left + self.width / 2, y)
        top = y + size.head
        return (
            heading
            + self._legend(x + self._left, y + self._heading.height())
            + f'<g transform="translate({x + self._left:g} {top:g})">'
            + self._axes()
            # An svg inside cuts off what lies outside of it, without a name that two pictures on one page might share.
            + f'<svg width="{self.width:g}" height="{self.height:g}" overflow="hidden">'
            + f"{self.ground}{self._curves()}{self._stars()}</svg></g>"
        )

    def anchors(self, x: float, y: float) -> Mapping[str, Box]:
        return {}

    def place(self, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """Where points lie in the frame, in px from its upper left corner; NaN where a logarithm has none."""
        return (
            self.width * _share(x, self._xlim, self.xlog),
            self.height * (1 - _share(y, self._ylim, self.ylog)),
        )

    @cached_property
    def _heading(self) -> Heading:
        return Heading(self.title, self.subtitle)

    @cached_property
    def _lines(self) -> dict[str, Line]:
        made: dict[str, Line] = {}
        for name, line in self.lines.items():
            if not isinstance(line, Line):
                values = as_array(line).astype(float)
                line = Line(np.arange(len(values)), values)
            x, y = as_array(line.x).astype(float), as_array(line.y).astype(float)
            if x.shape != y.shape:
                raise ValueError(f"{name!r} has {x.size} positions for {y.size} values: they must match")
            made[name] = Line(x, y, len(made) if line.ink is None else line.ink, line.dots, line.ends)
        return made

    @cached_property
    def _xlim(self) -> tuple[float, float]:
        return self.xlim or _limits([line.x for line in self._lines.values()], self.xlog, 0.0)

    @cached_property
    def _ylim(self) -> tuple[float, float]:
        return self.ylim or _limits([line.y for line in self._lines.values()], self.ylog, 0.05)

    @cached_property
    def _counts(self) -> bool:
        """Whether the x axis counts (steps, epochs), so that there is nothing between two whole numbers."""
        return bool(self._lines) and all(
            line.x.size > 1 and np.array_equal(np.diff(line.x), np.ones(line.x.size - 1))
            for line in self._lines.values()
        )

    @cached_property
    def _left(self) -> float:
        """Room for the y axis: its label, and the widest of its numbers."""
        shown = [number(value) for value in self._yticks]
        return 30.0 + max((text_width(text, LABEL) for text in shown), default=0.0)

    @cached_property
    def _yticks(self) -> list[float]:
        return _ticks(self._ylim, self.ylog, self.height / 40)

    @cached_property
    def _legend_rows(self) -> list[list[str]]:
        """Names in lines that fit the frame's width."""
        rows: list[list[str]] = []
        used = math.inf
        for name in self._lines if self.legend else ():
            wide = 50 + text_width(name, LABEL)
            if used + wide > self.width:
                rows.append([])
                used = 0.0
            rows[-1].append(name)
            used += wide
        return rows

    def _legend(self, x: float, y: float) -> str:
        body = ""
        for i, names in enumerate(self._legend_rows):
            at, middle = x, y + KEY * (i + 0.5)
            for name in names:
                body += f'<path d="M{at:g} {middle:g}h24" fill="none" {_stroke(self._lines[name])}/>'
                body += words(name, at + 28, middle, LABEL, "start", fill=TEXT)
                at += 50 + text_width(name, LABEL)
        return body

    def _axes(self) -> str:
        frame = f'<rect width="{self.width:g}" height="{self.height:g}" fill="none" stroke="{MUTED}"/>'
        body = [frame]
        for value in _ticks(self._xlim, self.xlog, self.width / 60, self._counts):
            at = float(self.place([value], [self._ylim[0]])[0][0])
            body.append(f'<path d="M{at:.1f} {self.height:g}v4" stroke="{MUTED}"/>')
            body.append(words(number(value), at, self.height + 12, LABEL, fill=MUTED))
        for value in self._yticks:
            at = float(self.place([self._xlim[0]], [value])[1][0])
            body.append(f'<path d="M0 {at:.1f}h-4" stroke="{MUTED}"/>')
            body.append(words(number(value), -6, at, LABEL, "end", fill=MUTED))
        body.append(words(self.xlabel, self.width / 2, self.height + 29, LABEL + 1, fill=TEXT))
        turned = f'<g transform="translate({-self._left + 9:g} {self.height / 2:g}) rotate(-90)">'
        body.append(turned + words(self.ylabel, 0, 0, LABEL + 1, fill=TEXT) + "</g>")
        return "".join(body)

    def _curves(self) -> str:
        return "".join(self._curve(line) for line in self._lines.values())

    def _curve(self, line: Line) -> str:
        px, py = self.place(line.x, line.y)
        seen = np.isfinite(px) & np.isfinite(py)
        # Far outside is as good as just outside, and a renderer may stumble over 1e300.
        px, py = np.clip(px, -1e4, 1e4), np.clip(py, -1e4, 1e4)
        body = f'<path d="{_path(px, py, seen)}" fill="none" {_stroke(line)} stroke-linejoin="round"/>'
        ink = INKS[line.ink % len(INKS)]  # type: ignore[operator]  # given in _lines
        places = [(a, b) for a, b, shown in zip(px, py, seen, strict=True) if shown]
        if line.dots:
            body += "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.4" fill="{ink}"/>' for a, b in places)
        if line.ends and places:
            (a, b), (c, d) = places[0], places[-1]
            body += f'<circle cx="{a:.1f}" cy="{b:.1f}" r="5" fill="none" stroke="{ink}" stroke-width="1.6"/>'
            body += f'<circle cx="{c:.1f}" cy="{d:.1f}" r="4.5" fill="{ink}"/>'
        return body

    def _stars(self) -> str:
        body = ""
        for x, y in self.stars:
            a, b = (float(p[0]) for p in self.place([x], [y]))
            tips = [(7.5 if i % 2 == 0 else 3.0, math.pi * (i / 5 - 0.5)) for i in range(10)]
            path = "L".join(f"{a + r * math.cos(t):.1f} {b + r * math.sin(t):.1f}" for r, t in tips)
            body += f'<path d="M{path}Z" fill="{TEXT}"/>'
        return body


def path_of(chart: Chart, points: Sequence[Any]) -> str:
    """Lines (n, 2) in the chart's units as one SVG path, for its ground."""
    parts = []
    for line in points:
        px, py = chart.place(line[:, 0], line[:, 1])
        parts.append(_path(px, py, np.isfinite(px) & np.isfinite(py)))
    return "".join(parts)


def _path(px: np.ndarray, py: np.ndarray, seen: np.ndarray) -> str:
    """A path that begins anew after a point that cannot be drawn."""
    body, pen = [], "M"
    for a, b, shown in zip(px.tolist(), py.tolist(), seen.tolist(), strict=True):
        if shown:
            body.append(f"{pen}{a:.1f} {b:.1f}")
        pen = "L" if shown else "M"
    return "".join(body)


def _stroke(line: Line) -> str:
    ink = line.ink or 0
    dash = DASHES[ink % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{INKS[ink % len(INKS)]}" stroke-width="2"{dashed}'


def _share(values: Any, limits: tuple[float, float], log: bool) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    low, high = limits
    with np.errstate(all="ignore"):
        if log:
            values = np.where(values > 0, np.log10(values), np.nan)
            low, high = math.log10(low), math.log10(high)
        return (values - low) / (high - low)


def _limits(values: list[Any], log: bool, margin: float) -> tuple[float, float]:
    """What all values need; 0 to 1 where there is none."""
    seen = np.concatenate([np.ravel(v) for v in values]) if values else np.zeros(0)
    seen = seen[np.isfinite(seen) & (seen > 0 if log else True)]
    if not seen.size:
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = float(seen.min()), float(seen.max())
    if log:
        return low / 1.3, high * 1.3
    room = margin * (high - low) or 0.0
    return (low - room, high + room) if high > low else (low - 0.5, high + 0.5)


def _ticks(limits: tuple[float, float], log: bool, at_most: float, whole: bool = False) -> list[float]:
    """Round numbers between the limits, few enough to be read."""
    low, high = limits
    if log:
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
        every = max(1, math.ceil((last - first + 1) / max(2, at_most)))
        return [10.0**power for power in range(first, last + 1, every)]
    rough = (high - low) / max(2, at_most)
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * m for m in (1, 2, 2.5, 5, 10) if unit * m >= rough * (1 - 1e-9))
    if whole:
        step = max(1.0, step if step == int(step) else math.ceil(step))
    first = math.ceil(low / step - 1e-9)
    return [
        round(i * step, 12) for i in range(first, first + 100) if low - 1e-9 <= i * step <= high + 1e-9 * step
    ]
