"""Notebook 05: answers that were really given, relatives of them in other exercises, and unusual ones that are right."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()

# An answer as most people write it, with one piece written otherwise in each case below.
USUAL = {
    "default": "kh, kw",
    "misfit": "kh > H or kw > W",
    "size": "(H - kh) // sh + 1, (W - kw) // sw + 1",
    "out": "np.zeros((N, C, h, w))",
    "row": "i * sh",
    "column": "j * sw",
}


def windows(name: str, inner: str, **changes: str) -> str:
    """Source of a pooling function that fills `y` window by window; `inner` does it for window (i, j)."""
    piece = USUAL | changes
    given = "stride=None" if name != "max_pool2d_switches" else "stride"
    return f"""
def {name}(x, kernel_size, {given}):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = ({piece["default"]}) if stride is None else stride if isinstance(stride, tuple) else (stride, stride)
    N, C, H, W = x.shape
    if {piece["misfit"]}:
        raise ValueError("the window does not fit")
    h, w = {piece["size"]}
    y, where = {piece["out"]}, np.zeros((N, C, h, w), dtype=int)
    for i in range(h):
        for j in range(w):
            window = x[:, :, {piece["row"]}:{piece["row"]} + kh, {piece["column"]}:{piece["column"]} + kw]
            {inner}
    return {"y, where" if name == "max_pool2d_switches" else "y"}
"""


LARGEST = "y[:, :, i, j] = window.max(axis=(2, 3))"
MEAN = "y[:, :, i, j] = window.mean(axis=(2, 3))"
NAMES = {"max_pool2d": LARGEST, "avg_pool2d": MEAN}
BOTH = (*NAMES.items(),)
PLACE = (
    "y[:, :, i, j] = window.max(axis=(2, 3)); a, b = divmod(window.reshape(N, C, -1).argmax(axis=2), kw); "
    "where[:, :, i, j] = (i * sh + a) * W + j * sw + b"
)

# --- windows: max_pool2d and avg_pool2d ---------------------------------------------------------------------

CASES.wrong(
    "max_pool2d",
    "the output is an array of whole numbers",
    windows("max_pool2d", LARGEST, out="np.zeros((N, C, h, w), dtype=int)"),
    named=("cuts_fractions",),
)
CASES.wrong(
    "max_pool2d",
    "the default stride is the window's height both ways",
    windows("max_pool2d", LARGEST, default="kh, kh"),
    named=("default_stride_is_the_height",),
)
for name, inner in BOTH:
    CASES.wrong(
        name,
        "reads the first image for every image",
        windows(name, inner.replace("window.", "window[0].").replace("(2, 3)", "(1, 2)")),
        named=("reads_the_first_image_only",),
    )
    CASES.wrong(
        name,
        "fills the first image only",
        windows(
            name,
            inner.replace("y[:, :", "y[0, :").replace("window.", "window[0].").replace("(2, 3)", "(1, 2)"),
        ),
        named=("fills_the_first_image_only",),
    )
    CASES.wrong(
        name,
        "refuses only what is too high and too wide",
        windows(name, inner, misfit="kh > H and kw > W"),
        named=("refuses_only_what_is_too_large_both_ways",),
    )
    CASES.wrong(
        name,
        "refuses by the height only",
        windows(name, inner, misfit="kh > H"),
        named=("refuses_by_the_height_only",),
    )
    CASES.wrong(
        name,
        "refuses by the width only",
        windows(name, inner, misfit="kw > W"),
        named=("refuses_by_the_width_only",),
    )
    CASES.wrong(
        name,
        "refuses a window as large as the map",
        windows(name, inner, misfit="kh >= H or kw >= W"),
    )
    CASES.wrong(
        name,
        "a range that ends one window early",
        windows(name, inner, size="len(range(0, H - kh, sh)), len(range(0, W - kw, sw))"),
        named=("leaves_out_the_last_window",),
    )
    CASES.wrong(
        name,
        "a window at every multiple of the stride, hanging over the border",
        windows(name, inner, size="len(range(0, H, sh)), len(range(0, W, sw))"),
        named=("starts_a_window_at_every_stride",),
    )
    CASES.wrong(
        name,
        "windows start one apart, in an output of the right shape",
        windows(name, inner, row="i", column="j"),
        named=("starts_windows_one_apart",),
    )
    CASES.wrong(
        name,
        "as many columns as rows",
        windows(name, inner, size="(H - kh) // sh + 1, (H - kh) // sh + 1"),
        named=("one_count_for_both_sides",),
    )
    CASES.wrong(
        name,
        "forgets the first window",
        windows(name, inner, size="(H - kh) // sh, (W - kw) // sw"),
        named=("forgets_the_first_window",),
    )
    CASES.wrong(
        name,
        "pairs as (across, down)",
        windows(name, inner)
        .replace("kh, kw = kernel", "kw, kh = kernel")
        .replace("sh, sw = (kh, kw)", "sw, sh = (kw, kh)"),
        named=("swaps_height_and_width",),
    )
    CASES.wrong(
        name,
        "two at once: stride 1 by default, and nothing is refused",
        windows(
            name,
            inner,
            default="1, 1",
            misfit="False",
            size="max(0, (H - kh) // sh + 1), max(0, (W - kw) // sw + 1)",
        ),
        may_name=("stride_defaults_to_one", "returns_something_where_nothing_fits"),
    )
    CASES.wrong(
        name,
        "two at once: the first image for all, and windows one apart",
        windows(
            name, inner.replace("window.", "window[0].").replace("(2, 3)", "(1, 2)"), row="i", column="j"
        ),
        may_name=("reads_the_first_image_only", "starts_windows_one_apart"),
    )
    CASES.wrong(
        name,
        "nested lists instead of an array",
        windows(name, inner).replace("return y", "return y.tolist()"),
        says=("expected a NumPy array, yours is a list",),
        explained=False,
        why="the sentence below the example says it",
    )
CASES.wrong(
    "max_pool2d",
    "a largest absolute value",
    windows("max_pool2d", "y[:, :, i, j] = np.abs(window).max(axis=(2, 3))"),
    named=("takes_the_largest_absolute_value",),
)
CASES.wrong(
    "max_pool2d",
    "the number farthest from zero, with its sign",
    windows(
        "max_pool2d",
        "high, low = window.max(axis=(2, 3)), window.min(axis=(2, 3)); "
        "y[:, :, i, j] = np.where(high >= -low, high, low)",
    ),
    named=("keeps_the_number_farthest_from_zero",),
    may_name=("keeps_the_number_farthest_from_zero",),
)
CASES.wrong(
    "max_pool2d",
    "negative numbers set to 0 before anything else",
    windows("max_pool2d", LARGEST).replace("    N, C, H, W", "    x = np.where(x > 0, x, 0)\n    N, C, H, W"),
    named=("starts_at_zero",),
    never=("largest-so-far", "You start", "start with"),
)
CASES.wrong(
    "max_pool2d",
    "zeros around the map before windows are cut",
    windows("max_pool2d", LARGEST).replace(
        "            window =", "            x = np.where(x < 0, 0 * x, x)\n            window ="
    ),
    never=("largest-so-far",),
)
CASES.wrong(
    "max_pool2d",
    "starts at minus a billion",
    windows("max_pool2d", "y[:, :, i, j] = window.max(axis=(2, 3), initial=-1e9)"),
    says=("numbers far below zero",),
)
CASES.wrong(
    "max_pool2d",
    "one maximum for everything under the window",
    windows("max_pool2d", "y[:, :, i, j] = window.max()"),
    named=("pools_everything_together",),
)
CASES.wrong(
    "max_pool2d",
    "a map of bytes is negated to find its largest number",
    windows("max_pool2d", "y[:, :, i, j] = -(-window).min(axis=(2, 3)).astype(float)"),
    says=("bytes",),
)
CASES.wrong(
    "max_pool2d",
    "PyTorch's pooling, without a guard",
    """
    import torch
    import torch.nn.functional as F
    def max_pool2d(x, kernel_size, stride=None):
        return F.max_pool2d(torch.from_numpy(x), kernel_size, stride).numpy()
    """,
    says=("off limits",),
    never=("must raise",),
)
CASES.wrong(
    "max_pool2d",
    "PyTorch's pooling as a layer",
    """
    import torch
    from torch import nn
    def max_pool2d(x, kernel_size, stride=None):
        return nn.MaxPool2d(kernel_size, stride)(torch.tensor(x)).numpy()
    """,
    says=("off limits",),
)
CASES.wrong(
    "avg_pool2d",
    "PyTorch's pooling, without a guard",
    """
    import torch
    from torch.nn.functional import avg_pool2d as pooled
    def avg_pool2d(x, kernel_size, stride=None):
        return pooled(torch.from_numpy(x), kernel_size, stride).numpy()
    """,
    says=("off limits",),
    never=("must raise",),
)
CASES.wrong(
    "avg_pool2d",
    "sums are kept in the map's own type, so bytes overflow",
    windows("avg_pool2d", "y[:, :, i, j] = window.sum(axis=(2, 3), dtype=x.dtype) / (kh * kw)"),
    named=("sums_overflow",),
)
CASES.wrong(
    "avg_pool2d",
    "a running total of bytes",
    """
    def avg_pool2d(x, kernel_size, stride=None):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = (kh, kw) if stride is None else stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("too large")
        rows, columns = (H - kh) // sh + 1, (W - kw) // sw + 1
        total = np.zeros((N, C, rows, columns), dtype=x.dtype)
        for a in range(kh):
            for b in range(kw):
                total += x[:, :, a:a + (rows - 1) * sh + 1:sh, b:b + (columns - 1) * sw + 1:sw]
        return total / (kh * kw)
    """,
    named=("sums_overflow",),
)
CASES.wrong(
    "avg_pool2d",
    "an output of the map's type",
    windows("avg_pool2d", MEAN, out="np.zeros((N, C, h, w), dtype=x.dtype)"),
    named=("cuts_to_integers",),
)
CASES.wrong(
    "avg_pool2d",
    "an output like x, by zeros_like",
    windows("avg_pool2d", MEAN, out="np.zeros_like(x, shape=(N, C, h, w))"),
    named=("cuts_to_integers",),
    never=("//",),
)
CASES.wrong(
    "avg_pool2d",
    "means rounded down",
    windows("avg_pool2d", "y[:, :, i, j] = window.sum(axis=(2, 3)) // (kh * kw)"),
    named=("rounds_means_down",),
    never=("integer dtype of the input",),
)
CASES.wrong(
    "avg_pool2d",
    "divides by stride times stride",
    windows("avg_pool2d", "y[:, :, i, j] = window.sum(axis=(2, 3)) / (sh * sw)"),
    named=("divides_by_the_stride_squared",),
)
CASES.wrong(
    "avg_pool2d",
    "a matrix product that weighs with ones",
    windows("avg_pool2d", "y[:, :, i, j] = np.ones(kh) @ window @ np.ones(kw)"),
    named=("adds_up_each_window",),
    never=("You summed", "np.sum"),
)
CASES.wrong(
    "avg_pool2d",
    "the mean of the means of all channels",
    windows("avg_pool2d", "y[:, :, i, j] = window.mean(axis=(1, 2, 3))[:, None]"),
    named=("averages_the_channels_too",),
)

CASES.right(
    "max_pool2d",
    "a function of one expression",
    """
    max_pool2d = lambda x, kernel_size, stride=None: (
        lambda k, s: np.lib.stride_tricks.sliding_window_view(x, k, axis=(2, 3))[:, :, ::s[0], ::s[1]].max(axis=(4, 5))
    )(*[tuple(int(v) for v in np.broadcast_to(q, 2)) for q in (kernel_size, kernel_size if stride is None else stride)])
    """,
)
CASES.right(
    "max_pool2d",
    "an object that can be called, with a method called max_pool2d",
    """
    class Pool:
        def __call__(self, x, kernel_size, stride=None):
            return self.max_pool2d(x, kernel_size, kernel_size if stride is None else stride)

        def max_pool2d(self, x, kernel_size, stride):
            (kh, kw), (sh, sw) = np.broadcast_to(kernel_size, 2), np.broadcast_to(stride, 2)
            if kh > x.shape[2] or kw > x.shape[3]:
                raise ValueError("too large")
            rows = range(0, x.shape[2] - kh + 1, sh)
            columns = range(0, x.shape[3] - kw + 1, sw)
            return np.array([[x[:, :, r:r + kh, c:c + kw].max(axis=(2, 3)) for c in columns] for r in rows]).transpose(2, 3, 0, 1)

    max_pool2d = Pool()
    """,
)
CASES.right(
    "max_pool2d",
    "first along rows, then along columns, with an error class of its own",
    """
    class TooLarge(ValueError):
        pass

    def along(x, k, s, axis):
        if k > x.shape[axis]:
            raise TooLarge(f"{k} > {x.shape[axis]}")
        starts = np.arange(0, x.shape[axis] - k + 1, s)
        return np.maximum.reduce([np.take(x, starts + a, axis=axis) for a in range(k)])

    def max_pool2d(x, kernel_size, stride=None):
        k = np.broadcast_to(kernel_size, 2)
        s = k if stride is None else np.broadcast_to(stride, 2)
        return along(along(x, k[0], s[0], 2), k[1], s[1], 3)
    """,
)
CASES.right(
    "max_pool2d",
    "PyTorch's unfold of a tensor",
    """
    import torch
    def max_pool2d(x, kernel_size, stride=None):
        (kh, kw), (sh, sw) = [tuple(int(v) for v in np.broadcast_to(q, 2)) for q in (kernel_size, kernel_size if stride is None else stride)]
        if kh > x.shape[2] or kw > x.shape[3]:
            raise ValueError("too large")
        return torch.from_numpy(np.ascontiguousarray(x)).unfold(2, kh, sh).unfold(3, kw, sw).amax(dim=(4, 5)).numpy()
    """,
)
CASES.right(
    "avg_pool2d",
    "in single precision",
    windows(
        "avg_pool2d",
        "y[:, :, i, j] = window.astype(np.float32).mean(axis=(2, 3))",
        out="np.zeros((N, C, h, w), np.float32)",
    ),
)
CASES.right(
    "avg_pool2d",
    "an integral image",
    """
    def avg_pool2d(x, kernel_size, stride=None):
        (kh, kw) = np.broadcast_to(kernel_size, 2)
        (sh, sw) = (kh, kw) if stride is None else np.broadcast_to(stride, 2)
        if kh > x.shape[2] or kw > x.shape[3]:
            raise ValueError("too large")
        S = np.pad(x.astype(float), ((0, 0), (0, 0), (1, 0), (1, 0))).cumsum(2).cumsum(3)
        return (S[:, :, kh:, kw:] - S[:, :, :-kh, kw:] - S[:, :, kh:, :-kw] + S[:, :, :-kh, :-kw])[:, :, ::sh, ::sw] / (kh * kw)
    """,
)
CASES.right(
    "avg_pool2d",
    "a convolution of each plane, which section 2 says it is",
    """
    from scipy.signal import convolve2d
    def avg_pool2d(x, kernel_size, stride=None):
        kh, kw = np.broadcast_to(kernel_size, 2)
        sh, sw = (kh, kw) if stride is None else np.broadcast_to(stride, 2)
        if kh > x.shape[2] or kw > x.shape[3]:
            raise ValueError("too large")
        k = np.full((kh, kw), 1 / (kh * kw))
        return np.array([[convolve2d(plane, k, "valid")[::sh, ::sw] for plane in sample] for sample in x])
    """,
)
CASES.right(
    "avg_pool2d",
    "a matrix from each side",
    """
    def averaging(n, k, s):
        if k > n:
            raise ValueError("too large")
        M = np.zeros(((n - k) // s + 1, n))
        for i in range(len(M)):
            M[i, i * s:i * s + k] = 1 / k
        return M

    def avg_pool2d(x, kernel_size, stride=None):
        k = np.broadcast_to(kernel_size, 2)
        s = k if stride is None else np.broadcast_to(stride, 2)
        return averaging(x.shape[2], k[0], s[0]) @ x @ averaging(x.shape[3], k[1], s[1]).T
    """,
)

# --- global_avg_pool ----------------------------------------------------------------------------------------

CASES.wrong(
    "global_avg_pool",
    "a sum in the map's own type, so bytes overflow",
    """
    def global_avg_pool(x):
        return x.sum(axis=(2, 3), dtype=x.dtype) / (x.shape[2] * x.shape[3])
    """,
    named=("sums_overflow",),
)
CASES.wrong(
    "global_avg_pool",
    "the mean takes over the map's type",
    """
    def global_avg_pool(x):
        return x.mean(axis=(2, 3)).astype(x.dtype)
    """,
    named=("cuts_to_integers",),
)
CASES.wrong(
    "global_avg_pool",
    "divides by the height twice",
    """
    def global_avg_pool(x):
        return x.sum(axis=(2, 3)) / x.shape[2] / x.shape[2]
    """,
    named=("divides_by_the_height_squared",),
)
CASES.wrong(
    "global_avg_pool",
    "the first image for all",
    """
    def global_avg_pool(x):
        N, C, H, W = x.shape
        return np.array([[x[0, c].mean() for c in range(C)] for n in range(N)])
    """,
    named=("reads_the_first_image_only",),
)
CASES.wrong(
    "global_avg_pool",
    "rows and columns of the result exchanged",
    """
    def global_avg_pool(x):
        return x.mean(axis=(2, 3)).T
    """,
)
CASES.wrong(
    "global_avg_pool",
    "PyTorch's adaptive pooling",
    """
    import torch
    def global_avg_pool(x):
        return torch.nn.AdaptiveAvgPool2d(1)(torch.tensor(x).double()).flatten(1).numpy()
    """,
    says=("off limits",),
)
CASES.right(
    "global_avg_pool",
    "in single precision",
    """
    def global_avg_pool(x):
        return x.astype(np.float32).mean(axis=(2, 3))
    """,
)
CASES.right(
    "global_avg_pool",
    "an einsum with weights",
    """
    def global_avg_pool(x):
        H, W = x.shape[2:]
        return np.einsum("nchw,hw->nc", x, np.full((H, W), 1 / (H * W)))
    """,
)

# --- max_pool2d_switches ------------------------------------------------------------------------------------

CASES.wrong(
    "max_pool2d_switches",
    "reads the first image for every image",
    windows("max_pool2d_switches", PLACE.replace("window.", "np.broadcast_to(window[:1], window.shape).")),
    named=("reads_the_first_image_only",),
)
CASES.wrong(
    "max_pool2d_switches",
    "refuses only what is too high and too wide",
    windows("max_pool2d_switches", PLACE, misfit="kh > H and kw > W"),
    named=("refuses_only_what_is_too_large_both_ways",),
)
CASES.wrong(
    "max_pool2d_switches",
    "a range that ends one window early",
    windows("max_pool2d_switches", PLACE, size="len(range(0, H - kh, sh)), len(range(0, W - kw, sw))"),
    named=("leaves_out_the_last_window",),
)
CASES.wrong(
    "max_pool2d_switches",
    "a row is taken to be H pixels long",
    windows("max_pool2d_switches", PLACE.replace("* W", "* H")),
    named=("rows_times_height",),
)
CASES.wrong(
    "max_pool2d_switches",
    "values as whole numbers",
    windows("max_pool2d_switches", PLACE, out="np.zeros((N, C, h, w), dtype=np.int64)"),
    named=("cuts_fractions",),
)
CASES.wrong(
    "max_pool2d_switches",
    "switches through a float on the way",
    windows("max_pool2d_switches", PLACE).replace("return y, where", "return y, where * 1.0"),
    named=("switches_are_floats",),
    never=("np.zeros makes",),
)
CASES.wrong(
    "max_pool2d_switches",
    "the position is looked up in the whole plane by value",
    windows(
        "max_pool2d_switches",
        "y[:, :, i, j] = window.max(axis=(2, 3)); "
        "where[:, :, i, j] = np.argmax(x.reshape(N, C, -1) == y[:, :, i, j, None], axis=2)",
    ),
    named=("searches_the_whole_plane",),
)
CASES.wrong(
    "max_pool2d_switches",
    "two at once: counts through the batch, and the last of equals",
    """
    def max_pool2d_switches(x, kernel_size, stride):
        (kh, kw), (sh, sw) = np.broadcast_to(kernel_size, 2), np.broadcast_to(stride, 2)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("too large")
        numbers = np.arange(x.size).reshape(x.shape)
        values, switches = [np.zeros((N, C, (H - kh) // sh + 1, (W - kw) // sw + 1), dtype=t) for t in (float, int)]
        for n, c, i, j in np.ndindex(*values.shape):
            best = -np.inf
            for a in range(i * sh, i * sh + kh):
                for b in range(j * sw, j * sw + kw):
                    if x[n, c, a, b] >= best:
                        best = x[n, c, a, b]
                        switches[n, c, i, j] = numbers[n, c, a, b]
            values[n, c, i, j] = best
        return values, switches
    """,
    may_name=("counts_through_the_batch", "last_of_equals"),
)
CASES.wrong(
    "max_pool2d_switches",
    "PyTorch gives the indices",
    """
    import torch
    from torch.nn import functional
    def max_pool2d_switches(x, kernel_size, stride):
        values, switches = functional.max_pool2d(torch.tensor(x), kernel_size, stride, return_indices=True)
        return values.numpy(), switches.numpy()
    """,
    says=("off limits",),
    never=("must raise",),
)
CASES.right(
    "max_pool2d_switches",
    "a named pair",
    """
    from collections import namedtuple
    Pooled = namedtuple("Pooled", "values switches")
    """
    + windows("max_pool2d_switches", PLACE)
    .replace("return y, where", "return Pooled(y, where)")
    .replace("\n", "\n    "),
)
CASES.right(
    "max_pool2d_switches",
    "numbered pixels pooled along with the values",
    """
    def max_pool2d_switches(x, kernel_size, stride):
        k, s = [tuple(int(v) for v in np.broadcast_to(q, 2)) for q in (kernel_size, stride)]
        view = lambda a: np.lib.stride_tricks.sliding_window_view(a, k, axis=(-2, -1))[..., ::s[0], ::s[1], :, :]
        numbers = np.arange(x.shape[2] * x.shape[3]).reshape(x.shape[2:])
        flat = view(x).reshape(*view(x).shape[:4], -1)
        place = flat.argmax(-1)
        numbered = np.broadcast_to(view(numbers).reshape(*view(numbers).shape[:2], -1), flat.shape)
        return flat.max(-1), np.take_along_axis(numbered, place[..., None], -1)[..., 0]
    """,
)

# --- max_pool2d_backward ------------------------------------------------------------------------------------

CASES.wrong(
    "max_pool2d_backward",
    "writes the first image only",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros((N, C, H * W))
        for c in range(C):
            np.add.at(dx[0, c], switches[0, c].ravel(), dout[0, c].ravel())
        return dx.reshape(input_shape)
    """,
    named=("fills_the_first_image_only",),
)
CASES.wrong(
    "max_pool2d_backward",
    "assigns, position by position",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros(input_shape)
        for n in range(N):
            for c in range(C):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        s = switches[n, c, i, j]
                        dx[n, c, s // W, s % W] = dout[n, c, i, j]
        return dx
    """,
    named=("keeps_the_last_gradient",),
    never=("np.add.at", "each position once", "index arrays"),
)
CASES.wrong(
    "max_pool2d_backward",
    "+= with an array in which positions repeat",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros((N * C, H * W))
        dx[np.arange(N * C)[:, None], switches.reshape(N * C, -1)] += dout.reshape(N * C, -1)
        return dx.reshape(input_shape)
    """,
    named=("keeps_the_last_gradient",),
    says=("np.add.at",),
    never=("each position once",),
)
CASES.wrong(
    "max_pool2d_backward",
    "put_along_axis",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros((N, C, H * W))
        np.put_along_axis(dx, switches.reshape(N, C, -1), dout.reshape(N, C, -1), axis=2)
        return dx.reshape(input_shape)
    """,
    named=("keeps_the_last_gradient",),
    never=("`dx[idx] += g`",),
)
CASES.wrong(
    "max_pool2d_backward",
    "an array of whole numbers, filled by a loop",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros((N, C, H * W), dtype=int)
        for n, c, i, j in np.ndindex(*dout.shape):
            dx[n, c, switches[n, c, i, j]] += dout[n, c, i, j]
        return dx.reshape(input_shape)
    """,
    named=("truncates_to_integers",),
    never=("zeros_like(switches)",),
)
CASES.wrong(
    "max_pool2d_backward",
    "bincount over all planes together",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        return np.bincount(switches.ravel(), dout.ravel(), N * C * H * W).reshape(input_shape)
    """,
    named=("one_index_for_the_whole_batch",),
)
CASES.wrong(
    "max_pool2d_backward",
    "a class of the student's own, which assigns",
    """
    class MaxPool:
        def __init__(self, shape):
            self.shape = shape
        def backward(self, dout, switches):
            N, C, H, W = self.shape
            dx = np.zeros(self.shape)
            for n, c, i, j in np.ndindex(*dout.shape):
                dx[n, c].flat[switches[n, c, i, j]] = dout[n, c, i, j]
            return dx
    def max_pool2d_backward(dout, switches, input_shape):
        return MaxPool(input_shape).backward(dout, switches)
    """,
    named=("keeps_the_last_gradient",),
    never=("off limits", "np.add.at"),
)
CASES.wrong(
    "max_pool2d_backward",
    "automatic differentiation",
    """
    import torch
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        x = torch.zeros(N, C, H * W, dtype=torch.float64, requires_grad=True)
        s = torch.tensor(switches.reshape(N, C, -1).astype(int))
        (x.gather(2, s) * torch.tensor(dout.reshape(N, C, -1).copy())).sum().backward()
        return x.grad.numpy().reshape(input_shape)
    """,
    says=("off limits",),
)
CASES.right(
    "max_pool2d_backward",
    "a layer class with a method called backward",
    """
    class MaxPool:
        def __init__(self, shape):
            self.shape = shape
        def backward(self, dout, switches):
            N, C, H, W = self.shape
            dx = np.zeros((N, C, H * W))
            for n, c, i, j in np.ndindex(*dout.shape):
                dx[n, c, switches[n, c, i, j]] += dout[n, c, i, j]
            return dx.reshape(self.shape)
    def max_pool2d_backward(dout, switches, input_shape):
        layer = MaxPool(input_shape)
        return layer.backward(dout, switches)
    """,
)
CASES.right(
    "max_pool2d_backward",
    "bincount with offsets, in single precision",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        place = switches + (np.arange(N * C) * H * W).reshape(N, C, 1, 1)
        return np.bincount(place.ravel(), dout.ravel(), N * C * H * W).reshape(input_shape).astype(np.float32)
    """,
)
CASES.right(
    "max_pool2d_backward",
    "PyTorch's scatter_add",
    """
    import torch
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        s = torch.tensor(switches.reshape(N, C, -1).astype(np.int64))
        return torch.zeros(N, C, H * W, dtype=torch.float64).scatter_add(2, s, torch.tensor(dout.reshape(N, C, -1).astype(float))).numpy().reshape(input_shape)
    """,
)
CASES.right(
    "max_pool2d_backward",
    "a sparse matrix",
    """
    from scipy.sparse import coo_matrix
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        plane = np.repeat(np.arange(N * C), switches[0, 0].size)
        return coo_matrix((dout.ravel(), (plane, switches.ravel())), (N * C, H * W)).toarray().reshape(input_shape)
    """,
)

# --- avg_pool2d_backward ------------------------------------------------------------------------------------

SHARES = """
def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] += dout[:, :, i:i + 1, j:j + 1] / (kh * kw)
    return dx
"""


def shares(old: str, new: str) -> str:
    """The usual answer with one piece of it written otherwise."""
    assert SHARES.count(old) == 1, old
    return SHARES.replace(old, new)


CASES.wrong(
    "avg_pool2d_backward",
    "sums over the batch",
    shares("dout[:, :, i:i + 1", "dout.sum(axis=0, keepdims=True)[:, :, i:i + 1"),
    named=("sums_over_the_batch",),
)
CASES.wrong(
    "avg_pool2d_backward",
    "the gradients of the first image for all",
    shares("dout[:, :, i:i + 1", "dout[:1, :, i:i + 1"),
    named=("reads_the_first_image_only",),
)
CASES.wrong(
    "avg_pool2d_backward",
    "shares rounded down",
    shares("/ (kh * kw)", "// (kh * kw)"),
    named=("rounds_shares_down",),
)
CASES.wrong(
    "avg_pool2d_backward",
    "divides by the stride",
    shares("/ (kh * kw)", "/ sh / sw"),
    named=("shares_by_the_stride",),
)
CASES.wrong("avg_pool2d_backward", "assigns", shares("+=", "="), named=("overwrites_overlaps",))
CASES.wrong(
    "avg_pool2d_backward",
    "two at once: assigns, and the whole gradient for everybody",
    shares("+= dout[:, :, i:i + 1, j:j + 1] / (kh * kw)", "= dout[:, :, i:i + 1, j:j + 1]"),
    may_name=("overwrites_overlaps", "gives_everyone_everything"),
)
CASES.wrong(
    "avg_pool2d_backward",
    "numbers repeated as np.kron does",
    """
    def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        return np.kron(dout, np.full((1, 1, kh, kw), 1 / (kh * kw)))
    """,
    named=("repeats_each_gradient",),
)
CASES.wrong(
    "avg_pool2d_backward",
    "automatic differentiation",
    """
    import torch
    def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
        (kh, kw), (sh, sw) = [tuple(int(v) for v in np.broadcast_to(q, 2)) for q in (kernel_size, stride)]
        x = torch.zeros(input_shape, dtype=torch.float64, requires_grad=True)
        y = x.unfold(2, kh, sh).unfold(3, kw, sw).mean(dim=(4, 5))
        y.backward(torch.tensor(dout.astype(float)))
        return x.grad.numpy()
    """,
    says=("off limits",),
)
CASES.right("avg_pool2d_backward", "in single precision", shares("return dx", "return dx.astype(np.float32)"))
CASES.right(
    "avg_pool2d_backward",
    "a layer class with a method called backward",
    """
    class AvgPool:
        def __init__(self, shape, k, s):
            self.shape, (self.kh, self.kw), (self.sh, self.sw) = shape, np.broadcast_to(k, 2), np.broadcast_to(s, 2)
        def backward(self, dout):
            dx = np.zeros(self.shape)
            for a in range(self.kh):
                for b in range(self.kw):
                    rows = a + self.sh * np.arange(dout.shape[2])[:, None]
                    columns = b + self.sw * np.arange(dout.shape[3])
                    dx[:, :, rows, columns] += dout / (self.kh * self.kw)
            return dx
    def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
        pool = AvgPool(input_shape, kernel_size, stride)
        return pool.backward(dout)
    """,
)

# --- trace_shapes -------------------------------------------------------------------------------------------

TRACE = """
def trace_shapes(input_shape, layers):
    s, out = tuple(input_shape), []
    for kind, *a in layers:
        if kind in ("conv", "pool"):
            if len(s) != 3:
                raise ValueError(f"{kind} needs (C, H, W), not {s}")
            f, k, t, p = a if kind == "conv" else (s[0], *a, 0)
            if s[1] + 2 * p < k or s[2] + 2 * p < k:
                raise ValueError(f"{kind} of {k} does not fit into {s}")
            s = (f, (s[1] + 2 * p - k) // t + 1, (s[2] + 2 * p - k) // t + 1)
        elif kind == "flatten":
            s = (int(np.prod(s)),)
        elif kind == "linear":
            if len(s) != 1:
                raise ValueError(f"linear needs a flat shape, not {s}")
            s = (a[0],)
        out.append(s)
    return out
"""


def trace(old: str, new: str) -> str:
    """The usual answer with one piece of it written otherwise."""
    assert TRACE.count(old) == 1, old
    return TRACE.replace(old, new)


FITS = "s[1] + 2 * p < k or s[2] + 2 * p < k"
CASES.wrong(
    "trace_shapes",
    "linear takes maps of one pixel, so LeNet-5 goes through without flatten",
    trace("len(s) != 1:", "len(s) == 3 and (s[1] > 1 or s[2] > 1):"),
    named=("linear_takes_single_pixels",),
)
CASES.wrong(
    "trace_shapes",
    "linear flattens what it gets",
    trace("len(s) != 1:", "False:"),
    named=("linear_takes_pictures",),
)
CASES.wrong(
    "trace_shapes",
    "errors without a message",
    TRACE.replace('(f"{kind} needs (C, H, W), not {s}")', "")
    .replace('(f"{kind} of {k} does not fit into {s}")', "")
    .replace('(f"linear needs a flat shape, not {s}")', ""),
    named=("refuses_without_a_word",),
)
CASES.wrong(
    "trace_shapes",
    "asserts instead of errors of the promised kind",
    trace(
        'if len(s) != 1:\n                raise ValueError(f"linear needs a flat shape, not {s}")',
        'assert len(s) == 1, f"linear needs a flat shape, not {s}"',
    ),
    says=("AssertionError",),
)
for title, rule, known in [
    ("the fit is tested without padding", "s[1] < k or s[2] < k", "fits_without_padding"),
    ("the fit is tested with padding once", "s[1] + p < k or s[2] + p < k", "fits_with_padding_once"),
    ("the fit is tested on the height only", "s[1] + 2 * p < k", "fits_by_the_height_only"),
    ("the fit is tested on the width only", "s[2] + 2 * p < k", "fits_by_the_width_only"),
    ("the fit is tested with and", FITS.replace("or", "and"), "fits_if_one_side_does"),
    (
        "a window as large as the map is refused",
        FITS.replace("<", "<="),
        "refuses_a_window_as_large_as_the_map",
    ),
    ("the fit is not tested", "False", "floors_a_negative"),
]:
    CASES.wrong("trace_shapes", title, trace(FITS, rule), may_name=(known,))
CASES.wrong(
    "trace_shapes",
    "int() of a quotient, and the fit is tested on the result",
    TRACE.replace(
        "if s[1] + 2 * p < k or s[2] + 2 * p < k", "if int((min(s[1:]) + 2 * p - k) / t) + 1 < 1"
    ).replace(
        "(s[1] + 2 * p - k) // t + 1, (s[2] + 2 * p - k) // t + 1",
        "int((s[1] + 2 * p - k) / t) + 1, int((s[2] + 2 * p - k) / t) + 1",
    ),
    named=("truncates_a_negative",),
)
CASES.wrong(
    "trace_shapes",
    "pooling moves by its own size",
    trace("(s[0], *a, 0)", "(s[0], a[0], a[0], 0)"),
    named=("pools_by_the_kernel",),
)
CASES.wrong(
    "trace_shapes",
    "channels times filters",
    trace("a if kind", "(a[0] * s[0], *a[1:]) if kind"),
    named=("convolution_multiplies_channels",),
)
CASES.wrong(
    "trace_shapes",
    "two at once: the padding counts once, and linear takes pictures",
    TRACE.replace("(s[1] + 2 * p - k)", "(s[1] + p - k)")
    .replace("(s[2] + 2 * p - k)", "(s[2] + p - k)")
    .replace("len(s) != 1:", "False:"),
    may_name=("pads_one_side", "linear_takes_pictures"),
)
CASES.wrong(
    "trace_shapes",
    "a ValueError for everything",
    """
    def trace_shapes(input_shape, layers):
        raise ValueError("this network cannot run")
    """,
    explained=False,
    why="it fails wherever a result is asked for, and the message is its own",
)
CASES.right(
    "trace_shapes",
    "a generator and match",
    """
    def steps(shape, layers):
        for layer in layers:
            match layer, shape:
                case ("conv", f, k, s, p), (_, h, w):
                    shape = (f, (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)
                case ("pool", k, s), (c, h, w):
                    shape = (c, (h - k) // s + 1, (w - k) // s + 1)
                case ("flatten",), _:
                    shape = (int(np.prod(shape)),)
                case ("linear", n), (_,):
                    shape = (n,)
                case _:
                    raise ValueError(f"{layer} after {shape}")
            if min(shape) <= 0:
                raise ValueError(f"{layer} leaves nothing: {shape}")
            yield shape

    def trace_shapes(input_shape, layers):
        return list(steps(input_shape, layers))
    """,
)
CASES.right(
    "trace_shapes",
    "shapes as lists",
    TRACE.replace("out.append(s)", "out.append(list(s))"),
)
