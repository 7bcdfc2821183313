"""Slips in right answers of notebook 03 that change nothing a call could show, each with the reason."""

from __future__ import annotations

WRITTEN_LATER = "every number is written afterwards"
WAS_ZERO = "what is added to was 0"
NO_ORDER = "lines that do not need each other"
REFUSES_BY_ITSELF = "sliding_window_view raises a ValueError by itself where nothing fits"
SIGN = "only the square of the distance counts"

SURVIVORS = {
    "correlate2d": {
        WRITTEN_LATER: ("y = np.ones((H - KH + 1, W - KW + 1))",),
        WAS_ZERO: ("y[i, j] += np.sum(image[i : i + KH, j : j + KW] * kernel)",),
        REFUSES_BY_ITSELF: ("if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]: -> *",),
        "a sum over two axes has no order": (
            "return (x.unfold(0, rows, 1).unfold(1, columns, 1) * w).sum(dim=(3, 2)).numpy()",
        ),
        "single precision is good enough": (
            "x = torch.tensor(image.tolist())",
            "w = torch.tensor(kernel.tolist())",
        ),
    },
    "gaussian_kernel": {
        SIGN: (
            "t = (size - 1) / 2 - np.arange(size)  # distance of each pixel from the centre, along one axis",
            "t = -(np.arange(size) - (size - 1) / 2)  # distance of each pixel from the centre, along one axis",
            "t = (size - 1) / 2 - np.arange(size)",
            "t = -(np.arange(size) - (size - 1) / 2)",
            "[math.exp(-((centre - i) ** 2 + (j - centre) ** 2) / (2 * sigma * sigma)) for j in range(size)]",
            "[math.exp(-((i - centre) ** 2 + (centre - j) ** 2) / (2 * sigma * sigma)) for j in range(size)]",
            "t = np.linspace((size - 1) / 2, -(size - 1) / 2, size)",
            "t = -np.linspace(-(size - 1) / 2, (size - 1) / 2, size)",
            "y, x = (size - 1) / 2 - np.mgrid[:size, :size]",
            "y, x = -(np.mgrid[:size, :size] - (size - 1) / 2)",
        ),
        "a common factor goes away when the sum becomes 1": (
            "kernel = -np.exp(-r_squared / (2 * sigma**2))",
            "kernel = -np.exp(-r2 / (2 * sigma**2))",
            "g = -np.exp(-0.5 * (t / sigma) ** 2)",
            "kernel = np.exp(-(x**2 + y**2) / (2 * sigma**2)) / (2 * np.pi * sigma**2) -> *",
        ),
        "the kernel holds the sign of the sum twice": ("g /= -g.sum()",),
        "a column times a row is an outer product either way": ("return g[:, None] @ g[None, :]",),
        "the bell is the same down and across": ("x, y = np.mgrid[:size, :size] - (size - 1) / 2",),
    },
    "sobel_edges": {
        "one float makes the whole array floats": (
            "sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1.0, 0, 1]])",
        ),
        "both begin at 0": (
            "gy, gx = np.zeros((H - 2, W - 2)), np.zeros((H - 2, W - 2))",
            "direction, magnitude = np.zeros((height - 2, width - 2)), np.zeros((height - 2, width - 2))",
        ),
        NO_ORDER: (
            "sobel_y = sobel_x.T  # moved",
            "kx = np.outer([1, 2, 1], [-1.0, 0, 1])  # moved",
            "magnitude[i, j] = (gx * gx + gy * gy) ** 0.5  # moved",
        ),
        "both are only compared with 3": ("W, H = image.shape",),
        REFUSES_BY_ITSELF: ("if min(image.shape) < 3: -> *",),
        WRITTEN_LATER: (
            "magnitude, direction = np.ones((height - 2, width - 2)), np.zeros((height - 2, width - 2))",
            "magnitude, direction = np.zeros((height - 2, width - 2)), np.ones((height - 2, width - 2))",
        ),
        WAS_ZERO: (
            "magnitude[i, j] += (gx * gx + gy * gy) ** 0.5",
            "direction[i, j] += np.arctan2(gy, gx) % (2 * np.pi)",
        ),
    },
    "convolve2d": {
        WRITTEN_LATER: ("y = np.ones((H - KH + 1, W - KW + 1))",),
        WAS_ZERO: ("y[i, j] += np.sum(image[i : i + KH, j : j + KW] * turned)",),
        NO_ORDER: (
            "turned = kernel[::-1, ::-1]  # a view: the caller's kernel stays as it is  # moved",
            "turned = kernel[::-1, ::-1]  # moved",
        ),
        "more room than the copies need; what is left over is cut off": (
            "full = np.zeros((image.shape[0] + height + 1, image.shape[1] + width - 1))",
            "full = np.zeros((image.shape[0] + height - 1, image.shape[1] + width + 1))",
            "full = np.zeros((image.shape[0] + height - 0, image.shape[1] + width - 1))",
            "full = np.zeros((image.shape[0] + height - 1, image.shape[1] + width - 0))",
        ),
        REFUSES_BY_ITSELF: ("if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]: -> *",),
        "two axes are what tensordot sums over anyway": (
            "return np.tensordot(windows, np.rot90(kernel, 2).astype(float))",
        ),
    },
    "conv2d_multichannel": {
        WRITTEN_LATER: (
            "y = np.ones((F, H - KH + 1, W - KW + 1))",
            "out = np.ones((filters, height - kh + 1, width - kw + 1))",
        ),
        WAS_ZERO: (
            "y[:, i, j] += np.sum(weight * window, axis=(1, 2, 3))  # over channels and window, not over filters",
            "y[f, i, j] += np.sum(image[:, i : i + KH, j : j + KW] * weight[f])",
            "out[f, i, j] += total",
        ),
        "a sum over three axes has no order": (
            "y[:, i, j] = np.sum(weight * window, axis=(2, 1, 3))  # over channels and window, not over filters",
            "y[:, i, j] = np.sum(weight * window, axis=(3, 2, 1))  # over channels and window, not over filters",
            "y[:, i, j] = np.sum(weight * window, axis=(1, 3, 2))  # over channels and window, not over filters",
        ),
        "the number is written again with each channel, the last time whole": (
            "out[f, i, j] = total  # moved",
        ),
        "both numbers of channels are equal by then": (
            "for c in range(depth):",
            "for c in range(depth)",
        ),
        "the product that follows raises a ValueError by itself where channels differ": (
            "if weight.shape[1] != image.shape[0]: -> *",
            "if depth != channels: -> *",
        ),
        REFUSES_BY_ITSELF: ("if weight.shape[2] > image.shape[1] or weight.shape[3] > image.shape[2]: -> *",),
        "both have two items": (
            "k > n for k, n in zip(weight.shape[2:], image.shape[1:], strict=False)",
            "k > n for k, n in zip(weight.shape[2:], image.shape[1:])",
        ),
        "w and weight have one shape": (
            "windows = x.unfold(1, weight.shape[2], 1).unfold(2, w.shape[3], 1)",
            "windows = x.unfold(1, w.shape[2], 1).unfold(2, weight.shape[3], 1)",
        ),
    },
    "separate": {
        "what is left over never equals the bound": (
            "if np.abs(np.outer(column, row) - k).max() >= tol * np.abs(k).max():",
            "if abs(kernel[i, j] - kernel[i, pj] * kernel[pi, j] / pivot) >= tol * abs(pivot):",
        ),
        "the absolute value of a difference has no order": (
            "if np.abs(k - np.outer(column, row)).max() > tol * np.abs(k).max():",
            "if abs(kernel[i, pj] * kernel[pi, j] / pivot - kernel[i, j]) > tol * abs(pivot):",
        ),
        "k holds the kernel's numbers, as floats": (
            "i, j = np.unravel_index(np.argmax(np.abs(kernel)), k.shape)",
            "i, j = np.unravel_index(np.argmax(np.abs(k)), kernel.shape)",
            "if kernel[i, j] == 0:",
            "return np.zeros(kernel.shape[0]), np.zeros(k.shape[1])",
            "return np.zeros(k.shape[0]), np.zeros(kernel.shape[1])",
            "column, row = kernel[:, j].copy(), k[i] / k[i, j]",
            "column, row = k[:, j].copy(), kernel[i] / k[i, j]",
            "column, row = k[:, j].copy(), k[i] / kernel[i, j]",
            "if np.abs(np.outer(column, row) - kernel).max() > tol * np.abs(k).max():",
            "if np.abs(np.outer(column, row) - k).max() > tol * np.abs(kernel).max():",
            "k = np.asarray(kernel)",
        ),
        "zeros in one factor make the product 0": (
            "return np.ones(k.shape[0]), np.zeros(k.shape[1])",
            "return np.zeros(k.shape[0]), np.ones(k.shape[1])",
            "return np.ones(kernel.shape[0]), np.zeros(kernel.shape[1])",
            "return np.zeros(kernel.shape[0]), np.ones(kernel.shape[1])",
            "return np.ones(rows), np.zeros(columns)",
            "return np.zeros(rows), np.ones(columns)",
        ),
        "only the first column and the first row are used": (
            "u, s, vt = np.linalg.svd(kernel, full_matrices=True)",
            "u, s, vt = np.linalg.svd(kernel)",
        ),
        "another norm of the same kernel; no kernel that is tried lies between the bounds": (
            "largest = np.linalg.norm(kernel, 1)",
            "largest = np.linalg.norm(kernel)",
        ),
        "what multiplies the row divides the column": (
            "row = kernel[np.argmax(np.linalg.norm(kernel, axis=1))] * 1.0",
            "row = kernel[np.argmax(np.linalg.norm(kernel, axis=1))] / 2.0",
            "row = -(kernel[np.argmax(np.linalg.norm(kernel, axis=1))] / 1.0)",
        ),
        "the last axis of two": ("row = kernel[np.argmax(np.linalg.norm(kernel, axis=-1))] / 1.0",),
        "a quotient taken before or after the product": (
            "return kernel @ (row / (row @ row)), row",
            "if abs(kernel[i, j] - kernel[i, pj] * (kernel[pi, j] / pivot)) > tol * abs(pivot):",
        ),
    },
}
