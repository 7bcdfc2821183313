"""Values as JSON and back: the one form in which inputs, answers and expected values travel or are stored.

Arrays travel as npy without pickle, plus a recipe for their memory layout, which npy drops. Things that are not
data travel as the name of a public fixture, never as code. Decoding trusts nothing: depth, size and dtype are limited.
"""

from __future__ import annotations

import base64
import functools
import io
import math
import sys
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.fixtures import Fixture, build_fixture, fixture
from helpers.travel.layout import layout_of, with_layout

Json = Any
TAG = "$"
ARRAY_KINDS = "biufcUS"


class CodecError(ValueError):
    """A value that cannot travel, or a message that is not one of ours."""


@dataclass(frozen=True)
class Limits:
    """What a decoder accepts: nesting depth, number of values, keys of all dictionaries and sets, bytes of all arrays and texts.

    Keys are few because numbers can be chosen that collide: a set of n of them takes n² steps to build, and comparing
    two tuples takes many; so tuples and huge numbers as keys are fewer still.
    """

    depth: int = 32
    values: int = 200_000
    keys: int = 5_000
    costly_keys: int = 300
    bytes: int = 256 * 2**20


@dataclass
class _Budget:
    limits: Limits
    values: int = 0
    keys: int = 0
    costly_keys: int = 0
    bytes: int = 0
    keep_fixtures: bool = False

    def spend(self, depth: int) -> None:
        self.values += 1
        if depth > self.limits.depth:
            raise CodecError(f"values nested deeper than {self.limits.depth} levels")
        if self.values > self.limits.values:
            raise CodecError(f"more than {self.limits.values} values")

    def spend_keys(self, count: int) -> None:
        self.keys += count
        if self.keys > self.limits.keys:
            raise CodecError(f"dictionaries and sets of more than {self.limits.keys} keys")

    def spend_key(self, key: Json) -> None:
        """Count a key that takes long to compare, or that can be one of many with the same hash."""
        tagged = isinstance(key, dict) and key.get(TAG) in (
            "tuple",
            "frozenset",
            "bytes",
            "complex",
            "scalar",
        )
        if tagged or (type(key) is int and abs(key) >= 2**63):
            self.costly_keys += 1
            if self.costly_keys > self.limits.costly_keys:
                raise CodecError(
                    f"dictionaries and sets of more than {self.limits.costly_keys} tuples or huge numbers"
                )

    def spend_bytes(self, size: int) -> None:
        self.bytes += size
        if self.bytes > self.limits.bytes:
            raise CodecError(f"arrays and texts of more than {self.limits.bytes} bytes")


def encode(value: Any, limits: Limits = Limits()) -> Json:
    """JSON form of `value`. Raises CodecError for what cannot travel, naming its type."""
    return _encode(value, 0, _Budget(limits))


def decode(data: Json, limits: Limits = Limits(), keep_fixtures: bool = False) -> Any:
    """The value of a JSON form made by `encode`. Raises CodecError for anything else.

    Fixtures are built, or with `keep_fixtures` stay references that can be encoded again.
    """
    try:
        return _decode(data, 0, _Budget(limits, keep_fixtures=keep_fixtures))
    except CodecError:
        raise
    except Exception as error:
        raise CodecError(f"not a value of this codec: {error}") from error


def fresh(value: Any) -> Any:
    """A deep copy that shares no memory with `value`, with fixtures built: what a function under test receives."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is np.ndarray and value.dtype.kind in ARRAY_KINDS and layout_of(value) is None:
        return value.copy()  # what the long way comes to, in a tenth of the time
    return decode(encode(value))


def _encode(value: Any, depth: int, budget: _Budget) -> Json:
    budget.spend(depth)
    if value is None or type(value) in (bool, int):
        return value
    if type(value) is str:
        budget.spend_bytes(len(value))
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {TAG: "float", "value": repr(value)}
    if type(value) is list:
        return [_encode(item, depth + 1, budget) for item in value]
    if isinstance(value, Fixture):
        return {
            TAG: "fixture",
            "name": value.name,
            "args": [_encode(a, depth + 1, budget) for a in value.args],
        }
    if isinstance(value, tuple):
        return {TAG: "tuple", "items": [_encode(item, depth + 1, budget) for item in value]}
    if isinstance(value, dict):
        budget.spend_keys(len(value))
        items = [[_encode(k, depth + 1, budget), _encode(v, depth + 1, budget)] for k, v in value.items()]
        return {TAG: "dict", "items": items}
    if isinstance(value, set | frozenset):
        budget.spend_keys(len(value))
        items = sorted((_encode(item, depth + 1, budget) for item in value), key=repr)
        return {TAG: "frozenset" if isinstance(value, frozenset) else "set", "items": items}
    if isinstance(value, np.ndarray):
        return _encode_array(value, budget)
    if isinstance(value, np.generic):
        return {TAG: "scalar", "npy": _npy(np.asarray(value), budget)}
    if isinstance(value, complex):
        return {TAG: "complex", "parts": [repr(value.real), repr(value.imag)]}
    if isinstance(value, bytes):
        budget.spend_bytes(len(value))
        return {TAG: "bytes", "value": base64.b64encode(value).decode()}
    if value is Ellipsis:
        return {TAG: "ellipsis"}
    if isinstance(value, slice):
        return {
            TAG: "slice",
            "parts": [_encode(p, depth + 1, budget) for p in (value.start, value.stop, value.step)],
        }
    if is_tensor(value):
        return _encode_tensor(value, budget)
    if isinstance(value, bool | int | float | str | list):  # subclasses travel as what they are at heart
        plain: Any = next(t for t in (bool, int, float, str, list) if isinstance(value, t))
        return _encode(plain(value), depth, budget)
    raise CodecError(f"a {type(value).__name__} cannot travel; use arrays, numbers, text, or a named fixture")


def _encode_array(array: np.ndarray, budget: _Budget) -> Json:
    data: dict[str, Any] = {TAG: "array", "npy": _npy(array, budget)}
    layout = layout_of(array)
    if layout is not None:
        data["layout"] = layout
    return data


def _encode_tensor(tensor: Any, budget: _Budget) -> Json:
    try:
        array = tensor.detach().cpu().resolve_conj().resolve_neg().numpy()
    except Exception as error:  # bfloat16, sparse and quantised tensors have no NumPy form
        raise CodecError(f"a tensor of dtype {tensor.dtype} cannot travel: {error}") from None
    return {**_encode_array(array, budget), TAG: "tensor", "requires_grad": bool(tensor.requires_grad)}


def _npy(array: np.ndarray, budget: _Budget) -> str:
    if array.dtype.kind not in ARRAY_KINDS:
        raise CodecError(f"an array of dtype {array.dtype} cannot travel; use numbers, booleans or text")
    budget.spend_bytes(array.nbytes)
    buffer = io.BytesIO()
    plain = np.array(array, order="C", copy=True, subok=False)
    np.lib.format.write_array(buffer, plain, version=(1, 0), allow_pickle=False)
    return base64.b64encode(buffer.getvalue()).decode()


def _decode(data: Json, depth: int, budget: _Budget) -> Any:
    budget.spend(depth)
    if data is None or isinstance(data, bool | int | float):
        return data
    if isinstance(data, str):
        budget.spend_bytes(len(data))
        return data
    if isinstance(data, list):
        return [_decode(item, depth + 1, budget) for item in data]
    if not isinstance(data, dict) or TAG not in data:
        raise CodecError(f"expected a tagged value, got {type(data).__name__}")
    tag = data[TAG]
    if tag in ("set", "frozenset", "dict"):
        budget.spend_keys(len(data["items"]))
        for item in data["items"]:
            budget.spend_key(item[0] if tag == "dict" else item)
    if tag in ("tuple", "set", "frozenset"):
        items = [_decode(item, depth + 1, budget) for item in data["items"]]
        return {"tuple": tuple, "set": set, "frozenset": frozenset}[tag](items)
    if tag == "dict":
        return {_decode(k, depth + 1, budget): _decode(v, depth + 1, budget) for k, v in data["items"]}
    if tag == "array":
        return with_layout(_from_npy(data["npy"], budget), data.get("layout"), budget.spend_bytes)
    if tag == "scalar":
        return _from_npy(data["npy"], budget)[()]
    if tag == "tensor":
        return _decode_tensor(data, budget)
    if tag == "float":
        return float(data["value"])
    if tag == "complex":
        return complex(*(float(part) for part in data["parts"]))
    if tag == "bytes":
        budget.spend_bytes(len(data["value"]))
        return base64.b64decode(data["value"], validate=True)
    if tag == "ellipsis":
        return Ellipsis
    if tag == "slice":
        return slice(*(_decode(part, depth + 1, budget) for part in data["parts"]))
    if tag == "fixture":
        args = [_decode(arg, depth + 1, budget) for arg in data["args"]]
        if budget.keep_fixtures:
            return fixture(data["name"], *args)
        return build_fixture(data["name"], args)
    raise CodecError(f"unknown tag {tag!r}")


def _decode_tensor(data: Json, budget: _Budget) -> Any:
    import torch

    array = with_layout(_from_npy(data["npy"], budget), data.get("layout"), budget.spend_bytes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch has no read-only tensors and says so for broadcast ones
        return torch.from_numpy(array).requires_grad_(bool(data["requires_grad"]))


def _from_npy(text: str, budget: _Budget) -> np.ndarray:
    raw = base64.b64decode(text, validate=True)
    start = 10 + int.from_bytes(raw[8:10], "little")
    shape, by_column, dtype = _npy_header(raw[:start])
    if dtype.kind not in ARRAY_KINDS or dtype.hasobject:
        raise CodecError(f"an array of dtype {dtype} is not accepted")
    size = math.prod(shape) * dtype.itemsize
    # What takes no bytes still counts, or a small message could claim billions of lists and texts of length 0.
    budget.spend_bytes(max(size, math.prod(max(1, side) for side in shape)))
    if len(raw) - start != size:
        raise CodecError("an array whose data does not fit its header")
    flat = np.frombuffer(raw, dtype, offset=start) if size else np.empty(math.prod(shape), dtype)
    return flat.reshape(shape, order="F" if by_column else "C").copy()


@functools.lru_cache(maxsize=512)
def _npy_header(head: bytes) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, order and dtype in an npy file's head. Read once: calls of one exercise share a few heads."""
    buffer = io.BytesIO(head)
    if np.lib.format.read_magic(buffer) != (1, 0):
        raise CodecError("an array in another npy version than 1.0")
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(buffer)
    return shape, by_column, dtype


def is_tensor(value: Any) -> bool:
    """Whether `value` is a PyTorch tensor, without loading PyTorch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)
