"""Every number that the text of notebook 00 quotes, worked out again, and its explorer in the states that it suggests."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from helpers import datasets, draw, explore

TEXT = (Path(__file__).parent.parent / "solutions" / "00_start_here.py").read_text(encoding="utf-8")


def test_the_cat_holds_as_many_numbers_as_the_text_says():
    cat = datasets.photo("chelsea", size=160)
    assert cat.shape == (160, 160, 3) and "160 rows of 160 pixels" in TEXT
    assert cat.size == 76_800 and TEXT.count("76 800") == 2


def test_the_flag_is_drawn_as_three_planes_of_six_numbers():
    flag = np.zeros((2, 3, 3), dtype=int)
    assert "2 · 3 · 3 = 18 numbers" in draw.colour_planes(flag).caption and "holds 18 numbers" in TEXT


def test_a_row_more_brings_as_many_numbers_as_columns_times_channels():
    explorer = explore.picture_size()
    assert explorer.picture.caption.endswith("= 36 numbers.")
    assert explorer.set(height=4).picture.caption.endswith("= 48 numbers.")
    assert (
        explorer.set(height=3, channels=1).picture.caption == "3 rows × 4 columns × 1 channel = 12 numbers."
    )
