"""The controls of an explorer as plain data: a slider, a choice, a toggle, a row of numbers, a button.

A control knows how its value looks on the page (`shown`) and how to read it back (`read`); it draws nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from helpers.draw.numbers import MINUS, number
from helpers.explore.state import State

Bound = float | Callable[[State], float]


class Control(Protocol):
    """One control; `label` is read out by a screen reader as well."""

    @property
    def label(self) -> str: ...

    def initial(self) -> Any: ...

    def read(self, raw: Any, state: State) -> Any:
        """The value for what the page sent; ValueError says what was expected."""
        ...

    def shown(self, value: Any, state: State) -> dict[str, Any]:
        """What the page needs to show the control."""
        ...


@dataclass(frozen=True)
class Slider:
    """A number between two bounds, which may depend on the state."""

    lo: Bound
    hi: Bound
    value: float
    step: float
    label: str

    def initial(self) -> float:
        return self.value

    def read(self, raw: Any, state: State) -> float:
        lo, hi = self._bounds(state)
        value = min(max(float(raw), lo), hi)
        if all(isinstance(n, (int, np.integer)) for n in (self.value, self.step)):
            return round(value)
        return value

    def shown(self, value: Any, state: State) -> dict[str, Any]:
        lo, hi = self._bounds(state)
        return {"kind": "slider", "lo": lo, "hi": hi, "step": float(self.step), "value": _plain(value)}

    def _bounds(self, state: State) -> tuple[float, float]:
        lo, hi = (_plain(b(state) if callable(b) else b) for b in (self.lo, self.hi))
        return lo, max(lo, hi)


@dataclass(frozen=True)
class Choice:
    """One of several named values."""

    options: tuple[tuple[str, Any], ...]
    value: Any
    label: str

    def initial(self) -> Any:
        return self.value

    def read(self, raw: Any, state: State) -> Any:
        if isinstance(raw, int) and 0 <= raw < len(self.options):
            return self.options[raw][1]
        raise ValueError(f"{self.label} has {len(self.options)} options, counted from 0; got {raw!r}")

    def shown(self, value: Any, state: State) -> dict[str, Any]:
        at = next((i for i, (_, option) in enumerate(self.options) if _alike(option, value)), -1)
        return {"kind": "choice", "options": [name for name, _ in self.options], "value": at}


@dataclass(frozen=True)
class Toggle:
    """On or off."""

    label: str
    value: bool

    def initial(self) -> bool:
        return self.value

    def read(self, raw: Any, state: State) -> bool:
        return bool(raw)

    def shown(self, value: Any, state: State) -> dict[str, Any]:
        return {"kind": "toggle", "value": bool(value)}


@dataclass(frozen=True)
class Numbers:
    """A row of numbers, typed as "1, 5, −3, 1/3"."""

    value: tuple[float, ...]
    label: str
    at_least: int
    at_most: int

    def initial(self) -> tuple[float, ...]:
        return self.value

    def read(self, raw: Any, state: State) -> tuple[float, ...]:
        if not isinstance(raw, str):
            return tuple(_plain(v) for v in raw)
        items = raw.replace(MINUS, "-").replace(",", " ").replace(";", " ").split()
        if not self.at_least <= len(items) <= self.at_most:
            raise ValueError(f"Type {self._wanted()}, separated by commas; there are {len(items)} now.")
        return tuple(_number_from(item) for item in items)

    def shown(self, value: Any, state: State) -> dict[str, Any]:
        text = ", ".join(_typed(v) for v in value)
        return {"kind": "numbers", "value": text, "size": min(48, max(12, 4 * self.at_most))}

    def _wanted(self) -> str:
        if self.at_least == self.at_most:
            return f"{self.at_least} numbers"
        return f"{self.at_least} to {self.at_most} numbers"


@dataclass(frozen=True)
class Button:
    """An action: a function from the state to the changes of it."""

    label: str
    action: Callable[[State], Mapping[str, Any]]

    def initial(self) -> None:
        return None

    def read(self, raw: Any, state: State) -> None:
        return None

    def shown(self, value: Any, state: State) -> dict[str, Any]:
        return {"kind": "button"}


def slider(lo: Bound, hi: Bound, value: float, step: float = 1, label: str = "") -> Slider:
    """A number from lo to hi, both included; integers stay so. lo and hi may be functions of the state."""
    return Slider(lo, hi, value, step, label)


def choice(options: Mapping[str, Any] | Sequence[Any], value: Any = None, label: str = "") -> Choice:
    """One of {label: value}, or of a list whose values are their own labels; the first by default."""
    pairs = tuple(options.items()) if isinstance(options, Mapping) else tuple((number(o), o) for o in options)
    if not pairs:
        raise ValueError("a choice needs at least one option")
    chosen = pairs[0][1] if value is None else value
    if not any(_alike(option, chosen) for _, option in pairs):
        raise ValueError(f"{value!r} is not among the options {', '.join(name for name, _ in pairs)}")
    return Choice(pairs, chosen, label)


def toggle(label: str, value: bool = False) -> Toggle:
    """A box to tick."""
    return Toggle(label, value)


def numbers(values: Iterable[float], label: str = "", at_least: int = 1, at_most: int = 12) -> Numbers:
    """A row of numbers to type; the state holds them as a tuple of floats."""
    return Numbers(tuple(_plain(v) for v in values), label, at_least, at_most)


def button(label: str, action: Callable[[State], Mapping[str, Any]]) -> Button:
    """A button; action(state) returns the changes, such as {"kernel": state.kernel[::-1]}."""
    return Button(label, action)


def _plain(value: Any) -> float:
    """A number that JSON can carry, integers as integers."""
    return int(value) if float(value) == int(value) else float(value)


def _typed(value: float) -> str:
    """A number as a person would type it again: 0.333…3 becomes 1/3."""
    if value == int(value):
        return str(int(value))
    simple = Fraction(value).limit_denominator(16)
    return (
        str(simple)
        if abs(float(simple) - value) < 1e-12 and simple.denominator in (3, 6, 7, 9, 12)
        else f"{value:.6g}"
    )


def _number_from(text: str) -> float:
    try:
        value = float(Fraction(text)) if "/" in text else float(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"“{text}” is not a number. Type numbers such as 2, −0.5 or 1/3.") from None
    if not np.isfinite(value):
        raise ValueError(f"“{text}” is not finite. Type numbers such as 2, −0.5 or 1/3.")
    return value


def _alike(a: Any, b: Any) -> bool:
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.array_equal(a, b)
    return type(a) is type(b) and bool(a == b)
