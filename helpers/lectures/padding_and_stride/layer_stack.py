"""A stack of one-dimensional layers as a picture: every unit above the middle of what it sees, paths counted.

A unit is named u:row,column with row 0 on top. Knows layers as (kernel_size, stride, dilation) and nothing of
images.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from helpers.draw.compose import Raw, picture_of
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.draw.panel import Pointing, cell, words
from helpers.draw.picture import Picture

Layer = tuple[int, int, int]
Unit = tuple[int, int]  # (level, position), level 0 is the input
PITCH, RISE, SIDE = 42.0, 74.0, 30.0  # px between pixels, between levels; side of a unit


class Stack:
    """The units of a stack of layers on n pixels, and who reads whom."""

    def __init__(self, n: int, layers: Sequence[Layer], same: bool = False) -> None:
        self.layers: list[Layer] = []
        self.same = same
        self.sizes = [n]
        self.wanted = len(layers)
        for kernel, stride, dilation in layers:
            padding = dilation * (kernel // 2) if same else 0
            places = len(range(0, self.sizes[-1] + 2 * padding - dilation * (kernel - 1), stride))
            if places == 0:
                break
            self.layers.append((kernel, stride, dilation))
            self.sizes.append(places)

    @property
    def top(self) -> int:
        return len(self.layers)

    @cached_property
    def edges(self) -> list[tuple[Unit, Unit]]:
        """(read, reading): every connection of a unit with one of the level above."""
        found: list[tuple[Unit, Unit]] = []
        for level, (kernel, stride, dilation) in enumerate(self.layers, start=1):
            padding = dilation * (kernel // 2) if self.same else 0
            for i in range(self.sizes[level]):
                for tap in range(kernel):
                    below = i * stride - padding + tap * dilation
                    if 0 <= below < self.sizes[level - 1]:
                        found.append(((level - 1, below), (level, i)))
        return found

    def middle(self, level: int, position: float) -> float:
        """Where, on the input, the middle of what a unit sees lies."""
        for kernel, stride, dilation in reversed(self.layers[:level]):
            padding = dilation * (kernel // 2) if self.same else 0
            position = position * stride - padding + dilation * (kernel - 1) / 2
        return position

    @cached_property
    def neighbours(self) -> dict[bool, dict[Unit, list[Unit]]]:
        """For True the units above that read a unit, for False the units below that it reads."""
        found: dict[bool, dict[Unit, list[Unit]]] = {True: {}, False: {}}
        for below, above in self.edges:
            found[True].setdefault(below, []).append(above)
            found[False].setdefault(above, []).append(below)
        return found

    def paths(self, unit: Unit) -> dict[Unit, int]:
        """How many paths lead from `unit` down or up to every unit of its two cones; itself counts 1."""
        counts = {unit: 1}
        for upwards in (True, False):
            level = {unit: 1}
            while level:
                following: dict[Unit, int] = {}
                for start, count in level.items():
                    for end in self.neighbours[upwards].get(start, ()):
                        following[end] = following.get(end, 0) + count
                counts |= following
                level = following
        return counts


def layer_stack(
    n: int,
    layers: Sequence[Layer],
    picked: Unit | None = None,
    same: bool = False,
    interactive: bool = False,
    caption: str = "",
) -> Picture:
    """Layers above each other, the input at the bottom; the two cones of the unit `picked` filled, with paths counted.

    layers  (kernel_size, stride, dilation) of each, first layer first
    picked  (level, position); level 0 is the input. Default: the middle unit on top
    same    zeros on both sides, half the kernel's reach, instead of none
    """
    stack = Stack(n, layers, same)
    unit = picked if picked is not None else (stack.top, (stack.sizes[-1] - 1) // 2)
    unit = (min(unit[0], stack.top), 0) if unit[0] > stack.top else unit
    unit = (unit[0], min(unit[1], stack.sizes[unit[0]] - 1))
    counts = stack.paths(unit)
    left = 96.0
    body = "".join(_line(stack, edge, edge[0] in counts and edge[1] in counts, left) for edge in stack.edges)
    for level in range(stack.top + 1):
        links = (
            {(stack.top - level, p): _cone(stack, (level, p)) for p in range(stack.sizes[level])}
            if interactive
            else None
        )
        pointing = Pointing("u", interactive, False, False, links, _name(level), False)
        for p in range(stack.sizes[level]):
            body += _unit(stack, (level, p), counts, unit, pointing, left)
        y = _height(stack, level)
        body += words(_name(level), 4, y - 7, 13, "start", fill=TEXT, font_weight="bold")
        body += words(_said_of(stack, level), 4, y + 9, 11, "start", fill=MUTED)
    width, height = left + n * PITCH + 8, _height(stack, 0) + SIDE / 2 + 22
    body += "".join(words(str(p), left + (p + 0.5) * PITCH, height - 10, 11, fill=MUTED) for p in range(n))
    said = said_of_unit(stack, unit, counts)
    shapes = ", ".join(f"kernel {k} stride {s} dilation {d}" for k, s, d in stack.layers)
    alt = f"A stack of {stack.top} layer{'' if stack.top == 1 else 's'} ({shapes}) on {n} pixels, {'same' if same else 'no'} padding; units per level from the input up: "
    alt += f"{', '.join(map(str, stack.sizes))}. {said}"
    return picture_of(Raw(body, width, height), alt, caption or said)


def said_of_unit(stack: Stack, unit: Unit, counts: dict[Unit, int]) -> str:
    """What the picked unit sees, and whom it reaches, in a sentence or two."""
    level, position = unit
    name = f"pixel {position}" if level == 0 else f"unit {position} of layer {level}"
    sentences = []
    if level > 0:
        pixels = sorted(p for below, p in counts if below == 0)
        sentences.append(
            f"{name[0].upper()}{name[1:]} depends on pixels {pixels[0]} to {pixels[-1]}: {pixels[-1] - pixels[0] + 1} wide"
            + (f", {len(pixels)} of them read." if len(pixels) < pixels[-1] - pixels[0] + 1 else ".")
        )
    if level < stack.top:
        outputs = [p for above, p in counts if above == stack.top]
        total = sum(count for (above, _), count in counts.items() if above == stack.top)
        plural = "" if len(outputs) == 1 else "s"
        sentences.append(
            f"{name[0].upper()}{name[1:]} reaches {len(outputs)} unit{plural} on top, along {total} path{'' if total == 1 else 's'}."
        )
    if stack.top < stack.wanted:
        sentences.append(f"Layer {stack.top + 1} does not fit any more.")
    return " ".join(sentences)


def _cone(stack: Stack, unit: Unit) -> list[str]:
    return [cell("u", stack.top - level, p) for level, p in stack.paths(unit) if (level, p) != unit]


def _name(level: int) -> str:
    return f"layer {level}" if level else "input"


def _said_of(stack: Stack, level: int) -> str:
    return (
        f"{stack.sizes[level]} unit{'' if stack.sizes[level] == 1 else 's'}"
        if level
        else f"{stack.sizes[0]} pixels"
    )


def _height(stack: Stack, level: int) -> float:
    return SIDE / 2 + 6 + (stack.top - level) * RISE


def _centre(stack: Stack, unit: Unit, left: float) -> tuple[float, float]:
    return left + (stack.middle(*unit) + 0.5) * PITCH, _height(stack, unit[0])


def _line(stack: Stack, edge: tuple[Unit, Unit], in_cone: bool, left: float) -> str:
    (x0, y0), (x1, y1) = (_centre(stack, unit, left) for unit in edge)
    ink = (
        f'stroke="{colour("kernel")}" stroke-width="2.2"'
        if in_cone
        else f'stroke="{MUTED}" stroke-opacity="0.22"'
    )
    return f'<path d="M{x0:g} {y0 - SIDE / 2:g}L{x1:g} {y1 + SIDE / 2:g}" {ink}/>'


def _unit(
    stack: Stack, unit: Unit, counts: dict[Unit, int], picked: Unit, pointing: Pointing, left: float
) -> str:
    x, y = _centre(stack, unit, left)
    role = "input" if unit[0] == 0 else "output"
    inside = unit in counts
    label = str(counts[unit]) if inside and unit != picked else ""
    opacity = 0.8 if unit == picked else 0.35 if inside else 0.06
    paths = counts.get(unit, 0)
    spoken = "picked" if unit == picked else f"{paths} path{'' if paths == 1 else 's'}"
    corner = f'x="{x - SIDE / 2:g}" y="{y - SIDE / 2:g}" width="{SIDE:g}" height="{SIDE:g}" rx="3"'
    body = (
        f'<rect {corner} fill="var(--jp-layout-color0, #ffffff)"/><rect {corner} fill="{colour(role)}" fill-opacity="{opacity}" '
        f'stroke="{colour(role)}" stroke-width="{3 if unit == picked else 1.2}"/>'
    )
    if unit == picked:
        body += words("●", x, y, 14, fill=TEXT)
    body += words(label, x, y, 13 if len(label) < 4 else 10, fill=TEXT) if label else ""
    opening = pointing.opening(stack.top - unit[0], unit[1], spoken, PITCH)
    return opening + body + pointing.halo(x - SIDE / 2, y - SIDE / 2, SIDE, SIDE) + "</g>"


def total_paths(n: int, layers: Sequence[Layer], same: bool = False) -> np.ndarray:
    """For each pixel, how many paths lead from it to the units on top."""
    stack = Stack(n, layers, same)
    return np.array(
        [sum(c for (level, _), c in stack.paths((0, p)).items() if level == stack.top) for p in range(n)]
    )
