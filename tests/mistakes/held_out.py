"""Notebooks 01 to 06: natural mistakes written from the statements alone, apart from those that the check was built on.

They are written as people write who come from other courses: plain loops, classes, stride tricks, einsum, a refusal
forgotten, two slips at once. Sources stay as they are; the share that the check explains is only worth something if
nobody changes a source for it.
"""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()

# 01 Why convolution

CASES.wrong(
    "memory_index",
    "a row is taken to be H places long",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        for i, size in [(n, N), (c, C), (h, H), (w, W)]:
            if i < 0 or i >= size:
                raise IndexError(f"{i} is out of bounds for size {size}")
        return n * C * H * W + c * H * W + h * H + w
    """,
    may_name=("rows_as_long_as_the_height",),
)

CASES.wrong(
    "memory_index",
    "two slips: an index equal to the size passes, and so does a negative one",
    """
    def memory_index(n, c, h, w, shape):
        N, C, H, W = shape
        if n > N or c > C or h > H or w > W:
            raise IndexError("index out of range")
        return ((n * C + c) * H + h) * W + w
    """,
    may_name=("accepts_negative_indices", "lets_the_size_through"),
    never=("Without the check",),
)

CASES.wrong(
    "to_nchw",
    "swaps the second and the last axis, so rows and columns trade places",
    """
    def to_nchw(images_nhwc):
        if len(images_nhwc.shape) != 4:
            raise ValueError("need a batch of images")
        return np.swapaxes(images_nhwc, 1, 3)
    """,
    may_name=("swaps_height_and_width",),
)

CASES.wrong(
    "to_nchw",
    "copies into an array of floats",
    """
    def to_nchw(images_nhwc):
        if images_nhwc.ndim != 4:
            raise ValueError("need four axes")
        N, H, W, C = images_nhwc.shape
        out = np.zeros((N, C, H, W))
        for n in range(N):
            for c in range(C):
                out[n, c] = images_nhwc[n, :, :, c]
        return out
    """,
    may_name=("fills_an_array_of_floats",),
)

CASES.wrong(
    "dense_parameters",
    "a bias for each input",
    """
    def dense_parameters(height, width, channels, units):
        n_in = height * width * channels
        weights = n_in * units
        biases = n_in
        return weights + biases
    """,
    may_name=("a_bias_for_every_input",),
)

CASES.wrong(
    "locally_connected_parameters",
    "the bias of a filter is shared by all places",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        out_h, out_w = height - kh + 1, width - kw + 1
        if out_h < 1 or out_w < 1:
            raise ValueError("kernel larger than image")
        total = out_h * out_w * out_channels * in_channels * kh * kw
        if bias:
            total += out_channels
        return total
    """,
    may_name=("shares_the_biases",),
)

CASES.wrong(
    "locally_connected_parameters",
    "two slips: the pair is read as (columns, rows), and nothing is refused",
    """
    def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
        kw, kh = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        n_places = (height - kh + 1) * (width - kw + 1)
        per_unit = kh * kw * in_channels + int(bias)
        return n_places * per_unit * out_channels
    """,
    may_name=("swaps_the_sides", "counts_windows_that_do_not_fit"),
    never=("Your count is right where the window fits",),
)

CASES.wrong(
    "conv_parameters",
    "only the first number of a pair is used",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        k = kernel_size if isinstance(kernel_size, int) else kernel_size[0]
        n = in_channels * out_channels * k ** 2
        if bias:
            n += out_channels
        return n
    """,
    may_name=("squares_the_first_side",),
)

CASES.wrong(
    "conv_parameters",
    "a bias for each pair of input and output channel",
    """
    def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
        if isinstance(kernel_size, int):
            rows = cols = kernel_size
        else:
            rows, cols = kernel_size
        per_kernel = rows * cols + (1 if bias else 0)
        return in_channels * out_channels * per_kernel
    """,
    may_name=("a_bias_for_every_input_channel",),
)

CASES.wrong(
    "shift_image",
    "a shift by zero clears the whole picture",
    """
    def shift_image(image, dy, dx):
        out = np.roll(image, (dy, dx), axis=(0, 1))
        if dy > 0:
            out[:dy, :] = 0
        else:
            out[dy:, :] = 0
        if dx > 0:
            out[:, :dx] = 0
        else:
            out[:, dx:] = 0
        return out
    """,
    may_name=("wipes_all_at_zero",),
)

CASES.wrong(
    "shift_image",
    "negative indices wrap round where only IndexError is caught",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        out = np.zeros_like(image)
        for r in range(H):
            for c in range(W):
                try:
                    out[r, c] = image[r - dy, c - dx]
                except IndexError:
                    out[r, c] = 0
        return out
    """,
    may_name=("reads_negative_indices",),
)

CASES.wrong(
    "shift_image",
    "moves the other way",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        shifted = np.zeros(image.shape, dtype=image.dtype)
        for row in range(H):
            for col in range(W):
                src_row, src_col = row + dy, col + dx
                if 0 <= src_row < H and 0 <= src_col < W:
                    shifted[row, col] = image[src_row, src_col]
        return shifted
    """,
    may_name=("moves_the_other_way",),
)

CASES.wrong(
    "shift_image",
    "two slips: dy moves columns and dx rows, and the result is of floats",
    """
    def shift_image(image, dy, dx):
        h, w = image.shape
        result = np.zeros((h, w))
        for y in range(h):
            for x in range(w):
                if 0 <= y - dx < h and 0 <= x - dy < w:
                    result[y, x] = image[y - dx, x - dy]
        return result
    """,
    may_name=("swaps_the_axes", "returns_floats"),
)

CASES.wrong(
    "shift_image",
    "zeroes the caller's picture while it moves it",
    """
    def shift_image(image, dy, dx):
        H, W = image.shape
        pixels = [(r, c, image[r, c]) for r in range(H) for c in range(W)]
        image[:] = 0
        for r, c, value in pixels:
            if 0 <= r + dy < H and 0 <= c + dx < W:
                image[r + dy, c + dx] = value
        return image
    """,
    may_name=("moves_the_callers_picture",),
)

CASES.wrong(
    "thirty_filters",
    "one bias for each filter where each unit has one",
    """
    lecture_product = 32 * 32 * 30 * 75
    without_sharing = 28 * 28 * 30 * 75
    without_sharing_with_biases = without_sharing + 30
    with_sharing_with_biases = 30 * 75 + 30
    """,
    may_name=("thirty_biases_without_sharing",),
)

# 02 Convolution in one dimension

CASES.wrong(
    "correlate1d",
    "the loop stops one place early, so the last output stays 0",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            raise ValueError("bad kernel length")
        y = np.zeros(N - K + 1)
        for i in range(N - K):
            for k in range(K):
                y[i] += x[i + k] * w[k]
        return y
    """,
    may_name=("stops_one_window_early",),
)

CASES.wrong(
    "correlate1d",
    "an empty kernel is not refused",
    """
    def correlate1d(x, w):
        windows = np.lib.stride_tricks.sliding_window_view(x, len(w))
        return (windows @ w).astype(float)
    """,
    may_name=("accepts_an_empty_kernel",),
    never=("You check for a kernel that is too long",),
)

CASES.wrong(
    "correlate1d",
    "the sum goes on from one output to the next",
    """
    def correlate1d(x, w):
        if len(w) < 1 or len(w) > len(x):
            raise ValueError("kernel must be between 1 and len(x) long")
        out = []
        total = 0.0
        for i in range(len(x) - len(w) + 1):
            for k in range(len(w)):
                total += x[i + k] * w[k]
            out.append(total)
        return np.array(out)
    """,
    may_name=(),
)

CASES.wrong(
    "convolve1d",
    "same is cut to the length of the signal, also when the kernel is longer",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0:
            raise ValueError("empty input")
        if mode not in ("full", "same", "valid"):
            raise ValueError("unknown mode")
        padded = np.concatenate([np.zeros(K - 1), x, np.zeros(K - 1)])
        flipped = w[::-1]
        full = np.array([np.dot(padded[i : i + K], flipped) for i in range(N + K - 1)])
        if mode == "full":
            return full
        if mode == "same":
            start = (K - 1) // 2
            return full[start : start + N]
        a, b = min(N, K), max(N, K)
        return full[a - 1 : b]
    """,
    may_name=("same_is_always_as_long_as_x", "same_counts_by_the_kernel"),
)

CASES.wrong(
    "convolve1d",
    "two slips: valid with a longer kernel is empty, and any other word means valid",
    """
    def convolve1d(x, w, mode="full"):
        N, K = x.shape[0], w.shape[0]
        if N < 1 or K < 1:
            raise ValueError("x and w must not be empty")
        y = np.zeros(N + K - 1)
        for i in range(N):
            for j in range(K):
                y[i + j] += x[i] * w[j]
        if mode == "full":
            return y
        elif mode == "same":
            begin = (min(N, K) - 1) // 2
            return y[begin : begin + max(N, K)]
        else:
            return y[K - 1 : N]
    """,
    may_name=("valid_needs_a_short_kernel", "takes_any_other_mode_for_valid"),
)

CASES.wrong(
    "convolve1d",
    "assigns where echoes add up",
    """
    def convolve1d(x, w, mode="full"):
        if mode not in ["full", "same", "valid"]:
            raise ValueError(mode)
        if len(x) == 0 or len(w) == 0:
            raise ValueError("empty")
        n, k = len(x), len(w)
        full = np.zeros(n + k - 1)
        for i in range(n):
            full[i : i + k] = x[i] * np.asarray(w)
        big, small = max(n, k), min(n, k)
        if mode == "same":
            return full[(small - 1) // 2 :][:big]
        if mode == "valid":
            return full[small - 1 : big]
        return full
    """,
    may_name=("copies_overwrite_each_other",),
)

CASES.wrong(
    "convolve1d",
    "the result takes its type from the signal",
    """
    def convolve1d(x, w, mode="full"):
        modes = {"full", "same", "valid"}
        if mode not in modes:
            raise ValueError(f"mode has to be one of {modes}")
        if x.size == 0 or w.size == 0:
            raise ValueError("x and w need at least one element")
        n, k = x.size, w.size
        out = np.zeros(n + k - 1, dtype=x.dtype)
        for m in range(n + k - 1):
            s = 0
            for j in range(k):
                if 0 <= m - j < n:
                    s += w[j] * x[m - j]
            out[m] = s
        lo, hi = min(n, k), max(n, k)
        if mode == "same":
            first = (lo - 1) // 2
            return out[first : first + hi]
        if mode == "valid":
            return out[lo - 1 : hi]
        return out
    """,
    may_name=("stores_products_as_integers",),
)

CASES.wrong(
    "convolve1d",
    "two slips: the kernel is not turned, and same starts at K // 2",
    """
    def convolve1d(x, w, mode="full"):
        if len(x) == 0 or len(w) == 0:
            raise ValueError("nothing to convolve")
        K = len(w)
        xp = np.pad(x, K - 1)
        y = np.array([(xp[i : i + K] * w).sum() for i in range(len(xp) - K + 1)], dtype=float)
        if mode == "full":
            return y
        if mode == "same":
            return y[min(len(x), K) // 2 :][: max(len(x), K)]
        if mode == "valid":
            return y[min(len(x), K) - 1 : max(len(x), K)]
        raise ValueError(f"unknown mode {mode}")
    """,
    may_name=("does_not_flip", "crops_same_on_the_wrong_side"),
)

CASES.wrong(
    "toeplitz_matrix",
    "left of the kernel, negative indices fetch its last weights",
    """
    def toeplitz_matrix(w, n):
        K = len(w)
        if K < 1 or K > n:
            raise ValueError("kernel does not fit")
        T = np.zeros((n - K + 1, n))
        for i in range(n - K + 1):
            for j in range(n):
                if abs(j - i) < K:
                    T[i, j] = w[j - i]
        return T
    """,
    may_name=(),
)

CASES.wrong(
    "toeplitz_matrix",
    "two slips: one row too few, and nothing is refused",
    """
    def toeplitz_matrix(w, n):
        K = len(w)
        rows = []
        for i in range(n - K):
            rows.append(np.concatenate([np.zeros(i), w, np.zeros(n - K - i)]))
        return np.array(rows)
    """,
    may_name=("one_row_is_missing", "empty_matrix_for_a_long_kernel"),
    never=("Your matrices are right",),
)

CASES.wrong(
    "conv1d",
    "a class that adds the bias once for each channel",
    """
    class Conv1dLayer:
        def __init__(self, w, b, stride, padding):
            self.w, self.b, self.stride, self.padding = w, b, stride, padding

        def forward(self, x):
            N, C, L = x.shape
            F, C2, K = self.w.shape
            if C != C2:
                raise ValueError("channels do not match")
            if K > L + 2 * self.padding:
                raise ValueError("kernel too long")
            xp = np.zeros((N, C, L + 2 * self.padding))
            xp[:, :, self.padding : self.padding + L] = x
            L_out = (L + 2 * self.padding - K) // self.stride + 1
            out = np.zeros((N, F, L_out))
            for n in range(N):
                for f in range(F):
                    for i in range(L_out):
                        start = i * self.stride
                        for c in range(C):
                            out[n, f, i] += np.sum(xp[n, c, start : start + K] * self.w[f, c])
                            if self.b is not None:
                                out[n, f, i] += self.b[f]
            return out


    def conv1d(x, w, b=None, stride=1, padding=0):
        return Conv1dLayer(w, b, stride, padding).forward(x)
    """,
    may_name=("bias_for_every_channel",),
)

CASES.wrong(
    "conv1d",
    "two slips: the window starts at i whatever the stride, and channels are not compared",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, _, K = w.shape
        if L + 2 * padding < K:
            raise ValueError("kernel larger than padded signal")
        x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        L_out = (L + 2 * padding - K) // stride + 1
        out = np.zeros((N, F, L_out))
        for f in range(F):
            for i in range(L_out):
                out[:, f, i] = (x_pad[:, :, i : i + K] * w[f]).sum(axis=(1, 2))
            if b is not None:
                out[:, f] += b[f]
        return out
    """,
    may_name=("windows_move_by_one",),
)

CASES.wrong(
    "conv1d",
    "the bias is added along the positions",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        if x.shape[1] != w.shape[1]:
            raise ValueError("x and w have different channels")
        x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        K = w.shape[2]
        if K > x.shape[2]:
            raise ValueError("kernel does not fit")
        windows = np.lib.stride_tricks.sliding_window_view(x, K, axis=2)[:, :, ::stride]
        y = np.einsum("nclk,fck->nfl", windows, w).astype(float)
        if b is not None:
            y = y + b
        return y
    """,
    may_name=("bias_per_position",),
)

CASES.wrong(
    "conv1d",
    "two slips: the last window is left out, and a kernel is refused that fits with padding only",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, Cw, K = w.shape
        if C != Cw or K > L:
            raise ValueError("shapes do not fit together")
        if b is None:
            b = np.zeros(F)
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        columns = []
        for start in range(0, L + 2 * padding - K, stride):
            window = xp[:, :, start : start + K].reshape(N, -1)
            columns.append(window @ w.reshape(F, -1).T + b)
        return np.stack(columns, axis=2)
    """,
    may_name=("measures_before_padding",),
)

CASES.wrong(
    "conv1d",
    "returns from inside the loop over the batch",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C_w, K = w.shape
        if C != C_w:
            raise ValueError(f"expected {C_w} channels, got {C}")
        if K > L + 2 * padding:
            raise ValueError("kernel longer than signal")
        Lo = (L + 2 * padding - K) // stride + 1
        out = np.zeros((N, F, Lo))
        for n in range(N):
            xp = np.pad(x[n], ((0, 0), (padding, padding)))
            for f in range(F):
                for i in range(Lo):
                    out[n, f, i] = np.sum(xp[:, i * stride : i * stride + K] * w[f])
                    if b is not None:
                        out[n, f, i] += b[f]
            return out
    """,
    may_name=("first_signal_only",),
)

CASES.wrong(
    "conv1d",
    "all zeros of the padding go before the signal",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, Cin, K = w.shape
        if Cin != C:
            raise ValueError("channel mismatch")
        padded = np.zeros((N, C, L + 2 * padding))
        padded[:, :, 2 * padding :] = x
        if K > padded.shape[-1]:
            raise ValueError("kernel too large")
        n_out = (padded.shape[-1] - K) // stride + 1
        y = np.stack([np.einsum("nck,fck->nf", padded[:, :, i * stride : i * stride + K], w) for i in range(n_out)], -1)
        return y if b is None else y + b.reshape(1, -1, 1)
    """,
    may_name=("pads_on_the_left_only",),
)

CASES.wrong(
    "motif_scores",
    "an N matches an N",
    """
    def motif_scores(sequence, motif):
        sequence, motif = sequence.upper(), motif.upper()
        if len(motif) == 0 or len(motif) > len(sequence):
            raise ValueError("motif empty or too long")
        scores = []
        for i in range(len(sequence) - len(motif) + 1):
            scores.append(sum(a == b for a, b in zip(sequence[i:], motif)))
        return np.array(scores)
    """,
    may_name=("unknown_matches_unknown",),
)

CASES.wrong(
    "motif_scores",
    "a letter that is in no table is an error",
    """
    def motif_scores(sequence, motif):
        codes = {
            "A": [1, 0, 0, 0],
            "C": [0, 1, 0, 0],
            "G": [0, 0, 1, 0],
            "T": [0, 0, 0, 1],
            "N": [0, 0, 0, 0],
        }
        if not 1 <= len(motif) <= len(sequence):
            raise ValueError("motif does not fit")
        s = np.array([codes[ch] for ch in sequence.upper()])
        m = np.array([codes[ch] for ch in motif.upper()])
        K = len(motif)
        return np.array([int((s[i : i + K] * m).sum()) for i in range(len(s) - K + 1)])
    """,
    may_name=(),
)

CASES.wrong(
    "motif_scores",
    "two slips: only the sequence is put in capitals, and an empty motif passes",
    """
    def motif_scores(sequence, motif):
        sequence = sequence.upper()
        if len(motif) > len(sequence):
            raise ValueError("motif longer than sequence")
        out = np.zeros(len(sequence) - len(motif) + 1, dtype=int)
        for i in range(len(out)):
            for k, letter in enumerate(motif):
                if letter in "ACGT" and sequence[i + k] == letter:
                    out[i] += 1
        return out
    """,
    may_name=("tells_small_letters_apart", "no_error_for_a_bad_motif"),
    never=("Small letters score nothing in yours", "Your scores are right"),
)

CASES.wrong(
    "motif_scores",
    "the motif may hang over the end of the sequence",
    """
    def motif_scores(sequence, motif):
        if not motif or len(motif) > len(sequence):
            raise ValueError("motif must have between 1 and len(sequence) letters")
        seq, mot = sequence.upper(), motif.upper()
        scores = []
        for start in range(len(seq)):
            hits = 0
            for s, m in zip(seq[start:], mot):
                if s == m and s in "ACGT":
                    hits += 1
            scores.append(hits)
        return np.array(scores)
    """,
    may_name=(),
)

CASES.wrong(
    "output_lengths",
    "padding counted once, and windows of sound counted without the kernel",
    """
    valid_length = 8
    same_length = 12
    full_length = 16
    strided_length = 5
    padded_length = (10 + 4 - 5) // 2 + 1
    speech_length = 16000 // 160
    """,
    may_name=("counts_the_padding_once", "divides_the_length_by_the_stride"),
)

CASES.wrong(
    "output_lengths",
    "full is the sum of both lengths",
    """
    valid_length = 8
    same_length = 12
    full_length = 12 + 5
    strided_length = (23 - 10) // 3 + 1
    padded_length = (10 + 8 - 5) // 2 + 1
    speech_length = (16000 - 400) // 160 + 1
    """,
    may_name=("full_adds_the_lengths",),
)

# 03 Convolution in two dimensions

CASES.wrong(
    "correlate2d",
    "the kernel's height is also used as its width",
    """
    def correlate2d(image, kernel):
        H, W = image.shape
        k = kernel.shape[0]
        if kernel.shape[0] > H or kernel.shape[1] > W:
            raise ValueError("kernel larger than image")
        out = np.zeros((H - k + 1, W - k + 1))
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = (image[i : i + k, j : j + k] * kernel).sum()
        return out
    """,
    may_name=(),
    never=("every kernel and image for a square",),
)

CASES.wrong(
    "correlate2d",
    "the flattened image is read with rows of H pixels",
    """
    def correlate2d(image, kernel):
        H, W = image.shape
        kh, kw = kernel.shape
        if kh > H or kw > W:
            raise ValueError("kernel too large")
        pixels = image.flatten()
        weights = kernel.flatten()
        y = np.zeros((H - kh + 1, W - kw + 1))
        for i in range(H - kh + 1):
            for j in range(W - kw + 1):
                for a in range(kh):
                    for b in range(kw):
                        y[i, j] += pixels[(i + a) * H + j + b] * weights[a * kw + b]
        return y
    """,
    may_name=(),
)

CASES.wrong(
    "correlate2d",
    "only the height of the kernel is compared with the image",
    """
    def correlate2d(image, kernel):
        kh, kw = kernel.shape
        oh, ow = image.shape[0] - kh + 1, image.shape[1] - kw + 1
        if oh <= 0:
            raise ValueError("the kernel is larger than the image")
        rows = []
        for i in range(oh):
            rows.append([float(np.sum(image[i : i + kh, j : j + kw] * kernel)) for j in range(ow)])
        return np.array(rows)
    """,
    may_name=("checks_the_height_only",),
)

CASES.wrong(
    "gaussian_kernel",
    "positions from -(size // 2) to size // 2, which even sizes do not have",
    """
    def gaussian_kernel(size, sigma):
        if size < 1 or sigma <= 0:
            raise ValueError("size and sigma must be positive")
        ax = np.linspace(-(size // 2), size // 2, size) if size > 1 else np.zeros(1)
        xx, yy = np.meshgrid(ax, ax)
        k = np.exp(-(xx**2 + yy**2) / (2.0 * sigma**2))
        return k / np.sum(k)
    """,
    may_name=(),
)

CASES.wrong(
    "gaussian_kernel",
    "divides by the area under the continuous bell",
    """
    def gaussian_kernel(size, sigma):
        if size < 1:
            raise ValueError("size must be at least 1")
        if sigma <= 0:
            raise ValueError("sigma must be positive")
        kernel = np.zeros((size, size))
        m = (size - 1) / 2
        for a in range(size):
            for b in range(size):
                r2 = (a - m) ** 2 + (b - m) ** 2
                kernel[a, b] = np.exp(-r2 / (2 * sigma**2)) / (2 * np.pi * sigma**2)
        return kernel
    """,
    may_name=("normalises_the_whole_plane",),
)

CASES.wrong(
    "gaussian_kernel",
    "two slips: the bell gets narrower with sigma, and sigma is not checked",
    """
    def gaussian_kernel(size, sigma):
        if size < 1:
            raise ValueError("size")
        x = np.arange(size) - (size - 1) / 2
        g = np.exp(-(x**2) / 2 * sigma**2)
        g = g / g.sum()
        return np.outer(g, g)
    """,
    may_name=("forgets_the_brackets", "never_checks_its_arguments"),
    never=("Your kernels are right",),
)

CASES.wrong(
    "sobel_edges",
    "bytes are subtracted from bytes",
    """
    def sobel_edges(image):
        H, W = image.shape
        if H < 3 or W < 3:
            raise ValueError("image too small")
        a = image
        gx = (a[:-2, 2:] + 2 * a[1:-1, 2:] + a[2:, 2:]) - (a[:-2, :-2] + 2 * a[1:-1, :-2] + a[2:, :-2])
        gy = (a[2:, :-2] + 2 * a[2:, 1:-1] + a[2:, 2:]) - (a[:-2, :-2] + 2 * a[:-2, 1:-1] + a[:-2, 2:])
        gx, gy = gx.astype(float), gy.astype(float)
        return np.hypot(gx, gy), np.arctan2(gy, gx)
    """,
    may_name=("subtracts_bytes",),
)

CASES.wrong(
    "sobel_edges",
    "arctan of the quotient: opposite directions look alike",
    """
    def sobel_edges(image):
        if min(image.shape) < 3:
            raise ValueError("image must be at least 3 x 3")
        img = image.astype(float)
        Kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        Ky = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
        H, W = img.shape
        gx, gy = np.zeros((H - 2, W - 2)), np.zeros((H - 2, W - 2))
        for i in range(H - 2):
            for j in range(W - 2):
                patch = img[i : i + 3, j : j + 3]
                gx[i, j] = np.sum(patch * Kx)
                gy[i, j] = np.sum(patch * Ky)
        return np.sqrt(gx**2 + gy**2), np.arctan(gy / (gx + 1e-12))
    """,
    may_name=("arctan_of_the_ratio",),
    never=("divides by zero",),
)

CASES.wrong(
    "sobel_edges",
    "two slips: no square root, and small images are not refused",
    """
    def sobel_edges(image):
        image = np.asarray(image, dtype=float)
        H, W = image.shape
        smooth, diff = [1, 2, 1], [-1, 0, 1]
        gx = sum(smooth[a] * diff[b] * image[a : a + H - 2, b : b + W - 2] for a in range(3) for b in range(3))
        gy = sum(diff[a] * smooth[b] * image[a : a + H - 2, b : b + W - 2] for a in range(3) for b in range(3))
        return gx**2 + gy**2, np.arctan2(gy, gx)
    """,
    may_name=("forgets_the_root", "never_checks_the_size"),
    never=("Your gradients are right",),
)

CASES.wrong(
    "convolve2d",
    "turns the kernel by a quarter",
    """
    def convolve2d(image, kernel):
        kernel = np.rot90(kernel)
        kh, kw = kernel.shape
        H, W = image.shape
        if kh > H or kw > W:
            raise ValueError("kernel does not fit")
        out = np.zeros((H - kh + 1, W - kw + 1))
        for i in range(H - kh + 1):
            for j in range(W - kw + 1):
                out[i, j] = np.sum(kernel * image[i : i + kh, j : j + kw])
        return out
    """,
    may_name=("turns_it_by_a_quarter",),
)

CASES.wrong(
    "convolve2d",
    "turns the caller's kernel",
    """
    def convolve2d(image, kernel):
        H, W = image.shape
        KH, KW = kernel.shape
        if KH > H or KW > W:
            raise ValueError("the kernel does not fit the image")
        kernel[:] = np.flip(kernel).copy()
        view = np.lib.stride_tricks.sliding_window_view(image, (KH, KW))
        return np.einsum("ijab,ab->ij", view, kernel).astype(float)
    """,
    may_name=("turns_the_callers_kernel",),
)

CASES.wrong(
    "convolve2d",
    "the index arithmetic of the flip is off by one",
    """
    def convolve2d(image, kernel):
        H, W = image.shape
        KH, KW = kernel.shape
        if KH > H or KW > W:
            raise ValueError("kernel larger than image")
        y = np.zeros((H - KH + 1, W - KW + 1))
        for i in range(H - KH + 1):
            for j in range(W - KW + 1):
                for a in range(KH):
                    for b in range(KW):
                        y[i, j] += image[i + a, j + b] * kernel[-a, -b]
        return y
    """,
    may_name=(),
)

CASES.wrong(
    "conv2d_multichannel",
    "each channel overwrites the one before",
    """
    def conv2d_multichannel(image, weight, bias=None):
        C, H, W = image.shape
        F, Cw, KH, KW = weight.shape
        if C != Cw:
            raise ValueError("channels differ")
        if KH > H or KW > W:
            raise ValueError("filter too large")
        out = np.zeros((F, H - KH + 1, W - KW + 1))
        for f in range(F):
            for c in range(C):
                for i in range(H - KH + 1):
                    for j in range(W - KW + 1):
                        out[f, i, j] = np.sum(image[c, i : i + KH, j : j + KW] * weight[f, c])
            if bias is not None:
                out[f] += bias[f]
        return out
    """,
    may_name=("the_last_channel_wins",),
)

CASES.wrong(
    "conv2d_multichannel",
    "asks an array whether it is true",
    """
    def conv2d_multichannel(image, weight, bias=None):
        if image.shape[0] != weight.shape[1]:
            raise ValueError("number of channels does not match")
        F, C, KH, KW = weight.shape
        _, H, W = image.shape
        if KH > H or KW > W:
            raise ValueError("filter does not fit")
        y = np.zeros((F, H - KH + 1, W - KW + 1))
        for f in range(F):
            for i in range(y.shape[1]):
                for j in range(y.shape[2]):
                    y[f, i, j] = np.sum(image[:, i : i + KH, j : j + KW] * weight[f])
        if bias:
            y += bias[:, None, None]
        return y
    """,
    may_name=("asks_an_array_whether_it_is_true",),
)

CASES.wrong(
    "conv2d_multichannel",
    "filters end up on the last axis",
    """
    def conv2d_multichannel(image, weight, bias=None):
        F, C, KH, KW = weight.shape
        if C != image.shape[0]:
            raise ValueError("channels")
        if KH > image.shape[1] or KW > image.shape[2]:
            raise ValueError("kernel size")
        windows = np.lib.stride_tricks.sliding_window_view(image, (KH, KW), axis=(1, 2))
        y = np.tensordot(windows, weight, axes=([0, 3, 4], [1, 2, 3])).astype(float)
        if bias is not None:
            y = y + bias
        return y
    """,
    may_name=(),
)

CASES.wrong(
    "conv2d_multichannel",
    "two slips: all filters get the first bias, and channels are not compared",
    """
    def conv2d_multichannel(image, weight, bias=None):
        F, C, KH, KW = weight.shape
        H, W = image.shape[1], image.shape[2]
        if KH > H or KW > W:
            raise ValueError("too large")
        out = np.zeros((F, H - KH + 1, W - KW + 1))
        for f in range(F):
            for c in range(min(C, image.shape[0])):
                for a in range(KH):
                    for b in range(KW):
                        out[f] += weight[f, c, a, b] * image[c, a : a + H - KH + 1, b : b + W - KW + 1]
        if bias is not None:
            out += bias[0]
        return out
    """,
    may_name=("the_first_bias_for_all", "never_compares_the_channels"),
    never=("Your maps are right",),
)

CASES.wrong(
    "conv2d_multichannel",
    "the map is as wide as it is high",
    """
    def conv2d_multichannel(image, weight, bias=None):
        C, H, W = image.shape
        F, C2, KH, KW = weight.shape
        if C != C2:
            raise ValueError("image and weight have different channels")
        if KH > H or KW > W:
            raise ValueError("weight larger than image")
        size = H - KH + 1
        out = np.zeros((F, size, size))
        for i in range(size):
            for j in range(size):
                out[:, i, j] = np.einsum("cab,fcab->f", image[:, i : i + KH, j : j + KW], weight)
        return out if bias is None else out + bias.reshape(F, 1, 1)
    """,
    may_name=(),
)

CASES.wrong(
    "separate",
    "a kernel of zeros has rank 0, and the tolerance is never used",
    """
    def separate(kernel, tol=1e-6):
        if np.linalg.matrix_rank(kernel) != 1:
            return None
        U, S, Vt = np.linalg.svd(kernel)
        return U[:, 0] * np.sqrt(S[0]), Vt[0] * np.sqrt(S[0])
    """,
    may_name=("asks_for_the_exact_rank", "has_no_factors_for_zeros", "ignores_the_tolerance"),
    never=("so ask with >",),
)

CASES.wrong(
    "separate",
    "divides by the upper left weight, also when it is 0",
    """
    def separate(kernel, tol=1e-6):
        if not kernel.any():
            return np.zeros(kernel.shape[0]), np.zeros(kernel.shape[1])
        column = kernel[:, 0].astype(float)
        row = kernel[0] / kernel[0, 0]
        if np.abs(np.outer(column, row) - kernel).max() > tol * np.abs(kernel).max():
            return None
        return column, row
    """,
    may_name=("divides_by_the_corner",),
)

CASES.wrong(
    "read_kernels",
    "the picture is thought to go where the weight stands, and nine is taken for edges",
    """
    effect_a = "blur"
    effect_b = "shift"
    b_moves_to_the = "right"
    effect_c = "edges"
    effect_d = "edges"
    effect_e = "darken"
    """,
    may_name=("moves_with_the_weight", "sees_edges_in_every_minus"),
)

CASES.wrong(
    "read_kernels",
    "half a pixel is taken for a blur",
    """
    effect_a = "blur"
    effect_b = "shift"
    b_moves_to_the = "left"
    effect_c = "sharpen"
    effect_d = "edges"
    effect_e = "blur"
    """,
    may_name=("takes_half_for_a_blur",),
)

# 04 Padding and stride

CASES.wrong(
    "output_size",
    "the reach grows by dilation - 1 only once",
    """
    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        effective = kernel_size + dilation - 1
        if effective > n + 2 * padding:
            raise ValueError("no window fits")
        return (n + 2 * padding - effective) // stride + 1
    """,
    may_name=("widens_the_kernel_once",),
)

CASES.wrong(
    "output_size",
    "two slips: rounds up, and tests the kernel without its dilation",
    """
    import math


    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        total = n + 2 * padding
        if kernel_size > total:
            raise ValueError(f"kernel {kernel_size} > {total}")
        return math.ceil((total - dilation * (kernel_size - 1) - 1) / stride) + 1
    """,
    may_name=("rounds_up",),
)

CASES.wrong(
    "pad2d",
    "four numbers are read clockwise, as in a style sheet",
    """
    def pad2d(x, padding, value=0.0):
        if isinstance(padding, int):
            top = right = bottom = left = padding
        else:
            top, right, bottom, left = padding
        widths = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
        return np.pad(x.astype(float), widths, constant_values=value)
    """,
    may_name=("goes_round_the_frame",),
)

CASES.wrong(
    "pad2d",
    "an array of whole numbers keeps its type",
    """
    def pad2d(x, padding, value=0.0):
        t, b, l, r = [padding] * 4 if isinstance(padding, int) else padding
        H, W = x.shape[-2], x.shape[-1]
        out = np.full_like(x, value, shape=x.shape[:-2] + (H + t + b, W + l + r))
        out[..., t : t + H, l : l + W] = x
        return out
    """,
    may_name=("cuts_the_value_to_whole_numbers",),
)

CASES.wrong(
    "pad2d",
    "the inside is addressed with negative ends, which 0 empties",
    """
    def pad2d(x, padding, value=0.0):
        if isinstance(padding, int):
            padding = (padding, padding, padding, padding)
        top, bottom, left, right = padding
        *front, H, W = x.shape
        out = np.ones((*front, H + top + bottom, W + left + right)) * value
        out[..., top:-bottom, left:-right] = x
        return out
    """,
    may_name=("slices_with_a_negative_end",),
)

CASES.wrong(
    "same_padding",
    "fewer than no zeros",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        k = dilation * (kernel_size - 1) + 1
        out = -(-n // stride)
        total = (out - 1) * stride + k - n
        before = total // 2
        return before, total - before
    """,
    may_name=("lets_the_padding_be_negative",),
)

CASES.wrong(
    "same_padding",
    "two slips: the odd zero goes before, and dilation is forgotten",
    """
    def same_padding(n, kernel_size, stride=1, dilation=1):
        out = int(np.ceil(n / stride))
        pad = max((out - 1) * stride + kernel_size - n, 0)
        after = pad // 2
        before = pad - after
        return (before, after)
    """,
    may_name=("puts_the_extra_zero_before", "ignores_the_dilation"),
)

CASES.wrong(
    "conv2d",
    "the columns' product is reshaped without moving the batch to the front",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        pair = lambda v: v if isinstance(v, tuple) else (v, v)
        (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
        N, C, H, W = x.shape
        F, Cw, KH, KW = w.shape
        if C != Cw:
            raise ValueError("channels do not match")
        OH = (H + 2 * ph - dh * (KH - 1) - 1) // sh + 1
        OW = (W + 2 * pw - dw * (KW - 1) - 1) // sw + 1
        if OH < 1 or OW < 1:
            raise ValueError("kernel does not fit")
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        cols = np.zeros((C, KH, KW, N, OH, OW))
        for a in range(KH):
            for c in range(KW):
                patch = xp[:, :, a * dh : a * dh + sh * OH : sh, c * dw : c * dw + sw * OW : sw]
                cols[:, a, c] = patch.transpose(1, 0, 2, 3)
        out = w.reshape(F, -1) @ cols.reshape(C * KH * KW, -1)
        if b is not None:
            out = out + b[:, None]
        return out.reshape(N, F, OH, OW)
    """,
    may_name=(),
)

CASES.wrong(
    "conv2d",
    "without a bias, zeros for as many filters as there are channels",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        sh, sw = (stride, stride) if isinstance(stride, int) else stride
        ph, pw = (padding, padding) if isinstance(padding, int) else padding
        dh, dw = (dilation, dilation) if isinstance(dilation, int) else dilation
        if x.shape[1] != w.shape[1]:
            raise ValueError("channel mismatch")
        if b is None:
            b = np.zeros(w.shape[1])
        N, C, H, W = x.shape
        F, _, KH, KW = w.shape
        eh, ew = (KH - 1) * dh + 1, (KW - 1) * dw + 1
        if eh > H + 2 * ph or ew > W + 2 * pw:
            raise ValueError("kernel does not fit")
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        oh, ow = (H + 2 * ph - eh) // sh + 1, (W + 2 * pw - ew) // sw + 1
        out = np.zeros((N, F, oh, ow))
        for i in range(oh):
            for j in range(ow):
                win = xp[:, :, i * sh : i * sh + eh : dh, j * sw : j * sw + ew : dw]
                out[:, :, i, j] = np.einsum("ncab,fcab->nf", win, w)
        return out + b.reshape(1, -1, 1, 1)
    """,
    may_name=(),
)

CASES.wrong(
    "conv2d",
    "the dilation also stretches the steps",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        def two(v):
            return (v, v) if isinstance(v, int) else v

        (s1, s2), (p1, p2), (d1, d2) = two(stride), two(padding), two(dilation)
        n, c, h, wd = x.shape
        f, c2, k1, k2 = w.shape
        if c != c2:
            raise ValueError("channels")
        xp = np.zeros((n, c, h + 2 * p1, wd + 2 * p2))
        xp[:, :, p1 : p1 + h, p2 : p2 + wd] = x
        o1 = (h + 2 * p1 - d1 * (k1 - 1) - 1) // s1 + 1
        o2 = (wd + 2 * p2 - d2 * (k2 - 1) - 1) // s2 + 1
        if o1 <= 0 or o2 <= 0:
            raise ValueError("the kernel is too large")
        y = np.zeros((n, f, o1, o2))
        for i in range(o1):
            for j in range(o2):
                for a in range(k1):
                    for b_ in range(k2):
                        r, q = (i * s1 + a) * d1, (j * s2 + b_) * d2
                        if r < xp.shape[2] and q < xp.shape[3]:
                            y[:, :, i, j] += xp[:, :, r, q] @ w[:, :, a, b_].T
        if b is not None:
            y += b[None, :, None, None]
        return y
    """,
    may_name=(),
)

CASES.wrong(
    "conv2d",
    "two slips: a pair of strides is read as (across, down), and a kernel that does not fit gives an empty map",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        sx, sy = stride if isinstance(stride, tuple) else (stride, stride)
        py, px = padding if isinstance(padding, tuple) else (padding, padding)
        dy, dx = dilation if isinstance(dilation, tuple) else (dilation, dilation)
        N, C, H, W = x.shape
        F, C_in, KH, KW = w.shape
        if C != C_in:
            raise ValueError("x and w must have the same channels")
        x = np.pad(x, ((0, 0), (0, 0), (py, py), (px, px)))
        out_h = max((H + 2 * py - dy * (KH - 1) - 1) // sy + 1, 0)
        out_w = max((W + 2 * px - dx * (KW - 1) - 1) // sx + 1, 0)
        out = np.zeros((N, F, out_h, out_w))
        for n in range(N):
            for f in range(F):
                for i in range(out_h):
                    for j in range(out_w):
                        top, left = i * sy, j * sx
                        patch = x[n, :, top : top + dy * (KH - 1) + 1 : dy, left : left + dx * (KW - 1) + 1 : dx]
                        out[n, f, i, j] = np.sum(patch * w[f])
                if b is not None:
                    out[n, f] += b[f]
        return out
    """,
    may_name=("swaps_the_numbers_of_pairs", "returns_nothing_where_nothing_fits"),
)

CASES.wrong(
    "conv2d",
    "padding is given to the wrong axes when it is a pair",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        if isinstance(stride, int):
            stride = (stride, stride)
        if isinstance(padding, int):
            padding = (padding, padding)
        if isinstance(dilation, int):
            dilation = (dilation, dilation)
        N, C, _, _ = x.shape
        F, C2, KH, KW = w.shape
        if C != C2:
            raise ValueError("wrong number of channels")
        xp = np.pad(x, ((0, 0), (0, 0), (padding[1], padding[1]), (padding[0], padding[0])))
        RH, RW = dilation[0] * (KH - 1) + 1, dilation[1] * (KW - 1) + 1
        if RH > xp.shape[2] or RW > xp.shape[3]:
            raise ValueError("kernel larger than padded image")
        windows = np.lib.stride_tricks.sliding_window_view(xp, (RH, RW), axis=(2, 3))
        windows = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
        y = np.einsum("ncijab,fcab->nfij", windows, w)
        return y if b is None else y + b[:, None, None]
    """,
    may_name=("swaps_the_numbers_of_pairs",),
)

CASES.wrong(
    "conv2d",
    "two slips: dilation is not used at all, and the bias is added to every product",
    """
    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, C, H, W = x.shape
        F, Cw, KH, KW = w.shape
        if Cw != C:
            raise ValueError("channels differ")
        if KH > H + 2 * ph or KW > W + 2 * pw:
            raise ValueError("kernel too large")
        b = np.zeros(F) if b is None else b
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        out = np.zeros((N, F, (H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW) // sw + 1))
        for n in range(N):
            for f in range(F):
                for i in range(out.shape[2]):
                    for j in range(out.shape[3]):
                        window = padded[n, :, i * sh : i * sh + KH, j * sw : j * sw + KW]
                        out[n, f, i, j] = np.sum(window * w[f] + b[f])
        return out
    """,
    may_name=("ignores_the_dilation",),
    never=("added once for each channel",),
)

CASES.wrong(
    "receptive_field",
    "the list of results outlives the call",
    """
    results = []


    def receptive_field(layers):
        r, j = 1, 1
        for k, s, d in layers:
            r = r + (k - 1) * d * j
            j = j * s
            results.append((r, j))
        return results
    """,
    may_name=(),
)

CASES.wrong(
    "receptive_field",
    "dilation multiplies the jump as well",
    """
    def receptive_field(layers):
        out = []
        field, jump = 1, 1
        for kernel, stride, dilation in layers:
            field += (kernel - 1) * jump * dilation
            jump = jump * stride * dilation
            out.append((field, jump))
        return out
    """,
    may_name=("lets_dilation_jump",),
)

CASES.wrong(
    "receptive_field",
    "two slips: the input heads the list, and the kernel counts in full",
    """
    def receptive_field(layers):
        sizes = [(1, 1)]
        for kernel_size, stride, dilation in layers:
            size, jump = sizes[-1]
            sizes.append((size + kernel_size * dilation * jump, jump * stride))
        return sizes
    """,
    may_name=("adds_the_kernels",),
)

CASES.wrong(
    "layer_cost",
    "54 places along a side, and all that follows from it",
    """
    map_side = (227 - 11) // 4
    output_numbers = 96 * map_side ** 2
    output_bytes = output_numbers * 4
    parameters = 96 * (11 * 11 * 3) + 96
    multiply_adds = 96 * map_side ** 2 * 11 * 11 * 3
    """,
    may_name=("forgets_the_first_window",),
)

CASES.wrong(
    "layer_cost",
    "eight bytes for each number, and no biases",
    """
    map_side = 55
    output_numbers = 55 * 55 * 96
    output_bytes = output_numbers * 8
    parameters = 11 * 11 * 3 * 96
    multiply_adds = output_numbers * 11 * 11 * 3
    """,
    may_name=("counts_double_precision", "forgets_the_biases"),
)

# 05 Pooling

CASES.wrong(
    "max_pool2d",
    "the search for the largest value starts at 0",
    """
    def max_pool2d(x, kernel_size, stride=None):
        if stride is None:
            stride = kernel_size
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if H < kh or W < kw:
            raise ValueError("window too large")
        oh, ow = (H - kh) // sh + 1, (W - kw) // sw + 1
        out = np.zeros((N, C, oh, ow), dtype=x.dtype)
        for n in range(N):
            for c in range(C):
                for i in range(oh):
                    for j in range(ow):
                        for a in range(kh):
                            for b in range(kw):
                                value = x[n, c, i * sh + a, j * sw + b]
                                if value > out[n, c, i, j]:
                                    out[n, c, i, j] = value
        return out
    """,
    may_name=("starts_at_zero",),
)

CASES.wrong(
    "max_pool2d",
    "reshapes into blocks, whatever the stride",
    """
    def max_pool2d(x, kernel_size, stride=None):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("kernel larger than image")
        h, w = H // kh, W // kw
        blocks = x[:, :, : h * kh, : w * kw].reshape(N, C, h, kh, w, kw)
        return blocks.max(axis=(3, 5))
    """,
    may_name=("ignores_the_stride",),
)

CASES.wrong(
    "max_pool2d",
    "windows that hang over the border are pooled as well",
    """
    def max_pool2d(x, kernel_size, stride=None):
        stride = kernel_size if stride is None else stride
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("kernel does not fit")
        rows = []
        for top in range(0, H, sh):
            row = [x[:, :, top : top + kh, left : left + kw].max(axis=(2, 3)) for left in range(0, W, sw)]
            rows.append(np.stack(row, axis=-1))
        return np.stack(rows, axis=-2)
    """,
    may_name=("keeps_partial_windows",),
)

CASES.wrong(
    "max_pool2d",
    "two slips: without a stride the window moves by one, and nothing is refused",
    """
    class MaxPool:
        def __init__(self, kernel_size, stride=None):
            self.k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 2
            stride = stride or 1
            self.s = stride if isinstance(stride, tuple) else (stride,) * 2

        def __call__(self, x):
            n, c, h, w = x.shape
            ho = (h - self.k[0]) // self.s[0] + 1
            wo = (w - self.k[1]) // self.s[1] + 1
            y = np.zeros((n, c, ho, wo), x.dtype)
            for i in range(ho):
                for j in range(wo):
                    r, q = i * self.s[0], j * self.s[1]
                    y[..., i, j] = x[..., r : r + self.k[0], q : q + self.k[1]].max((-2, -1))
            return y


    def max_pool2d(x, kernel_size, stride=None):
        return MaxPool(kernel_size, stride)(x)
    """,
    may_name=("stride_defaults_to_one", "returns_something_where_nothing_fits"),
)

CASES.wrong(
    "max_pool2d",
    "every channel gets the maximum over all channels",
    """
    def max_pool2d(x, kernel_size, stride=None):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        if stride is None:
            sh, sw = kh, kw
        else:
            sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("pooling window larger than input")
        out = np.zeros((N, C, (H - kh) // sh + 1, (W - kw) // sw + 1), dtype=x.dtype)
        for n in range(N):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    out[n, :, i, j] = np.max(x[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw])
        return out
    """,
    may_name=("pools_the_channels_too",),
    never=("(and samples)",),
)

CASES.wrong(
    "max_pool2d",
    "the pair is used for the kernel, and its first number for both strides",
    """
    def max_pool2d(x, kernel_size, stride=None):
        if not isinstance(kernel_size, tuple):
            kernel_size = (kernel_size, kernel_size)
        if stride is None:
            stride = kernel_size[0]
        elif isinstance(stride, tuple):
            stride = stride[0]
        kh, kw = kernel_size
        if kh > x.shape[2] or kw > x.shape[3]:
            raise ValueError("window larger than image")
        windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=(2, 3))
        return windows[:, :, ::stride, ::stride].max(axis=(4, 5))
    """,
    may_name=(),
)

CASES.wrong(
    "avg_pool2d",
    "divides by the square of the height",
    """
    def avg_pool2d(x, kernel_size, stride=None):
        stride = stride if stride is not None else kernel_size
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("kernel too large")
        oh, ow = (H - kh) // sh + 1, (W - kw) // sw + 1
        out = np.zeros((N, C, oh, ow))
        for i in range(oh):
            for j in range(ow):
                out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].sum(axis=(2, 3)) / kh**2
        return out
    """,
    may_name=("squares_one_side",),
)

CASES.wrong(
    "avg_pool2d",
    "two slips: means of whole numbers are cut, and without a stride the window moves by one",
    """
    def avg_pool2d(x, kernel_size, stride=None):
        k = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        s = (1, 1) if stride is None else (stride, stride) if isinstance(stride, int) else stride
        N, C, H, W = x.shape
        if k[0] > H or k[1] > W:
            raise ValueError("window does not fit")
        out = np.empty((N, C, (H - k[0]) // s[0] + 1, (W - k[1]) // s[1] + 1), dtype=x.dtype)
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[:, :, i, j] = np.mean(x[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]], axis=(2, 3))
        return out
    """,
    may_name=("cuts_to_integers", "average_stride_defaults_to_one"),
)

CASES.wrong(
    "global_avg_pool",
    "keeps two axes of size one",
    """
    def global_avg_pool(x):
        return np.mean(x, axis=(2, 3), keepdims=True)
    """,
    may_name=("keeps_height_and_width",),
)

CASES.wrong(
    "global_avg_pool",
    "channels taken to be on the last axis",
    """
    def global_avg_pool(x):
        return x.mean(axis=1).mean(axis=1)
    """,
    may_name=("averages_over_channels",),
)

CASES.wrong(
    "max_pool2d_switches",
    "a row of the plane is taken to be as long as the plane is high",
    """
    def max_pool2d_switches(x, kernel_size, stride):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("window does not fit")
        oh, ow = (H - kh) // sh + 1, (W - kw) // sw + 1
        values = np.zeros((N, C, oh, ow))
        switches = np.zeros((N, C, oh, ow), dtype=int)
        for n in range(N):
            for c in range(C):
                for i in range(oh):
                    for j in range(ow):
                        patch = x[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw]
                        a, b = np.unravel_index(np.argmax(patch), patch.shape)
                        values[n, c, i, j] = patch[a, b]
                        switches[n, c, i, j] = (i * sh + a) * H + (j * sw + b)
        return values, switches
    """,
    may_name=("rows_times_height",),
)

CASES.wrong(
    "max_pool2d_switches",
    "looks the value up in the whole plane",
    """
    def max_pool2d_switches(x, kernel_size, stride):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("kernel larger than the image")
        view = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
        values = view.max(axis=(4, 5))
        switches = np.zeros(values.shape, dtype=int)
        for n in range(N):
            for c in range(C):
                flat = list(x[n, c].flatten())
                for i in range(values.shape[2]):
                    for j in range(values.shape[3]):
                        switches[n, c, i, j] = flat.index(values[n, c, i, j])
        return values, switches
    """,
    may_name=("searches_the_whole_plane",),
)

CASES.wrong(
    "max_pool2d_switches",
    "two slips: of equal values the last wins, and the search starts at 0",
    """
    def max_pool2d_switches(x, kernel_size, stride):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("window larger than image")
        shape = (N, C, (H - kh) // sh + 1, (W - kw) // sw + 1)
        values, switches = np.zeros(shape), np.zeros(shape, dtype=int)
        for n, c, i, j in np.ndindex(*shape):
            best, where = 0, 0
            for row in range(i * sh, i * sh + kh):
                for col in range(j * sw, j * sw + kw):
                    if x[n, c, row, col] >= best:
                        best, where = x[n, c, row, col], row * W + col
            values[n, c, i, j], switches[n, c, i, j] = best, where
        return values, switches
    """,
    may_name=("last_of_equals", "switches_start_at_zero"),
)

CASES.wrong(
    "max_pool2d_backward",
    "puts gradients in place of adding them",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros((N, C, H * W))
        np.put_along_axis(dx, switches.reshape(N, C, -1), dout.reshape(N, C, -1), axis=2)
        return dx.reshape(N, C, H, W)
    """,
    may_name=("keeps_the_last_gradient",),
)

CASES.wrong(
    "max_pool2d_backward",
    "two slips: a switch is split by the height, and gradients overwrite each other",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros(input_shape)
        for n in range(N):
            for c in range(C):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        s = switches[n, c, i, j]
                        dx[n, c, s // H, s % H] = dout[n, c, i, j]
        return dx
    """,
    may_name=("splits_by_height", "keeps_the_last_gradient"),
    never=("It works while no pixel wins twice", "Square planes come out right"),
)

CASES.wrong(
    "max_pool2d_backward",
    "passes a gradient on only where it is positive",
    """
    def max_pool2d_backward(dout, switches, input_shape):
        N, C, H, W = input_shape
        dx = np.zeros(input_shape)
        for (n, c, i, j), g in np.ndenumerate(dout):
            row, col = divmod(switches[n, c, i, j], W)
            dx[n, c, row, col] += max(g, 0)
        return dx
    """,
    may_name=(),
)

CASES.wrong(
    "avg_pool2d_backward",
    "blows the gradient up into blocks, whatever the stride",
    """
    def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        N, C, H, W = input_shape
        dx = np.zeros(input_shape)
        spread = np.repeat(np.repeat(dout, kh, axis=2), kw, axis=3) / (kh * kw)
        h, w = min(H, spread.shape[2]), min(W, spread.shape[3])
        dx[:, :, :h, :w] = spread[:, :, :h, :w]
        return dx
    """,
    may_name=(),
)

CASES.wrong(
    "avg_pool2d_backward",
    "divides by the number of windows",
    """
    def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        sh, sw = (stride, stride) if isinstance(stride, int) else stride
        N, C, oh, ow = dout.shape
        dx = np.zeros(input_shape)
        for i in range(oh):
            for j in range(ow):
                g = dout[:, :, i : i + 1, j : j + 1] / (oh * ow)
                dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += g
        return dx
    """,
    may_name=(),
    never=("the number of windows that cover a pixel",),
)

CASES.wrong(
    "avg_pool2d_backward",
    "two slips: shares overwrite each other, and only sample 0 is filled",
    """
    def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        dx = np.zeros(input_shape)
        for c in range(dout.shape[1]):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    dx[0, c, i * sh : i * sh + kh, j * sw : j * sw + kw] = dout[0, c, i, j] / (kh * kw)
        return dx
    """,
    may_name=("overwrites_overlaps",),
    never=("It works while windows don't overlap",),
)

CASES.wrong(
    "trace_shapes",
    "the input's shape heads the list",
    """
    def trace_shapes(input_shape, layers):
        shapes = [tuple(input_shape)]
        for layer in layers:
            current = shapes[-1]
            if layer[0] == "flatten":
                shapes.append((int(np.prod(current)),))
            elif layer[0] == "linear":
                if len(current) != 1:
                    raise ValueError("linear needs a flat input")
                shapes.append((layer[1],))
            else:
                if len(current) != 3:
                    raise ValueError(f"{layer[0]} needs (C, H, W)")
                C, H, W = current
                if layer[0] == "conv":
                    _, C, k, s, p = layer
                else:
                    _, k, s = layer
                    p = 0
                if k > H + 2 * p or k > W + 2 * p:
                    raise ValueError("window does not fit")
                shapes.append((C, (H + 2 * p - k) // s + 1, (W + 2 * p - k) // s + 1))
        return shapes
    """,
    may_name=("lists_the_input_too",),
)

CASES.wrong(
    "trace_shapes",
    "the width follows from the height",
    """
    def trace_shapes(input_shape, layers):
        out = []
        shape = input_shape
        for kind, *args in layers:
            if kind == "conv":
                if len(shape) != 3:
                    raise ValueError("conv needs an image")
                filters, k, s, p = args
                size = (shape[1] + 2 * p - k) // s + 1
                if size < 1:
                    raise ValueError("kernel does not fit")
                shape = (filters, size, size)
            elif kind == "pool":
                if len(shape) != 3:
                    raise ValueError("pool needs an image")
                k, s = args
                size = (shape[1] - k) // s + 1
                if size < 1:
                    raise ValueError("pool window does not fit")
                shape = (shape[0], size, size)
            elif kind == "flatten":
                total = 1
                for n in shape:
                    total *= n
                shape = (total,)
            elif kind == "linear":
                if len(shape) > 1:
                    raise ValueError("flatten first")
                shape = (args[0],)
            out.append(shape)
        return out
    """,
    may_name=("one_size_for_both_sides",),
)

CASES.wrong(
    "trace_shapes",
    "two slips: linear flattens by itself, and a pool's stride is read before its kernel",
    """
    def trace_shapes(input_shape, layers):
        shapes, shape = [], tuple(input_shape)
        for layer in layers:
            name = layer[0]
            if name in ("conv", "pool"):
                if len(shape) != 3:
                    raise ValueError("need three axes")
                if name == "conv":
                    channels, kernel, stride, pad = layer[1:]
                else:
                    channels, stride, kernel, pad = shape[0], layer[1], layer[2], 0
                if min(shape[1], shape[2]) + 2 * pad < kernel:
                    raise ValueError("too large")
                shape = (channels,) + tuple((n + 2 * pad - kernel) // stride + 1 for n in shape[1:])
            elif name == "flatten":
                shape = (int(np.prod(shape)),)
            else:
                shape = (layer[1],)
            shapes.append(shape)
        return shapes
    """,
    may_name=("linear_takes_pictures",),
)

# 06 Gradients of a convolution

CASES.wrong(
    "numerical_gradient",
    "a flat view that is a copy when x is not contiguous",
    """
    def numerical_gradient(f, x, h=1e-5):
        grad = np.zeros_like(x).reshape(-1)
        flat = x.reshape(-1)
        for i in range(flat.size):
            old = flat[i]
            flat[i] = old + h
            fp = f(x)
            flat[i] = old - h
            fm = f(x)
            flat[i] = old
            grad[i] = (fp - fm) / (2 * h)
        return grad.reshape(x.shape)
    """,
    may_name=("changes_a_flat_copy",),
)

CASES.wrong(
    "numerical_gradient",
    "the caller's numbers come back one rounding off",
    """
    def numerical_gradient(f, x, h=1e-5):
        grad = np.zeros(x.shape)
        it = np.nditer(x, flags=["multi_index"])
        while not it.finished:
            p = it.multi_index
            x[p] += h
            plus = f(x)
            x[p] -= 2 * h
            minus = f(x)
            x[p] += h
            grad[p] = (plus - minus) / (2 * h)
            it.iternext()
        return grad
    """,
    may_name=("restores_by_arithmetic",),
)

CASES.wrong(
    "numerical_gradient",
    "two slips: entries moved earlier stay moved, and the difference is one-sided",
    """
    def numerical_gradient(f, x, h=1e-5):
        moved = np.array(x, dtype=float)
        base = f(moved)
        grad = np.zeros(x.shape)
        for p in np.ndindex(x.shape):
            moved[p] += h
            grad[p] = (f(moved) - base) / h
        return grad
    """,
    may_name=("leaves_x_changed", "forward_difference"),
    never=("Print x after your function has run",),
)

CASES.wrong(
    "relative_error",
    "the largest difference over the largest sum",
    """
    def relative_error(a, b, eps=1e-8):
        if a.shape != b.shape:
            raise ValueError("shapes differ")
        return np.max(np.abs(a - b)) / max(eps, np.max(np.abs(a) + np.abs(b)))
    """,
    may_name=("largest_over_largest",),
)

CASES.wrong(
    "relative_error",
    "the larger of the two sizes in place of their sum",
    """
    def relative_error(a, b, eps=1e-8):
        if a.shape != b.shape:
            raise ValueError(f"{a.shape} != {b.shape}")
        worst = 0.0
        for p, q in zip(a.ravel(), b.ravel()):
            worst = max(worst, abs(p - q) / max(abs(p), abs(q), eps))
        return worst
    """,
    may_name=("divides_by_the_larger",),
)

CASES.wrong(
    "conv1d_backward",
    "the full convolution that holds for stride 1 only",
    """
    def conv1d_backward(dout, x, w, stride=1, padding=0):
        N, C, L = x.shape
        F, _, K = w.shape
        Lo = dout.shape[2]
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        dw = np.zeros(w.shape)
        for i in range(Lo):
            dw += np.einsum("nf,nck->fck", dout[:, :, i], xp[:, :, i * stride : i * stride + K])
        dp = np.pad(dout, ((0, 0), (0, 0), (K - 1, K - 1)))
        flipped = w[:, :, ::-1]
        dxp = np.zeros(xp.shape)
        for i in range(Lo + K - 1):
            dxp[:, :, i] = np.einsum("nfk,fck->nc", dp[:, :, i : i + K], flipped)
        return dxp[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))
    """,
    may_name=("ignores_the_stride",),
)

CASES.wrong(
    "conv1d_backward",
    "only the last window counts for the weights, and the bias gets a mean",
    """
    def conv1d_backward(dout, x, w, stride=1, padding=0):
        N, C, L = x.shape
        F, C, K = w.shape
        x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        dx_pad = np.zeros_like(x_pad)
        dw = np.zeros_like(w)
        for n in range(N):
            for f in range(F):
                for i in range(dout.shape[2]):
                    start = i * stride
                    dx_pad[n, :, start : start + K] += dout[n, f, i] * w[f]
                    dw[f] = dout[n, f, i] * x_pad[n, :, start : start + K]
        db = dout.mean(axis=(0, 2))
        return dx_pad[:, :, padding : L + padding], dw, db
    """,
    may_name=("db_averaged",),
)

CASES.wrong(
    "conv1d_backward",
    "dx keeps the padding",
    """
    def conv1d_backward(dout, x, w, stride=1, padding=0):
        F, C, K = w.shape
        x_pad = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        dx, dw = np.zeros(x_pad.shape), np.zeros(w.shape)
        db = np.zeros(F)
        for i in range(dout.shape[-1]):
            sl = slice(i * stride, i * stride + K)
            dx[..., sl] += np.einsum("nf,fck->nck", dout[..., i], w)
            dw += np.einsum("nf,nck->fck", dout[..., i], x_pad[..., sl])
            db += dout[..., i].sum(axis=0)
        return dx, dw, db
    """,
    may_name=("forgets_to_crop",),
)

CASES.wrong(
    "conv2d_backward",
    "two slips: each image overwrites dw, and the padding is cut with a negative end",
    """
    def conv2d_backward(dout, x, w, stride=1, padding=0):
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, C, H, W = x.shape
        F, _, HH, WW = w.shape
        x_pad = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        dx_pad, dw = np.zeros_like(x_pad), np.zeros_like(w)
        db = np.sum(dout, axis=(0, 2, 3))
        for n in range(N):
            dwn = np.zeros_like(w)
            for f in range(F):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        r, c = i * sh, j * sw
                        dwn[f] += dout[n, f, i, j] * x_pad[n, :, r : r + HH, c : c + WW]
                        dx_pad[n, :, r : r + HH, c : c + WW] += dout[n, f, i, j] * w[f]
            dw = dwn
        dx = dx_pad[:, :, ph:-ph, pw:-pw]
        return dx, dw, db
    """,
    may_name=("crops_with_minus_p", "last_image_only"),
    never=("Your dw and db hold the last image", "Only the example with a batch of two fails"),
)

CASES.wrong(
    "conv2d_backward",
    "dw and db are means over the batch",
    """
    def conv2d_backward(dout, x, w, stride=1, padding=0):
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, C, H, W = x.shape
        F, _, KH, KW = w.shape
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                r, c = slice(i * sh, i * sh + KH), slice(j * sw, j * sw + KW)
                dxp[:, :, r, c] += np.einsum("nf,fcab->ncab", dout[:, :, i, j], w)
                dw += np.einsum("nf,ncab->fcab", dout[:, :, i, j], xp[:, :, r, c])
        db = dout.sum(axis=(0, 2, 3))
        return dxp[:, :, ph : ph + H, pw : pw + W], dw / N, db / N
    """,
    may_name=("averages_over_the_batch",),
)

CASES.wrong(
    "conv2d_backward",
    "dx ends at the last pixel that a window reached",
    """
    def conv2d_backward(dout, x, w, stride=1, padding=0):
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, F, OH, OW = dout.shape
        _, C, KH, KW = w.shape
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        dw = np.zeros(w.shape)
        dxp = np.zeros((N, C, (OH - 1) * sh + KH, (OW - 1) * sw + KW))
        for a in range(KH):
            for b in range(KW):
                rows, cols = slice(a, a + sh * (OH - 1) + 1, sh), slice(b, b + sw * (OW - 1) + 1, sw)
                dw[:, :, a, b] = np.tensordot(dout, xp[:, :, rows, cols], axes=([0, 2, 3], [0, 2, 3]))
                dxp[:, :, rows, cols] += np.einsum("nfij,fc->ncij", dout, w[:, :, a, b])
        dx = dxp[:, :, ph : dxp.shape[2] - ph, pw : dxp.shape[3] - pw]
        return dx, dw, dout.sum(axis=(0, 2, 3))
    """,
    may_name=("size_from_the_output",),
)

CASES.wrong(
    "conv2d_backward",
    "the stride of the rows is used for the columns, too",
    """
    def conv2d_backward(dout, x, w, stride=1, padding=0):
        s = stride[0] if isinstance(stride, tuple) else stride
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, C, H, W = x.shape
        F, _, KH, KW = w.shape
        x_pad = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
        x_pad[:, :, ph : ph + H, pw : pw + W] = x
        dx_pad, dw, db = np.zeros_like(x_pad), np.zeros_like(w), np.zeros(F)
        for n in range(N):
            for f in range(F):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        g = dout[n, f, i, j]
                        db[f] += g
                        for c in range(C):
                            for a in range(KH):
                                for b in range(KW):
                                    row, col = i * s + a, j * s + b
                                    if row < x_pad.shape[2] and col < x_pad.shape[3]:
                                        dw[f, c, a, b] += g * x_pad[n, c, row, col]
                                        dx_pad[n, c, row, col] += g * w[f, c, a, b]
        return dx_pad[:, :, ph : ph + H, pw : pw + W], dw, db
    """,
    may_name=(),
    never=("swapped the members of the pair",),
)

CASES.wrong(
    "conv2d_backward",
    "the gradients come in another order",
    """
    def conv2d_backward(dout, x, w, stride=1, padding=0):
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, C, H, W = x.shape
        F, _, KH, KW = w.shape
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        dpad, dw = np.zeros(padded.shape), np.zeros(w.shape)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                window = (slice(None), slice(None), slice(i * sh, i * sh + KH), slice(j * sw, j * sw + KW))
                dpad[window] += np.tensordot(dout[:, :, i, j], w, (1, 0))
                dw += np.tensordot(dout[:, :, i, j], padded[window], (0, 0))
        db = dout.sum((0, 2, 3))
        return dw, db, dpad[:, :, ph : ph + H, pw : pw + W]
    """,
    may_name=(),
)

CASES.wrong(
    "im2col",
    "the channel changes fastest in a column",
    """
    def im2col(x, kernel_size, stride=1, padding=0):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("window larger than padded image")
        columns = []
        for i in range(0, H - kh + 1, sh):
            for j in range(0, W - kw + 1, sw):
                patch = x[:, :, i : i + kh, j : j + kw]
                columns.append(patch.transpose(0, 2, 3, 1).reshape(N, -1))
        return np.stack(columns, axis=2)
    """,
    may_name=("channels_innermost",),
)

CASES.wrong(
    "im2col",
    "one matrix for the whole batch",
    """
    def im2col(x, kernel_size, stride=1, padding=0):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, C, H, W = x.shape
        if kh > H + 2 * ph or kw > W + 2 * pw:
            raise ValueError("kernel does not fit")
        oh, ow = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        i0 = np.tile(np.repeat(np.arange(kh), kw), C)
        i1 = sh * np.repeat(np.arange(oh), ow)
        j0 = np.tile(np.arange(kw), kh * C)
        j1 = sw * np.tile(np.arange(ow), oh)
        i, j = i0.reshape(-1, 1) + i1, j0.reshape(-1, 1) + j1
        k = np.repeat(np.arange(C), kh * kw).reshape(-1, 1)
        cols = xp[:, k, i, j]
        return cols.transpose(1, 2, 0).reshape(C * kh * kw, -1)
    """,
    may_name=("one_matrix_for_the_batch",),
)

CASES.wrong(
    "im2col",
    "two slips: a window that fits with padding only is refused, and a pair of paddings is read crosswise",
    """
    def im2col(x, kernel_size, stride=1, padding=0):
        pair = lambda v: v if isinstance(v, tuple) else (v, v)
        (kh, kw), (sh, sw), (pw, ph) = pair(kernel_size), pair(stride), pair(padding)
        N, C, H, W = x.shape
        if kh > H or kw > W:
            raise ValueError("kernel larger than image")
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        oh, ow = (xp.shape[2] - kh) // sh + 1, (xp.shape[3] - kw) // sw + 1
        out = np.zeros((N, C, kh, kw, oh, ow), dtype=x.dtype)
        for a in range(kh):
            for b in range(kw):
                out[:, :, a, b] = xp[:, :, a : a + oh * sh : sh, b : b + ow * sw : sw]
        return out.reshape(N, C * kh * kw, oh * ow)
    """,
    may_name=("swaps_the_pairs",),
    never=("Square kernels work, the others don't",),
)

CASES.wrong(
    "im2col",
    "the windows of a row of outputs are read column by column",
    """
    def im2col(x, kernel_size, stride=1, padding=0):
        KH, KW = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        N, C, H, W = xp.shape
        if H < KH or W < KW:
            raise ValueError("does not fit")
        cols = []
        for left in range(0, W - KW + 1, sw):
            for top in range(0, H - KH + 1, sh):
                cols.append(xp[:, :, top : top + KH, left : left + KW].reshape(N, -1))
        return np.array(cols).transpose(1, 2, 0)
    """,
    may_name=("positions_down_the_columns",),
)

CASES.wrong(
    "col2im",
    "copies overwrite each other",
    """
    def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
        ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
        N, C, H, W = input_shape
        oh, ow = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
        img = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
        k = 0
        for i in range(oh):
            for j in range(ow):
                img[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] = cols[:, :, k].reshape(N, C, kh, kw)
                k += 1
        return img[:, :, ph : ph + H, pw : pw + W]
    """,
    may_name=("keeps_the_last_window",),
)

CASES.wrong(
    "col2im",
    "divides by the number of copies, to undo im2col",
    """
    def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
        two = lambda v: v if isinstance(v, tuple) else (v, v)
        (kh, kw), (sh, sw), (ph, pw) = two(kernel_size), two(stride), two(padding)
        N, C, H, W = input_shape
        total = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
        count = np.zeros_like(total)
        ow = (W + 2 * pw - kw) // sw + 1
        for k in range(cols.shape[2]):
            r, c = k // ow * sh, k % ow * sw
            total[:, :, r : r + kh, c : c + kw] += cols[:, :, k].reshape(N, C, kh, kw)
            count[:, :, r : r + kh, c : c + kw] += 1
        image = total / np.maximum(count, 1)
        return image[:, :, ph : ph + H, pw : pw + W]
    """,
    may_name=("averages_the_overlaps",),
)

CASES.wrong(
    "conv2d_im2col",
    "right, but in six loops",
    """
    def conv2d_im2col(x, w, b=None, stride=1, padding=0):
        N, C, H, W = x.shape
        F, _, KH, KW = w.shape
        if KH > H + 2 * padding or KW > W + 2 * padding:
            raise ValueError("kernel does not fit")
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        oh, ow = (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1
        y = np.zeros((N, F, oh, ow))
        for n in range(N):
            for f in range(F):
                for i in range(oh):
                    for j in range(ow):
                        for a in range(KH):
                            for c in range(KW):
                                y[n, f, i, j] += xp[n, :, i * stride + a, j * stride + c] @ w[f, :, a, c]
                if b is not None:
                    y[n, f] += b[f]
        return y
    """,
    may_name=("as_slow_as_four_loops",),
)

CASES.wrong(
    "conv2d_im2col",
    "the filters are reshaped into columns instead of transposed",
    """
    def conv2d_im2col(x, w, b=None, stride=1, padding=0):
        F, C, KH, KW = w.shape
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        if KH > xp.shape[2] or KW > xp.shape[3]:
            raise ValueError("kernel larger than padded image")
        win = sliding_window_view(xp, (KH, KW), axis=(2, 3))[:, :, ::stride, ::stride]
        N, _, oh, ow = win.shape[:4]
        rows = win.transpose(0, 2, 3, 1, 4, 5).reshape(N * oh * ow, -1)
        out = rows @ w.reshape(-1, F)
        if b is not None:
            out = out + b
        return out.reshape(N, oh, ow, F).transpose(0, 3, 1, 2)
    """,
    may_name=("reshapes_weights_the_wrong_way",),
)

CASES.wrong(
    "conv2d_im2col",
    "two slips: the bias is always added, and the refusal forgets the padding",
    """
    def conv2d_im2col(x, w, b=None, stride=1, padding=0):
        N, C, H, W = x.shape
        F, _, KH, KW = w.shape
        if KH > H or KW > W:
            raise ValueError("kernel too large")
        p, s = padding, stride
        xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        win = sliding_window_view(xp, (KH, KW), axis=(2, 3))[:, :, ::s, ::s]
        y = np.tensordot(win, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
        return y + b.reshape(1, F, 1, 1)
    """,
    may_name=("needs_a_bias",),
)
