"""A call as text that can be pasted into a cell and run: every argument says exactly what it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.fixtures import Fixture
from helpers.travel.calls import Call
from helpers.travel.codec import is_tensor

SMALL = 64  # numbers; a larger array is fetched by name
WIDE = 96  # characters; a longer call gets a line for each argument


def describe(
    call: Call, name: str, example: tuple[str, str] | None = None, parameters: tuple[str, ...] = ()
) -> str:
    """The call of function `name` as a student would type it, with the imports that it needs.

    example     (exercise, title) of a visible example: what is too large to type is then fetched by `given`;
                without it such an array is described by its dtype and shape
    parameters  names of the arguments, in order
    """
    names = [*parameters, *(str(i) for i in range(len(parameters), len(call.args)))]
    parts = [_argument(value, key, example) for key, value in zip(names, call.args, strict=False)]
    parts += [f"{key}={_argument(value, key, example)}" for key, value in call.kwargs.items()]
    function = call.function or name
    if call.through:  # the driver calls the function: one_epoch(train_one_epoch, …)
        function, parts = call.through, [function, *parts]
    line = f"{function}({', '.join(parts)})"
    if len(line) > WIDE and parts:
        inner = "".join(f"    {part},\n" for part in parts)
        line = f"{function}(\n{inner})"
    return "".join(f"{statement}\n" for statement in _imports(call, line)) + line


def _imports(call: Call, line: str) -> list[str]:
    values = [*call.args, *call.kwargs.values()]
    fixtures = sorted({v.name for v in values if isinstance(v, Fixture)})
    found = [f"from helpers.fixtures import {', '.join(fixtures)}"] if fixtures else []
    if call.through:
        found.append(f"from helpers.drivers import {call.through}")
    return ["from helpers import given"] * ("given(" in line) + found


def _argument(value: Any, key: str, example: tuple[str, str] | None) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= SMALL and value.ndim <= 5 and (value.flags.c_contiguous or example is None):
            return array_text(value)
        if example is None:
            return f"<{value.dtype} array of shape {value.shape}>"
        return f"given({example[0]!r}, {example[1]!r}, {key if key.isdecimal() else repr(key)})"
    if isinstance(value, Fixture):
        return f"{value.name}({', '.join(map(repr, value.args))})"
    if is_tensor(value):
        return f"torch.tensor({value.tolist()!r})"
    if type(value) in (dict, list, tuple) and _holds_arrays(value):
        return _collection(value, key, example)
    return _number_text(value) if isinstance(value, float) and not np.isfinite(value) else repr(value)


def _holds_arrays(value: Any) -> bool:
    """Whether its repr would name arrays or tensors that no cell knows by that name."""
    if isinstance(value, dict):
        return any(map(_holds_arrays, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_arrays, value))
    return isinstance(value, np.ndarray | np.generic) or is_tensor(value)


def _collection(value: Any, key: str, example: tuple[str, str] | None) -> str:
    """A dictionary, list or tuple with what it holds written out; one with something large in it is fetched as a whole."""
    items = list(value.values()) if isinstance(value, dict) else list(value)
    if example is not None and any(isinstance(item, np.ndarray) and item.size > SMALL for item in items):
        return f"given({example[0]!r}, {example[1]!r}, {key if key.isdecimal() else repr(key)})"
    parts = [_argument(item, key, None) for item in items]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {part}" for name, part in zip(value, parts, strict=True)) + "}"
    if isinstance(value, tuple):
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    return f"[{', '.join(parts)}]"


def array_text(array: np.ndarray) -> str:
    """An expression that makes the array anew, dtype and every last digit included."""
    kind = _dtype_text(array.dtype)
    if array.size > 1 and array.dtype.kind in "fiu":
        flat = array.ravel()
        if np.array_equal(flat, np.arange(array.size) + flat[0]) and flat[0] >= 0 and array.size > 4:
            start, stop = _number_text(flat[0]), _number_text(flat[-1] + 1)
            shape = f".reshape({', '.join(map(str, array.shape))})" if array.ndim > 1 else ""
            first = stop if start in ("0", "0.") else f"{start}, {stop}"
            return f"np.arange({first}{kind}){shape}"
        if array.size > 8 and np.all(flat == flat[0]):
            shape_text = str(array.shape if array.ndim > 1 else array.size)
            if not flat[0] and not np.signbit(flat[0]):
                return f"np.zeros({shape_text}{_dtype_text(array.dtype, always=array.dtype != np.float64)})"
            return f"np.full({shape_text}, {_number_text(flat[0])}{kind})"
    if array.size == 0:
        return f"np.zeros({array.shape}{_dtype_text(array.dtype, always=array.dtype != np.float64)})"
    return f"np.array({_nested(array)}{kind})"


def _nested(array: np.ndarray) -> str:
    if array.ndim == 0:
        return _number_text(array[()])
    return f"[{', '.join(_nested(item) if isinstance(item, np.ndarray) else _number_text(item) for item in array)}]"


def _number_text(number: Any) -> str:
    if isinstance(number, np.floating | float):
        if not np.isfinite(number):
            return "np.nan" if np.isnan(number) else "np.inf" if number > 0 else "-np.inf"
        text = str(number)  # the shortest text that gives the number back in its own precision
        return text[:-1] if text.endswith(".0") else text
    return repr(number.item() if isinstance(number, np.generic) else number)


def _dtype_text(dtype: np.dtype, always: bool = False) -> str:
    if dtype.kind in "USO":
        return ""
    plain = dtype in (np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.bool_), np.dtype(np.complex128))
    return "" if plain and not always else f", dtype=np.{dtype.name}"
