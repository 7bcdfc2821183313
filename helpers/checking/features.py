"""What an example has about it: several images, a stride above 1, negative numbers, …, read off its call.

The check compares the features of failing and passing examples and says what the failing ones have in common. It knows
nothing of any answer. Features are worked out when the course is built and travel with the example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.travel.calls import Call, Observation

KERNELS = ("w", "weight", "kernel", "motif")
SIZES = ("kernel_size", "stride", "padding", "dilation")


@dataclass(frozen=True)
class Given:
    """A call as its parameters see it. `arrays` are the arrays among the arguments, by parameter."""

    values: Mapping[str, Any]
    parameters: tuple[str, ...]
    expected: Any

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {name: value for name, value in self.values.items() if isinstance(value, np.ndarray)}

    @property
    def maps(self) -> list[np.ndarray]:
        """Arrays that are no kernel: signals, images, batches. One whose name says NHWC has its axes elsewhere."""
        others = (*KERNELS, "b", "bias")
        return [a for name, a in self.arrays.items() if name not in others and not name.endswith("_nhwc")]

    @property
    def kernels(self) -> list[np.ndarray]:
        return [array for name, array in self.arrays.items() if name in KERNELS]

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        """Height and width of the window, as far as the call tells; () where it does not."""
        if "kernel_size" in self.values:
            return _pair(self.values["kernel_size"])
        return next((k.shape[-2:] if k.ndim != 3 else k.shape[-1:] for k in self.kernels), ())

    @property
    def map_shape(self) -> tuple[int, ...]:
        """Height and width of the image, or the length of the signal; () where there is none."""
        shape = self.values.get("input_shape")
        if isinstance(shape, tuple) and len(shape) >= 2:
            return tuple(shape[-2:])
        # A gradient that comes with its input is not what the window slides over.
        maps = [self.arrays["x"]] if "x" in self.arrays else self.maps
        if len(self.kernel_shape) == 1:
            return next((m.shape[-1:] for m in maps if m.ndim), ())
        return next((m.shape[-2:] for m in maps if m.ndim >= 2), ())

    def pair(self, name: str) -> tuple[int, ...]:
        value = self.values.get(name)
        return () if value is None else _pair(value)


@dataclass(frozen=True)
class Feature:
    """One property of an example. Both phrases follow "with": with a square image, with an image that is not square.

    has  whether a call has it; anything that goes wrong there counts as no
    """

    name: str
    present: str
    absent: str
    has: Callable[[Given], object]


def _pair(value: Any) -> tuple[int, ...]:
    if isinstance(value, tuple | list):
        return tuple(value) if all(isinstance(v, int | np.integer) for v in value) else ()
    return (int(value),) * 2 if isinstance(value, int | np.integer) and not isinstance(value, bool) else ()


def _several(arrays: Iterable[np.ndarray], ndims: Mapping[int, int]) -> bool:
    """Whether an array has more than one along the axis that `ndims` names for its number of axes."""
    return any(a.shape[ndims[a.ndim]] > 1 for a in arrays if a.ndim in ndims)


def _leaves_a_rest(given: Given) -> bool:
    size, kernel = given.map_shape, given.kernel_shape
    stride, padding, dilation = (given.pair(name) for name in ("stride", "padding", "dilation"))
    if not stride and "stride" in given.parameters and "kernel_size" in given.values:
        stride = kernel
    rows = range(min(len(size), len(kernel), len(stride)))
    reach = [(dilation[i] if dilation else 1) * (kernel[i] - 1) + 1 for i in rows]
    room = [size[i] + 2 * (padding[i] if padding else 0) - reach[i] for i in rows]
    return any(room[i] >= 0 and room[i] % stride[i] for i in rows)


def _overlap(given: Given) -> bool:
    stride, kernel = given.pair("stride"), given.kernel_shape
    return (
        bool(stride)
        and len(stride) == len(kernel)
        and any(s < k for s, k in zip(stride, kernel, strict=True))
    )


def _float(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and array.size > 0


def _rearranged(array: np.ndarray) -> bool:
    return array.size > 1 and not array.flags.c_contiguous


def _unequal(pair: tuple[int, ...]) -> bool:
    return len(set(pair)) > 1


FEATURES = (
    Feature("images", "several images", "one image", lambda g: _several(g.maps, {4: 0} if len(g.kernel_shape) != 1 else {3: 0})),
    Feature("filters", "several filters", "one filter", lambda g: _several(g.kernels, {4: 0, 3: 0})),
    Feature(
        "channels",
        "several channels",
        "one channel",
        lambda g: _several(g.maps, {4: 1, 3: 1 if len(g.kernel_shape) == 1 else 0}) or _several(g.kernels, {4: 1, 3: 1}),
    ),
    Feature("bias", "a bias", "no bias", lambda g: any(g.values.get(n) is not None for n in ("b", "bias") if not isinstance(g.values.get(n), bool))),
    Feature("stride", "a stride above 1", "stride 1", lambda g: any(s > 1 for s in g.pair("stride"))),
    Feature("padding", "padding", "no padding", lambda g: any(p > 0 for p in g.pair("padding"))),
    Feature("dilation", "dilation", "no dilation", lambda g: any(d > 1 for d in g.pair("dilation"))),
    Feature("not square", "an input that is not square", "a square input", lambda g: len(g.map_shape) == 2 and _unequal(g.map_shape)),
    Feature("window not square", "a window that is not square", "a square window", lambda g: len(g.kernel_shape) == 2 and _unequal(g.kernel_shape)),
    Feature("output not square", "an output that is not square", "a square output", lambda g: isinstance(g.expected, np.ndarray) and g.expected.ndim >= 2 and _unequal(g.expected.shape[-2:])),
    Feature("rest", "a stride that leaves something over", "a stride that leaves nothing over", _leaves_a_rest),
    Feature("overlap", "windows that overlap", "windows that don't overlap", _overlap),
    Feature("unequal strides", "different strides down and across", "one stride for both ways", lambda g: _unequal(g.pair("stride"))),
    Feature("unequal padding", "different padding down and across", "one padding for both ways", lambda g: _unequal(g.pair("padding"))),
    Feature("pair", "a pair for a size", "single numbers for sizes", lambda g: any(isinstance(g.values.get(n), tuple) for n in SIZES)),
    Feature("wide padding", "padding as wide as the window", "padding narrower than the window", lambda g: any(p >= k for p, k in zip(g.pair("padding"), g.kernel_shape, strict=False))),
    Feature("window too large", "a window larger than the input", "a window that fits", lambda g: any(k > n for k, n in zip(g.kernel_shape, g.map_shape, strict=False))),
    Feature("whole image", "a window as large as the input", "a window smaller than the input", lambda g: bool(g.kernel_shape) and g.kernel_shape == g.map_shape),
    Feature("window of one", "a window of one", "a larger window", lambda g: bool(g.kernel_shape) and set(g.kernel_shape) == {1}),
    Feature("bytes", "bytes (uint8)", "numbers that are no bytes", lambda g: any(a.dtype == np.uint8 for a in g.arrays.values())),
    Feature("integers", "an array of integers", "arrays of floats", lambda g: any(a.dtype.kind in "iu" for a in g.arrays.values())),
    Feature("single", "single precision (float32)", "double precision", lambda g: any(a.dtype == np.float32 for a in g.arrays.values())),
    Feature("fractions", "fractions", "whole numbers only", lambda g: any(_float(a) and np.any(np.isfinite(a) & (a != np.round(a))) for a in g.arrays.values())),
    Feature("negative", "negative numbers", "no negative number", lambda g: any(a.dtype.kind in "fi" and np.any(a < 0) for a in g.arrays.values())),
    Feature("zeros", "a zero among the numbers", "no zero among the numbers", lambda g: any(a.dtype.kind in "fiu" and np.any(a == 0) for a in g.maps)),
    Feature("infinite", "infinite numbers", "finite numbers", lambda g: any(_float(a) and np.any(np.isinf(a)) for a in g.arrays.values())),
    Feature("view", "a view whose numbers lie in another order", "arrays whose numbers lie in order", lambda g: any(_rearranged(a) for a in g.arrays.values())),
    Feature("none expected", "None as the right answer", "a result that is not None", lambda g: g.expected is None),
    Feature("empty", "something empty", "nothing empty", lambda g: any(isinstance(v, list | tuple | str) and len(v) == 0 for v in g.values.values())),
)  # fmt: skip
BUILT_IN = {feature.name: feature for feature in FEATURES}


def features_of(
    call: Call, expected: Observation, parameters: tuple[str, ...], own: Iterable[Feature] = ()
) -> tuple[str, ...]:
    """Names of the features of one example: those of the exercise itself first, then the built-in ones."""
    values = dict(zip(parameters, call.args, strict=False)) | call.kwargs
    given = Given(values, parameters, expected.value)
    found = [feature.name for feature in (*own, *FEATURES) if _has(feature, given)]
    # An exercise's own words for a built-in feature take its place.
    return tuple(dict.fromkeys([*found, *_of_plain_values(values, parameters)]))


def _has(feature: Feature, given: Given) -> bool:
    try:
        return bool(feature.has(given))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return False  # an example of bad input may have no such shape at all


def _of_plain_values(values: Mapping[str, Any], parameters: tuple[str, ...]) -> list[str]:
    """Features of numbers and words: "mode=valid", "size even", "stride omitted"."""
    found = []
    for name in parameters:
        value = values.get(name)
        if name not in values:
            found.append(f"{name} omitted")
        elif isinstance(value, str) and len(value) <= 12 and name not in KERNELS and value.islower():
            found.append(f"{name}={value}")
        elif isinstance(value, bool):
            found.append(f"{name}={value}")
        elif isinstance(value, int | np.integer):
            sorts = {
                "even": value > 0 and value % 2 == 0,
                "0": value == 0,
                "1": value == 1,
                "negative": value < 0,
            }
            found += [f"{name} {sort}" for sort, is_so in sorts.items() if is_so]
    return found


def phrases(name: str, own: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """What a feature is called where it is there, and where it is not; both follow "with"."""
    if name in own:
        return own[name]
    if name in BUILT_IN:
        return BUILT_IN[name].present, BUILT_IN[name].absent
    if "=" in name:
        parameter, value = name.split("=", 1)
        if value in ("True", "False"):
            return f"`{parameter}={value}`", f"`{parameter}={value != 'True'}`"
        return f'`{parameter}="{value}"`', f"another `{parameter}`"
    parameter, _, what = name.rpartition(" ")
    return {
        "omitted": (f"no `{parameter}` given", f"`{parameter}` given"),
        "even": (f"an even `{parameter}`", f"no even `{parameter}`"),
        "negative": (f"a negative `{parameter}`", f"no negative `{parameter}`"),
    }.get(what, (f"`{parameter}` = {what}", f"`{parameter}` other than {what}"))
