"""Explorers of notebook 05: step through windows, send gradients back, shift a photograph.

They show the idea, not an exercise: they work before the student has written anything.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers.draw.compose import Raw, Words, above, beside, picture_of
from helpers.draw.grid import Grid
from helpers.draw.marks import ring, window
from helpers.draw.numbers import MINUS, number, table_alt
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.draw.panel import Panel, cell, words
from helpers.draw.picture import Picture
from helpers.explore.base import Explorer
from helpers.explore.controls import choice, slider
from helpers.explore.state import Pick, State
from helpers.lectures.pooling.pictures import (
    PoolWindow,
    answers,
    arriving,
    forward_and_back,
    input_gradient,
    input_grid,
    max_routes,
    not_yet,
    output_grid,
    upstream_grid,
    window_grid,
)

__all__ = [
    "gradient_router",
    "pooling_stepper",
    "shift_shares",
    "shifted_photo",
    "switch_stepper",
    "your_gradient_router",
]

KERNELS = {"2 × 2": 2, "3 × 3": 3, "2 × 3": (2, 3), "1 × 4": (1, 4), "4 × 4": 4}
STRIDES = {"as the kernel": None, "1": 1, "2": 2, "3": 3}
KINDS = {"maximum": "max", "average": "average"}


# --- stepping through windows -------------------------------------------------------------------------------


def pooling_stepper(x: Any) -> Explorer:
    """Move the window over x (H, W), one step at a time, and see what it hands on."""
    return Explorer(
        _drawn_step,
        {
            "kernel": choice(KERNELS, label="window"),
            "stride": choice(STRIDES, label="stride"),
            "kind": choice(KINDS, label="keep the"),
            "step": slider(0, _last_step, 1, label="step"),
        },
        state={"x": np.array(x, dtype=float)},
        on_pick=_stepped,
        try_this=[
            "Move the step slider to the end. Then choose a 3 × 3 window: which pixels does no window reach?",
            "Click a number of the input and type −9. When does the output change, and when not?",
        ],
    )


def switch_stepper(x: Any) -> Explorer:
    """The same for maxima, with the flat index of every pixel and the switch of each window."""
    return Explorer(
        _drawn_switches,
        {
            "kernel": choice(KERNELS, label="window"),
            "stride": choice(STRIDES, label="stride"),
            "step": slider(0, _last_step, 1, label="step"),
        },
        state={"x": np.array(x, dtype=float), "kind": "max"},
        on_pick=_stepped,
        try_this=[
            "Make two numbers of one window equal and largest. Which of them does the switch name?",
            "Choose stride 1. Which switch now appears more than once?",
        ],
    )


def _windows(state: State) -> list[list[PoolWindow]]:
    return window_grid(state.x.shape, state.kernel, state.stride)


def _last_step(state: State) -> int:
    try:
        windows = _windows(state)
    except ValueError:
        return 0
    return len(windows) * len(windows[0]) - 1


def _stepped(state: State, pick: Pick) -> Mapping[str, Any]:
    if pick.panel == "x" and pick.value is not None:
        return {"x": _with(state.x, pick.place, pick.value)}
    if pick.panel == "y":
        return {"step": pick.place[0] * len(_windows(state)[0]) + pick.place[1]}
    return {}


def _with(array: np.ndarray, place: tuple[int, int], value: float) -> np.ndarray:
    changed = array.copy()
    changed[place] = value
    return changed


def _drawn_step(state: State) -> Picture:
    windows = _windows(state)
    current = _current(windows, state.step)
    panels: list[Panel | str] = [
        _stepping_input(state, windows, current),
        "→",
        _growing_output(state, windows, current),
    ]
    said = _said_of_mean(state.x, current) if state.kind == "average" else _said_of_maximum(state.x, current)
    return _explained(panels, said, state, windows)


def _drawn_switches(state: State) -> Picture:
    windows = _windows(state)
    current = _current(windows, state.step)
    height, width = state.x.shape
    marks = [window(current.top, current.left, current.height, current.width, "output")]
    counted = Grid(
        np.arange(height * width).reshape(height, width),
        "neutral",
        "flat index",
        f"row · {width} + column",
        [*marks, ring(current.winner(state.x))],
        largest=1e9,
    )
    switches = np.array([[r * width + c for r, c in (w.winner(state.x) for w in row)] for row in windows])
    taken = Grid(
        switches,
        "neutral",
        "switches",
        "of the winners",
        [not_yet(switches.shape, state.step + 1), ring(current.output)],
        labels=_until(switches, state.step),
    )
    row, column = current.winner(state.x)
    said = f"{_said_of_maximum(state.x, current)}: switch {row} · {width} + {column} = {row * width + column}"
    stepping = _stepping_input(state, windows, current)
    return _explained(
        [stepping, "→", _growing_output(state, windows, current), counted, "→", taken], said, state, windows
    )


def _current(windows: list[list[PoolWindow]], step: int) -> PoolWindow:
    return windows[step // len(windows[0])][step % len(windows[0])]


def _stepping_input(
    state: State, windows: list[list[PoolWindow]], current: PoolWindow, **options: Any
) -> Grid:
    links = {
        place: [cell("y", *w.output) for row in windows for w in row if place in w.cells]
        for place in np.ndindex(*state.x.shape)
    }
    return input_grid(state.x, windows, state.kind, [current.output], edits=True, links=links, **options)


def _growing_output(state: State, windows: list[list[PoolWindow]], current: PoolWindow) -> Grid:
    out = answers(state.x, windows, state.kind)
    marks = [not_yet(out.shape, state.step + 1), ring(current.output)]
    links = {w.output: [cell("x", *place) for place in w.cells] for row in windows for w in row}
    return output_grid(out, state.kind, marks=marks, labels=_until(out, state.step), picks=True, links=links)


def _until(values: np.ndarray, step: int) -> np.ndarray:
    labels = np.array([number(v) for v in values.ravel()], dtype=object)
    labels[step + 1 :] = ""
    return labels.reshape(values.shape)


def _said_of_maximum(x: np.ndarray, w: PoolWindow) -> str:
    row, column = w.winner(x)
    listed = ", ".join(number(v) for v in w.of(x).ravel())
    return f"The largest of {listed} is {number(x[row, column])}, at row {row}, column {column}"


def _said_of_mean(x: np.ndarray, w: PoolWindow) -> str:
    values = w.of(x).ravel()
    return f"({_sum(values)}) / {len(values)} = {number(values.mean())}"


def _sum(values: Any) -> str:
    """Numbers joined by their signs: 2 − 1 + 0.5."""
    text = " + ".join(number(v) for v in values)
    return text.replace(f"+ {MINUS}", f"{MINUS} ")


def _explained(
    panels: list[Panel | str], said: str, state: State, windows: list[list[PoolWindow]]
) -> Picture:
    out = answers(state.x, windows, state.kind)
    alt = f"{table_alt(state.x, 'Input')}. {table_alt(out, 'Output')}. Step {state.step}: {said}."
    return picture_of(above(beside(*panels, gap=22), Words(said, 14.0, anchor="start")), alt)


# --- gradients on their way back ----------------------------------------------------------------------------


def gradient_router(x: Any, upstream: Any) -> Explorer:
    """Edit the input or the upstream gradient and watch where each gradient lands."""
    return Explorer(
        _drawn_routes,
        {
            "kernel": choice({"2 × 2": 2, "3 × 3": 3, "2 × 3": (2, 3)}, label="window"),
            "stride": choice({"2": 2, "1": 1}, label="stride"),
            "kind": choice(KINDS, label="keep the"),
        },
        state={"x": np.array(x, dtype=float), "upstream": np.array(upstream, dtype=float), "pixel": None},
        on_pick=_routed,
        try_this=[
            "Type larger numbers over an input cell until it takes over its window. Watch the gradient.",
            "Choose window 3 × 3 and stride 1. Click a cell of ∂L/∂x: which windows does this pixel feed?",
        ],
    )


def your_gradient_router(backward: Callable[..., Any], x: Any, upstream: Any) -> Explorer:
    """The router for maxima with a function of the student's: backward(dout, switches, input_shape) → dx."""
    return Explorer(
        partial(_drawn_answer, backward),
        {
            "kernel": choice({"2 × 2": 2, "3 × 3": 3, "2 × 3": (2, 3)}, 3, label="window"),
            "stride": choice({"2": 2, "1": 1}, 1, label="stride"),
        },
        state={"x": np.array(x, dtype=float), "upstream": np.array(upstream, dtype=float), "kind": "max"},
        on_pick=_routed,
        try_this="Choose window 2 × 2 and stride 1, then type 99 at (1, 1). What does yours send there?",
    )


def _drawn_answer(backward: Callable[..., Any], state: State) -> Picture:
    windows = _windows(state)
    dout = _upstream(state, windows)
    width = state.x.shape[1]
    switches = np.array([[r * width + c for r, c in (w.winner(state.x) for w in row)] for row in windows])
    given = backward(dout[None, None].copy(), switches[None, None], (1, 1, *state.x.shape))
    dx = np.asarray(given, dtype=float)
    if dx.shape != (1, 1, *state.x.shape):
        raise ValueError(f"your dx has shape {dx.shape}; expected {(1, 1, *state.x.shape)}")
    rule = arriving(dout, windows, state.x.shape, state.x)
    different = ~np.isclose(dx[0, 0], rule)
    grids = forward_and_back(
        input_grid(state.x, windows, "max", [], edits=True),
        output_grid(answers(state.x, windows, "max"), "max"),
        replace(input_gradient(dx[0, 0], ring(different, "wrong")), title="your dx"),
        upstream_grid(dout, edits=True),
    )
    said = _said_of_answer(dx[0, 0], rule, different)
    alt = f"{table_alt(state.x, 'Input')}. {table_alt(dout, 'Upstream gradient')}. "
    alt += f"{table_alt(dx[0, 0], 'Your dx')}. {said}"
    return picture_of(above(grids, Words(said, 14.0, anchor="start")), alt, "", max_routes(state.x, windows))


def _said_of_answer(dx: np.ndarray, rule: np.ndarray, different: np.ndarray) -> str:
    if not different.any():
        return f"Every gradient has arrived: {number(dx.sum())} in all."
    row, column = (int(i) for i in np.argwhere(different)[0])
    given, due = number(dx[row, column]), number(rule[row, column])
    return f"Pixel ({row}, {column}) should receive {due}; your function gives it {given}."


def _routed(state: State, pick: Pick) -> Mapping[str, Any]:
    if pick.panel == "x" and pick.value is not None:
        return {"x": _with(state.x, pick.place, pick.value)}
    if pick.panel == "dy" and pick.value is not None:
        return {"upstream": _with(_upstream(state, _windows(state)), pick.place, pick.value)}
    if pick.panel == "dx":
        return {"pixel": pick.place}
    return {}


def _upstream(state: State, windows: list[list[PoolWindow]]) -> np.ndarray:
    """The upstream gradient in the shape of the output: given numbers stay in place, new cells hold 1."""
    dout = np.ones((len(windows), len(windows[0])))
    rows, columns = np.minimum(dout.shape, state.upstream.shape)
    dout[:rows, :columns] = state.upstream[:rows, :columns]
    return dout


def _drawn_routes(state: State) -> Picture:
    windows = _windows(state)
    dout = _upstream(state, windows)
    winners_of = state.x if state.kind == "max" else None
    dx = arriving(dout, windows, state.x.shape, winners_of)
    out = answers(state.x, windows, state.kind)
    reached = {w.output: _receivers(w, state) for row in windows for w in row}
    won = sorted({place for places in reached.values() for place in places}) if state.kind == "max" else []
    marks = [ring(won)] + ([ring(state.pixel, "kernel")] if state.pixel is not None else [])
    links = {output: [cell("dx", *place) for place in places] for output, places in reached.items()}
    grids = forward_and_back(
        input_grid(state.x, windows, state.kind, [], edits=True),
        output_grid(out, state.kind),
        input_gradient(dx, marks, picks=True, links=_feeds(reached)),
        upstream_grid(dout, edits=True, links=links),
    )
    said = _said_of_pixel(state, dout, reached)
    alt = f"{table_alt(state.x, 'Input')}. {table_alt(dout, 'Upstream gradient')}. "
    alt += f"{table_alt(dx, 'Gradient at the input')}. {said}"
    return picture_of(
        above(grids, Words(said, 14.0, anchor="start")), alt, "", _routes(state, windows, reached)
    )


def _receivers(w: PoolWindow, state: State) -> list[tuple[int, int]]:
    return w.cells if state.kind == "average" else [w.winner(state.x)]


def _feeds(reached: Mapping[tuple[int, int], list[tuple[int, int]]]) -> dict[tuple[int, int], list[str]]:
    feeds: dict[tuple[int, int], list[str]] = {}
    for output, places in reached.items():
        for place in places:
            feeds.setdefault(place, []).append(cell("dy", *output))
    return feeds


def _routes(
    state: State, windows: list[list[PoolWindow]], reached: Mapping[tuple[int, int], list[tuple[int, int]]]
) -> list[tuple[str, str]]:
    """Arrows: all of them for maxima, for averages those to the chosen pixel (all would be a thicket)."""
    if state.kind == "max" and state.pixel is None:
        return max_routes(state.x, windows)
    return [
        (cell("dy", *o), cell("dx", *p)) for o, places in reached.items() for p in places if p == state.pixel
    ]


def _said_of_pixel(
    state: State, dout: np.ndarray, reached: Mapping[tuple[int, int], list[tuple[int, int]]]
) -> str:
    if state.pixel is None:
        return (
            f"All of ∂L/∂y adds up to {number(dout.sum())}, and so does all of ∂L/∂x. Click a cell of ∂L/∂x."
        )
    outputs = [output for output, places in reached.items() if state.pixel in places]
    name = f"Pixel {state.pixel}"
    if not outputs:
        return f"{name} wins no window: 0." if state.kind == "max" else f"{name} is in no window: 0."
    share = [dout[output] / len(reached[output]) for output in outputs]
    verb = "wins" if state.kind == "max" else "has a share in"
    plural = "" if len(outputs) == 1 else "s"
    sum_of = f"{_sum(share)} = " if len(share) > 1 else ""
    return f"{name} {verb} {len(outputs)} window{plural}: {sum_of}{number(sum(share))}."


# --- a photograph that moves --------------------------------------------------------------------------------

SIDE, MARGIN, FARTHEST = 128, 8, 8
POOLS: Mapping[str, tuple[int, str]] = {
    "no pooling": (1, "max"),
    "max 2 × 2": (2, "max"),
    "max 4 × 4": (4, "max"),
    "average 4 × 4": (4, "average"),
}
TOLERANCES = {"exactly equal": 0.0, "at most 0.02 apart": 0.02, "at most 0.05 apart": 0.05}
LINES = {
    "no pooling": ("neutral", ""),
    "max 2 × 2": ("input", "7 3"),
    "max 4 × 4": ("wrong", "2 3"),
    "average 4 × 4": ("output", "9 3 2 3"),
}


def shift_shares(photo: Any, pool: str, tolerance: float = 0.0) -> list[float]:
    """Share of pooled cells that keep their number when the photograph moves by 0 … 8 pixels.

    photo      (H, W) from 0 to 1, at least 128 × 136
    pool       one of "no pooling", "max 2 × 2", "max 4 × 4", "average 4 × 4"
    tolerance  how far apart two numbers may be and still count as the same
    """
    before = _pooled(_view(photo, 0), pool)
    return [
        float(np.mean(_same(before, _pooled(_view(photo, d), pool), tolerance))) for d in range(FARTHEST + 1)
    ]


def shifted_photo(photo: Any) -> Explorer:
    """Move a photograph by a few pixels and count which pooled cells stay the same."""
    image = np.asarray(photo, dtype=float)
    if image.ndim != 2 or image.shape[0] < SIDE or image.shape[1] < SIDE + FARTHEST:
        raise ValueError(
            f"expected a grey photograph, at least {SIDE} × {SIDE + FARTHEST}; got shape {image.shape}"
        )
    shares = {
        (pool, tolerance): shift_shares(image, pool, tolerance)
        for pool in POOLS
        for tolerance in TOLERANCES.values()
    }
    return Explorer(
        partial(_drawn_shift, image, shares),
        {
            "shift": slider(0, FARTHEST, 1, label="shift in pixels"),
            "pool": choice({name: name for name in POOLS}, "max 2 × 2", label="show"),
            "tolerance": choice(TOLERANCES, 0.0, label="unchanged if"),
        },
        try_this=[
            "Show max 4 × 4 and move the shift from 0 to 4. Where do the last unchanged cells lie?",
            "Change what counts as unchanged. Which line rises most, and does max pooling still lead?",
        ],
    )


def _view(photo: Any, shift: int) -> np.ndarray:
    """The square of the photograph that is seen when its content has moved `shift` pixels to the left."""
    image = np.asarray(photo, dtype=float)
    top = (image.shape[0] - SIDE) // 2
    left = min(MARGIN, image.shape[1] - SIDE - FARTHEST) + shift
    return image[top : top + SIDE, left : left + SIDE]


def _pooled(plane: np.ndarray, pool: str) -> np.ndarray:
    side, kind = POOLS[pool]
    tiles = sliding_window_view(plane, (side, side))[::side, ::side]
    return tiles.max(axis=(2, 3)) if kind == "max" else tiles.mean(axis=(2, 3))


def _same(before: np.ndarray, after: np.ndarray, tolerance: float) -> np.ndarray:
    return np.abs(before - after) <= tolerance + 1e-12  # averages of equal numbers may differ in the last bit


def _drawn_shift(image: np.ndarray, shares: Mapping[tuple[str, float], list[float]], state: State) -> Picture:
    before, after = _pooled(_view(image, 0), state.pool), _pooled(_view(image, state.shift), state.pool)
    same = _same(before, after, state.tolerance)
    side = f"{before.shape[0]} × {before.shape[1]}"
    maps = beside(
        _grey(_view(image, state.shift), "photograph", f"moved left by {state.shift}"),
        _grey(before, f"{state.pool}, before", side),
        _grey(after, f"{state.pool}, after", side),
        _grey(1.0 - same, "what changed", f"black: {100 * (1 - same.mean()):.0f} % of cells", inverted=True),
        gap=24,
    )
    lines = {pool: shares[pool, state.tolerance] for pool in POOLS}
    listed = ", ".join(f"{pool} {100 * line[state.shift]:.0f} %" for pool, line in lines.items())
    alt = (
        f"After a shift of {state.shift} pixels to the left these shares of cells are the same: {listed}. The maps show "
        f"{state.pool}, {side} cells."
    )
    return picture_of(above(maps, _chart(lines, state.shift, state.pool), gap=20), alt)


def _grey(plane: np.ndarray, title: str, subtitle: str, inverted: bool = False) -> Panel:
    from PIL import Image

    values = 1.0 - plane if inverted else plane
    enlarge = max(1, 256 // plane.shape[0])
    pixels = np.kron(np.clip(255 * values, 0, 255).astype(np.uint8), np.ones((enlarge, enlarge), np.uint8))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", compress_level=1)
    data = base64.b64encode(file.getvalue()).decode()
    frame = 'x="0" y="0" width="170" height="170"'
    body = f'<image {frame} href="data:image/png;base64,{data}"/><rect {frame} fill="none" stroke="{MUTED}"/>'
    return Raw(body, 170, 170, title, subtitle)


def _chart(lines: Mapping[str, list[float]], shift: int, chosen: str) -> Panel:
    """Share of unchanged cells against the shift, one line per pooling, the current shift marked."""
    left, top, wide, high = 62.0, 12.0, 420.0, 170.0

    def at(d: float, share: float) -> tuple[float, float]:
        return left + wide * d / FARTHEST, top + high * (1 - share)

    parts = []
    for percent in (0, 25, 50, 75, 100):
        y = at(0, percent / 100)[1]
        parts.append(f'<path d="M{left:g} {y:g}h{wide:g}" stroke="{MUTED}" stroke-opacity="0.25"/>')
        parts.append(words(f"{percent} %", left - 8, y, 11, "end", fill=MUTED))
    for d in range(FARTHEST + 1):
        parts.append(words(str(d), at(d, 0)[0], top + high + 14, 11, fill=MUTED))
    x = at(shift, 0)[0]
    parts.append(f'<path d="M{x:g} {top:g}v{high:g}" stroke="{TEXT}" stroke-width="1.5"/>')
    parts.append(words("shift in pixels", left + wide / 2, top + high + 32, 12, fill=TEXT))
    label = words("cells that are unchanged", 0, 0, 12, fill=TEXT)
    parts.append(f'<g transform="translate(12 {top + high / 2:g}) rotate(-90)">{label}</g>')
    for pool, shares in lines.items():
        role, dash = LINES[pool]
        path = "M" + "L".join("{:.1f} {:.1f}".format(*at(d, s)) for d, s in enumerate(shares))
        weight = 3.5 if pool == chosen else 2
        ink = f'stroke="{colour(role)}" stroke-width="{weight}" stroke-dasharray="{dash}"'
        parts.append(f'<path d="{path}" fill="none" {ink}/>')
        dot = at(shift, shares[shift])
        parts.append(f'<circle cx="{dot[0]:.1f}" cy="{dot[1]:.1f}" r="4" fill="{colour(role)}"/>')
    for n, (pool, shares) in enumerate(lines.items()):
        role, dash = LINES[pool]
        y = top + 22 + 28 * n
        ink = f'stroke="{colour(role)}" stroke-width="3" stroke-dasharray="{dash}"'
        parts.append(f'<path d="M{left + wide + 24:g} {y:g}h34" {ink}/>')
        style = {"font_weight": "bold"} if pool == chosen else {}
        parts.append(
            words(
                f"{pool}: {100 * shares[shift]:.0f} %", left + wide + 66, y, 13, "start", fill=TEXT, **style
            )
        )
    return Raw("".join(parts), left + wide + 250, top + high + 44)
