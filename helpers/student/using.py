"""`yours`: runs a picture or explorer on the student's own function, and says so kindly when that is not written yet."""

from __future__ import annotations

import html
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpers.checking.checkfile import check_data
from helpers.checking.namespace import notebook_names, source_digest, source_of


@dataclass(frozen=True)
class Card:
    """A quiet box with one message, shown in place of a picture."""

    message: str

    def __repr__(self) -> str:
        return self.message

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        style = (
            "border:1px dashed #767676;border-radius:4px;padding:.5em .9em;margin:.3em 0;display:inline-block"
        )
        box = f'<div class="course-card" role="note" style="{style}">{html.escape(self.message)}</div>'
        return {"text/html": box, "text/plain": self.message}


def yours(name: str, show: Callable[[Callable[..., Any]], Any]) -> Any:
    """`show(f)` with your function `name`; a card instead while it is not written yet or when it raises.

    yours("correlate1d", lambda correlate1d: draw.signal(correlate1d(x, w)))
    """
    function = notebook_names().get(name)
    waiting = Card(
        f"This picture uses your {name}. It appears here once you have written it: run this cell again then."
    )
    if not callable(function) or source_digest(source_of(function)) == check_data(name).stub:
        return waiting
    try:
        return show(function)
    except NotImplementedError:
        return waiting
    except Exception as error:
        what = (
            f"Your {name} raised"
            if _came_from(error, function)
            else f"What your {name} returns cannot be drawn:"
        )
        text = f"{what} {type(error).__name__}: {error}. Its check shows a smaller example."
        return Card(text[:600])


def _came_from(error: Exception, function: Callable[..., Any]) -> bool:
    """Whether the function was running when the error arose."""
    code = getattr(function, "__code__", None)
    return any(frame.f_code is code for frame, _ in traceback.walk_tb(error.__traceback__))
