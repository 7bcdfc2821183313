"""What several exercises of notebook 06 share: routines that are off limits, and gradients known from PyTorch.

Nothing here is pasted into made-up answers, so misconceptions and alternatives must not use it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

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
    "scipy.signal",
    "scipy.ndimage",
    "numpy.convolve",
    "numpy.correlate",
)
GRADIENTS = ("torch.autograd", "torch.func", "torch.nn.grad", ".backward", "helpers.checking.references")
UNFOLDING = (
    "torch.nn.functional.unfold",
    "torch.nn.functional.fold",
    "torch.nn.Unfold",
    "torch.nn.Fold",
    ".unfold",
    "helpers.checking.references",
)


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
