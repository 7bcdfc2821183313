"""Explorers: pictures that a reader can change.

    def drawn(state):
        return draw.row(draw.Grid(state.x, "input", "input", name="x", edits=True), …, alt=…)

    Explorer(drawn, {"stride": slider(1, 3, 1)}, state={"x": x}, on_pick=typed, try_this="Set stride to 2.")

Explorer(draw, controls, state=…, try_this=…, on_pick=…)
    draw(state) → Picture; state is immutable: state.stride, state.replace(stride=2)
    on_pick(state, pick) → changes such as {"x": changed}; a pick has key, panel, place, event,
    value, dx, dy
Controls
    slider(lo, hi, value, step=1, label=…)   lo and hi may be functions of the state
    choice({label: value}, value, label=…), toggle(label, value), numbers(values, label=…),
    button(label, action)
In the picture (arguments of draw.Grid, Strip and Bars, which need a name)
    picks=True    click or Enter reports "click" or "enter"
    edits=True    the reader types a number: "edit" with pick.value
    drag=True     mouse or arrow keys report "drag" with pick.dx, pick.dy; the key is the panel's name.
                  Where cells can be picked or edited too, arrow keys move the focus; Shift + arrow drags.
    links={(r, c): [draw.cell("y", 0, 1)]}   pointing lights these cells, without the kernel
In a test
    explorer.set(stride=2), explorer.pick("x:1,2", value=5), explorer.pick("w", dx=1), explorer.press("flip");
    then explorer.picture, explorer.state, explorer.error
Lectures
    Whatever helpers/lectures/*/explorers offer in their __all__ is offered here too: explore.name.
"""

from typing import Any

from helpers.explore.base import Explorer
from helpers.explore.controls import Control, button, choice, numbers, slider, toggle
from helpers.explore.state import Pick, State
from helpers.lectures import offers

__all__ = ["Control", "Explorer", "Pick", "State", "button", "choice", "numbers", "slider", "toggle"]


def __getattr__(name: str) -> Any:
    """A lecture's explorer. Looked up when first asked for: the lectures explore with this package, so it comes first."""
    if name.startswith("__") or name not in (found := offers("explorers")):
        raise AttributeError(f"helpers.explore has no {name!r}")
    return found[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *offers("explorers")})
