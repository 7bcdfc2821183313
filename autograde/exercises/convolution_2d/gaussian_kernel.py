"""A Gaussian kernel, sampled at pixel centres and normalised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from helpers.checking.compare import close


@exercise(points=2, difficulty="easy", minutes=10, compare=close())
def gaussian_kernel(size, sigma):
    """A Gaussian bell in size x size samples that sum to 1."""
    from scipy.stats import norm

    if size < 1 or sigma <= 0:
        raise ValueError(f"size is at least 1 and sigma positive; got {size} and {sigma}")
    samples = norm.pdf(np.linspace(-(size - 1) / 2, (size - 1) / 2, size), scale=sigma)
    return np.outer(samples / samples.sum(), samples / samples.sum())


gaussian_kernel.off_limits(
    "scipy.ndimage",
    "scipy.signal",
    "torch.signal.windows",
    "scipy.stats.norm",
    "scipy.stats.multivariate_normal",
)
gaussian_kernel.example("the lecture's kernel: size 3, sigma 0.8493", 3, 0.8493)
gaussian_kernel.example("an even size: 4, sigma 1.5", 4, 1.5)
gaussian_kernel.example("size 5, sigma 0.5", 5, 0.5)
gaussian_kernel.example("a single pixel", 1, 2.0)
gaussian_kernel.example_error("sigma 0", ValueError, 3, 0.0)
gaussian_kernel.example_error("size 0", ValueError, 0, 1.0)


@gaussian_kernel.cases
def odd_sizes(rng: np.random.Generator) -> Iterator[Any]:
    for size in (3, 5, 9):
        yield call(size, float(rng.uniform(0.6, 3)))
    yield call(7, 2)


@gaussian_kernel.cases
def even_sizes(rng: np.random.Generator) -> Iterator[Any]:
    for size in (2, 4, 6, 8):
        yield call(size, float(rng.uniform(0.6, 3)))


@gaussian_kernel.cases
def narrow_and_wide_bells(rng: np.random.Generator) -> Iterator[Any]:
    yield call(5, float(rng.uniform(0.25, 0.4)))
    yield call(5, float(rng.uniform(8, 20)))
    yield call(1, float(rng.uniform(0.5, 2)))


@gaussian_kernel.cases(weight=0.5)
def impossible_bells(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, 5, -float(rng.uniform(0.5, 2)))
    yield call_error(ValueError, 3, 0.0)
    yield call_error(ValueError, -2, 1.0)
    yield call_error(ValueError, 0, 1.0)


def bell(size, sigma, centre):
    """Values exp(−r²/2σ²) around a centre, not normalised."""
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - centre
    return np.exp(-(t[:, None] ** 2 + t[None, :] ** 2) / (2 * sigma**2))


@gaussian_kernel.misconception(
    look="What is the sum of your kernel? What should it be, so that a flat grey wall stays as it is?",
    wrong="You left the samples as they are; the largest is 1. Divide by their sum.",
)
def does_not_normalise(size, sigma):
    return bell(size, sigma, (size - 1) / 2)


@gaussian_kernel.misconception(
    look="What is the sum of your kernel? Does your factor know where the kernel ends?",
    wrong="1/(2πσ²) makes the whole bell integrate to 1, from −∞ to ∞. Your samples stop at the kernel's border, so their "
    "sum differs from 1: divide by their sum instead.",
)
def normalises_the_whole_plane(size, sigma):
    return bell(size, sigma, (size - 1) / 2) / (2 * np.pi * sigma**2)


@gaussian_kernel.misconception(
    look="In which place of the exponent does sigma stand squared?",
    wrong="You divided by 2σ instead of 2σ²: that takes sigma for the variance.",
)
def takes_sigma_for_the_variance(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - (size - 1) / 2
    kernel = np.exp(-(t[:, None] ** 2 + t[None, :] ** 2) / (2 * sigma))
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="One sigma from the centre the bell has fallen to exp(−½) ≈ 0.61 of its height. And yours?",
    wrong="The 2 is missing in the exponent: it is exp(−r²/(2σ²)).",
)
def forgets_the_two(size, sigma):
    kernel = bell(size, sigma / np.sqrt(2), (size - 1) / 2)
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="Look at size 4. Does your kernel read the same from the left and from the right?",
    wrong="You centred the bell on pixel size // 2. With an even size the centre lies between two pixels, at (size − 1)/2.",
)
def centres_on_a_pixel(size, sigma):
    kernel = bell(size, sigma, size // 2)
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="What is the sum of your kernel, and what is the sum of one of its rows?",
    wrong="You made every row sum to 1, so the whole kernel sums to its size. Divide by the sum of all entries.",
)
def makes_every_row_sum_to_one(size, sigma):
    kernel = bell(size, sigma, (size - 1) / 2)
    return kernel / kernel.sum(axis=1, keepdims=True)


@gaussian_kernel.misconception(
    look="How does your exponent grow with the distance r: as r or as r²?",
    wrong="You used r where r² stands: the bell becomes a tent with a sharp top.",
)
def forgets_the_square_of_the_distance(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - (size - 1) / 2
    kernel = np.exp(-np.hypot(t[:, None], t[None, :]) / (2 * sigma**2))
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="What is the shape of your result?",
    wrong="You made the bell along one axis only. The kernel has size × size numbers: the bell down times the bell across.",
)
def along_one_axis_only(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - (size - 1) / 2
    kernel = np.exp(-(t**2) / (2 * sigma**2))
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="What does the docstring promise for sigma 0 and for size 0?",
    wrong="Your kernels are right, but a size below 1 and a sigma that is not positive must raise a ValueError.",
)
def never_checks_its_arguments(size, sigma):
    t = np.arange(size) - (size - 1) / 2
    kernel = np.exp(-(t[:, None] ** 2 + t[None, :] ** 2) / (2 * sigma**2))
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="What is the largest number of your kernel, and what is the sum of all?",
    wrong="You divided by the largest sample, so the top is 1. Divide by the sum, so that all of them together are 1.",
)
def makes_the_top_one(size, sigma):
    kernel = bell(size, sigma, (size - 1) / 2)
    return kernel / kernel.max()


@gaussian_kernel.misconception(
    look="Size 3: where is the top of your bell, and where is the middle pixel?",
    wrong="You centred the bell on size / 2. Pixels are counted from 0, so the middle lies at (size − 1)/2: pixel 1 of three.",
)
def centres_half_a_pixel_off(size, sigma):
    kernel = bell(size, sigma, size / 2)
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="In which order does Python compute r2 / 2 * sigma**2?",
    wrong="Without brackets / 2 * sigma**2 divides by 2 and then MULTIPLIES by σ². Write / (2 * sigma**2).",
)
def forgets_the_brackets(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - (size - 1) / 2
    kernel = np.exp(-(t[:, None] ** 2 + t[None, :] ** 2) / 2 * sigma**2)
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="Where is your kernel largest: in the middle, or in the corners?",
    wrong="The minus sign in the exponent is missing: your bell stands on its head.",
)
def forgets_the_minus(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - (size - 1) / 2
    kernel = np.exp((t[:, None] ** 2 + t[None, :] ** 2) / (2 * sigma**2))
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="What does the docstring say about even sizes?",
    wrong="You refuse even sizes. They have no pixel in the middle, but a middle all the same: (size − 1)/2.",
)
def refuses_even_sizes(size, sigma):
    if size % 2 == 0:
        raise ValueError("size must be odd")
    kernel = bell(size, sigma, (size - 1) / 2)
    return kernel / kernel.sum()


@gaussian_kernel.misconception(
    look="How far apart are two neighbouring samples of your bell, in pixels?",
    wrong="Your samples run from −1 to 1 whatever the size. Neighbours are one pixel apart: from −(size − 1)/2 to (size − 1)/2.",
)
def squeezes_it_between_minus_one_and_one(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.linspace(-1, 1, size)
    kernel = np.exp(-(t[:, None] ** 2 + t[None, :] ** 2) / (2 * sigma**2))
    return kernel / kernel.sum()


@gaussian_kernel.alternative
def two_plain_loops(size, sigma):
    import math

    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    centre = (size - 1) / 2
    rows = [
        [math.exp(-((i - centre) ** 2 + (j - centre) ** 2) / (2 * sigma * sigma)) for j in range(size)]
        for i in range(size)
    ]
    total = sum(sum(row) for row in rows)
    return np.array([[value / total for value in row] for row in rows])


@gaussian_kernel.alternative
def an_outer_product(size, sigma):
    if size < 1 or not sigma > 0:
        raise ValueError("no such bell")
    t = np.linspace(-(size - 1) / 2, (size - 1) / 2, size)
    g = np.exp(-0.5 * (t / sigma) ** 2)
    g /= g.sum()
    return g[:, None] * g[None, :]


@gaussian_kernel.alternative
def a_grid_of_coordinates(size, sigma):
    if size <= 0 or sigma <= 0:
        raise ValueError("no such bell")
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    kernel = np.exp(-(x**2 + y**2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)
    return kernel / np.sum(kernel)
