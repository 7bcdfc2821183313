"""Magnitude and direction of the brightness gradient, by the two Sobel kernels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_2d.common import LIBRARY_CONVOLUTIONS, as_floats, view_with_steps
from helpers.checking.compare import polar

STEP = np.tile([0.0, 0, 1, 1], (3, 1))
DARKER = np.array([[3.0, 3, 1, 0], [3, 2, 1, 0], [3, 3, 0, 0], [3, 2, 0, 1]])
PATCH = np.array([[1.0, 0, 2, 5], [0, 3, 4, 1], [2, 0, 1, 7], [6, 2, 0, 1]])
BYTES = np.array(
    [[200, 10, 30, 0], [90, 250, 0, 60], [5, 40, 255, 20], [0, 180, 70, 33], [250, 2, 90, 110]],
    dtype=np.uint8,
)


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


sobel_edges.off_limits(*LIBRARY_CONVOLUTIONS)
sobel_edges.example("dark to bright: a vertical edge", STEP)
sobel_edges.example("bright to dark, with a dent", DARKER)
sobel_edges.example("a patch with gradients in all directions", PATCH)
sobel_edges.example("bytes, as in a photograph's file", BYTES)
sobel_edges.example_error("an image of two rows", ValueError, np.zeros((2, 5)))


@sobel_edges.cases(weight=2)
def images_of_many_shapes(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(7, 6), (3, 8), (9, 3), (3, 3), (5, 5)]:
        yield call(rng.normal(size=shape))


@sobel_edges.cases
def edges_and_flat_walls(rng: np.random.Generator) -> Iterator[Any]:
    yield call(np.full((4, 5), float(rng.uniform(0.2, 0.9))))
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


@sobel_edges.cases(weight=0.5)
def images_too_small(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(2, 6)))
    yield call_error(ValueError, rng.normal(size=(6, 2)))


SOBEL_X = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
SOBEL_Y = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]


def slide(image, kernel):
    """Valid cross-correlation with a 3 × 3 kernel."""
    if image.shape[0] < 3 or image.shape[1] < 3:
        raise ValueError("the image is smaller than the kernels")
    kernel = np.array(kernel, dtype=float)
    out = np.zeros((image.shape[0] - 2, image.shape[1] - 2))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + 3, j : j + 3] * kernel)
    return out


def both(image):
    """Gradient across and gradient down."""
    return (
        slide(image, [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        slide(image, [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
    )


@sobel_edges.misconception(
    look="In which direction does the image get brighter, and which angle do you return there?",
    wrong="x and y are swapped in your direction. The call is np.arctan2(gy, gx), y first; an edge from dark on the left "
    "to bright on the right has direction 0.",
)
def swaps_x_and_y(image):
    gx, gy = both(image)
    return np.hypot(gx, gy), np.arctan2(gx, gy)


@sobel_edges.misconception(
    look="gx = 3 and gy = 4: what is the length of that arrow?",
    wrong="You added the absolute values: 3 + 4 = 7. The length of the arrow is √(gx² + gy²) = 5.",
)
def magnitude_without_squares(image):
    gx, gy = both(image)
    return np.abs(gx) + np.abs(gy), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="Bright to dark, and dark to bright: does your direction tell them apart?",
    wrong="arctan(gy / gx) gives the same angle for (1, 0) and (−1, 0), and divides by zero where gx is 0. np.arctan2(gy, gx) "
    "knows all four quadrants.",
)
def arctan_of_the_ratio(image):
    gx, gy = both(image)
    with np.errstate(all="ignore"):
        return np.hypot(gx, gy), np.arctan(gy / gx)


@sobel_edges.misconception(
    look="A full turn is 2π. What is the largest direction that you return?",
    wrong="Your directions are in degrees. The docstring asks for radians, as np.arctan2 gives them.",
)
def directions_in_degrees(image):
    gx, gy = both(image)
    return np.hypot(gx, gy), np.degrees(np.arctan2(gy, gx))


@sobel_edges.misconception(
    look="It gets brighter to the right. Is your gx positive or negative there?",
    wrong="Your kernels are turned round: both gradients have the wrong sign, and every direction points from bright to "
    "dark. Use cross-correlation, no flip.",
)
def turns_the_kernels(image):
    gx, gy = both(image)
    return np.hypot(gx, gy), np.arctan2(-gy, -gx)


@sobel_edges.misconception(
    look="gx = 3 and gy = 4: what is the length of that arrow?",
    wrong="The root is missing: the magnitude is √(gx² + gy²), not its square.",
)
def forgets_the_root(image):
    gx, gy = both(image)
    return gx**2 + gy**2, np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="How large is your output? At how many places does a 3 × 3 kernel lie wholly on the image?",
    wrong="You added a border of zeros, so your result is as large as the image. Valid has two rows and two columns less.",
)
def as_large_as_the_image(image):
    if image.shape[0] < 3 or image.shape[1] < 3:
        raise ValueError("the image is smaller than the kernels")
    gx, gy = both(np.pad(image, 1))
    return np.hypot(gx, gy), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="What are the three weights in the left column of your kernel?",
    wrong="Your kernels hold 1, 1, 1 where Sobel's hold 1, 2, 1: the middle row counts twice.",
)
def without_the_two_in_the_middle(image):
    gx = slide(image, [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    gy = slide(image, [[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
    return np.hypot(gx, gy), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="Which way does y grow in an image: up or down?",
    wrong="Your y points upwards. In an image rows are counted downwards, so gy is positive where it gets brighter further "
    "down.",
)
def lets_y_point_up(image):
    gx, gy = both(image)
    return np.hypot(gx, gy), np.arctan2(-gy, gx)


@sobel_edges.misconception(
    look="The image holds bytes. What is 10 − 200 in numbers from 0 to 255?",
    wrong="You subtracted bytes: uint8 knows no negative numbers, 10 − 200 becomes 66. Turn the image into floats first.",
)
def subtracts_bytes(image):
    if image.shape[0] < 3 or image.shape[1] < 3:
        raise ValueError("the image is smaller than the kernels")
    across = image[:, 2:] - image[:, :-2]
    down = image[2:] - image[:-2]
    gx = across[:-2] + 2.0 * across[1:-1] + across[2:]
    gy = down[:, :-2] + 2.0 * down[:, 1:-1] + down[:, 2:]
    return np.hypot(gx, gy), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="What do you return: magnitude and direction, or the two gradients?",
    wrong="You return gx and gy themselves. Turn them into a length and an angle: np.hypot and np.arctan2.",
)
def returns_the_two_gradients(image):
    return both(image)


@sobel_edges.misconception(
    look="What does the docstring promise for an image of two rows?",
    wrong="Your gradients are right, but an image that is smaller than 3 × 3 must raise a ValueError.",
)
def never_checks_the_size(image):
    x = image.astype(float)
    across, down = x[:, 2:] - x[:, :-2], x[2:] - x[:-2]
    gx = across[:-2] + 2 * across[1:-1] + across[2:]
    gy = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    return np.hypot(gx, gy), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="Which of the two results comes first?",
    wrong="You return the direction first. The docstring asks for (magnitude, direction).",
)
def returns_the_direction_first(image):
    gx, gy = both(image)
    return np.arctan2(gy, gx), np.hypot(gx, gy)


@sobel_edges.misconception(
    look="An arrow to the right and one to the left: which two directions do you return?",
    wrong="You fold the direction into half a circle, so opposite arrows become one. Keep the full circle that np.arctan2 gives.",
)
def half_a_circle(image):
    gx, gy = both(image)
    return np.hypot(gx, gy), np.arctan2(gy, gx) % np.pi


@sobel_edges.misconception(
    look="Does your arrow point across the edge, or along it?",
    wrong="You return the direction in which the edge RUNS. The gradient stands at a right angle to it and points to the brighter side.",
)
def along_the_edge(image):
    gx, gy = both(image)
    return np.hypot(gx, gy), np.arctan2(gx, -gy)


@sobel_edges.misconception(
    look="By what factor do your magnitudes differ from ours?",
    wrong="You divided by 8, which makes a slope per pixel out of Sobel's sums. Here the kernels are used as they stand.",
)
def divides_by_eight(image):
    gx, gy = both(image)
    return np.hypot(gx, gy) / 8, np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="What is the largest of your magnitudes, in every example?",
    wrong="You divided by the largest magnitude. That is useful for drawing; the exercise asks for the magnitude itself.",
)
def makes_the_largest_one(image):
    gx, gy = both(image)
    magnitude = np.hypot(gx, gy)
    return magnitude / max(magnitude.max(), 1e-12), np.arctan2(gy, gx)


@sobel_edges.misconception(
    look="gx = 3 and gy = 4: what is the length of that arrow?",
    wrong="You took the larger of the two. Both count: √(3² + 4²) = 5.",
)
def takes_the_larger_one(image):
    gx, gy = both(image)
    return np.maximum(np.abs(gx), np.abs(gy)), np.arctan2(gy, gx)


@sobel_edges.alternative
def with_slices(image):
    if min(image.shape) < 3:
        raise ValueError("an image of at least 3 x 3 is needed")
    x = image.astype(float)
    across, down = x[:, 2:] - x[:, :-2], x[2:] - x[:-2]
    gx = across[:-2] + 2 * across[1:-1] + across[2:]
    gy = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    return np.sqrt(gx**2 + gy**2), np.arctan2(gy, gx)


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
