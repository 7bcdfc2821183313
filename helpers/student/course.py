"""`course_map()`: the lectures of the course as a picture of what builds on what, with links to the notebooks.

Notebooks that are planned and not yet there are listed below it as coming, without a link.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.checking.checkfile import course
from helpers.draw.picture import STATIC_MIME, Picture

BOX_WIDTH, BOX_HEIGHT, GAP = 296, 62, 34
STEP = BOX_WIDTH + 24
TITLE_SIZE, CHARACTER = 14.0, 0.58  # of a bold title: font size, and mean width of a character in font sizes

# Planned notebooks by part. One that has come is left out by itself; its line can go then.
PLANNED = {
    "Part I, Convolution": {
        "07": "Activations and losses",
        "08": "Optimizers",
        "09": "Training deep networks",
        "10": "Data and hyper-parameters",
        "11": "LeNet",
    },
    "Part II, Ten years of ILSVRC": {
        "12": "AlexNet",
        "13": "ZFNet and visualization",
        "14": "VGG",
        "15": "Network in network and GoogLeNet",
        "16": "Beyond human accuracy",
        "17": "Inception-v2 and v3",
        "18": "ResNet",
        "19": "Identity mappings and stochastic depth",
        "20": "Inception-v4 and Inception-ResNet",
        "21": "Comparing architectures",
    },
    "Part III, Beyond one label": {
        "22": "Transfer learning",
        "23": "Localization and detection",
        "24": "Fast and Faster R-CNN",
        "25": "Segmentation",
    },
}


@dataclass(frozen=True)
class CourseMap:
    """The map: a picture, and below it one line per lecture with a link."""

    picture: Picture
    lectures: tuple[dict[str, Any], ...]

    def __repr__(self) -> str:
        there = [
            f"{p['name']}: {p['title']}, about {p['minutes']} minutes. {p['promise']}" for p in self.lectures
        ]
        return "\n".join([*there, *coming(self.lectures)])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle = dict(self.picture._repr_mimebundle_())
        rows = "".join(
            f'<li><a href="{p["name"]}.ipynb">{html.escape(p["name"][:2])} · {html.escape(p["title"])}</a>'
            f" — about {p['minutes']} minutes. {html.escape(p['promise'])}</li>"
            for p in self.lectures
        )
        rows += "".join(f"<li>{html.escape(line)}</li>" for line in coming(self.lectures))
        bundle["text/html"] += f"<ul>{rows}</ul>"
        bundle["text/plain"] = repr(self)
        if STATIC_MIME in bundle:  # the links ship with the static picture
            bundle[STATIC_MIME] = {**bundle[STATIC_MIME], "more": f"<ul>{rows}</ul>"}
        return bundle


def course_map() -> CourseMap:
    """The map of all lectures that this copy of the course holds."""
    lectures = tuple(course()["lectures"])
    return CourseMap(_picture(lectures), lectures)


def coming(lectures: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each part of the course that has notebooks still to come: "Part II, …, coming: 12 · AlexNet; …"."""
    there = {lecture["name"][:2] for lecture in lectures}
    lines = []
    for part, titles in PLANNED.items():
        missing = [f"{number} · {title}" for number, title in titles.items() if number not in there]
        if missing:
            lines.append(f"{part}, coming: {'; '.join(missing)}.")
    return lines


def _picture(lectures: tuple[dict[str, Any], ...]) -> Picture:
    places = _places(lectures)
    width = max(x for x, _ in places.values()) + BOX_WIDTH + 4
    height = max(y for _, y in places.values()) + BOX_HEIGHT + 12
    arrows = [_arrow(places[need], places[name]) for name, need in direct_needs(lectures)]
    boxes = [_box(p, *places[p["name"]]) for p in lectures]
    svg = (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" style="max-width:100%;height:auto">'
        '<defs><marker id="map-tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z" fill="#767676"/></marker></defs>' + "".join(arrows + boxes) + "</svg>"
    )
    steps = "; ".join(
        f"{p['name'][:2]} {p['title']}"
        + (f" after {', '.join(n[:2] for n in p['needs'])}" if p["needs"] else "")
        for p in lectures
    )
    caption = "An arrow means: read this one first. Times are for reading, playing and solving."
    return Picture(svg, f"Map of the course: {steps}.", caption)


def direct_needs(lectures: tuple[dict[str, Any], ...]) -> list[tuple[str, str]]:
    """(lecture, need) pairs that are worth an arrow: not those that another need already implies."""
    needs = {
        p["name"]: [n for n in p["needs"] if any(n == other["name"] for other in lectures)] for p in lectures
    }

    def reaches(start: str, goal: str) -> bool:
        return any(need == goal or reaches(need, goal) for need in needs[start])

    return [
        (name, need)
        for name, mine in needs.items()
        for need in mine
        if not any(reaches(other, need) for other in mine if other != need)
    ]


def _places(lectures: tuple[dict[str, Any], ...]) -> dict[str, tuple[float, float]]:
    """Top-left corner of each box: one row per depth of the `needs`, centred."""
    depth: dict[str, int] = {}
    for part in lectures:
        depth[part["name"]] = 1 + max((depth.get(need, -1) for need in part["needs"]), default=-1)
    widest = max(list(depth.values()).count(level) for level in depth.values())
    places: dict[str, tuple[float, float]] = {}
    for level in sorted(set(depth.values())):
        row = [name for name in depth if depth[name] == level]
        left = (widest - len(row)) * STEP / 2 + 4
        for index, name in enumerate(row):
            places[name] = (left + index * STEP, 8 + level * (BOX_HEIGHT + GAP))
    return places


def _box(part: dict[str, Any], x: float, y: float) -> str:
    points = sum(e["points"] for e in part["exercises"])
    line = (
        f"{part['minutes']} min · {counted(len(part['exercises']), 'exercise')} · {counted(points, 'point')}"
    )
    title = f"{part['name'][:2]} · {part['title']}"
    size = min(TITLE_SIZE, (BOX_WIDTH - 28) / (CHARACTER * len(title)))
    text = "var(--jp-content-font-color1, #1a1a1a)"
    # No links in here: JupyterLab rewrites every link of an output and stumbles over those of an SVG.
    return (
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" fill="var(--jp-layout-color0, #ffffff)"/>'
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" fill="#0072b2" fill-opacity="0.12" '
        'stroke="#0072b2" stroke-width="1.5"/>'
        f'<text x="{x + 14}" y="{y + 26}" font-family="sans-serif" font-size="{size:.1f}" font-weight="bold" fill="{text}">'
        f"{html.escape(title)}</text>"
        f'<text x="{x + 14}" y="{y + 47}" font-family="sans-serif" font-size="12" fill="{text}">{html.escape(line)}</text>'
    )


def counted(number: float, thing: str) -> str:
    return f"{number:g} {thing}" if number == 1 else f"{number:g} {thing}s"


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + BOX_WIDTH / 2, start[1] + BOX_HEIGHT
    x2, y2 = end[0] + BOX_WIDTH / 2, end[1] - 2
    return (
        f'<path d="M{x1} {y1} C{x1} {y1 + GAP / 2} {x2} {y2 - GAP / 2} {x2} {y2}" fill="none" stroke="#767676" '
        'stroke-width="1.5" marker-end="url(#map-tip)"/>'
    )
