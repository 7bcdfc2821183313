"""Salted slow hashes of short answers, so that a data file does not spell them out.

A number is hashed in a canonical form with a stated number of digits; a small answer space can still be guessed, which
the course accepts.
"""

from __future__ import annotations

import hashlib
import numbers
from typing import Any

ROUNDS = 4_000
LARGEST = 10_000  # numbers in an array that can be an answer


def digest(value: Any, digits: int | None, salt: str) -> str:
    """Slow hash of a number, choice or set of choices. `digits` is the precision asked for, None for exact answers."""
    return hashlib.pbkdf2_hmac("sha256", canonical(value, digits).encode(), salt.encode(), ROUNDS).hex()


def canonical(value: Any, digits: int | None) -> str:
    """One text per answer: 6, 6.0 and np.int64(6) agree; texts ignore case and outer blanks; sets ignore order."""
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, bool):
        return f"bool {value}"
    if isinstance(value, numbers.Real):
        if isinstance(value, int) and abs(value) > 2**53:
            return f"number {value}"
        number = float(value) + 0.0  # no minus zero
        if digits is not None:
            return f"number {number:.{digits}g}"
        return f"number {int(number)}" if number.is_integer() else f"number {number!r}"
    if isinstance(value, str):
        return f"text {value.strip().lower()}"
    if isinstance(value, set | frozenset):
        return f"set {sorted(canonical(item, digits) for item in value)}"
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):
        size = getattr(value, "size", 0)
        if hasattr(value, "tolist") and not (
            isinstance(size, int) and getattr(value, "ndim", 0) <= 2 and 0 < size <= LARGEST
        ):
            return f"other {type(value).__name__}"  # no answer is that large, and a list of it could be larger still
        items = value.tolist() if hasattr(value, "tolist") else value
        return f"list {[canonical(item, digits) for item in items]}"
    return f"other {type(value).__name__}"
