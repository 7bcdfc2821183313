"""Whether two files of check data say the same but for the last bits of floating-point numbers.

Processors add in different orders, so a sum computed on one may end in another bit than on the next. What was built on
one machine must count as current on all.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from helpers.checking.checkfile import unpacked
from helpers.travel.codec import TAG, CodecError, decode

RELATIVE = 1e-9
ARRAYS = ("array", "tensor", "scalar")


def same_but_for_rounding(one: str, other: str) -> bool:
    """Whether two JSON texts differ at most in the last bits of numbers; False when either is no JSON."""
    try:
        return _same(json.loads(one), json.loads(other))
    except (ValueError, RecursionError):
        return False


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=1e-12)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        if one.get(TAG) == other.get(TAG) == "packed":
            return _same(unpacked(one), unpacked(other))
        if one.get(TAG) in ARRAYS and one != other:
            return _same_array(one, other)
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _same_array(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if {**one, "npy": ""} != {**other, "npy": ""}:
        return False
    try:
        first, second = (np.asarray(decode({TAG: "array", "npy": data["npy"]})) for data in (one, other))
    except CodecError:
        return False
    if first.dtype != second.dtype or first.shape != second.shape or first.dtype.kind not in "fc":
        return False
    finite = np.abs(first[np.isfinite(first)])
    room = (1e-5 if first.dtype.itemsize < 8 else RELATIVE) * float(finite.max(initial=0.0))
    return bool(np.allclose(first, second, rtol=0.0, atol=room, equal_nan=True))
