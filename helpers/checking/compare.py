"""Whether what came of a call is what was wanted, and if not, in which way: the comparators.

A comparator is a small frozen dataclass that travels by name. It returns None or a `Mismatch` whose sentence is meant
for the student. It knows nothing of exercises, points or hints.
"""

from __future__ import annotations

import math
import numbers
import operator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from helpers.travel.calls import Call, Observation
from helpers.travel.codec import Json, is_tensor

KIND_NAMES = {
    "f": "floating-point numbers",
    "i": "integers",
    "u": "integers",
    "b": "booleans",
    "c": "complex numbers",
}


@dataclass(frozen=True)
class Mismatch:
    """How an answer differs.

    kind      "error", "no error", "type", "shape", "dtype", "nan", "value" or "changed"
    sentence  says it to the student
    credit    share of the marks that is earned all the same: the right items of `parts`
    drawn     what a hint draws as (expected, yours), where the values as they were returned would mislead
    """

    kind: str
    sentence: str
    credit: float = 0.0
    drawn: tuple[Any, Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Item:
    """One item of a result that has several: what a sentence calls it, what is wanted and what came, and whether that is wrong."""

    name: str
    expected: Any
    yours: Any
    wrong: bool


@dataclass(frozen=True)
class Comparator:
    """Base of the comparators.

    check_dtype   False accepts integers for floats and the other way round
    errors_speak  an error that the contract asks for must say something
    rtol          relative tolerance, where a contract asks for more than single precision
    """

    check_dtype: bool = True
    errors_speak: bool = field(default=False, kw_only=True)
    rtol: float = field(default=1e-5, kw_only=True)

    def to_json(self) -> Json:
        return {"name": type(self).__name__, **asdict(self)}

    def mismatch(self, expected: Any, actual: Any, rtol: float) -> Mismatch | None:
        """Compare a returned value with the expected one, structure first, then leaf by leaf."""
        return _structure(self, expected, actual, rtol, "")

    def leaf(self, expected: np.ndarray, actual: np.ndarray, rtol: float) -> str | None:
        """A sentence when two arrays of one shape differ in value."""
        raise NotImplementedError

    def items(self, expected: Any, actual: Any, rtol: float) -> tuple[Item, ...]:
        """What of a result can be judged apart; () where it has no items, or not as many as it should."""
        if not isinstance(expected, tuple) or not isinstance(actual, list | tuple) or len(expected) < 2:
            return ()
        if len(actual) != len(expected):
            return ()
        return tuple(
            Item(name, wanted, got, _structure(self, wanted, got, rtol, "") is not None)
            for name, wanted, got in zip(self.item_names(len(expected)), expected, actual, strict=True)
        )

    def item_names(self, count: int) -> tuple[str, ...]:
        """What the items are called."""
        return tuple(f"item {index}" for index in range(count))


@dataclass(frozen=True)
class close(Comparator):
    """Equal up to rounding. Integers, booleans and text exactly; floats to `rtol` of the largest entry."""

    def leaf(self, expected: np.ndarray, actual: np.ndarray, rtol: float) -> str | None:
        wrong = ~_close(expected, actual, rtol)
        count = int(np.count_nonzero(wrong))
        if not count:
            return None
        if expected.ndim == 0:
            return "expected {}, yours is {}".format(*_numbers(expected[()], actual[()]))
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        place = where[0] if len(where) == 1 else where
        values = "expected {}, yours is {}".format(*_numbers(expected[where], actual[where]))
        if count == 1:
            return f"1 of {expected.size} numbers differs, at index {place}: {values}"
        return f"{count} of {expected.size} numbers differ, the first at index {place}: {values}"


@dataclass(frozen=True)
class equal(close):
    """Exactly equal, floats too."""

    def leaf(self, expected: np.ndarray, actual: np.ndarray, rtol: float) -> str | None:
        return super().leaf(expected, actual, 0.0)


@dataclass(frozen=True)
class same_dtype(close):
    """Like `close`, and the dtype must be exactly the expected one."""

    def mismatch(self, expected: Any, actual: Any, rtol: float) -> Mismatch | None:
        found = super().mismatch(expected, actual, rtol)
        if found is None and isinstance(expected, np.ndarray) and expected.dtype != actual.dtype:
            return Mismatch(
                "dtype", f"the values are right, but their dtype is {actual.dtype}; expected {expected.dtype}"
            )
        return found


@dataclass(frozen=True)
class up_to_scale(close):
    """Equal after both are divided by their norm; an answer times a positive number counts."""

    def leaf(self, expected: np.ndarray, actual: np.ndarray, rtol: float) -> str | None:
        return super().leaf(_unit(expected), _unit(actual), rtol)


@dataclass(frozen=True)
class angle(close):
    """Equal modulo 2π, in radians."""

    def leaf(self, expected: np.ndarray, actual: np.ndarray, rtol: float) -> str | None:
        off = np.abs((np.asarray(actual) - expected + np.pi) % (2 * np.pi) - np.pi)
        return super().leaf(expected, np.where(off <= max(rtol, 1e-9), expected, actual), 0.0)


@dataclass(frozen=True)
class polar(close):
    """A pair (magnitude, direction) of arrays: directions modulo 2π, and only where the magnitude isn't tiny.

    Tiny is below `tiny` times the largest magnitude, or below 1e-9 (1e-4 in single precision) on flat ground: there a
    direction is rounding error.
    """

    tiny: float = 1e-6

    def mismatch(self, expected: Any, actual: Any, rtol: float) -> Mismatch | None:
        found = _structure(self, expected, actual, rtol, "")
        if found is None or not isinstance(actual, list | tuple) or len(actual) != 2:
            return found
        if (wrong := _structure(self, expected[0], actual[0], rtol, "magnitude: ")) is not None:
            return wrong
        wanted = np.asarray(expected[1])
        if not _is_like(actual[1], wanted):
            return _structure(self, wanted, actual[1], rtol, "direction: ")
        judged = self._judged(expected, actual, rtol)
        found = _structure(angle(self.check_dtype), wanted, judged, rtol, "direction: ")
        return found and replace(found, drawn=(wanted, judged))

    def _judged(self, expected: Any, actual: Any, rtol: float) -> np.ndarray:
        """The directions of an answer, with the expected ones wherever they do not count."""
        length = np.abs(np.asarray(expected[0], dtype=float))
        ground = 1e-4 if rtol > 2e-5 else 1e-9
        counts = length > max(ground, max(self.tiny, 10 * rtol) * length.max(initial=0.0))
        return np.where(counts, np.asarray(actual[1]), np.asarray(expected[1]))

    def items(self, expected: Any, actual: Any, rtol: float) -> tuple[Item, ...]:
        if not isinstance(actual, list | tuple) or len(actual) != 2:
            return ()
        wrong = _structure(self, expected[0], actual[0], rtol, "") is not None
        magnitude = Item("the magnitude", expected[0], actual[0], wrong)
        if not _is_like(actual[1], np.asarray(expected[1])):
            return magnitude, Item("the direction", expected[1], actual[1], True)
        judged = self._judged(expected, actual, rtol)
        off = _structure(angle(self.check_dtype), expected[1], judged, rtol, "") is not None
        return magnitude, Item("the direction", expected[1], judged, off)


@dataclass(frozen=True)
class outer(close):
    """A pair (column, row) of arrays, judged by its outer product; or None where None is expected."""

    def mismatch(self, expected: Any, actual: Any, rtol: float) -> Mismatch | None:
        if actual is None and expected is not None:  # a legal answer of the exercise, so no return is missing
            return Mismatch("type", "expected a pair of factors, yours is None")
        shapes_only = _structure(_any_value(), expected, actual, rtol, "")
        if expected is None or shapes_only is not None or any(factor is None for factor in expected):
            return shapes_only  # a wrong answer's pair of Nones is compared with another's
        wanted, got = np.outer(*expected), np.outer(*actual)
        found = _structure(close(self.check_dtype), wanted, got, rtol, "outer product: ")
        return found and replace(found, drawn=(wanted, got))

    def items(self, expected: Any, actual: Any, rtol: float) -> tuple[Item, ...]:
        """The outer product alone: the two factors cannot be judged apart."""
        if expected is None or not isinstance(actual, list | tuple) or len(actual) != 2:
            return ()
        if any(factor is None for factor in [*expected, *actual]):
            return ()
        if _structure(_any_value(), expected, actual, rtol, "") is not None:
            return ()
        found = self.mismatch(expected, actual, rtol)
        return (Item("outer product", np.outer(*expected), np.outer(*actual), found is not None),)


@dataclass(frozen=True)
class _any_value(Comparator):
    """Structure and shapes alone."""

    check_dtype: bool = False

    def leaf(self, expected: np.ndarray, actual: np.ndarray, rtol: float) -> str | None:
        return None


@dataclass(frozen=True)
class partition(Comparator):
    """A list of groups of integers in which neither the order of groups nor that inside a group counts."""

    def mismatch(self, expected: Any, actual: Any, rtol: float) -> Mismatch | None:
        try:
            groups = sorted(tuple(sorted(operator.index(i) for i in group)) for group in actual)
        except (TypeError, ValueError):
            return Mismatch("type", "expected a list of groups of whole numbers")
        wanted = sorted(tuple(sorted(int(i) for i in group)) for group in expected)
        return (
            None
            if groups == wanted
            else Mismatch("value", f"expected the groups {wanted}, yours are {groups}")
        )


@dataclass(frozen=True)
class parts(close):
    """A tuple whose items are named and earn marks apart: parts(names=("dx", "db"), shares=(2, 1)).

    core   names of items without which the others earn nothing, where doing nothing would get those right
    """

    names: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    core: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "shares", tuple(self.shares))
        object.__setattr__(self, "core", tuple(self.core))
        if len(self.names) != len(self.shares):
            raise ValueError(
                f"parts needs a name and a share for each item; got names {self.names}, shares {self.shares}"
            )
        if unknown := set(self.core) - set(self.names):
            raise ValueError(
                f"the core of parts names {sorted(unknown)}, which are none of its items {self.names}"
            )

    def item_names(self, count: int) -> tuple[str, ...]:
        return tuple(f"`{name}`" for name in self.names)

    def mismatch(self, expected: Any, actual: Any, rtol: float) -> Mismatch | None:
        listed = ", ".join(self.names)
        if not isinstance(expected, tuple) or len(expected) != len(self.names):
            # Two wrong answers are compared too, and what is taken for the expected one is then of any form.
            return _structure(self, expected, actual, rtol, "")
        if actual is None or actual is Ellipsis or not isinstance(actual, list | tuple):
            found = _structure(self, expected, actual, rtol, "")
            return found and Mismatch(found.kind, f"{found.sentence} Return the tuple ({listed})".strip())
        if len(actual) != len(self.names):
            return Mismatch("shape", f"expected {len(self.names)} items, ({listed}); yours has {len(actual)}")
        found_in = {
            name: _structure(self, wanted, got, rtol, f"{name}: ")
            for name, wanted, got in zip(self.names, expected, actual, strict=True)
        }
        wrong = [found for found in found_in.values() if found is not None]
        if not wrong:
            return None
        right = [name for name, found in found_in.items() if found is None]
        earned = sum(share for name, share in zip(self.names, self.shares, strict=True) if name in right)
        if not set(self.core) <= set(right):
            earned = 0.0
        others = f"; {' and '.join(right)} {'is' if len(right) == 1 else 'are'} right" if right else ""
        return Mismatch(wrong[0].kind, wrong[0].sentence + others, earned / sum(self.shares))


COMPARATORS = {
    c.__name__: c for c in (close, equal, same_dtype, up_to_scale, angle, partition, parts, polar, outer)
}


def comparator_from_json(data: Json) -> Comparator:
    """The comparator that `to_json` described."""
    settings = {key: value for key, value in data.items() if key != "name"}
    return COMPARATORS[data["name"]](**settings)


def difference(
    comparator: Comparator,
    call: Call,
    expected: Observation,
    observed: Observation,
    changes_input: bool = False,
) -> Mismatch | None:
    """Compare what came of a call with what was wanted: error or value first, then changed inputs."""
    if call.error is not None:
        return _error_mismatch(call.error, observed, comparator.errors_speak)
    if observed.raised:
        detail = f": {observed.message}" if observed.message else ""
        return Mismatch("error", f"your code raised {observed.errors[0]}{detail}")
    found = comparator.mismatch(expected.value, observed.value, tolerance(call, expected, comparator.rtol))
    if observed.changed and not changes_input:
        names = " and ".join(f"`{name}`" for name in observed.changed)
        if found is None:
            return Mismatch(
                "changed", f"the result is right, but your code changed its input {names}; work on a copy"
            )
        if found.credit:
            sentence = f"{found.sentence}; but your code changed its input {names}, work on a copy"
            return replace(found, credit=0.0, sentence=sentence)
    return found


def tolerance(call: Call, expected: Observation, usual: float) -> float:
    """Relative tolerance: 1e-4 when the call or its result is in single precision; else the usual one, which lets an
    answer work in single precision."""
    leaves = [*_leaves(list(call.args)), *_leaves(list(call.kwargs.values())), *_leaves(expected.value)]
    return (
        1e-4
        if any(str(getattr(leaf, "dtype", "")).endswith(("float32", "float16")) for leaf in leaves)
        else usual
    )


def _error_mismatch(wanted: str, observed: Observation, must_speak: bool) -> Mismatch | None:
    if not observed.raised:
        return Mismatch(
            "no error", f"this input must raise {wanted}; yours returned {_shown(observed.value)}"
        )
    if wanted in observed.errors:
        if must_speak and not observed.message.strip():
            return Mismatch(
                "error", f"your {observed.errors[0]} says nothing; give it a message that names what is wrong"
            )
        return None
    return Mismatch("error", f"this input must raise {wanted}; yours raised {observed.errors[0]}")


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in _leaves(item)]
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [value]


def _structure(
    comparator: Comparator, expected: Any, actual: Any, rtol: float, place: str
) -> Mismatch | None:
    if actual is None and expected is not None:
        return Mismatch("type", f"{place}got None. Is a `return` missing?")
    if actual is Ellipsis:
        return Mismatch("type", f"{place}got `...`; write your answer there")
    if isinstance(expected, list | tuple):
        return _sequence(comparator, expected, actual, rtol, place)
    if isinstance(expected, dict):
        return _mapping(comparator, expected, actual, rtol, place)
    if expected is None or isinstance(expected, str):
        same = type(actual) is type(expected) and actual == expected
        return None if same else Mismatch("value", f"{place}expected {expected!r}, yours is {_shown(actual)}")
    if isinstance(expected, np.ndarray):
        return _array(comparator, expected, actual, rtol, place)
    if is_tensor(expected):
        return _tensors(comparator, expected, actual, rtol, place)
    return _scalar(comparator, expected, actual, rtol, place)


def _sequence(comparator: Comparator, expected: Any, actual: Any, rtol: float, place: str) -> Mismatch | None:
    if not isinstance(actual, list | tuple):
        return Mismatch("type", f"{place}expected {_kind(expected)}, yours is {_kind(actual)}")
    if len(actual) != len(expected):
        return Mismatch("shape", f"{place}expected {len(expected)} items, yours has {len(actual)}")
    for index, (wanted, got) in enumerate(zip(expected, actual, strict=True)):
        found = _structure(comparator, wanted, got, rtol, f"{place}item {index}: ")
        if found is not None:
            return found
    return None


def _mapping(comparator: Comparator, expected: dict, actual: Any, rtol: float, place: str) -> Mismatch | None:
    if not isinstance(actual, dict):
        return Mismatch("type", f"{place}expected a dictionary, yours is {_kind(actual)}")
    if set(actual) != set(expected):
        return Mismatch(
            "shape",
            f"{place}expected the keys {sorted(expected, key=repr)}, yours are {sorted(actual, key=repr)}",
        )
    for key, wanted in expected.items():
        found = _structure(comparator, wanted, actual[key], rtol, f"{place}at {key!r}: ")
        if found is not None:
            return found
    return None


def _is_like(actual: Any, wanted: np.ndarray) -> bool:
    return (
        isinstance(actual, np.ndarray | np.generic)
        and np.shape(actual) == wanted.shape
        and np.asarray(actual).dtype.kind in "fiu"
    )


def _array(
    comparator: Comparator, expected: np.ndarray, actual: Any, rtol: float, place: str
) -> Mismatch | None:
    if not isinstance(actual, np.ndarray | np.generic):
        return Mismatch("type", f"{place}expected a NumPy array, yours is {_kind(actual)}")
    got = np.asarray(actual)
    if got.shape != expected.shape:
        return Mismatch("shape", f"{place}expected shape {expected.shape}, yours has shape {got.shape}")
    return _values(comparator, expected, got, rtol, place)


def _tensors(comparator: Comparator, expected: Any, actual: Any, rtol: float, place: str) -> Mismatch | None:
    if not is_tensor(actual):
        return Mismatch("type", f"{place}expected a PyTorch tensor, yours is {_kind(actual)}")
    try:
        got = actual.detach().cpu().resolve_conj().resolve_neg().numpy()
    except Exception:  # bfloat16 and sparse tensors have no NumPy form
        sentence = f"{place}expected a tensor of dtype {expected.dtype}, yours is a {actual.layout} one of {actual.dtype}"
        return Mismatch("dtype", sentence)
    return _array(comparator, expected.detach().numpy(), got, rtol, place)


def _scalar(comparator: Comparator, expected: Any, actual: Any, rtol: float, place: str) -> Mismatch | None:
    if isinstance(actual, np.ndarray) and actual.ndim == 0:
        actual = actual[()]
    if not isinstance(actual, numbers.Number | np.bool_):
        return Mismatch("type", f"{place}expected a number, yours is {_kind(actual)}")
    return _values(comparator, np.asarray(expected), np.asarray(actual), rtol, place)


def _values(
    comparator: Comparator, expected: np.ndarray, actual: np.ndarray, rtol: float, place: str
) -> Mismatch | None:
    kinds = {"u": "i"}
    wanted, got = (
        kinds.get(expected.dtype.kind, expected.dtype.kind),
        kinds.get(actual.dtype.kind, actual.dtype.kind),
    )
    if got not in KIND_NAMES or wanted not in KIND_NAMES:
        same = wanted == got and np.array_equal(expected, actual)
        return (
            None
            if same
            else Mismatch(
                "dtype", f"{place}expected values of dtype {expected.dtype}, yours are {actual.dtype}"
            )
        )
    if wanted in "fc" and not np.isnan(expected).any() and got in "fc" and np.isnan(actual).any():
        return Mismatch(
            "nan",
            f"{place}your result holds NaN (not a number). Is there a division by zero or an empty mean?",
        )
    if got == "c" and wanted != "c":
        return Mismatch("dtype", f"{place}your values are complex; expected {KIND_NAMES[wanted]}")
    sentence = comparator.leaf(expected, actual, rtol)
    if sentence is not None:
        return Mismatch("value", place + sentence)
    if comparator.check_dtype and wanted != got:
        sentence = (
            f"{place}the values are right, but they are {KIND_NAMES[got]}; expected {KIND_NAMES[wanted]}"
        )
        return Mismatch("dtype", sentence)
    return None


def _close(expected: np.ndarray, actual: np.ndarray, rtol: float) -> np.ndarray:
    if expected.dtype.kind in "iub" and actual.dtype.kind in "iub":
        return np.equal(expected, actual)
    wanted, got = np.asarray(expected), np.asarray(actual)
    finite = np.abs(wanted[np.isfinite(wanted)])
    scale = float(finite.max()) if finite.size else 0.0
    with np.errstate(all="ignore"):
        near = np.abs(got - wanted) <= rtol * scale + _floor(rtol)
    return near | (got == wanted) | (np.isnan(wanted) & np.isnan(got))


def _floor(rtol: float) -> float:
    """What may be left of a sum that should be 0: nothing when exact, more in single than in double precision."""
    return 0.0 if rtol == 0.0 else 1e-6 if rtol > 2e-5 else 1e-12


def _unit(values: np.ndarray) -> np.ndarray:
    norm = float(np.linalg.norm(values))
    return values / norm if norm > 0 else values


def _numbers(one: Any, other: Any) -> tuple[str, str]:
    """Two different numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 12, 17):
        texts = _number(one, digits), _number(other, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _number(value: Any, digits: int = 6) -> str:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.{digits}g}".replace("-", "−")
    if isinstance(value, int) and abs(value) >= 10**16:
        return f"about {float(value):.3g}" if abs(value) < 10**300 else "a number of more than 300 digits"
    return str(value).replace("-", "−") if isinstance(value, int | float) else repr(value)


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:  # a student's object may not know how to print itself
        text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else text[:77] + "…"


def _kind(value: Any) -> str:
    if is_tensor(value):
        return "a PyTorch tensor"
    names = {
        list: "a list",
        tuple: "a tuple",
        dict: "a dictionary",
        str: "text",
        set: "a set",
        type(None): "None",
    }
    if isinstance(value, np.ndarray):
        return f"a NumPy array of shape {value.shape}"
    if isinstance(value, bool | int | float | np.generic):
        return f"the number {_number(value)}"
    return names.get(type(value), f"a {type(value).__name__}")
