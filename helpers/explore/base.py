"""An explorer: a state, controls that change it, and a function that draws it.

It works without a browser (set, pick, press, picture), for tests. It draws nothing itself.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from helpers.draw.compose import note
from helpers.draw.numbers import shortened
from helpers.draw.picture import STATIC, Picture
from helpers.explore.controls import Button, Control
from helpers.explore.state import Pick, State


class Explorer:
    """A picture that a reader can change.

    draw       function from the state to a Picture; may call the student's function
    controls   {name: slider(…), …}, in the order they are shown; each name is part of the state
    state      further named values, such as the arrays that are edited in the picture
    try_this   sentences that say what to try
    on_pick    function (state, pick) → changes, called when a cell is picked, edited or dragged
    """

    def __init__(
        self,
        draw: Callable[[State], Picture],
        controls: Mapping[str, Control] | None = None,
        *,
        state: Mapping[str, Any] | None = None,
        try_this: Sequence[str] | str = (),
        on_pick: Callable[[State, Pick], Mapping[str, Any] | State | None] | None = None,
    ) -> None:
        self.controls = dict(controls or {})
        self.try_this = [try_this] if isinstance(try_this, str) else list(try_this)
        self._draw, self._on_pick = draw, on_pick
        values = {
            name: control.initial() for name, control in self.controls.items() if not _is_button(control)
        }
        if both := set(values) & set(state or {}):
            raise ValueError(
                f"{', '.join(sorted(both))}: in state and in controls; a control's value is given once"
            )
        self._first = State({**(state or {}), **values})
        self._problems: dict[str, str] = {}
        self._stage: Any = None
        self._show(self._first)

    # --- what a reader does, and what a test does in its place ---

    def set(self, **changes: Any) -> "Explorer":
        """Change values of the state, as the controls do."""
        return self._show(self._bounded(self.state.replace(**changes)))

    def pick(
        self, key: str, value: float | None = None, event: str = "", dx: int = 0, dy: int = 0
    ) -> "Explorer":
        """Click a cell; type a number into it (value); drag a panel (dx, dy)."""
        event = event or ("edit" if value is not None else "drag" if dx or dy else "click")
        return self._change(
            lambda state: self._on_pick(state, Pick(key, event, value, dx, dy)) if self._on_pick else None
        )

    def press(self, name: str) -> "Explorer":
        """Press a button."""
        control = self.controls.get(name)
        if not isinstance(control, Button):
            buttons = [n for n, c in self.controls.items() if _is_button(c)]
            raise ValueError(f"the explorer has no button {name!r}; it has {', '.join(buttons) or 'none'}")
        return self._change(control.action)

    def reset(self) -> "Explorer":
        """Back to the state it came up with."""
        return self._show(self._first)

    def _change(self, changes_for: Callable[[State], Mapping[str, Any] | State | None]) -> "Explorer":
        try:
            changes = changes_for(self.state)
            state = changes if isinstance(changes, State) else self.state.replace(**(changes or {}))
        except Exception as error:
            return self._fail(error)
        return self._show(self._bounded(state))

    def _bounded(self, state: State) -> State:
        """Sliders kept within their bounds, which may have moved with the rest of the state."""
        for name, control in self.controls.items():
            if hasattr(control, "lo"):
                state = state.replace(**{name: control.read(state[name], state)})
        return state

    def _show(self, state: State) -> "Explorer":
        self.state = state
        self.error = ""
        try:
            picture = self._draw(state)
            if not isinstance(picture, Picture):
                raise TypeError(f"the explorer's draw returned {shortened(picture, 60)}, expected a Picture")
            self.picture = picture
        except Exception as error:
            return self._fail(error)
        self._refresh()
        return self

    def _fail(self, error: Exception) -> "Explorer":
        self.error = said(error)
        self.picture = note(self.error, alt=self.error)
        self._refresh()
        return self

    # --- how it shows itself ---

    @property
    def widget(self) -> Any:
        """The live widget, made when first asked for."""
        if self._stage is None:
            from helpers.explore.stage import Stage

            self._stage = Stage(try_this=self.try_this, **self._traits())
            self._stage.controlled = self._controlled
            self._stage.observe(self._picked, "picked")
        return self._stage

    def _traits(self) -> dict[str, Any]:
        shown = [
            {
                "name": name,
                "label": control.label or name.replace("_", " "),
                "problem": self._problems.get(name, ""),
                **control.shown(self.state.get(name), self.state),
            }
            for name, control in self.controls.items()
        ]
        return {
            "svg": self.picture.svg,
            "alt": self.picture.alt,
            "caption": self.picture.caption,
            "controls": shown,
        }

    def _refresh(self) -> None:
        if self._stage is not None:
            with self._stage.hold_sync():
                for name, value in self._traits().items():
                    setattr(self._stage, name, value)

    def _controlled(self, values: Mapping[str, Any]) -> None:
        """Control values from the page; one that cannot be read is said beside its control."""
        state = self.state
        for name, raw in values.items():
            if name not in self.controls:
                continue
            self._problems.pop(name, None)
            try:
                state = state.replace(**{name: self.controls[name].read(raw, state)})
            except ValueError as error:
                self._problems[name] = str(error)
        self._show(self._bounded(state))

    def _picked(self, change: Mapping[str, Any]) -> None:
        event = change["new"]
        if event.get("event") == "press":
            self.press(event["key"])
            return
        self.pick(
            event["key"],
            event.get("value"),
            event.get("event", "click"),
            event.get("dx", 0),
            event.get("dy", 0),
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = self.picture._repr_mimebundle_()
        bundle["text/html"] = self._tried() + bundle["text/html"]
        bundle["text/plain"] = "\n".join(
            [*(f"Try this: {line}" for line in self.try_this), bundle["text/plain"]]
        )
        if os.environ.get(STATIC):  # a stored widget view without its kernel shows an error in JupyterLab
            return bundle
        shown = self.widget._repr_mimebundle_()
        return {**(shown[0] if isinstance(shown, tuple) else shown), **bundle}

    def _tried(self) -> str:
        return "".join(f"<p><b>Try this:</b> {escape(line)}</p>" for line in self.try_this)


def said(error: Exception) -> str:
    """An error as the stage says it: what happened in the function that is explored."""
    if isinstance(error, NotImplementedError) and not str(error):
        return "The function is not written yet. Write it, run its cell, then run this cell again."
    return f"The picture stops here. {type(error).__name__}: {shortened(str(error) or 'no message', 300)}"


def _is_button(control: Control) -> bool:
    return isinstance(control, Button)
