"""What several exercises of notebook 06 share: routines that are off limits, and gradients known from PyTorch.

Nothing here is pasted into made-up answers, so misconceptions and alternatives must not use it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograde.course.definition import call
from helpers.travel.calls import Call

CONVOLUTIONS = (
    "torch.nn.functional.conv1d",
    "torch.nn.functional.conv2d",
    "torch.nn.functional.conv_transpose1d",
    "torch.nn.functional.conv_transpose2d",
    "torch.conv1d",
    "torch.conv2d",
    "torch.conv_transpose1d",
    "torch.conv_transpose2d",
    "torch.nn.Conv1d",
    "torch.nn.Conv2d",
    "torch.nn.ConvTranspose1d",
    "torch.nn.ConvTranspose2d",
)
# numpy.convolve and numpy.correlate take one signal at a time: a part of the way, so they are allowed.
CONVOLUTIONS_OF_IMAGES = (
    *CONVOLUTIONS,
    "scipy.signal.convolve",
    "scipy.signal.convolve2d",
    "scipy.signal.correlate",
    "scipy.signal.correlate2d",
    "scipy.signal.fftconvolve",
    "scipy.signal.oaconvolve",
    "scipy.ndimage.convolve",
    "scipy.ndimage.correlate",
)
DIFFERENTIATION = ("torch.autograd", "torch.func", ".backward")
GRADIENTS = (*DIFFERENTIATION, "torch.nn.grad", "helpers.checking.references")
UNFOLDING = ("torch.nn.functional.unfold", "torch.nn.Unfold")
FOLDING = ("torch.nn.functional.fold", "torch.nn.Fold", *DIFFERENTIATION)


def overflowing(made: Call) -> Call:
    """The call with x and w so large that every output overflows, whatever the step that one measures a gradient with.

    The gradients are finite all the same: a backward pass needs no output.
    """
    dout, x, w = made.args
    large = (1e200 * np.where(a < 0, a - 1, a + 1) for a in (x, w))
    return call(dout, *large, **made.kwargs)


def layer_gradients(
    dout: np.ndarray, x: np.ndarray, w: np.ndarray, stride: Any, padding: Any
) -> tuple[np.ndarray, ...]:
    """Gradients (dx, dw, db) of a convolution layer by PyTorch's automatic differentiation, one or two dimensions."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for arrays this small, waiting for a second thread takes longer than the work
    try:
        return _differentiated(torch, dout, x, w, stride, padding)
    finally:
        torch.set_num_threads(threads)


def _differentiated(
    torch: Any, dout: np.ndarray, x: np.ndarray, w: np.ndarray, stride: Any, padding: Any
) -> tuple[np.ndarray, ...]:
    forward = {3: torch.nn.functional.conv1d, 4: torch.nn.functional.conv2d}[x.ndim]
    leaves = [torch.from_numpy(np.array(a, order="C")).requires_grad_() for a in (x, w)]
    leaves.append(torch.zeros(len(w), dtype=leaves[0].dtype, requires_grad=True))
    y = forward(*leaves, stride=stride, padding=padding)
    gradients = torch.autograd.grad(y, leaves, torch.from_numpy(np.array(dout, order="C")))
    return tuple(gradient.numpy() for gradient in gradients)
