"""Numbers as a reader wants them: short, with a proper minus sign, and spelled out for alt texts.

Everything here takes whatever a student's function may return and never raises; it knows nothing of pictures.
"""

import math
from typing import Any

import numpy as np

MINUS = "\N{MINUS SIGN}"


def number(value: Any) -> str:
    """A value in at most three significant digits: 3, −0.25, 1234, 9.22e8, NaN, ∞; text stays as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    try:
        real = float(value)
    except (TypeError, ValueError, OverflowError):
        return shortened(value, 12)
    if math.isnan(real):
        return "NaN"
    if math.isinf(real):
        return "∞" if real > 0 else MINUS + "∞"
    return _digits(real).replace("-", MINUS)


def _digits(real: float) -> str:
    size = abs(real)
    if real == int(real) and size < 1e6:
        return str(int(real))
    if 1000 <= size < 999_999.5:
        return f"{real:.0f}"
    text = f"{real:.3g}" if 1e-3 <= size < 1000 else f"{real:.2e}"
    if "e" not in text:
        return text
    digits, exponent = text.split("e")
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}e{int(exponent)}"


def shortened(value: Any, length: int) -> str:
    """repr of anything on one line, cut to `length` characters; says so where repr itself fails."""
    try:
        text = " ".join((value if isinstance(value, str) else repr(value)).split())
    except Exception as error:  # a student's class may have any repr
        text = f"<{type(value).__name__} without a repr: {type(error).__name__}>"
    return text if len(text) <= length else text[: length - 1] + "…"


def as_array(values: Any) -> np.ndarray:
    """Values as an array of numbers or, where that is impossible, of objects; tensors with gradients too."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    try:
        array = np.asarray(values)
    except Exception:  # ragged lists, exotic objects
        array = np.empty((), dtype=object)
        array[()] = values
    return array


def is_numeric(array: np.ndarray) -> bool:
    """Whether the values are real numbers (or booleans), so that they can be compared and shaded."""
    return array.dtype.kind in "biuf"


def sized(shape: tuple[int, ...]) -> str:
    """A shape in words: (2, 3) → "2 × 3"; a scalar is "one number"."""
    return " × ".join(map(str, shape)) if shape else "one number"


def table_alt(values: Any, name: str = "") -> str:
    """A small array spelled out for an alt text, "input, 2 × 2: 1, 0; 3, 4"; a large one's size and range."""
    array = as_array(values)
    start = f"{name}, " if name else ""
    if array.size == 0:
        return f"{start}{sized(array.shape)}: empty"
    if array.ndim == 0:
        return f"{name + ': ' if name else ''}{number(array[()])}"
    if array.size > 64:
        return f"{start}{sized(array.shape)}, {value_range(array)}"
    rows = array.reshape(-1, array.shape[-1])
    return f"{start}{sized(array.shape)}: " + "; ".join(", ".join(map(number, row)) for row in rows)


def value_range(array: np.ndarray) -> str:
    """The range of finite values: "range −3 … 9"."""
    if not is_numeric(array) or array.size == 0:
        return "no numbers"
    finite = array[np.isfinite(array)]
    if finite.size == 0:
        return "no finite value"
    return f"range {number(finite.min())} … {number(finite.max())}"
