"""Pictures with one visual language: input blue, kernel orange, output green, gradient purple.

Panels
    Grid(values, role, title, subtitle, marks=…)    a 2-D array in cells
    Strip(values, role, title, …)                   a 1-D array in cells; offset= moves it under its signal
    Bars(values, role, title, …)                    a 1-D signal as bars
    Chart({name: values}, xlabel, ylabel, …)        curves and paths, light enough for an explorer; Line(x, y)
    Raster(image, role, title, signed=…)            a photograph, or a map with signs and its scale, as pixels
    Words(text), Raw(svg_body, width, height)       text; SVG of your own
Composition
    row(panel, "∗", panel, "=", panel, alt=…, caption=…)     a Picture; strings are the signs between
    stack(panel, panel, alt=…, caption=…, align="left")      a Picture; connect=[(cell, cell)] draws arrows
    beside(…), above(…)                                      the same as a panel, to nest them
    note(text)                                               words in a neutral card
Marks (arguments of marks=)
    ring(cells), window(row, column, height, width), hatch(cells), dim(cells), ghost(cells),
    symbol("★", cells)
    Cells: (row, column), a list of them, positions [0, 3] in 1-D panels, or a boolean mask.
Cells and colours
    cell("x", 1, 2) names a cell, cell_position reads the name back; colour(role), ROLES
    picture_of(panel, alt=…) makes a picture of one panel, standalone(svg) a file of its own
Words for alt texts
    table_alt(values, "input"), number(value)
Curves and photographs (Matplotlib)
    curves(x, {label: y}, xlabel, ylabel, alt=…), photo(image, alt=…), photos([image, …], alt=…)
Hints
    compare_values(expected, yours)
Lectures
    Whatever helpers/lectures/*/pictures offer in their __all__ is offered here too: draw.name.
"""

from typing import Any

from helpers.draw.bars import Bars
from helpers.draw.chart import Chart, Line
from helpers.draw.compare import compare_values
from helpers.draw.compose import Raw, Words, above, beside, note, picture_of, row, stack
from helpers.draw.grid import Grid, Strip
from helpers.draw.marks import Mark, dim, ghost, hatch, ring, symbol, window
from helpers.draw.numbers import number, table_alt
from helpers.draw.palette import ROLES, colour
from helpers.draw.panel import Panel, cell, cell_position
from helpers.draw.picture import Picture, standalone
from helpers.draw.plots import curves, photo, photos
from helpers.draw.raster import Raster
from helpers.lectures import offers

__all__ = [
    "ROLES",
    "Bars",
    "Chart",
    "Grid",
    "Line",
    "Mark",
    "Panel",
    "Picture",
    "Raster",
    "Raw",
    "Strip",
    "Words",
    "above",
    "beside",
    "cell",
    "cell_position",
    "colour",
    "compare_values",
    "curves",
    "dim",
    "ghost",
    "hatch",
    "note",
    "number",
    "photo",
    "photos",
    "picture_of",
    "ring",
    "row",
    "stack",
    "standalone",
    "symbol",
    "table_alt",
    "window",
]


def __getattr__(name: str) -> Any:
    """A lecture's picture. Looked up when first asked for: the lectures draw with this package, so it comes first."""
    if name.startswith("__") or name not in (found := offers("pictures")):
        raise AttributeError(f"helpers.draw has no {name!r}")
    return found[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *offers("pictures")})
