"""`from helpers import mine`: what you built, in any later notebook. `mine.conv2d` is your own `conv2d`.

An answer is yours here once its check found it right. Until then the library's routine stands in, where there is one;
`mine.where()` says which is which. It is for using what was built, never for an answer: engine and check count every
use of it in an answer as off limits (helpers.checking.offlimits). A page made for everybody and a grader see the
stand-ins alone.
"""

from __future__ import annotations

import html
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpers.stand_ins import STAND_INS
from helpers.student.kept_answers import kept, place

__all__ = ["where"]

_made: dict[
    str, tuple[str, Callable[..., Any]]
] = {}  # by exercise: the source it was made from, and the function


@dataclass(frozen=True)
class Where:
    """Whose function each name gives: yours, or the library's; shows itself.

    own        names of your kept answers
    stands_in  names that the library's routine stands in for
    file       where your answers are kept
    """

    own: tuple[str, ...]
    stands_in: tuple[str, ...]
    file: str

    def __repr__(self) -> str:
        lines = [f"mine.{name}: your own" for name in self.own]
        lines += [f"mine.{name}: {self._library(name)}" for name in self.stands_in]
        return "\n".join([*lines, f"Your answers are kept in {self.file}"])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = [(name, "your own") for name in self.own]
        rows += [(name, self._library(name)) for name in self.stands_in]
        body = "".join(f"<tr><td><code>mine.{n}</code></td><td>{html.escape(w)}</td></tr>" for n, w in rows)
        table = (
            f"<table><thead><tr><th>Name</th><th>What it is</th></tr></thead><tbody>{body}</tbody></table>"
        )
        kept_in = f"<p>Your answers are kept in <code>{html.escape(self.file)}</code>.</p>"
        return {"text/html": table + kept_in, "text/plain": repr(self)}

    @staticmethod
    def _library(name: str) -> str:
        said = (STAND_INS[name].__doc__ or "").split(":")[0]
        return f"{said} stands in until your check is right"


def where() -> Where:
    """Which of the names are your own answers, and for which the library's routine stands in."""
    own = tuple(sorted(kept()))
    return Where(own, tuple(sorted(STAND_INS.keys() - set(own))), str(place()))


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"helpers.mine has no {name!r}")
    source = kept().get(name)
    if source is not None:
        return _function(name, source)
    if name in STAND_INS:
        return STAND_INS[name]
    raise AttributeError(
        f"There is no {name!r} of yours yet, and no library routine stands in for it. "
        "Write it in its notebook and run its check; from then on it is here."
    )


def __dir__() -> list[str]:
    return sorted({*__all__, *STAND_INS, *kept()})


def _function(name: str, source: str) -> Callable[..., Any]:
    """The kept answer as a function; made once for each source, so that `mine.f is mine.f`."""
    if name in _made and _made[name][0] == source:
        return _made[name][1]
    file = f"<your {name}>"
    # So that a traceback through the answer shows its lines. No time stamp: there is no file to compare it with.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": __name__}
    try:
        exec(compile(source, file, "exec"), names)
        function: Callable[..., Any] = names[name]
    except Exception as error:
        raise AttributeError(
            f"Your kept {name!r} cannot be run ({type(error).__name__}: {error}). Run its check again in its "
            f"notebook, or take its part out of {place()}."
        ) from error
    _made[name] = (source, function)
    return function
