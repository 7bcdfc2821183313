"""Slips in right answers of notebook 05 that change nothing a call could show, each with the reason."""

from __future__ import annotations

WRITTEN_LATER = "every number is written afterwards"
WAS_ZERO = "what is added to was 0"
NO_ORDER = "two axes have no order here"
FREE_TYPE = "the type of the result is free, and single precision is enough"
SAME_EACH_TIME = "it is worked out from the arguments alone, the same each time"
WRITTEN_AGAIN = "the number is written again with each pixel, the last time whole"
LAST_AXIS = "the last axis by another number"
PLANES_IN_ORDER = "only the number of planes, their product, is used"
PIXELS_OF_A_PLANE = "only the number of pixels, their product, is used"
UNUSED = "both names stay unused"
LENGTHS = "a shape holds one number or three"

SURVIVORS = {
    "max_pool2d": {
        NO_ORDER: ("out[:, :, i, j] = window.max(axis=(3, 2))",),
        "an array of floats holds the numbers too, and the type of the result is free": (
            "out = np.empty((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))",
            "out = np.empty((n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw))",
        ),
        WAS_ZERO: ("y[sample, channel, i, j] += window.max()",),
        WRITTEN_LATER: ("y = np.ones((n, c, rows, columns))",),
        "one of two equal numbers is as good as the other": (
            "if x[sample, channel, i * sh + a, j * sw + b] >= best:",
        ),
        WRITTEN_AGAIN: ("out[sample, channel, i, j] = best  # moved",),
    },
    "avg_pool2d": {
        NO_ORDER: (
            "out[:, :, i, j] = window.mean(axis=(3, 2))",
            "(n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw), dtype=np.result_type(np.float32, x)",
        ),
        WAS_ZERO: (
            "y[sample, channel, i, j] += window.mean()",
            "out[sample, channel, i, j] += total / (kh * kw)",
        ),
        WRITTEN_LATER: ("y = np.ones((n, c, rows, columns))", "out = np.ones("),
        FREE_TYPE: (
            "(n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw), dtype=np.result_type(c, np.float32)",
            "(n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw), dtype=np.result_type(n, np.float32)",
            "(n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw), dtype=np.result_type(np.float32)",
            "(n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw)",
            "return means.astype(x.dtype) if False else means",
        ),
        "means of float64 are float64 already": (
            "return means.astype(x.dtype) if x.dtype >= np.float32 else means",
        ),
        WRITTEN_AGAIN: ("out[sample, channel, i, j] = total / (kh * kw)  # moved",),
        LAST_AXIS: (
            "table = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (1, 0), (1, 0))).cumsum(axis=2).cumsum(axis=-1)",
        ),
    },
    "global_avg_pool": {
        NO_ORDER: ("return x.mean(axis=(3, 2))",),
        WAS_ZERO: (
            "y[sample, channel] += x[sample, channel].mean()",
            "out[sample, channel] += sum(float(v) for v in x[sample, channel].ravel()) / (height * width)",
        ),
        WRITTEN_LATER: (
            "y = np.ones((n, c))",
            "out = np.ones((n, c), dtype=np.float32 if x.dtype == np.float32 else np.float64)",
        ),
        PIXELS_OF_A_PLANE: ("n, c, width, height = x.shape",),
        LAST_AXIS: ("return x.reshape(n, c, height * width).mean(axis=-1)",),
        FREE_TYPE: (
            "out = np.zeros((n, c), dtype=np.float32 if x.dtype != np.float32 else np.float64)",
            "out = np.zeros((n, c), dtype=np.float32 if x.dtype >= np.float32 else np.float64)",
            "out = np.zeros((n, c), dtype=np.float32 if True else np.float64)",
            "out = np.zeros((n, c), dtype=np.float32 if False else np.float64)",
            "out = np.zeros((n, c), dtype=np.float64 if x.dtype == np.float32 else np.float32)",
            "out = np.zeros((n, c))",
        ),
    },
    "max_pool2d_switches": {
        LAST_AXIS: (
            "row, column = divmod(window.argmax(axis=-1), kw)  # place inside the window",
            "values[:, :, i, j] = window.max(axis=-1)",
        ),
        FREE_TYPE: (
            "values = np.empty((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))",
            "values = np.empty((n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw))",
        ),
        "lines that do not need each other": (
            "values[:, :, i, j] = window.max(axis=2)  # moved",
            "values[sample, channel, i, j] = window.max()  # moved",
        ),
        WAS_ZERO: (
            "values[sample, channel, i, j] += window.max()",
            "switches[sample, channel, i, j] += (i * sh + a) * width + j * sw + b",
        ),
        WRITTEN_LATER: (
            "values = np.ones((n, c, rows, columns))",
            "switches = np.ones((n, c, rows, columns), dtype=int)",
        ),
        "both arrays have one shape": ("for sample, channel, i, j in np.ndindex(*switches.shape):",),
        WRITTEN_AGAIN: (
            "values[sample, channel, i, j], switches[sample, channel, i, j] = best, where  # moved",
        ),
        "sliding_window_view raises a ValueError by itself where nothing fits": (
            "if kh > x.shape[2] or kw > x.shape[3]: -> *",
        ),
        UNUSED: ("c, n, height, width = x.shape",),
    },
    "max_pool2d_backward": {
        PLANES_IN_ORDER: ("c, n, height, width = input_shape",),
        PIXELS_OF_A_PLANE: ("n, c, width, height = input_shape",),
        FREE_TYPE: (
            "dx = np.zeros((n * c, height * width))",
            "dx = np.zeros(input_shape)",
            "dx = np.zeros((n, c, height * width))",
        ),
        SAME_EACH_TIME: (
            "height, width = input_shape[2:]  # moved",
            "width = input_shape[3]  # moved",
        ),
    },
    "avg_pool2d_backward": {
        FREE_TYPE: ("dx = np.zeros(input_shape)",),
        SAME_EACH_TIME: (
            "kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)  # moved",
            "sh, sw = stride if isinstance(stride, tuple) else (stride, stride)  # moved",
            "kh, kw = pair(kernel_size)  # moved",
            "sh, sw = pair(stride)  # moved",
            "rows, columns = dout.shape[2:]  # moved",
        ),
        UNUSED: ("c, n, height, width = input_shape",),
        "the product of three matrices is one, whichever two come first": (
            "return (rows @ (dout @ columns.T)).astype(dout.dtype)",
        ),
    },
    "trace_shapes": {
        "unpacking a flat shape into three raises a ValueError by itself, with a message": (
            "if len(shape) > 3:",
            "if False:",
            "if len(shape) != 3:  # dropped",
        ),
        LENGTHS: ("if len(shape) > 1:", "if len(shape) > 2:"),
        "the kinds of layers are four, and the others were dealt with": (
            'elif kind >= "linear":',
            "elif True:",
        ),
        "flatten and linear come before pool in the alphabet, and conv was dealt with": (
            'elif layer[0] >= "pool":',
        ),
        "a word is one of two in either order": ('if kind in ("pool", "conv"):',),
        "the loop goes on over the old shape": ("shape = (count,)  # moved",),
    },
}
