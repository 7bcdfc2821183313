"""Curves as SVG: where points lie, what is cut off, which numbers stand at the axes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from helpers.draw import Chart, Line, picture_of


def drawn(chart: Chart) -> str:
    return picture_of(chart, "a chart").svg


def test_points_lie_where_the_axes_say():
    chart = Chart({"y": [0.0, 1.0, 4.0]}, "x", "y", xlim=(0, 2), ylim=(0, 4), width=200, height=100)
    px, py = chart.place([0, 1, 2], [0, 1, 4])
    assert px.tolist() == [0, 100, 200] and py.tolist() == [100, 75, 0]
    assert "M0.0 100.0L100.0 75.0L200.0 0.0" in drawn(chart)


def test_a_logarithmic_axis_has_powers_of_ten_and_leaves_out_what_has_no_logarithm():
    chart = Chart(
        {"y": [1.0, 0.0, 100.0]}, "x", "y", ylog=True, ylim=(1, 100), xlim=(0, 2), width=200, height=200
    )
    assert chart.place([0, 1], [10, 1])[1].tolist() == [100, 200]
    svg = drawn(chart)
    assert "M0.0 200.0M200.0 0.0" in svg  # the pen is lifted where 0 would be
    assert all(f">{text}<" in svg for text in ("1", "10", "100"))


@pytest.mark.parametrize("limits", [(0, 1), (-3, 3), (0.002, 0.0031), (0, 12345), (-1e-9, 1e-9)])
def test_ticks_are_round_lie_inside_and_are_few(limits):
    texts = re.findall(
        r'text-anchor="end"[^>]*>([^<]+)<', drawn(Chart({}, "x", "y", xlim=(0, 1), ylim=limits))
    )
    values = [float(text.replace("\N{MINUS SIGN}", "-")) for text in texts]
    room = 1e-6 * (limits[1] - limits[0])
    assert 2 <= len(values) <= 9 and values == sorted(set(values))
    assert limits[0] - room <= values[0] and values[-1] <= limits[1] + room


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [np.inf, 1.0], [3.0, 3.0, 3.0], [1e300, -1e300]])
def test_anything_that_a_student_may_return_is_drawn(values):
    svg = drawn(Chart({"y": np.array(values)}, "x", "y"))
    assert "nan" not in svg.lower().replace("nan<", "") and "inf" not in svg.lower()


def test_lines_differ_in_dash_and_are_named():
    svg = drawn(Chart({name: [1.0, 2.0] for name in ("one", "two", "three")}, "x", "y"))
    assert all(f">{name}<" in svg for name in ("one", "two", "three"))
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', svg))) == 2


def test_a_line_needs_as_many_positions_as_values():
    with pytest.raises(ValueError, match="'y' has 2 positions for 3 values"):
        drawn(Chart({"y": Line([0, 1], [1, 2, 3])}, "x", "y"))


def test_an_axis_that_counts_has_whole_numbers():
    svg = drawn(Chart({"y": Line(np.arange(1, 6), np.arange(5))}, "epoch", "y", width=520))
    below = re.findall(r'y="[\d.]+" font-size="11" text-anchor="middle"[^>]*>([^<]+)<', svg)
    assert [text for text in below if text.replace(".", "").isdigit()] == ["1", "2", "3", "4", "5"]
