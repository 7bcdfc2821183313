"""The stage: a widget that shows one SVG with its controls and reports what a reader does to them.

It knows SVG, controls as plain data, and events; what they mean is the explorer's business. Its front end is
stage.js.
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets


class Stage(anywidget.AnyWidget):
    """Shows `svg`, and answers every event of the front end by counting up `reply`.

    Elements of the SVG take part by their attributes:
    data-pick="key"     can be focused and clicked; reports the key
    data-edit="key"     a click, Enter or a digit opens a number entry; reports key and value
    data-drag="name"    the mouse, or the arrow keys, report steps of data-pitch units (dx, dy)
    data-links="a b"    pointing at it lights the elements with data-cell="a", "b"; needs no kernel
    data-grid, data-row, data-col   where the arrow keys go
    """

    _esm = Path(__file__).with_name("stage.js").read_text(encoding="utf-8")

    svg = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    try_this = traitlets.List(traitlets.Unicode()).tag(sync=True)
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    reply = traitlets.Int(0).tag(sync=True)
    picked = traitlets.Dict()

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._events = 0
        self.on_msg(self._received)

    def _received(self, _: Any, content: Any, __: Any) -> None:
        """One message: control values first, then what was picked, in order; then the reply."""
        with self.hold_sync():
            if isinstance(content, dict):
                if isinstance(values := content.get("values"), dict) and values:
                    self.controlled(values)
                for event in content.get("events") or []:
                    self._events += 1
                    self.picked = {**event, "n": self._events}
            self.reply += 1

    def controlled(self, values: dict[str, Any]) -> None:
        """Called with the raw values of the controls that moved; the explorer replaces this."""
