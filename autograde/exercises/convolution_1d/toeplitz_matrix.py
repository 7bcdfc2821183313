"""The exercise `toeplitz_matrix`: oracle, examples, hidden cases, alternatives, misconceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_1d.common import (
    LOPSIDED,
    SMOOTHING,
    different_whole_numbers,
    float_type,
)
from helpers.checking.compare import close


@exercise(points=3, difficulty="medium", minutes=10, compare=close(check_dtype=False))
def toeplitz_matrix(w, n):
    """The matrix whose product with x is the valid cross-correlation of x with w."""
    if not 1 <= len(w) <= n:
        raise ValueError(f"a kernel of length {len(w)} does not fit a signal of length {n}")
    units = np.eye(n, dtype=float_type(w))
    return np.stack([np.correlate(unit, w.astype(units.dtype), mode="valid") for unit in units], axis=1)


@toeplitz_matrix.feature(
    present="a kernel as long as the signal", absent="a kernel longer or shorter than the signal"
)
def as_long_as_the_signal(w, n):
    return len(w) == n


@toeplitz_matrix.feature(present="a kernel of one weight", absent="a kernel of several weights")
def one_weight(w, n):
    return len(w) == 1


@toeplitz_matrix.feature(
    present="a kernel that reads differently backwards", absent="a kernel that reads the same backwards"
)
def reads_differently_backwards(w, n):
    return not np.array_equal(w, w[::-1])


toeplitz_matrix.example("a kernel that smooths", SMOOTHING, 8)
toeplitz_matrix.example("a kernel with a direction", LOPSIDED, 5)
toeplitz_matrix.example("a kernel of one weight", np.array([2.0]), 3)
toeplitz_matrix.example("a kernel as long as the signal", np.array([3.0, 1, 4]), 3)
toeplitz_matrix.example("one weight for one sample", np.array([5.0]), 1)
toeplitz_matrix.example("fractions", np.array([-0.5, 2.5]), 4)
toeplitz_matrix.example("integers", np.array([3, 1, 4]), 4)
toeplitz_matrix.example("single precision", np.array([2, 1], np.float32), 3)
toeplitz_matrix.example("a kernel read from its end", np.array([4.0, 1, 3])[::-1], 4)
toeplitz_matrix.example_error("a kernel too long by one", ValueError, np.array([1.0, 2, 3]), 2)
toeplitz_matrix.example_error("an empty kernel", ValueError, np.array([]), 3)


@toeplitz_matrix.cases(weight=2)
def kernels_of_many_lengths(rng: np.random.Generator) -> Iterator[Any]:
    for width, length in [(4, 9), (3, 6), (2, 7), (5, 6)]:
        yield call(rng.normal(size=width), length)


@toeplitz_matrix.cases
def edges_of_the_contract(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=1), 4)
    yield call(rng.normal(size=4), 4)
    yield call(rng.normal(size=1), 1)


@toeplitz_matrix.cases
def kernels_of_other_types(rng: np.random.Generator) -> Iterator[Any]:
    yield call(different_whole_numbers(rng, 3), 6)
    yield call(rng.normal(size=5).astype(np.float32), 8)
    yield call(rng.normal(size=8)[::-2], 7)


@toeplitz_matrix.cases(weight=0.5)
def kernels_that_are_too_long(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=4), 3)
    yield call_error(ValueError, rng.normal(size=5), 3)
    yield call_error(ValueError, np.zeros(0), 3)


@toeplitz_matrix.alternative
def entry_by_entry(w, n):
    k = len(w)
    if k == 0 or k > n:
        raise ValueError(f"kernel {k} does not fit signal {n}")
    matrix = np.zeros((n - k + 1, n))
    for i in range(len(matrix)):
        for j in range(n):
            if 0 <= j - i < k:
                matrix[i, j] = w[j - i]
    return matrix


@toeplitz_matrix.alternative
def diagonals(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError(f"kernel {len(w)} does not fit signal {n}")
    rows = n - len(w) + 1
    return sum(float(weight) * np.eye(rows, n, k=k) for k, weight in enumerate(w))


@toeplitz_matrix.alternative
def indices_compared(w, n):
    k = len(w)
    if k == 0 or k > n:
        raise ValueError(f"kernel {k} does not fit signal {n}")
    offset = np.arange(n)[None, :] - np.arange(n - k + 1)[:, None]
    inside = (offset >= 0) & (offset < k)
    return np.where(inside, w[np.clip(offset, 0, k - 1)], 0.0)


@toeplitz_matrix.alternative
def one_long_row_reread(w, n):
    k = len(w)
    if k == 0 or k > n:
        raise ValueError(f"kernel {k} does not fit signal {n}")
    rows = n - k + 1
    line = np.zeros(rows * (n + 1))
    for i in range(rows):
        line[i * (n + 1) : i * (n + 1) + k] = w
    return line[: rows * n].reshape(rows, n)


toeplitz_matrix.edit(
    "rows_hold_the_flipped_kernel",
    of=entry_by_entry,
    replace="w[j - i]",
    by="w[k - 1 - (j - i)]",
    look="Read the first row of your matrix from left to right. Is it the kernel?",
    wrong="Your rows hold the kernel backwards: that is the matrix of the convolution. For cross-correlation a row reads "
    "w[0], w[1], … from left to right.",
)
toeplitz_matrix.edit(
    "counts_from_the_end_on_the_left",
    of=entry_by_entry,
    replace="0 <= j - i < k",
    by="j - i < k",
    look="Row 1 starts one column further right than row 0. What should stand on its left?",
    wrong="On the left of your kernel stand weights of its far end, or an index is out of bounds there. In Python w[−1] is "
    "the last weight. Where j − i is negative the entry is 0.",
)
toeplitz_matrix.edit(
    "one_row_is_missing",
    of=entry_by_entry,
    replace="(n - k + 1, n)",
    by="(n - k, n)",
    look="At how many places does the kernel lie on the signal, and how many rows do you return?",
    wrong="Your last row is missing: a kernel of length K has n − K + 1 places on a signal of length n.",
)
toeplitz_matrix.edit(
    "two_rows_are_missing",
    of=entry_by_entry,
    replace="(n - k + 1, n)",
    by="(max(n - k - 1, 0), n)",
    look="At how many places does the kernel lie on the signal, and how many rows do you return?",
    wrong="Your last two rows are missing: a kernel of length K has n − K + 1 places on a signal of length n.",
)
toeplitz_matrix.edit(
    "one_row_too_many",
    of=entry_by_entry,
    replace="return matrix",
    by="return np.vstack([matrix, np.zeros(n)])",
    look="At how many places does the kernel lie on the signal, and how many rows do you return?",
    wrong="Your matrix ends with a row of zeros that belongs to no place of the kernel. There are n − K + 1 rows.",
)
toeplitz_matrix.edit(
    "leaves_the_last_row_empty",
    of=entry_by_entry,
    replace="range(len(matrix))",
    by="range(len(matrix) - 1)",
    look="What stands in the last row of your matrix?",
    wrong="Your last row holds nothing but zeros. The kernel has n − K + 1 places, and each has its row.",
)
toeplitz_matrix.edit(
    "leaves_the_first_row_empty",
    of=entry_by_entry,
    replace="range(len(matrix))",
    by="range(1, len(matrix))",
    look="What stands in the first row of your matrix?",
    wrong="Your first row holds nothing but zeros. There the kernel stands at the left end.",
)
toeplitz_matrix.edit(
    "leaves_the_first_weight_out",
    of=entry_by_entry,
    replace="0 <= j - i < k",
    by="0 < j - i < k",
    look="How many weights stand in each row of your matrix?",
    wrong="The first weight is missing from your rows: w[0] stands where j − i is 0.",
)
toeplitz_matrix.edit(
    "leaves_the_last_weight_out",
    of=entry_by_entry,
    replace="0 <= j - i < k",
    by="0 <= j - i < k - 1",
    look="How many weights stand in each row of your matrix?",
    wrong="The last weight is missing from your rows: a kernel of length K has the weights w[0] to w[K − 1].",
)
toeplitz_matrix.edit(
    "has_the_wrong_sign",
    of=entry_by_entry,
    replace="= w[j - i]",
    by="= -w[j - i]",
    look="Compare the signs in your first row with those of the kernel.",
    wrong="Your weights have the wrong sign.",
)
toeplitz_matrix.edit(
    "returns_nothing",
    of=entry_by_entry,
    replace="return matrix",
    by="return None",
    look="What does your function return?",
    wrong="Your function returns None. Is there a `return` in front of its result?",
)
toeplitz_matrix.edit(
    "moves_by_two_columns",
    of=entry_by_entry,
    replace="if 0 <= j - i < k:\n                matrix[i, j] = w[j - i]",
    by="if 0 <= j - 2 * i < k:\n                matrix[i, j] = w[j - 2 * i]",
    look="By how many columns does the kernel move from row 0 to row 1 of your matrix?",
    wrong="Your kernel moves by two columns from row to row. It moves by one.",
)
toeplitz_matrix.edit(
    "cuts_fractions_off",
    of=entry_by_entry,
    replace="return matrix",
    by="return matrix.astype(int)",
    look="The kernel holds fractions. What has become of them in your matrix?",
    wrong="Your matrix holds whole numbers: what stands behind the decimal point is cut off. It has to be an array of floats.",
    if_source_has={"dtype=int": "`np.zeros` without `dtype=int` makes floats."},
)
toeplitz_matrix.edit(
    "empty_matrix_for_a_long_kernel",
    of=entry_by_entry,
    replace="k == 0 or k > n",
    by="k == 0",
    look="An empty kernel is refused. What about one longer than n?",
    wrong="A kernel longer than n must raise a ValueError. Yours is let through.",
)
toeplitz_matrix.edit(
    "accepts_an_empty_kernel",
    of=entry_by_entry,
    replace="k == 0 or k > n",
    by="k > n",
    look="A kernel longer than n is refused. What about one without any weights?",
    wrong="An empty kernel must raise a ValueError, too. Yours is let through.",
)
toeplitz_matrix.edit(
    "never_checks_the_length",
    of=entry_by_entry,
    replace="k == 0 or k > n",
    by="False",
    look="What does the docstring promise for a kernel that has no place on n samples?",
    wrong="A kernel that is empty or longer than n must raise a ValueError. Yours lets both through.",
    if_source_has={
        "return ValueError": "`return ValueError(…)` only hands an error over; `raise` raises it."
    },
)
toeplitz_matrix.edit(
    "refuses_a_kernel_as_long_as_the_signal",
    of=entry_by_entry,
    replace="k > n",
    by="k >= n",
    look="The kernel is as long as the signal. At how many places does it lie wholly on it?",
    wrong="A kernel as long as the signal has one place on it, but yours is refused. Only a longer one has none.",
)


@toeplitz_matrix.misconception(
    look="Can your matrix be multiplied by a signal of n numbers?",
    wrong="Yours is the transpose: the kernel runs down the columns. Each row belongs to one output, each "
    "column to one number of the signal.",
)
def transposed(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError("the kernel does not fit")
    matrix = np.zeros((n, n - len(w) + 1))
    for i in range(n - len(w) + 1):
        matrix[i : i + len(w), i] = w
    return matrix


@toeplitz_matrix.misconception(
    look="How many rows does your matrix have? What stands at the left of its last rows?",
    wrong="Your last rows wrap round: the kernel leaves at the right and comes back at the left (a "
    "circulant matrix). 'Valid' has n − K + 1 rows and no wrapping.",
)
def circulant(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError("the kernel does not fit")
    first = np.concatenate([w, np.zeros(n - len(w))])
    return np.array([np.roll(first, i) for i in range(n)])


@toeplitz_matrix.misconception(
    look="At how many places does the kernel lie on the signal, and how many rows do you return?",
    wrong="Your matrix has n rows, and in the last ones the kernel is cut off at the right edge. Only the n − K + 1 rows that "
    "hold the whole kernel belong to it.",
)
def rows_cut_off_at_the_edge(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError("the kernel does not fit")
    matrix = np.zeros((n, n))
    for i in range(n):
        for k in range(len(w)):
            if i + k < n:
                matrix[i, i + k] = w[k]
    return matrix


@toeplitz_matrix.misconception(
    look="Compare row 1 with row 0. How far has the kernel moved?",
    wrong="Your kernel stays at the left in every row. Row i belongs to the window that starts at i, so the "
    "kernel moves one column to the right from row to row.",
)
def the_kernel_never_moves(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError("the kernel does not fit")
    matrix = np.zeros((n - len(w) + 1, n))
    matrix[:, : len(w)] = w
    return matrix


@toeplitz_matrix.misconception(
    look="Which entries of your matrix are not 0: those to the right of the diagonal, or those to its left?",
    wrong="Your rows hold the weights w[i − j]: the kernel ends at column i. Row i belongs to the window that STARTS at column i, so the entry is w[j − i], and w[0] stands on the diagonal.",
)
def counts_to_the_left(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError("the kernel does not fit")
    matrix = np.zeros((n - len(w) + 1, n))
    for i in range(len(matrix)):
        for j in range(n):
            if 0 <= i - j < len(w):
                matrix[i, j] = w[i - j]
    return matrix


@toeplitz_matrix.misconception(
    look="How many rows has your matrix? How many outputs does a valid cross-correlation have?",
    wrong="Yours is the matrix of the full convolution, with a row for every place where the kernel touches the signal. 'Valid' has "
    "n − K + 1 rows, and the kernel stands in them unturned.",
)
def matrix_of_the_full_convolution(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError("the kernel does not fit")
    matrix = np.zeros((n + len(w) - 1, n))
    for j in range(n):
        matrix[j : j + len(w), j] = w
    return matrix


@toeplitz_matrix.misconception(
    look="By how many columns does the kernel move from row 0 to row 1?",
    wrong="Your kernel moves by its own length. From row to row it moves one column to the right.",
)
def moves_by_its_own_length(w, n):
    if not 1 <= len(w) <= n:
        raise ValueError("the kernel does not fit")
    matrix = np.zeros((n - len(w) + 1, n))
    for i in range(len(matrix)):
        if (i + 1) * len(w) <= n:
            matrix[i, i * len(w) : (i + 1) * len(w)] = w
    return matrix


toeplitz_matrix.off_limits(
    "scipy.linalg.toeplitz",
    "scipy.linalg.convolution_matrix",
    "scipy.linalg.circulant",
)
