"""Slips in right answers of notebook 01 that change nothing a call could show, each with the reason."""

from __future__ import annotations

PRODUCT = "a product has no order"
WAS_ZERO = "what is added to was 0"
NO_ORDER = "lines that do not need each other"
CLIPPED = "a slice that ends beyond the edge ends at the edge"

SURVIVORS = {
    "memory_index": {
        "shape has four items, as many as there are indices": (
            "for index, size in zip((n, c, h, w), shape, strict=False):",
            "for index, size in zip((n, c, h, w), shape):",
        ),
        NO_ORDER: ("N, C, H, W = shape  # moved",),
        "the loop ends with w": ("return n * (C * H * W) + c * (H * W) + h * W + i",),
        "a dot product has no order": ("return int(steps @ index)",),
    },
    "to_nchw": {
        "what follows raises a ValueError by itself unless there are four axes": (
            "if images_nhwc.ndim != 4: -> *",
            "if np.ndim(images_nhwc) != 4: -> *",
        ),
        WAS_ZERO: ("out[:, channel] += images_nhwc[:, :, :, channel]",),
        "every number is written afterwards": ("out = np.ones((n, c, h, w), dtype=images_nhwc.dtype)",),
        "only c is used; the other names count the axes": (
            "h, n, w, c = images_nhwc.shape  # raises ValueError when there are not four",
            "w, h, n, c = images_nhwc.shape  # raises ValueError when there are not four",
            "n, w, h, c = images_nhwc.shape  # raises ValueError when there are not four",
        ),
    },
    "dense_parameters": {
        "a sum has no order": (
            "total += height * width * channels  # its weights  # moved",
            "bias, weight = (height, width, channels, units), (units,)",
            "weight, bias = (units,), (height, width, channels, units)",
        ),
        PRODUCT: (
            "weight, bias = (width, height, channels, units), (units,)",
            "weight, bias = (channels, width, height, units), (units,)",
            "weight, bias = (units, width, channels, height), (units,)",
            "weight, bias = (height, channels, width, units), (units,)",
            "weight, bias = (height, units, channels, width), (units,)",
            "weight, bias = (height, width, units, channels), (units,)",
        ),
    },
    "locally_connected_parameters": {
        "only the product of the two is used": (
            "across, down = height - kh + 1, width - kw + 1",
            "down, across = width - kw + 1, height - kh + 1",
        ),
        "both are the same number": ("kw, kh = kernel_size, kernel_size",),
        PRODUCT: (
            "shape = (height - kh + 1, out_channels, width - kw + 1, in_channels, kh, kw)",
            "shape = (out_channels, width - kw + 1, height - kh + 1, in_channels, kh, kw)",
            "shape = (out_channels, height - kh + 1, width - kw + 1, kh, in_channels, kw)",
            "shape = (out_channels, height - kh + 1, width - kw + 1, in_channels, kw, kh)",
        ),
    },
    "conv_parameters": {
        "only the product of the two is used": (
            "kw, kh = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size",
            "kw, kh = kernel_size",
            "kh = kw = -kernel_size",
        ),
        PRODUCT: (
            "return math.prod((in_channels, out_channels, kh, kw)) + out_channels * int(bias)",
            "return math.prod((kh, in_channels, out_channels, kw)) + out_channels * int(bias)",
            "return math.prod((kw, in_channels, kh, out_channels)) + out_channels * int(bias)",
            "return math.prod((out_channels, kh, in_channels, kw)) + out_channels * int(bias)",
            "return math.prod((out_channels, kw, kh, in_channels)) + out_channels * int(bias)",
            "return math.prod((out_channels, in_channels, kw, kh)) + out_channels * int(bias)",
        ),
    },
    "shift_image": {
        "at a shift by the whole size both slices are empty": (
            "if abs(dy) <= height and abs(dx) < width:",
            "if abs(dy) < height and abs(dx) <= width:",
        ),
        CLIPPED: (
            "out[max(0, dy) : height + min(1, dy), max(0, dx) : width + min(0, dx)] = image[",
            "out[max(0, dy) : height + min(2, dy), max(0, dx) : width + min(0, dx)] = image[",
            "out[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(1, dx)] = image[",
            "out[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(2, dx)] = image[",
            "max(0, -dy) : height + min(1, -dy), max(0, -dx) : width + min(0, -dx)",
            "max(0, -dy) : height + min(2, -dy), max(0, -dx) : width + min(0, -dx)",
            "max(0, -dy) : height + min(0, -dy), max(0, -dx) : width + min(1, -dx)",
            "max(0, -dy) : height + min(0, -dy), max(0, -dx) : width + min(2, -dx)",
        ),
        WAS_ZERO: (
            "out[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)] += image[",
            "out[r, c] += image[row, column]",
            "out[r + dy, c + dx] += image[r, c]",
            "plane[height : 2 * height, width : 2 * width] += image",
            "out[exists] += image[rows[exists], columns[exists]]",
        ),
        "more zeros at the right and below than any window reads": (
            "plane = np.zeros((4 * height, 3 * width), dtype=image.dtype)",
            "plane = np.zeros((3 * height, 4 * width), dtype=image.dtype)",
        ),
        NO_ORDER: (
            "plane[height : 2 * height, width : 2 * width] = image  # moved",
            "out[(rows < 0) | (rows >= height), :] = 0  # moved",
        ),
        "three times `and` can be read from the left or from the right": (
            "exists = (rows >= 0) & ((rows < image.shape[0]) & (columns >= 0)) & (columns < image.shape[1])",
            "exists = (rows >= 0) & (rows < image.shape[0]) & ((columns >= 0) & (columns < image.shape[1]))",
        ),
    },
}
