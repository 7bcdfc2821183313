"""A call to a student's function, and what came of it.

Knows nothing of right and wrong: `observe` runs the function on fresh copies of the inputs and records the value, the
exception, and which inputs were changed.
"""

from __future__ import annotations

import functools
import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from helpers.travel.codec import CodecError, Json, decode, encode, fresh
from helpers.travel.layout import layout_of
from helpers.travel.output import captured_output


@dataclass(frozen=True)
class Call:
    """Arguments for one call.

    function  name of the function called, where an exercise has several
    error     name of the exception that the contract asks for, or None where a value is asked for
    through   name of the function in `helpers.drivers` that calls the student's function and tells what came of it;
              the arguments are that driver's then
    """

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    function: str | None = None
    error: str | None = None
    through: str | None = None

    def to_json(self) -> Json:
        return {
            "args": [encode(a) for a in self.args],
            "kwargs": {name: encode(a) for name, a in self.kwargs.items()},
            "function": self.function,
            "error": self.error,
            **({"through": self.through} if self.through else {}),
        }

    @classmethod
    def from_json(cls, data: Json) -> Call:
        # Fixtures stay references here; `observe` builds them afresh for every call.
        args = tuple(decode(a, keep_fixtures=True) for a in data["args"])
        kwargs = {name: decode(a, keep_fixtures=True) for name, a in data["kwargs"].items()}
        return cls(args, kwargs, data["function"], data["error"], data.get("through"))


@dataclass(frozen=True)
class Observation:
    """What one call did.

    value     what it returned (None when it raised)
    errors    names of the exception's class and its ancestors, most specific first; empty when it returned
    message   the exception's text
    changed   names of the arguments that the call changed
    unwritten True when NotImplementedError came from the function itself
    printed   what it printed, shortened
    """

    value: Any = None
    errors: tuple[str, ...] = ()
    message: str = ""
    changed: tuple[str, ...] = ()
    unwritten: bool = False
    printed: str = ""

    @property
    def raised(self) -> bool:
        return bool(self.errors)

    def to_json(self) -> Json:
        return {
            "value": encode(self.value),
            "errors": list(self.errors),
            "message": self.message,
            "changed": list(self.changed),
        }

    @classmethod
    def from_json(cls, data: Json) -> Observation:
        return cls(decode(data["value"]), tuple(data["errors"]), data["message"], tuple(data["changed"]))


def observe(function: Callable[..., Any], call: Call) -> Observation:
    """What `function` does with fresh copies of the call's arguments."""
    with captured_output() as printed:
        seen = observe_in_silence(function, call)
    return replace(seen, printed=printed())


def observe_in_silence(function: Callable[..., Any], call: Call) -> Observation:
    """The same where the output is captured already: for whoever calls again and again."""
    args, kwargs = _fresh_arguments(call)
    try:
        value = _called(function, call)(*args, **kwargs)
    except (Exception, SystemExit) as error:
        names = tuple(
            c.__name__ for c in type(error).__mro__ if issubclass(c, BaseException) and c is not BaseException
        )
        return Observation(
            errors=names,
            message=_text_of(error),
            unwritten=isinstance(error, NotImplementedError) and _comes_from(error, function),
        )
    return Observation(value=value, changed=() if call.through else _changed(function, call, args, kwargs))


def _called(function: Callable[..., Any], call: Call) -> Callable[..., Any]:
    """What is called with the arguments: the student's function, or the driver that calls it."""
    if call.through is None:
        return function
    from helpers.drivers import driver  # most calls need none, and drivers need PyTorch

    return functools.partial(driver(call.through), function)


def _fresh_arguments(call: Call) -> tuple[list[Any], dict[str, Any]]:
    return [fresh(value) for value in call.args], {name: fresh(value) for name, value in call.kwargs.items()}


def seconds_of(
    function: Callable[..., Any], call: Call, clock: Callable[[], float] = time.perf_counter
) -> float:
    """How long one call on fresh copies takes by the clock; infinite when it raises."""
    args, kwargs = _fresh_arguments(call)
    with captured_output():
        try:
            start = clock()
            _called(function, call)(*args, **kwargs)
            return clock() - start
        except (Exception, SystemExit):
            return math.inf


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except Exception:  # a student's exception may not know how to print itself
        return ""


def _comes_from(error: BaseException, function: Callable[..., Any]) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = getattr(function, "__code__", None)
    return trace is not None and code is not None and trace.tb_frame.f_code.co_filename == code.co_filename


def _changed(
    function: Callable[..., Any], call: Call, args: list[Any], kwargs: dict[str, Any]
) -> tuple[str, ...]:
    places = [i for i, before in enumerate(call.args) if not _same(before, args[i])]
    by_name = [name for name, before in call.kwargs.items() if not _same(before, kwargs[name])]
    try:
        names = list(inspect.signature(function).parameters) if places else []
    except (TypeError, ValueError):
        names = []
    return (*(names[i] if i < len(names) else f"argument {i + 1}" for i in places), *by_name)


def _same(before: Any, after: Any) -> bool:
    if type(before) is np.ndarray and type(after) is np.ndarray:
        alike = before.dtype == after.dtype and before.shape == after.shape
        # Byte by byte, so that NaN is like NaN; the layout counts as it does on the long way.
        return alike and before.tobytes() == after.tobytes() and layout_of(before) == layout_of(after)
    if before is None or type(before) in (bool, int, str):
        return type(before) is type(after) and bool(before == after)
    try:
        untouched = encode(fresh(before))
    except CodecError:  # a fixture, or something that holds one: not data, so there is nothing to compare
        return True
    try:
        return untouched == encode(after)
    except CodecError:
        return False
