"""How long the idea took: a timeline of milestones, and the winners of ILSVRC."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.draw.bars import Bars
from helpers.draw.compose import Raw, picture_of
from helpers.draw.marks import ghost
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.draw.panel import words
from helpers.draw.picture import Picture

FIRST_CONVNET = 2012  # the first year in which a ConvNet won ILSVRC
Milestone = tuple[int, str, str]  # year, who, what in one or two lines


def milestones(events: Sequence[Milestone], first: int = 1950, last: int = 2022) -> Picture:
    """Events on a line of years, by turns above and below it."""
    wide, middle = 860.0, 84.0

    def at(year: float) -> float:
        return 20 + (wide - 40) * (year - first) / (last - first)

    parts = [f'<path d="M10 {middle:g}H{wide - 10:g}" stroke="{MUTED}" stroke-width="2"/>']
    for decade in range(-(-first // 10) * 10, last + 1, 10):
        x = at(decade)
        parts.append(f'<path d="M{x:g} {middle - 4:g}v8" stroke="{MUTED}"/>')
        parts.append(words(str(decade), x, middle + 13, 10, fill=MUTED))
    for i, (year, who, what) in enumerate(events):
        x, up = at(year), i % 2 == 0
        start, end = (middle - 6, middle - 26) if up else (middle + 22, middle + 34)
        parts.append(f'<path d="M{x:g} {start:g}V{end:g}" stroke="{colour("kernel")}" stroke-width="1.5"/>')
        parts.append(f'<circle cx="{x:g}" cy="{middle:g}" r="6" fill="{colour("kernel")}"/>')
        lines = [f"{year} · {who}", *what.split("\n")]
        top = end - 16 * len(lines) + 4 if up else end + 10
        for n, line in enumerate(lines):
            style = {"font_weight": "bold"} if n == 0 else {}
            parts.append(words(line, x, top + 16 * n, 12, fill=TEXT, **style))
    said = "; ".join(f"{year}, {who}: {what}".replace("\n", " ") for year, who, what in events)
    return picture_of(
        Raw("".join(parts), wide, 172),
        f"A line of years from {first} to {last}. {said}.",
        "From a cat's visual cortex to a network that wins a competition: half a century.",
    )


def winners(years: Sequence[int], names: Sequence[str], errors: np.ndarray) -> Picture:
    """The best top-5 error of each year, in percent, with the name of the team."""
    pitch = 106.0
    title = "top-5 error of ILSVRC's winner, in percent"
    before = ghost([i for i, year in enumerate(years) if year < FIRST_CONVNET])
    bars = Bars(errors, "output", title, "", before, first=years[0], pitch=pitch, height=130.0)
    size = bars.size()
    labels = "".join(
        words(name, (i + 0.5) * pitch + 2, size.height + 8, 12, fill=TEXT) for i, name in enumerate(names)
    )
    said = ", ".join(
        f"{year} {name} {error:g} %" for year, name, error in zip(years, names, errors.tolist(), strict=True)
    )
    return picture_of(
        Raw(bars.draw(0, 0) + labels, size.width, size.height + 20),
        f"Top-5 error of the winner of each year: {said}. From {FIRST_CONVNET} on the winners are ConvNets.",
        "Share of test photographs whose right name (of 1000) is not among the five best guesses, trained on the provided data only; with "
        "more data SuperVision reached 15.3. Dashed: won without a ConvNet.",
    )
