"""A mistake is an edit: a wrong answer written as a right one with one piece of its text replaced.

Edits of one answer combine: two that touch different text make an answer with both mistakes.
"""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]


class EditError(ValueError):
    """An edit that cannot be made; the message says why."""


@dataclass(frozen=True)
class Edit:
    """The piece of `of`'s source that is replaced, which occurs there once, and what replaces it."""

    of: Function
    replace: str
    by: str

    def function(self, name: str) -> Function:
        """The edited answer as a function called `name`. Raises EditError where the text does not occur just once."""
        return edited(self.of, (self,), name)


def edited(of: Function, edits: tuple[Edit, ...], name: str) -> Function:
    """`of` with all `edits` made, as a function called `name` that knows its source."""
    source = own_source(of)
    places = []
    for edit in edits:
        count = source.count(edit.replace)
        if count != 1:
            raise EditError(
                f"{name}: {edit.replace!r} occurs {count} times in {of.__name__}; quote more or less of it, so that it occurs once"
            )
        start = source.index(edit.replace)
        places.append((start, start + len(edit.replace), edit.by))
    places.sort(reverse=True)
    for (start, _, _), (_, end, _) in zip(places, places[1:], strict=False):
        if end > start:
            raise EditError(f"{name}: two edits of {of.__name__} touch the same text")
    for start, end, by in places:
        source = source[:start] + by + source[end:]
    source = source.replace(f"def {of.__name__}(", f"def {name}(", 1)
    return _compiled(of, source, name)


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits of one answer touch the same text, so that they can't be combined."""
    source = own_source(one.of)
    a, b = source.index(one.replace), source.index(other.replace)
    return a < b + len(other.replace) and b < a + len(one.replace)


@functools.cache
def own_source(function: Function) -> str:
    """The source of a function without its decorators, dedented."""
    made: str | None = getattr(function, "edited_source", None)
    if made is not None:
        return made
    lines = textwrap.dedent(inspect.getsource(function)).splitlines(keepends=True)
    node = ast.parse("".join(lines)).body[0]
    return "".join(lines[node.lineno - 1 :])


def _compiled(of: Function, source: str, name: str) -> Function:
    filename = f"<{of.__module__}.{name}>"
    try:
        code = compile(source, filename, "exec")
    except SyntaxError as error:
        raise EditError(f"{name}: the edited source does not parse: {error}") from None
    names: dict[str, Any] = {}
    exec(code, of.__globals__, names)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    function: Function = names[name]
    function.__dict__["edited_source"] = source
    return function
