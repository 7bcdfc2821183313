"""`examples("conv2d")`: every visible example of an exercise, with what is expected and what the answer gives.

`given("conv2d", "two images", "x")` hands out an argument that is too large to type.
"""

from __future__ import annotations

import difflib
import html
from dataclasses import dataclass
from typing import Any

from helpers.checking.answers import NotebookAnswer
from helpers.checking.calling import describe
from helpers.checking.checkfile import CheckData, Example, check_data
from helpers.checking.compare import Mismatch, difference
from helpers.checking.namespace import notebook_names
from helpers.travel.calls import Observation
from helpers.travel.codec import fresh


@dataclass(frozen=True)
class Shown:
    """One example as it is shown; observed None where there is no answer yet."""

    example: Example
    observed: Observation | None
    mismatch: Mismatch | None
    called: str

    @property
    def sign(self) -> str:
        return "○" if self.observed is None else "✗" if self.mismatch else "✓"


@dataclass(frozen=True)
class Gallery:
    """All examples of an exercise: text for terminals, pictures for notebooks."""

    name: str
    shown: tuple[Shown, ...]

    @property
    def text(self) -> str:
        return "\n".join(f"{one.sign} {one.example.title}\n{_indented(one)}" for one in self.shown)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    @property
    def html(self) -> str:
        return '<div class="course-examples">' + "".join(map(_card, self.shown)) + "</div>"


def examples(name: str) -> Gallery:
    """Every visible example of exercise `name`: the call, what is expected, and what the answer in this notebook gives.

    Raises LookupError for a name that is no exercise, and ValueError for one that is not a function.
    """
    data = _function_data(name)
    answer = NotebookAnswer(data, notebook_names())
    missing = answer.problem() is not None or answer.untouched()
    return Gallery(
        name, tuple(_shown(data, example, None if missing else answer) for example in data.examples)
    )


def given(name: str, title: str, parameter: str | int) -> Any:
    """An argument of a visible example, by the name (or place) of the parameter: a fresh copy.

    Raises LookupError for an exercise, example or parameter that there is not.
    """
    data = _function_data(name)
    titles = [example.title for example in data.examples]
    if title not in titles:
        near = difflib.get_close_matches(title, titles, n=1)
        suggestion = f" Did you mean {near[0]!r}?" if near else f" There are {', '.join(map(repr, titles))}."
        raise LookupError(f"{name} has no example called {title!r}.{suggestion}")
    call = data.examples[titles.index(title)].call
    values = dict(zip(data.parameters, call.args, strict=False)) | dict(enumerate(call.args)) | call.kwargs
    if parameter not in values:
        named = [repr(key) for key in values if isinstance(key, str)]
        raise LookupError(f"the example {title!r} gives no {parameter!r}; it gives {', '.join(named)}")
    return fresh(values[parameter])


def _function_data(name: str) -> CheckData:
    data = check_data(name)
    if data.kind == "values":
        raise ValueError(f"{name} asks for values, not for a function; its statement holds all there is")
    return data


def _shown(data: CheckData, example: Example, answer: NotebookAnswer | None) -> Shown:
    called = describe(example.call, data.name, (data.name, example.title), data.parameters)
    if answer is None:
        return Shown(example, None, None, called)
    observed = answer.observe(example.call)
    found = difference(data.compare, example.call, example.expected, observed, data.changes_input)
    return Shown(example, observed, found, called)


def _lines(one: Shown) -> list[tuple[str, str]]:
    wanted = one.example.call.error
    lines = [("expected", f"raises {wanted}" if wanted else repr(one.example.expected.value))]
    if one.observed is not None and one.mismatch is not None:
        seen = one.observed
        lines.append(
            ("yours", f"raises {seen.errors[0]}: {seen.message}" if seen.raised else _text(seen.value))
        )
    return lines


def _text(value: Any) -> str:
    try:
        return repr(value)[:2_000]
    except Exception:  # a student's object may not know how to print itself
        return f"a {type(value).__name__}"


def _indented(one: Shown) -> str:
    lines = [f"    {line}" for line in one.called.splitlines()]
    for label, text in _lines(one):
        first, *rest = text.splitlines() or [""]
        lines += [f"    {label + ':':<10}{first}", *(" " * 14 + line for line in rest)]
    return "\n".join(lines)


def _card(one: Shown) -> str:
    parts = [
        f'<p style="margin:.8em 0 .2em"><strong>{one.sign} {html.escape(one.example.title)}</strong></p>',
        f'<pre style="margin:.2em 0;white-space:pre-wrap">{html.escape(one.called)}</pre>',
        _picture(one),
    ]
    return "".join(parts)


def _picture(one: Shown) -> str:
    from helpers.checking.result import is_small_plane
    from helpers.draw import compare_values, table_alt
    from helpers.draw.compose import row
    from helpers.draw.grid import Grid

    wanted, seen = one.example.expected, one.observed
    if one.example.call.error is None and one.mismatch is not None and seen is not None and not seen.raised:
        if one.mismatch.kind in ("value", "shape", "nan"):
            values = one.mismatch.drawn or (wanted.value, seen.value)
            return compare_values(*values)._repr_mimebundle_()["text/html"]
    if one.example.call.error is None and one.mismatch is None and is_small_plane(wanted.value):
        plane = wanted.value.reshape(wanted.value.shape[-2:])
        return row(Grid(plane, "output", "expected"), alt=table_alt(plane, "expected")).html()
    said = "\n".join(f"{label}: {text}" for label, text in _lines(one))
    return f'<pre style="margin:.2em 0;white-space:pre-wrap">{html.escape(said)}</pre>'
