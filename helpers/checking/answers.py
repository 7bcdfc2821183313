"""A student's answer to one exercise, as something that can be asked: is it there, is it untouched, what does it do?

`NotebookAnswer` asks in this process. A grader that keeps student code elsewhere offers the same few questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from helpers.checking.checkfile import CheckData
from helpers.checking.namespace import similar_function, source_digest, source_of
from helpers.checking.offlimits import off_limits_use
from helpers.travel.calls import Call, Observation, observe, seconds_of


class Answer(Protocol):
    """What evaluation and grading may ask of a student's answer."""

    def problem(self) -> str | None:
        """A sentence when the answer cannot be called at all (missing, renamed, not a function)."""

    def untouched(self) -> bool:
        """True while the cell still holds the released stub."""

    def observe(self, call: Call) -> Observation:
        """What one call does."""

    def seconds(self, call: Call) -> float:
        """How long one call takes, infinite when it raises. A time taken from outside, transfer included, is good enough."""

    def off_limits(self) -> str | None:
        """A forbidden routine that the source uses, or None."""

    def source(self) -> str:
        """The source of the answer's functions, "" where it is not known."""

    def values(self) -> dict[str, Any]:
        """The variables of a value exercise; a missing one is `...`."""


@dataclass(frozen=True)
class NotebookAnswer:
    """The answer in a namespace of this process."""

    data: CheckData
    names: Mapping[str, Any]

    def problem(self) -> str | None:
        for name in self.data.functions:
            if name not in self.names:
                return _missing(name, self.names)
            if not callable(self.names[name]):
                kind = type(self.names[name]).__name__
                return f"`{name}` is a {kind} here, not a function. Did a later line use the same name? Run its cell again."
        return None

    def untouched(self) -> bool:
        if self.data.kind == "values":
            return all(value is Ellipsis for value in self.values().values())
        functions = [self.names.get(name) for name in self.data.functions]
        return all(f is not None and source_digest(source_of(f)) == self.data.stub for f in functions)

    def observe(self, call: Call) -> Observation:
        return observe(self._called(call), call)

    def seconds(self, call: Call) -> float:
        return seconds_of(self._called(call), call)

    def off_limits(self) -> str | None:
        found = (off_limits_use(self.names[name], self.data.off_limits) for name in self.data.functions)
        return next((name for name in found if name), None)

    def source(self) -> str:
        return "\n".join(source_of(self.names[name]) for name in self.data.functions if name in self.names)

    def _called(self, call: Call) -> Any:
        return self.names[call.function or self.data.functions[0]]

    def values(self) -> dict[str, Any]:
        return {entry.name: self.names.get(entry.name, Ellipsis) for entry in self.data.entries}


def _missing(name: str, names: Mapping[str, Any]) -> str:
    similar = similar_function(name, names)
    if similar:
        return f"There is no `{name}` in this notebook, but there is `{similar}`. If you renamed it, give it its old name back."
    return (
        f"There is no `{name}` in this notebook yet. Run the cell that defines it, then run this one again."
    )
