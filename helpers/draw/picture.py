"""A picture is an SVG, the words that stand for it, and a caption; no picture exists without its words.

It shows itself in a notebook and, as a file of its own, anywhere else. It knows nothing of what is drawn.
"""

import base64
import io
import os
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from helpers.draw.palette import MUTED

STATIC = "COURSE_STATIC"  # set by the build: pictures then also travel as plain data, to become PNG files
STATIC_MIME = "application/vnd.course.picture+json"


@dataclass(frozen=True)
class Picture:
    """What a cell shows: `svg` (one element), `alt` (for a reader who cannot see it) and `caption`."""

    svg: str
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.alt, str) or not self.alt.strip():
            raise ValueError("a picture needs alt text: pass alt='what the picture shows, with its numbers'")
        if not self.svg.lstrip().startswith("<svg"):
            raise ValueError(f"a picture's svg starts with <svg …>; this one starts with {self.svg[:20]!r}")

    @classmethod
    def from_figure(cls, figure: Any, alt: str, caption: str = "") -> "Picture":
        """A Matplotlib figure as a picture, at twice its size in pixels; the figure is closed."""
        import matplotlib.pyplot as plt

        try:
            picture = cls(_svg_of_figure(figure), alt, caption)
        finally:
            plt.close(figure)
        return picture

    def html(self) -> str:
        """The picture as a <figure> with its caption."""
        svg = self.svg.lstrip().replace("<svg", f'<svg role="img" aria-label="{escape(self.alt)}"', 1)
        caption = (
            f'<figcaption style="color:{MUTED}">{escape(self.caption)}</figcaption>' if self.caption else ""
        )
        return f'<figure class="course-picture" style="margin:0.5em 0">{svg}{caption}</figure>'

    def text(self) -> str:
        """The picture in words: alt text, then caption."""
        return "\n".join(part for part in (self.alt, self.caption) if part)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": self.html(), "text/plain": self.text()}
        if os.environ.get(STATIC):
            bundle[STATIC_MIME] = {"svg": self.svg, "alt": self.alt, "caption": self.caption}
        return bundle


def _svg_of_figure(figure: Any) -> str:
    png = io.BytesIO()
    # No metadata: the same figure gives the same bytes with every Matplotlib version.
    figure.savefig(png, format="png", dpi=192, bbox_inches="tight", metadata={"Software": None})
    data = png.getvalue()
    wide, high = (int.from_bytes(data[start : start + 4], "big") / 2 for start in (16, 20))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" '
        f'height="{high:g}" style="max-width:100%;height:auto"><image width="{wide:g}" height="{high:g}" '
        f'href="data:image/png;base64,{base64.b64encode(data).decode()}"/></svg>'
    )


def standalone(svg: str) -> str:
    """The SVG as a file of its own: fallbacks in place of CSS variables, a namespace, a white background."""
    svg = _without_variables(svg.lstrip())
    head, tail = svg.split(">", 1)
    if "xmlns=" not in head:
        head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    box = re.search(r'viewBox="([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)"', head)
    x, y, width, height = box.groups() if box else ("0", "0", "100%", "100%")
    return f'{head}><rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#ffffff"/>{tail}'


def _without_variables(text: str) -> str:
    """text with every var(--name, fallback) replaced by its fallback, nested ones too."""
    while (start := text.find("var(--")) >= 0:
        depth, end = 0, start + 3
        while end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if depth == 0:
                break
            end += 1
        _, comma, fallback = text[start + 4 : end].partition(",")
        if not comma:
            raise ValueError(f"{text[start : end + 1]} has no fallback: write var(--name, colour)")
        text = text[:start] + fallback.strip() + text[end + 1 :]
    return text
