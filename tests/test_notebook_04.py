"""The numbers that notebook 04 quotes, its oracles against other ways to the answer, and its explorers without a browser."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograde.exercises.padding_and_stride import (
    conv2d as conv2d_file,
)
from autograde.exercises.padding_and_stride import (
    layer_cost,
    output_size,
    pad2d,
    receptive_field,
    same_padding,
)
from helpers import datasets, draw, explore
from helpers.lectures import padding_and_stride as lecture
from helpers.lectures.padding_and_stride.layer_bill import Bill, bill
from helpers.lectures.padding_and_stride.layer_stack import Stack
from helpers.lectures.padding_and_stride.pictures import path_counts
from tests.counting import LITTLE, lines_run

TEXT = (Path(__file__).parent.parent / "solutions" / "04_padding_and_stride.py").read_text(encoding="utf-8")

size = output_size.output_size.oracle
same = same_padding.same_padding.oracle
pad = pad2d.pad2d.oracle
layer = conv2d_file.conv2d.oracle
field = receptive_field.receptive_field.oracle
cost = layer_cost.layer_cost.oracle


def cat() -> np.ndarray:
    return datasets.photo("chelsea", gray=True, size=96)


# ------------------------------------------------------------------------------------------- worked numbers


def test_seven_pixels_give_five_three_and_two_windows() -> None:
    assert [size(7, 3, s) for s in (1, 2, 3)] == [5, 3, 2]


def test_the_example_by_hand_of_output_size_holds() -> None:
    assert size(6, 2, 2, 2, 2) == 4
    assert [size(*case) for case in [(7, 3, 3, 0, 1), (6, 2, 2, 2, 2), (7, 3, 2, 0, 2)]] == [2, 4, 2]


def test_a_ring_of_zeros_keeps_eight_rows() -> None:
    assert size(8, 3, 1, 1) == 8
    assert pad(lecture.image, 1).shape == (10, 10)


def test_the_padding_by_hand_holds() -> None:
    assert pad(lecture.small, (1, 0, 2, 0)).tolist() == [[0] * 5, [0, 0, 1, 2, 3], [0, 0, 4, 5, 6]]


@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_half_the_reach_on_both_sides_keeps_the_size(kernel: int, dilation: int) -> None:
    assert size(20, kernel, 1, dilation * (kernel - 1) // 2, dilation) == 20


def test_the_examples_by_hand_of_same_padding_hold() -> None:
    assert same(5, 3, 3, 2) == (1, 2)
    assert same(6, 2, 3) == (0, 0)
    assert same(8, 3, 2) == (0, 1)
    assert same(224, 3, 2) == (0, 1)
    assert all(sum(same(n, 3, 2)) == 1 for n in range(4, 60, 2))


def test_same_padding_gives_ceil_of_n_over_stride_windows_with_the_fewest_zeros() -> None:
    for n in range(1, 25):
        for kernel in range(1, 6):
            for stride in range(1, 5):
                for dilation in range(1, 4):
                    before, after = same(n, kernel, stride, dilation)
                    padded = n + before + after - dilation * (kernel - 1)
                    assert len(range(0, padded, stride)) == math.ceil(n / stride)
                    if before + after:
                        assert len(range(0, padded - 1, stride)) < math.ceil(n / stride)
                    assert after - before in (0, 1)


def test_numpys_same_gives_the_odd_zero_to_the_front() -> None:
    x, w = np.arange(1.0, 9), np.array([1.0, 10, 100, 1000])
    padded = np.pad(x, (2, 1))
    windows = [padded[i : i + 4] @ w for i in range(8)]
    assert np.allclose(np.convolve(x, w[::-1], mode="same"), windows)


def test_pytorch_starts_its_windows_one_pixel_earlier() -> None:
    x = lecture.image[:1, :].reshape(1, 1, 1, 8)
    w = np.array([1.0, 10, 100]).reshape(1, 1, 1, 3)
    ours = layer(pad(x, (0, 0, 0, 1)), w, None, (1, 2))
    theirs = layer(x, w, None, (1, 2), (0, 1))
    assert ours.shape == theirs.shape
    assert theirs[0, 0, 0, 1] == x[0, 0, 0, 1:4] @ w.ravel()
    assert ours[0, 0, 0, 1] == x[0, 0, 0, 2:5] @ w.ravel()


def test_pytorchs_word_same_gives_the_odd_zero_to_the_end_and_is_refused_with_a_stride() -> None:
    import torch

    one = torch.nn.Conv2d(1, 1, (1, 4), padding="same", bias=False)
    torch.nn.init.zeros_(one.weight)
    with torch.no_grad():
        one.weight[0, 0, 0, 3] = 1  # the last weight alone: y[i] is the number that ends window i
        y = one(torch.arange(1.0, 9).reshape(1, 1, 1, 8)).ravel()
    assert same(8, 4) == (1, 2)
    assert y.tolist() == [3, 4, 5, 6, 7, 8, 0, 0]
    with pytest.raises(ValueError, match="strided"):
        torch.nn.Conv2d(1, 1, 3, stride=2, padding="same")


def test_five_layers_of_stride_two_shift_what_is_read_by_31_pixels() -> None:
    first = np.array([1.0, 0, 0]).reshape(1, 1, 1, 3)  # a unit repeats the number at which its window starts
    theirs = ours = np.arange(256.0).reshape(1, 1, 1, 256)
    shifts = []
    for _ in range(5):
        before, after = same(ours.shape[-1], 3, 2)
        assert (before, after) == (0, 1)
        ours = layer(pad(ours, (0, 0, before, after)), first, None, (1, 2))
        theirs = layer(theirs, first, None, (1, 2), (0, 1))
        shifts.append(int(ours[0, 0, 0, 2] - theirs[0, 0, 0, 2]))
    assert np.diff([0, *shifts]).tolist() == [1, 2, 4, 8, 16]
    assert shifts[-1] == 31
    assert "1 + 2 + 4 + 8 + 16 = 31" in TEXT


def test_the_border_ring_lies_in_one_two_or_three_windows() -> None:
    counts = path_counts(9, 3)
    ring = np.ones((9, 9), dtype=bool)
    ring[1:-1, 1:-1] = False
    found = {int(n): int((counts[ring] == n).sum()) for n in np.unique(counts[ring])}
    assert found == {1: 4, 2: 8, 3: 20}
    assert counts[4, 4] == 9


def test_paths_count_what_the_text_says() -> None:
    two = path_counts(9, 3, 2)
    assert (two[0, 0], two[4, 4]) == (1, 81)
    four, padded = path_counts(11, 3, 4), path_counts(11, 3, 4, same=True)
    assert (four[0, 0], four.max()) == (1, 2601)
    assert f"{100 / 2601:.2g}" == "0.038"
    assert f"{100 * padded[0, 0] / padded.max():.2g}" == "19"
    assert [n for n in range(5, 12) if path_counts(n, 3, 2).max() == 81][0] == 9
    assert path_counts(8, 3, 2).max() == 64


def test_paths_equal_the_gradient_of_the_sum_of_all_outputs() -> None:
    import torch

    for n, kernel, layers, padded in [(9, 3, 2, False), (11, 5, 2, True), (7, 3, 3, True)]:
        x = torch.ones(1, 1, n, n, dtype=torch.float64, requires_grad=True)
        y = x
        for _ in range(layers):
            ones = torch.ones(1, 1, kernel, kernel, dtype=torch.float64)
            y = torch.nn.functional.conv2d(y, ones, padding=kernel // 2 if padded else 0)
        y.sum().backward()
        assert x.grad is not None
        assert np.array_equal(x.grad[0, 0].numpy(), path_counts(n, kernel, layers, padded))


def test_the_middle_pixel_of_nine_reaches_the_top_on_nine_paths() -> None:
    counts = Stack(9, lecture.two_layers).paths((0, 4))
    assert [counts[(2, i)] for i in range(5)] == [1, 2, 3, 2, 1]
    assert sum(c for (level, _), c in Stack(9, lecture.two_layers).paths((0, 0)).items() if level == 2) == 1


def test_the_layer_by_hand_holds() -> None:
    y = layer(lecture.by_hand_image, lecture.by_hand_kernel, None, 2, 1)
    assert y[0, 0].tolist() == [[5, 6], [10, 12]]


def test_a_kernel_with_a_single_one_moves_the_image() -> None:
    x = np.random.default_rng(4).normal(size=(2, 1, 6, 7))
    w = np.zeros((1, 1, 3, 2))
    w[0, 0, 2, 1] = 1
    y = layer(x, w, None, (2, 1), 0, (1, 3))
    assert np.array_equal(y, x[:, :, 2::2, 3:])


def test_the_maps_of_the_cat_have_the_sizes_in_the_titles() -> None:
    assert [layer(cat()[None, None], lecture.sobel_x, None, s).shape[-1] for s in (1, 2, 4)] == [94, 47, 24]
    assert (94**2, 24**2) == (8836, 576)


def test_edges_of_the_cat_are_drawn_without_clipping() -> None:
    assert "white is a strength of 2" in TEXT
    strengths = [np.abs(layer(cat()[None, None], lecture.sobel_x, None, s)).max() for s in (1, 2, 4)]
    assert 1 < min(strengths) and max(strengths) < 2


def test_a_frame_of_zeros_darkens_the_border_as_quoted() -> None:
    blurred = layer(cat()[None, None], lecture.box_blur, None, 1, 4)[0, 0]
    ring = np.ones((96, 96), dtype=bool)
    ring[1:-1, 1:-1] = False
    assert f"{cat()[ring].mean():.2f}" == "0.51"
    assert f"{blurred[ring].mean():.2f}" == "0.28"
    white = layer(np.ones((1, 1, 96, 96)), lecture.box_blur, None, 1, 4)[0, 0]
    assert white[0, 0] == pytest.approx(25 / 81)
    assert f"{25 / 81:.2f}" == "0.31"


def test_receptive_fields_are_those_in_the_text() -> None:
    assert field(lecture.strided) == [(3, 2), (7, 4), (31, 4)]
    assert field(lecture.three_layers) == [(3, 1), (5, 1), (7, 1)]
    assert field([(3, 1, 1), (3, 1, 2), (3, 1, 4)])[-1] == (15, 1)
    assert field([(3, 2, 1)] * 3)[-1] == (15, 8)
    assert field(lecture.alexnet)[-1] == (195, 32)
    assert len(lecture.alexnet_names) == len(lecture.alexnet) == 8
    kinds = [name.split()[0] for name in lecture.alexnet_names]
    assert (kinds.count("convolution"), kinds.count("pooling")) == (5, 3)


def test_receptive_fields_agree_with_the_gradient_of_one_unit() -> None:
    import torch

    layers = [(3, 2, 2), (2, 1, 1), (3, 2, 3)]
    x = torch.zeros(1, 1, 80, requires_grad=True)
    y = x
    for kernel, stride, dilation in layers:
        y = torch.nn.functional.conv1d(y, torch.ones(1, 1, kernel), stride=stride, dilation=dilation)
    firsts = []
    for unit in (0, 1):
        (grad,) = torch.autograd.grad(y[0, 0, unit], x, retain_graph=True)
        seen = torch.nonzero(grad[0, 0]).ravel()
        firsts.append(int(seen[0]))
        assert int(seen[-1] - seen[0]) + 1 == field(layers)[-1][0]
    assert firsts[1] - firsts[0] == field(layers)[-1][1]


def test_the_bill_of_vgg_and_of_alexnet_is_right() -> None:
    outputs = 64 * size(224, 3, 1, 1) ** 2
    assert outputs == 3_211_264
    assert round(4 * outputs / 1e6, 1) == 12.8
    assert (64 * (27 + 1), 64 * (64 * 9 + 1)) == (1_792, 36_928)
    assert (outputs * 27, outputs * 64 * 9) == (86_704_128, 1_849_688_064)
    assert size(224, 3, 1, 1) ** 2 == 50_176
    assert bill(224, 3, 64, 3, 1) == Bill(224, 1_792, 12_845_056, 86_704_128)
    assert bill(224, 64, 64, 3, 1).multiply_adds == 1_849_688_064
    assert cost() == {
        "map_side": 55,
        "output_numbers": 290_400,
        "output_bytes": 1_161_600,
        "parameters": 34_944,
        "multiply_adds": 105_415_200,
    }
    assert round(size(227, 11, 1) ** 2 / 55**2, 1) == 15.6


def test_the_small_bill_by_hand_is_right() -> None:
    side = size(5, 3)
    outputs = 2 * side * side
    assert (side, outputs, 4 * outputs, 2 * (9 + 1), outputs * 9) == (3, 18, 72, 20, 162)


def test_the_audit_of_alexnet_holds() -> None:
    assert (224 - 11) / 4 + 1 == 54.25
    assert (227 - 11) / 4 + 1 == 55
    assert [size(224, 11, 4), size(227, 11, 4), size(224, 11, 4, 2)] == [54, 55, 55]
    windows = 1 + math.ceil((224 - 11) / 4)
    assert windows == 55
    assert (windows - 1) * 4 + 11 - 224 == 3  # the pixels past the border that the last window reads
    assert "rounds the number of windows *up*" in TEXT and "reaches 3 pixels past the border" in TEXT


def test_the_written_answers_numbers_hold() -> None:
    n = 64
    for _ in range(6):
        n = size(n, 3)
    assert n == 52
    assert path_counts(64, 3, 6).max() == 9**6 == 531_441
    assert path_counts(64, 3, 6)[0, 0] == 1
    assert path_counts(64, 3, 1, same=True)[0, 0] == 4


def test_every_topic_of_the_syllabus_is_in_the_text() -> None:
    for word in (
        "dilation",
        "receptive field",
        "jump",
        "multiply-adds",
        "washes away",
        "54.25",
        "TensorFlow",
    ):
        assert word in TEXT


# ------------------------------------------------------------------------------------------------ explorers


def every_explorer() -> dict[str, Any]:
    return {
        "places": explore.convolution_places(lecture.image, lecture.kernel),
        "zeros": explore.zeros_to_share(),
        "paths": explore.border_paths(),
        "stack": explore.receptive_stack(),
        "cost": explore.cost_of_a_layer(),
    }


@pytest.mark.parametrize("name", ["places", "zeros", "paths", "stack", "cost"])
def test_explorers_survive_every_end_of_their_sliders_with_little_work(name: str) -> None:
    explorer = every_explorer()[name]
    for control in explorer.controls:
        shown = next(c for c in explorer._traits()["controls"] if c["name"] == control)
        ends = [shown["lo"], shown["hi"]] if shown["kind"] == "slider" else []
        for value in ends:
            assert lines_run(lambda control=control, value=value: explorer.set(**{control: value})) < LITTLE
            assert explorer.error == ""
            assert explorer.picture.alt


def test_at_stride_two_the_last_column_of_six_is_read_by_no_window() -> None:
    explorer = explore.convolution_places(lecture.image, lecture.kernel).set(stride=2)
    assert "11 faint pixels are read by no window" in explorer.picture.alt
    assert "faint" not in explorer.set(size=7).picture.alt


def test_the_playground_shows_a_students_layer_and_where_it_differs() -> None:
    right = explore.convolution_places(lecture.image, lecture.kernel, layer)
    assert "Yours agrees in every place" in right.picture.alt

    def flips(x: Any, w: Any, *settings: Any) -> Any:
        return layer(x, w[:, :, ::-1, ::-1], *settings)

    wrong = explore.convolution_places(lecture.image, lecture.kernel, flips)
    assert "Yours differs in" in wrong.picture.alt
    crops = explore.convolution_places(lecture.image, lecture.kernel, lambda x, w, *s: layer(x, w)[:, :, 1:])
    assert "Yours has shape (3, 4)" in crops.picture.alt
    assert crops.set(size=3, kernel=(4, 4)).error == ""


def test_pictures_of_a_layer_carry_the_sign_of_cross_correlation() -> None:
    fits = draw.layer_places(lecture.by_hand_image[0, 0], lecture.by_hand_kernel[0, 0], 2, 1)
    too_large = draw.layer_places(lecture.by_hand_kernel[0, 0], lecture.image)
    for picture in (fits, too_large):
        assert "⋆" in picture.svg and "∗" not in picture.svg


def test_the_window_that_starts_two_rows_into_the_frame_starts_in_row_one() -> None:
    picture = draw.layer_places(lecture.by_hand_image[0, 0], lecture.by_hand_kernel[0, 0], 2, 1, at=(1, 1))
    window = lecture.by_hand_image[0, 0, 1:3, 1:3]
    terms = " + ".join(
        f"{v:g}·{k:g}" for v, k in zip(window.ravel(), lecture.by_hand_kernel.ravel(), strict=True)
    )
    assert f"y[1, 1] = {terms} = 12" in picture.alt


def test_a_kernel_that_does_not_fit_is_said() -> None:
    explorer = explore.convolution_places(lecture.image, lecture.kernel).set(size=3, kernel=(4, 4))
    assert "does not fit" in explorer.picture.alt


def test_clicking_an_output_moves_the_window() -> None:
    explorer = explore.convolution_places(lecture.image, lecture.kernel)
    assert "y[0, 1] =" in explorer.picture.alt
    assert "y[2, 3] =" in explorer.pick("y:2,3").picture.alt


def test_four_windows_agree_with_one_zero_after_the_end() -> None:
    explorer = explore.zeros_to_share().set(stride=2, before=0, after=1)
    assert "The numbers agree" in explorer.picture.alt
    assert "Not the same yet" in explorer.set(after=0).picture.alt


def test_cones_open_downwards_and_upwards() -> None:
    explorer = explore.receptive_stack()
    assert "depends on pixels 5 to 11: 7 wide" in explorer.picture.alt
    assert "Pixel 0 reaches 1 unit on top, along 1 path" in explorer.pick("u:3,0").picture.alt
    assert "Pixel 8 reaches 7 units on top, along 27 paths" in explorer.pick("u:3,8").picture.alt
    assert "Unit 0 of layer 1" in explorer.pick("u:2,0").picture.alt
    assert explorer.set(layers=1).error == ""


def test_a_stack_says_where_layers_stop_fitting() -> None:
    picture = draw.layer_stack(9, [(5, 2, 1)] * 4)
    assert "A stack of 1 layer " in picture.alt
    assert "Layer 2 does not fit any more." in picture.alt


def test_half_the_image_costs_a_quarter_and_the_same_parameters() -> None:
    explorer = explore.cost_of_a_layer()
    assert "multiply-adds 86\u202f704\u202f128" in explorer.picture.alt
    assert "parameters 1\u202f792" in explorer.set(side=112).picture.alt
    assert bill(112, 3, 64, 3, 1).memory * 4 == bill(224, 3, 64, 3, 1).memory
    assert bill(224, 3, 64, 3, 2).multiply_adds * 4 == bill(224, 3, 64, 3, 1).multiply_adds
