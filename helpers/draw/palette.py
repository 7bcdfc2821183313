"""The course's colours: one role, one colour, from the first notebook to the last.

Cells are tinted with their role's colour over whatever background the page has, so the same picture reads in
JupyterLab's light and dark themes. This module knows colours only, no shapes and no layout.
"""

from collections.abc import Mapping
from types import MappingProxyType

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "input": "#0072B2",  # blue
        "kernel": "#C27A00",  # orange, dark enough to be an outline on white
        "output": "#009E73",  # bluish green
        "gradient": "#CC79A7",  # reddish purple: a bluer one is the input's blue to a protanope
        "wrong": "#D2391E",  # vermilion
        "neutral": "#7A7A7A",  # grey
    }
)
TEXT = "var(--jp-content-font-color1, #1a1a1a)"
MUTED = "var(--jp-content-font-color2, #555555)"
FONTS = "system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"

FAINTEST, STRONGEST = (
    0.05,
    0.5,
)  # of a cell's tint: the strongest still leaves its number readable in both themes

# Opacity of a cell that is dimmed, and of its number, which still has the contrast of WCAG AA in both themes.
DIM, DIM_TEXT = 0.35, 0.7


def colour(role: str) -> str:
    """The colour of a role, as #rrggbb."""
    try:
        return ROLES[role]
    except KeyError:
        raise ValueError(f"no role {role!r} in the palette: use one of {', '.join(ROLES)}") from None


def tint(value: float, largest: float) -> float:
    """How strongly a cell with a number is filled (0 to 1) when `largest` is its panel's largest magnitude."""
    return _strength(value, largest, STRONGEST)


def shade(value: float, largest: float) -> float:
    """The same for a cell without a number, which may be filled altogether."""
    return _strength(value, largest, 1.0)


def _strength(value: float, largest: float, strongest: float) -> float:
    if value != value:
        return 0.0
    share = min(1.0, abs(value) / largest) if 0 < largest < float("inf") else float(value != 0)
    return round(FAINTEST + (strongest - FAINTEST) * share, 3)
