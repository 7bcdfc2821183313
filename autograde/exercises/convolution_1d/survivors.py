"""Slips in right answers of notebook 02 that change nothing a call could show, each with the reason."""

from __future__ import annotations

WRITTEN_LATER = "every number is written afterwards"
WAS_ZERO = "what is added to was 0"
NO_ORDER = "lines that do not need each other"
REFUSES_BY_ITSELF = "sliding_window_view raises a ValueError by itself where nothing fits"
PRODUCT_REFUSES = "the product that follows raises a ValueError by itself where channels differ"
LAST_AXIS = "the last axis, counted from the other end"
SINGLE = "single precision is good enough, and whole numbers stay exact"
ONE_LENGTH = (
    "capital letters are as many as small ones; only letters like ß, which no sequence holds, become two"
)

SURVIVORS = {
    "correlate1d": {
        "a product of two rows is summed already": ("y[i] = np.sum(x[i : i + K] @ w)",),
        WAS_ZERO: ("y[i] += np.sum(x[i : i + K] * w)",),
        WRITTEN_LATER: ("y = np.ones(N - K + 1)",),
        REFUSES_BY_ITSELF: (
            "if len(w) == 0 or False:",
            "if len(w) == 0 or len(x) > len(x):",
            "if len(w) == 0 or len(w) > len(w):",
        ),
        LAST_AXIS: ("return (signal.unfold(0, len(w), 1) * kernel).sum(dim=-1).numpy()",),
        SINGLE: ("signal = torch.tensor(x.tolist())", "kernel = torch.tensor(w.tolist())"),
    },
    "convolve1d": {
        "of the three modes, valid is the last in the alphabet": ('if mode >= "valid":',),
        "membership has no order": (
            'if mode not in ("same", "full", "valid"):',
            'if mode not in ("valid", "same", "full"):',
            'if mode not in ("full", "valid", "same"):',
        ),
        NO_ORDER: (
            "longer, shorter = max(N, K), min(N, K)  # moved",
            "long, short = max(len(x), len(w)), min(len(x), len(w))  # moved",
            "np.add.at(y, sums, np.multiply.outer(x.astype(float), w.astype(float)))  # moved",
        ),
        "two of one length may change places: convolution is commutative": ("if len(w) >= len(x):",),
        "the product with floats holds floats": ("padded = np.pad(np.asarray(x), (left, right))",),
    },
    "motif_scores": {
        "a product of two truths is one, and a sum of truths counts them": (
            'return np.array([[letter == base for letter in text.upper()] for base in "ACGT"])',
        ),
        ONE_LENGTH: (
            "for start in range(len(sequence) - len(m) + 1):",
            "for start in range(len(s) - len(motif) + 1):",
            "for k in range(len(motif)):",
            "places = np.arange(len(sequence) - len(m) + 1)[:, None] + np.arange(len(m))",
            "places = np.arange(len(s) - len(motif) + 1)[:, None] + np.arange(len(m))",
            "places = np.arange(len(s) - len(m) + 1)[:, None] + np.arange(len(motif))",
        ),
        LAST_AXIS: (
            "windows = np.lib.stride_tricks.sliding_window_view(one_hot(sequence), len(motif), axis=-1)",
            "return np.count_nonzero(s[places] == m, axis=-1)",
        ),
        "both factors change their sign": (
            'return -(np.array(list(text.upper()))[None, :] == np.array(list("ACGT"))[:, None]).astype(float)',
        ),
        "any codes will do that differ": (
            'code = {"A": 0, "C": 1, "G": 2, "T": 4}',
            "s = np.array([code.get(letter) for letter in sequence.upper()])",
            "m = np.array([code.get(letter) for letter in motif.upper()])",
        ),
    },
    "toeplitz_matrix": {
        WAS_ZERO: (
            "T[i, i : i + K] += w",
            "matrix[i, j] += w[j - i]",
            "line[i * (n + 1) : i * (n + 1) + k] += w",
        ),
        "the kernel of no row reaches beyond the last column": ("for j in range(n + 1):",),
        "the larger of two numbers, whichever is the bound": (
            "return np.where(inside, w[np.clip(0, offset, k - 1)], 0.0)",
        ),
        "the first rows * n numbers are all that is written and read": (
            "line = np.zeros(rows * (n * 1))",
            "line = np.zeros(rows * (n + 0))",
            "line = np.zeros(rows * (n + 2))",
            "line = np.zeros(rows * n + 1)",
        ),
    },
    "conv1d": {
        PRODUCT_REFUSES: (
            "if channels != C: -> *",
            "if c > wc or length + 2 * padding < k:",
            "if False or length + 2 * padding < k:",
            "if x.shape[1] > w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:",
            "if False or x.shape[2] + 2 * padding < w.shape[2]:",
            "if w.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:",
            "if x.shape[1] != x.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:",
        ),
        REFUSES_BY_ITSELF: ("if x.shape[2] + 2 * padding < w.shape[2]: -> *",),
        WAS_ZERO: (
            "y[:, :, i] += np.tensordot(window, w, axes=([1, 2], [1, 2]))  # sums over channels and window",
            "padded[:, :, padding : padding + L] += x",
            "padded[:, :, padding : padding + length] += x",
            "out[n, f, i] += total",
        ),
        WRITTEN_LATER: (
            "y = np.ones((N, F, length))",
            "out = np.ones((N, F, size))",
            "out = np.ones((batch, filters, size))",
        ),
        NO_ORDER: (
            "padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))  # moved",
            "padded[:, :, padding : padding + L] = x  # moved",
        ),
        "the number is written again with each product, the last time whole": (
            "out[n, f, i] = total  # moved",
        ),
        "more zeros behind than any window reads; too many for the memory only beyond any padding in use": (
            "padded = np.zeros((N, C, L + 2 ** padding))",
            "padded = np.zeros((N, C, L + 3 * padding))",
            "padded = np.zeros((n, c, length + 2 ** padding), dtype=np.result_type(x, w))",
            "padded = np.zeros((n, c, length + 3 * padding), dtype=np.result_type(x, w))",
        ),
        LAST_AXIS: (
            "windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2], axis=-1)[:, :, ::stride]",
        ),
        "(F, 1) and (1, F, 1) line up alike": ("out = out + b.reshape(-1, 1)",),
        "the two types in another order have the same common type": (
            "padded = np.zeros((n, c, length + 2 * padding), dtype=np.result_type(w, x))",
        ),
        "any type will do that holds the samples": tuple(
            f"padded = np.zeros((n, c, length + 2 * padding){kind})"
            for kind in (
                "",
                ", dtype=np.result_type(x)",
                *(f", dtype=np.result_type(x, {name})" for name in ("b", "c", "f", "k", "n", "wc", "x")),
            )
        ),
    },
}
