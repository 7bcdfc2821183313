"""Notebook 05: answers that were really given."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()

CASES.wrong(
    "max_pool2d",
    "the output is an array of whole numbers",
    """
    def max_pool2d(x, kernel_size, stride=None):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = (kh, kw) if stride is None else stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("the window does not fit")
        y = np.zeros((N, C, (H - kh) // sh + 1, (W - kw) // sw + 1), dtype=int)
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                y[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max(axis=(2, 3))
        return y
    """,
)
