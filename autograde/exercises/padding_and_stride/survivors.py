"""Slips in right answers of notebook 04 that change nothing a call could show, each with the reason."""

from __future__ import annotations

SURVIVORS = {
    "output_size": {
        "a quotient rounded down before or after 1 is added": (
            "return int(np.floor((n + 2 * padding - reach) // stride + 1))",
        ),
    },
    "pad2d": {
        "the two types in another order have the same common type": (
            "kind = np.result_type(np.float32, x.dtype)  # a float type that can hold what x holds",
            "x = x.astype(np.result_type(np.float32, x.dtype))",
        ),
        "value is a float, so the array is one of floats anyway": (
            "out = np.full((*x.shape[:-2], top + height + bottom, left + width + right), value)",
            "return np.full((*x.shape[:-2], rows, columns), value)",
        ),
    },
    "same_padding": {
        "both begin at 0": ("after, before = 0, 0",),
    },
    "conv2d": {
        "every number of y is written afterwards": (
            "y = np.ones((N, F, (H + 2 * ph - reach_h) // sh + 1, (W + 2 * pw - reach_w) // sw + 1))",
            "y = np.ones((N, F, rows, columns))",
        ),
        "what is added to was 0": (
            "y[:, :, i, j] += np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3]))  # sums over channels and window",
            "padded[:, :, ph : ph + H, pw : pw + W] += x",
            "y[n, f, i, j] += np.sum(window * w[f])",
            "y[n, f, i, j] += total",
        ),
        "lines that do not need each other": (
            "padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))  # moved",
            "padded[:, :, ph : ph + H, pw : pw + W] = x  # moved",
        ),
        "the number is written again with each product, the last time whole": (
            "y[n, f, i, j] = total  # moved",
        ),
        "more zeros below and at the right than any window reads": (
            "padded = np.zeros((N, C, H + 2 ** ph, W + 2 * pw))",
            "padded = np.zeros((N, C, H + 2 * ph, W + 2 ** pw))",
            "padded = np.zeros((N, C, H + 3 * ph, W + 2 * pw))",
            "padded = np.zeros((N, C, H + 2 * ph, W + 3 * pw))",
        ),
        "C and D are equal by then": (
            "padded = np.zeros((N, D, H + 2 * ph, W + 2 * pw))",
            "for c in range(D):",
        ),
        "the product that follows raises a ValueError by itself where channels differ": (
            "if channels != C: -> *",
            "if C != x.shape[1]: -> *",
        ),
        "sliding_window_view raises a ValueError by itself where nothing fits": (
            "if reach[0] > padded.shape[2] or reach[1] > padded.shape[3]: -> *",
        ),
        "(F, 1, 1) and (1, F, 1, 1) line up alike": ("return y if b is None else y + b.reshape(-1, 1, 1)",),
    },
    "receptive_field": {
        "both begin at 1": ("jump, size = 1, 1", "jump, size, found = 1, 1, []"),
        "the two arrays have one length": (
            "return [(int(size), int(jump)) for size, jump in zip(sizes, jumps, strict=False)]",
            "return [(int(size), int(jump)) for size, jump in zip(sizes, jumps)]",
        ),
    },
}
