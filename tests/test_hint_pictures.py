"""What a hint draws and spells out of a failing example, on exercises of the course."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import check_data
from helpers.checking.evaluation import evaluate
from helpers.checking.result import CheckResult
from helpers.draw.palette import colour


def hint(name: str, answer: Callable[..., Any]) -> str:
    data = check_data(name)
    return CheckResult(name, data.points, evaluate(data, NotebookAnswer(data, {name: answer}))).html


def test_arguments_bear_their_names_and_the_kernel_its_colour():
    def correlate2d(image, kernel):
        return image * 1.0

    shown = hint("correlate2d", correlate2d)
    assert ">image</text>" in shown and ">kernel</text>" in shown
    assert colour("input") in shown and colour("kernel") in shown


def test_the_names_are_the_statements_whatever_the_student_calls_them():
    def shift_image(picture, down, right):
        return picture

    assert ">image</text>" in hint("shift_image", shift_image)


def test_a_small_array_of_four_axes_is_spelled_out():
    def to_nchw(images):
        return np.zeros((1, 2, 2, 2))

    shown = hint("to_nchw", to_nchw)
    assert "to_nchw(np.a" in shown and "&lt;float64 array" not in shown


def test_among_examples_of_plain_numbers_the_one_with_the_smallest_comes_first():
    def on_every_pixel(height, width, in_channels, out_channels, kernel_size, bias=False):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        return height * width * out_channels * (in_channels * kh * kw + bool(bias))

    shown = hint("locally_connected_parameters", on_every_pixel)
    assert "locally_connected_parameters(3, 3, 1, 1, 2)" in shown


def test_a_pair_of_nones_gets_its_hint():
    def separate(kernel, tol=1e-6):
        u, s, vt = np.linalg.svd(kernel)
        return (None, None) if len(s) > 1 and s[1] > tol * s[0] else (u[:, 0] * s[0], vt[0])

    assert "expected None, yours is (None, None)" in hint("separate", separate)
