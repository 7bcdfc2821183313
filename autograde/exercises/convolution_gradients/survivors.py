"""Slips in right answers of notebook 06 that change nothing, each with the reason."""

from __future__ import annotations

WINDOWS_REFUSE = "sliding_window_view raises a ValueError by itself where nothing fits"
SAME_ORDER = "a sum over several axes is the same in any order of them"
UNORDERED = "lines that do not need each other"
UNREAD = "names of sizes that no line reads"
ONE_SIZE = "C and _ are equal: images and filters have the same channels"
WRITTEN_AFTERWARDS = "every number is written afterwards"
ADDED_TO_NOTHING = "what is added to was 0"
MORE_ZEROS = "more zeros below and at the right, which no line reads or which are cut off"
SAME_WINDOWS = "there are just as many windows as outputs, so the slice takes them all"
BEFORE_THE_NEXT = "the slice ends before the next step"
FLOATS = "the statement asks for no dtype, and what is compared fits into each of these"

SURVIVORS = {
    "numerical_gradient": {
        "the two copies are moved apart in either order": ("up[at] += h  # moved",),
        "both are copies of x": ("down, up = x.copy(), x.copy()",),
        ADDED_TO_NOTHING: (
            "gradient[position] += (above - below) / (2 * h)",
            "grad[at] += (f(up) - f(down)) / (2 * h)",
            "grad[at] += (up - down) / (2 * h)",
            "steps.reshape(x.size, -1)[np.arange(x.size), np.arange(x.size)] += h",
        ),
        WRITTEN_AFTERWARDS: ("gradient = np.ones(x.shape)", "grad = np.ones(x.shape)"),
        UNORDERED: (
            "moved = x.copy()  # moved",
            "moved[position] = x[position]  # moved",
            "x[at] = old  # moved",
            "grad[at] = (up - down) / (2 * h)  # moved",
        ),
        "a copy has the shape of what was copied": ("return np.array(grad).reshape(z.shape)",),
        "a square table of x.size rows has as many columns": (
            "steps.reshape(-1, x.size)[np.arange(x.size), np.arange(x.size)] = h",
        ),
    },
    "relative_error": {
        "a difference has the same size either way": (
            "return np.max(np.abs(b - a) / np.maximum(eps, np.abs(a) + np.abs(b)))",
            "worst = max(worst, abs(b[at] - a[at]) / max(eps, abs(a[at]) + abs(b[at])))",
            "return (abs(b - a) / np.where(total > eps, total, eps)).max()",
        ),
        "a and b have one shape by then": ("for at in np.ndindex(*b.shape):",),
        "where total is eps, either is the larger": (
            "return (abs(a - b) / np.where(total >= eps, total, eps)).max()",
        ),
    },
    "im2col": {
        WINDOWS_REFUSE: (
            "if KH > H or KW > W: -> *",
            "if KH > padded.shape[2] or KW > padded.shape[3]: -> *",
        ),
        ADDED_TO_NOTHING: ("cols[n, :, i * columns + j] += window.reshape(-1)",),
        WRITTEN_AFTERWARDS: ("cols = np.ones((N, C * KH * KW, rows * columns))",),
        UNORDERED: ("padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))  # moved",),
        "more images of zeros behind the last, which no line reads": (
            "padded = np.pad(x, ((0, 1), (0, 0), (ph, ph), (pw, pw)))",
            "padded = np.pad(x, ((0, 2), (0, 0), (ph, ph), (pw, pw)))",
        ),
        FLOATS: ("cols = np.empty((N, C, kh, kw, ho, wo))",),
        BEFORE_THE_NEXT: (
            "cols[:, :, a, b] = padded[:, :, a : a + sh * ho - 1 + 1 : sh, b : b + sw * (wo - 1) + 1 : sw]",
            "cols[:, :, a, b] = padded[:, :, a : a + sh * (ho - 1) + 1 : sh, b : b + sw * wo - 1 + 1 : sw]",
        ),
    },
    "col2im": {
        MORE_ZEROS: (
            "padded = np.zeros((N, C, H + 2 ** ph, W + 2 * pw), dtype=cols.dtype)",
            "padded = np.zeros((N, C, H + 2 * ph, W + 2 ** pw), dtype=cols.dtype)",
            "padded = np.zeros((N, C, H + 3 * ph, W + 2 * pw), dtype=cols.dtype)",
            "padded = np.zeros((N, C, H + 2 * ph, W + 3 * pw), dtype=cols.dtype)",
            "x = np.zeros((N, C, H + 2 ** ph, W + 2 * pw))",
            "x = np.zeros((N, C, H + 2 * ph, W + 2 ** pw))",
            "x = np.zeros((N, C, H + 3 * ph, W + 2 * pw))",
            "x = np.zeros((N, C, H + 2 * ph, W + 3 * pw))",
            "x = np.zeros((N, C, H + 2 ** ph, W + 2 * pw), dtype=cols.dtype)",
            "x = np.zeros((N, C, H + 2 * ph, W + 2 ** pw), dtype=cols.dtype)",
            "x = np.zeros((N, C, H + 3 * ph, W + 2 * pw), dtype=cols.dtype)",
            "x = np.zeros((N, C, H + 2 * ph, W + 3 * pw), dtype=cols.dtype)",
        ),
        FLOATS: (
            "padded = np.zeros((N, C, H + 2 * ph, W + 2 * pw))",
            "x = np.zeros((N, C, H + 2 * ph, W + 2 * pw))",
        ),
        UNORDERED: (
            "windows = cols.reshape(N, C, KH, KW, rows, columns)  # moved",
            "rows, columns = (H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW) // sw + 1  # moved",
        ),
        "each of the four is a pair": (
            "sizes = zip(input_shape[2:], pair(kernel_size), pair(stride), pair(padding), strict=False)",
            "sizes = zip(input_shape[2:], pair(kernel_size), pair(stride), pair(padding))",
        ),
        "rows and columns have one shape": (
            "np.add.at(x, (slice(None), slice(None), rows, columns), cols.reshape(N, C, *columns.shape))",
        ),
    },
    "conv2d_im2col": {
        WINDOWS_REFUSE: (
            "if KH > padded.shape[2] or KW > padded.shape[3]: -> *",
            "if w.shape[2] > padded.shape[2] or w.shape[3] > padded.shape[3]: -> *",
            "if False:",
            "if False or KW > W + 2 * padding:",
            "if KH > H + 2 * padding or False:",
            "if KH > H + 2 * padding and KW > W + 2 * padding:",
            "if KH > H + 2 ** padding or KW > W + 2 * padding:",
            "if KH > H + 2 * padding or KW > W + 2 ** padding:",
            "if KH > H + 3 * padding or KW > W + 2 * padding:",
            "if KH > H + 2 * padding or KW > W + 3 * padding:",
            "if KH > H + 2 * padding or KW > W + 2 * padding:  # dropped",
        ),
        ONE_SIZE: ("cols = views.transpose(0, 1, 4, 5, 2, 3).reshape(N, _ * KH * KW, -1)",),
        ADDED_TO_NOTHING: ("y[:, :, i, j] += window.reshape(N, -1) @ rows",),
        WRITTEN_AFTERWARDS: ("y = np.ones((N, F, Ho, Wo))",),
        UNORDERED: (
            "N, C, H, W = x.shape  # moved",
            "padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))  # moved",
            "rows = w.reshape(F, -1).T  # moved",
        ),
        "another way to the same sums": (
            'y += np.einsum("nchw,fc->nfhw", part, w[:, :, a, c], optimize=False)',
            'y += np.einsum("nchw,fc->nfhw", part, w[:, :, a, c])',
        ),
        "(1, F, 1, 1) and (F, 1, 1) line up alike": ("y += b.reshape(F, 1, 1)",),
        BEFORE_THE_NEXT: (
            ":, :, a : a + stride * Ho - 1 + 1 : stride, c : c + stride * (Wo - 1) + 1 : stride",
            ":, :, a : a + stride * (Ho - 1) + 1 : stride, c : c + stride * Wo - 1 + 1 : stride",
        ),
    },
    "conv1d_backward": {
        UNREAD: ("C, N, L = x.shape", "_, F, K = w.shape"),
        SAME_ORDER: (
            "return dpadded[:, :, padding : padding + L], dw, dout.sum(axis=(2, 0))",
            "return dx[:, :, padding : padding + L], dw, dout.sum(axis=(2, 0))",
        ),
        UNORDERED: (
            "N, C, L = x.shape  # moved",
            "K = w.shape[2]  # moved",
            "dpadded[:, :, window] += np.tensordot(g, w, axes=(1, 0))  # sums over filters  # moved",
            "F, _, K = w.shape  # moved",
            "dw[f] += g * padded[n, :, start : start + K]  # moved",
            "dx[n, c, j] += g * w[f, c, k]  # moved",
            "L, Lo = x.shape[2], dout.shape[2]  # moved",
            'dw[:, :, k] = np.einsum("nfi,nci->fc", dout, padded[:, :, under])  # moved',
        ),
        ONE_SIZE: (
            "dx, dw, db = np.zeros((N, _, L)), np.zeros((F, C, K)), np.zeros(F)",
            "dx, dw, db = np.zeros((N, C, L)), np.zeros((F, _, K)), np.zeros(F)",
            "for c in range(_):",
        ),
        ADDED_TO_NOTHING: (
            'dw[:, :, k] += np.einsum("nfi,nci->fc", dout, padded[:, :, under])',
            "spread[:, :, K - 1 : K - 1 + (Lo - 1) * stride + 1 : stride] += dout",
        ),
        WRITTEN_AFTERWARDS: ("dx, dw = np.zeros(padded.shape, padded.dtype), np.ones(w.shape, w.dtype)",),
        FLOATS: (
            "dx, dw = np.zeros(padded.shape, padded.dtype), np.zeros(w.shape, x.dtype)",
            "dx, dw = np.zeros(padded.shape), np.zeros(w.shape, w.dtype)",
            "dx, dw = np.zeros(padded.shape, padded.dtype), np.zeros(w.shape)",
        ),
        MORE_ZEROS: (
            "spread = np.zeros((N, F, L + 2 ** padding + K - 1))",
            "spread = np.zeros((N, F, L + 2 * padding + K + 1))",
            "spread = np.zeros((N, F, L + 3 * padding + K - 1))",
            "spread = np.zeros((N, F, L + 2 * padding + K - 0))",
        ),
        SAME_WINDOWS: (
            'dw = np.einsum("nfi,ncik->fck", dout, windows[:, :, :Lo + 1])',
            'dw = np.einsum("nfi,ncik->fck", dout, windows[:, :, :])',
        ),
        "the last axis of three is axis 2": (
            'dx = np.einsum("nfjk,fck->ncj", sliding_window_view(spread, K, axis=-1), w[:, :, ::-1])',
            "windows = sliding_window_view(np.pad(x, ((0, 0), (0, 0), (padding, padding))), K, axis=-1)[:, :, ::stride]",
        ),
    },
    "conv2d_backward": {
        UNREAD: (
            "C, N, H, W = x.shape",
            "C, F, KH, KW = w.shape",
            "_, F, KH, KW = w.shape",
        ),
        SAME_ORDER: (
            "return dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(2, 0, 3))",
            "return dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(3, 2, 0))",
            "return dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 3, 2))",
            "return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dout.sum((2, 0, 3))",
            "return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dout.sum((3, 2, 0))",
            "return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dout.sum((0, 3, 2))",
            "return dx[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(2, 0, 3))",
            "return dx[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(3, 2, 0))",
            "return dx[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 3, 2))",
            "return dx[:, :, ph : ph + H, pw : pw + W], dw, flat.sum(axis=(2, 0))",
        ),
        UNORDERED: (
            "sh, sw = stride if isinstance(stride, tuple) else (stride, stride)  # moved",
            "sh, sw = pair(stride)  # moved",
            "(sh, sw), (ph, pw) = pair(stride), pair(padding)  # moved",
            "N, C, H, W = x.shape  # moved",
            "F, C, KH, KW = w.shape  # moved",
            "F, _, KH, KW = w.shape  # moved",
            "KH, KW = w.shape[2], w.shape[3]  # moved",
            "Ho, Wo = dout.shape[2:]  # moved",
            "dpadded[:, :, rows, columns] += np.tensordot(g, w, axes=(1, 0))  # moved",
            "dw[f] += g * padded[n, :, top : top + KH, left : left + KW]  # moved",
            "dx[n, c, p, q] += g * w[f, c, a, b]  # moved",
            "dw[f] += dout[n, f, i, j] * padded[n, :, top : top + KH, left : left + KW]  # moved",
            "dw[:, :, a, b] = np.tensordot(dout, padded[under], axes=([0, 2, 3], [0, 2, 3]))  # moved",
        ),
        "windows are a view: they show what is written into spread afterwards": (
            "spread[:, :, KH - 1 : KH + (Ho - 1) * sh : sh, KW - 1 : KW + (Wo - 1) * sw : sw] = dout  # moved",
        ),
        ONE_SIZE: (
            "for c in range(_):",
            "cols = padded[:, :, rows, columns].reshape(N, _ * KH * KW, -1)",
            'back = np.einsum("fk,nfl->nkl", w.reshape(F, -1), flat).reshape(N, _, KH, KW, Ho, Wo)',
        ),
        "n - 1 runs over all images too, the last one first": ("db[f] += dout[n - 1, f].sum()",),
        "the mode that np.pad has anyway": ("padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))",),
        ADDED_TO_NOTHING: (
            "dw[:, :, a, b] += np.tensordot(dout, padded[under], axes=([0, 2, 3], [0, 2, 3]))",
            "spread[:, :, KH - 1 : KH + (Ho - 1) * sh : sh, KW - 1 : KW + (Wo - 1) * sw : sw] += dout",
        ),
        WRITTEN_AFTERWARDS: ("dx, dw = np.zeros(padded.shape, padded.dtype), np.ones(w.shape, w.dtype)",),
        FLOATS: (
            "dx, dw = np.zeros(padded.shape, padded.dtype), np.zeros(w.shape, x.dtype)",
            "dx, dw = np.zeros(padded.shape), np.zeros(w.shape, w.dtype)",
            "dx, dw = np.zeros(padded.shape, padded.dtype), np.zeros(w.shape)",
        ),
        MORE_ZEROS: (
            "spread = np.zeros((N, F, H + 2 ** ph + KH - 1, W + 2 * pw + KW - 1))",
            "spread = np.zeros((N, F, H + 2 * ph + KH + 1, W + 2 * pw + KW - 1))",
            "spread = np.zeros((N, F, H + 2 * ph + KH - 1, W + 2 ** pw + KW - 1))",
            "spread = np.zeros((N, F, H + 2 * ph + KH - 1, W + 2 * pw + KW + 1))",
            "spread = np.zeros((N, F, H + 3 * ph + KH - 1, W + 2 * pw + KW - 1))",
            "spread = np.zeros((N, F, H + 2 * ph + KH - 0, W + 2 * pw + KW - 1))",
            "spread = np.zeros((N, F, H + 2 * ph + KH - 1, W + 3 * pw + KW - 1))",
            "spread = np.zeros((N, F, H + 2 * ph + KH - 1, W + 2 * pw + KW - 0))",
        ),
        SAME_WINDOWS: (
            'dw = np.einsum("nfij,ncijab->fcab", dout, seen[:, :, ::sh, ::sw][:, :, :Ho + 1, :Wo])',
            'dw = np.einsum("nfij,ncijab->fcab", dout, seen[:, :, ::sh, ::sw][:, :, :Ho, :Wo + 1])',
            'dw = np.einsum("nfij,ncijab->fcab", dout, seen[:, :, ::sh, ::sw][:, :, :, :Wo])',
            'dw = np.einsum("nfij,ncijab->fcab", dout, seen[:, :, ::sh, ::sw][:, :, :Ho, :])',
        ),
    },
}
