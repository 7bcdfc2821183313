"""A two-dimensional layer as input, kernel and output: every place of the kernel, and which cells belong together.

Also the small arithmetic of places that the other pictures of notebook 04 use. Knows no explorer and no exercise.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.marks import dim, ghost, ring, symbol, window
from helpers.draw.numbers import MINUS, number, table_alt
from helpers.draw.panel import cell
from helpers.draw.picture import Picture

Pair = int | tuple[int, int]


def pair(value: Pair) -> tuple[int, int]:
    """(down, across) of a number or a pair."""
    return value if isinstance(value, tuple) else (value, value)


def bracketed(value: float) -> str:
    """A factor as it is written behind a dot: negative ones in brackets."""
    return f"({number(value)})" if value < 0 else number(value)


def starts(n: int, reach: int, stride: int) -> list[int]:
    """Where windows that reach over `reach` numbers start on n numbers."""
    return list(range(0, n - reach + 1, stride))


def layer_places(
    x: Any,
    w: Any,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    at: tuple[int, int] = (0, 0),
    caption: str = "",
    yours: Any = None,
) -> Picture:
    """Input with its frame, kernel and output of a layer with one channel; pointing shows which cells belong together.

    x (H, W), w (KH, KW); at: the output whose window is outlined and whose sum is written out
    yours: the output that a student's layer gave, shown in place of the right one; cells that differ carry a sign
    """
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    padded = np.pad(x, ((ph, ph), (pw, pw)))
    reach = (dh * (w.shape[0] - 1) + 1, dw * (w.shape[1] - 1) + 1)
    down, across = starts(padded.shape[0], reach[0], sh), starts(padded.shape[1], reach[1], sw)
    frame = np.ones(padded.shape, dtype=bool)
    frame[ph : ph + x.shape[0], pw : pw + x.shape[1]] = False
    sizes = f"{x.shape[0]} × {x.shape[1]}" + (
        f", padding {ph}" if ph == pw and ph else f", padding {ph}, {pw}" if ph + pw else ""
    )
    kernel_grid = Grid(
        w, "kernel", "kernel", f"{w.shape[0]} × {w.shape[1]}, reach {reach[0]} × {reach[1]}", name="w"
    )
    if not down or not across:
        grid = Grid(padded, "input", "input", sizes, ghost(frame), name="x", origin=(-ph, -pw), indices=True)
        said = f"The kernel reaches over {reach[0]} × {reach[1]}; that does not fit {padded.shape[0]} × {padded.shape[1]}."
        alt = f"{table_alt(x, 'Input')}. {table_alt(w, 'Kernel')}. {said}"
        return picture_of(
            above(beside(grid, "⋆", kernel_grid, gap=22), Words(said, 14, anchor="start")), alt, caption
        )

    def taps(i: int, j: int) -> list[tuple[int, int]]:
        return [(down[i] + a * dh, across[j] + b * dw) for a, b in np.ndindex(*w.shape)]

    out = np.array(
        [
            [
                sum(padded[t] * v for t, v in zip(taps(i, j), w.ravel(), strict=True))
                for j in range(len(across))
            ]
            for i in range(len(down))
        ]
    )
    i, j = min(at[0], len(down) - 1), min(at[1], len(across) - 1)
    feeds: dict[tuple[int, int], list[str]] = {}
    for o in np.ndindex(*out.shape):
        for t in taps(*o):
            feeds.setdefault(t, []).append(cell("y", *o))
    unread = [p for p in np.ndindex(*padded.shape) if p not in feeds]
    marks: list[Any] = [ghost(frame), dim(unread), window(down[i], across[j], *reach, dashed=max(dh, dw) > 1)]
    if max(dh, dw) > 1:
        marks.append(ring(taps(i, j), "kernel"))
    under = {place: [cell("x", *t)] for place, t in zip(np.ndindex(*w.shape), taps(i, j), strict=True)}
    reads = {o: [cell("x", *t) for t in taps(*o)] for o in np.ndindex(*out.shape)}
    panels = beside(
        Grid(padded, "input", "input", sizes, marks, name="x", links=feeds, origin=(-ph, -pw), indices=True),
        "⋆",
        Grid(
            w,
            "kernel",
            "kernel",
            f"{w.shape[0]} × {w.shape[1]}, reach {reach[0]} × {reach[1]}",
            name="w",
            links=under,
        ),
        "=",
        output_grid(out, yours, (i, j), reads),
        gap=16,
    )
    terms = " + ".join(
        f"{number(padded[t])}·{bracketed(v)}" for t, v in zip(taps(i, j), w.ravel(), strict=True)
    )
    said = f"y[{i}, {j}] = {terms} = {number(out[i, j])}"
    rule = f"Rows: ({x.shape[0]} + 2·{ph} {MINUS} {reach[0]}) / {sh}, rounded down, + 1 = {len(down)}. "
    rule += f"Columns: ({x.shape[1]} + 2·{pw} {MINUS} {reach[1]}) / {sw}, rounded down, + 1 = {len(across)}."
    pixels = [p for p in unread if not frame[p]]
    lost = (
        f"{len(pixels)} faint pixel{'s are' if len(pixels) > 1 else ' is'} read by no window."
        if pixels
        else ""
    )
    verdict = "" if yours is None else compared(out, yours)
    alt = f"{table_alt(x, 'Input')}. {table_alt(w, 'Kernel')}. {table_alt(out, 'Output')}. {rule} {lost} {said}. {verdict}"
    # Long sentences would make the picture wider, and a wide picture is drawn smaller.
    lines = [part for line in (rule, lost, said, verdict) for part in wrap(line, 104)]
    notes = above(*(Words(line, 13, anchor="start") for line in lines), gap=2)
    return picture_of(above(panels, notes), alt, caption)


def output_grid(out: np.ndarray, yours: Any, at: tuple[int, int], links: Any) -> Grid:
    """The output, or a student's in its place, with a sign where it differs."""
    marks: list[Any] = [ring(at)]
    shown, title = out, "output"
    if yours is not None:
        shown, title = np.asarray(yours), "your output"
        if shown.shape != out.shape:
            return Grid(shown, "output", title, " × ".join(map(str, shown.shape)), name="y")
        marks += symbol("≠", differing(out, shown), "wrong")
    return Grid(
        shown, "output", title, f"{out.shape[0]} × {out.shape[1]}", marks, name="y", links=links, picks=True
    )


def differing(out: np.ndarray, yours: np.ndarray) -> np.ndarray:
    """Which entries differ, as a mask; both arrays have one shape."""
    return ~np.isclose(yours.astype(float), out)


def compared(out: np.ndarray, yours: Any) -> str:
    """How a student's output compares with the right one, in a sentence."""
    shown = np.asarray(yours)
    if shown.shape != out.shape:
        return (
            f"Yours has shape {shown.shape}; there are {out.shape[0]} × {out.shape[1]} places for the kernel."
        )
    wrong = int(differing(out, shown).sum())
    return f"Yours differs in {wrong} of {out.size} places." if wrong else "Yours agrees in every place."
