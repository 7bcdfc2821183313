"""Notebook 03: answers that were really given, and relatives of them."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()

# ------------------------------------------------------------------------------------------------ correlate2d

CASES.right(
    "correlate2d",
    "a sum of one-dimensional correlations of rows",
    """
    def correlate2d(image, kernel):
        x = np.asarray(image, float); w = np.asarray(kernel, float)
        if w.shape[0] > x.shape[0] or w.shape[1] > x.shape[1]:
            raise ValueError
        return np.array([sum(np.correlate(x[i + a], w[a], 'valid') for a in range(w.shape[0]))
                         for i in range(x.shape[0] - w.shape[0] + 1)])
    """,
)
CASES.right(
    "correlate2d",
    "single precision all the way",
    """
    def correlate2d(image, kernel):
        x, w = image.astype(np.float32), kernel.astype(np.float32)
        H, W = x.shape
        KH, KW = w.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        y = np.empty((H - KH + 1, W - KW + 1), dtype=np.float32)
        for i in range(H - KH + 1):
            for j in range(W - KW + 1):
                y[i, j] = (x[i:i + KH, j:j + KW] * w).sum()
        return y
    """,
)
CASES.right(
    "correlate2d",
    "unfold in torch, from copies",
    """
    def correlate2d(image, kernel):
        import torch
        x, w = torch.tensor(image.astype(float).copy()), torch.tensor(kernel.astype(float).copy())
        if w.shape[0] > x.shape[0] or w.shape[1] > x.shape[1]:
            raise ValueError("too large")
        return torch.einsum("ijab,ab->ij", x.unfold(0, w.shape[0], 1).unfold(1, w.shape[1], 1), w).numpy()
    """,
)
CASES.right(
    "correlate2d",
    "F.unfold and a matrix product",
    """
    def correlate2d(image, kernel):
        import torch
        import torch.nn.functional as F
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        x = torch.tensor(image.astype(float).copy())[None, None]
        columns = F.unfold(x, (KH, KW))[0].numpy()
        return (kernel.astype(float).ravel() @ columns).reshape(H - KH + 1, W - KW + 1)
    """,
)
CASES.right(
    "correlate2d",
    "an object that can be called, with a method called conv2d",
    """
    class Slider:
        def conv2d(self, x, w):
            rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
            if rows <= 0 or columns <= 0:
                raise ValueError("too large")
            return sum(w[a, b] * x[a:a + rows, b:b + columns].astype(float) for a, b in np.ndindex(*w.shape))

        def __call__(self, image, kernel):
            return self.conv2d(image, kernel)

    correlate2d = Slider()
    """,
)
CASES.wrong(
    "correlate2d",
    "np.sum over axis 0 only",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        return np.array([[np.sum(image[i:i + KH, j:j + KW] * kernel, axis=0) for j in range(W - KW + 1)]
                         for i in range(H - KH + 1)])
    """,
    never=("Python's own", "np.sum adds"),
)
CASES.wrong(
    "correlate2d",
    "Python's sum over a small matrix",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        return np.array([[sum(image[i:i + KH, j:j + KW] * kernel) for j in range(W - KW + 1)]
                         for i in range(H - KH + 1)])
    """,
    says=("Python's own `sum`",),
)
CASES.wrong(
    "correlate2d",
    "the kernel transposed",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        y = np.zeros((H - KH + 1, W - KW + 1))
        for i in range(y.shape[0]):
            for j in range(y.shape[1]):
                for a in range(KH):
                    for b in range(KW):
                        y[i, j] += image[i + a, j + b] * kernel[b, a]
        return y
    """,
)
CASES.wrong(
    "correlate2d",
    "the loops swapped, then a reshape",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        out = []
        for j in range(W - KW + 1):
            for i in range(H - KH + 1):
                out.append(np.sum(image[i:i + KH, j:j + KW] * kernel))
        return np.array(out).reshape(H - KH + 1, W - KW + 1)
    """,
)
CASES.wrong(
    "correlate2d",
    "range stops one place early, the output has its full size",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        y = np.zeros((H - KH + 1, W - KW + 1))
        for i in range(H - KH):
            for j in range(W - KW):
                y[i, j] = np.sum(image[i:i + KH, j:j + KW] * kernel)
        return y
    """,
)
CASES.wrong(
    "correlate2d",
    "an output as large as the image, its last rows and columns left at 0",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        y = np.zeros((H, W))
        for i in range(H - KH + 1):
            for j in range(W - KW + 1):
                y[i, j] = np.sum(image[i:i + KH, j:j + KW] * kernel)
        return y
    """,
)
CASES.wrong(
    "correlate2d",
    "an output of whole numbers",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        y = np.zeros((H - KH + 1, W - KW + 1), dtype=int)
        for i in range(H - KH + 1):
            for j in range(W - KW + 1):
                y[i, j] = np.sum(image[i:i + KH, j:j + KW] * kernel)
        return y
    """,
    never=("took its type from the image",),
)
CASES.wrong(
    "correlate2d",
    "an output of the image's type",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        y = np.zeros_like(image[KH - 1:, KW - 1:])
        for i in range(H - KH + 1):
            for j in range(W - KW + 1):
                y[i, j] = np.sum(image[i:i + KH, j:j + KW] * kernel)
        return y
    """,
)
CASES.wrong(
    "correlate2d",
    "refused only where the kernel is too large both ways",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H and KW > W:
            raise ValueError("too large")
        y = np.zeros((max(H - KH + 1, 0), max(W - KW + 1, 0)))
        for i in range(H - KH + 1):
            for j in range(W - KW + 1):
                y[i, j] = np.sum(image[i:i + KH, j:j + KW] * kernel)
        return y
    """,
)
CASES.wrong(
    "correlate2d",
    "refused where the kernel has more entries than the image",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if kernel.size > image.size:
            raise ValueError("too large")
        return np.array([[float(np.sum(image[i:i + KH, j:j + KW] * kernel)) for j in range(W - KW + 1)]
                         for i in range(H - KH + 1)])
    """,
)
CASES.wrong(
    "correlate2d",
    "a kernel as large as the image is refused",
    """
    def correlate2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH >= H or KW >= W:
            raise ValueError("too large")
        return np.array([[float(np.sum(image[i:i + KH, j:j + KW] * kernel)) for j in range(W - KW + 1)]
                         for i in range(H - KH + 1)])
    """,
)
CASES.wrong(
    "correlate2d",
    "turned round, and nothing refused",
    """
    def correlate2d(image, kernel):
        kernel = np.flip(kernel)
        (H, W), (KH, KW) = image.shape, kernel.shape
        return np.array([[float(np.sum(image[i:i + KH, j:j + KW] * kernel)) for j in range(W - KW + 1)]
                         for i in range(H - KH + 1)])
    """,
    named=("flips_the_kernel",),
)
CASES.wrong(
    "correlate2d",
    "torch shares the memory of the arrays, which a view turned round does not allow",
    """
    def correlate2d(image, kernel):
        import torch
        x, w = torch.as_tensor(image).double(), torch.as_tensor(kernel).double()
        if w.shape[0] > x.shape[0] or w.shape[1] > x.shape[1]:
            raise ValueError("too large")
        return torch.einsum("ijab,ab->ij", x.unfold(0, w.shape[0], 1).unfold(1, w.shape[1], 1), w).numpy()
    """,
    says=("view",),
)

# ------------------------------------------------------------------------------------------------ read_kernels

RIGHT_WORDS = """
effect_a = "blur"
effect_b = "shift"
b_moves_to_the = "left"
effect_c = "sharpen"
effect_d = "edges"
effect_e = "darken"
"""


def words(**other: str) -> str:
    """The right words, with some of them replaced."""
    lines = [line.split(" = ") for line in RIGHT_WORDS.split("\n") if line]
    return "\n".join(
        f'{name} = "{other[name]}"' if name in other else f"{name} = {word}" for name, word in lines
    )


CASES.right(
    "read_kernels", "capitals and blanks", words(effect_a="Blur", effect_b="SHIFT ", b_moves_to_the="Left")
)
for strange in ("edge", "sharpening", "outline"):
    CASES.wrong(
        "read_kernels",
        f"{strange}, a word that was not offered",
        words(effect_d=strange),
        says=("`effect_d` is none of the words asked for",),
        never=("Look again at effect_d",),
    )
CASES.wrong(
    "read_kernels",
    "darker, a word that was not offered, for E",
    words(effect_e="darker"),
    says=("`effect_e` is none of the words asked for",),
)
CASES.wrong(
    "read_kernels", "C called edges", words(effect_c="edges"), never=("D sums", "C sums to 1", "sharpens")
)
CASES.wrong(
    "read_kernels",
    "D called sharpen",
    words(effect_d="sharpen"),
    never=("C sums", "D sums to 0", "only edges"),
)
CASES.wrong("read_kernels", "C and D swapped", words(effect_c="edges", effect_d="sharpen"))
CASES.wrong(
    "read_kernels", "D called darken", words(effect_d="darken"), named=("takes_silence_for_darkness",)
)
CASES.wrong(
    "read_kernels", "E called shift", words(effect_e="shift"), named=("takes_one_weight_for_a_shift",)
)
CASES.wrong("read_kernels", "A called edges", words(effect_a="edges"), named=("sees_edges_in_a_row",))
CASES.wrong("read_kernels", "B moves right", words(b_moves_to_the="right"), named=("moves_with_the_weight",))
CASES.wrong("read_kernels", "A called sharpen", words(effect_a="sharpen"))
CASES.wrong("read_kernels", "B called edges", words(effect_b="edges"))

# --------------------------------------------------------------------------------------------- gaussian_kernel

CASES.right(
    "gaussian_kernel",
    "single precision",
    """
    def gaussian_kernel(size, sigma):
        if size < 1 or sigma <= 0:
            raise ValueError("no such bell")
        t = np.arange(size, dtype=np.float32) - np.float32((size - 1) / 2)
        g = np.exp(-t**2 / np.float32(2 * sigma**2))
        k = np.outer(g, g)
        return (k / k.sum()).astype(np.float32)
    """,
)


def bell(
    exponent: str, t: str = "np.arange(size) - (size - 1) / 2", refused: str = "size < 1 or sigma <= 0"
) -> str:
    """An answer to `gaussian_kernel`, right but for what is given."""
    return f"""
def gaussian_kernel(size, sigma):
    if {refused}:
        raise ValueError("no such bell")
    t = {t}
    x, y = np.meshgrid(t, t)
    k = np.exp({exponent})
    return k / k.sum()
"""


BELL = "-(x**2 + y**2) / (2 * sigma**2)"
CASES.wrong("gaussian_kernel", "two sigma, all squared", bell("-(x**2 + y**2) / (2 * sigma)**2"))
CASES.wrong("gaussian_kernel", "distances added, not squared", bell("-(abs(x) + abs(y)) / (2 * sigma**2)"))
CASES.wrong(
    "gaussian_kernel",
    "samples spread from one border to the other",
    bell(BELL, "np.linspace(-size / 2, size / 2, size)"),
)
CASES.wrong(
    "gaussian_kernel",
    "one sample too many for an even size",
    bell(BELL, "np.arange(-(size // 2), size // 2 + 1)"),
)
CASES.wrong(
    "gaussian_kernel",
    "divided by 2, then multiplied",
    bell("-(x**2 + y**2) / 2 * sigma**2"),
    never=("Without brackets",),
)
CASES.wrong(
    "gaussian_kernel",
    "multiplied by sigma on purpose",
    bell("-0.5 * (x**2 + y**2) * sigma**2"),
    never=("brackets", "/ 2 *"),
)
CASES.wrong("gaussian_kernel", "a negative sigma is let in", bell(BELL, refused="size <= 0 or sigma == 0"))
CASES.wrong("gaussian_kernel", "a negative size is let in", bell(BELL, refused="size == 0 or sigma <= 0"))
CASES.wrong(
    "gaussian_kernel", "refused only where both are bad", bell(BELL, refused="size < 1 and sigma <= 0")
)
CASES.wrong("gaussian_kernel", "sigma below 1 is refused too", bell(BELL, refused="size < 1 or sigma < 1"))
CASES.wrong("gaussian_kernel", "a single pixel is refused", bell(BELL, refused="size <= 1 or sigma <= 0"))
CASES.wrong(
    "gaussian_kernel", "sigma taken for a whole number", bell(BELL.replace("sigma", "max(1, int(sigma))"))
)
CASES.wrong(
    "gaussian_kernel",
    "centred on a pixel, and nothing refused",
    """
    def gaussian_kernel(size, sigma):
        t = np.arange(size) - size // 2
        x, y = np.meshgrid(t, t)
        k = np.exp(-(x**2 + y**2) / (2 * sigma**2))
        return k / k.sum()
    """,
    named=("centres_on_a_pixel",),
)

# ------------------------------------------------------------------------------------------------- sobel_edges

CASES.right(
    "sobel_edges",
    "single precision, the habit after reading bytes",
    """
    def sobel_edges(image):
        x = image.astype(np.float32)
        if x.shape[0] < 3 or x.shape[1] < 3:
            raise ValueError("too small")
        gx = x[:-2, 2:] + 2 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2 * x[1:-1, :-2] - x[2:, :-2]
        gy = x[2:, :-2] + 2 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2 * x[:-2, 1:-1] - x[:-2, 2:]
        return np.hypot(gx, gy), np.arctan2(gy, gx)
    """,
)
CASES.right(
    "sobel_edges",
    "a direction that is not a number where there is no edge",
    """
    def sobel_edges(image):
        x = image.astype(float)
        if min(x.shape) < 3:
            raise ValueError("too small")
        gx = x[:-2, 2:] + 2 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2 * x[1:-1, :-2] - x[2:, :-2]
        gy = x[2:, :-2] + 2 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2 * x[:-2, 1:-1] - x[:-2, 2:]
        m = np.hypot(gx, gy)
        return m, np.where(m > 0, np.arctan2(gy, gx), np.nan)
    """,
)
CASES.right(
    "sobel_edges",
    "np.correlate along rows and columns",
    """
    def sobel_edges(image):
        x = image.astype(float)
        if min(x.shape) < 3:
            raise ValueError("too small")

        def down(z, w):
            return np.stack([np.correlate(column, w, "valid") for column in z.T], axis=1)

        def across(z, w):
            return np.stack([np.correlate(line, w, "valid") for line in z])

        gx = down(across(x, [-1, 0, 1]), [1, 2, 1])
        gy = down(across(x, [1, 2, 1]), [-1, 0, 1])
        return np.hypot(gx, gy), np.arctan2(gy, gx)
    """,
)


def sobel(
    x: str,
    refused: str = "image.shape[0] < 3 or image.shape[1] < 3",
    result: str = "np.hypot(gx, gy), np.arctan2(gy, gx)",
) -> str:
    """Slices for `sobel_edges`, right but for what is given."""
    return f"""
def sobel_edges(image):
    if {refused}:
        raise ValueError("too small")
    x = {x}
    gx = x[:-2, 2:] + 2 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2 * x[1:-1, :-2] - x[2:, :-2]
    gy = x[2:, :-2] + 2 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2 * x[:-2, 1:-1] - x[:-2, 2:]
    return {result}
"""


for kind in ("int", "np.int16", "np.int32"):
    CASES.wrong(
        "sobel_edges",
        f"brightness cut to {kind}",
        sobel(f"image.astype({kind})", result="np.sqrt(gx**2 + gy**2), np.arctan2(gy, gx)")
        if kind != "np.int16"
        else sobel(
            "image.astype(np.int16)",
            result="np.sqrt(gx.astype(float)**2 + gy.astype(float)**2), np.arctan2(gy, gx)",
        ),
        named=("cuts_brightness_to_whole_numbers",),
    )
CASES.wrong("sobel_edges", "slices of bytes, hypot", sobel("image"), says=("bytes",))
CASES.wrong(
    "sobel_edges",
    "slices of bytes, root of squares",
    sobel("image", result="np.sqrt(gx**2 + gy**2), np.arctan2(gy, gx)"),
    says=("bytes",),
)
CASES.wrong(
    "sobel_edges",
    "slices of bytes, floats at the end",
    sobel(
        "image",
        result="np.hypot(gx.astype(float), gy.astype(float)), np.arctan2(gy.astype(float), gx.astype(float))",
    ),
    says=("bytes",),
)
CASES.wrong(
    "sobel_edges",
    "bytes subtracted in pairs",
    """
    def sobel_edges(image):
        if image.shape[0] < 3 or image.shape[1] < 3:
            raise ValueError("too small")
        x = image
        gx = (x[:-2, 2:] - x[:-2, :-2]) + 2 * (x[1:-1, 2:] - x[1:-1, :-2]) + (x[2:, 2:] - x[2:, :-2])
        gy = (x[2:, :-2] - x[:-2, :-2]) + 2 * (x[2:, 1:-1] - x[:-2, 1:-1]) + (x[2:, 2:] - x[:-2, 2:])
        return np.hypot(gx, gy), np.arctan2(gy, gx)
    """,
    says=("bytes",),
)
CASES.wrong("sobel_edges", "two columns are let in", sobel("image.astype(float)", "image.shape[0] < 3"))
CASES.wrong("sobel_edges", "two rows are let in", sobel("image.astype(float)", "image.shape[1] < 3"))
CASES.wrong(
    "sobel_edges",
    "refused only where both sides are short",
    sobel("image.astype(float)", "image.shape[0] < 3 and image.shape[1] < 3"),
)
CASES.wrong(
    "sobel_edges",
    "three rows are refused too",
    sobel("image.astype(float)", "image.shape[0] <= 3 or image.shape[1] <= 3"),
)
CASES.wrong(
    "sobel_edges",
    "swapped arctan2, and nothing refused",
    sobel("image.astype(float)", "False", "np.hypot(gx, gy), np.arctan2(gx, gy)"),
    named=("swaps_x_and_y",),
)
CASES.wrong(
    "sobel_edges",
    "cut to bytes: negative brightness wraps",
    sobel("image.astype(np.uint8).astype(float)"),
)
CASES.wrong(
    "sobel_edges",
    "the cosine for the direction",
    sobel(
        "image.astype(float)", result="np.hypot(gx, gy), np.arccos(gx / np.maximum(np.hypot(gx, gy), 1e-12))"
    ),
)

# -------------------------------------------------------------------------------------------------- convolve2d

SLIDE = """
def slide(x, w):
    (H, W), (KH, KW) = x.shape, w.shape
    if KH > H or KW > W:
        raise ValueError("too large")
    return np.array([[float(np.sum(x[i:i + KH, j:j + KW] * w)) for j in range(W - KW + 1)] for i in range(H - KH + 1)])
"""
CASES.right(
    "convolve2d",
    "rows convolved one by one",
    """
    def convolve2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H or KW > W:
            raise ValueError("too large")
        return np.array([sum(np.convolve(image[i + KH - 1 - a], kernel[a], "valid") for a in range(KH))
                         for i in range(H - KH + 1)], dtype=float)
    """,
)
CASES.wrong(
    "convolve2d",
    "the image turned in place of the kernel",
    SLIDE + "\ndef convolve2d(image, kernel):\n    return slide(image[::-1, ::-1], kernel)\n",
    never=("You turned the result", "the result round as well"),
)
CASES.wrong(
    "convolve2d",
    "image and kernel turned",
    SLIDE + "\ndef convolve2d(image, kernel):\n    return slide(image[::-1, ::-1], kernel[::-1, ::-1])\n",
)
CASES.wrong(
    "convolve2d",
    "a quarter turn",
    SLIDE + "\ndef convolve2d(image, kernel):\n    return slide(image, np.rot90(kernel))\n",
    says=("np.rot90",),
)
CASES.wrong(
    "convolve2d",
    "a quarter turn written out",
    SLIDE + "\ndef convolve2d(image, kernel):\n    return slide(image, kernel.T[::-1])\n",
    never=("np.rot90",),
)
CASES.wrong(
    "convolve2d",
    "a quarter turn the other way",
    SLIDE + "\ndef convolve2d(image, kernel):\n    return slide(image, np.rot90(kernel, -1))\n",
    named=("turns_it_by_a_quarter_the_other_way",),
)
CASES.wrong(
    "convolve2d",
    "rows reversed only",
    SLIDE + "\ndef convolve2d(image, kernel):\n    return slide(image, kernel[::-1])\n",
)
CASES.wrong(
    "convolve2d",
    "no turn, and nothing refused",
    """
    def convolve2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        return np.array([[float(np.sum(image[i:i + KH, j:j + KW] * kernel)) for j in range(W - KW + 1)]
                         for i in range(H - KH + 1)])
    """,
    named=("does_not_flip",),
)
CASES.wrong(
    "convolve2d",
    "the kernel turned in place",
    SLIDE
    + "\ndef convolve2d(image, kernel):\n    kernel[:] = kernel[::-1, ::-1].copy()\n    return slide(image, kernel)\n",
)
CASES.wrong(
    "convolve2d",
    "sums stored in the image's type",
    SLIDE
    + "\ndef convolve2d(image, kernel):\n    return slide(image, np.flip(kernel)).astype(image.dtype)\n",
)
CASES.wrong(
    "convolve2d",
    "too wide kernels are let in",
    """
    def convolve2d(image, kernel):
        (H, W), (KH, KW) = image.shape, kernel.shape
        if KH > H:
            raise ValueError("too large")
        w = kernel[::-1, ::-1]
        return np.array([[float(np.sum(image[i:i + KH, j:j + KW] * w)) for j in range(W - KW + 1)]
                         for i in range(H - KH + 1)])
    """,
)

# ----------------------------------------------------------------------------------------- conv2d_multichannel


def layer(
    inner: str, refused: str = "C != weight.shape[1] or h > H or k > W", bias: str = "y + bias[:, None, None]"
) -> str:
    """A layer with one line in its loops, right but for what is given."""
    return f"""
def conv2d_multichannel(image, weight, bias=None):
    (C, H, W), (F, D, h, k) = image.shape, weight.shape
    if {refused}:
        raise ValueError("image and filters do not go together")
    y = np.zeros((F, H - h + 1, W - k + 1))
    for f in range(F):
        for i in range(H - h + 1):
            for j in range(W - k + 1):
                {inner}
    return y if bias is None else {bias}
"""


SUM = "y[f, i, j] = np.sum(image[:, i:i + h, j:j + k] * weight[f])"
CASES.right(
    "conv2d_multichannel",
    "single precision",
    layer(
        SUM.replace("weight[f]", "weight[f].astype(np.float32)").replace(
            "image[", "image.astype(np.float32)["
        )
    ),
)
CASES.right(
    "conv2d_multichannel",
    "rows correlated in one dimension and added",
    layer("pass", bias="y + bias[:, None, None]").replace(
        "                pass",
        "                y[f, i, j] = sum(np.correlate(image[c, i + a, j:j + k].astype(float), weight[f, c, a].astype(float))[0] for c in range(C) for a in range(h))",
    ),
)
CASES.wrong(
    "conv2d_multichannel",
    "channels never compared",
    layer(SUM, "h > H or k > W"),
    named=("never_compares_the_channels",),
)
CASES.wrong(
    "conv2d_multichannel",
    "channels never compared, einsum",
    """
    def conv2d_multichannel(image, weight, bias=None):
        h, k = weight.shape[2:]
        if h > image.shape[1] or k > image.shape[2]:
            raise ValueError("the filters do not fit")
        windows = np.lib.stride_tricks.sliding_window_view(image, (h, k), axis=(1, 2))
        y = np.einsum("cijab,fcab->fij", windows, weight.astype(float))
        return y if bias is None else y + bias[:, None, None]
    """,
)
CASES.wrong(
    "conv2d_multichannel",
    "channels compared with the number of filters",
    layer(SUM, "C != F or h > H or k > W"),
)
CASES.wrong(
    "conv2d_multichannel",
    "refused only where a filter is too large both ways",
    layer(SUM, "C != D or (h > H and k > W)"),
)
CASES.wrong("conv2d_multichannel", "too wide filters are let in", layer(SUM, "C != D or h > H"))
CASES.wrong(
    "conv2d_multichannel",
    "channel 0 only",
    layer("y[f, i, j] = np.sum(image[0, i:i + h, j:j + k] * weight[f, 0])"),
)
CASES.wrong(
    "conv2d_multichannel",
    "weight[c, f]",
    layer("y[f, i, j] = sum(np.sum(image[c, i:i + h, j:j + k] * weight[c, f]) for c in range(C))"),
)
CASES.wrong(
    "conv2d_multichannel",
    "bias subtracted",
    layer(SUM, bias="y - bias[:, None, None]"),
    named=("subtracts_the_bias",),
)
CASES.wrong("conv2d_multichannel", "filter 0 for every map", layer(SUM.replace("weight[f]", "weight[0]")))
CASES.wrong(
    "conv2d_multichannel",
    "no bias where all biases are asked for their truth",
    layer(SUM).replace("y if bias is None else", "y if not bias else"),
)
CASES.wrong(
    "conv2d_multichannel",
    "a flat list of maps, one for each channel of each filter",
    """
    def conv2d_multichannel(image, weight, bias=None):
        (C, H, W), (F, D, h, k) = image.shape, weight.shape
        if C != D or h > H or k > W:
            raise ValueError("image and filters do not go together")
        maps = []
        for f in range(F):
            for c in range(C):
                m = np.zeros((H - h + 1, W - k + 1))
                for i in range(H - h + 1):
                    for j in range(W - k + 1):
                        m[i, j] = np.sum(image[c, i:i + h, j:j + k] * weight[f, c])
                maps.append(m + (0 if bias is None else bias[f]))
        return np.array(maps)
    """,
    named=("a_map_for_every_channel_in_a_row",),
)
CASES.wrong(
    "conv2d_multichannel",
    "each channel keeps a map of its own, summed over filters",
    """
    def conv2d_multichannel(image, weight, bias=None):
        (C, H, W), (F, D, h, k) = image.shape, weight.shape
        if C != D or h > H or k > W:
            raise ValueError("image and filters do not go together")
        y = np.zeros((C, H - h + 1, W - k + 1))
        for c in range(C):
            for f in range(F):
                for i in range(H - h + 1):
                    for j in range(W - k + 1):
                        y[c, i, j] += np.sum(image[c, i:i + h, j:j + k] * weight[f, c])
        return y if bias is None else y + bias[:, None, None]
    """,
)
CASES.wrong(
    "conv2d_multichannel",
    "the sum never starts again",
    """
    def conv2d_multichannel(image, weight, bias=None):
        (C, H, W), (F, D, h, k) = image.shape, weight.shape
        if C != D or h > H or k > W:
            raise ValueError("image and filters do not go together")
        y = np.zeros((F, H - h + 1, W - k + 1))
        total = 0.0
        for f in range(F):
            for i in range(H - h + 1):
                for j in range(W - k + 1):
                    for c in range(C):
                        total += np.sum(image[c, i:i + h, j:j + k] * weight[f, c])
                    y[f, i, j] = total
        return y if bias is None else y + bias[:, None, None]
    """,
    named=("the_sum_never_starts_again",),
)
CASES.wrong(
    "conv2d_multichannel",
    "one array appended for every filter",
    """
    def conv2d_multichannel(image, weight, bias=None):
        (C, H, W), (F, D, h, k) = image.shape, weight.shape
        if C != D or h > H or k > W:
            raise ValueError("image and filters do not go together")
        maps, m = [], np.zeros((H - h + 1, W - k + 1))
        for f in range(F):
            for i in range(H - h + 1):
                for j in range(W - k + 1):
                    m[i, j] = np.sum(image[:, i:i + h, j:j + k] * weight[f])
                    if bias is not None:
                        m[i, j] += bias[f]
            maps.append(m)
        return np.array(maps)
    """,
    named=("the_last_filter_for_all",),
)
CASES.wrong(
    "conv2d_multichannel",
    "torch shares the memory of the arrays, which a view turned round does not allow",
    """
    def conv2d_multichannel(image, weight, bias=None):
        import torch
        x, w = torch.as_tensor(image).double(), torch.as_tensor(weight).double()
        if x.shape[0] != w.shape[1] or w.shape[2] > x.shape[1] or w.shape[3] > x.shape[2]:
            raise ValueError("image and filters do not go together")
        y = torch.einsum("cijab,fcab->fij", x.unfold(1, w.shape[2], 1).unfold(2, w.shape[3], 1), w).numpy()
        return y if bias is None else y + bias[:, None, None]
    """,
    says=("view",),
)
CASES.wrong(
    "conv2d_multichannel",
    "kernels turned, and the bias forgotten",
    layer("y[f, i, j] = np.sum(image[:, i:i + h, j:j + k] * weight[f, :, ::-1, ::-1])", bias="y"),
)
CASES.wrong(
    "conv2d_multichannel",
    "an output of the image's type",
    layer(SUM).replace("W - k + 1))\n", "W - k + 1), dtype=image.dtype)\n", 1),
)

# ---------------------------------------------------------------------------------------------------- separate

CASES.right(
    "separate",
    "by division, the largest rest against the largest entry",
    """
    def separate(kernel, tol=1e-6):
        k = np.asarray(kernel, float)
        p, q = np.unravel_index(np.abs(k).argmax(), k.shape)
        if k[p, q] == 0:
            return np.zeros(k.shape[0]), np.zeros(k.shape[1])
        c, r = k[:, q] / k[p, q], k[p]
        return (c, r) if np.abs(np.outer(c, r) - k).max() <= tol * np.abs(k).max() else None
    """,
)
CASES.right(
    "separate",
    "by division, norm against norm",
    """
    def separate(kernel, tol=1e-6):
        k = np.asarray(kernel, float)
        p, q = np.unravel_index(np.abs(k).argmax(), k.shape)
        if not k.any():
            return np.zeros(k.shape[0]), np.zeros(k.shape[1])
        c, r = k[:, q] / k[p, q], k[p]
        return (c, r) if np.linalg.norm(np.outer(c, r) - k) <= tol * np.linalg.norm(k) else None
    """,
)
CASES.right(
    "separate",
    "power iteration",
    """
    def separate(kernel, tol=1e-6):
        k = np.asarray(kernel, float)
        size = np.linalg.norm(k)
        if size == 0:
            return np.zeros(k.shape[0]), np.zeros(k.shape[1])
        r = k[np.argmax(np.abs(k).sum(1))]
        for _ in range(50):
            c = k @ r / (r @ r)
            r = c @ k / (c @ c)
        return (c, r) if np.linalg.norm(np.outer(c, r) - k) <= tol * size else None
    """,
)


def division(test: str, zeros: str = "np.zeros(k.shape[0]), np.zeros(k.shape[1])") -> str:
    """`separate` by one division, with what is tested at the end."""
    return f"""
def separate(kernel, tol=1e-6):
    k = np.asarray(kernel, float)
    p, q = np.unravel_index(np.abs(k).argmax(), k.shape)
    if k[p, q] == 0:
        return {zeros}
    c, r = k[:, q] / k[p, q], k[p]
    return (c, r) if {test} else None
"""


def by_svd(result: str, test: str = "len(s) > 1 and s[1] > tol * s[0]") -> str:
    """`separate` by the singular value decomposition."""
    return f"""
def separate(kernel, tol=1e-6):
    k = np.asarray(kernel, float)
    u, s, vt = np.linalg.svd(k)
    if {test}:
        return None
    return {result}
"""


CASES.wrong(
    "separate",
    "by division, compared exactly",
    division("(np.outer(c, r) == k).all()"),
    never=("matrix_rank", "s[0]", "Is a `return` missing?"),
)
CASES.wrong(
    "separate",
    "by division, a rest of 0 asked for",
    division("np.abs(np.outer(c, r) - k).sum() == 0"),
    never=("matrix_rank", "s[0]"),
)
CASES.wrong("separate", "by division, np.allclose", division("np.allclose(np.outer(c, r), k)"))
CASES.wrong(
    "separate",
    "by division, an absolute bound",
    division("np.abs(np.outer(c, r) - k).max() <= tol"),
    never=("s[1]", "s[0]"),
)
CASES.wrong(
    "separate",
    "zeros have no factors, told by the rank",
    by_svd("s[0] * u[:, 0], vt[0]", "np.linalg.matrix_rank(k, tol=tol * s[0]) != 1"),
    never=(">=", "not with"),
)
CASES.wrong(
    "separate",
    "zeros have no factors, asked first",
    by_svd("s[0] * u[:, 0], vt[0]", "not k.any() or (len(s) > 1 and s[1] > tol * s[0])"),
    never=(">=", "not with"),
)
CASES.wrong("separate", "column 0 of vt", by_svd("s[0] * u[:, 0], vt[:, 0]"), named=("takes_a_column_of_vt",))
CASES.wrong("separate", "row 0 of u", by_svd("s[0] * u[0], vt[0]"), named=("takes_a_row_of_u",))
CASES.wrong("separate", "the size forgotten", by_svd("u[:, 0], vt[0]"), named=("leaves_the_size_out",))
CASES.wrong("separate", "the size twice", by_svd("s[0] * u[:, 0], s[0] * vt[0]"))
CASES.wrong(
    "separate",
    "by division, the column not divided",
    division("np.abs(np.outer(k[:, q], k[p]) / k[p, q] - k).max() <= tol * np.abs(k).max()").replace(
        "k[:, q] / k[p, q], k[p]", "k[:, q], k[p]"
    ),
    named=("forgets_the_division",),
)
CASES.wrong(
    "separate",
    "a tolerance of its own",
    division("np.abs(np.outer(c, r) - k).max() <= 1e-6 * np.abs(k).max()"),
)
CASES.wrong(
    "separate",
    "square kernels only",
    by_svd("s[0] * u[:, 0], vt[0]", "k.shape[0] != k.shape[1] or s[1] > tol * s[0]"),
)
CASES.wrong(
    "separate",
    "the corner for the pivot",
    """
    def separate(kernel, tol=1e-6):
        k = np.asarray(kernel, float)
        c, r = k[:, 0], k[0] / k[0, 0]
        return (c, r) if np.abs(np.outer(c, r) - k).max() <= tol * np.abs(k).max() else None
    """,
)
