"""What stands in for an answer that a student does not have yet: the library's routine, called as the exercise is.

`helpers.mine` uses these, so that a later notebook runs for someone who left an exercise out. Each is NumPy or PyTorch
doing the work; none shows how. No answer may use them (helpers.checking.offlimits).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def correlate1d(x: Array, w: Array) -> Array:
    """NumPy's `correlate`: x (n,), w (k,), result (n - k + 1,)."""
    _must_fit(w.shape, x.shape)
    return np.correlate(np.asarray(x, _kind(x, w)), np.asarray(w, _kind(x, w)), mode="valid")


def correlate2d(image: Array, kernel: Array) -> Array:
    """PyTorch's `conv2d` on one plane: image (H, W), kernel (KH, KW), result (H - KH + 1, W - KW + 1)."""
    return conv2d(image[None, None], kernel[None, None])[0, 0]


def conv1d(x: Array, w: Array, b: Array | None = None, stride: int = 1, padding: int = 0) -> Array:
    """PyTorch's `conv1d`: x (N, C, L), w (F, C, K), b (F,)."""
    return _in_torch("conv1d", x, w, b, stride=stride, padding=padding)


def pad2d(x: Array, padding: int | tuple[int, int, int, int], value: float = 0.0) -> Array:
    """PyTorch's `pad`: x (…, H, W), padding one number or (top, bottom, left, right)."""
    top, bottom, left, right = (padding,) * 4 if isinstance(padding, int) else padding
    return _in_torch("pad", x, pad=(left, right, top, bottom), value=value)


def conv2d(
    x: Array, w: Array, b: Array | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Array:
    """PyTorch's `conv2d`: x (N, C, H, W), w (F, C, KH, KW), b (F,)."""
    return _in_torch("conv2d", x, w, b, stride=stride, padding=padding, dilation=dilation)


def max_pool2d(x: Array, kernel_size: Any, stride: Any = None) -> Array:
    """PyTorch's `max_pool2d`: x (N, C, H, W)."""
    return _in_torch("max_pool2d", x, kernel_size=kernel_size, stride=stride)


def avg_pool2d(x: Array, kernel_size: Any, stride: Any = None) -> Array:
    """PyTorch's `avg_pool2d`: x (N, C, H, W)."""
    return _in_torch("avg_pool2d", x, kernel_size=kernel_size, stride=stride)


def global_avg_pool(x: Array) -> Array:
    """PyTorch's `adaptive_avg_pool2d` down to one number a channel: x (N, C, H, W), result (N, C)."""
    return _in_torch("adaptive_avg_pool2d", x, output_size=1)[:, :, 0, 0]


STAND_INS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        correlate1d,
        correlate2d,
        conv1d,
        pad2d,
        conv2d,
        max_pool2d,
        avg_pool2d,
        global_avg_pool,
    )
}


def _in_torch(routine: str, *arrays: Array | None, **settings: Any) -> Array:
    """torch.nn.functional's routine on arrays; raises ValueError where PyTorch refuses, as the exercises do."""
    import torch

    kind = _kind(*(array for array in arrays if array is not None))
    tensors = [
        None if array is None else torch.from_numpy(np.array(array, dtype=kind, order="C"))
        for array in arrays
    ]
    try:
        result: Array = getattr(torch.nn.functional, routine)(*tensors, **settings).numpy()
    except RuntimeError as error:
        raise ValueError(str(error)) from error
    return result


def _kind(*arrays: Array) -> Any:
    """Single precision where everything is, else double: whole numbers are worked on in double precision."""
    return np.float32 if all(array.dtype == np.float32 for array in arrays) else np.float64


def _must_fit(kernel: tuple[int, ...], x: tuple[int, ...]) -> None:
    if not 1 <= kernel[0] <= x[0]:
        raise ValueError(f"a kernel of length {kernel[0]} does not fit a signal of length {x[0]}")
