"""Notebook 01: answers that were really given."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()

# --- memory_index ---

CASES.wrong(
    "memory_index",
    "channels are not tested",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        if not (0 <= n < N and 0 <= h < H and 0 <= w < W):
            raise IndexError("outside")
        return n * C * H * W + c * H * W + h * W + w
    """,
    never=("row and column only",),
)

CASES.wrong(
    "memory_index",
    "a negative sample is not tested",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        if n >= N or not 0 <= c < C or not 0 <= h < H or not 0 <= w < W:
            raise IndexError("outside")
        return n * C * H * W + c * H * W + h * W + w
    """,
)

CASES.wrong(
    "memory_index",
    "strides in bytes",
    """
    def memory_index(n, c, h, w, shape):
        x = np.zeros(shape)
        if not all(0 <= i < s for i, s in zip((n, c, h, w), shape)):
            raise IndexError("outside")
        return int(np.dot((n, c, h, w), x.strides))
    """,
    named=("counts_bytes",),
)

CASES.wrong(
    "memory_index",
    "looked up in an array, in which negative indices count from the end",
    """
    def memory_index(n, c, h, w, shape):
        places = np.arange(np.prod(shape)).reshape(shape)
        return places[n, c, h, w]
    """,
    named=("accepts_negative_indices",),
    never=("You check",),
)

CASES.wrong(
    "memory_index",
    "positions are asserted to lie inside",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        assert 0 <= n < N and 0 <= c < C and 0 <= h < H and 0 <= w < W
        return n * C * H * W + c * H * W + h * W + w
    """,
    named=("raises_another_error",),
)

CASES.wrong(
    "memory_index",
    "two slips: channels last, and no test",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        return n * H * W * C + h * W * C + w * C + c
    """,
    named=("channels_last",),
)

CASES.wrong(
    "memory_index",
    "two slips: counts from one, and refuses index 0",
    """
    def memory_index(n, c, h, w, shape):
        for i, size in zip((n, c, h, w), shape):
            if i < 1 or i > size:
                raise IndexError("outside")
        N, C, H, W = shape
        return (n - 1) * C * H * W + (c - 1) * H * W + (h - 1) * W + w
    """,
    explained=False,
    why="nearly every example ends in its IndexError, whose words say what was refused",
)

CASES.wrong(
    "memory_index",
    "None is returned for a place outside",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        if 0 <= n < N and 0 <= c < C and 0 <= h < H and 0 <= w < W:
            return n * C * H * W + c * H * W + h * W + w
    """,
    never=("silently becomes",),
)

CASES.wrong(
    "memory_index",
    "strides of the wrong end: everything to the left",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        if not (0 <= n < N and 0 <= c < C and 0 <= h < H and 0 <= w < W):
            raise IndexError("outside")
        return w * (N * C * H) + h * (N * C) + c * N + n
    """,
    named=("first_index_fastest",),
)

CASES.right(
    "memory_index",
    "strides of an array of bytes",
    """
    def memory_index(n, c, h, w, shape):
        if any(i < 0 or i >= s for i, s in zip([n, c, h, w], shape)):
            raise IndexError("outside")
        return sum(i * s for i, s in zip((n, c, h, w), np.empty(shape, np.int8).strides))
    """,
)

CASES.right(
    "memory_index",
    "recursion over the axes",
    """
    def memory_index(n, c, h, w, shape):
        def place(indices, sizes):
            if not indices:
                return 0
            if indices[-1] not in range(sizes[-1]):
                raise IndexError(indices[-1])
            return place(indices[:-1], sizes[:-1]) * sizes[-1] + indices[-1]
        return place((n, c, h, w), shape)
    """,
)

# --- to_nchw ---

CASES.wrong(
    "to_nchw",
    "a tensor made on the same memory, which can't be read backwards",
    """
    import torch

    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        return torch.from_numpy(images_nhwc).permute(0, 3, 1, 2).numpy()
    """,
    named=("stumbles_over_negative_strides",),
)

CASES.wrong(
    "to_nchw",
    "returns a tensor",
    """
    import torch

    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        return torch.tensor(images_nhwc.copy()).permute(0, 3, 1, 2)
    """,
    explained=False,
    why="the comparison itself says that an array is expected",
    says=("expected a NumPy array",),
)

CASES.wrong(
    "to_nchw",
    "the first image only",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        return images_nhwc[0].transpose(2, 0, 1)[None]
    """,
    named=("keeps_the_first_image_only",),
)

CASES.wrong(
    "to_nchw",
    "three channels whatever comes in",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        N, H, W, C = images_nhwc.shape
        out = np.zeros((N, 3, H, W), dtype=images_nhwc.dtype)
        for c in range(3):
            out[:, c] = images_nhwc[:, :, :, c]
        return out
    """,
    explained=False,
    why="it raises an error of indexing in all but the examples with three channels",
)

CASES.wrong(
    "to_nchw",
    "an array of bytes whatever comes in",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        N, H, W, C = images_nhwc.shape
        out = np.zeros((N, C, H, W), dtype=np.uint8)
        for n in range(N):
            for c in range(C):
                out[n, c] = images_nhwc[n, :, :, c]
        return out
    """,
)

CASES.wrong(
    "to_nchw",
    "rows counted where columns are",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        N, H, W, C = images_nhwc.shape
        out = np.zeros((N, C, H, W), dtype=images_nhwc.dtype)
        for n in range(N):
            for c in range(C):
                for i in range(H):
                    for j in range(H):
                        out[n, c, i, j] = images_nhwc[n, i, j, c]
        return out
    """,
)

CASES.wrong(
    "to_nchw",
    "channels stacked in front of the samples",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        return np.stack([images_nhwc[..., c] for c in range(images_nhwc.shape[3])])
    """,
    named=("channels_before_samples",),
)

CASES.wrong(
    "to_nchw",
    "all axes turned round, by einsum",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        return np.einsum("nhwc->cwhn", images_nhwc)
    """,
    named=("turns_all_axes_round",),
    never=("`.T` turns",),
)

CASES.wrong(
    "to_nchw",
    "five axes pass",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim < 4:
            raise ValueError("four axes")
        return np.rollaxis(images_nhwc, 3, 1)
    """,
    never=("np.moveaxis complains",),
)

CASES.wrong(
    "to_nchw",
    "two slips: reshaped, and nothing refused",
    """
    def to_nchw(images_nhwc):
        shape = images_nhwc.shape
        return images_nhwc.reshape(shape[0], shape[-1], *shape[1:-1])
    """,
    named=("reshapes",),
)

CASES.wrong(
    "to_nchw",
    "two slips: height and width swapped, and an array of floats",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        N, H, W, C = images_nhwc.shape
        out = np.zeros((N, C, W, H))
        for n in range(N):
            for c in range(C):
                out[n, c] = images_nhwc[n, :, :, c].T
        return out
    """,
)

CASES.right(
    "to_nchw",
    "two swaps of axes",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        return images_nhwc.swapaxes(1, 3).swapaxes(2, 3)
    """,
)

CASES.right(
    "to_nchw",
    "an axis rolled to the front",
    """
    def to_nchw(images_nhwc):
        if np.ndim(images_nhwc) != 4:
            raise ValueError("four axes")
        return np.rollaxis(images_nhwc, 3, 1)
    """,
)

CASES.right(
    "to_nchw",
    "nested lists in between",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("four axes")
        N, H, W, C = images_nhwc.shape
        nested = [[[[images_nhwc[n, h, w, c] for w in range(W)] for h in range(H)] for c in range(C)] for n in range(N)]
        return np.array(nested, dtype=images_nhwc.dtype)
    """,
)

# --- dense_parameters ---

CASES.wrong(
    "dense_parameters",
    "a float comes out",
    """
    def dense_parameters(height, width, channels, units):
        return units * (height * width * channels + 1.0)
    """,
    explained=False,
    says=("integer",),
    why="the comparison itself says that a whole number is expected",
)

CASES.wrong(
    "dense_parameters",
    "square images only",
    """
    def dense_parameters(height, width, channels, units):
        return units * (height * height * channels + 1)
    """,
    named=("square_images_only",),
)

CASES.wrong(
    "dense_parameters",
    "two slips: no channels, no biases",
    """
    def dense_parameters(height, width, channels, units):
        return height * width * units
    """,
    named=("forgets_the_channels", "forgets_the_biases"),
)

CASES.wrong(
    "dense_parameters",
    "two slips: no channels, and one bias in all",
    """
    def dense_parameters(height, width, channels, units):
        return height * width * units + 1
    """,
    named=("forgets_the_channels", "one_bias_in_all"),
)

CASES.wrong(
    "dense_parameters",
    "three channels whatever comes in",
    """
    def dense_parameters(height, width, channels, units):
        return units * (height * width * 3 + 1)
    """,
)

CASES.wrong(
    "dense_parameters",
    "numbers of 32 bits overflow",
    """
    def dense_parameters(height, width, channels, units):
        sizes = np.array([height, width, channels, units], dtype=np.int32)
        return int(np.prod(sizes, dtype=np.int32)) + units
    """,
)

CASES.wrong(
    "dense_parameters",
    "parameters under other names",
    """
    def dense_parameters(h, w, c, u):
        return u * (h * w * c + 1)
    """,
    explained=False,
    says=("unexpected keyword argument",),
    why="the error itself names the argument",
)

CASES.right(
    "dense_parameters",
    "integers of NumPy",
    """
    def dense_parameters(height, width, channels, units):
        return np.prod([height, width, channels, units], dtype=np.int64) + units
    """,
)

CASES.right(
    "dense_parameters",
    "sizes are refused that nobody asks to be refused",
    """
    def dense_parameters(height, width, channels, units):
        if min(height, width, channels, units) < 1:
            raise ValueError("sizes must be at least 1")
        return sum(height * width * channels + 1 for _ in range(units))
    """,
)

# --- locally_connected_parameters ---

CASES.wrong(
    "locally_connected_parameters",
    "and for or in the refusal",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        if kh > height and kw > width:
            raise ValueError("the window does not fit")
        return (height - kh + 1) * (width - kw + 1) * out_channels * (in_channels * kh * kw + bool(bias))
    """,
    named=("refuses_windows_too_large_both_ways_only",),
)

CASES.wrong(
    "locally_connected_parameters",
    "areas are compared",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        if kh * kw > height * width:
            raise ValueError("the window does not fit")
        return (height - kh + 1) * (width - kw + 1) * out_channels * (in_channels * kh * kw + bool(bias))
    """,
    named=("compares_areas",),
)

CASES.wrong(
    "locally_connected_parameters",
    "the height alone is tested",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        if kh > height:
            raise ValueError("the window does not fit")
        return (height - kh + 1) * (width - kw + 1) * out_channels * (in_channels * kh * kw + bool(bias))
    """,
)

CASES.wrong(
    "locally_connected_parameters",
    "the width alone is tested",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        if width - kw + 1 < 1:
            raise ValueError("the window does not fit")
        return (height - kh + 1) * (width - kw + 1) * out_channels * (in_channels * kh * kw + bool(bias))
    """,
)

CASES.wrong(
    "locally_connected_parameters",
    "no place is counted as 0 parameters",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        places = max(0, height - kh + 1) * max(0, width - kw + 1)
        return places * out_channels * (in_channels * kh * kw + (1 if bias else 0))
    """,
    named=("counts_windows_that_do_not_fit",),
)

CASES.wrong(
    "locally_connected_parameters",
    "the + 1 is missing in one direction",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        if kh > height or kw > width:
            raise ValueError("the window does not fit")
        return (height - kh + 1) * (width - kw) * out_channels * (in_channels * kh * kw + (1 if bias else 0))
    """,
)

CASES.wrong(
    "locally_connected_parameters",
    "two slips: one bias for each filter, and input for output",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        if kh > height or kw > width:
            raise ValueError("the window does not fit")
        total = height * width * out_channels * in_channels * kh * kw
        return total + out_channels if bias else total
    """,
    named=("a_window_on_every_pixel", "shares_the_biases"),
)

CASES.wrong(
    "locally_connected_parameters",
    "two slips: the channels are forgotten, and nothing is refused",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        return (height - kh + 1) * (width - kw + 1) * out_channels * (kh * kw + (1 if bias else 0))
    """,
    named=("forgets_the_input_channels",),
)

CASES.wrong(
    "locally_connected_parameters",
    "kernel size k for k²",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        if kh > height or kw > width:
            raise ValueError("the window does not fit")
        return (height - kh + 1) * (width - kw + 1) * out_channels * (kh * in_channels + (1 if bias else 0))
    """,
)

CASES.right(
    "locally_connected_parameters",
    "windows counted in a view",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        sides = (kernel_size, kernel_size) if np.isscalar(kernel_size) else tuple(kernel_size)
        view = np.lib.stride_tricks.sliding_window_view(np.zeros((height, width)), sides)
        units = view.shape[0] * view.shape[1] * out_channels
        return units * (in_channels * sides[0] * sides[1] + bool(bias))
    """,
)

# --- conv_parameters ---

CASES.wrong(
    "conv_parameters",
    "k for k²",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        return out_channels * (in_channels * kh + (1 if bias else 0))
    """,
    named=("one_side_only",),
)

CASES.wrong(
    "conv_parameters",
    "k for k², and a pair can't be multiplied",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        return out_channels * (in_channels * kernel_size + (1 if bias else 0))
    """,
)

CASES.wrong(
    "conv_parameters",
    "the sides are added",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        return out_channels * (in_channels * (kh + kw) + (1 if bias else 0))
    """,
)

CASES.wrong(
    "conv_parameters",
    "two slips: no input channels, and biases that nobody asked for",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        return out_channels * (kh * kw + 1)
    """,
    named=("forgets_the_input_channels", "always_adds_the_biases"),
)

CASES.wrong(
    "conv_parameters",
    "two slips: one bias in all, and square kernels only",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        return out_channels * in_channels * kernel_size**2 + bias
    """,
    named=("one_bias_for_the_layer", "square_kernels_only"),
)

CASES.wrong(
    "conv_parameters",
    "without bias the weights go too",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        return out_channels * (in_channels * kh * kw + 1) * bias
    """,
)

CASES.wrong(
    "conv_parameters",
    "one filter",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        return in_channels * kh * kw + (1 if bias else 0)
    """,
    named=("forgets_the_filters",),
)

CASES.right(
    "conv_parameters",
    "the size of an array of weights",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        kh, kw = np.broadcast_to(kernel_size, 2)
        weight = np.empty((out_channels, in_channels, kh, kw))
        return weight.size + (out_channels if bias else 0)
    """,
)

# --- shift_image ---

CASES.wrong(
    "shift_image",
    "slices without a case for 0",
    """
    def shift_image(image, dy, dx):
        tmp = np.zeros_like(image)
        if dy > 0:
            tmp[dy:] = image[:-dy]
        elif dy < 0:
            tmp[:dy] = image[-dy:]
        out = np.zeros_like(image)
        if dx > 0:
            out[:, dx:] = tmp[:, :-dx]
        elif dx < 0:
            out[:, :dx] = tmp[:, -dx:]
        return out
    """,
    named=("wipes_all_at_zero",),
    never=("out[0:] = 0 wipe", "Ask for dy < 0"),
)

CASES.wrong(
    "shift_image",
    "slices that end at minus 0, and no word on large shifts",
    """
    def shift_image(image, dy, dx):
        out = np.zeros_like(image)
        if dy >= 0 and dx >= 0:
            out[dy:, dx:] = image[:-dy, :-dx]
        elif dy >= 0:
            out[dy:, :dx] = image[:-dy, -dx:]
        elif dx >= 0:
            out[:dy, dx:] = image[-dy:, :-dx]
        else:
            out[:dy, :dx] = image[-dy:, -dx:]
        return out
    """,
    named=("slices_to_minus_zero",),
)

CASES.wrong(
    "shift_image",
    "slices for positive shifts only",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        out = np.zeros_like(image)
        out[dy:, dx:] = image[: H - dy, : W - dx]
        return out
    """,
)

CASES.wrong(
    "shift_image",
    "rolled, and wiped as if every shift were positive",
    """
    def shift_image(image, dy, dx):
        out = np.roll(image, (dy, dx), axis=(0, 1))
        out[:dy] = 0
        out[:, :dx] = 0
        return out
    """,
    named=("wiped_at_the_wrong_side",),
)

CASES.wrong(
    "shift_image",
    "rolled, and only right and down wiped",
    """
    def shift_image(image, dy, dx):
        out = np.roll(image, (dy, dx), axis=(0, 1))
        if dy > 0:
            out[:dy] = 0
        if dx > 0:
            out[:, :dx] = 0
        return out
    """,
    named=("comes_back_from_any_distance",),
    never=("out[r + dy, c + dx]",),
)

CASES.wrong(
    "shift_image",
    "columns stay where they are",
    """
    def shift_image(image, dy, dx):
        out = np.zeros_like(image)
        for r in range(image.shape[0]):
            if 0 <= r - dy < image.shape[0]:
                out[r] = image[r - dy]
        return out
    """,
    named=("ignores_dx",),
)

CASES.wrong(
    "shift_image",
    "an array of whole numbers cuts the fractions",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        out = np.zeros((H, W), dtype=int)
        for r in range(H):
            for c in range(W):
                if 0 <= r - dy < H and 0 <= c - dx < W:
                    out[r, c] = image[r - dy, c - dx]
        return out
    """,
)

CASES.wrong(
    "shift_image",
    "as many columns as rows",
    """
    def shift_image(image, dy, dx):
        H = len(image)
        out = np.zeros_like(image)
        for r in range(H):
            for c in range(H):
                if 0 <= r - dy < H and 0 <= c - dx < H:
                    out[r, c] = image[r - dy, c - dx]
        return out
    """,
    named=("as_many_columns_as_rows",),
)

CASES.wrong(
    "shift_image",
    "only the row is tested for being inside",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        out = np.zeros_like(image)
        for r in range(H):
            for c in range(W):
                if 0 <= r - dy < H:
                    out[r, c] = image[r - dy, (c - dx) % W]
        return out
    """,
    named=("wraps_sideways",),
)

CASES.wrong(
    "shift_image",
    "two slips: the other way, and floats",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        out = np.zeros((H, W))
        for r in range(H):
            for c in range(W):
                if 0 <= r + dy < H and 0 <= c + dx < W:
                    out[r, c] = image[r + dy, c + dx]
        return out
    """,
    named=("moves_the_other_way", "returns_floats"),
)

CASES.wrong(
    "shift_image",
    "two slips: axes swapped, and the picture comes back",
    """
    def shift_image(image, dy, dx):
        return np.roll(image, (dx, dy), axis=(0, 1))
    """,
    named=("swaps_the_axes", "wraps_round"),
)

CASES.wrong(
    "shift_image",
    "moved in the caller's array, which is returned",
    """
    def shift_image(image, dy, dx):
        source = image.copy()
        H, W = image.shape
        image.fill(0)
        for r in range(H):
            for c in range(W):
                if 0 <= r - dy < H and 0 <= c - dx < W:
                    image[r, c] = source[r - dy, c - dx]
        return image
    """,
    named=("moves_the_callers_picture",),
)

CASES.wrong(
    "shift_image",
    "a large shift up or left goes round",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        out = np.zeros_like(image)
        r = slice(dy, None) if dy >= 0 else slice(None, dy)
        c = slice(dx, None) if dx >= 0 else slice(None, dx)
        fr = slice(None, H - dy) if dy >= 0 else slice(-dy, None)
        fc = slice(None, W - dx) if dx >= 0 else slice(-dx, None)
        out[r, c] = image[fr, fc]
        return out
    """,
    named=("fails_beyond_the_right_and_lower_edge",),
)

CASES.wrong(
    "shift_image",
    "scipy does it",
    """
    def shift_image(image, dy, dx):
        import scipy.ndimage
        return scipy.ndimage.shift(image, (dy, dx), order=0)
    """,
    says=("off limits",),
)

CASES.right(
    "shift_image",
    "padded and cut",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        dy, dx = np.clip(dy, -H, H), np.clip(dx, -W, W)
        wide = np.pad(image, ((H, H), (W, W)))
        return wide[H - dy : 2 * H - dy, W - dx : 2 * W - dx].copy()
    """,
)

CASES.right(
    "shift_image",
    "matrices with ones beside the diagonal",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        return (np.eye(H, k=-dy) @ image @ np.eye(W, k=dx)).astype(image.dtype)
    """,
)

CASES.right(
    "shift_image",
    "a row or a column at a time, again and again",
    """
    def shift_image(image, dy, dx):
        out = image.copy()
        for _ in range(min(abs(dy), len(image))):
            out = np.roll(out, np.sign(dy), axis=0)
            out[0 if dy > 0 else -1] = 0
        for _ in range(min(abs(dx), image.shape[1])):
            out = np.roll(out, np.sign(dx), axis=1)
            out[:, 0 if dx > 0 else -1] = 0
        return out
    """,
)

# --- thirty_filters ---

CASES.wrong(
    "thirty_filters",
    "the slide's million",
    """
    lecture_product = 3_000_000
    without_sharing = 28 * 28 * 30 * 75
    without_sharing_with_biases = 28 * 28 * 30 * 76
    with_sharing_with_biases = 30 * 76
    """,
    never=("2 304 000",),
)

CASES.wrong(
    "thirty_filters",
    "two slips: 32 for 28, and no biases after sharing",
    """
    lecture_product = 32 * 32 * 30 * 75
    without_sharing = 32 * 32 * 30 * 75
    without_sharing_with_biases = 32 * 32 * 30 * 76
    with_sharing_with_biases = 30 * 75
    """,
)

CASES.right(
    "thirty_filters",
    "whole numbers kept as floats",
    """
    lecture_product = 32.0 * 32 * 30 * 75
    without_sharing = np.prod([28, 28, 30, 75])
    without_sharing_with_biases = without_sharing / 75 * 76
    with_sharing_with_biases = 2.28e3
    """,
)

CASES.wrong(
    "shift_image",
    "a picture of at most 40 pixels each way",
    """
    def shift_image(image, dy, dx):
        height, width = image.shape
        plane = np.zeros((120, 120), dtype=image.dtype)
        dy, dx = max(-height, min(height, dy)), max(-width, min(width, dx))
        plane[40 : 40 + height, 40 : 40 + width] = image
        return plane[40 - dy : 40 - dy + height, 40 - dx : 40 - dx + width]
    """,
)
