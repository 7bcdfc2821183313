"""Every number that the text of notebook 00 quotes, worked out again, and its explorer in the states that it suggests."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograde.building.coursemap import course_map_page
from autograde.classroom.trying import try_source
from helpers import course_map, datasets, draw, explore
from helpers.checking.checkfile import course
from helpers.student.course import PLANNED, coming

TEXT = (Path(__file__).parent.parent / "solutions" / "00_start_here.py").read_text(encoding="utf-8")


def test_the_cat_holds_as_many_numbers_as_the_text_says():
    cat = datasets.photo("chelsea", size=160)
    assert cat.shape == (160, 160, 3) and "160 rows of 160 pixels" in TEXT
    assert cat.size == 76_800 and TEXT.count("76 800") == 2


def test_the_flag_is_drawn_as_three_planes_of_six_numbers():
    flag = np.zeros((2, 3, 3), dtype=int)
    assert "2 · 3 · 3 = 18 numbers" in draw.colour_planes(flag).caption and "holds 18 numbers" in TEXT


def test_the_flag_is_also_shown_in_its_colours():
    flag = np.array([[[200, 0, 0], [0, 200, 0], [0, 0, 200]], [[90, 0, 0], [0, 90, 0], [0, 0, 90]]])
    picture = draw.colour_planes(flag)
    assert "row 0: rgb (200, 0, 0), rgb (0, 200, 0), rgb (0, 0, 200)" in picture.alt
    assert all(f'fill="rgb{tuple(pixel.tolist())}"' in picture.svg for line in flag for pixel in line)


def test_the_wrong_answer_of_the_second_meeting_shows_the_two_mistakes_that_the_text_speaks_of():
    source = "def count_values(height, width, channels):\n    return height * width"
    assert source in TEXT.replace("\n\n\n", "\n") and "it recognised two mistakes" in TEXT
    said = try_source("count_values", source, seed=1).visible
    assert said.misconceptions == ("forgets_channels", "accepts_any_size")
    assert said.smallest_failure is not None and said.smallest_failure.example.call.error is None


def test_the_map_lists_what_is_planned_as_coming_and_without_a_link():
    shown = course_map()._repr_mimebundle_()["text/html"]
    page = course_map_page(course())
    there = {lecture["name"][:2] for lecture in course()["lectures"]}
    for titles in PLANNED.values():
        for number in titles.keys() - there:
            assert f"{number} · " in shown and f'href="{number}_' not in shown
            assert f"{number} · " in page and f"({number}_" not in page


def test_a_notebook_that_has_come_is_no_longer_coming():
    lectures = [{"name": f"{number}_there"} for titles in PLANNED.values() for number in titles]
    assert coming(lectures) == []
    assert coming(lectures[:-1]) == ["Part III, Beyond one label, coming: 25 · Segmentation."]


def test_a_row_more_brings_as_many_numbers_as_columns_times_channels():
    explorer = explore.picture_size()
    assert "= 36 numbers." in explorer.picture.caption
    assert "= 48 numbers." in explorer.set(height=4).picture.caption
    one = explorer.set(height=3, channels=1).picture.caption
    assert one.startswith("3 rows × 4 columns × 1 channel = 12 numbers.")
