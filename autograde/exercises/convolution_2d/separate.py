"""A kernel as a column times a row, where that is possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_2d.common import as_floats
from helpers.checking.compare import outer

SOBEL_X = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
NEARLY = np.outer([1.0, 2], [3.0, 1])  # and one entry more or less off, in the last examples
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


separate.example("an outer product", NEARLY)
separate.example("negative numbers", SOBEL_X)
separate.example("fractions", np.outer([0.1, 0.2, 0.7], [0.3, 0.6, 0.1]))
separate.example("a wide kernel", np.outer([2.0, -3], [1.0, 5, 4]))
separate.example("a high kernel", np.outer([1.0, 5, 4], [2.0, -3]))
separate.example("a zero in its corner", np.outer([0.0, 1, 2], [0.0, 3, -1]))
separate.example("rows and columns of zeros", np.outer([0.1, 0, 0.7, 0], [0, 0.1, 0.7]))
separate.example("a single row", np.array([[2.0, 3, -1]]))
separate.example("a single column", np.array([[2.0], [3], [-1]]))
separate.example("nothing but zeros", np.zeros((2, 3)))
separate.example("whole numbers", np.outer([2, 5], [3, 4]))
separate.example("single precision", np.outer([0.5, 2], [3, 0.25]).astype(np.float32), tol=1e-3)
separate.example("a view, upside down", np.outer([1.0, 5, 4], [2.0, -3])[::-1])
separate.example("tiny numbers", 1e-9 * np.outer([1.0, 3], [2.0, 4]))
separate.example("huge numbers", 1e12 * np.outer([1.0, 3], [2.0, 4]))
separate.example("no factors", np.array([[1.0, 2], [3, 5]]))
separate.example("no factors, one row or column depends on the others", LAPLACIAN)
separate.example("no factors, the last column differs", np.array([[2.0, 6, 1], [1, 3, 1]]))
separate.example("no factors, the last row differs", np.array([[2.0, 1], [6, 3], [1, 1]]))
separate.example("no factors, tiny numbers", 1e-9 * LAPLACIAN)
separate.example("one entry 0.001 too large", NEARLY + [[0, 0.001], [0, 0]])
separate.example("one entry a billionth too large, within the tolerance", NEARLY + [[0, 1e-9], [0, 0]])
separate.example(
    "one entry a billionth too large, a strict tolerance", NEARLY + [[0, 1e-9], [0, 0]], tol=1e-12
)


@separate.feature(present="a zero in its corner", absent="no zero in its corner")
def zero_corner(kernel, tol=1e-6):
    return kernel[0, 0] == 0


@separate.feature(present="numbers below a millionth", absent="numbers of a usual size")
def tiny_numbers(kernel, tol=1e-6):
    return 0 < np.abs(kernel).max() < 1e-6


@separate.feature(present="a single row or column", absent="several rows and columns")
def single_row_or_column(kernel, tol=1e-6):
    return 1 in kernel.shape


@separate.cases(weight=2)
def outer_products(rng: np.random.Generator) -> Iterator[Any]:
    for rows, columns in [(3, 3), (5, 5), (2, 6), (7, 3)]:
        yield call(np.outer(rng.normal(size=rows), rng.normal(size=columns)))
    yield call(np.outer([0.0, *rng.permutation([-3.0, 0, 2])], [*rng.permutation([0.5, 1, -2]), 0.0]))
    yield call(np.outer([*rng.normal(size=2), 0.0], [0.0, *rng.normal(size=3)]))
    yield call(np.outer(rng.normal(size=4), [rng.uniform(1, 2), 0.0, 0.0]))
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


@separate.alternative
def by_singular_values(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    column, row = s[0] * u[:, 0], vt[0]
    return column, row


separate.edit(
    "leaves_the_size_out",
    of=by_singular_values,
    replace="column, row = s[0] * u[:, 0], vt[0]",
    by="column, row = (u[:, 0], vt[0]) if s[0] else (0 * u[:, 0], 0 * vt[0])",
    look="Multiply your column by your row. By what factor is the product off?",
    wrong="The product of your factors has length 1, whatever the kernel's size: the size is missing.",
    if_source_has={
        "svd": "np.linalg.svd returns directions of length 1 and their size apart, in the singular values."
    },
    shown="an outer product",
)
separate.edit(
    "puts_the_size_in_twice",
    of=by_singular_values,
    replace="column, row = s[0] * u[:, 0], vt[0]",
    by="column, row = s[0] * u[:, 0], s[0] * vt[0]",
    look="Multiply your column by your row. By what factor is the product off?",
    wrong="The product of your factors is the kernel times its own size: the size is in both of them. It belongs to one, or its root to each.",
    shown="an outer product",
)
separate.edit(
    "gives_one_root_only",
    of=by_singular_values,
    replace="column, row = s[0] * u[:, 0], vt[0]",
    by="column, row = np.sqrt(s[0]) * u[:, 0], vt[0]",
    look="Multiply your column by your row. By what factor is the product off?",
    wrong="The product of your factors is too small: it holds only the root of the kernel's size. The root belongs to both factors, or the size to one.",
    shown="an outer product",
)
separate.edit(
    "takes_a_column_of_vt",
    of=by_singular_values,
    replace="column, row = s[0] * u[:, 0], vt[0]",
    by="column, row = s[0] * u[:, 0], vt[:, 0]",
    look="Multiply your column by your row. In which of the two do the proportions differ from the kernel's?",
    wrong="The row of yours is not proportional to the kernel's rows.",
    if_source_has={
        "vt[:, 0]": "The right singular vectors are the rows of vt: vt[0].",
        "vt[:,0]": "The right singular vectors are the rows of vt: vt[0].",
        "vh[:, 0]": "The right singular vectors are the rows of vh: vh[0].",
        "vh[:,0]": "The right singular vectors are the rows of vh: vh[0].",
    },
    shown="negative numbers",
)
separate.edit(
    "takes_a_row_of_u",
    of=by_singular_values,
    replace="column, row = s[0] * u[:, 0], vt[0]",
    by="column, row = s[0] * u[0], vt[0]",
    look="Multiply your column by your row. In which of the two do the proportions differ from the kernel's?",
    wrong="The column of yours is not proportional to the kernel's columns.",
    if_source_has={"u[0]": "The left singular vectors are the columns of u: u[:, 0]."},
    shown="negative numbers",
)
separate.edit(
    "loses_the_sign",
    of=by_singular_values,
    replace="column, row = s[0] * u[:, 0], vt[0]",
    by="column, row = np.abs(s[0] * u[:, 0]), np.abs(vt[0])",
    look="Which entries of the kernel are negative, and which are negative in your product?",
    wrong="The product of your factors has the right sizes, but no negative number: the signs are lost.",
    shown="negative numbers",
)
separate.edit(
    "returns_the_row_first",
    of=by_singular_values,
    replace="return column, row",
    by="return row, column",
    look="Which of the two you return has as many numbers as the kernel has rows?",
    wrong="You return the row first. The docstring asks for (column, row).",
    shown="a wide kernel",
)
separate.edit(
    "returns_matrices",
    of=by_singular_values,
    replace="return column, row",
    by="return column[:, np.newaxis], row[np.newaxis]",
    look="What are the shapes of your two factors?",
    wrong="You return a matrix of one column and a matrix of one row. The docstring asks for arrays of shapes (KH,) and (KW,).",
)
separate.edit(
    "always_finds_factors",
    of=by_singular_values,
    replace="    if len(s) > 1 and s[1] > tol * s[0]:\n        return None\n",
    by="",
    look="Multiply your column by your row. Does that give the kernel?",
    wrong="Where no column times a row gives the kernel, the answer is None. Yours is a pair of factors.",
)
separate.edit(
    "measures_with_an_absolute_tolerance",
    of=by_singular_values,
    replace="tol * s[0]:",
    by="tol:",
    look="Does a kernel become separable when its numbers become small?",
    wrong="A kernel does not become separable when its numbers become small. Yours counts as separable here: your bound does not grow and shrink with the kernel. Compare what is left over with the kernel's own size, tol times that.",
    shown="no factors, tiny numbers",
)
separate.edit(
    "has_no_factors_for_zeros",
    of=by_singular_values,
    replace="len(s) > 1 and s[1] > tol * s[0]",
    by="s[0] == 0 or (len(s) > 1 and s[1] > tol * s[0])",
    look="Nothing but zeros: is that a column times a row?",
    wrong="A kernel of zeros is an outer product, of two arrays of zeros. Yours says that there are no factors.",
    if_source_has={
        ">= tol": "0 >= tol · 0 is true; 0 > tol · 0 is not.",
        "matrix_rank": "The rank of a matrix of zeros is 0.",
    },
)
separate.edit(
    "ignores_the_tolerance",
    of=by_singular_values,
    replace="tol * s[0]:",
    by="1e-6 * s[0]:",
    look="The caller says how strict to be. What changes in your answer when `tol` does?",
    wrong="Your answer is the same whatever tol says. What is left over must be at most tol times the kernel's size.",
)
separate.edit(
    "needs_two_singular_values",
    of=by_singular_values,
    replace="len(s) > 1 and s[1] > tol * s[0]",
    by="s[1] > tol * s[0]",
    look="How many singular values has a kernel of one row or one column?",
    wrong="Your code stops with an error where there is no second singular value. A kernel of one row or one column always is an outer product.",
    shown="a single row",
)
separate.edit(
    "takes_square_kernels_only",
    of=by_singular_values,
    replace="len(s) > 1 and s[1] > tol * s[0]",
    by="kernel.shape[0] != kernel.shape[1] or s[1] > tol * s[0]",
    look="Does a kernel have to be square to be a column times a row?",
    wrong="Yours finds no factors for a kernel that is not square. A column and a row may have different lengths.",
    shown="a wide kernel",
)
separate.edit(
    "returns_a_pair_of_nones",
    of=by_singular_values,
    replace="return None",
    by="return None, None",
    look="What do you return where there are no factors: one None, or a pair of them?",
    wrong="You return (None, None). The docstring asks for a single None.",
    shown="no factors",
)
separate.edit(
    "raises_where_there_are_none",
    of=by_singular_values,
    replace="return None",
    by='raise ValueError("not separable")',
    look="What does the docstring promise where there are no factors: an error or None?",
    wrong="You raise an error for a kernel that is not an outer product. That is a fair question, not a mistake of the caller: the answer is None.",
    shown="no factors",
)
separate.edit(
    "returns_zeros_where_there_are_none",
    of=by_singular_values,
    replace="return None",
    by="return 0 * u[:, 0], 0 * vt[0]",
    look="What does the docstring promise where there are no factors?",
    wrong="You return zeros for a kernel that is not an outer product. The docstring asks for None.",
    shown="no factors",
)
separate.edit(
    "asks_for_the_exact_rank",
    of=by_singular_values,
    replace="len(s) > 1 and s[1] > tol * s[0]",
    by="np.linalg.matrix_rank(kernel) > 1",
    look="This kernel is an outer product up to the ninth digit. What does `tol` say to that?",
    wrong="Your answer forgives rounding in the last digits only. Up to tol times the kernel's size may be left over.",
    if_source_has={
        "matrix_rank(kernel)": "np.linalg.matrix_rank has a bound of its own; it takes another as `tol`.",
        "matrix_rank(k)": "np.linalg.matrix_rank has a bound of its own; it takes another as `tol`.",
    },
    shown="one entry a billionth too large, within the tolerance",
)
separate.edit(
    "asks_the_determinant",
    of=by_singular_values,
    replace="len(s) > 1 and s[1] > tol * s[0]",
    by="(kernel.shape[0] == kernel.shape[1] and abs(np.linalg.det(kernel)) > tol * s[0]) or (\n        kernel.shape[0] != kernel.shape[1] and len(s) > 1 and s[1] > tol * s[0]\n    )",
    look="Are all rows of this kernel multiples of one row?",
    wrong="Yours finds factors although the rows are not all multiples of one. That one row depends on the others, as a determinant of 0 says, is not enough.",
    shown="no factors, one row or column depends on the others",
)
separate.edit(
    "trusts_allclose",
    of=by_singular_values,
    replace="    if len(s) > 1 and s[1] > tol * s[0]:\n        return None\n    column, row = s[0] * u[:, 0], vt[0]\n    return column, row",
    by="    column, row = s[0] * u[:, 0], vt[0]\n    return (column, row) if np.allclose(np.outer(column, row), kernel) else None",
    look="Does a kernel become separable when its numbers become small?",
    wrong="A kernel does not become separable when its numbers become small. Yours counts as separable here: your bound does not grow and shrink with the kernel. Compare what is left over with the kernel's own size, tol times that.",
    if_source_has={
        "allclose": "np.allclose lets differences up to 1e-8 pass, and knows nothing of your tol."
    },
    shown="no factors, tiny numbers",
)


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


separate.edit(
    "compares_exactly",
    of=around_the_largest_entry,
    replace="if np.abs(np.outer(column, row) - k).max() > tol * np.abs(k).max():",
    by="if not (np.outer(column, row) == k).all():",
    look="Computers round. How exactly must the product of the factors equal the kernel?",
    wrong="Your answer is None where a column times a row gives the kernel up to rounding. Up to tol times the kernel's size may be left over.",
    shown="one entry a billionth too large, within the tolerance",
)
separate.edit(
    "divides_and_always_finds_factors",
    of=around_the_largest_entry,
    replace="    if np.abs(np.outer(column, row) - k).max() > tol * np.abs(k).max():\n        return None\n",
    by="",
    look="Multiply your column by your row. Does that give the kernel?",
    wrong="Where no column times a row gives the kernel, the answer is None. Yours is a pair of factors.",
)
separate.edit(
    "divides_and_measures_absolutely",
    of=around_the_largest_entry,
    replace="tol * np.abs(k).max():",
    by="tol:",
    look="Does a kernel become separable when its numbers become small?",
    wrong="A kernel does not become separable when its numbers become small. Yours counts as separable here: your bound does not grow and shrink with the kernel. Compare what is left over with the kernel's own size, tol times that.",
    shown="no factors, tiny numbers",
)
separate.edit(
    "divides_and_trusts_allclose",
    of=around_the_largest_entry,
    replace="if np.abs(np.outer(column, row) - k).max() > tol * np.abs(k).max():",
    by="if not np.allclose(np.outer(column, row), k):",
    look="Does a kernel become separable when its numbers become small?",
    wrong="A kernel does not become separable when its numbers become small. Yours counts as separable here: your bound does not grow and shrink with the kernel. Compare what is left over with the kernel's own size, tol times that.",
    if_source_has={
        "allclose": "np.allclose lets differences up to 1e-8 pass, and knows nothing of your tol."
    },
    shown="no factors, tiny numbers",
)
separate.edit(
    "forgets_the_division",
    of=around_the_largest_entry,
    replace="column, row = k[:, j].copy(), k[i] / k[i, j]\n    if np.abs(np.outer(column, row) - k).max() > tol * np.abs(k).max():",
    by="column, row = k[:, j].copy(), k[i] / k[i, j]\n    if np.abs(np.outer(column, row) - k).max() > tol * np.abs(k).max():\n        return None\n    row = k[i].copy()\n    if False:",
    look="Multiply your column by your row. By what factor is the product off?",
    wrong="The product of your factors is the kernel times one of its own entries, which stands in the column and in the row. One of the two is to be divided by it.",
    shown="an outer product",
)


@separate.misconception(
    look="What is the top left number of your product, and what is it in the kernel?",
    wrong="The factors of yours are column 0 and row 0 as they stand. Their product holds kernel[0, 0] twice; and where the corner is 0, "
    "they say nothing about the rest.",
    shown="an outer product",
)
def first_column_times_first_row(kernel, tol=1e-6):
    s = np.linalg.svd(kernel, compute_uv=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return kernel[:, 0] * 1.0, kernel[0] * 1.0


@separate.misconception(
    look="The kernel has a zero in its corner. What do your factors hold?",
    wrong="Your factors are made of column 0 and row 0, divided by the corner; where that is 0, there is nothing to divide by. "
    "Any entry that is not 0 will do; the largest is the safest.",
    shown="a zero in its corner",
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
    look="The kernel has a zero in its corner. Does that make it inseparable?",
    wrong="Yours finds no factors where kernel[0, 0] is 0. Any other entry that is not 0 will do to divide by; the largest is the safest.",
    shown="a zero in its corner",
)
def gives_up_at_a_zero_corner(kernel, tol=1e-6):
    if kernel[0, 0] == 0 and np.any(kernel):
        return None
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]


@separate.misconception(
    look="The kernel has a zero in its corner, or is nothing but zeros. Does that make it inseparable?",
    wrong="Yours finds no factors where kernel[0, 0] is 0, not even for a kernel of zeros. Any entry that is not 0 will do to divide by; "
    "the largest is the safest.",
    shown="a zero in its corner",
)
def gives_up_at_every_zero_corner(kernel, tol=1e-6):
    k = np.asarray(kernel, dtype=float)
    with np.errstate(all="ignore"):
        column, row = k[:, 0], k[0] / k[0, 0]
    fits = np.abs(np.outer(column, row) - k).max() <= tol * np.abs(k).max()
    return (column, row) if fits else None


@separate.alternative
def half_of_the_size_each(kernel, tol=1e-6):
    u, s, vt = np.linalg.svd(kernel, full_matrices=False)
    if np.any(s[1:] > tol * s[0]):
        return None
    return np.sqrt(s[0]) * u[:, 0], np.sqrt(s[0]) * vt[0]


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
