"""Multiply-adds of one tensor operation, by the formula of its kind; a bias, a comparison and an addition count nothing.

One multiply-add is one multiplication whose product is added to a sum, as architecture papers count; libraries that count
"FLOPs" say twice as many (torch.utils.flop_counter.FlopCounterMode).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

# Operations without sums of products. What is in neither table is not known, and said so.
FREE = frozenset(
    """
    relu relu6 leaky_relu elu selu gelu silu mish sigmoid tanh hardswish hardsigmoid hardtanh softplus prelu threshold
    softmax log_softmax logsigmoid max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d
    adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d
    batch_norm layer_norm group_norm instance_norm local_response_norm dropout dropout1d dropout2d dropout3d feature_dropout
    alpha_dropout add sub mul div neg pow sqrt rsqrt exp log abs square mean sum amax amin max min var std clamp clip
    maximum minimum where flatten view reshape permute transpose movedim t T mT squeeze unsqueeze expand repeat contiguous
    clone detach to float chunk split cat stack getitem select narrow pad upsample interpolate pixel_shuffle channel_shuffle
    unbind roll flip type_as identity normalize eq ne lt gt le ge argmax sort topk unfold fold
    """.split()
)


def multiply_adds(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Tensor) -> int | None:
    """How many multiply-adds an operation takes; None for one that is not known."""
    if name in FREE:
        return 0
    count = COUNTED.get(name)
    return count(args, kwargs, result) if count else None


def _argument(args: tuple[Any, ...], kwargs: Mapping[str, Any], place: int, name: str) -> Any:
    return args[place] if len(args) > place else kwargs[name]


def _convolution(args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Tensor) -> int:
    """Every number of the output is a sum over the filter's own channels and window; (F, C/groups, K…)."""
    weight = _argument(args, kwargs, 1, "weight")
    return result.numel() * weight[0].numel()


def _transposed(args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Tensor) -> int:
    """Every number of the input goes into a window of each output channel of its group; (C, F/groups, K…)."""
    x, weight = _argument(args, kwargs, 0, "input"), _argument(args, kwargs, 1, "weight")
    return x.numel() * weight[0].numel()


def _linear(args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Tensor) -> int:
    return result.numel() * _argument(args, kwargs, 1, "weight").shape[-1]


def _product(args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Tensor) -> int:
    """(…, n, k) @ (…, k, m): each number is a sum of k products."""
    return result.numel() * _argument(args, kwargs, 0, "input").shape[-1]


def _added_product(args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Tensor) -> int:
    return result.numel() * _argument(args, kwargs, 1, "mat1").shape[-1]


COUNTED: dict[str, Callable[[tuple[Any, ...], Mapping[str, Any], Tensor], int]] = {
    "conv1d": _convolution,
    "conv2d": _convolution,
    "conv3d": _convolution,
    "conv_transpose1d": _transposed,
    "conv_transpose2d": _transposed,
    "conv_transpose3d": _transposed,
    "linear": _linear,
    "matmul": _product,
    "mm": _product,
    "bmm": _product,
    "mv": _product,
    "addmm": _added_product,
}
