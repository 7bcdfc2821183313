"""The line, offered below a wrong answer: by a button, and at once after the second failed check of an exercise.

Only where somebody can click: in a running notebook. The card is there first; the line is added when it is found.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.checking.checkfile import CheckData
from helpers.checking.where import where

SECOND = 2
LOOKING = "Looking for the line where a small change helps; this takes a few seconds …"
NOTHING = "No single small change in your code makes all examples right."
_failed: Counter[str] = Counter()


@dataclass(frozen=True)
class Search:
    """A search that can be made for one answer. at_once: without being asked."""

    data: CheckData
    names: Mapping[str, Any]
    at_once: bool

    def show(self, put: Callable[[str], None]) -> None:
        """Search now, or show a button that does; `put` shows a sentence on the card."""
        if self.at_once:
            put(LOOKING)
            self._start(put, lambda: None)
        else:
            _show_button(lambda done: self._start(put, done))

    def _start(self, put: Callable[[str], None], done: Callable[[], None]) -> None:
        threading.Thread(target=self._run, args=(put, done), daemon=True).start()

    def _run(self, put: Callable[[str], None], done: Callable[[], None]) -> None:
        found = where(self.data, self.names)
        put(found.sentence(self.data.functions[0]) + "." if found else NOTHING)
        done()


def search_for(data: CheckData, names: Mapping[str, Any], failed: bool) -> Search | None:
    """The search to offer after a check; None where the answer is right, or where nobody could click."""
    if not failed:
        _failed.pop(data.name, None)
        return None
    if data.kind != "function" or not is_live():
        return None
    _failed[data.name] += 1
    return Search(data, names, _failed[data.name] >= SECOND)


def is_live() -> bool:
    """Whether this is a notebook that somebody is working in, not one that is built, graded or validated."""
    if os.environ.get("NBGRADER_EXECUTION") or os.environ.get("COURSE_STATIC"):
        return False
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def _show_button(clicked: Callable[[Callable[[], None]], None]) -> None:
    from IPython.display import display
    from ipywidgets import Button, Layout

    button = Button(
        description="Show me where",
        tooltip="The line where one small change helps",
        layout=Layout(width="auto"),
    )

    def on_click(_: Button) -> None:
        button.disabled, button.description = True, "Looking …"
        clicked(button.close)

    button.on_click(on_click)
    bundle = button._repr_mimebundle_()
    # On a page without a kernel there is nothing to click, and nothing to read either.
    display({**bundle, "text/plain": ""}, raw=True)
