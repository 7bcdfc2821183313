"""Notebook 06: answers that were really given, relatives of them in other exercises, and unusual ones that are right."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()


def slip(source: str, *changes: tuple[str, str]) -> str:
    """`source` with pieces of its text, each of which occurs there once, written otherwise."""
    for old, new in changes:
        assert source.count(old) == 1, f"{old!r} occurs {source.count(old)} times"
        source = source.replace(old, new)
    return source


# ----------------------------------------------------------------------------------------- numerical_gradient

MEASURED = """
def numerical_gradient(f, x, h=1e-5):
    g = np.zeros(x.shape)
    for p in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[p] = h
        g[p] = (f(x + e) - f(x - e)) / (2 * h)
    return g
"""
FLAT = """
def numerical_gradient(f, x, h=1e-5):
    z = x.flatten()
    g = []
    for i in range(z.size):
        up, down = z.copy(), z.copy()
        up[i] += h
        down[i] -= h
        g.append((f(up.reshape(x.shape)) - f(down.reshape(x.shape))) / (2 * h))
    return np.array(g).reshape(x.shape)
"""
IN_PLACE = """
def numerical_gradient(f, x, h=1e-5):
    g = np.zeros(x.shape)
    for p in np.ndindex(x.shape):
        old = x[p]
        x[p] = old + h
        up = f(x)
        x[p] = old - h
        down = f(x)
        x[p] = old
        g[p] = (up - down) / (2 * h)
    return g
"""

CASES.right("numerical_gradient", "on a flat copy, reshaped for each call", FLAT)
CASES.right(
    "numerical_gradient",
    "in single precision at the end",
    slip(MEASURED, ("return g", "return g.astype(np.float32)")),
)
CASES.right(
    "numerical_gradient",
    "a class with a method called gradient",
    """
    class Witness:
        def __init__(self, f): self.f = f
        def gradient(self, x, h):
            one = np.eye(x.size)
            return np.array([(self.f(x + h * e.reshape(x.shape)) - self.f(x - h * e.reshape(x.shape))) / 2 / h for e in one])
    def numerical_gradient(f, x, h=1e-5):
        return Witness(f).gradient(x, h).reshape(x.shape)
    """,
)
CASES.wrong(
    "numerical_gradient",
    "brackets forgotten, (up − down) / 2 · h",
    slip(MEASURED, ("/ (2 * h)", "/ 2 * h")),
    named=("multiplies_by_h",),
)
CASES.wrong(
    "numerical_gradient",
    "the step is never taken back",
    slip(
        MEASURED,
        (
            "    for p in np.ndindex(x.shape):\n        e = np.zeros(x.shape)\n",
            "    e = np.zeros(x.shape)\n    for p in np.ndindex(x.shape):\n",
        ),
    ),
    named=("keeps_earlier_steps",),
)
CASES.wrong(
    "numerical_gradient",
    "f gets a flat array",
    slip(FLAT, ("f(up.reshape(x.shape)) - f(down.reshape(x.shape))", "f(up) - f(down)")),
    named=("hands_over_a_flat_array",),
)
CASES.wrong(
    "numerical_gradient",
    "the result stays flat",
    slip(FLAT, (".reshape(x.shape)\n", "\n")),
    named=("returns_a_flat_gradient",),
)
CASES.wrong(
    "numerical_gradient",
    "an array of whole numbers",
    slip(MEASURED, ("g = np.zeros(x.shape)", "g = np.zeros(x.shape, dtype=int)")),
    named=("cuts_fractions",),
)
CASES.wrong(
    "numerical_gradient",
    "x is not put back",
    slip(IN_PLACE, ("        x[p] = old\n", "")),
    named=("leaves_x_changed",),
)
CASES.wrong(
    "numerical_gradient",
    "h taken twice on the way down and not put back",
    slip(IN_PLACE, ("        x[p] = old\n", ""), ("x[p] = old - h", "x[p] -= 2 * h")),
    named=("leaves_x_changed",),
)
CASES.wrong(
    "numerical_gradient",
    "x on one side only",
    slip(MEASURED, ("f(x - e)", "f(x)")),
    never=("Did you", "x + h) with"),
)
CASES.wrong(
    "numerical_gradient",
    "a step of its own and the brackets forgotten",
    slip(MEASURED, ("e[p] = h", "h = 1e-5; e[p] = h"), ("/ (2 * h)", "/ h")),
    never=("one-sided",),
)

# --------------------------------------------------------------------------------------------- relative_error

ERROR = """
def relative_error(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("the shapes differ")
    return np.max(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))
"""

CASES.right(
    "relative_error",
    "in single precision",
    slip(ERROR, ("np.max(np.abs(a - b)", "np.max(np.abs(a - b).astype(np.float32)")),
)
CASES.wrong(
    "relative_error",
    "compares lengths for shapes",
    slip(ERROR, ("a.shape != b.shape", "len(a) != len(b)")),
    named=("compares_lengths_only",),
)
CASES.wrong(
    "relative_error",
    "compares counts for shapes",
    slip(ERROR, ("a.shape != b.shape", "a.size != b.size")),
    named=("compares_counts_only",),
)
CASES.wrong(
    "relative_error",
    "compares numbers of axes for shapes",
    slip(ERROR, ("a.shape != b.shape", "a.ndim != b.ndim")),
)
CASES.wrong(
    "relative_error",
    "a mean, and shapes not compared",
    """
    def relative_error(a, b, eps=1e-8):
        return np.mean(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))
    """,
    named=("takes_the_mean",),
)
CASES.wrong(
    "relative_error",
    "one error for each entry",
    slip(ERROR, ("np.max(np.abs(a - b) /", "(np.abs(a - b) /")),
    named=("returns_every_entry",),
)
CASES.wrong(
    "relative_error",
    "the floor under each array",
    slip(
        ERROR,
        (
            "np.maximum(eps, np.abs(a) + np.abs(b))",
            "(np.maximum(eps, np.abs(a)) + np.maximum(eps, np.abs(b)))",
        ),
    ),
)
CASES.wrong("relative_error", "the sum of the errors", slip(ERROR, ("np.max(", "np.sum(")), never=("mean",))

# -------------------------------------------------------------------------- conv1d_backward, conv2d_backward

BACK1 = """
def conv1d_backward(dout, x, w, stride=1, padding=0):
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dx, dw, K = np.zeros(xp.shape), np.zeros(w.shape), w.shape[2]
    for i in range(dout.shape[2]):
        s = i * stride
        dx[:, :, s:s + K] += np.einsum("nf,fck->nck", dout[:, :, i], w)
        dw += np.einsum("nf,nck->fck", dout[:, :, i], xp[:, :, s:s + K])
    return dx[:, :, padding:padding + x.shape[2]], dw, dout.sum(axis=(0, 2))
"""
SPREAD1 = """
def conv1d_backward(dout, x, w, stride=1, padding=0):
    N, F, Lo = dout.shape
    L, K = x.shape[2], w.shape[2]
    turned = w[:, :, ::-1]
    spread = np.zeros((N, F, L + 2 * padding + K - 1))
    spread[:, :, K - 1:K + (Lo - 1) * stride:stride] = dout
    dx = np.einsum("nfjk,fck->ncj", sliding_window_view(spread, K, axis=2), turned)
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    seen = sliding_window_view(xp, K, axis=2)[:, :, ::stride][:, :, :Lo]
    dw = np.einsum("nfi,ncik->fck", dout, seen)
    return dx[:, :, padding:padding + L], dw, dout.sum(axis=(0, 2))
"""
BACK2 = """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    g, a, b = dout[n, f, i, j], i * sh, j * sw
                    dx[n, :, a:a + KH, b:b + KW] += g * w[f]
                    dw[f] += g * xp[n, :, a:a + KH, b:b + KW]
    return dx[:, :, ph:ph + H, pw:pw + W], dw, dout.sum(axis=(0, 2, 3))
"""
SPREAD2 = """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    (N, F, Ho, Wo), (H, W), (KH, KW) = dout.shape, x.shape[2:], w.shape[2:]
    turned = w[:, :, ::-1, ::-1]
    spread = np.zeros((N, F, H + 2 * ph + KH - 1, W + 2 * pw + KW - 1))
    spread[:, :, KH - 1:KH + (Ho - 1) * sh:sh, KW - 1:KW + (Wo - 1) * sw:sw] = dout
    dx = np.einsum("nfijab,fcab->ncij", sliding_window_view(spread, (KH, KW), axis=(2, 3)), turned)
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    seen = sliding_window_view(xp, (KH, KW), axis=(2, 3))[:, :, ::sh, ::sw][:, :, :Ho, :Wo]
    return dx[:, :, ph:ph + H, pw:pw + W], np.einsum("nfij,ncijab->fcab", dout, seen), dout.sum(axis=(0, 2, 3))
"""
BY_DIFFERENCES2 = """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    sh, sw = [int(q) for q in np.broadcast_to(stride, 2)]
    ph, pw = [int(q) for q in np.broadcast_to(padding, 2)]
    def loss(x, w, b):
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        win = sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
        return np.sum(dout * (np.einsum("ncijab,fcab->nfij", win, w) + b[:, None, None]))
    def numerical(f, a):
        g = np.zeros(a.shape)
        for p in np.ndindex(a.shape):
            e = np.zeros(a.shape)
            e[p] = 1
            g[p] = (f(a + e) - f(a - e)) / 2
        return g
    b = np.zeros(w.shape[0])
    return (numerical(lambda a: loss(a, w, b), x), numerical(lambda a: loss(x, a, b), w),
            numerical(lambda a: loss(x, w, a), b))
"""
BY_DIFFERENCES1 = """
def conv1d_backward(dout, x, w, stride=1, padding=0):
    def layer(x, w, b):
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        return np.einsum("ncik,fck->nfi", sliding_window_view(xp, w.shape[2], axis=2)[:, :, ::stride], w) + b[:, None]
    def slope(f, a, h=1e-5):
        g = np.zeros(a.shape)
        for p in np.ndindex(a.shape):
            old, a = a[p], a.copy()
            a[p] = old + h
            up = f(a)
            a[p] = old - h
            g[p] = (up - f(a)) / (2 * h)
            a[p] = old
        return g
    b = np.zeros(len(w))
    return (slope(lambda a: np.sum(dout * layer(a, w, b)), x), slope(lambda a: np.sum(dout * layer(x, a, b)), w),
            slope(lambda a: np.sum(dout * layer(x, w, a)), b))
"""
UNFOLDED_BY_HAND = """
class Conv2d:
    def __init__(self, w, stride, padding):
        self.w = w
        self.s = (stride, stride) if isinstance(stride, int) else stride
        self.p = (padding, padding) if isinstance(padding, int) else padding
    def backward(self, dout, x):
        (sh, sw), (ph, pw), w = self.s, self.p, self.w
        N, C, H, W = x.shape; F, _, KH, KW = w.shape
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))); dxp = np.zeros(xp.shape); dw = np.zeros(w.shape)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                a, b = slice(i*sh, i*sh+KH), slice(j*sw, j*sw+KW)
                dw += np.einsum('nf,ncab->fcab', dout[:, :, i, j], xp[:, :, a, b])
                dxp[:, :, a, b] += np.einsum('nf,fcab->ncab', dout[:, :, i, j], w)
        return dxp[:, :, ph:ph+H, pw:pw+W], dw, dout.sum(axis=(0, 2, 3))
def conv2d_backward(dout, x, w, stride=1, padding=0):
    return Conv2d(w, stride, padding).backward(dout, x)
"""
ACCUSED_OF_NUMBERS = ("as single numbers", "a single number")

CASES.right("conv2d_backward", "a class with a method called backward", UNFOLDED_BY_HAND)
CASES.right(
    "conv1d_backward",
    "a layer with a method called backward",
    """
    class Conv1d:
        def __init__(self, w, stride, padding): self.w, self.s, self.p = w, stride, padding
        def backward(self, dout, x):
            xp = np.pad(x, ((0, 0), (0, 0), (self.p, self.p)))
            dx, dw, K = np.zeros(xp.shape), np.zeros(self.w.shape), self.w.shape[2]
            for i in range(dout.shape[2]):
                at = slice(i * self.s, i * self.s + K)
                dx[:, :, at] += np.tensordot(dout[:, :, i], self.w, 1)
                dw += np.tensordot(dout[:, :, i].T, xp[:, :, at], 1)
            return dx[:, :, self.p:self.p + x.shape[2]], dw, dout.sum(axis=(0, 2))
    def conv1d_backward(dout, x, w, stride=1, padding=0):
        layer = Conv1d(w, stride, padding)
        return layer.backward(dout, x)
    """,
)
for source, name in (
    (BACK1, "conv1d_backward"),
    (SPREAD1, "conv1d_backward"),
    (BACK2, "conv2d_backward"),
    (SPREAD2, "conv2d_backward"),
):
    way = "outputs one by one" if source in (BACK1, BACK2) else "the spread gradient and the turned kernel"
    CASES.right(name, way, source)
CASES.right(
    "conv2d_backward",
    "pixel by pixel, in plain loops",
    """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = [v if isinstance(v, tuple) else (v, v) for v in (stride, padding)]
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for n, f, i, j in np.ndindex(dout.shape):
        db[f] += dout[n, f, i, j]
        for c, a, b in np.ndindex(w.shape[1:]):
            p, q = i * sh + a - ph, j * sw + b - pw
            if 0 <= p < x.shape[2] and 0 <= q < x.shape[3]:
                dx[n, c, p, q] += dout[n, f, i, j] * w[f, c, a, b]
                dw[f, c, a, b] += dout[n, f, i, j] * x[n, c, p, q]
    return dx, dw, db
""",
)
CASES.wrong("conv2d_backward", "measured by differences", BY_DIFFERENCES2, named=("measured_by_differences",))
CASES.wrong(
    "conv1d_backward",
    "measured by differences, a small step",
    BY_DIFFERENCES1,
    named=("measured_by_differences",),
)
CASES.wrong(
    "conv2d_backward",
    "only dx measured by differences",
    slip(
        BY_DIFFERENCES2,
        ("numerical(lambda a: loss(x, a, b), w)", "BACK(dout, x, w, stride, padding)[1]"),
        ("numerical(lambda a: loss(x, w, a), b)", "dout.sum(axis=(0, 2, 3))"),
    )
    + slip(BACK2, ("def conv2d_backward(", "def BACK(")),
    named=("dx_measured_by_differences",),
)
CASES.wrong(
    "conv2d_backward",
    "height and width of the kernel swapped",
    slip(BACK2, ("F, _, KH, KW = w.shape", "F, _, KW, KH = w.shape")),
    never=ACCUSED_OF_NUMBERS,
)
CASES.wrong(
    "conv2d_backward",
    "height and width swapped in the slices",
    BACK2.replace("a:a + KH, b:b + KW", "a:a + KW, b:b + KH"),
    never=ACCUSED_OF_NUMBERS,
)
CASES.wrong(
    "conv2d_backward",
    "the two strides swapped",
    slip(BACK2, ("sh, sw = stride", "sw, sh = stride")),
    never=ACCUSED_OF_NUMBERS,
)
CASES.wrong(
    "conv2d_backward",
    "pairs not unpacked",
    slip(BACK2, ("sh, sw = stride if isinstance(stride, tuple) else (stride, stride)", "sh = sw = stride")),
    named=("needs_one_number_for_the_stride",),
)
CASES.wrong(
    "conv2d_backward",
    "in another order",
    slip(
        BACK2,
        (
            "return dx[:, :, ph:ph + H, pw:pw + W], dw, dout",
            "return dw, dx[:, :, ph:ph + H, pw:pw + W], dout",
        ),
    ),
    named=("returns_dw_first",),
)
CASES.wrong(
    "conv1d_backward",
    "in another order",
    slip(
        BACK1,
        (
            "return dx[:, :, padding:padding + x.shape[2]], dw, dout",
            "return dw, dx[:, :, padding:padding + x.shape[2]], dout",
        ),
    ),
    named=("returns_dw_first",),
)
CASES.wrong(
    "conv1d_backward",
    "puts in place of adding",
    slip(BACK1, ("dx[:, :, s:s + K] +=", "dx[:, :, s:s + K] =")),
    named=("assigns_in_overlaps",),
)
CASES.wrong(
    "conv2d_backward",
    "puts in place of adding",
    slip(BACK2, ("b:b + KW] += g * w[f]", "b:b + KW] = g * w[f]")),
    named=("keeps_the_last_of_all",),
)
CASES.wrong(
    "conv1d_backward",
    "np.flip of all axes",
    slip(SPREAD1, ("w[:, :, ::-1]", "np.flip(w)")),
    named=("flips_all_axes",),
)
CASES.wrong(
    "conv2d_backward",
    "np.flip of all axes",
    slip(SPREAD2, ("w[:, :, ::-1, ::-1]", "np.flip(w)")),
    named=("flips_all_axes",),
)
CASES.wrong(
    "conv2d_backward",
    "filters and channels turned round",
    slip(SPREAD2, ("w[:, :, ::-1, ::-1]", "w[::-1, ::-1]")),
    never=("transposed",),
)
CASES.wrong(
    "conv1d_backward", "filters turned round, not the kernel", slip(SPREAD1, ("w[:, :, ::-1]", "w[::-1]"))
)
CASES.wrong(
    "conv2d_backward",
    "only rows turned round",
    slip(SPREAD2, ("w[:, :, ::-1, ::-1]", "w[:, :, ::-1]")),
    named=("flips_rows_only",),
)
CASES.wrong(
    "conv2d_backward",
    "only columns turned round",
    slip(SPREAD2, ("w[:, :, ::-1, ::-1]", "w[:, :, :, ::-1]")),
    named=("flips_columns_only",),
)
CASES.wrong(
    "conv2d_backward",
    "the kernel not turned",
    slip(SPREAD2, ("w[:, :, ::-1, ::-1]", "w")),
    named=("dx_without_flip",),
)
CASES.wrong(
    "conv1d_backward",
    "s zeros between, not s − 1",
    slip(
        SPREAD1,
        ("K + (Lo - 1) * stride:stride]", "K + (Lo - 1) * (stride + 1):stride + 1]"),
        ("L + 2 * padding + K - 1", "L + 2 * padding + K - 1 + Lo"),
    ),
    named=("spreads_too_far",),
)
CASES.wrong(
    "conv1d_backward",
    "db for each signal",
    slip(BACK1, ("dout.sum(axis=(0, 2))", "dout.sum(axis=2)")),
    named=("db_for_every_signal",),
)
CASES.wrong(
    "conv2d_backward",
    "db for each image",
    slip(BACK2, ("dout.sum(axis=(0, 2, 3))", "dout.sum(axis=(2, 3))")),
    named=("db_for_every_image",),
)
CASES.wrong(
    "conv2d_backward",
    "db one number",
    slip(BACK2, ("dout.sum(axis=(0, 2, 3))", "dout.sum()")),
    named=("db_one_number",),
)
CASES.wrong(
    "conv2d_backward",
    "whole numbers",
    slip(
        BACK2,
        ("np.zeros(xp.shape), np.zeros(w.shape)", "np.zeros(xp.shape, int), np.zeros(w.shape, int)"),
        (
            "dx[n, :, a:a + KH, b:b + KW] += g * w[f]",
            "dx[n, :, a:a + KH, b:b + KW] += (g * w[f]).astype(int)",
        ),
        (
            "dw[f] += g * xp[n, :, a:a + KH, b:b + KW]",
            "dw[f] += (g * xp[n, :, a:a + KH, b:b + KW]).astype(int)",
        ),
    ),
)
CASES.wrong(
    "conv2d_backward",
    "the first image only",
    slip(BACK2, ("for n in range(N)", "for n in range(1)")),
    named=("first_image_only",),
)
CASES.wrong(
    "conv2d_backward",
    "the stride of rows for columns",
    slip(BACK2, ("j * sw", "j * sh")),
    never=ACCUSED_OF_NUMBERS,
)
CASES.wrong("conv2d_backward", "the padding of rows for columns", slip(BACK2, ("pw:pw + W", "ph:ph + W")))
CASES.wrong(
    "conv2d_backward",
    "not turned and minus p",
    slip(
        SPREAD2, ("w[:, :, ::-1, ::-1]", "w"), ("dx[:, :, ph:ph + H, pw:pw + W]", "dx[:, :, ph:-ph, pw:-pw]")
    ),
    never=ACCUSED_OF_NUMBERS,
)
CASES.wrong(
    "conv1d_backward",
    "not turned and a mean for db",
    slip(SPREAD1, ("w[:, :, ::-1]", "w"), ("dout.sum(axis=(0, 2))", "dout.mean(axis=(0, 2))")),
)
CASES.wrong(
    "conv1d_backward",
    "minus p, and the stride left out",
    slip(BACK1, ("i * stride", "i"), ("padding:padding + x.shape[2]", "padding:-padding")),
)

# --------------------------------------------------------------------------------------------- im2col, col2im

COLS = """
def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = x.shape
    if kh > H + 2 * ph or kw > W + 2 * pw:
        raise ValueError("the kernel does not fit")
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    h, w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    cols = np.zeros((N, C * kh * kw, h * w))
    for i in range(h):
        for j in range(w):
            cols[:, :, i * w + j] = x[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw].reshape(N, -1)
    return cols
"""
WINDOWS = """
def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    N, C = x.shape[:2]
    v = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return v.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * kh * kw, -1)
"""

CASES.right("im2col", "windows one by one", COLS)
CASES.right("im2col", "a view, reshaped", WINDOWS)
CASES.right("im2col", "in single precision", slip(COLS, ("h * w))", "h * w), np.float32)")))
CASES.right(
    "im2col",
    "a class with a method called unfold",
    """
class T:
    def __init__(self, x): self.x = x
    def unfold(self, kh, kw, sh, sw):
        x, c = self.x, []
        for i in range(0, x.shape[2] - kh + 1, sh):
            c += [x[:, :, i:i + kh, j:j + kw].reshape(len(x), -1) for j in range(0, x.shape[3] - kw + 1, sw)]
        if not c: raise ValueError("nothing fits")
        return np.stack(c, axis=2)
def im2col(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = [v if isinstance(v, tuple) else (v, v) for v in (kernel_size, stride, padding)]
    return T(np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))).unfold(kh, kw, sh, sw)
""",
)
CASES.right(
    "im2col",
    "torch.Tensor.unfold, the twin of sliding_window_view",
    """
def im2col(x, kernel_size, stride=1, padding=0):
    import torch
    (kh, kw), (sh, sw), (ph, pw) = [v if isinstance(v, tuple) else (v, v) for v in (kernel_size, stride, padding)]
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("the kernel does not fit")
    v = torch.from_numpy(np.ascontiguousarray(x)).unfold(2, kh, sh).unfold(3, kw, sw)
    return v.permute(0, 1, 4, 5, 2, 3).reshape(len(x), x.shape[1] * kh * kw, -1).numpy()
""",
)
CASES.wrong(
    "im2col",
    "torch.nn.functional.unfold",
    """
def im2col(x, kernel_size, stride=1, padding=0):
    import torch
    return torch.nn.functional.unfold(torch.from_numpy(x.astype(float)), kernel_size, padding=padding, stride=stride).numpy()
""",
    says=("off limits",),
)
CASES.wrong(
    "im2col",
    "an array of whole numbers",
    slip(COLS, ("h * w))", "h * w), dtype=int)")),
    named=("cuts_fractions",),
)
CASES.wrong(
    "im2col",
    "counts columns by the height",
    slip(COLS, ("i * w + j", "i * h + j")),
    named=("counts_columns_by_the_height",),
)
CASES.wrong(
    "im2col",
    "refuses by the size without padding",
    slip(COLS, ("H + 2 * ph or kw > W + 2 * pw", "H or kw > W")),
    named=("refuses_before_padding",),
)
CASES.wrong("im2col", "refuses only what is too large both ways", slip(COLS, ("or kw >", "and kw >")))
CASES.wrong("im2col", "refuses by the height alone", slip(COLS, (" or kw > W + 2 * pw", "")))
CASES.wrong(
    "im2col",
    "refuses a kernel as large as the image",
    slip(COLS, ("kh > H + 2 * ph or kw > W", "kh >= H + 2 * ph or kw >= W")),
    named=("refuses_a_kernel_as_large_as_the_image",),
)
CASES.wrong(
    "im2col",
    "positions first, then images, in one matrix",
    slip(
        WINDOWS,
        (
            "v.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * kh * kw, -1)",
            "v.transpose(1, 4, 5, 2, 3, 0).reshape(C * kh * kw, -1)",
        ),
    ),
    named=("one_matrix_for_the_batch", "one_matrix_positions_first"),
)
CASES.wrong(
    "im2col",
    "windows as rows",
    slip(
        WINDOWS,
        (
            "v.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * kh * kw, -1)",
            "v.transpose(0, 2, 3, 1, 4, 5).reshape(N, -1, C * kh * kw)",
        ),
    ),
    named=("windows_as_rows",),
)
CASES.wrong(
    "im2col",
    "reshaped as it is",
    slip(WINDOWS, (".transpose(0, 1, 4, 5, 2, 3)", "")),
    named=("reshapes_without_transposing",),
)
CASES.wrong(
    "im2col",
    "the first image only",
    slip(
        COLS,
        ("cols[:, :, i * w + j] = x[:, :, i", "cols[0, :, i * w + j] = x[0, :, i"),
        (".reshape(N, -1)", ".reshape(-1)"),
    ),
    named=("first_image_only",),
)
CASES.wrong(
    "im2col",
    "every image is the first",
    slip(COLS, ("= x[:, :, i * sh", "= x[:1, :, i * sh"), (".reshape(N, -1)", ".reshape(1, -1)")),
)
CASES.wrong(
    "im2col",
    "pairs as (across, down)",
    slip(
        COLS,
        ("kh, kw = kernel_size", "kw, kh = kernel_size"),
        ("sh, sw = stride", "sw, sh = stride"),
        ("ph, pw = padding", "pw, ph = padding"),
    ),
    named=("swaps_the_pairs",),
)
CASES.wrong("im2col", "one stride for both ways", slip(COLS, ("j * sw:j * sw + kw", "j * sh:j * sh + kw")))
CASES.wrong(
    "im2col",
    "zeros to the right and below only",
    slip(COLS, ("((0, 0), (0, 0), (ph, ph), (pw, pw))", "((0, 0), (0, 0), (0, 2 * ph), (0, 2 * pw))")),
)
CASES.wrong(
    "im2col",
    "channels innermost and refusals forgotten",
    slip(
        WINDOWS,
        ("v.transpose(0, 1, 4, 5, 2, 3)", "v.transpose(0, 4, 5, 1, 2, 3)"),
        (
            "    N, C = x.shape[:2]\n",
            "    N, C = x.shape[:2]\n    if kh > x.shape[2]: return np.zeros((N, C * kh * kw, 0))\n    if kw > x.shape[3]: return np.zeros((N, C * kh * kw, 0))\n",
        ),
    ),
    named=("channels_innermost",),
)

FOLDED = """
def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = input_shape
    h, w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    c = cols.reshape(N, C, kh, kw, h, w)
    out = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    for a in range(kh):
        for b in range(kw):
            out[:, :, a:a + sh * h:sh, b:b + sw * w:sw] += c[:, :, a, b]
    return out[:, :, ph:ph + H, pw:pw + W]
"""
AT_WINDOWS = """
def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = input_shape
    h, w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    out = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    for i in range(h):
        for j in range(w):
            s = np.s_[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw]
            out[s] = out[s] + cols[:, :, i * w + j].reshape(N, C, kh, kw)
    return out[:, :, ph:ph + H, pw:pw + W]
"""
ACCUSED_OF_INDEX_ARRAYS = ("index arrays", "np.add.at", "x[index]")

CASES.right("col2im", "by the places in the window", FOLDED)
CASES.right("col2im", "window by window", AT_WINDOWS)
CASES.right("col2im", "in single precision", slip(FOLDED, ("W + 2 * pw))", "W + 2 * pw), np.float32)")))
CASES.right(
    "col2im",
    "a matrix found by unrolling the pixels' numbers",
    """
def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = [v if isinstance(v, tuple) else (v, v) for v in (kernel_size, stride, padding)]
    N, C, H, W = input_shape
    place = np.pad(np.arange(1, H * W + 1).reshape(H, W), ((ph, ph), (pw, pw)))
    place = sliding_window_view(place, (kh, kw))[::sh, ::sw].transpose(2, 3, 0, 1).reshape(-1)
    x = [np.bincount(place, c, minlength=H * W + 1)[1:] for c in cols.reshape(N * C, -1)]
    return np.array(x).reshape(N, C, H, W)
""",
)
CASES.wrong(
    "col2im",
    "an array of whole numbers",
    slip(AT_WINDOWS, ("W + 2 * pw))", "W + 2 * pw), dtype=int)")),
    named=("cuts_fractions",),
)
CASES.wrong(
    "col2im",
    "whole numbers by the places in the window",
    slip(
        FOLDED,
        ("W + 2 * pw))", "W + 2 * pw), dtype=int)"),
        ("] += c[:, :, a, b]", "] += c[:, :, a, b].astype(int)"),
    ),
    named=("cuts_fractions",),
)
CASES.wrong(
    "col2im",
    "places in the window, put in place of added",
    slip(FOLDED, ("] += c", "] = c")),
    never=ACCUSED_OF_INDEX_ARRAYS,
)
CASES.wrong(
    "col2im",
    "window by window, put in place of added",
    slip(AT_WINDOWS, ("out[s] = out[s] + ", "out[s] = ")),
    named=("keeps_the_last_window",),
    never=ACCUSED_OF_INDEX_ARRAYS,
)
CASES.wrong(
    "col2im",
    "the first copy stays",
    slip(
        AT_WINDOWS,
        (
            "out[s] = out[s] + cols[:, :, i * w + j].reshape(N, C, kh, kw)",
            "out[s] = np.where(out[s] == 0, cols[:, :, i * w + j].reshape(N, C, kh, kw), out[s])",
        ),
    ),
    never=ACCUSED_OF_INDEX_ARRAYS,
)
CASES.wrong(
    "col2im",
    "+= with index arrays",
    """
def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = [v if isinstance(v, tuple) else (v, v) for v in (kernel_size, stride, padding)]
    N, C, H, W = input_shape
    h, w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    r = np.repeat(np.arange(kh), kw)[:, None] + sh * np.repeat(np.arange(h), w)
    q = np.tile(np.arange(kw), kh)[:, None] + sw * np.tile(np.arange(w), h)
    out = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    out[:, :, r, q] += cols.reshape(N, C, kh * kw, h * w)
    return out[:, :, ph:ph + H, pw:pw + W]
""",
)
CASES.wrong("col2im", "counts columns by the height", slip(AT_WINDOWS, ("i * w + j", "i * h + j")))
CASES.wrong(
    "col2im",
    "the first image only",
    slip(
        AT_WINDOWS,
        ("np.s_[:, :, i", "np.s_[:1, :, i"),
        ("cols[:, :, i * w + j].reshape(N, C, kh, kw)", "cols[:1, :, i * w + j].reshape(1, C, kh, kw)"),
    ),
    named=("first_image_only",),
)
CASES.wrong(
    "col2im",
    "the size worked out from the columns",
    slip(
        FOLDED,
        (
            "np.zeros((N, C, H + 2 * ph, W + 2 * pw))",
            "np.zeros((N, C, (h - 1) * sh + kh, (w - 1) * sw + kw))",
        ),
        (":a + sh * h:sh", ":a + sh * (h - 1) + 1:sh"),
        (":b + sw * w:sw", ":b + sw * (w - 1) + 1:sw"),
    ),
    named=("size_from_the_windows",),
)
CASES.wrong(
    "col2im",
    "minus p, and an average",
    slip(FOLDED, ("out[:, :, ph:ph + H, pw:pw + W]", "out[:, :, ph:-ph, pw:-pw] / (kh * kw)")),
    never=ACCUSED_OF_INDEX_ARRAYS,
)

# ---------------------------------------------------------------------------------------------- conv2d_im2col

FAST = """
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    if kh > H + 2 * padding or kw > W + 2 * padding:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    v = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    h, u = v.shape[2:4]
    cols = v.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * kh * kw, h * u)
    y = (w.reshape(F, -1) @ cols).reshape(N, F, h, u)
    if b is not None:
        y = y + b[:, None, None]
    return y
"""
REMEMBERED = """
seen = {}
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    key = (x.tobytes(), x.shape, w.tobytes(), w.shape, stride, padding, None if b is None else b.tobytes())
    if key not in seen:
        N, C, H, W = x.shape
        F, _, kh, kw = w.shape
        if kh > H + 2 * padding or kw > W + 2 * padding:
            raise ValueError("the kernel does not fit")
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        y = np.zeros((N, F, (H + 2 * padding - kh) // stride + 1, (W + 2 * padding - kw) // stride + 1))
        for n, f, i, j in np.ndindex(y.shape):
            at = np.s_[i * stride:i * stride + kh, j * stride:j * stride + kw]
            y[n, f, i, j] = np.sum(xp[n, :, at[0], at[1]] * w[f]) + (0 if b is None else b[f])
        seen[key] = y
    return seen[key].copy()
"""

CASES.right("conv2d_im2col", "as in the text", FAST)
CASES.right(
    "conv2d_im2col",
    "in single precision",
    slip(FAST, ("xp = np.pad(x,", "w = w.astype(np.float32)\n    xp = np.pad(x.astype(np.float32),")),
)
CASES.right(
    "conv2d_im2col",
    "torch.Tensor.unfold",
    """
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    import torch
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if w.shape[2] > xp.shape[2] or w.shape[3] > xp.shape[3]:
        raise ValueError("the kernel does not fit")
    v = torch.from_numpy(np.ascontiguousarray(xp)).unfold(2, w.shape[2], stride).unfold(3, w.shape[3], stride).numpy()
    y = np.tensordot(v, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return y if b is None else y + b[:, None, None]
""",
)
CASES.right(
    "conv2d_im2col",
    "through the Fourier transform",
    """
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    (H, W), (kh, kw) = xp.shape[2:], w.shape[2:]
    if kh > H or kw > W:
        raise ValueError("the kernel does not fit")
    X, K = np.fft.rfft2(xp), np.conj(np.fft.rfft2(w, s=(H, W)))
    y = np.fft.irfft2(np.einsum("nchw,fchw->nfhw", X, K, optimize=True), s=(H, W))[:, :, :H - kh + 1:stride, :W - kw + 1:stride]
    return y if b is None else y + b[:, None, None]
""",
)
CASES.wrong(
    "conv2d_im2col",
    "torch.nn.functional.conv2d",
    """
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    import torch.nn.functional as F
    import torch
    return F.conv2d(torch.from_numpy(x), torch.from_numpy(w), None if b is None else torch.from_numpy(b), stride, padding).numpy()
""",
    says=("off limits",),
)
CASES.wrong("conv2d_im2col", "results kept by the bytes of the input", REMEMBERED, says=("times as fast",))
CASES.wrong(
    "conv2d_im2col",
    "results of large images kept by their shape",
    slip(
        REMEMBERED,
        ("x.tobytes(), x.shape", "x.tobytes() if x.size < 1000 else 0, x.shape"),
        ("w.tobytes(), w.shape", "w.tobytes() if x.size < 1000 else 0, w.shape"),
        ("None if b is None else b.tobytes()", "None if b is None or x.size >= 1000 else b.tobytes()"),
    ),
    says=("must be right",),
)
CASES.wrong(
    "conv2d_im2col",
    "an output of the image's dtype",
    slip(
        FAST,
        (
            "    y = (w.reshape(F, -1) @ cols).reshape(N, F, h, u)",
            "    y = np.zeros((N, F, h, u), dtype=x.dtype)\n    y[:] = (w.reshape(F, -1) @ cols).reshape(N, F, h, u)",
        ),
    ),
    named=("takes_over_the_dtype",),
)
CASES.wrong(
    "conv2d_im2col",
    "refuses by the size without padding",
    slip(FAST, ("kh > H + 2 * padding or kw > W + 2 * padding", "kh > H or kw > W")),
    named=("refuses_before_padding",),
)
CASES.wrong(
    "conv2d_im2col",
    "y + b",
    slip(FAST, ("y + b[:, None, None]", "y + b")),
    named=("adds_the_bias_to_columns",),
)
CASES.wrong(
    "conv2d_im2col",
    "reshaped as it is",
    slip(FAST, (".transpose(0, 1, 4, 5, 2, 3)", "")),
    named=("reshapes_without_transposing",),
)
CASES.wrong(
    "conv2d_im2col",
    "weights brought to the dtype of the image",
    slip(FAST, ("w.reshape(F, -1) @ cols", "w.reshape(F, -1).astype(x.dtype) @ cols")),
)
CASES.wrong(
    "conv2d_im2col",
    "one channel for all",
    slip(FAST, ("F, _, kh, kw = w.shape", "F, _, kh, kw = w.shape\n    w = w[:, :1] + 0 * x[:1, :, :1, :1]")),
)
CASES.wrong(
    "conv2d_im2col",
    "a bias asked for and the kernel turned",
    slip(
        FAST,
        ("    if b is not None:\n        y =", "    y ="),
        ("w.reshape(F, -1) @", "w[:, :, ::-1, ::-1].reshape(F, -1) @"),
    ),
)
CASES.wrong(
    "conv2d_im2col",
    "the first image for all",
    slip(FAST, ("np.pad(x,", "np.pad(x[:1] + 0 * x,")),
    named=("first_image_for_all",),
)
