"""Valid convolution of an image with a kernel: the kernel is turned by 180° first."""

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

WHITE_PIXEL = np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])


@exercise(points=3, difficulty="easy", minutes=10, compare=close(check_dtype=False))
def convolve2d(image, kernel):
    """Valid convolution of an image with a kernel."""
    import scipy.signal

    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError(f"a kernel of {kernel.shape} does not fit an image of {image.shape}")
    x, w = one_float_type(image, kernel)
    return scipy.signal.convolve2d(x, w, mode="valid")


convolve2d.off_limits(*LIBRARY_CONVOLUTIONS)
convolve2d.example("one white pixel", WHITE_PIXEL, LOPSIDED)
convolve2d.example("nine pixels", NINE_PIXELS, LOPSIDED)
convolve2d.example("an image that is not square", SMALL_IMAGE, LOPSIDED)
convolve2d.example("nine weights", LECTURE_IMAGE, LECTURE_KERNEL)
convolve2d.example("a wide kernel", SMALL_IMAGE, WIDE_KERNEL)
convolve2d.example("a high kernel", SMALL_IMAGE, HIGH_KERNEL)
convolve2d.example("a wide image", WIDE_IMAGE, THREE_IN_A_ROW)
convolve2d.example("a high image", HIGH_IMAGE, THREE_IN_A_ROW.T.copy())
convolve2d.example("a kernel of one", SMALL_IMAGE[:2], np.array([[3.0]]))
convolve2d.example(
    "a kernel as large as the image", NINE_PIXELS, np.array([[2.0, 1, 0], [1, 3, 1], [2, 2, 3]])
)
convolve2d.example("negative numbers", np.array([[-1.0, 2, 1], [3, -4, 1]]), np.array([[1.0, -2], [1, 3]]))
convolve2d.example("fractions", SIX_FRACTIONS, np.array([[1.5, -0.5]]))
convolve2d.example("whole numbers", SIX_WHOLE_NUMBERS, np.array([[1, -2]]))
convolve2d.example("whole numbers, a kernel of fractions", SIX_WHOLE_NUMBERS, FRACTIONS)
convolve2d.example("bytes", SIX_BYTES, np.array([[1, -1]]))
convolve2d.example(
    "single precision", SIX_FRACTIONS.astype(np.float32), np.array([[2, 0.5]], dtype=np.float32)
)
convolve2d.example("a view, upside down", NINE_PIXELS[::-1], LOPSIDED)
convolve2d.example_error("a kernel too wide", ValueError, HIGH_IMAGE, THREE_IN_A_ROW)
convolve2d.example_error("a kernel too high", ValueError, WIDE_IMAGE, THREE_IN_A_ROW.T.copy())
convolve2d.example_error("a kernel too high and too wide", ValueError, LOPSIDED, NINE_PIXELS)


@convolve2d.feature(
    present="a kernel as high or as wide as the image", absent="a kernel lower and narrower than the image"
)
def just_fits(image, kernel):
    return image.shape[0] == kernel.shape[0] or image.shape[1] == kernel.shape[1]


@convolve2d.cases(weight=2)
def images_and_kernels_of_many_shapes(rng: np.random.Generator) -> Iterator[Any]:
    for image, kernel in [
        ((7, 6), (3, 3)),
        ((5, 9), (2, 4)),
        ((8, 4), (4, 2)),
        ((6, 6), (5, 2)),
        ((9, 7), (1, 3)),
    ]:
        yield call(rng.normal(size=image), rng.normal(size=kernel))


@convolve2d.cases
def the_smallest_and_the_tightest(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(4, 5)), rng.normal(size=(1, 1)))
    yield call(rng.normal(size=(3, 5)), rng.normal(size=(3, 5)))
    yield call(rng.normal(size=(4, 6)), rng.normal(size=(4, 2)))
    yield call(rng.normal(size=(2, 6)), rng.normal(size=(1, 4)))
    yield call(rng.normal(size=(6, 2)), rng.normal(size=(4, 1)))


@convolve2d.cases
def whole_numbers_and_single_precision(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(-9, 10, size=(5, 6)), rng.normal(size=(2, 3)))
    yield call(different_whole_numbers(rng, 5, 4), different_whole_numbers(rng, 3, 2))
    yield call(rng.normal(size=(6, 5)).astype(np.float32), rng.normal(size=(3, 2)).astype(np.float32))
    yield call(rng.integers(0, 256, size=(5, 4)).astype(np.uint8), different_whole_numbers(rng, 2, 3))


@convolve2d.cases
def views_of_other_arrays(rng: np.random.Generator) -> Iterator[Any]:
    yield call(view_with_steps(rng, 5, 6), rng.normal(size=(3, 2)))
    yield call(rng.normal(size=(6, 5)).T, rng.normal(size=(2, 3)).T)


@convolve2d.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(3, 6)), rng.normal(size=(4, 2)))
    yield call_error(ValueError, rng.normal(size=(6, 3)), rng.normal(size=(2, 4)))
    yield call_error(ValueError, rng.normal(size=(3, 4)), rng.normal(size=(4, 5)))


@convolve2d.alternative
def windows_of_the_turned_kernel(image, kernel):
    (H, W), (KH, KW) = image.shape, kernel.shape
    if KH > H or KW > W:
        raise ValueError("the kernel does not fit the image")
    turned = kernel[::-1, ::-1]
    y = np.zeros((H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            y[i, j] = np.sum(image[i : i + KH, j : j + KW] * turned)
    return y


convolve2d.edit(
    "does_not_flip",
    of=windows_of_the_turned_kernel,
    replace="kernel[::-1, ::-1]",
    by="kernel",
    look="Does the white pixel print the kernel as it is, or turned round?",
    wrong="Your output is the one of a kernel that was not turned: cross-correlation, in which a white pixel prints the kernel turned "
    "by 180°. Convolution prints it as it is.",
    shown="one white pixel",
)
convolve2d.edit(
    "turns_it_upside_down_only",
    of=windows_of_the_turned_kernel,
    replace="kernel[::-1, ::-1]",
    by="kernel[::-1]",
    look="Are the columns of the kernel in their order in what the white pixel prints?",
    wrong="Your output is the one of a kernel turned upside down and no more. Half a turn reverses the rows and the columns.",
    shown="one white pixel",
)
convolve2d.edit(
    "mirrors_it_only",
    of=windows_of_the_turned_kernel,
    replace="kernel[::-1, ::-1]",
    by="kernel[:, ::-1]",
    look="Are the rows of the kernel in their order in what the white pixel prints?",
    wrong="Your output is the one of a kernel mirrored left to right and no more. Half a turn reverses the rows and the columns.",
    shown="one white pixel",
)
convolve2d.edit(
    "transposes_instead",
    of=windows_of_the_turned_kernel,
    replace="(H, W), (KH, KW) =",
    by="kernel = kernel.T[::-1, ::-1]\n    (H, W), (KH, KW) =",
    look="Which weights of the kernel change places in what the white pixel prints? Which do when you turn a sheet of paper half round?",
    wrong="Your output is the one of a transposed kernel, its rows made columns: that is a mirror image along the diagonal. "
    "Half a turn reverses the rows and the columns.",
    shown="one white pixel",
)
convolve2d.edit(
    "turns_it_by_a_quarter",
    of=windows_of_the_turned_kernel,
    replace="(H, W), (KH, KW) =",
    by="kernel = np.rot90(kernel, -1)\n    (H, W), (KH, KW) =",
    look="By how many degrees is the kernel turned in what the white pixel prints?",
    wrong="Your output is the one of a kernel turned by a quarter. Convolution needs half a turn, 180°.",
    shown="one white pixel",
    if_source_has={"rot90(": "np.rot90 makes a quarter turn unless it is told how many."},
)
convolve2d.edit(
    "turns_it_by_a_quarter_the_other_way",
    of=windows_of_the_turned_kernel,
    replace="(H, W), (KH, KW) =",
    by="kernel = np.rot90(kernel)\n    (H, W), (KH, KW) =",
    look="By how many degrees is the kernel turned in what the white pixel prints?",
    wrong="Your output is the one of a kernel turned by a quarter, clockwise. Convolution needs half a turn, 180°.",
    shown="one white pixel",
    if_source_has={"rot90(": "The second argument of np.rot90 counts quarter turns."},
)
convolve2d.edit(
    "turns_the_callers_kernel",
    of=windows_of_the_turned_kernel,
    replace="turned = kernel[::-1, ::-1]",
    by="kernel[:] = kernel[::-1, ::-1].copy()\n    turned = kernel",
    look="What does the caller's kernel hold after your function has run?",
    wrong="The kernel that was given to your function is changed afterwards. Turn a view, kernel[::-1, ::-1], or a copy.",
)
convolve2d.edit(
    "comes_out_turned",
    of=windows_of_the_turned_kernel,
    replace="return y",
    by="return y[::-1, ::-1]",
    look="Which corner of your output comes from the top left corner of the image?",
    wrong="Your output is the right one turned by 180°: what belongs top left stands bottom right. Only the kernel turns; image and "
    "output stay as they are.",
    shown="nine pixels",
    if_source_has={"image[::-1": "Turning the image in place of the kernel turns the output too."},
)
convolve2d.edit(
    "writes_columns_as_rows",
    of=windows_of_the_turned_kernel,
    replace="return y",
    by="return y.T",
    look="Is the second number of your first row the window to the right of the first, or the one below it?",
    wrong="Your output is transposed: its rows run down the image. Rows of the output belong to rows of the image.",
)
convolve2d.edit(
    "fills_columns_first",
    of=windows_of_the_turned_kernel,
    replace="return y",
    by="return y.T.reshape(y.shape)",
    look="Does each of your numbers stand in the row and column of its window?",
    wrong="Your output has the right shape, but its numbers were collected column by column and laid down row by row.",
)
convolve2d.edit(
    "multiplies_matrices",
    of=windows_of_the_turned_kernel,
    replace="* turned)",
    by="@ turned)",
    look="Work the first number of the output out by hand: each number of the window times the weight in its place.",
    wrong="Your numbers are sums over the matrix product of window and kernel. Convolution multiplies entry by entry.",
    shown="nine pixels",
    if_source_has={"@": "That is what @ does; * multiplies entry by entry."},
)
convolve2d.edit(
    "leaves_out_the_last_row",
    of=windows_of_the_turned_kernel,
    replace="range(H - KH + 1)",
    by="range(H - KH)",
    look="Does the last row of your output hold what the lowest windows give?",
    wrong="The last row of your output is 0. The lowest window starts at row H − KH, so there are H − KH + 1 places.",
)
convolve2d.edit(
    "leaves_out_the_last_column",
    of=windows_of_the_turned_kernel,
    replace="range(W - KW + 1)",
    by="range(W - KW)",
    look="Does the last column of your output hold what the windows at the right border give?",
    wrong="The last column of your output is 0. The rightmost window starts at column W − KW, so there are W − KW + 1 places.",
)
convolve2d.edit(
    "stops_one_window_early",
    of=windows_of_the_turned_kernel,
    replace="""y = np.zeros((H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):""",
    by="""y = np.zeros((H - KH, W - KW))
    for i in range(H - KH):
        for j in range(W - KW):""",
    look="At how many places does the kernel lie wholly on the image, and how many numbers has your output?",
    wrong="Your output lacks its last row and its last column: there are H − KH + 1 places down and W − KW + 1 across.",
)
convolve2d.edit(
    "returns_the_full_convolution",
    of=windows_of_the_turned_kernel,
    replace="    y = np",
    by="    image = np.pad(image, ((KH - 1, KH - 1), (KW - 1, KW - 1)))\n    H, W = image.shape\n    y = np",
    look="How large is your output, and at how many places does the kernel lie wholly on the image?",
    wrong="Your output is the full convolution: it also counts the places where the kernel hangs over a border. Valid has "
    "H − KH + 1 rows and W − KW + 1 columns.",
)
convolve2d.edit(
    "keeps_the_size_with_zeros",
    of=windows_of_the_turned_kernel,
    replace="    y = np",
    by="    up, left = (KH - 1) // 2, (KW - 1) // 2\n    image = np.pad(image, ((up, KH - 1 - up), (left, KW - 1 - left)))"
    "\n    H, W = image.shape\n    y = np",
    look="How large is your output, and at how many places does the kernel lie wholly on the image?",
    wrong="Your output is as large as the image: it also counts places where the kernel hangs over a border. "
    "Valid has H − KH + 1 rows and W − KW + 1 columns.",
)
convolve2d.edit(
    "stores_sums_in_the_images_type",
    of=windows_of_the_turned_kernel,
    replace="W - KW + 1))",
    by="W - KW + 1), dtype=image.dtype)",
    look="What stands behind the decimal point in our numbers, and what in yours?",
    wrong="Your sums have the type of the image: where it holds integers, everything behind the decimal point is cut off, and bytes "
    "know no negative numbers. The docstring asks for floats.",
    shown="whole numbers, a kernel of fractions",
)
convolve2d.edit(
    "cuts_sums_to_whole_numbers",
    of=windows_of_the_turned_kernel,
    replace="W - KW + 1))",
    by="W - KW + 1), dtype=int)",
    look="What stands behind the decimal point in our numbers, and what in yours?",
    wrong="Your sums are whole numbers: everything behind the decimal point is cut off. The docstring asks for floats.",
)
convolve2d.edit(
    "never_checks_the_fit",
    of=windows_of_the_turned_kernel,
    replace="""    if KH > H or KW > W:
        raise ValueError("the kernel does not fit the image")
""",
    by="",
    look="What does the docstring promise for a kernel that does not fit?",
    wrong="A kernel that is higher or wider than the image must raise a ValueError. Yours returns a result.",
)
convolve2d.edit(
    "checks_the_height_only",
    of=windows_of_the_turned_kernel,
    replace="KH > H or KW > W",
    by="KH > H",
    look="This kernel is wider than the image. What does the docstring promise?",
    wrong="A kernel that is too high is refused, as it should be; one that is too wide is not.",
    shown="a kernel too wide",
)
convolve2d.edit(
    "checks_the_width_only",
    of=windows_of_the_turned_kernel,
    replace="KH > H or KW > W",
    by="KW > W",
    look="This kernel is higher than the image. What does the docstring promise?",
    wrong="A kernel that is too wide is refused, as it should be; one that is too high is not.",
    shown="a kernel too high",
)
convolve2d.edit(
    "refuses_only_what_is_too_large_both_ways",
    of=windows_of_the_turned_kernel,
    replace="KH > H or KW > W",
    by="KH > H and KW > W",
    look="This kernel is too large in one direction. Is that enough for an error?",
    wrong="A kernel that is too high and too wide is refused, as it should be. One of the two is enough.",
)
convolve2d.edit(
    "refuses_a_kernel_that_just_fits",
    of=windows_of_the_turned_kernel,
    replace="KH > H or KW > W",
    by="KH >= H or KW >= W",
    look="Here the kernel has as many rows or columns as the image. Does it fit?",
    wrong="A kernel that is exactly as high or as wide as the image fits: there is one place for it. Yours is refused.",
)


@convolve2d.alternative
def indices_that_run_backwards(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel does not fit the image")
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for a in range(height):
                for b in range(width):
                    out[i, j] += image[i + height - 1 - a, j + width - 1 - b] * kernel[a, b]
    return out


@convolve2d.alternative
def copies_of_the_kernel_added(image, kernel):
    height, width = kernel.shape
    if height > image.shape[0] or width > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    full = np.zeros((image.shape[0] + height - 1, image.shape[1] + width - 1))
    for (i, j), brightness in np.ndenumerate(image):
        full[i : i + height, j : j + width] += brightness * kernel
    return full[height - 1 : image.shape[0], width - 1 : image.shape[1]]


@convolve2d.alternative
def by_fourier_transform(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    product = np.fft.fft2(image) * np.fft.fft2(kernel, image.shape)
    return np.real(np.fft.ifft2(product))[kernel.shape[0] - 1 :, kernel.shape[1] - 1 :]


@convolve2d.alternative
def windows_and_two_quarter_turns(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.tensordot(windows, np.rot90(kernel, 2).astype(float), axes=2)
