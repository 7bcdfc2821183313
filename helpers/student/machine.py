"""`kernel_check()`: whether this kernel has what the course needs, in one small table."""

from __future__ import annotations

import html
import importlib
import os
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from helpers.student.records import directory

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Item:
    """One line of the report. good  whether it is as it should be; remedy  what to do if not."""

    name: str
    found: str
    good: bool
    remedy: str = ""


@dataclass(frozen=True)
class Report:
    """What `kernel_check` found; shows itself."""

    items: tuple[Item, ...]

    @property
    def good(self) -> bool:
        return all(item.good for item in self.items)

    def __repr__(self) -> str:
        lines = [
            f"{'✓' if i.good else '✗'} {i.name}: {i.found}{'' if i.good else '. ' + i.remedy}"
            for i in self.items
        ]
        return "\n".join([*lines, self._verdict()])

    def _verdict(self) -> str:
        return (
            "Everything is ready."
            if self.good
            else "Follow the advice in the marked lines, then run this cell again."
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = "".join(
            f"<tr><td style='text-align:left'>{'✓' if i.good else '✗'}</td><td style='text-align:left'>{html.escape(i.name)}</td><td style='text-align:left'>{html.escape(i.found)}</td>"
            f"<td style='text-align:left'>{'' if i.good else html.escape(i.remedy)}</td></tr>"
            for i in self.items
        )
        head = "<tr><th style='text-align:left'></th><th style='text-align:left'>what</th><th style='text-align:left'>found</th><th style='text-align:left'>if not</th></tr>"
        table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table><p>{self._verdict()}</p>"
        return {"text/html": table, "text/plain": repr(self)}


def kernel_check() -> Report:
    """Look for Python, the packages, and a place to keep progress. PyTorch is loaded, which takes a second or two."""
    return Report(
        (_python(), *(_package(n) for n in ("numpy", "matplotlib", "ipywidgets", "torch")), _progress())
    )


def _python() -> Item:
    good = sys.version_info[:2] >= OLDEST_PYTHON
    remedy = "Choose Kernel → Change Kernel… and take the course's Python, 3.11 or newer"
    return Item("Python", sys.version.split()[0], good, remedy)


def _package(name: str) -> Item:
    try:
        importlib.import_module(name)
        return Item(name, version(name), True)
    except (ImportError, PackageNotFoundError) as error:
        return Item(
            name,
            f"missing ({error})",
            False,
            "This kernel is not the course's: choose Kernel → Change Kernel…",
        )


def _progress() -> Item:
    place = directory()
    try:
        place.mkdir(parents=True, exist_ok=True)
        good = os.access(place, os.W_OK)
    except OSError:
        good = False
    return Item(
        "progress is kept in",
        str(place),
        good,
        "Nothing else depends on it; your answers are in the notebook",
    )
