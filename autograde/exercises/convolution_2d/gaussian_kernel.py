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
    "scipy.signal.windows",
    "scipy.signal.get_window",
    "scipy.ndimage.gaussian_filter",
    "scipy.ndimage.gaussian_filter1d",
    "torch.signal.windows",
)
gaussian_kernel.example("an odd size", 3, 0.8493)
gaussian_kernel.example("an even size", 4, 1.5)
gaussian_kernel.example("a single pixel", 1, 2.0)
gaussian_kernel.example("the smallest even size", 2, 0.75)
gaussian_kernel.example("a narrow bell", 5, 0.4)
gaussian_kernel.example("a wide bell", 3, 6.0)
gaussian_kernel.example("a whole number for sigma", 5, 2)
gaussian_kernel.example_error("sigma 0", ValueError, 3, 0.0)
gaussian_kernel.example_error("a negative sigma", ValueError, 3, -0.5)
gaussian_kernel.example_error("size 0", ValueError, 0, 1.0)
gaussian_kernel.example_error("a negative size", ValueError, -2, 1.0)


@gaussian_kernel.feature(present="a sigma below 1", absent="a sigma of 1 or more")
def narrow(size, sigma):
    return sigma < 1


@gaussian_kernel.feature(present="a sigma that is no whole number", absent="a whole number for sigma")
def fractional(size, sigma):
    return sigma != int(sigma)


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


@gaussian_kernel.alternative
def distances_and_one_exponential(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - (size - 1) / 2
    r2 = t[:, None] ** 2 + t[None, :] ** 2
    kernel = np.exp(-r2 / (2 * sigma**2))
    return kernel / kernel.sum()


gaussian_kernel.edit(
    "does_not_normalise",
    of=distances_and_one_exponential,
    replace="kernel / kernel.sum()",
    by="kernel",
    look="What is the sum of your kernel? What should it be, so that a flat grey region stays as it is?",
    wrong="Your samples are left as they are; the largest is near 1, whatever their number. Divided by their sum, they sum to 1.",
)
gaussian_kernel.edit(
    "normalises_the_whole_plane",
    of=distances_and_one_exponential,
    replace="kernel / kernel.sum()",
    by="kernel / (2 * np.pi * sigma**2)",
    look="What is the sum of your kernel? Does your factor know where the kernel ends?",
    wrong="Your kernel is the bell times 1/(2πσ²), which makes the whole bell integrate to 1, from −∞ to ∞. The samples stop at the kernel's border, so their sum differs from 1: divide by that sum instead.",
)
gaussian_kernel.edit(
    "makes_every_row_sum_to_one",
    of=distances_and_one_exponential,
    replace="kernel / kernel.sum()",
    by="kernel / kernel.sum(axis=1, keepdims=True)",
    look="What is the sum of your kernel, and what is the sum of one of its rows?",
    wrong="Every row of your kernel sums to 1, so the whole kernel sums to its size. All entries together should sum to 1.",
)
gaussian_kernel.edit(
    "makes_the_top_one",
    of=distances_and_one_exponential,
    replace="kernel / kernel.sum()",
    by="kernel / kernel.max()",
    look="What is the largest number of your kernel, and what is the sum of all?",
    wrong="The largest number of your kernel is exactly 1. Divided by the sum, all of them together are 1.",
)
gaussian_kernel.edit(
    "takes_sigma_for_the_variance",
    of=distances_and_one_exponential,
    replace="-r2 / (2 * sigma**2)",
    by="-r2 / (2 * sigma)",
    look="One sigma from the centre the bell has fallen to exp(−½) ≈ 0.61 of its height. And yours?",
    wrong="Your bell is the one with 2σ in the exponent's denominator, where 2σ² belongs: it takes σ for the variance.",
)
gaussian_kernel.edit(
    "forgets_the_two",
    of=distances_and_one_exponential,
    replace="-r2 / (2 * sigma**2)",
    by="-r2 / sigma**2",
    look="One sigma from the centre the bell has fallen to exp(−½) ≈ 0.61 of its height. And yours?",
    wrong="Your bell is too narrow, the one without the 2 in the exponent. It is exp(−r²/(2σ²)).",
)
gaussian_kernel.edit(
    "squares_the_two_as_well",
    of=distances_and_one_exponential,
    replace="-r2 / (2 * sigma**2)",
    by="-r2 / (2 * sigma) ** 2",
    look="One sigma from the centre the bell has fallen to exp(−½) ≈ 0.61 of its height. And yours?",
    wrong="Your bell is too wide, the one with (2σ)² = 4σ² in the exponent. Only σ is squared: 2σ².",
)
gaussian_kernel.edit(
    "multiplies_by_the_variance",
    of=distances_and_one_exponential,
    replace="-r2 / (2 * sigma**2)",
    by="-r2 / 2 * sigma**2",
    look="Does your bell get wider when sigma grows, or narrower?",
    wrong="Your bell is the one with σ² in the exponent's numerator: a larger σ makes it narrower. σ² belongs into the denominator.",
    if_source_has={
        "/ 2 * sigma": "Python computes / 2 * sigma**2 from left to right: it divides by 2 and then multiplies. Brackets help: / (2 * sigma**2).",
        "/2*sigma": "Python computes /2*sigma**2 from left to right: it divides by 2 and then multiplies. Brackets help: /(2*sigma**2).",
    },
)
gaussian_kernel.edit(
    "forgets_the_minus",
    of=distances_and_one_exponential,
    replace="-r2 / (2 * sigma**2)",
    by="r2 / (2 * sigma**2)",
    look="Where is your kernel largest: in the middle, or in the corners?",
    wrong="Your bell stands on its head, as without the minus sign in the exponent.",
    shown="an odd size",
)
gaussian_kernel.edit(
    "forgets_the_square_of_the_distance",
    of=distances_and_one_exponential,
    replace="-r2 / (2 * sigma**2)",
    by="-np.sqrt(r2) / (2 * sigma**2)",
    look="How does your exponent grow with the distance r: as r or as r²?",
    wrong="Your kernel falls with r where it should fall with r²: it is a tent with a sharp top, no bell.",
    shown="an odd size",
)
gaussian_kernel.edit(
    "adds_up_the_two_distances",
    of=distances_and_one_exponential,
    replace="t[:, None] ** 2 + t[None, :] ** 2",
    by="np.abs(t[:, None]) + np.abs(t[None, :])",
    look="How far from the centre is a corner of the kernel, in a straight line?",
    wrong="Your exponent grows with |row| + |column|, the way along the streets. The bell needs the squares: row² + column².",
)
gaussian_kernel.edit(
    "centres_on_a_pixel",
    of=distances_and_one_exponential,
    replace="np.arange(size) - (size - 1) / 2",
    by="np.arange(size) - size // 2",
    look="Does your kernel read the same from the left and from the right?",
    wrong="Your bell has its top on pixel size // 2. With an even size the centre lies between two pixels, at (size − 1)/2.",
)
gaussian_kernel.edit(
    "centres_half_a_pixel_off",
    of=distances_and_one_exponential,
    replace="np.arange(size) - (size - 1) / 2",
    by="np.arange(size) - size / 2",
    look="Where is the top of your bell, and where is the middle of the kernel?",
    wrong="Your bell has its top at size / 2. Pixels are counted from 0, so the middle lies at (size − 1)/2.",
    shown="an odd size",
)
gaussian_kernel.edit(
    "spreads_it_from_border_to_border",
    of=distances_and_one_exponential,
    replace="np.arange(size) - (size - 1) / 2",
    by="np.linspace(-size / 2, size / 2, size)",
    look="How far apart are two neighbouring samples of your bell, in pixels?",
    wrong="Your samples reach from −size/2 to size/2, so neighbours stand more than one pixel apart. Pixel centres reach from −(size − 1)/2 to (size − 1)/2.",
    shown="an odd size",
)
gaussian_kernel.edit(
    "squeezes_it_between_minus_one_and_one",
    of=distances_and_one_exponential,
    replace="np.arange(size) - (size - 1) / 2",
    by="np.linspace(-1, 1, size)",
    look="How far apart are two neighbouring samples of your bell, in pixels?",
    wrong="Your samples reach from −1 to 1 whatever the size. Neighbours are one pixel apart: from −(size − 1)/2 to (size − 1)/2.",
    shown="an even size",
)
gaussian_kernel.edit(
    "takes_a_sample_too_many",
    of=distances_and_one_exponential,
    replace="np.arange(size) - (size - 1) / 2",
    by="np.arange(-(size // 2), size // 2 + 1)",
    look="How many rows and columns has your kernel?",
    wrong="For an even size your kernel has one row and one column too many. size samples, one pixel apart, reach from −(size − 1)/2 to (size − 1)/2.",
)
gaussian_kernel.edit(
    "cuts_the_centre_to_a_whole_number",
    of=distances_and_one_exponential,
    replace="np.arange(size) - (size - 1) / 2",
    by="np.arange(size) - (size - 1) // 2",
    look="Does your kernel read the same from the left and from the right?",
    wrong="Your bell has its top on the pixel left of the middle. With an even size the centre lies between two pixels, at (size − 1)/2.",
)
gaussian_kernel.edit(
    "never_checks_its_arguments",
    of=distances_and_one_exponential,
    replace='    if size < 1 or sigma <= 0:\n        raise ValueError("size must be at least 1 and sigma positive")\n',
    by="",
    look="What does the docstring promise for such a size and such a sigma?",
    wrong="A size below 1 and a sigma that is not positive must raise a ValueError. Yours returns a result.",
)
gaussian_kernel.edit(
    "checks_the_size_only",
    of=distances_and_one_exponential,
    replace="size < 1 or sigma <= 0",
    by="size < 1",
    look="What does the docstring promise for such a sigma?",
    wrong="A sigma that is not positive must raise a ValueError. Yours returns a result.",
)
gaussian_kernel.edit(
    "checks_sigma_only",
    of=distances_and_one_exponential,
    replace="size < 1 or sigma <= 0",
    by="sigma <= 0",
    look="What does the docstring promise for such a size?",
    wrong="A size below 1 must raise a ValueError. Yours returns a result.",
)
gaussian_kernel.edit(
    "lets_a_negative_sigma_in",
    of=distances_and_one_exponential,
    replace="size < 1 or sigma <= 0",
    by="size < 1 or sigma == 0",
    look="What does the docstring promise for a negative sigma?",
    wrong="Sigma 0 is refused, as it should be; a negative one is not.",
)
gaussian_kernel.edit(
    "lets_sigma_0_in",
    of=distances_and_one_exponential,
    replace="size < 1 or sigma <= 0",
    by="size < 1 or sigma < 0",
    look="What does the docstring promise for sigma 0?",
    wrong="A negative sigma is refused, as it should be; sigma 0 is not.",
)
gaussian_kernel.edit(
    "lets_a_negative_size_in",
    of=distances_and_one_exponential,
    replace="size < 1 or sigma <= 0",
    by="size == 0 or sigma <= 0",
    look="What does the docstring promise for a negative size?",
    wrong="Size 0 is refused, as it should be; a negative one is not.",
)
gaussian_kernel.edit(
    "refuses_even_sizes",
    of=distances_and_one_exponential,
    replace="    t = np",
    by='    if size % 2 == 0:\n        raise ValueError("size must be odd")\n    t = np',
    look="What does the docstring say about even sizes?",
    wrong="Even sizes are refused. They have no pixel in the middle, but a middle all the same: (size − 1)/2.",
)
gaussian_kernel.edit(
    "cuts_sigma_to_a_whole_number",
    of=distances_and_one_exponential,
    replace="-r2 / (2 * sigma**2)",
    by="-r2 / (2 * max(1, int(sigma)) ** 2)",
    look="How wide is your bell where sigma is no whole number?",
    wrong="Your bell is the one of sigma without what stands behind its decimal point. Sigma is a float.",
)


@gaussian_kernel.misconception(
    look="What is the shape of your result?",
    wrong="Your bell runs along one axis only. The kernel has size × size numbers: the bell down times the bell across.",
)
def along_one_axis_only(size, sigma):
    if size < 1 or sigma <= 0:
        raise ValueError("size must be at least 1 and sigma positive")
    t = np.arange(size) - (size - 1) / 2
    kernel = np.exp(-(t**2) / (2 * sigma**2))
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
