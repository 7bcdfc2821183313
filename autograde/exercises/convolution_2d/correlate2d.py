"""Valid cross-correlation of an image with a kernel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_2d.common import (
    FRACTIONS,
    HIGH_IMAGE,
    HIGH_KERNEL,
    LECTURE_IMAGE,
    LECTURE_KERNEL,
    LIBRARY_CONVOLUTIONS,
    LOPSIDED,
    NINE_PIXELS,
    SIX_BYTES,
    SIX_FRACTIONS,
    SIX_WHOLE_NUMBERS,
    SMALL_IMAGE,
    THREE_IN_A_ROW,
    WIDE_IMAGE,
    WIDE_KERNEL,
    different_whole_numbers,
    one_float_type,
    view_with_steps,
)
from helpers.checking.compare import close


@exercise(points=4, difficulty="medium", minutes=15, compare=close(check_dtype=False))
def correlate2d(image, kernel):
    """Valid cross-correlation of an image with a kernel."""
    import torch
    import torch.nn.functional as F

    if not (1 <= kernel.shape[0] <= image.shape[0] and 1 <= kernel.shape[1] <= image.shape[1]):
        raise ValueError(f"a kernel of {kernel.shape} does not fit an image of {image.shape}")
    x, w = (torch.from_numpy(np.ascontiguousarray(a)) for a in one_float_type(image, kernel))
    return F.conv2d(x[None, None], w[None, None])[0, 0].numpy()


correlate2d.off_limits(*LIBRARY_CONVOLUTIONS)
correlate2d.example("nine pixels, four weights", NINE_PIXELS, LOPSIDED)
correlate2d.example("an image that is not square", SMALL_IMAGE, LOPSIDED)
correlate2d.example("nine weights", LECTURE_IMAGE, LECTURE_KERNEL)
correlate2d.example("a wide kernel", SMALL_IMAGE, WIDE_KERNEL)
correlate2d.example("a high kernel", SMALL_IMAGE, HIGH_KERNEL)
correlate2d.example("a wide image", WIDE_IMAGE, THREE_IN_A_ROW)
correlate2d.example("a high image", HIGH_IMAGE, THREE_IN_A_ROW.T.copy())
correlate2d.example("a kernel of one", SMALL_IMAGE[:2], np.array([[3.0]]))
correlate2d.example(
    "a kernel as large as the image",
    np.array([[0.0, 2, 0], [3, 0, 1], [0, 1, 0]]),
    np.array([[2.0, 1, 0], [1, 3, 1], [2, 2, 3]]),
)
correlate2d.example("an image of one row", np.array([[1.0, 4, 2, 5]]), np.array([[1.0, 3]]))
correlate2d.example("an image of one pixel", np.array([[4.0]]), np.array([[2.0]]))
correlate2d.example("negative numbers", np.array([[-1.0, 2, 1], [3, -4, 1]]), np.array([[1.0, -2], [1, 3]]))
correlate2d.example("fractions", SIX_FRACTIONS, np.array([[1.5, -0.5]]))
correlate2d.example("whole numbers", SIX_WHOLE_NUMBERS, np.array([[1, -2]]))
correlate2d.example("whole numbers, a kernel of fractions", SIX_WHOLE_NUMBERS, FRACTIONS)
correlate2d.example("bytes", SIX_BYTES, np.array([[1, -1]]))
correlate2d.example(
    "single precision", SIX_FRACTIONS.astype(np.float32), np.array([[2, 0.5]], dtype=np.float32)
)
correlate2d.example("a view, upside down", NINE_PIXELS[::-1], LOPSIDED)
correlate2d.example_error("a kernel too wide", ValueError, HIGH_IMAGE, THREE_IN_A_ROW)
correlate2d.example_error("a kernel too high", ValueError, WIDE_IMAGE, THREE_IN_A_ROW.T.copy())
correlate2d.example_error("a kernel too high and too wide", ValueError, LOPSIDED, NINE_PIXELS)


@correlate2d.feature(
    present="a kernel as high or as wide as the image", absent="a kernel lower and narrower than the image"
)
def just_fits(image, kernel):
    return image.shape[0] == kernel.shape[0] or image.shape[1] == kernel.shape[1]


@correlate2d.cases(weight=2)
def images_and_kernels_of_many_shapes(rng: np.random.Generator) -> Iterator[Any]:
    for image, kernel in [
        ((7, 6), (3, 3)),
        ((5, 9), (2, 4)),
        ((8, 4), (4, 2)),
        ((6, 6), (5, 2)),
        ((9, 7), (1, 3)),
    ]:
        yield call(rng.normal(size=image), rng.normal(size=kernel))


@correlate2d.cases
def the_smallest_and_the_tightest(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(4, 5)), rng.normal(size=(1, 1)))
    yield call(rng.normal(size=(3, 5)), rng.normal(size=(3, 5)))
    yield call(rng.normal(size=(4, 6)), rng.normal(size=(4, 2)))
    yield call(rng.normal(size=(2, 6)), rng.normal(size=(1, 4)))
    yield call(rng.normal(size=(6, 2)), rng.normal(size=(4, 1)))
    yield call(rng.normal(size=(1, 6)), rng.normal(size=(1, 3)))
    yield call(rng.normal(size=(1, 1)), rng.normal(size=(1, 1)))


@correlate2d.cases
def whole_numbers_and_single_precision(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(-9, 10, size=(5, 6)), rng.normal(size=(2, 3)))
    yield call(different_whole_numbers(rng, 5, 4), different_whole_numbers(rng, 3, 2))
    yield call(rng.normal(size=(6, 5)).astype(np.float32), rng.normal(size=(3, 2)).astype(np.float32))
    yield call(rng.integers(0, 256, size=(5, 4)).astype(np.uint8), different_whole_numbers(rng, 2, 3))


@correlate2d.cases
def views_of_other_arrays(rng: np.random.Generator) -> Iterator[Any]:
    yield call(view_with_steps(rng, 5, 6), rng.normal(size=(3, 2)))
    yield call(rng.normal(size=(6, 5)).T, rng.normal(size=(2, 3)).T)
    yield call(rng.normal(size=(7, 8))[1:6, 2:], view_with_steps(rng, 3, 3))


@correlate2d.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(3, 6)), rng.normal(size=(4, 2)))
    yield call_error(ValueError, rng.normal(size=(6, 3)), rng.normal(size=(2, 4)))
    yield call_error(ValueError, rng.normal(size=(3, 4)), rng.normal(size=(4, 5)))


@correlate2d.alternative
def window_by_window(image, kernel):
    (H, W), (KH, KW) = image.shape, kernel.shape
    if KH > H or KW > W:
        raise ValueError("the kernel does not fit the image")
    y = np.zeros((H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            y[i, j] = np.sum(image[i : i + KH, j : j + KW] * kernel)
    return y


correlate2d.edit(
    "flips_the_kernel",
    of=window_by_window,
    replace="* kernel)",
    by="* kernel[::-1, ::-1])",
    look="Work the first number of the output out by hand. Do you get yours when you turn the kernel round?",
    wrong="Your output is the one of a kernel turned round in both directions: that is convolution. In cross-correlation "
    "kernel[0, 0] multiplies the top left number of the window.",
)
correlate2d.edit(
    "turns_it_upside_down",
    of=window_by_window,
    replace="* kernel)",
    by="* kernel[::-1])",
    look="Lay the top row of the kernel on the top row of the first window. Does that give your first number?",
    wrong="Your output is the one of a kernel that stands upside down: its rows are in reverse order.",
)
correlate2d.edit(
    "mirrors_it",
    of=window_by_window,
    replace="* kernel)",
    by="* kernel[:, ::-1])",
    look="Lay the left column of the kernel on the left column of the first window. Does that give your first number?",
    wrong="Your output is the one of a mirrored kernel: its columns are in reverse order.",
)
correlate2d.edit(
    "transposes_the_kernel",
    of=window_by_window,
    replace="* kernel)",
    by="* kernel.T)",
    look="Work the first number of the output out by hand. Where does kernel[0, 1] go: one to the right, or one down?",
    wrong="Your output is the one of a kernel whose rows and columns are swapped. The first index goes down, the second to the "
    "right, in the kernel as in the image.",
    shown="nine pixels, four weights",
)
correlate2d.edit(
    "multiplies_matrices",
    of=window_by_window,
    replace="* kernel)",
    by="@ kernel)",
    look="Work the first number of the output out by hand: each number of the window times the one weight in its place.",
    wrong="Your numbers are sums over the matrix product of window and kernel. Cross-correlation multiplies entry by entry.",
    shown="nine pixels, four weights",
    if_source_has={"@": "That is what @ does; * multiplies entry by entry."},
)
correlate2d.edit(
    "averages_the_products",
    of=window_by_window,
    replace="np.sum(",
    by="np.mean(",
    look="Work the first number of the output out by hand. By what factor does yours differ?",
    wrong="Your output holds the mean of the products. Cross-correlation adds them; a kernel that should average holds its "
    "ninths already.",
)
correlate2d.edit(
    "adds_up_half_way",
    of=window_by_window,
    replace="np.sum(",
    by="sum(",
    look="The message speaks of a sequence where one number should be. How many numbers are left of a window once you have added up?",
    wrong="The products of a window are added along one axis only, so that a row of numbers is left. All of them belong into one sum.",
    shown="nine pixels, four weights",
    if_source_has={" sum(": "Python's own `sum` adds the rows of a matrix; np.sum adds up all its numbers."},
)
correlate2d.edit(
    "leaves_out_the_last_row",
    of=window_by_window,
    replace="range(H - KH + 1)",
    by="range(H - KH)",
    look="Does the last row of your output hold what the lowest windows give?",
    wrong="The last row of your output is 0. The lowest window starts at row H − KH, so there are H − KH + 1 places.",
)
correlate2d.edit(
    "leaves_out_the_last_column",
    of=window_by_window,
    replace="range(W - KW + 1)",
    by="range(W - KW)",
    look="Does the last column of your output hold what the windows at the right border give?",
    wrong="The last column of your output is 0. The rightmost window starts at column W − KW, so there are W − KW + 1 places.",
)
correlate2d.edit(
    "stops_one_window_early",
    of=window_by_window,
    replace="""y = np.zeros((H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):""",
    by="""y = np.zeros((H - KH, W - KW))
    for i in range(H - KH):
        for j in range(W - KW):""",
    look="At how many places does the kernel lie wholly on the image, and how many numbers has your output?",
    wrong="Your output lacks its last row and its last column: there are H − KH + 1 places down and W − KW + 1 across.",
)
correlate2d.edit(
    "zeros_behind_the_last_place",
    of=window_by_window,
    replace="np.zeros((H - KH + 1, W - KW + 1))",
    by="np.zeros((H, W))",
    look="How large is your output, and at how many places does the kernel lie wholly on the image?",
    wrong="Your output is as large as the image, with zeros behind the last place of the kernel. Valid has H − KH + 1 rows and "
    "W − KW + 1 columns.",
)
correlate2d.edit(
    "takes_everything_for_a_square",
    of=window_by_window,
    replace="""y = np.zeros((H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            y[i, j] = np.sum(image[i : i + KH, j : j + KW]""",
    by="""y = np.zeros((H - KH + 1, H - KH + 1))
    for i in range(H - KH + 1):
        for j in range(H - KH + 1):
            y[i, j] = np.sum(image[i : i + KH, j : j + KH]""",
    look="How many columns should your output have, and how many has it?",
    wrong="Your output has as many columns as rows, as for a square image. Rows come from shape[0], columns from shape[1].",
    shown="an image that is not square",
)
correlate2d.edit(
    "swaps_height_and_width",
    of=window_by_window,
    replace="i : i + KH, j : j + KW",
    by="i : i + KW, j : j + KH",
    look="The message names the shapes that met. Which of them is the window's, and which the kernel's?",
    wrong="Your window is as high as the kernel is wide, and as wide as the kernel is high. kernel.shape is (height, width).",
    shown="a wide kernel",
)
correlate2d.edit(
    "a_square_window",
    of=window_by_window,
    replace="j : j + KW",
    by="j : j + KH",
    look="How wide is the kernel, and how wide is the window that it meets?",
    wrong="Your window is as wide as the kernel is high. Its width is the kernel's: shape[1].",
)
correlate2d.edit(
    "walks_down_for_across",
    of=window_by_window,
    replace="image[i : i + KH, j : j + KW]",
    by="image[j : j + KH, i : i + KW]",
    look="Is the second number of your first row the window to the right of the first, or the one below it?",
    wrong="Your window moves down where it should move to the right, and to the right where it should move down: "
    "the first index of the image is the row.",
    shown="nine pixels, four weights",
)
correlate2d.edit(
    "writes_columns_as_rows",
    of=window_by_window,
    replace="return y",
    by="return y.T",
    look="Is the second number of your first row the window to the right of the first, or the one below it?",
    wrong="Your output is transposed: its rows run down the image. Rows of the output belong to rows of the image.",
)
correlate2d.edit(
    "fills_columns_first",
    of=window_by_window,
    replace="return y",
    by="return y.T.reshape(y.shape)",
    look="Does each of your numbers stand in the row and column of its window?",
    wrong="Your output has the right shape, but its numbers were collected column by column and laid down row by row.",
)
correlate2d.edit(
    "one_long_row",
    of=window_by_window,
    replace="return y",
    by="return y.ravel()",
    look="What is the shape of your result?",
    wrong="All your sums stand in one row. Keep their places: an array of (H − KH + 1, W − KW + 1).",
)
correlate2d.edit(
    "windows_side_by_side",
    of=window_by_window,
    replace="return y",
    by="return y[::KH, ::KW]",
    look="How many outputs are there? Which pixels do the windows of the first two share?",
    wrong="Your output has the sums of windows that lie side by side, without overlap. The window moves by one pixel at a time.",
)
correlate2d.edit(
    "as_large_as_the_image",
    of=window_by_window,
    replace="    y = np",
    by="    image = np.pad(image, ((0, KH - 1), (0, KW - 1)))\n    H, W = image.shape\n    y = np",
    look="How large is your output, and at how many places does the kernel lie wholly on the image?",
    wrong="Your output is as large as the image: it also counts places where the kernel hangs over the right or the lower border. "
    "Valid keeps only those where all of it lies on the image.",
)
correlate2d.edit(
    "wraps_round_the_border",
    of=window_by_window,
    replace="    y = np",
    by="    image = np.pad(image, ((0, KH - 1), (0, KW - 1)), mode='wrap')\n    H, W = image.shape\n    y = np",
    look="How large is your output? Which pixels make the last number of its first row?",
    wrong="Your output is as large as the image, and behind one border its windows go on at the opposite one, as if the image were "
    "rolled up. Valid keeps only the places where the whole kernel lies on the image.",
)
correlate2d.edit(
    "hangs_over_every_border",
    of=window_by_window,
    replace="    y = np",
    by="    image = np.pad(image, ((KH - 1, KH - 1), (KW - 1, KW - 1)))\n    H, W = image.shape\n    y = np",
    look="How large is your output, and at how many places does the kernel lie wholly on the image?",
    wrong="Your output is larger than the image: it also counts all the places where the kernel hangs over a border. "
    "Valid keeps only those where all of it lies on the image.",
)
correlate2d.edit(
    "keeps_the_size_with_zeros",
    of=window_by_window,
    replace="    y = np",
    by="    up, left = (KH - 1) // 2, (KW - 1) // 2\n    image = np.pad(image, ((up, KH - 1 - up), (left, KW - 1 - left)))"
    "\n    H, W = image.shape\n    y = np",
    look="How large is your output, and at how many places does the kernel lie wholly on the image?",
    wrong="Your output is as large as the image: it also counts places where the kernel hangs over the borders on both sides. "
    "Valid has H − KH + 1 rows and W − KW + 1 columns.",
    shown="nine weights",
)
correlate2d.edit(
    "stores_sums_in_the_images_type",
    of=window_by_window,
    replace="W - KW + 1))",
    by="W - KW + 1), dtype=image.dtype)",
    look="What stands behind the decimal point in our numbers, and what in yours?",
    wrong="Your sums have the type of the image: where it holds integers, everything behind the decimal point is cut off, and bytes "
    "know no negative numbers. The docstring asks for floats.",
    shown="whole numbers, a kernel of fractions",
)
correlate2d.edit(
    "cuts_sums_to_whole_numbers",
    of=window_by_window,
    replace="W - KW + 1))",
    by="W - KW + 1), dtype=int)",
    look="What stands behind the decimal point in our numbers, and what in yours?",
    wrong="Your sums are whole numbers: everything behind the decimal point is cut off. The docstring asks for floats.",
)
correlate2d.edit(
    "never_checks_the_fit",
    of=window_by_window,
    replace="""    if KH > H or KW > W:
        raise ValueError("the kernel does not fit the image")
""",
    by="",
    look="What does the docstring promise for a kernel that does not fit?",
    wrong="A kernel that is higher or wider than the image must raise a ValueError. Yours returns a result.",
)
correlate2d.edit(
    "checks_the_height_only",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KH > H",
    look="This kernel is wider than the image. What does the docstring promise?",
    wrong="A kernel that is too high is refused, as it should be; one that is too wide is not.",
    shown="a kernel too wide",
)
correlate2d.edit(
    "checks_the_width_only",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KW > W",
    look="This kernel is higher than the image. What does the docstring promise?",
    wrong="A kernel that is too wide is refused, as it should be; one that is too high is not.",
    shown="a kernel too high",
)
correlate2d.edit(
    "refuses_only_what_is_too_large_both_ways",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KH > H and KW > W",
    look="This kernel is too large in one direction. Is that enough for an error?",
    wrong="A kernel that is too high and too wide is refused, as it should be. One of the two is enough.",
)
correlate2d.edit(
    "refuses_a_kernel_that_just_fits",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KH >= H or KW >= W",
    look="Here the kernel has as many rows or columns as the image. Does it fit?",
    wrong="A kernel that is exactly as high or as wide as the image fits: there is one place for it. Yours is refused.",
)


@correlate2d.misconception(
    look="How many numbers does one window give in your output?",
    wrong="The products of a window are added along one axis only, so that each place of your output holds a row of numbers. All of "
    "them belong into one sum.",
    if_source_has={
        "[sum(": "Python's own `sum` adds the rows of a matrix; np.sum adds up all its numbers.",
        "axis=0": "axis=0 adds down the columns; without it all numbers are added up.",
    },
)
def adds_the_rows_only(image, kernel):
    (H, W), (KH, KW) = image.shape, kernel.shape
    if KH > H or KW > W:
        raise ValueError("the kernel does not fit the image")
    rows, columns = range(H - KH + 1), range(W - KW + 1)
    return np.array(
        [[sum(image[i : i + KH, j : j + KW] * kernel) for j in columns] for i in rows], dtype=float
    )


@correlate2d.alternative
def four_plain_loops(image, kernel):
    height, width = len(kernel), len(kernel[0])
    rows, columns = len(image) - height + 1, len(image[0]) - width + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"kernel {height} x {width} does not fit image {len(image)} x {len(image[0])}")
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for a in range(height):
                for b in range(width):
                    out[i, j] += image[i + a, j + b] * kernel[a, b]
    return out


correlate2d.edit(
    "swaps_the_indices_of_the_kernel",
    of=four_plain_loops,
    replace="kernel[a, b]",
    by="kernel[b, a]",
    look="Work the first number of the output out by hand. Where does kernel[0, 1] go: one to the right, or one down?",
    wrong="Your output is the one of a kernel whose rows and columns are swapped, and where it is no square, an index runs out of it. "
    "The first index goes down, the second to the right, in the kernel as in the image.",
    shown="nine pixels, four weights",
)
correlate2d.edit(
    "keeps_the_last_product_only",
    of=four_plain_loops,
    replace="out[i, j] +=",
    by="out[i, j] =",
    look="Work the first number of the output out by hand. Which of its products is yours?",
    wrong="Each of your outputs is the last product of its window alone. All products of a window are added up.",
    if_source_has={"[i, j] = ": "An = in the innermost loop forgets what was there; += adds to it."},
)


@correlate2d.alternative
def shifted_images_added(image, kernel):
    rows, columns = np.subtract(image.shape, kernel.shape) + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel does not fit the image")
    out = np.zeros((rows, columns))
    for (a, b), weight in np.ndenumerate(kernel):
        out += weight * image[a : a + rows, b : b + columns]
    return out


@correlate2d.alternative
def windows_and_einsum(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel.astype(float))


@correlate2d.alternative
def by_fourier_transform(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    size = image.shape
    product = np.fft.fft2(image) * np.conj(np.fft.fft2(kernel, size))
    full = np.real(np.fft.ifft2(product))
    return full[: size[0] - kernel.shape[0] + 1, : size[1] - kernel.shape[1] + 1]


@correlate2d.alternative
def unfolded_in_torch(image, kernel):
    import torch

    rows, columns = kernel.shape
    if rows > image.shape[0] or columns > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    x = torch.tensor(image.tolist(), dtype=torch.float64)
    w = torch.tensor(kernel.tolist(), dtype=torch.float64)
    return (x.unfold(0, rows, 1).unfold(1, columns, 1) * w).sum(dim=(2, 3)).numpy()
