"""Notebook 00: answers that were really given."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()

ACCUSES_OF_ZERO = ("looks for 0", "test looks for")

CASES.wrong(
    "count_values",
    "channels are not tested",
    """
    def count_values(height, width, channels):
        if height < 1 or width < 1:
            raise ValueError("height and width must be at least 1")
        return height * width * channels
    """,
    never=ACCUSES_OF_ZERO,
)

CASES.wrong(
    "count_values",
    "the width is not tested",
    """
    def count_values(height, width, channels):
        if height < 1 or channels < 1:
            raise ValueError("height and channels must be at least 1")
        return height * width * channels
    """,
    never=ACCUSES_OF_ZERO,
)

CASES.wrong(
    "count_values",
    "the product alone is tested, so two negative sizes pass",
    """
    def count_values(height, width, channels):
        n = height * width * channels
        if n < 1:
            raise ValueError("impossible size")
        return n
    """,
    named=("looks_at_the_product_alone",),
)

CASES.wrong(
    "count_values",
    "refuses only where all three are impossible",
    """
    def count_values(height, width, channels):
        if height < 1 and width < 1 and channels < 1:
            raise ValueError("sizes start at 1")
        return height * width * channels
    """,
    never=("instead of giving a number",),
)

CASES.wrong(
    "count_values",
    "zeros alone are refused",
    """
    def count_values(height, width, channels):
        if 0 in (height, width, channels):
            raise ValueError("no size may be 0")
        return height * width * channels
    """,
    named=("refuses_zero_only",),
)

CASES.wrong(
    "count_values",
    "the error is returned",
    """
    def count_values(height, width, channels):
        if height < 1 or width < 1 or channels < 1:
            return ValueError("sizes must be at least 1")
        return height * width * channels
    """,
    says=("ends the function",),
    never=("instead of giving a number",),
)

CASES.wrong(
    "count_values",
    "the error is printed",
    """
    def count_values(height, width, channels):
        if height < 1 or width < 1 or channels < 1:
            print("ValueError: sizes must be at least 1")
            return
        return height * width * channels
    """,
    never=("instead of giving a number",),
)

CASES.wrong(
    "count_values",
    "sizes are asserted",
    """
    def count_values(height, width, channels):
        assert height >= 1 and width >= 1 and channels >= 1
        return height * width * channels
    """,
    named=("raises_another_error",),
)

CASES.wrong(
    "count_values",
    "two slips: no channels, no refusal",
    """
    def count_values(height, width, channels):
        return height * width
    """,
    named=("forgets_channels",),
)

CASES.wrong(
    "count_values",
    "two slips: always three channels, and a size of one is refused",
    """
    def count_values(height, width, channels):
        if height <= 1 or width <= 1:
            raise ValueError("too small")
        return height * width * 3
    """,
)

CASES.wrong(
    "count_values",
    "a square picture, whatever the width",
    """
    def count_values(height, width, channels):
        if min(height, width, channels) < 1:
            raise ValueError("too small")
        return height**2 * channels
    """,
)

CASES.wrong(
    "count_values",
    "prints the count",
    """
    def count_values(height, width, channels):
        if min(height, width, channels) < 1:
            raise ValueError("too small")
        print(height * width * channels)
    """,
    explained=False,
    says=("Is a `return` missing?",),
    why="the comparison itself says that nothing came back",
)

CASES.right(
    "count_values",
    "a lambda beside an error class of one's own",
    """
    class ImpossibleSize(ValueError):
        pass

    def count_values(height, width, channels):
        for size in (height, width, channels):
            if not size > 0:
                raise ImpossibleSize(size)
        return (lambda a, b, c: a * b * c)(height, width, channels)
    """,
)

CASES.right(
    "count_values",
    "an integer of NumPy",
    """
    import numpy as np

    def count_values(height, width, channels):
        sizes = np.array([height, width, channels])
        if (sizes < 1).any():
            raise ValueError("sizes must be at least 1")
        return np.prod(sizes)
    """,
)

CASES.right(
    "count_values",
    "an object that can be called",
    """
    class Counter:
        def __call__(self, height, width, channels):
            if min(height, width, channels) < 1:
                raise ValueError("sizes must be at least 1")
            return len(range(height)) * len(range(width)) * len(range(channels))

    count_values = Counter()
    """,
)
