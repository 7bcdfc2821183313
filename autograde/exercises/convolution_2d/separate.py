"""A kernel as a column times a row, where that is possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_2d.common import as_floats
from helpers.checking.compare import outer

SOBEL_X = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
LAPLACIAN = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])


@exercise(points=3, difficulty="hard", minutes=20, compare=outer(check_dtype=False))
def separate(kernel, tol=1e-6):
    """Column and row whose outer product is the kernel, or None."""
    k = as_floats(kernel)
    sizes = np.linalg.svd(k, compute_uv=False)
    if len(sizes) > 1 and sizes[1] > tol * sizes[0]:
        return None
    if sizes[0] == 0:
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    i, j = np.unravel_index(np.abs(k).argmax(), k.shape)  # the largest entry: the safest one to divide by
    return k[:, j], k[i] / k[i, j]


separate.example("Sobel x", SOBEL_X)
separate.example("the lecture's Gaussian", np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16)
separate.example("a zero in the corner", np.outer([0.0, 1, 2], [0.0, 3, -1]))
separate.example("a wide kernel, 2 x 3", np.outer([2.0, -3], [1.0, 0, 4]))
separate.example("the Laplacian: no factors", LAPLACIAN)
separate.example("the Laplacian times 1e-9: no factors", 1e-9 * LAPLACIAN)
separate.example(
    "one entry is 0.001 too large: no factors", np.outer([1.0, 2], [3.0, 1]) + [[0, 0.001], [0, 0]]
)
separate.example(
    "one entry is 1e-9 too large: within the tolerance", np.outer([1.0, 2], [3.0, 1]) + [[0, 1e-9], [0, 0]]
)
separate.example(
    "the same with a tolerance of 1e-12: no factors",
    np.outer([1.0, 2], [3.0, 1]) + [[0, 1e-9], [0, 0]],
    tol=1e-12,
)
separate.example("a single row", np.array([[2.0, 0, -1]]))
separate.example("nothing but zeros", np.zeros((2, 3)))


@separate.cases(weight=2)
def outer_products(rng: np.random.Generator) -> Iterator[Any]:
    for rows, columns in [(3, 3), (5, 5), (2, 6), (7, 3)]:
        yield call(np.outer(rng.normal(size=rows), rng.normal(size=columns)))
    yield call(np.outer([0.0, *rng.permutation([-3.0, 0, 2])], [*rng.permutation([0.5, 1, -2]), 0.0]))
    yield call(np.outer([*rng.normal(size=2), 0.0], [0.0, *rng.normal(size=3)]))
    yield call(np.outer(rng.normal(size=3), rng.normal(size=4)).astype(np.float32), tol=1e-3)


@separate.cases(weight=2)
def kernels_without_factors(rng: np.random.Generator) -> Iterator[Any]:
    for rows, columns in [(3, 3), (2, 5), (6, 2)]:
        yield call(rng.normal(size=(rows, columns)))
    yield call(
        np.outer(rng.normal(size=4), rng.normal(size=4)) + np.outer(rng.normal(size=4), rng.normal(size=4))
    )
    yield call(np.eye(3) * rng.uniform(1, 2))


@separate.cases
def tiny_and_huge_kernels(rng: np.random.Generator) -> Iterator[Any]:
    yield call(1e-9 * rng.normal(size=(3, 3)))
    yield call(1e-9 * np.outer(rng.normal(size=3), rng.normal(size=4)))
    yield call(1e12 * np.outer(rng.normal(size=5), rng.normal(size=3)))


@separate.cases
def nearly_an_outer_product(rng: np.random.Generator) -> Iterator[Any]:
    column, row = rng.uniform(1, 2, size=4), rng.uniform(1, 2, size=3)
    stain = np.zeros((4, 3))
    stain[rng.integers(4), rng.integers(3)] = 1.0
    yield call(np.outer(column, row) + 1e-3 * stain)
    yield call(np.outer(column, row) + 1e-10 * stain)
    yield call(np.outer(column, row) + 1e-9 * stain, tol=1e-12)
    yield call(np.outer(column, row) + 1e-9 * stain, 1e-7)


@separate.cases
def the_smallest_ones_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(1, 1)))
    yield call(rng.normal(size=(1, 4)))
    yield call(rng.normal(size=(5, 1)))
    yield call(np.zeros((3, 2)))
    yield call(np.outer(rng.normal(size=4), rng.normal(size=6)).T[::-2])
    yield call(np.outer(rng.integers(1, 9, size=3), rng.integers(1, 9, size=3)))


@separate.misconception(
    look="Multiply your column by your row. Is the shape right and the size wrong?",
    wrong="np.linalg.svd returns directions of length 1 and their size apart, in s. The outer product needs s[0] as a factor.",
)
def leaves_the_size_out(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    if s[0] == 0:
        return np.zeros(kernel.shape[0]), np.zeros(kernel.shape[1])
    return u[:, 0], vt[0]


@separate.misconception(
    look="Multiply your column by your row. Is the shape right and the size wrong?",
    wrong="You multiplied both factors by s[0]: the product holds it twice. Give it to one of them, or its root to each.",
)
def puts_the_size_in_twice(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0] * s[0]


@separate.misconception(
    look="What is the top left number of your product, and what is it in the kernel?",
    wrong="You took column 0 and row 0 as they are. Their product holds kernel[0, 0] twice; and where the corner is 0, "
    "they say nothing about the rest.",
)
def first_column_times_first_row(kernel, tol=1e-6):
    s = np.linalg.svd(kernel, compute_uv=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return kernel[:, 0] * 1.0, kernel[0] * 1.0


@separate.misconception(
    look="The kernel has a zero in its corner. By what do you divide?",
    wrong="You divide by kernel[0, 0], which may be 0. Any entry that is not 0 will do; the largest is the safest.",
)
def divides_by_the_corner(kernel, tol=1e-6):
    s = np.linalg.svd(kernel, compute_uv=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    if s[0] == 0:
        return np.zeros(kernel.shape[0]), np.zeros(kernel.shape[1])
    with np.errstate(all="ignore"):
        return kernel[:, 0] * 1.0, kernel[0] / kernel[0, 0]


@separate.misconception(
    look="This is the Laplacian in tiny numbers. Does a kernel become separable when its numbers become small?",
    wrong="Your tolerance is absolute: every tiny kernel passes. Compare s[1] with tol · s[0].",
)
def measures_with_an_absolute_tolerance(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol:
        return None
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="Which rows of the kernel are negative, and which are negative in your product?",
    wrong="Your factors have lost their signs. Taking absolute values keeps the size and drops the direction.",
)
def loses_the_sign(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return np.abs(u[:, 0]) * s[0], np.abs(vt[0])


@separate.misconception(
    look="Multiply your column by your row. Does that give the kernel?",
    wrong="You always return factors. Where no column times a row gives the kernel, the answer is None.",
)
def always_finds_factors(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="Which of the two you return has as many numbers as the kernel has rows?",
    wrong="You return the row first. The docstring asks for (column, row).",
)
def returns_the_row_first(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return vt[0], u[:, 0] * s[0]


@separate.misconception(
    look="Nothing but zeros: a column of zeros times a row of zeros. What do you return?",
    wrong="A kernel of zeros is an outer product, of two factors of zeros. Yours says None: 0 is not larger than tol · 0, "
    "so ask with > and not with >=.",
)
def has_no_factors_for_zeros(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if s[0] == 0 or (len(s) > 1 and s[1] > tol * s[0]):
        return None
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="The determinant of the Laplacian is 0. Does that make it an outer product?",
    wrong="A determinant of 0 says that the rows depend on each other, not that all are multiples of one. Ask for the rank, "
    "or compare s[1] with s[0].",
)
def asks_the_determinant(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    square = kernel.shape[0] == kernel.shape[1]
    if (square and abs(np.linalg.det(kernel)) > tol * s[0]) or (
        not square and len(s) > 1 and s[1] > tol * s[0]
    ):
        return None
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="What does the docstring promise where there are no factors: an error or None?",
    wrong="You raise an error for a kernel that is not an outer product. That is a fair answer, not a mistake of the caller: "
    "return None.",
)
def raises_where_there_are_none(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        raise ValueError("not separable")
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="Multiply your column by your row. Is the shape right and the size wrong?",
    wrong="You gave the root of s[0] to one factor only. Give the root to both, or s[0] to one of them.",
)
def gives_one_root_only(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * np.sqrt(s[0]), vt[0]


@separate.misconception(
    look="The caller says how strict to be. Where does your code use `tol`?",
    wrong="You judge by a bound of your own whatever tol says. Compare s[1] with tol · s[0].",
)
def ignores_the_tolerance(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > 1e-6 * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="A kernel that is an outer product up to the ninth digit: what does your test say?",
    wrong="np.linalg.matrix_rank without `tol` forgives rounding in the last digit only. Give it tol * s[0], or compare s[1] with that "
    "yourself.",
)
def asks_for_the_exact_rank(kernel, tol=1e-6):
    if np.linalg.matrix_rank(kernel) > 1:
        return None
    u, s, vt = np.linalg.svd(kernel)
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="This is the Laplacian in tiny numbers. How large is a difference that np.allclose takes for nothing?",
    wrong="np.allclose lets differences up to 1e-8 pass, so every tiny kernel looks separable, and it knows nothing of tol. Compare "
    "s[1] with tol · s[0].",
)
def trusts_allclose(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    column, row = u[:, 0] * s[0], vt[0]
    return (column, row) if np.allclose(np.outer(column, row), kernel) else None


@separate.misconception(
    look="A single row: how many singular values are there?",
    wrong="You ask for s[1], and a kernel of one row or one column has only s[0]. It always is an outer product.",
)
def needs_two_singular_values(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="What are the shapes of your two factors?",
    wrong="You return a matrix of one column and a matrix of one row. The docstring asks for arrays of shapes (KH,) and (KW,).",
)
def returns_matrices(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, :1] * s[0], vt[:1]


@separate.misconception(
    look="What do you return where there are no factors: one None, or a pair of them?",
    wrong="You return (None, None). The docstring asks for a single None.",
)
def returns_a_pair_of_nones(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None, None
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="The kernel has a zero in its corner. Does that make it inseparable?",
    wrong="You give up when kernel[0, 0] is 0. Divide by another entry that is not 0; the largest is the safest.",
)
def gives_up_at_a_zero_corner(kernel, tol=1e-6):
    if kernel[0, 0] == 0 and np.any(kernel):
        return None
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]


@separate.alternative
def half_of_the_size_each(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel, full_matrices=False)
    if np.any(s[1:] > tol * s[0]):
        return None
    return np.sqrt(s[0]) * u[:, 0], np.sqrt(s[0]) * vt[0]


@separate.alternative
def around_the_largest_entry(kernel, tol=1e-6):
    k = np.asarray(kernel, dtype=np.float64)
    i, j = np.unravel_index(np.argmax(np.abs(k)), k.shape)
    if k[i, j] == 0:
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    column, row = k[:, j].copy(), k[i] / k[i, j]
    if np.abs(np.outer(column, row) - k).max() > tol * np.abs(k).max():
        return None
    return column, row


@separate.alternative
def by_the_rank(kernel, tol=1e-6):
    largest = np.linalg.norm(kernel, 2)
    if largest == 0:
        return np.zeros(kernel.shape[0]), np.zeros(kernel.shape[1])
    if np.linalg.matrix_rank(kernel, tol=tol * largest) > 1:
        return None
    row = kernel[np.argmax(np.linalg.norm(kernel, axis=1))] / 1.0
    return kernel @ row / (row @ row), row


@separate.alternative
def with_plain_loops(kernel, tol=1e-6):
    rows, columns = kernel.shape
    pi, pj = max(((i, j) for i in range(rows) for j in range(columns)), key=lambda at: abs(kernel[at]))
    pivot = float(kernel[pi, pj])
    if pivot == 0:
        return np.zeros(rows), np.zeros(columns)
    for i in range(rows):
        for j in range(columns):
            if abs(kernel[i, j] - kernel[i, pj] * kernel[pi, j] / pivot) > tol * abs(pivot):
                return None
    return np.array([float(kernel[i, pj]) for i in range(rows)]), np.array(
        [kernel[pi, j] / pivot for j in range(columns)]
    )
