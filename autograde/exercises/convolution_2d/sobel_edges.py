"""Magnitude and direction of the brightness gradient, by the two Sobel kernels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_2d.common import as_floats, view_with_steps
from helpers.checking.compare import polar

STEP = np.tile([0.0, 0, 1, 1], (3, 1))
DARKER = np.array([[3.0, 3, 1, 0], [3, 2, 1, 0], [3, 3, 0, 0], [3, 2, 0, 1]])
PATCH = np.array([[1.0, 0, 2, 5], [0, 3, 4, 1], [2, 0, 1, 7], [6, 2, 0, 1]])
FRACTIONS = np.array([[0.25, 0.5, 0.75, 0.25], [0.5, 0.125, 0.75, 0], [0.25, 0.875, 0.5, 0.75]])
INTEGERS = np.array([[40, 3, 12, 300], [7, 60, 25, 0], [100, 2, 9, 80]])
BYTES = np.array([[200, 10, 30, 0], [90, 250, 0, 60], [5, 40, 255, 20], [0, 180, 70, 33]], dtype=np.uint8)


@exercise(points=3, difficulty="medium", minutes=15, compare=polar(check_dtype=False))
def sobel_edges(image):
    """Magnitude and direction of the Sobel gradient, valid."""
    import scipy.signal

    if min(image.shape) < 3:
        raise ValueError(f"an image of {image.shape} is smaller than the 3 x 3 kernels")
    x = as_floats(image)
    smooth, differ = np.array([1, 2, 1], dtype=x.dtype), np.array([-1, 0, 1], dtype=x.dtype)
    gx = scipy.signal.correlate2d(x, np.outer(smooth, differ), mode="valid")
    gy = scipy.signal.correlate2d(x, np.outer(differ, smooth), mode="valid")
    return np.abs(gx + 1j * gy), np.angle(gx + 1j * gy)


sobel_edges.off_limits(
    "scipy.ndimage.sobel",
    "scipy.ndimage.generic_gradient_magnitude",
    "skimage.filters.sobel",
    "skimage.filters.sobel_h",
    "skimage.filters.sobel_v",
)
sobel_edges.example("dark on the left, bright on the right", STEP)
sobel_edges.example("bright above, dark below", STEP[::-1, ::-1].T.copy())
sobel_edges.example("bright on the left, with a dent", DARKER)
sobel_edges.example("gradients in all directions", PATCH)
sobel_edges.example("a single window", np.array([[0.0, 0, 1], [0, 1, 1], [1, 1, 1]]))
sobel_edges.example("a flat region", np.full((3, 4), 0.5))
sobel_edges.example("fractions", FRACTIONS)
sobel_edges.example("negative numbers", np.array([[-1.0, 2, 0, -3], [0, -5, 1, 2], [4, 0, -2, 1]]))
sobel_edges.example("whole numbers", INTEGERS)
sobel_edges.example("bytes, as in an image file", BYTES)
sobel_edges.example("single precision", FRACTIONS[:, :3].astype(np.float32))
sobel_edges.example("a view, mirrored", PATCH[:, ::-1])
sobel_edges.example_error("an image of two rows", ValueError, np.zeros((2, 5)))
sobel_edges.example_error("an image of two columns", ValueError, np.zeros((5, 2)))
sobel_edges.example_error("an image of two rows and two columns", ValueError, np.zeros((2, 2)))


@sobel_edges.feature(present="three rows or three columns", absent="more than three rows and columns")
def only_just_fits(image):
    return 3 in image.shape


@sobel_edges.cases(weight=2)
def images_of_many_shapes(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(7, 6), (3, 8), (9, 3), (3, 3), (5, 5)]:
        yield call(rng.normal(size=shape))


@sobel_edges.cases
def edges_and_flat_walls(rng: np.random.Generator) -> Iterator[Any]:
    yield call(np.full((4, 5), int(rng.integers(13, 58)) / 64))  # exact in single precision, too
    rows, columns = np.mgrid[:6, :7]
    for turn in rng.uniform(0, 2 * np.pi, size=3):
        yield call((rows * np.sin(turn) + columns * np.cos(turn) > 0.5).astype(float))
    yield call(np.where(columns < 3, 4.0, 0.0))
    yield call(np.where(rows < 3, 2.0, 1.0))


@sobel_edges.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(0, 256, size=(6, 5)).astype(np.uint8))
    yield call(rng.integers(-9, 10, size=(4, 6)))
    yield call(rng.normal(size=(5, 6)).astype(np.float32))
    yield call(view_with_steps(rng, 5, 4))
    yield call(rng.normal(size=(6, 4)).T)
    yield call(rng.uniform(size=(4, 5)))


@sobel_edges.cases(weight=0.5)
def images_too_small(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(2, 6)))
    yield call_error(ValueError, rng.normal(size=(6, 2)))
    yield call_error(ValueError, rng.normal(size=(1, 2)))


@sobel_edges.alternative
def with_slices(image):
    H, W = image.shape
    if H < 3 or W < 3:
        raise ValueError("an image of at least 3 x 3 is needed")
    x = image.astype(float)
    gx = x[:-2, 2:] + 2 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2 * x[1:-1, :-2] - x[2:, :-2]
    gy = x[2:, :-2] + 2 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2 * x[:-2, 1:-1] - x[:-2, 2:]
    magnitude = np.sqrt(gx**2 + gy**2)
    direction = np.arctan2(gy, gx)
    return magnitude, direction


sobel_edges.edit(
    "computes_in_bytes",
    of=with_slices,
    replace="image.astype(float)",
    by="image",
    look="The image holds bytes. What is 10 − 200 in numbers from 0 to 255?",
    wrong="On bytes your output is the one of sums that start again at 0 above 255. Bytes know no negative numbers and none above 255: 10 − 200 becomes 66. The differences must be taken in floats.",
    shown="bytes, as in an image file",
)
sobel_edges.edit(
    "cuts_brightness_to_whole_numbers",
    of=with_slices,
    replace="image.astype(float)",
    by="image.astype(int)",
    look="What is left of a brightness of 0.75 when it becomes a whole number?",
    wrong="Your output is the one of an image whose brightnesses were cut to whole numbers. A photograph from 0 to 1 turns black that way; keep the fractions.",
    shown="fractions",
)
sobel_edges.edit(
    "divides_the_image_by_255",
    of=with_slices,
    replace="image.astype(float)",
    by="image / 255",
    look="By what factor do your magnitudes differ from ours?",
    wrong="Your magnitudes are 255 times too small, as after turning bytes into 0 … 1. Here brightnesses are used as they stand.",
)
sobel_edges.edit(
    "swaps_x_and_y",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arctan2(gx, gy)",
    look="In which direction does the image get brighter, and which angle do you return there?",
    wrong="x and y are swapped in your direction. An edge from dark on the left to bright on the right has direction 0.",
    shown="dark on the left, bright on the right",
    if_source_has={
        "arctan2(gx, gy)": "np.arctan2 takes y first: np.arctan2(gy, gx).",
        "arctan2(gx,gy)": "np.arctan2 takes y first: np.arctan2(gy, gx).",
    },
)
sobel_edges.edit(
    "arctan_of_the_ratio",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arctan(gy / gx)",
    look="Bright to dark, and dark to bright: does your direction tell them apart?",
    wrong="Your directions fill only the half circle from −π/2 to π/2, so opposite arrows become one. That is what the arctangent of the quotient gives; np.arctan2(gy, gx) knows all four quadrants.",
    shown="bright on the left, with a dent",
)
sobel_edges.edit(
    "directions_in_degrees",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.degrees(np.arctan2(gy, gx))",
    look="A full turn is 2π. What is the largest direction that you return?",
    wrong="Your directions are in degrees. The docstring asks for radians, as np.arctan2 gives them.",
)
sobel_edges.edit(
    "turns_the_kernels",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arctan2(-gy, -gx)",
    look="Where does it get brighter, and where does your direction point?",
    wrong="Every direction of yours points from bright to dark, as after turning the kernels round. The gradient points to the brighter side.",
)
sobel_edges.edit(
    "lets_y_point_up",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arctan2(-gy, gx)",
    look="Which way does y grow in an image: up or down?",
    wrong="Your y points upwards. In an image rows are counted downwards, so gy is positive where it gets brighter further down.",
)
sobel_edges.edit(
    "lets_x_point_left",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arctan2(gy, -gx)",
    look="It gets brighter to the right. Is your gx positive or negative there?",
    wrong="Your x points to the left: gx should be positive where it gets brighter further to the right.",
    shown="dark on the left, bright on the right",
)
sobel_edges.edit(
    "half_a_circle",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arctan2(gy, gx) % np.pi",
    look="An arrow to the right and one to the left: which two directions do you return?",
    wrong="Your directions fill only the half circle from 0 to π, so opposite arrows become one. Keep the full circle.",
)
sobel_edges.edit(
    "takes_the_arccosine",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arccos(gx / np.maximum(magnitude, 1e-12))",
    look="An arrow up and one down: which two directions do you return?",
    wrong="Your directions fill only the half circle from 0 to π, as if every arrow pointed down: the sign of gy is lost.",
    if_source_has={
        "arccos": "The arccosine of gx / magnitude knows nothing of that sign; np.arctan2(gy, gx) does."
    },
)
sobel_edges.edit(
    "along_the_edge",
    of=with_slices,
    replace="np.arctan2(gy, gx)",
    by="np.arctan2(gx, -gy)",
    look="Does your arrow point across the edge, or along it?",
    wrong="Your direction is the one in which the edge runs. The gradient stands at a right angle to it and points to the brighter side.",
)
sobel_edges.edit(
    "magnitude_without_squares",
    of=with_slices,
    replace="np.sqrt(gx**2 + gy**2)",
    by="np.abs(gx) + np.abs(gy)",
    look="gx = 3 and gy = 4: what is the length of that arrow?",
    wrong="Your magnitude is the sum of the absolute values: 3 + 4 = 7. The length of the arrow is √(gx² + gy²) = 5.",
)
sobel_edges.edit(
    "forgets_the_root",
    of=with_slices,
    replace="np.sqrt(gx**2 + gy**2)",
    by="gx**2 + gy**2",
    look="gx = 3 and gy = 4: what is the length of that arrow?",
    wrong="Your magnitude is the square of the length, 25 for 3 and 4. The length is √(gx² + gy²) = 5.",
)
sobel_edges.edit(
    "takes_the_larger_one",
    of=with_slices,
    replace="np.sqrt(gx**2 + gy**2)",
    by="np.maximum(np.abs(gx), np.abs(gy))",
    look="gx = 3 and gy = 4: what is the length of that arrow?",
    wrong="Your magnitude is the larger of the two, 4 for 3 and 4. Both count: √(3² + 4²) = 5.",
)
sobel_edges.edit(
    "divides_by_eight",
    of=with_slices,
    replace="np.sqrt(gx**2 + gy**2)",
    by="np.sqrt(gx**2 + gy**2) / 8",
    look="By what factor do your magnitudes differ from ours?",
    wrong="Your magnitudes are an eighth of ours: a slope per pixel in place of Sobel's sums. Here the kernels are used as they stand.",
)
sobel_edges.edit(
    "divides_by_four",
    of=with_slices,
    replace="np.sqrt(gx**2 + gy**2)",
    by="np.sqrt(gx**2 + gy**2) / 4",
    look="By what factor do your magnitudes differ from ours?",
    wrong="Your magnitudes are a quarter of ours, so that a step of 1 gives 1. Here the kernels are used as they stand.",
)
sobel_edges.edit(
    "makes_the_largest_one",
    of=with_slices,
    replace="np.sqrt(gx**2 + gy**2)",
    by="np.sqrt(gx**2 + gy**2) / max(np.sqrt(gx**2 + gy**2).max(), 1e-12)",
    look="What is the largest of your magnitudes?",
    wrong="The largest of your magnitudes is 1. That is useful for drawing; the exercise asks for the magnitude itself.",
)
sobel_edges.edit(
    "without_the_two_in_the_middle",
    of=with_slices,
    replace="gx = x[:-2, 2:] + 2 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2 * x[1:-1, :-2] - x[2:, :-2]\n    gy = x[2:, :-2] + 2 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2 * x[:-2, 1:-1] - x[:-2, 2:]",
    by="gx = x[:-2, 2:] + x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - x[1:-1, :-2] - x[2:, :-2]\n    gy = x[2:, :-2] + x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - x[:-2, 1:-1] - x[:-2, 2:]",
    look="How often does the middle row of a window count in your gx?",
    wrong="Your output is the one of kernels that hold 1, 1, 1 where Sobel's hold 1, 2, 1: the middle row or column counts twice.",
    shown="dark on the left, bright on the right",
)
sobel_edges.edit(
    "as_large_as_the_image",
    of=with_slices,
    replace="image.astype(float)",
    by="np.pad(image.astype(float), 1)",
    look="How large is your output? At how many places does the kernel lie wholly on the image?",
    wrong="Your output is as large as the image, as if a border of zeros stood round it. Valid has two rows and two columns less.",
)
sobel_edges.edit(
    "returns_the_two_gradients",
    of=with_slices,
    replace="return magnitude, direction",
    by="return gx, gy",
    look="What do you return: magnitude and direction, or the two gradients?",
    wrong="You return gx and gy themselves. The docstring asks for a length and an angle made of them.",
    shown="gradients in all directions",
)
sobel_edges.edit(
    "returns_the_direction_first",
    of=with_slices,
    replace="return magnitude, direction",
    by="return direction, magnitude",
    look="Which of the two results comes first?",
    wrong="You return the direction first. The docstring asks for (magnitude, direction).",
    shown="dark on the left, bright on the right",
)
sobel_edges.edit(
    "returns_the_magnitude_alone",
    of=with_slices,
    replace="return magnitude, direction",
    by="return magnitude",
    look="How many results does the docstring ask for?",
    wrong="You return the magnitude alone. The docstring asks for two arrays, (magnitude, direction).",
)
sobel_edges.edit(
    "never_checks_the_size",
    of=with_slices,
    replace='    if H < 3 or W < 3:\n        raise ValueError("an image of at least 3 x 3 is needed")\n',
    by="",
    look="What does the docstring promise for an image as small as this?",
    wrong="An image with fewer than three rows or columns must raise a ValueError. Yours returns a result.",
)
sobel_edges.edit(
    "checks_the_rows_only",
    of=with_slices,
    replace="H < 3 or W < 3",
    by="H < 3",
    look="This image has too few columns. What does the docstring promise?",
    wrong="An image with too few rows is refused, as it should be; one with too few columns is not.",
)
sobel_edges.edit(
    "checks_the_columns_only",
    of=with_slices,
    replace="H < 3 or W < 3",
    by="W < 3",
    look="This image has too few rows. What does the docstring promise?",
    wrong="An image with too few columns is refused, as it should be; one with too few rows is not.",
)
sobel_edges.edit(
    "refuses_only_what_is_too_small_both_ways",
    of=with_slices,
    replace="H < 3 or W < 3",
    by="H < 3 and W < 3",
    look="This image is too small in one direction. Is that enough for an error?",
    wrong="An image with too few rows and too few columns is refused, as it should be. One of the two is enough.",
    shown="an image of two rows",
)
sobel_edges.edit(
    "refuses_three_rows",
    of=with_slices,
    replace="H < 3 or W < 3",
    by="H <= 3 or W <= 3",
    look="How many places are there for a kernel of three rows on an image of three rows?",
    wrong="An image with exactly three rows or columns is large enough: there is one place for the kernel. Yours is refused.",
)


@sobel_edges.misconception(
    look="The image holds bytes. What is 10 − 200 in numbers from 0 to 255?",
    wrong="On bytes your output is the one of differences that start again at 0 above 255. Bytes know no negative numbers and none above 255: 10 − 200 becomes 66. The differences must be taken in floats.",
    shown="bytes, as in an image file",
)
def turns_into_floats_too_late(image):
    if image.shape[0] < 3 or image.shape[1] < 3:
        raise ValueError("an image of at least 3 x 3 is needed")
    x = image
    gx = x[:-2, 2:] + 2 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2 * x[1:-1, :-2] - x[2:, :-2]
    gy = x[2:, :-2] + 2 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2 * x[:-2, 1:-1] - x[:-2, 2:]
    gx, gy = gx.astype(float), gy.astype(float)
    return np.hypot(gx, gy), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="The image holds bytes. What is 10 − 200 in numbers from 0 to 255?",
    wrong="On bytes your output is the one of differences that start again at 0 above 255. Bytes know no negative numbers and none above 255: 10 − 200 becomes 66. The differences must be taken in floats.",
    shown="bytes, as in an image file",
)
def subtracts_bytes(image):
    if image.shape[0] < 3 or image.shape[1] < 3:
        raise ValueError("an image of at least 3 x 3 is needed")
    across = image[:, 2:] - image[:, :-2]
    down = image[2:] - image[:-2]
    gx = across[:-2] + 2.0 * across[1:-1] + across[2:]
    gy = down[:, :-2] + 2.0 * down[:, 1:-1] + down[:, 2:]
    return np.hypot(gx, gy), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="The image holds bytes. What is 10 − 200 in numbers from 0 to 255?",
    wrong="On bytes your output is the one of sums that start again at 0 above 255. Bytes know no negative numbers and none above 255: 10 − 200 becomes 66. The differences must be taken in floats.",
    shown="bytes, as in an image file",
)
def takes_the_length_in_bytes(image):
    if image.shape[0] < 3 or image.shape[1] < 3:
        raise ValueError("an image of at least 3 x 3 is needed")
    x = image
    gx = x[:-2, 2:] + 2 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2 * x[1:-1, :-2] - x[2:, :-2]
    gy = x[2:, :-2] + 2 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2 * x[:-2, 1:-1] - x[:-2, 2:]
    return np.hypot(gx, gy), np.arctan2(gy, gx)


@sobel_edges.alternative
def with_complex_numbers(image):
    if min(image.shape) < 3:
        raise ValueError("an image of at least 3 x 3 is needed")
    kernel = np.array([[-1 - 1j, -2j, 1 - 1j], [-2, 0, 2], [-1 + 1j, 2j, 1 + 1j]])
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    gradient = np.einsum("ijab,ab->ij", windows, kernel)
    return np.abs(gradient), np.angle(gradient)


@sobel_edges.alternative
def with_angles_from_zero_to_two_pi(image):
    height, width = image.shape
    if height < 3 or width < 3:
        raise ValueError("an image of at least 3 x 3 is needed")
    kx = np.outer([1, 2, 1], [-1.0, 0, 1])
    magnitude, direction = np.zeros((height - 2, width - 2)), np.zeros((height - 2, width - 2))
    for i in range(height - 2):
        for j in range(width - 2):
            window = image[i : i + 3, j : j + 3]
            gx, gy = (window * kx).sum(), (window * kx.T).sum()
            magnitude[i, j] = (gx * gx + gy * gy) ** 0.5
            direction[i, j] = np.arctan2(gy, gx) % (2 * np.pi)
    return magnitude, direction
