"""Valid cross-correlation of an image with a kernel."""

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
correlate2d.example("the lecture's 5 x 5 image", LECTURE_IMAGE, LECTURE_KERNEL)
correlate2d.example("a kernel without symmetry", SMALL_IMAGE, LOPSIDED)
correlate2d.example("a wide kernel, 2 x 3", SMALL_IMAGE, WIDE_KERNEL)
correlate2d.example("whole numbers, a kernel of fractions", WHOLE_NUMBERS, FRACTIONS)
correlate2d.example("a kernel as large as the image", SMALL_IMAGE[:, 1:], LECTURE_IMAGE[:3, 2:])
correlate2d.example_error("a kernel too wide", ValueError, LOPSIDED, WIDE_KERNEL)
correlate2d.example_error("a kernel too high", ValueError, LOPSIDED, np.array([[1.0], [0], [2]]))


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


def check_fit(image, kernel):
    """ValueError where the kernel does not fit the image."""
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit the image")


def slide(image, kernel):
    """The sum of products at every place where the kernel lies wholly on the image."""
    check_fit(image, kernel)
    height, width = kernel.shape
    out = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + height, j : j + width] * kernel)
    return out


@correlate2d.misconception(
    look="Which number of the window does kernel[0, 0] multiply in yours: the top left one?",
    wrong="You turned the kernel round in both directions: that is convolution. In cross-correlation kernel[0, 0] "
    "multiplies the top left number of the window.",
)
def flips_the_kernel(image, kernel):
    return slide(image, kernel[::-1, ::-1])


@correlate2d.misconception(
    look="Is the top row of the kernel multiplied with the top row of the window in yours?",
    wrong="Your kernel stands upside down: its rows are in reverse order.",
)
def turns_it_upside_down(image, kernel):
    return slide(image, kernel[::-1])


@correlate2d.misconception(
    look="Is the left column of the kernel multiplied with the left column of the window in yours?",
    wrong="Your kernel is mirrored: its columns are in reverse order.",
)
def mirrors_it(image, kernel):
    return slide(image, kernel[:, ::-1])


@correlate2d.misconception(
    look="Where does kernel[0, 1] go in yours: one to the right, or one down?",
    wrong="You swapped the rows and columns of the kernel. The first index goes down, the second to the right, in the "
    "kernel as in the image.",
)
def transposes_the_kernel(image, kernel):
    return slide(image, kernel.T)


@correlate2d.misconception(
    look="Is the last window in your answer, at the right and at the bottom?",
    wrong="You stop one window too early in both directions. There are H − KH + 1 places down and W − KW + 1 across.",
)
def stops_one_window_early(image, kernel):
    check_fit(image, kernel)
    height, width = kernel.shape
    out = np.zeros((image.shape[0] - height, image.shape[1] - width))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + height, j : j + width] * kernel)
    return out


@correlate2d.misconception(
    look="How large is your output, and at how many places does the kernel lie wholly on the image?",
    wrong="Your output is as large as the image. At the right and lower border the kernel hangs over the edge; "
    "valid keeps only the places where all of it lies on the image.",
)
def as_large_as_the_image(image, kernel):
    check_fit(image, kernel)
    height, width = kernel.shape
    padded = np.pad(image, ((0, height - 1), (0, width - 1)))
    out = np.zeros(image.shape)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(padded[i : i + height, j : j + width] * kernel)
    return out


@correlate2d.misconception(
    look="What does @ do with two small matrices, and what does * do?",
    wrong="You used the matrix product. Cross-correlation multiplies each number of the window by the one weight "
    "above it: that is *, the product entry by entry.",
)
def multiplies_matrices(image, kernel):
    check_fit(image, kernel)
    height, width = kernel.shape
    out = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + height, j : j + width] @ kernel)
    return out


@correlate2d.misconception(
    look="Which pixels does the last number of your first row use?",
    wrong="Your window leaves the image at one border and comes back in at the opposite one, as if the image were "
    "rolled up. Stop at the last window that lies wholly on the image.",
)
def wraps_round_the_border(image, kernel):
    check_fit(image, kernel)
    out = np.zeros(image.shape)
    for a in range(kernel.shape[0]):
        for b in range(kernel.shape[1]):
            out += kernel[a, b] * np.roll(image, (-a, -b), axis=(0, 1))
    return out


@correlate2d.misconception(
    look="The kernel is 2 high and 3 wide. How high and how wide is your window?",
    wrong="Height and width are swapped: your window is as high as the kernel is wide. kernel.shape is (height, width).",
)
def swaps_height_and_width(image, kernel):
    check_fit(image, kernel)
    width, height = kernel.shape
    out = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + height, j : j + width] * kernel)
    return out


@correlate2d.misconception(
    look="Does your inner loop know how many columns the image has?",
    wrong="You take every kernel and image for a square: the column count comes from the rows. Use shape[0] for rows and "
    "shape[1] for columns.",
)
def takes_everything_for_a_square(image, kernel):
    check_fit(image, kernel)
    size, places = kernel.shape[0], image.shape[0] - kernel.shape[0] + 1
    out = np.zeros((places, places))
    for i in range(places):
        for j in range(places):
            out[i, j] = np.sum(image[i : i + size, j : j + size] * kernel)
    return out


@correlate2d.misconception(
    look="The kernel holds fractions. What happens to −0.25 in an array of integers?",
    wrong="Your output array took its type from the image. An integer array cuts off everything behind the decimal "
    "point: make the output a float array.",
)
def stores_sums_as_integers(image, kernel):
    return slide(image, kernel).astype(image.dtype)


@correlate2d.misconception(
    look="Work out the first number of this example by hand. By what factor does yours differ?",
    wrong="You took the mean of the products. Cross-correlation adds them; a kernel that should average holds its "
    "ninths already.",
)
def averages_the_products(image, kernel):
    return slide(image, kernel) / kernel.size


@correlate2d.misconception(
    look="Which pixels does your second window hold? How many of them were in the first?",
    wrong="Your windows lie side by side: you moved the kernel by its own size. Move it by one pixel at a time.",
)
def windows_side_by_side(image, kernel):
    return slide(image, kernel)[:: kernel.shape[0], :: kernel.shape[1]]


@correlate2d.misconception(
    look="What does the docstring promise for a kernel that does not fit?",
    wrong="Your sums are right, but a kernel that is higher or wider than the image must raise a ValueError.",
)
def never_checks_the_fit(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    out = [
        [np.sum(image[i : i + height, j : j + width] * kernel) for j in range(columns)] for i in range(rows)
    ]
    return np.array(out, dtype=float)


@correlate2d.misconception(
    look="A kernel can be too high as well as too wide. Which of the two does your code notice?",
    wrong="You check the height only. A kernel that is wider than the image does not fit either.",
)
def checks_the_height_only(image, kernel):
    height, width = kernel.shape
    if height > image.shape[0]:
        raise ValueError("the kernel does not fit the image")
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    out = [
        [np.sum(image[i : i + height, j : j + width] * kernel) for j in range(columns)] for i in range(rows)
    ]
    return np.array(out, dtype=float)


@correlate2d.misconception(
    look="How large is your output? Where do the zeros at its border come from?",
    wrong="You put zeros all round the image, so that the kernel may hang over. 'Valid' takes only the places where it lies wholly on "
    "the image.",
)
def hangs_over_every_border(image, kernel):
    check_fit(image, kernel)
    height, width = kernel.shape
    padded = np.pad(image, ((height - 1, height - 1), (width - 1, width - 1)))
    return slide(padded, kernel)


@correlate2d.misconception(
    look="How large is your output? What have you put beside the image?",
    wrong="You put zeros round the image to keep its size. 'Valid' uses the image as it is: H − KH + 1 rows, W − KW + 1 columns.",
)
def keeps_the_size_with_zeros(image, kernel):
    check_fit(image, kernel)
    (height, width), up, left = kernel.shape, (kernel.shape[0] - 1) // 2, (kernel.shape[1] - 1) // 2
    return slide(np.pad(image, ((up, height - 1 - up), (left, width - 1 - left))), kernel)


@correlate2d.misconception(
    look="Is the second number of your first row the window to the right, or the one below?",
    wrong="Your output is transposed: its rows run down the image. The outer loop goes over rows i, the inner one over columns j.",
)
def writes_columns_as_rows(image, kernel):
    return slide(image, kernel).T


@correlate2d.misconception(
    look="What is the shape of your result?",
    wrong="You put all sums into one row. Keep their places: an array of (H − KH + 1, W − KW + 1).",
)
def one_long_row(image, kernel):
    return slide(image, kernel).ravel()


@correlate2d.misconception(
    look="What does Python's own `sum` make of a small matrix?",
    wrong="`sum` adds the rows of a matrix and leaves its columns apart. np.sum adds up all the products.",
)
def adds_the_rows_only(image, kernel):
    check_fit(image, kernel)
    height, width = kernel.shape
    rows, columns = range(image.shape[0] - height + 1), range(image.shape[1] - width + 1)
    return np.array(
        [[sum(image[i : i + height, j : j + width] * kernel) for j in columns] for i in rows], dtype=float
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
