"""How much of the input one number of a result can see: the receptive field, followed through a network's operations.

A window of K with dilation d reaches over R = d(K − 1) + 1 numbers; on numbers that stand `step` pixels apart and see
`field` pixels each it sees field + (R − 1)·step (Araujo, Norris and Sim, "Computing receptive fields of CNNs", Distill 2019).
Padding counts as pixels. Where branches meet, the largest field counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

SAME_PLACE = frozenset(
    """
    relu relu6 leaky_relu elu selu gelu silu mish sigmoid tanh hardswish hardsigmoid hardtanh softplus prelu threshold
    batch_norm dropout dropout1d dropout2d dropout3d feature_dropout alpha_dropout local_response_norm add sub mul div neg
    pow sqrt rsqrt exp log abs square clamp clip maximum minimum where cat stack clone detach contiguous to float chunk split
    channel_shuffle
    """.split()
)
WINDOWS = (
    "conv1d",
    "conv2d",
    "conv3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
)


@dataclass(frozen=True)
class Reach:
    """Of one number: the sides of its field in pixels of the input, and by how many pixels neighbours are apart."""

    field: tuple[int, ...]
    step: tuple[int, ...]

    @staticmethod
    def start(axes: int) -> Reach | None:
        """That of a pixel itself; None for an input without places."""
        return Reach((1,) * axes, (1,) * axes) if axes > 0 else None

    def windowed(self, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]) -> Reach:
        """After a window of these sides."""
        parts = list(zip(self.field, self.step, kernel, stride, dilation, strict=True))
        return Reach(
            tuple(field + d * (k - 1) * step for field, step, k, _, d in parts),
            tuple(step * s for _, step, _, s, _ in parts),
        )


WHOLE: None = None  # every number may depend on the whole input


def reach_after(
    name: str,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    before: Sequence[Reach | None],
    result: Tensor,
) -> Reach | None:
    """The reach of an operation's result, from those of what it takes; None where it may see the whole input."""
    known = [reach for reach in before if reach is not None]
    if not known or len(known) < len(before):
        return WHOLE
    largest = Reach(
        tuple(max(sides) for sides in zip(*(reach.field for reach in known), strict=True)),
        tuple(max(sides) for sides in zip(*(reach.step for reach in known), strict=True)),
    )
    if name in SAME_PLACE and result.ndim == len(largest.field) + 2:
        return largest
    if name not in WINDOWS:
        return WHOLE
    axes = len(largest.field)
    if name.startswith("conv"):
        weight = args[1] if len(args) > 1 else kwargs["weight"]
        kernel = tuple(weight.shape[2:])
        stride, dilation = _of(args, kwargs, 3, "stride", 1), _of(args, kwargs, 5, "dilation", 1)
    else:
        kernel = _sides(_of(args, kwargs, 1, "kernel_size", 1), axes)
        stride = _of(args, kwargs, 2, "stride", None) or kernel
        dilation = _of(args, kwargs, 4, "dilation", 1) if name.startswith("max") else 1
    return largest.windowed(kernel, _sides(stride, axes), _sides(dilation, axes))


def _of(args: tuple[Any, ...], kwargs: Mapping[str, Any], place: int, name: str, default: Any) -> Any:
    return args[place] if len(args) > place else kwargs.get(name, default)


def _sides(value: Any, axes: int) -> tuple[int, ...]:
    listed = tuple(value) if isinstance(value, list | tuple) else (value,)
    return tuple(int(side) for side in (listed * axes if len(listed) == 1 else listed))
