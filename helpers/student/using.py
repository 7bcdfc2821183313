"""`yours`: runs a picture or explorer on the student's own function, and says so kindly when that is not written yet."""

from __future__ import annotations

import html
import traceback
from dataclasses import dataclass
from typing import Any

from helpers.checking.checkfile import check_data
from helpers.checking.namespace import notebook_names, source_digest, source_of
from helpers.checking.words import listed


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


def yours(*names_and_show: Any) -> Any:
    """`show` of your functions; a card instead while one is not written yet or when it raises.

    yours("correlate1d", lambda correlate1d: draw.signal(correlate1d(x, w)))
    yours("sgd_step", "adam_step", lambda sgd, adam: explore.race({"descent": (sgd, {}), "Adam": (adam, {})}))

    Names of functions, then what is called with them. Raises TypeError for anything else.
    """
    *names, show = names_and_show
    if not names or not all(isinstance(name, str) for name in names) or not callable(show):
        raise TypeError(
            'yours takes names of functions, then a function that shows them: yours("f", lambda f: …)'
        )
    known = notebook_names()
    functions = [known.get(name) for name in names]
    missing = [
        name for name, function in zip(names, functions, strict=True) if not _is_written(name, function)
    ]
    waiting = Card(
        f"This picture uses your {listed(names)}. It appears here once you have written "
        f"{listed(missing or names)}: run this cell again then."
        if len(names) > 1
        else f"This picture uses your {names[0]}. It appears here once you have written it: run this cell again then."
    )
    if missing:
        return waiting
    try:
        return show(*functions)
    except NotImplementedError:
        return waiting
    except Exception as error:
        raised = [name for name, f in zip(names, functions, strict=True) if _came_from(error, f)]
        what = (
            f"Your {raised[-1]} raised" if raised else f"What your {listed(names)} returns cannot be drawn:"
        )
        text = f"{what} {type(error).__name__}: {error}. Its check shows a smaller example."
        return Card(text[:600])


def _is_written(name: str, function: Any) -> bool:
    return callable(function) and source_digest(source_of(function)) != check_data(name).stub


def _came_from(error: Exception, function: Any) -> bool:
    """Whether the function was running when the error arose."""
    code = getattr(function, "__code__", None)
    return any(frame.f_code is code for frame, _ in traceback.walk_tb(error.__traceback__))
