"""Pictures of notebook 06: what one weight and one pixel have to do with the outputs, and what comes back from above.

Draws one plane, one channel and one filter at a time, on the numbers it is given. It knows nothing of students' functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.draw.compose import Words, above, beside, picture_of
from helpers.draw.grid import Grid, Strip
from helpers.draw.marks import dim, ghost, ring, window
from helpers.draw.numbers import number, table_alt
from helpers.draw.panel import Panel, cell
from helpers.draw.picture import Picture
from helpers.draw.plots import STYLE, _figure, curves
from helpers.lectures.convolution_gradients.unrolling import unrolled

__all__ = [
    "gradient_errors",
    "kernel_learned",
    "nudged_weight",
    "pairs_of_a_weight",
    "paths_of_a_pixel",
    "run_times",
    "spread_upstream",
    "step_size_errors",
    "unrolled",
    "weight_on_a_strip",
]

Cell = tuple[int, int]


@dataclass(frozen=True)
class PlaneLayer:
    """One plane, one kernel and the gradient that arrives at the output: all that the pictures need.

    dout is cut to the size that stride and padding leave.
    """

    x: np.ndarray
    w: np.ndarray
    dout: np.ndarray
    stride: int = 1
    padding: int = 0

    @property
    def padded(self) -> np.ndarray:
        return np.pad(self.x, self.padding)

    @property
    def outputs(self) -> tuple[int, int]:
        sizes = zip(self.padded.shape, self.w.shape, strict=True)
        rows, columns = ((n - k) // self.stride + 1 for n, k in sizes)
        return rows, columns

    @property
    def upstream(self) -> np.ndarray:
        rows, columns = self.outputs
        if rows < 1 or columns < 1:
            raise ValueError(f"a {self.w.shape} kernel does not fit a {self.padded.shape} plane")
        if rows > self.dout.shape[0] or columns > self.dout.shape[1]:
            raise ValueError(f"there are {rows} × {columns} outputs, but dout is only {self.dout.shape}")
        return self.dout[:rows, :columns]

    def under(self, at: Cell) -> list[Cell]:
        """Padded cells that weight `at` met, output by output."""
        return [(i * self.stride + at[0], j * self.stride + at[1]) for i, j in np.ndindex(*self.outputs)]

    def met(self, at: Cell) -> np.ndarray:
        """The pixels under weight `at`, in the places of the outputs."""
        padded = self.padded
        return np.array([padded[place] for place in self.under(at)]).reshape(self.outputs)

    def fed(self, at: Cell) -> dict[Cell, Cell]:
        """Outputs that padded pixel `at` feeds, each with the weight on the path."""
        found = {}
        for i, j in np.ndindex(*self.outputs):
            a, b = at[0] - i * self.stride, at[1] - j * self.stride
            if 0 <= a < self.w.shape[0] and 0 <= b < self.w.shape[1]:
                found[i, j] = (a, b)
        return found

    def dw(self) -> np.ndarray:
        return np.array([np.sum(self.met(at) * self.upstream) for at in np.ndindex(*self.w.shape)]).reshape(
            self.w.shape
        )

    def dx(self) -> np.ndarray:
        """The gradient of the plane itself, without its padding."""
        total = np.zeros(self.padded.shape)
        kh, kw = self.w.shape
        for i, j in np.ndindex(*self.outputs):
            top, left = i * self.stride, j * self.stride
            total[top : top + kh, left : left + kw] += self.upstream[i, j] * self.w
        p = self.padding
        return total[p : p + self.x.shape[0], p : p + self.x.shape[1]]

    def zeros_around(self) -> np.ndarray:
        """Mask of the padding."""
        return np.pad(np.zeros(self.x.shape, dtype=bool), self.padding, constant_values=True)


# ------------------------------------------------------------------------------------------ one dimension


def nudged_weight(x: Any, w: Any, target: Any, at: int, step: float, caption: str = "") -> Picture:
    """A kernel with one weight moved by `step`: outputs before and after, the change, and the loss ½ Σ (y − target)²."""
    signal, kernel, wanted = (np.asarray(a, dtype=float) for a in (x, w, target))
    moved = kernel.copy()
    moved[at] += step
    before, after = (np.correlate(signal, k, mode="valid") for k in (kernel, moved))
    loss = [0.5 * float(np.sum((y - wanted) ** 2)) for y in (before, after)]
    met = range(at, at + len(before))
    rise = [Words(f"loss {loss[0]:.6g} → {loss[1]:.6g}", 15, bold=True, anchor="start")]
    if step:
        slope = (loss[1] - loss[0]) / step
        rise.append(
            Words(f"change of the loss / change of the weight, to one side = {slope:.6g}", 14, anchor="start")
        )
    strips = above(
        Strip(signal, "input", "signal x", f"met by w[{at}] are the ringed samples", ring(list(met))),
        Strip(moved, "kernel", "kernel w", f"w[{at}] moved by {number(step)}", ring(at)),
        beside(
            Strip(before, "output", "output before"),
            Strip(after - before, "output", "its change", f"{number(step)} times the ringed samples"),
            Strip(after, "output", "output after"),
            Strip(wanted, "neutral", "wanted"),
            gap=28,
        ),
        *rise,
        gap=8,
    )
    alt = (
        f"{table_alt(signal, 'Signal')}. {table_alt(moved, 'Kernel')}, weight {at} moved by {number(step)}. "
        f"{table_alt(before, 'Output before')}. {table_alt(after, 'Output after')}. Wanted {table_alt(wanted)}. "
        f"Loss {loss[0]:.6g} before, {loss[1]:.6g} after."
    )
    return picture_of(strips, alt, caption)


def weight_on_a_strip(x: Any, dout: Any, at: int, caption: str = "") -> Picture:
    """The samples that weight `at` met, each above the upstream gradient of the output it went into; products and sum."""
    signal, arriving = (np.asarray(a, dtype=float) for a in (x, dout))
    met = signal[at : at + len(arriving)]
    products = met * arriving
    strips = above(
        Strip(signal, "input", "signal x", marks=ring(list(range(at, at + len(arriving))))),
        Strip(arriving, "gradient", "upstream ∂L/∂y, pushed along by " + str(at), offset=at, indices=False),
        Strip(products, "gradient", "products", offset=at, indices=False),
        Words(f"∂L/∂w[{at}] = {_sum_of(products)} = {number(products.sum())}", 15, bold=True, anchor="start"),
        gap=8,
    )
    alt = (
        f"{table_alt(signal, 'Signal')}. Under samples {at} to {at + len(arriving) - 1} stand {table_alt(arriving, 'the upstream gradients')}. "
        f"{table_alt(products, 'Products')}, together {number(products.sum())}."
    )
    return picture_of(strips, alt, caption)


def spread_upstream(dout: Any, w: Any, stride: int = 1, left_over: int = 0, caption: str = "") -> Picture:
    """The upstream gradient with stride − 1 zeros between its numbers and K − 1 at the ends; the kernel turned round; dx."""
    arriving, kernel = np.asarray(dout, dtype=float), np.asarray(w, dtype=float)
    K, reach = len(kernel), (len(arriving) - 1) * stride + 1
    spread = np.zeros(reach + 2 * (K - 1) + left_over)
    places = K - 1 + stride * np.arange(len(arriving))
    spread[places] = arriving
    filled = np.ones(len(spread), dtype=bool)
    filled[places] = False
    dx = np.correlate(spread, kernel[::-1], mode="valid")
    strips = above(
        Strip(
            spread,
            "gradient",
            "upstream ∂L/∂y, spread out",
            "dashed: zeros put in; framed: the first window",
            [ghost(np.flatnonzero(filled).tolist()), window(0, 0, 1, K)],
            first=1 - K,
        ),
        Strip(kernel[::-1], "kernel", "kernel, turned round", indices=False),
        Strip(dx, "gradient", "∂L/∂x", "ringed: what the first window gives", ring(0), offset=0),
        gap=8,
    )
    alt = (
        f"{table_alt(arriving, 'Upstream gradient')}, stride {stride}, spread out to {table_alt(spread)}. "
        f"{table_alt(kernel[::-1], 'Kernel turned round')}. {table_alt(dx, 'Gradient of the input')}."
    )
    return picture_of(strips, alt, caption)


# ----------------------------------------------------------------------------------------- two dimensions


def pairs_of_a_weight(
    x: Any,
    w: Any,
    dout: Any,
    at: Cell,
    stride: int = 1,
    padding: int = 0,
    caption: str = "",
    picks: bool = False,
) -> Picture:
    """Weight `at`: the pixels it met, the upstream gradients of the outputs they went into, products, their sum in dw."""
    layer = PlaneLayer(np.asarray(x, float), np.asarray(w, float), np.asarray(dout, float), stride, padding)
    met, arriving, dw = layer.met(at), layer.upstream, layer.dw()
    products, places = met * arriving, list(np.ndindex(*layer.outputs))
    partners = dict(zip(places, layer.under(at), strict=True))
    lit = {
        o: [cell("x", *partners[o]), cell("m", *o), cell("g", *o), cell("dy", *o), cell("p", *o)]
        for o in places
    }
    back = {partners[o]: lit[o] for o in places}
    padded_met = np.array([layer.zeros_around()[partners[o]] for o in places]).reshape(layer.outputs)
    image = Grid(
        layer.padded,
        "input",
        "input x",
        _zeros_said(padding),
        [ghost(layer.zeros_around()), ring(list(partners.values()))],
        name="x",
        links=back,
    )
    kernel = Grid(layer.w, "kernel", "kernel w", _clicking(picks, "weight"), ring(at), name="w", picks=picks)
    name = f"w[{at[0]}, {at[1]}]"
    top = beside(image, kernel, Grid(arriving, "gradient", "upstream", "∂L/∂y", name="dy", links=lit), gap=30)
    below = beside(
        Grid(met, "input", f"met by {name}", "one for each output", ghost(padded_met), name="m", links=lit),
        "⊙",
        Grid(arriving, "gradient", "upstream", "the same", name="g", links=lit),
        "=",
        Grid(products, "gradient", "products", f"sum {number(products.sum())}", name="p", links=lit),
        "→",
        Grid(dw, "gradient", "∂L/∂w", "the shape of w", ring(at)),
    )
    said = Words(
        f"∂L/∂{name} = {_sum_of(products.ravel())} = {number(products.sum())}", 14, bold=True, anchor="start"
    )
    alt = (
        f"{table_alt(layer.x, 'Input')}, {_said(stride, padding)}. {table_alt(layer.w, 'Kernel')}, weight {at} ringed. "
        f"{table_alt(arriving, 'Upstream gradient')}. {table_alt(met, 'Pixels that the weight met')}. {table_alt(products, 'Products')}, "
        f"sum {number(products.sum())}. {table_alt(dw, 'Gradient of the kernel')}."
    )
    return picture_of(above(top, below, said, gap=16), alt, caption)


def paths_of_a_pixel(
    x: Any,
    w: Any,
    dout: Any,
    at: Cell,
    stride: int = 1,
    padding: int = 0,
    caption: str = "",
    picks: bool = False,
) -> Picture:
    """Pixel `at`: the outputs it feeds, the weight on each path, what comes back along it, and the sum in dx."""
    layer = PlaneLayer(np.asarray(x, float), np.asarray(w, float), np.asarray(dout, float), stride, padding)
    inside = (at[0] + padding, at[1] + padding)
    paths, arriving, dx = layer.fed(inside), layer.upstream, layer.dx()
    on_path, products = np.zeros(layer.outputs), np.zeros(layer.outputs)
    absent = np.ones(layer.outputs, dtype=bool)
    for output, weight in paths.items():
        on_path[output], absent[output] = layer.w[weight], False
        products[output] = layer.w[weight] * arriving[output]
    lit = {o: [cell("w", *paths[o]), cell("o", *o), cell("dy", *o), cell("p", *o)] for o in paths}
    by_weight = {weight: lit[output] for output, weight in paths.items()}
    ghosts = layer.zeros_around()
    image = Grid(
        layer.padded,
        "input",
        "input x",
        _clicking(picks, "pixel") or _zeros_said(padding),
        [ghost(ghosts), ring(inside)],
        name="x",
        picks=~ghosts if picks else False,
    )
    unused = [place for place in np.ndindex(*layer.w.shape) if place not in by_weight]
    kernel = Grid(layer.w, "kernel", "kernel w", "", dim(unused), name="w", links=by_weight)
    upstream = Grid(
        arriving, "gradient", "upstream", "∂L/∂y", [dim(absent), ring(list(paths))], name="dy", links=lit
    )
    below = beside(
        Grid(
            on_path,
            "kernel",
            "weight on the path",
            "from the pixel to each output",
            missing=absent,
            labels=_only(on_path, absent),
            name="o",
            links=lit,
        ),
        "⊙",
        Grid(arriving, "gradient", "upstream", "the same", dim(absent), name="g"),
        "=",
        Grid(
            products,
            "gradient",
            "products",
            f"sum {number(products.sum())}",
            missing=absent,
            labels=_only(products, absent),
            name="p",
            links=lit,
        ),
        "→",
        Grid(dx, "gradient", "∂L/∂x", "the shape of x", ring(at)),
    )
    reached = [products[o] for o in paths]
    total = f"{number(sum(reached))}" if reached else "0: no output reads this pixel"
    if len(reached) > 1:
        total = f"{_sum_of(reached)} = {total}"
    said = Words(f"∂L/∂x[{at[0]}, {at[1]}] = {total}", 14, bold=True, anchor="start")
    listed = "; ".join(f"output {o} by weight {a}, {number(layer.w[a])}" for o, a in paths.items())
    alt = (
        f"{table_alt(layer.x, 'Input')}, {_said(stride, padding)}, pixel {at} ringed. {table_alt(layer.w, 'Kernel')}. "
        f"{table_alt(arriving, 'Upstream gradient')}. The pixel feeds {listed or 'no output'}. Sum of weight times upstream gradient "
        f"{number(products.sum())}. {table_alt(dx, 'Gradient of the input')}."
    )
    return picture_of(above(beside(image, kernel, upstream, gap=30), below, said, gap=16), alt, caption)


# ------------------------------------------------------------------------------ curves, tables, a lesson


def step_size_errors(
    steps: Sequence[float], errors: Mapping[str, Sequence[float]], caption: str = ""
) -> Picture:
    """Relative error of a numerical gradient over the step h, both on logarithmic scales."""
    powers = np.log10(np.asarray(steps, dtype=float))
    lines = {name: np.log10(np.maximum(np.asarray(e, dtype=float), 1e-17)) for name, e in errors.items()}
    best = {name: int(np.argmin(line)) for name, line in lines.items()}
    said = "; ".join(
        f"{name}: smallest error 10^{lines[name][i]:.1f} at h = 10^{powers[i]:.1f}"
        for name, i in best.items()
    )
    return curves(
        powers,
        lines,
        "log₁₀ of the step h",
        "log₁₀ of the relative error",
        alt=f"Error over step size, both logarithmic. {said}. Left of it the error rises again from rounding.",
        caption=caption,
    )


def gradient_errors(rows: Mapping[str, Mapping[str, float]], caption: str = "") -> Picture:
    """A table: a line for each setting, with the relative error of every gradient; large ones are marked."""
    settings = Grid(
        np.zeros((len(rows), 1)),
        "neutral",
        "relative error of",
        labels=np.array([[setting] for setting in rows], dtype=object),
        size_of_cell=30.0,
    )
    columns = [_errors_of(name, [row[name] for row in rows.values()]) for name in next(iter(rows.values()))]
    alt = "Relative errors. " + "; ".join(
        f"{setting}: " + ", ".join(f"{name} {value:.0e}" for name, value in row.items())
        for setting, row in rows.items()
    )
    return picture_of(beside(settings, *columns, gap=6), alt, caption)


def kernel_learned(
    kernels: Mapping[int, Any], losses: Mapping[int, float], goal: Any, caption: str = ""
) -> Picture:
    """A kernel at several steps of learning, with the loss at each, beside the kernel that made the examples."""
    planes = {step: np.asarray(k, dtype=float).reshape(np.shape(goal)) for step, k in kernels.items()}
    panels: list[Panel | str] = [
        Grid(np.round(plane, 2), "kernel", f"step {step}", f"loss {number(losses[step])}", largest=2.0)
        for step, plane in planes.items()
    ]
    panels.append(Grid(goal, "neutral", "Sobel", "made the examples", largest=2.0))
    alt = ". ".join(
        f"{table_alt(np.round(plane, 2), f'Kernel after {step} steps')}, loss {number(losses[step])}"
        for step, plane in planes.items()
    )
    return picture_of(beside(*panels, gap=22), f"{alt}. {table_alt(goal, 'Sobel kernel')}.", caption)


def run_times(seconds: Mapping[str, float], caption: str = "") -> Picture:
    """Times as bars on a logarithmic scale, each with its number in milliseconds."""
    from matplotlib import rc_context

    names, times = list(seconds), [1000 * s for s in seconds.values()]
    with rc_context(STYLE):
        figure = _figure(7.2, 0.5 * len(names) + 0.9)
        axes = figure.add_subplot()
        places = np.arange(len(names))[::-1]
        axes.barh(places, times, color="#0072B2", height=0.6)
        for place, time in zip(places, times, strict=True):
            axes.annotate(
                f"{time:.3g} ms", (time, place), xytext=(5, 0), textcoords="offset points", va="center"
            )
        axes.set_xscale("log")
        axes.set_xlim(min(times) / 2, max(times) * 4)
        axes.set_yticks(places, names)
        axes.set_xlabel("time for one forward pass, milliseconds, logarithmic")
        axes.grid(axis="y", visible=False)
        figure.tight_layout()
        alt = "Times: " + "; ".join(f"{name} {time:.3g} ms" for name, time in zip(names, times, strict=True))
        return Picture.from_figure(figure, alt + ".", caption)


def _errors_of(name: str, errors: Sequence[float]) -> Grid:
    """One column of the table."""
    column = np.array(errors, dtype=float)[:, None]
    labels = np.array([[f"{e:.0e}".replace("-", "\N{MINUS SIGN}")] for e in errors], dtype=object)
    marks = ring(column > 1e-6, "wrong")
    return Grid(np.zeros(column.shape), "gradient", name, marks=marks, labels=labels, size_of_cell=30.0)


def _sum_of(values: Any) -> str:
    """Numbers as a sum: 3 − 10 + 12."""
    texts = [number(v) for v in values]
    joined = " + ".join(texts).replace("+ \N{MINUS SIGN}", "\N{MINUS SIGN} ")
    return joined


def _only(values: np.ndarray, absent: np.ndarray) -> np.ndarray:
    texts = ["" if gone else number(v) for v, gone in zip(values.flat, absent.flat, strict=True)]
    return np.array(texts, dtype=object).reshape(values.shape)


def _said(stride: int, padding: int) -> str:
    return f"stride {stride}, padding {padding}"


def _zeros_said(padding: int) -> str:
    return "dashed: zeros put round it" if padding else ""


def _clicking(picks: bool, what: str) -> str:
    return f"click a {what}" if picks else ""
