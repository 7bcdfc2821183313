"""Curves and photographs, drawn by Matplotlib in the course's palette on a white background.

Lines differ in dash and marker as well as in colour, and carry their name at their end where there is room.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from helpers.draw.numbers import as_array, sized
from helpers.draw.palette import ROLES
from helpers.draw.picture import Picture

INKS = (ROLES["input"], ROLES["wrong"], ROLES["output"], ROLES["kernel"], ROLES["gradient"], "#333333")
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 2)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (9, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P")
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def curves(
    x: Any,
    lines: Mapping[str, Any],
    xlabel: str,
    ylabel: str,
    *,
    alt: str,
    caption: str = "",
    title: str = "",
    ylim: tuple[float, float] | None = None,
    width: float = 7.0,
    height: float = 3.4,
) -> Picture:
    """Named curves over a common x; every axis has its label with its unit.

    x       (N,) positions, or None for 0, 1, 2, …
    lines   {name: (N,) values}
    """
    from matplotlib import rc_context

    with rc_context(STYLE):
        figure = _figure(width, height)
        axes = figure.add_subplot()
        for i, (name, values) in enumerate(lines.items()):
            line = as_array(values).astype(float)
            places = np.arange(len(line)) if x is None else as_array(x)
            if len(places) != len(line):
                raise ValueError(
                    f"{name!r} has {len(line)} values for {len(places)} positions: they must match"
                )
            axes.plot(
                places,
                line,
                color=INKS[i % len(INKS)],
                linestyle=DASHES[i % len(DASHES)],
                marker=MARKERS[i % len(MARKERS)] if len(line) <= 60 else None,
                markersize=4,
                linewidth=1.8,
                label=name,
            )
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
        if ylim:
            axes.set_ylim(*ylim)
        if not _named_at_their_ends(axes, lines):
            axes.legend(frameon=False, handlelength=3.2)
        return Picture.from_figure(figure, alt, caption)


def photo(image: Any, *, alt: str, caption: str = "", title: str = "", width: float = 3.2) -> Picture:
    """One image: (H, W) grey, (H, W, 3) or (3, H, W) colour, 0 to 1 or 0 to 255."""
    return photos([image], [title] if title else None, alt=alt, caption=caption, width=width)


def photos(
    images: Sequence[Any],
    titles: Sequence[str] | None = None,
    *,
    alt: str,
    caption: str = "",
    columns: int | None = None,
    width: float | None = None,
    signed: bool | Sequence[bool] = False,
) -> Picture:
    """Images side by side, as photo takes them.

    signed   True for maps with negative values: blue below zero, white at zero, orange above; says the range
    """
    from matplotlib import rc_context

    columns = columns or min(len(images), 4)
    rows = -(-len(images) // columns)
    width = width or min(9.0, 2.6 * columns)
    pictures = [_channels_last(as_array(image)) for image in images]
    signs = [signed] * len(pictures) if isinstance(signed, bool) else list(signed)
    tallest = max(picture.shape[0] / picture.shape[1] for picture in pictures)
    with rc_context(STYLE | {"axes.grid": False}):
        figure = _figure(width, rows * (width / columns * tallest + 0.35))
        for i, (picture, with_sign) in enumerate(zip(pictures, signs, strict=True)):
            axes = figure.add_subplot(rows, columns, i + 1)
            axes.set_axis_off()
            title = titles[i] if titles and i < len(titles) else ""
            if with_sign:
                title += f"\n{_show_signed(axes, picture)}"
            else:
                axes.imshow(picture, **_grey_scale(picture))
            axes.set_title(title.strip(), fontsize=9)
        figure.tight_layout(pad=0.3)
        return Picture.from_figure(figure, alt, caption)


def _figure(width: float, height: float) -> Any:
    """A figure that pyplot does not know, so that no notebook front end shows it twice."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def _named_at_their_ends(axes: Any, lines: Mapping[str, Any]) -> bool:
    """Write each line's name at its last point, if the names do not run into each other."""
    ends = [
        (line.get_xdata()[-1], line.get_ydata()[-1], line)
        for line in axes.get_lines()
        if len(line.get_xdata())
    ]
    low, high = axes.get_ylim()
    heights = sorted(y for _, y, _ in ends)
    close = any(b - a < 0.07 * (high - low) for a, b in zip(heights, heights[1:], strict=False))
    if len(ends) > len(INKS) or close or not np.isfinite(heights).all():
        return False
    for x, y, line in ends:
        axes.annotate(
            line.get_label(),
            (x, y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            color=line.get_color(),
            fontweight="bold",
        )
    return True


def _channels_last(image: np.ndarray) -> np.ndarray:
    if image.ndim == 3 and image.shape[0] in (1, 3) and image.shape[2] not in (1, 3, 4):
        image = image.transpose(1, 2, 0)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[..., 0]
    if image.ndim not in (2, 3):
        raise ValueError(f"an image is (H, W), (H, W, 3) or (3, H, W); this array is {sized(image.shape)}")
    if image.ndim == 3 and image.dtype.kind == "f":
        return np.clip(image / 255 if image.max() > 1.5 else image, 0, 1)
    return image


def _grey_scale(image: np.ndarray) -> dict[str, Any]:
    if image.ndim == 3:
        return {}
    return {
        "cmap": "gray",
        "vmin": 0,
        "vmax": 255 if image.max(initial=0) > 1.5 else 1,
        "interpolation": "nearest",
    }


def _show_signed(axes: Any, plane: np.ndarray) -> str:
    from matplotlib.colors import LinearSegmentedColormap

    from helpers.draw.numbers import value_range

    finite = np.abs(plane[np.isfinite(plane)].astype(float))
    largest = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    scale = LinearSegmentedColormap.from_list(
        "signed", ["#00466e", "#8fbfdc", "#ffffff", "#f0c078", "#8a5200"]
    )
    axes.imshow(plane, cmap=scale, vmin=-largest, vmax=largest, interpolation="nearest")
    return value_range(plane)
