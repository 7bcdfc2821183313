"""The pictures of notebook 02: a strip under a signal, copies added up, matrices, channels, letters, sound.

Each function takes arrays that a student can print and returns one Picture. Knows no explorer, no exercise
and no student's function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from helpers.draw import (
    Bars,
    Grid,
    Panel,
    Picture,
    Strip,
    above,
    beside,
    cell,
    dim,
    ghost,
    number,
    ring,
    row,
    stack,
    table_alt,
    window,
)
from helpers.draw.palette import ROLES

__all__ = [
    "channels_summed",
    "copies_added",
    "kernel_passing_by",
    "kernel_places",
    "matrix_times_signal",
    "motif_at",
    "scores_along",
    "sentence_as_channels",
    "signal_and_output",
    "sliding_kernel",
    "strides_and_padding",
    "strip_over_signal",
    "waveforms",
]

PITCH = 36.0  # px per position: a strip of numbers stands exactly under its signal
SMALL = 26.0  # px per cell of a matrix beside a signal
BASES = "ACGT"
FRACTIONS = {1 / 3: "⅓", 2 / 3: "⅔", 1 / 2: "½", 1 / 4: "¼", 3 / 4: "¾", 1 / 5: "⅕"}


def fraction(value: float) -> str:
    """A number as people write it: ⅓ for 0.333…, otherwise as everywhere in the course."""
    for exact, sign in FRACTIONS.items():
        if abs(abs(value) - exact) < 1e-9:
            return ("−" if value < 0 else "") + sign
    return number(value)


def fractions(values: Any) -> np.ndarray:
    """`fraction` for each entry of an array, as an array of strings."""
    return np.vectorize(fraction, otypes=[object])(np.asarray(values, dtype=float))


def product(a: float, b: float) -> str:
    """Two factors as people write them: 3·½, 3·(−1)."""
    second = fraction(b)
    return f"{fraction(a)}·({second})" if second.startswith("−") else f"{fraction(a)}·{second}"


def read(values: Any) -> str:
    """A row of numbers for an alt text: "1, 5, 3"."""
    return ", ".join(fraction(float(v)) for v in np.asarray(values, dtype=float).ravel())


def signal_panel(x: np.ndarray, title: str = "signal x", **options: Any) -> Bars:
    """A signal as bars at the pitch of the strips below it."""
    return Bars(x, "input", title, pitch=PITCH, height=90.0, **options)


def kernel_strip(w: np.ndarray, title: str = "kernel w", **options: Any) -> Strip:
    """A kernel as a strip of cells."""
    return Strip(w, "kernel", title, labels=fractions(w), **options)


# ------------------------------------------------------------------------------------- one window at work


def sliding_kernel(x: np.ndarray, w: np.ndarray, at: int = 0) -> Picture:
    """The kernel under the window that starts at `at`: products, their sum, and the valid outputs so far.

    x (N,), w (K,), 0 ≤ at ≤ N − K
    """
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    places = len(x) - len(w) + 1
    if not 0 <= at < places:
        raise ValueError(
            f"a window of {len(w)} can start at 0 to {places - 1} on {len(x)} numbers, not at {at}"
        )
    y = np.array([x[i : i + len(w)] @ w for i in range(places)])
    products = x[at : at + len(w)] * w
    later = list(range(at + 1, places))
    total = f"sum {' + '.join(map(fraction, products))} = {number(y[at])}".replace("+ −", "− ")
    return stack(
        signal_panel(x, marks=window(0, at, 1, len(w))),
        kernel_strip(w, "kernel w, under the window", offset=at, indices=False),
        Strip(products, "neutral", "products", total, labels=fractions(products), offset=at, indices=False),
        Strip(y, "output", "output y", marks=[ring(at), dim(later)], labels=fractions(y)),
        gap=8,
        alt=f"{table_alt(x, 'signal')}. The kernel {read(w)} stands under positions {at} to {at + len(w) - 1}; "
        f"the products {read(products)} add up to {number(y[at])}, output number {at}. All outputs: {read(y)}.",
        caption=f"The window at position {at}: multiply each pair, add up, write the sum to y[{at}].",
    )


def signal_and_output(
    x: np.ndarray,
    y: np.ndarray,
    name: str = "output y",
    caption: str = "Each output stands under the first sample of its window.",
) -> Picture:
    """A signal above what a kernel made of it, position under position."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return stack(
        signal_panel(x),
        Bars(y, "output", name, pitch=PITCH, height=90.0),
        alt=f"{table_alt(x, 'signal')}; {table_alt(y, name)}",
        caption=caption,
    )


def kernel_passing_by(x: np.ndarray, w: np.ndarray, starts: Sequence[int], flip: bool = False) -> Picture:
    """Several moments of a kernel that slides over a signal, one below the other, each with the number it writes."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    strip = w[::-1] if flip else w
    moments: list[Panel] = []
    said = []
    for start in starts:
        value = float(x[start : start + len(w)] @ strip)
        moments.append(
            beside(
                above(
                    Strip(x, "input", f"window at {start}", indices=False, marks=window(0, start, 1, len(w))),
                    Strip(strip, "kernel", offset=start, indices=False),
                    gap=0,
                ),
                "→",
                Strip([value], "output", f"y[{start}]", indices=False),
            )
        )
        said.append(f"at {start} the sum is {number(value)}")
    return stack(
        *moments,
        gap=10,
        alt=f"{table_alt(x, 'signal')}; the strip {read(strip)} at {len(moments)} places: {'; '.join(said)}.",
        caption="The strip comes from the left, so its right end meets the spike first."
        if not flip
        else "The strip was turned round first. Now w[0] meets the spike first.",
    )


def copies_added(x: np.ndarray, w: np.ndarray, title: str = "signal x") -> Picture:
    """Convolution as echoes: every sample sends out its own copy of the kernel, and the copies add up.

    x (N,), w (K,); the sum has N + K − 1 numbers
    """
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    total = np.zeros(len(x) + len(w) - 1)
    copies: list[Panel] = []
    for i, height in enumerate(x):
        total[i : i + len(w)] += height * w
        if height:
            copies.append(
                Strip(
                    height * w,
                    "kernel",
                    f"x[{i}] · w = {fraction(height)} · w",
                    labels=fractions(height * w),
                    offset=i,
                    indices=False,
                )
            )
    return stack(
        Strip(x, "input", title),
        *copies,
        Strip(total, "output", "sum of the copies, position by position", labels=fractions(total)),
        gap=6,
        alt=f"{table_alt(x, 'signal')}; {len(copies)} copies of the kernel {read(w)}, each multiplied by a sample and "
        f"shifted to its position; their sum is {read(total)}.",
        caption=f"{len(x)} samples and a kernel of {len(w)} give {len(x)} + {len(w)} − 1 = {len(total)} outputs.",
    )


# ------------------------------------------------------------------------------------------------- modes


def kernel_places(n: int, k: int) -> Picture:
    """Where the kernel may stand in each mode: its first and its last place, and the number of outputs."""
    reach = k - 1
    ghosts = [*range(reach), *range(reach + n, n + 2 * reach)]
    labels = [""] * reach + [f"x{i}" for i in range(n)] + [""] * reach
    dropped = (min(n, k) - 1) // 2
    starts = {
        "full": (0, n + k - 2),
        "same": (dropped, dropped + max(n, k) - 1),
        "valid": (min(n, k) - 1, max(n, k) - 1),
    }
    panels: list[Panel] = []
    said = []
    for mode, (first, last) in starts.items():
        count = last - first + 1
        panels.append(
            Strip(
                np.zeros(n + 2 * reach),
                "input",
                f"{mode}: {count} output{'s' * (count != 1)}",
                labels=labels,
                indices=False,
                marks=[ghost(ghosts), window(0, first, 1, k), window(0, last, 1, k, dashed=True)],
            )
        )
        said.append(f"{mode} has {count} places")
    return stack(
        *panels,
        gap=10,
        alt=f"A signal of {n} samples with {reach} ghost zeros on each side, three times, and the first and "
        f"the last place of a kernel of {k}: {', '.join(said)}.",
        caption="Solid outline: the first place of the kernel. Dashed outline: the last. Dashed cells are ghost "
        "zeros.",
    )


def strip_over_signal(x: np.ndarray, w: np.ndarray, position: int, flipped: bool = False) -> Picture:
    """A kernel strip over a signal or beyond its ends: every product, the sum, that position's matrix row.

    x (N,), w (K,); position of the strip's right end, 0 to N + K − 2. Beyond the ends stand ghost zeros.
    """
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    n, k = len(x), len(w)
    reach = k - 1
    if not 0 <= position < n + reach:
        raise ValueError(f"the strip's right end can stand at 0 to {n + reach - 1}, not at {position}")
    padded = np.concatenate([np.zeros(reach), x, np.zeros(reach)])
    strip = w[::-1] if flipped else w
    y = np.array([padded[i : i + k] @ strip for i in range(n + reach)])
    products = padded[position : position + k] * strip
    ghosts = [*range(reach), *range(reach + n, len(padded))]
    typed = np.isin(np.arange(len(padded)), ghosts, invert=True)
    matrix = np.array(
        [[strip[j - i + reach] if 0 <= j - i + reach < k else 0 for j in range(n)] for i in range(n + reach)]
    )
    pairs = zip(padded[position : position + k], strip, strict=True)
    total = " + ".join(product(a, b) for a, b in pairs) + f" = {fraction(y[position])}"
    name = "kernel w, turned round" if flipped else "kernel w"
    answer = "convolution" if flipped else "cross-correlation"
    left = above(
        signal_panel(
            padded, marks=[ghost(ghosts), window(0, position, 1, k)], first=-reach, name="x", edits=typed
        ),
        kernel_strip(strip, name, offset=position, indices=False, name="w", drag=True),
        Strip(products, "neutral", "products", labels=fractions(products), offset=position, indices=False),
        Strip(
            y,
            "output",
            f"output y of the {answer}, ghost zeros included",
            marks=[ring(position), dim(list(range(position + 1, len(y))))],
            labels=fractions(y),
            offset=reach,
            name="y",
            picks=True,
            links={(0, j): [cell("x", i) for i in range(j, j + k)] for j in range(len(y))},
        ),
        gap=6,
    )
    right = Grid(
        matrix,
        "kernel",
        "the same as a matrix",
        f"row {position} · x = {fraction(y[position])}",
        labels=fractions(matrix),
        marks=window(position, 0, 1, n, role="output"),
        size_of_cell=SMALL,
    )
    return row(
        left,
        right,
        gap=36,
        alt=f"{table_alt(x, 'signal')}; the strip {read(strip)}{', turned round,' if flipped else ''} with its right end "
        f"at position {position}: {total}. All outputs: {read(y)}.",
        caption=f"Right end of the strip at position {position}: {total}.",
    )


# ------------------------------------------------------------------------------------------------ matrix


def matrix_times_signal(matrix: np.ndarray, x: np.ndarray) -> Picture:
    """A matrix times a signal, written out; row 0 is outlined together with the output it makes."""
    matrix, x = np.asarray(matrix, dtype=float), np.asarray(x, dtype=float)
    if matrix.ndim != 2 or matrix.shape[1] != len(x):
        raise ValueError(f"a matrix of shape {matrix.shape} cannot multiply a signal of {len(x)} numbers")
    y = matrix @ x
    return row(
        Grid(matrix, "kernel", "T", labels=fractions(matrix), marks=window(0, 0, 1, len(x), role="output")),
        "·",
        Grid(x[:, None], "input", "x"),
        "=",
        Grid(y[:, None], "output", "y", labels=fractions(y)[:, None], marks=ring((0, 0))),
        alt=f"{table_alt(matrix, 'matrix')}; times {table_alt(x, 'signal')}; equals {table_alt(y, 'output')}.",
        caption="Each row is the kernel in one of its places. The outlined row times x is the ringed output.",
    )


# ----------------------------------------------------------------------------------------------- channels


def channels_summed(x: np.ndarray, w: np.ndarray, bias: float = 0.0, at: int = 0) -> Picture:
    """One filter on a signal with several channels, at one place: x (C, L), w (C, K)."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    width = w.shape[1]
    partial = [float(x[c, at : at + width] @ w[c]) for c in range(len(x))]
    y = np.array([np.sum(x[:, i : i + width] * w) + bias for i in range(x.shape[1] - width + 1)])
    lines: list[Panel] = [
        beside(
            Strip(x[c], "input", f"x, channel {c}", indices=False, marks=window(0, at, 1, width)),
            "·",
            Strip(w[c], "kernel", f"w, channel {c}", labels=fractions(w[c]), indices=False),
            "→",
            Strip([partial[c]], "neutral", f"sum {c}", labels=[fraction(partial[c])], indices=False),
        )
        for c in range(len(x))
    ]
    adding = " + ".join(fraction(p) for p in partial) + (f" + bias {fraction(bias)}" if bias else "")
    return stack(
        *lines,
        Strip(
            y,
            "output",
            "output, one channel",
            f"y[{at}] = {adding} = {number(y[at])}",
            marks=ring(at),
            labels=fractions(y),
        ),
        gap=10,
        alt=f"{table_alt(x, 'signal with channels as rows')}; {table_alt(w, 'filter')}. At position {at} the channels give "
        f"{read(partial)}; with bias {number(bias)} that makes {number(y[at])}. All outputs: {read(y)}.",
        caption="A filter has one row of weights for each channel. It adds up all its products: one number for each place.",
    )


def strides_and_padding(n: int, k: int, stride: int, padding: int) -> Picture:
    """Every place of a kernel on a padded signal, one below the other, and the outputs that they make."""
    total = n + 2 * padding
    starts = list(range(0, total - k + 1, stride)) if k <= total else []
    never_read = sorted(set(range(total)) - {start + j for start in starts for j in range(k)})
    ghosts = [*range(padding), *range(padding + n, total)]
    rows: list[Panel] = [
        Strip(
            np.zeros(total),
            "input",
            f"signal of {n}" + (f", padding {padding}" if padding else ""),
            labels=["0"] * padding + [f"x{i}" for i in range(n)] + ["0"] * padding,
            marks=[ghost(ghosts), dim(never_read)],
            first=-padding,
        )
    ]
    rows += [
        Strip(
            np.zeros(k),
            "kernel",
            offset=start,
            labels=[f"w{j}" for j in range(k)],
            indices=False,
            size_of_cell=PITCH,
        )
        for start in starts[:12]
    ]
    outcome = (
        f"({n} + 2·{padding} − {k}) / {stride}, rounded down, + 1 = {len(starts)}"
        if starts
        else "the kernel does not fit"
    )
    if starts:
        rows.append(
            Strip(
                np.zeros(len(starts)),
                "output",
                f"{len(starts)} output{'s' * (len(starts) != 1)}",
                labels=[f"y{i}" for i in range(len(starts))],
                indices=False,
            )
        )
    whose = "padded signal's" if padding else "signal's"
    unread = len(never_read)
    left_over = f" {unread} of the {whose} numbers {'is' if unread == 1 else 'are'} never read: pale."
    left_over = left_over if unread and starts else ""
    return stack(
        *rows,
        gap=5,
        alt=f"A signal of {n} with padding {padding} and a kernel of {k} moving by {stride}: {outcome}.{left_over}",
        caption=f"{outcome[0].upper()}{outcome[1:]}.{left_over}",
    )


# -------------------------------------------------------------------------------------- letters and words


def one_hot(text: str) -> np.ndarray:
    """A sequence of bases as four channels A, C, G, T: (4, length); unknown letters are columns of zeros."""
    return np.array([[float(letter == base) for letter in text.upper()] for base in BASES])


def motif_at(sequence: str, motif: str, at: int) -> Picture:
    """A motif's one-hot weights under one place of a sequence; matching cells are ringed."""
    x, w = one_hot(sequence), one_hot(motif)
    hits = [(int(r), int(c) + at) for r, c in np.argwhere(x[:, at : at + len(motif)] * w)]
    names = np.array([list(sequence.upper())])
    return stack(
        Strip(np.zeros(len(sequence)), "neutral", "sequence", labels=names[0], indices=True),
        Strip(
            x,
            "input",
            "four channels: A, C, G, T",
            marks=[window(0, at, 4, len(motif)), ring(hits)],
            indices=False,
        ),
        Strip(
            w,
            "kernel",
            f"motif {motif.upper()}, four channels",
            offset=at,
            indices=False,
            name="w",
            drag=True,
        ),
        gap=8,
        alt=f"The sequence {sequence.upper()} as four rows of zeros and ones, and the motif {motif.upper()} likewise. "
        f"At position {at} {len(hits)} of {len(motif)} letters match.",
        caption=f"At position {at} the score is {len(hits)}"
        + (": the ringed ones meet ones of the motif." if hits else ": no one meets a one of the motif."),
    )


def scores_along(sequence: str, values: np.ndarray, motif: str) -> Picture:
    """The score at every place of a sequence as bars; the best places are marked and spelled out."""
    values = np.asarray(values, dtype=float)
    best = [int(i) for i in np.flatnonzero(values == values.max())]
    places = ", ".join(f"{sequence[i : i + len(motif)].upper()} at {i}" for i in best[:6])
    said = f"Best score {number(values.max())} of {len(motif)}: {places}{' and others' if best[6:] else ''}."
    return stack(
        Bars(
            values,
            "output",
            f"matches with {motif}",
            f"height: letters that match, of {len(motif)} · below: place of the motif's first letter",
            pitch=14.0,
            height=90.0,
            marks=ring(best),
            limits=(0, len(motif)),
        ),
        alt=f"{len(values)} scores of the motif {motif} as bars. {said}",
        caption=said,
    )


def sentence_as_channels(
    words: Sequence[str],
    channels: np.ndarray,
    outputs: np.ndarray,
    properties: Sequence[str],
    filters: Sequence[str],
) -> Picture:
    """Words as columns of a signal, and what filters of width 2 answer; positive answers are ringed.

    channels (C, L), outputs (F, L − 1)
    """
    outputs = np.asarray(outputs, dtype=float)
    found = [(int(f), int(i)) for f, i in np.argwhere(outputs > 0)]
    said = [f"{filters[f]} finds “{words[i]} {words[i + 1]}” at position {i}" for f, i in found]
    return stack(
        Strip(np.zeros(len(words)), "neutral", "sentence", labels=list(words)),
        Strip(channels, "input", f"channels: {', '.join(properties)}", indices=False),
        Strip(
            outputs,
            "output",
            f"outputs: {', '.join(filters)}",
            marks=[ring(found), dim(outputs <= 0)],
            indices=False,
        ),
        gap=8,
        alt=f"The sentence “{' '.join(words)}” as {len(properties)} channels; {'; '.join(said) or 'no filter answers'}.",
        caption="Ringed: an output above zero; the others are pale. " + "; ".join(said) + ".",
    )


# ------------------------------------------------------------------------------------------------- sound


def waveforms(
    sounds: Mapping[str, np.ndarray],
    rate: int,
    parts: Mapping[str, tuple[float, float]],
    caption: str = "",
) -> Picture:
    """Sounds one below the other over one time axis.

    rate in samples per second; parts names intervals in seconds, whose loudness is written there and in the alt text
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from helpers.draw.plots import STYLE

    loudest = max(float(np.abs(sound).max()) for sound in sounds.values())
    with rc_context(STYLE):
        figure = Figure(figsize=(8.4, 1.45 * len(sounds) + 0.5))
        FigureCanvasAgg(figure)
        for i, (name, sound) in enumerate(sounds.items()):
            axes = figure.add_subplot(len(sounds), 1, i + 1)
            axes.plot(
                np.arange(len(sound)) / rate,
                sound,
                linewidth=0.5,
                color=ROLES["input" if i == 0 else "output"],
            )
            axes.set(ylim=(-1.1 * loudest, 1.1 * loudest), ylabel="amplitude", title=name)
            axes.title.set(fontsize=10, fontweight="bold", horizontalalignment="left", x=0.0)
            for part, (start, end) in parts.items():
                axes.axvspan(start, end, color="#7a7a7a", alpha=0.12, linewidth=0)
                said = f"{part}, loudness {number(loudness(sound, rate, (start, end)))}"
                axes.text((start + end) / 2, 0.86 * loudest, said, ha="center", fontsize=9)
            axes.set_xlabel("time in seconds" if i == len(sounds) - 1 else "")
        figure.tight_layout(pad=0.4)
        alt = "; ".join(f"{name}: {loudness_of_parts(sound, rate, parts)}" for name, sound in sounds.items())
        return Picture.from_figure(figure, f"Waveforms over time. {alt}.", caption)


def loudness_of_parts(sound: np.ndarray, rate: int, parts: Mapping[str, tuple[float, float]]) -> str:
    """The root mean square of each part, in words: "s 0.158, a 0.287"."""
    return "loudness of " + ", ".join(
        f"{part} {number(loudness(sound, rate, span))}" for part, span in parts.items()
    )


def loudness(sound: np.ndarray, rate: int, span: tuple[float, float]) -> float:
    """The root mean square of the samples between two moments (seconds)."""
    start, end = (int(moment * rate) for moment in span)
    return float(np.sqrt(np.mean(np.square(sound[start:end]))))
