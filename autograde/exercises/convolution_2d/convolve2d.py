"""Valid convolution of an image with a kernel: the kernel is turned by 180° first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_2d.common import (
    FRACTIONS,
    LECTURE_IMAGE,
    LECTURE_KERNEL,
    LIBRARY_CONVOLUTIONS,
    LOPSIDED,
    SMALL_IMAGE,
    WHOLE_NUMBERS,
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
convolve2d.example("the lecture's 5 x 5 image", LECTURE_IMAGE, LECTURE_KERNEL)
convolve2d.example("a kernel without symmetry", SMALL_IMAGE, LOPSIDED)
convolve2d.example("a wide kernel, 2 x 3", SMALL_IMAGE, WIDE_KERNEL)
convolve2d.example("whole numbers, a kernel of fractions", WHOLE_NUMBERS, FRACTIONS)
convolve2d.example_error("a kernel too wide", ValueError, LOPSIDED, WIDE_KERNEL)


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


@convolve2d.cases
def whole_numbers_and_single_precision(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(-9, 10, size=(5, 6)), rng.normal(size=(2, 3)))
    yield call(different_whole_numbers(rng, 5, 4), different_whole_numbers(rng, 3, 2))
    yield call(rng.normal(size=(6, 5)).astype(np.float32), rng.normal(size=(3, 2)).astype(np.float32))


@convolve2d.cases
def views_of_other_arrays(rng: np.random.Generator) -> Iterator[Any]:
    yield call(view_with_steps(rng, 5, 6), rng.normal(size=(3, 2)))
    yield call(rng.normal(size=(6, 5)).T, rng.normal(size=(2, 3)).T)


@convolve2d.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(3, 6)), rng.normal(size=(4, 2)))
    yield call_error(ValueError, rng.normal(size=(6, 3)), rng.normal(size=(2, 4)))


def slide(image, kernel):
    """Cross-correlation: the sum of products at every place of the kernel."""
    height, width = kernel.shape
    if height > image.shape[0] or width > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    out = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + height, j : j + width] * kernel)
    return out


@convolve2d.misconception(
    look="Look at the white pixel. Does your output show the kernel as it is, or turned round?",
    wrong="You did not turn the kernel: this is cross-correlation, and the white pixel prints the kernel turned by 180°. "
    "Convolution turns the kernel first, so that it prints it as it is.",
)
def does_not_flip(image, kernel):
    return slide(image, kernel)


@convolve2d.misconception(
    look="Look at the white pixel. Are the columns of the kernel in their order?",
    wrong="You turned the kernel upside down only. Half a turn reverses the rows and the columns.",
)
def turns_it_upside_down_only(image, kernel):
    return slide(image, kernel[::-1])


@convolve2d.misconception(
    look="Look at the white pixel. Are the rows of the kernel in their order?",
    wrong="You mirrored the kernel left to right only. Half a turn reverses the rows and the columns.",
)
def mirrors_it_only(image, kernel):
    return slide(image, kernel[:, ::-1])


@convolve2d.misconception(
    look="Which entries of the kernel stay in their place in yours? Which one stays when you turn a sheet of paper half round?",
    wrong="You transposed the kernel: that swaps rows and columns, a mirror image along the diagonal. Turn it by 180°: "
    "kernel[::-1, ::-1].",
)
def transposes_instead(image, kernel):
    return slide(image, kernel.T)


@convolve2d.misconception(
    look="By how many degrees does your kernel turn?",
    wrong="You turned the kernel by 90°: np.rot90 makes a quarter turn unless you ask for two. Convolution needs 180°.",
)
def turns_it_by_a_quarter(image, kernel):
    return slide(image, np.rot90(kernel))


@convolve2d.misconception(
    look="Which corner of the result comes from the top left corner of the image?",
    wrong="You turned the result round as well. Only the kernel turns; the outputs stay where their windows are.",
)
def turns_the_result_too(image, kernel):
    return slide(image, kernel[::-1, ::-1])[::-1, ::-1]


@convolve2d.misconception(
    look="How large is your output? At how many places does the kernel lie wholly on the image?",
    wrong="You return the full convolution, with the places where the kernel hangs over the border. Valid has "
    "H − KH + 1 rows and W − KW + 1 columns.",
)
def returns_the_full_convolution(image, kernel):
    height, width = kernel.shape
    if height > image.shape[0] or width > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    return slide(np.pad(image, ((height - 1, height - 1), (width - 1, width - 1))), kernel[::-1, ::-1])


@convolve2d.misconception(
    look="Print the kernel before and after your function runs.",
    wrong="You turned the caller's own kernel round: kernel[:] = … writes into it. Turn a view, kernel[::-1, ::-1], or a copy.",
)
def turns_the_callers_kernel(image, kernel):
    kernel[:] = kernel[::-1, ::-1].copy()
    return slide(image, kernel)


@convolve2d.misconception(
    look="The kernel holds fractions. What happens to −0.25 in an array of integers?",
    wrong="Your output array took its type from the image. An integer array cuts off everything behind the decimal "
    "point: make the output a float array.",
)
def stores_sums_as_integers(image, kernel):
    return slide(image, kernel[::-1, ::-1]).astype(image.dtype)


@convolve2d.misconception(
    look="What does the docstring promise for a kernel that does not fit?",
    wrong="Your sums are right, but a kernel that is higher or wider than the image must raise a ValueError.",
)
def never_checks_the_fit(image, kernel):
    height, width = kernel.shape
    turned = kernel[::-1, ::-1]
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    out = [
        [np.sum(image[i : i + height, j : j + width] * turned) for j in range(columns)] for i in range(rows)
    ]
    return np.array(out, dtype=float)


@convolve2d.misconception(
    look="Is the last window in your answer, at the right and at the bottom?",
    wrong="You stop one window too early: the last one starts at row H − KH and column W − KW.",
)
def stops_one_window_early(image, kernel):
    return slide(image, kernel[::-1, ::-1])[:-1, :-1]


@convolve2d.misconception(
    look="How large is your output? What have you put beside the image?",
    wrong="You put zeros round the image to keep its size. 'Valid' uses the image as it is.",
)
def keeps_the_size_with_zeros(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    (height, width), up, left = kernel.shape, (kernel.shape[0] - 1) // 2, (kernel.shape[1] - 1) // 2
    return slide(np.pad(image, ((up, height - 1 - up), (left, width - 1 - left))), kernel[::-1, ::-1])


@convolve2d.misconception(
    look="Is the second number of your first row the window to the right, or the one below?",
    wrong="Your output is transposed: its rows run down the image. The outer loop goes over rows, the inner one over columns.",
)
def writes_columns_as_rows(image, kernel):
    return slide(image, kernel[::-1, ::-1]).T


@convolve2d.misconception(
    look="What does @ do with two small matrices, and what does * do?",
    wrong="@ is the matrix product of window and kernel. Multiply number by number, with *, and add up.",
)
def multiplies_matrices(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit the image")
    turned, (height, width) = kernel[::-1, ::-1], kernel.shape
    out = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + height, j : j + width] @ turned)
    return out


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
