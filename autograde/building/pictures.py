"""Static outputs for `show` cells: run the untouched notebook in a real kernel and keep its pictures as PNG with their text.

PNG is the one form that GitHub, an untrusted JupyterLab, HTML export and print all show. The caption and the full
description follow as text, so that nothing depends on seeing the picture.
"""

from __future__ import annotations

import base64
import copy
import html
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from helpers.draw.picture import STATIC_MIME, standalone

ZOOM = 1.5


class PictureError(ValueError):
    """A `show` cell that failed, or shows something without a description."""


def with_pictures(name: str, released: NotebookNode) -> NotebookNode:
    """The notebook with a static output in each `show` cell and no other outputs."""
    executed = executed_notebook(name, released)
    result = copy.deepcopy(released)
    for cell, run in zip(result.cells, executed.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = _static_outputs(name, run) if "show" in cell.metadata.get("tags", []) else []
            cell.execution_count = None
    return result


def executed_notebook(name: str, notebook: NotebookNode) -> NotebookNode:
    """The notebook after a run in a clean kernel. Raises PictureError when a cell raises."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    run = copy.deepcopy(notebook)
    environment = {**os.environ, "COURSE_STATIC": "1", "NBGRADER_EXECUTION": "static"}
    client = NotebookClient(
        run, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(Path.home())}}
    )
    try:
        client.execute(env=environment, stderr=subprocess.DEVNULL)  # the kernel's own log lines
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise PictureError(f"{name}: the untouched notebook does not run to its end:\n{error}") from None
    return run


def _static_outputs(name: str, cell: NotebookNode) -> list[NotebookNode]:
    outputs: list[NotebookNode] = []
    for output in cell.outputs:
        data = output.get("data", {})
        if STATIC_MIME in data:
            outputs += _picture_outputs(name, cell, data[STATIC_MIME])
        elif "text/html" in data and "text/plain" in data:
            text = _with_images(data["text/html"])
            outputs.append(_display({"text/html": text, "text/plain": data["text/plain"]}))
        elif data:
            raise PictureError(
                f"{name}: cell {cell.id} shows a {', '.join(data)} without a description; show a Picture with alt text"
            )
    return outputs


def _picture_outputs(name: str, cell: NotebookNode, picture: dict[str, Any]) -> list[NotebookNode]:
    alt, caption = picture["alt"].strip(), picture["caption"].strip()
    if not alt:
        raise PictureError(f"{name}: the picture of cell {cell.id} has no alt text; say what it shows")
    png, width, height = png_of(picture["svg"])
    image = _display({"image/png": base64.b64encode(png).decode() + "\n", "text/plain": alt})
    # nbconvert reads the alt text here; JupyterLab and GitHub read the words below the picture.
    image.metadata = nbformat.from_dict({"image/png": {"width": width, "height": height, "alt": alt}})
    words = f"<p><em>{html.escape(caption)}</em></p>" if caption else ""
    words += f"<details><summary>Picture in words</summary><p>{html.escape(alt)}</p></details>"
    words += picture.get("more", "")
    return [image, _display({"text/html": words, "text/plain": caption or alt})]


def _with_images(text: str) -> str:
    """HTML whose SVGs are PNG images with their words: what GitHub and an untrusted JupyterLab leave of a fold."""
    before, start, rest = text.partition("<svg")
    if not start:
        return text
    end = depth = 0
    for tag in re.finditer(r"<svg\b|</svg>", start + rest):  # one may hold others
        depth += 1 if tag.group() == "<svg" else -1
        if depth == 0:
            end = tag.end()
            break
    svg, after = (start + rest)[:end], (start + rest)[end:]
    label = re.search(r'aria-label="([^"]*)"', svg)
    alt = label.group(1) if label else ""
    png, width, _ = png_of(svg)
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return f'{before}<img src="{source}" alt="{alt}" width="{width}">{_with_images(after)}'


def png_of(svg: str) -> tuple[bytes, int, int]:
    """PNG of an SVG on white, with its width and height in CSS pixels; the fonts are those that Matplotlib brings."""
    import io

    import matplotlib
    import resvg_py
    from PIL import Image

    fonts = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    png = bytes(
        resvg_py.svg_to_bytes(
            svg_string=standalone(svg),
            font_dirs=[fonts],
            skip_system_fonts=True,
            zoom=ZOOM,
            sans_serif_family="DejaVu Sans",
        )
    )
    image = Image.open(io.BytesIO(png)).convert("RGB")
    small = io.BytesIO()
    few = image.quantize(colors=128, dither=Image.Dither.NONE) if _is_drawing(image) else image
    few.save(small, "PNG", optimize=True)
    return small.getvalue(), round(image.width / ZOOM), round(image.height / ZOOM)


def _is_drawing(image: Any) -> bool:
    return image.getcolors(maxcolors=20_000) is not None


def _display(data: dict[str, str]) -> NotebookNode:
    return nbformat.v4.new_output("display_data", data=data)
