"""Notebook 04: answers that were really given, and relatives of theirs."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()


def slip(source: str, *changes: tuple[str, str]) -> str:
    """A right answer in which each first text, which occurs once, is replaced by the second."""
    for was, now in changes:
        assert source.count(was) == 1, was
        source = source.replace(was, now)
    return source


# output_size

SIZE = """
def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    window = kernel_size + (kernel_size - 1) * (dilation - 1)
    length = n + padding + padding
    if window > length:
        raise ValueError("too large")
    steps = (length - window) // stride
    return steps + 1
"""
CASES.right("output_size", "the reach as weights and holes", SIZE)
CASES.right(
    "output_size",
    "the length of a range",
    """
    output_size = lambda n, kernel_size, stride=1, padding=0, dilation=1: (
        len(range(0, n + 2 * padding - dilation * (kernel_size - 1), stride)) or int("no window fits")
    )
    """,
)
CASES.right(
    "output_size",
    "one window after the other, by recursion",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        room = n + 2 * padding - dilation * (kernel_size - 1)
        if room < 1:
            raise ValueError("no window")
        if room <= stride:
            return 1
        return 1 + output_size(n - stride, kernel_size, stride, padding, dilation)
    """,
)
CASES.wrong(
    "output_size",
    "the fit is tested without the padding",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        r = dilation*(kernel_size-1)+1
        if r > n: raise ValueError("x")
        return (n+2*padding-r)//stride+1
    """,
    says=("No right example has what it has: a kernel that reaches over more than the image",),
)
CASES.wrong(
    "output_size",
    "a window that just fits is refused",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        r = dilation*(kernel_size-1)+1
        if r >= n + 2*padding: raise ValueError("x")
        return (n+2*padding-r)//stride+1
    """,
    says=("wrong in every one with a kernel that just fits",),
)
CASES.wrong(
    "output_size",
    "no test at all, and int()",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        r = dilation * (kernel_size - 1) + 1
        return int((n + 2 * padding - r) / stride) + 1
    """,
    named=("returns_a_size_where_nothing_fits",),
    never=("Test whether it fits before you divide",),
)
CASES.wrong(
    "output_size",
    "no test at all, and math.floor",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        import math
        return math.floor((n + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)
    """,
    named=("returns_a_size_where_nothing_fits",),
    never=("int(",),
)
CASES.wrong(
    "output_size",
    "the padding spreads with the kernel",
    slip(SIZE, ("n + padding + padding", "n + 2 * padding * dilation")),
    named=("spreads_the_padding",),
)
CASES.wrong(
    "output_size",
    "dilation times kernel",
    slip(SIZE, ("kernel_size + (kernel_size - 1) * (dilation - 1)", "dilation * kernel_size")),
)
CASES.wrong(
    "output_size", "rounds up", slip(SIZE, ("(length - window) // stride", "-((window - length) // stride)"))
)
CASES.wrong(
    "output_size",
    "only the reach is divided",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        reach = dilation * (kernel_size - 1) + 1
        if reach > n + 2 * padding:
            raise ValueError("no")
        return n + 2 * padding - reach // stride + 1
    """,
    named=("divides_the_reach_only",),
)
CASES.wrong(
    "output_size",
    "as many outputs as starts on the side",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        length = n + 2 * padding
        if dilation * (kernel_size - 1) + 1 > length:
            raise ValueError("no")
        return -(-length // stride)
    """,
)
CASES.wrong(
    "output_size",
    "the padding once, and nothing is refused",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        return (n + padding - (dilation * (kernel_size - 1) + 1)) // stride + 1
    """,
    says=("padding", "ValueError"),
)
CASES.wrong(
    "output_size",
    "stride and dilation change places",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        reach = stride * (kernel_size - 1) + 1
        if reach > n + 2 * padding:
            raise ValueError("no")
        return (n + 2 * padding - reach) // dilation + 1
    """,
)
CASES.wrong(
    "output_size",
    "None where nothing fits",
    slip(SIZE, ('raise ValueError("too large")', "return None")),
    named=("returns_a_size_where_nothing_fits",),
    never=("a negative one",),
)
CASES.wrong(
    "output_size",
    "an assertion where nothing fits",
    slip(
        SIZE,
        ('    if window > length:\n        raise ValueError("too large")\n', "    assert window <= length\n"),
    ),
    says=("ValueError",),
    never=("you return",),
)

# pad2d

FRAME = """
def pad2d(x, padding, value=0.0):
    if isinstance(padding, int):
        t = b = l = r = padding
    else:
        t, b, l, r = padding
    widths = [(0, 0)] * (x.ndim - 2) + [(t, b), (l, r)]
    return np.pad(x.astype(float), widths, constant_values=value)
"""
CASES.right("pad2d", "np.pad", FRAME)
CASES.right(
    "pad2d",
    "ones times the value",
    """
    def pad2d(x, padding, value=0.0):
        t, b, l, r = [padding] * 4 if not hasattr(padding, "__len__") else padding
        shape = list(x.shape)
        shape[-2] += t + b
        shape[-1] += l + r
        y = np.ones(shape) * value if np.isfinite(value) else np.full(shape, value)
        y[..., t : shape[-2] - b, l : shape[-1] - r] = x
        return y
    """,
)
CASES.right(
    "pad2d",
    "torch arithmetic on a contiguous copy",
    """
    def pad2d(x, padding, value=0.0):
        import torch
        t, b, l, r = (padding,) * 4 if isinstance(padding, int) else padding
        h, w = x.shape[-2:]
        out = torch.full((*x.shape[:-2], t + h + b, l + w + r), float(value), dtype=torch.float64)
        out[..., t : t + h, l : l + w] = torch.tensor(x.astype(np.float64))
        return out.numpy()
    """,
)
CASES.right(
    "pad2d",
    "a class with a method called pad",
    """
    class Frame:
        def __init__(self, padding):
            self.sides = (padding,) * 4 if isinstance(padding, int) else padding
        def pad(self, x, value):
            t, b, l, r = self.sides
            return np.pad(x * 1.0, ((0, 0),) * (x.ndim - 2) + ((t, b), (l, r)), "constant", constant_values=value)
    def pad2d(x, padding, value=0.0):
        return Frame(padding).pad(x, value)
    """,
)
CASES.wrong(
    "pad2d",
    "every zero becomes the value",
    """
    def pad2d(x, padding, value=0.0):
        t, b, l, r = (padding,) * 4 if isinstance(padding, int) else padding
        y = np.pad(x.astype(float), [(0, 0)] * (x.ndim - 2) + [(t, b), (l, r)])
        y[y == 0] = value
        return y
    """,
    named=("turns_zeros_of_the_image_into_the_value",),
)
CASES.wrong(
    "pad2d",
    "top, left, bottom, right",
    slip(FRAME, ("t, b, l, r = padding", "t, l, b, r = padding")),
    named=("goes_on_from_the_top_left_corner",),
)
CASES.wrong("pad2d", "PyTorch's order", slip(FRAME, ("[(t, b), (l, r)]", "[(l, r), (t, b)]")))
CASES.wrong("pad2d", "the type of the image", slip(FRAME, ("x.astype(float)", "x")))
CASES.wrong(
    "pad2d",
    "whole numbers only",
    slip(FRAME, ("x.astype(float)", "x.astype(int)")),
    named=("cuts_the_pixels_to_whole_numbers",),
)
CASES.wrong(
    "pad2d",
    "single precision",
    slip(FRAME, ("x.astype(float)", "x.astype(np.float32)")),
    named=("keeps_seven_digits",),
)
CASES.wrong(
    "pad2d",
    "a tensor made from the array, which cannot be a view upside down",
    """
    def pad2d(x, padding, value=0.0):
        import torch
        t, b, l, r = (padding,) * 4 if isinstance(padding, int) else padding
        h, w = x.shape[-2:]
        out = torch.full((*x.shape[:-2], t + h + b, l + w + r), float(value), dtype=torch.float64)
        out[..., t : t + h, l : l + w] = torch.as_tensor(x)
        return out.numpy()
    """,
    says=("negative",),
)
CASES.wrong(
    "pad2d",
    "the slice ends at minus p",
    """
    def pad2d(x, padding, value=0.0):
        p = padding if isinstance(padding, tuple) else (padding,) * 4
        shape = x.shape[:-2] + (x.shape[-2] + p[0] + p[1], x.shape[-1] + p[2] + p[3])
        out = np.full(shape, value, float)
        out[..., p[0]:-p[1], p[2]:-p[3]] = x
        return out
    """,
)
CASES.wrong(
    "pad2d",
    "one plane only",
    """
    def pad2d(x, padding, value=0.0):
        t, b, l, r = (padding,) * 4 if isinstance(padding, int) else padding
        H, W = x.shape
        out = np.zeros((H + t + b, W + l + r)) + value
        out[t:t+H, l:l+W] = x
        return out
    """,
    says=("more than two axes",),
)
CASES.wrong(
    "pad2d",
    "one number only",
    """
    def pad2d(x, padding, value=0.0):
        return np.pad(x.astype(float), [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2, constant_values=value)
    """,
    says=("four",),
)
CASES.wrong("pad2d", "the value is forgotten", slip(FRAME, (", constant_values=value", "")))
CASES.wrong("pad2d", "the border goes on", slip(FRAME, ("constant_values=value", 'mode="edge"')))

# same_padding

CASES.right(
    "same_padding",
    "the formula in TensorFlow's source",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        k = (kernel_size - 1) * dilation + 1
        pad = max(k - stride, 0) if n % stride == 0 else max(k - n % stride, 0)
        return pad // 2, pad - pad // 2
    """,
)
CASES.right(
    "same_padding",
    "a search for the fewest zeros, a list returned",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        total = 0
        while len(range(0, n + total - dilation * (kernel_size - 1), stride)) < len(range(0, n, stride)):
            total += 1
        return [total // 2, (total + 1) // 2]
    """,
)
CASES.right(
    "same_padding",
    "NumPy's integers",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        last = np.arange(n)[::stride][-1] + dilation * (kernel_size - 1)
        return tuple(np.array([0, 1]) + max(0, last - n + 1) >> 1)
    """,
)
CASES.wrong(
    "same_padding",
    "what is missing when the stride divides",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        R = dilation * (kernel_size - 1) + 1
        t = max(0, R - stride)
        return t // 2, t - t // 2
    """,
    named=("takes_the_rule_of_lengths_that_divide",),
)
CASES.wrong(
    "same_padding",
    "half the reach on both sides",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        R = dilation * (kernel_size - 1) + 1
        return R // 2, R // 2
    """,
    never=("You give both sides",),
)
CASES.wrong(
    "same_padding",
    "half the kernel on both sides",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        return kernel_size // 2, kernel_size // 2
    """,
)
CASES.wrong(
    "same_padding",
    "a negative number of zeros made positive",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        m = -(-n // stride)
        t = abs((m - 1) * stride + dilation * (kernel_size - 1) + 1 - n)
        return t // 2, t - t // 2
    """,
    named=("adds_zeros_where_none_are_missing",),
)
CASES.wrong(
    "same_padding",
    "the odd zero before",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        t = max(0, (math.ceil(n / stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - n)
        return math.ceil(t / 2), t // 2
    import math
    """,
    named=("puts_the_extra_zero_before",),
)
CASES.wrong(
    "same_padding",
    "rounded to the nearest even number",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        t = max(0, (-(-n // stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - n)
        return round(t / 2), t - round(t / 2)
    """,
)
CASES.wrong(
    "same_padding",
    "the outputs rounded down, and the odd zero before",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        m = n // stride
        t = max(0, (m - 1) * stride + dilation * (kernel_size - 1) + 1 - n)
        return t - t // 2, t // 2
    """,
    says=("Two things",),
)
CASES.wrong(
    "same_padding",
    "the dilation is forgotten, and both sides get the same",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        t = max(0, (-(-n // stride) - 1) * stride + kernel_size - n)
        return t // 2, t // 2
    """,
)

# conv2d

LAYER = """
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    def two(v):
        return v if isinstance(v, tuple) else (v, v)
    s, p, d = two(stride), two(padding), two(dilation)
    n, c, h, k = x.shape
    f, c2, kh, kw = w.shape
    if c != c2:
        raise ValueError(f"{c} channels, {c2} wanted")
    xp = np.zeros((n, c, h + 2*p[0], k + 2*p[1]))
    xp[:, :, p[0]:p[0]+h, p[1]:p[1]+k] = x
    rh, rw = d[0]*(kh-1)+1, d[1]*(kw-1)+1
    if rh > xp.shape[2] or rw > xp.shape[3]:
        raise ValueError("does not fit")
    oh, ow = (xp.shape[2]-rh)//s[0]+1, (xp.shape[3]-rw)//s[1]+1
    y = np.zeros((n, f, oh, ow))
    for i in range(oh):
        for j in range(ow):
            top, left = i*s[0], j*s[1]
            win = xp[:, :, top:top+rh:d[0], left:left+rw:d[1]]
            y[:, :, i, j] = np.einsum("nchw,fchw->nf", win, w)
    if b is not None:
        y += b.reshape(1, -1, 1, 1)
    return y
"""
WINDOW = "xp[:, :, top:top+rh:d[0], left:left+rw:d[1]]"
PRODUCT = 'np.einsum("nchw,fchw->nf", win, w)'
CHANNELS = '    if c != c2:\n        raise ValueError(f"{c} channels, {c2} wanted")\n'
FITS = '    if rh > xp.shape[2] or rw > xp.shape[3]:\n        raise ValueError("does not fit")\n'
CASES.right("conv2d", "window by window", LAYER)
CASES.right(
    "conv2d",
    "through Fourier transforms",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        s, p, d = (v if isinstance(v, tuple) else (v, v) for v in (stride, padding, dilation))
        N, C, H, W = x.shape
        F, D, KH, KW = w.shape
        H, W = H + 2 * p[0], W + 2 * p[1]
        R = d[0] * (KH - 1) + 1, d[1] * (KW - 1) + 1
        if C != D or R[0] > H or R[1] > W:
            raise ValueError("does not fit")
        xp = np.pad(x.astype(float), ((0, 0), (0, 0), (p[0], p[0]), (p[1], p[1])))
        spread = np.zeros((F, C, *R))
        spread[:, :, :: d[0], :: d[1]] = w
        size = H + R[0] - 1, W + R[1] - 1
        X, K = np.fft.rfft2(xp, size), np.fft.rfft2(spread[:, :, ::-1, ::-1], size)
        y = np.fft.irfft2(np.einsum("nchw,fchw->nfhw", X, K), size)
        y = y[:, :, R[0] - 1 : H : s[0], R[1] - 1 : W : s[1]]
        return y if b is None else y + b[:, None, None]
    """,
)
CASES.right(
    "conv2d",
    "one matrix for the whole layer",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        (sh, sw), (ph, pw), (dh, dw) = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
        N, C, H, W = x.shape
        F, D, KH, KW = w.shape
        OH = (H + 2*ph - dh*(KH-1) - 1)//sh + 1
        OW = (W + 2*pw - dw*(KW-1) - 1)//sw + 1
        if C != D or OH <= 0 or OW <= 0:
            raise ValueError("shapes do not go together")
        M = np.zeros((F, OH, OW, C, H + 2*ph, W + 2*pw))
        for i in range(OH):
            for j in range(OW):
                for k in range(KH):
                    for l in range(KW):
                        M[:, i, j, :, i*sh + k*dh, j*sw + l*dw] += w[:, :, k, l]
        M = M[..., ph:ph+H, pw:pw+W]
        y = (M.reshape(F*OH*OW, -1) @ x.reshape(N, -1).T).T.reshape(N, F, OH, OW)
        return y + (0 if b is None else np.reshape(b, (-1, 1, 1)))
    """,
)
CASES.right(
    "conv2d",
    "torch's unfold of a tensor and einsum",
    """
    import torch
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        (sh, sw), (ph, pw), (dh, dw) = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
        if x.shape[1] != w.shape[1]:
            raise ValueError("channels")
        xp = torch.tensor(np.pad(x.astype(float), ((0, 0), (0, 0), (ph, ph), (pw, pw))))
        rh, rw = dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1
        if rh > xp.shape[2] or rw > xp.shape[3]:
            raise ValueError("fit")
        win = xp.unfold(2, rh, sh).unfold(3, rw, sw)[..., ::dh, ::dw]
        y = torch.einsum("ncijkl,fckl->nfij", win, torch.tensor(w.astype(float))).numpy()
        return y if b is None else y + b[:, None, None]
    """,
)
CASES.right(
    "conv2d",
    "rows by NumPy's one-dimensional correlation",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        s, p, d = [(v, v) if np.isscalar(v) else v for v in (stride, padding, dilation)]
        N, C, H, W = x.shape
        F, D, KH, KW = w.shape
        if C != D:
            raise ValueError("channels")
        xp = np.pad(x.astype(float), ((0, 0), (0, 0), (p[0],) * 2, (p[1],) * 2))
        R = d[0] * (KH - 1) + 1, d[1] * (KW - 1) + 1
        if R[0] > xp.shape[2] or R[1] > xp.shape[3]:
            raise ValueError("fit")
        row = np.zeros((F, C, KH, R[1]))
        row[..., :: d[1]] = w
        rows = range(0, xp.shape[2] - R[0] + 1, s[0])
        y = np.array([[[sum(np.correlate(xp[n, c, i + k * d[0]], row[f, c, k], "valid")
                            for c in range(C) for k in range(KH))[:: s[1]]
                        for i in rows] for f in range(F)] for n in range(N)])
        return y if b is None else y + b[:, None, None]
    """,
)
CASES.right(
    "conv2d",
    "single precision all the way",
    slip(
        LAYER,
        ("y = np.zeros((n, f, oh, ow))", "y = np.zeros((n, f, oh, ow), dtype=np.float32)"),
        ("y += b.", "y = y + b."),
    ),
)
CASES.right(
    "conv2d",
    "an object with a method called conv2d",
    """
    class Layer:
        def __init__(self, w, b, *settings):
            self.w, self.b = w.astype(float), b
            self.s, self.p, self.d = ((v, v) if isinstance(v, int) else v for v in settings)
        def conv2d(self, x):
            if x.shape[1] != self.w.shape[1]:
                raise ValueError("channels differ")
            (sh, sw), (ph, pw), (dh, dw) = self.s, self.p, self.d
            xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
            KH, KW = self.w.shape[2:]
            OH, OW = (xp.shape[2] - dh*(KH-1) - 1)//sh + 1, (xp.shape[3] - dw*(KW-1) - 1)//sw + 1
            if min(OH, OW) < 1:
                raise ValueError("too large")
            y = 0
            for k, l in np.ndindex(KH, KW):
                part = xp[:, :, k*dh:, l*dw:][:, :, :(OH-1)*sh+1:sh, :(OW-1)*sw+1:sw]
                y = y + np.tensordot(part, self.w[:, :, k, l], (1, 1)).transpose(0, 3, 1, 2)
            return y if self.b is None else y + self.b[:, None, None]
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        return Layer(w, b, stride, padding, dilation).conv2d(x)
    """,
)

CASES.wrong(
    "conv2d", "no test of the channels", slip(LAYER, (CHANNELS, "")), named=("does_not_compare_channels",)
)
CASES.wrong(
    "conv2d",
    "the fit is tested without the padding",
    slip(LAYER, ("rh > xp.shape[2] or rw > xp.shape[3]", "rh > h or rw > k")),
    says=("wrong in every one with a window larger than the input",),
)
CASES.wrong(
    "conv2d",
    "the fit is tested without the reach",
    slip(LAYER, ("rh > xp.shape[2] or rw > xp.shape[3]", "kh > xp.shape[2] or kw > xp.shape[3]")),
)
CASES.wrong(
    "conv2d",
    "refused only when too high and too wide",
    slip(LAYER, ("xp.shape[2] or rw", "xp.shape[2] and rw")),
)
CASES.wrong(
    "conv2d",
    "a kernel that just fits is refused",
    slip(LAYER, ("rh > xp.shape[2] or rw > xp", "rh >= xp.shape[2] or rw >= xp")),
)
CASES.wrong(
    "conv2d", "the channel test fails only where filters have more", slip(LAYER, ("if c != c2", "if c < c2"))
)
CASES.wrong(
    "conv2d",
    "the slice ends at minus p",
    slip(LAYER, ("xp[:, :, p[0]:p[0]+h, p[1]:p[1]+k] = x", "xp[:, :, p[0]:-p[0], p[1]:-p[1]] = x")),
    never=("dilation",),
)
CASES.wrong(
    "conv2d",
    "PyTorch's layer, with whatever it raises",
    """
    import torch.nn.functional as F
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        t = lambda a: None if a is None else torch.tensor(np.array(a, dtype=float))
        return F.conv2d(t(x), t(w), t(b), stride, padding, dilation).numpy()
    import torch
    """,
    says=("off limits",),
)
CASES.wrong(
    "conv2d",
    "SciPy's correlation, image by image and channel by channel",
    """
    from scipy.signal import correlate2d
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        return np.array([[sum(correlate2d(c, k, "valid") for c, k in zip(image, f)) for f in w] for image in x])
    """,
    says=("off limits",),
)
CASES.wrong(
    "conv2d",
    "the bias is forgotten",
    slip(LAYER, ("    if b is not None:\n        y += b.reshape(1, -1, 1, 1)\n", "")),
    named=("forgets_the_bias",),
)
CASES.wrong(
    "conv2d",
    "the window of a dilated kernel without its holes",
    slip(LAYER, (WINDOW, "xp[:, :, top:top+kh, left:left+kw]")),
    named=("reads_a_window_without_holes",),
)
CASES.wrong(
    "conv2d",
    "a window of the kernel's size, with the dilation as step",
    slip(LAYER, (WINDOW, "xp[:, :, top:top+kh:d[0], left:left+kw:d[1]]")),
)
CASES.wrong(
    "conv2d",
    "no holes anywhere",
    slip(
        LAYER,
        ("rh, rw = d[0]*(kh-1)+1, d[1]*(kw-1)+1", "rh, rw = kh, kw"),
        (WINDOW, "xp[:, :, top:top+kh, left:left+kw]"),
    ),
    named=("ignores_the_dilation",),
)
CASES.wrong(
    "conv2d",
    "the output size without the padding",
    slip(LAYER, ("(xp.shape[2]-rh)//s[0]+1, (xp.shape[3]-rw)//s[1]+1", "(h-rh)//s[0]+1, (k-rw)//s[1]+1")),
)
CASES.wrong(
    "conv2d",
    "the output size rounded up",
    slip(
        LAYER,
        (
            "(xp.shape[2]-rh)//s[0]+1, (xp.shape[3]-rw)//s[1]+1",
            "-((rh-xp.shape[2])//s[0])+1, -((rw-xp.shape[3])//s[1])+1",
        ),
    ),
)
CASES.wrong(
    "conv2d",
    "no + 1 in the output size",
    slip(
        LAYER,
        (
            "(xp.shape[2]-rh)//s[0]+1, (xp.shape[3]-rw)//s[1]+1",
            "(xp.shape[2]-rh)//s[0], (xp.shape[3]-rw)//s[1]",
        ),
    ),
)
CASES.wrong(
    "conv2d",
    "stride inside the window and dilation outside",
    slip(
        LAYER,
        ("top, left = i*s[0], j*s[1]", "top, left = i*d[0], j*d[1]"),
        (WINDOW, "xp[:, :, top:top+s[0]*(kh-1)+1:s[0], left:left+s[1]*(kw-1)+1:s[1]]"),
    ),
)
CASES.wrong(
    "conv2d", "if b", slip(LAYER, ("if b is not None", "if b")), named=("asks_whether_the_biases_are_true",)
)
CASES.wrong(
    "conv2d",
    "channel 0 only",
    slip(LAYER, (PRODUCT, 'np.einsum("nhw,fhw->nf", win[:, 0], w[:, 0])')),
    named=("reads_the_first_channel_only",),
)
CASES.wrong(
    "conv2d",
    "image 0 only",
    slip(LAYER, (PRODUCT, 'np.einsum("chw,fchw->f", win[0], w)')),
    named=("reads_the_first_image_only",),
)
CASES.wrong(
    "conv2d",
    "filters before images",
    slip(LAYER, ("return y", "return y.swapaxes(0, 1)")),
    named=("puts_filters_before_images",),
)
CASES.wrong(
    "conv2d", "channels averaged", slip(LAYER, (PRODUCT, PRODUCT + " / c")), named=("averages_the_channels",)
)
CASES.wrong(
    "conv2d",
    "the last filter everywhere",
    slip(LAYER, (PRODUCT, 'np.einsum("nchw,chw->n", win, w[-1])[:, None]')),
    named=("uses_the_last_filter_only",),
)
CASES.wrong(
    "conv2d",
    "image 0, channel 0, filter 0 and bias 0",
    slip(LAYER, (PRODUCT, "(win[0, 0] * w[0, 0]).sum()"), ("y += b.reshape(1, -1, 1, 1)", "y = y + b[0]")),
    says=("image", "channel", "filter"),
)
CASES.wrong("conv2d", "a transposed kernel", slip(LAYER, ("nchw,fchw->nf", "nchw,fcwh->nf")))
CASES.wrong(
    "conv2d",
    "a kernel turned round",
    slip(LAYER, (PRODUCT, 'np.einsum("nchw,fchw->nf", win, w[:, :, ::-1, ::-1])')),
    named=("flips_the_kernel",),
)
CASES.wrong(
    "conv2d",
    "one bias for all filters",
    slip(LAYER, ("b.reshape(1, -1, 1, 1)", "b[0]")),
    named=("uses_the_first_bias_for_all",),
)
CASES.wrong("conv2d", "the bias taken away", slip(LAYER, ("y += b", "y -= b")))
CASES.wrong(
    "conv2d",
    "the output takes the type of the image",
    slip(LAYER, ("(n, f, oh, ow)", "(n, f, oh, ow), x.dtype"), ("y += b.", "y = y + b.")),
)
CASES.wrong(
    "conv2d",
    "the output holds whole numbers",
    slip(LAYER, ("(n, f, oh, ow)", "(n, f, oh, ow), dtype=int"), ("y += b.", "y = y + b.")),
)
CASES.wrong(
    "conv2d",
    "the image is made of whole numbers",
    slip(LAYER, ("    n, c, h, k", "    x = x.astype(int)\n    n, c, h, k")),
)
CASES.wrong(
    "conv2d",
    "pairs are (across, down)",
    slip(LAYER, ("v if isinstance(v, tuple)", "v[::-1] if isinstance(v, tuple)")),
)
CASES.wrong(
    "conv2d",
    "one padding for both ways",
    slip(
        LAYER,
        (
            "s, p, d = two(stride), two(padding), two(dilation)",
            "s, p, d = two(stride), (two(padding)[0],) * 2, two(dilation)",
        ),
    ),
)
CASES.wrong(
    "conv2d",
    "stride and padding are single numbers",
    slip(
        LAYER,
        (
            "two(stride), two(padding), two(dilation)",
            "(stride, stride), (padding, padding), (dilation, dilation)",
        ),
    ),
    says=("pair",),
)
CASES.wrong(
    "conv2d",
    "windows are multiplied in place",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        (sh, sw), (ph, pw), (dh, dw) = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
        rh, rw = dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1
        xp = np.pad(x.astype(float), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        OH, OW = (xp.shape[2] - rh)//sh + 1, (xp.shape[3] - rw)//sw + 1
        if x.shape[1] != w.shape[1] or OH < 1 or OW < 1:
            raise ValueError("no output")
        y = np.zeros((len(x), len(w), OH, OW))
        for n, f, i, j in np.ndindex(y.shape):
            win = xp[n, :, i*sh:i*sh+rh:dh, j*sw:j*sw+rw:dw]
            win *= w[f]
            y[n, f, i, j] = win.sum() + (0 if b is None else b[f])
        return y
    """,
    named=("changes_what_other_windows_read",),
)
CASES.wrong(
    "conv2d",
    "no dilation, and the bias for every channel",
    slip(
        LAYER,
        (WINDOW, "xp[:, :, top:top+kh, left:left+kw]"),
        ("b.reshape(1, -1, 1, 1)", "c * b.reshape(1, -1, 1, 1)"),
    ),
    says=("Two things",),
)
CASES.wrong(
    "conv2d",
    "a turned kernel, and nothing refused",
    slip(
        LAYER, (CHANNELS, ""), (FITS, ""), (PRODUCT, 'np.einsum("nchw,fchw->nf", win, w[:, :, ::-1, ::-1])')
    ),
    says=("turned",),
)
CASES.wrong(
    "conv2d",
    "a tensor made from the array, which cannot be a view upside down",
    """
    import torch
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        (sh, sw), (ph, pw), (dh, dw) = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
        X, K = torch.as_tensor(x).double(), torch.as_tensor(w).double()
        N, C, H, W = X.shape
        if C != K.shape[1]:
            raise ValueError("channels")
        xp = torch.zeros(N, C, H + 2*ph, W + 2*pw, dtype=torch.float64)
        xp[:, :, ph:ph+H, pw:pw+W] = X
        rh, rw = dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1
        if rh > xp.shape[2] or rw > xp.shape[3]:
            raise ValueError("fit")
        y = torch.einsum("ncijkl,fckl->nfij", xp.unfold(2, rh, sh).unfold(3, rw, sw)[..., ::dh, ::dw], K).numpy()
        return y if b is None else y + b[:, None, None]
    """,
    says=("negative",),
)
CASES.wrong(
    "conv2d",
    "filters with more channels than the image are used as far as they go",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        (sh, sw), (ph, pw), (dh, dw) = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
        N, C, H, W = x.shape
        F, _, KH, KW = w.shape
        xp = np.zeros((N, C, H + 2*ph, W + 2*pw))
        xp[:, :, ph:H+ph, pw:W+pw] = x
        OH, OW = (H + 2*ph - dh*(KH-1) - 1)//sh + 1, (W + 2*pw - dw*(KW-1) - 1)//sw + 1
        if OH < 1 or OW < 1:
            raise ValueError("no output")
        y = np.zeros((N, F, OH, OW))
        for n in range(N):
            for f in range(F):
                for i in range(OH):
                    for j in range(OW):
                        for c in range(C):
                            for k in range(KH):
                                for l in range(KW):
                                    y[n, f, i, j] += xp[n, c, i*sh + k*dh, j*sw + l*dw] * w[f, c, k, l]
                        if b is not None:
                            y[n, f, i, j] += b[f]
        return y
    """,
    named=("uses_filters_as_far_as_the_channels_go",),
)
CASES.wrong(
    "conv2d",
    "a sum that goes on from window to window",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        (sh, sw), (ph, pw), (dh, dw) = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
        N, C, H, W = x.shape
        F, D, KH, KW = w.shape
        OH, OW = (H + 2*ph - dh*(KH-1) - 1)//sh + 1, (W + 2*pw - dw*(KW-1) - 1)//sw + 1
        if C != D or OH < 1 or OW < 1:
            raise ValueError("no output")
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        y = np.zeros((N, F, OH, OW))
        total = 0.0
        for n, f, i, j in np.ndindex(y.shape):
            for c, k, l in np.ndindex(C, KH, KW):
                total += xp[n, c, i*sh + k*dh, j*sw + l*dw] * w[f, c, k, l]
            y[n, f, i, j] = total + (0 if b is None else b[f])
        return y
    """,
    named=("goes_on_from_window_to_window",),
)

# receptive_field

FIELD = """
def receptive_field(layers):
    out = []
    r = j = 1
    for K, s, d in layers:
        r += (K - 1) * d * j
        j *= s
        out.append((r, j))
    return out
"""
CASES.right("receptive_field", "the recurrence", FIELD)
CASES.right("receptive_field", "a list of lists", slip(FIELD, ("(r, j)", "[r, j]")))
CASES.right(
    "receptive_field",
    "by recursion from the end",
    """
    def receptive_field(layers):
        if not layers:
            return []
        below = receptive_field(layers[:-1])
        r, j = below[-1] if below else (1, 1)
        K, s, d = layers[-1]
        return below + [(r + (K - 1) * d * j, j * s)]
    """,
)
CASES.right(
    "receptive_field",
    "NumPy's integers",
    """
    def receptive_field(layers):
        a = np.array(layers, dtype=int).reshape(-1, 3)
        j = np.concatenate([[1], np.cumprod(a[:, 1])])
        return list(zip(1 + np.cumsum((a[:, 0] - 1) * a[:, 2] * j[:-1]), j[1:]))
    """,
)
CASES.wrong(
    "receptive_field",
    "the first layer is taken before it is known that there is one",
    """
    def receptive_field(layers):
        k, s, d = layers[0]
        found = [(d * (k - 1) + 1, s)]
        for k, s, d in layers[1:]:
            r, j = found[-1]
            found.append((r + (k - 1) * d * j, j * s))
        return found
    """,
    named=("needs_a_layer",),
)
CASES.wrong(
    "receptive_field", "K in place of K - 1", slip(FIELD, ("(K - 1)", "K")), named=("widens_by_every_weight",)
)
CASES.wrong(
    "receptive_field",
    "strides are added",
    slip(FIELD, ("j *= s", "j += s")),
    named=("adds_the_whole_stride",),
)
CASES.wrong(
    "receptive_field",
    "the first formula run forwards",
    slip(FIELD, ("r += (K - 1) * d * j", "r = r * s + K - s")),
)
CASES.wrong(
    "receptive_field",
    "the first formula run forwards, with dilation",
    slip(FIELD, ("r += (K - 1) * d * j", "r = (r - 1) * s + d * (K - 1) + 1")),
    named=("runs_the_way_down_upwards",),
)
CASES.wrong(
    "receptive_field",
    "the pair before each layer",
    slip(
        FIELD,
        (
            "        r += (K - 1) * d * j\n        j *= s\n        out.append((r, j))",
            "        out.append((r, j))\n        r += (K - 1) * d * j\n        j *= s",
        ),
    ),
)
CASES.wrong(
    "receptive_field",
    "the input is listed too",
    slip(FIELD, ("out = []", "out = [(1, 1)]")),
    named=("lists_the_input_too",),
)
CASES.wrong(
    "receptive_field",
    "kernel, dilation, stride",
    slip(FIELD, ("K, s, d", "K, d, s")),
    named=("reads_kernel_dilation_stride",),
)
CASES.wrong("receptive_field", "the last stride only", slip(FIELD, ("j *= s", "j = s")))
CASES.wrong(
    "receptive_field",
    "its own stride first",
    slip(
        FIELD,
        ("        r += (K - 1) * d * j\n        j *= s\n", "        j *= s\n        r += (K - 1) * d * j\n"),
    ),
)
CASES.wrong("receptive_field", "sizes without jumps", slip(FIELD, ("(r, j)", "r")), says=("tuple",))
CASES.wrong(
    "receptive_field",
    "no dilation, and its own stride first",
    slip(
        FIELD,
        ("        r += (K - 1) * d * j\n        j *= s\n", "        j *= s\n        r += (K - 1) * j\n"),
    ),
    says=("Two things",),
)
CASES.wrong(
    "receptive_field",
    "the list of layers is emptied",
    """
    def receptive_field(layers):
        found, r, j = [], 1, 1
        while layers:
            K, s, d = layers.pop(0)
            r, j = r + (K - 1) * d * j, j * s
            found.append((r, j))
        return found
    """,
    says=("changed its input",),
)
CASES.wrong(
    "receptive_field",
    "a generator",
    """
    def receptive_field(layers):
        r = j = 1
        for K, s, d in layers:
            r, j = r + (K - 1) * d * j, j * s
            yield r, j
    """,
    says=("expected a list",),
    explained=False,
    why="what differs says it all: a list is expected",
)

# layer_cost

COST = """
map_side = (227 - 11) // 4 + 1
output_numbers = 96 * map_side ** 2
output_bytes = output_numbers * 4
parameters = 96 * 3 * 11 ** 2 + 96
multiply_adds = output_numbers * 363
"""
CASES.right("layer_cost", "in one's head", COST)
CASES.right("layer_cost", "floats", slip(COST, ("(227 - 11) // 4 + 1", "(227 - 11) / 4 + 1")))
CASES.wrong("layer_cost", "the stride is forgotten", slip(COST, (" // 4", "")), named=("forgets_the_stride",))
CASES.wrong("layer_cost", "one window too many", slip(COST, ("// 4 + 1", "// 4 + 2")))
CASES.wrong(
    "layer_cost",
    "one map only",
    slip(COST, ("96 * map_side ** 2", "map_side ** 2")),
    named=("counts_one_map",),
)
CASES.wrong(
    "layer_cost", "bits", slip(COST, ("output_numbers * 4", "output_numbers * 32")), named=("counts_bits",)
)
CASES.wrong(
    "layer_cost",
    "megabytes",
    slip(COST, ("output_numbers * 4", "output_numbers * 4 / 1e6")),
    named=("counts_in_megabytes",),
)
CASES.wrong(
    "layer_cost",
    "two operations for a multiply-add",
    slip(COST, ("output_numbers * 363", "2 * output_numbers * 363")),
    named=("counts_two_operations",),
)
CASES.wrong("layer_cost", "one bias", slip(COST, ("+ 96", "+ 1")), named=("counts_one_bias",))
CASES.wrong(
    "layer_cost",
    "half the kernel as padding",
    slip(COST, ("(227 - 11)", "(227 + 10 - 11)")),
    named=("pads_to_same",),
)
CASES.wrong(
    "layer_cost",
    "the weights of one filter",
    slip(COST, ("96 * 3 * 11 ** 2 + 96", "3 * 11 ** 2 + 1")),
    named=("counts_one_filter",),
)
CASES.wrong("layer_cost", "three biases for each filter", slip(COST, ("+ 96", "+ 3 * 96")))
CASES.wrong(
    "layer_cost",
    "the paper's 224 pixels",
    slip(COST, ("227", "224")),
    named=("counts_one_place_too_few",),
    never=("left out the + 1",),
)
