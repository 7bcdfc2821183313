"""Every number that the text of notebook 01 quotes, worked out again; its pictures and its explorers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from autograde.course.registry import find, lecture_paths
from helpers import datasets, draw, explore
from helpers.lectures import why_convolution as lecture
from helpers.lectures.why_convolution.pictures.layers import counts_of_layers, grouped
from helpers.lectures.why_convolution.pictures.memory import LAYOUTS, flat_places
from tests.counting import LITTLE, lines_run

TEXT = (Path(__file__).parent.parent / "solutions" / "01_why_convolution.py").read_text(encoding="utf-8")


def quoted(sentence: str) -> bool:
    return sentence in TEXT


def conv_count(channels: int, filters: int, kernel: int) -> int:
    return sum(p.numel() for p in torch.nn.Conv2d(channels, filters, kernel, device="meta").parameters())


def linear_count(inputs: int, outputs: int) -> int:
    return sum(p.numel() for p in torch.nn.Linear(inputs, outputs, device="meta").parameters())


# --- pixels and memory ---


def test_the_photograph_holds_as_many_numbers_as_the_text_says():
    cat = datasets.photo("chelsea", gray=True, size=160)
    assert cat.size == 25_600 and quoted("25 600 numbers")


def test_the_border_of_the_pupil_falls_from_100_to_10_within_a_few_pixels():
    cat = datasets.photo("chelsea", gray=True, size=160)
    corner = np.round(255 * cat[52:64, 40:52])
    lower = corner[4:]
    for line in lower:
        steps = np.flatnonzero(line < 30)[0] - np.flatnonzero(line > 85)[-1]
        assert 1 <= steps <= 4 and line[:5].mean() > 90 and line[8:].mean() < 20


def test_the_lectures_tensor_lies_in_memory_in_the_order_of_its_values():
    assert lecture.tensor.ravel().tolist() == list(range(1, 37))
    assert [s // lecture.tensor.itemsize for s in lecture.tensor.strides] == [18, 9, 3, 1]
    assert quoted("The four factors, here (18, 9, 3, 1)")


def test_places_in_memory_follow_numpy_in_both_layouts():
    x = np.arange(120).reshape(2, 3, 4, 5)
    for layout, axes in LAYOUTS.items():
        stored = np.ascontiguousarray(x.transpose(axes)).ravel()
        assert (stored[flat_places(x.shape, layout)] == x).all()


def test_the_worked_place_is_108():
    assert np.ravel_multi_index((1, 2, 1, 3), (2, 3, 4, 5)) == 108 == 1 * 60 + 2 * 20 + 1 * 5 + 3


def test_the_small_batch_of_two_channels_is_reordered_as_written():
    pixels = np.array([[[[1, 10], [2, 20]], [[3, 30], [4, 40]]]])
    assert pixels.ravel().tolist() == [1, 10, 2, 20, 3, 30, 4, 40]
    moved = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
    assert moved.flatten().tolist() == [1, 2, 3, 4, 10, 20, 30, 40]


def test_a_pixels_number_stands_on_its_own_grey_and_can_be_read():
    svg = draw.pixels_as_numbers(datasets.photo("chelsea", gray=True, size=160), top=52, left=40).svg
    cells = re.findall(r'fill="rgb\((\d+),\1,\1\)"/><text[^>]* fill="(#\w+)"[^>]*>(\d+)<', svg)
    assert len(cells) == 144
    for grey, ink, shown in cells:
        assert grey == shown and contrast(int(grey), 0 if ink == "#000000" else 255) >= 4.5


def contrast(one: int, other: int) -> float:
    """WCAG's contrast of two greys."""
    lights = sorted(
        v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_the_walk_through_memory_tells_the_place_from_the_number_that_it_holds():
    assert "= 25: this place holds the number 26" in explore.memory_walk(lecture.tensor).picture.alt


# --- counting ---


def test_the_lectures_dense_layer():
    assert linear_count(640 * 480 * 3, 1000) == 921_601_000 and quoted("921 601 000")
    assert round(921_601_000 * 4 / 1e9, 1) == 3.7
    assert 921_601_000 / 1_000_000 > 900
    assert linear_count(2 * 2 * 1, 2) == 10 and linear_count(2 * 2 * 3, 2) == 26


def test_the_tiny_unit_scores_two():
    assert (lecture.tiny_image * lecture.tiny_weights).sum() == 3 == 3 * 1 + 0 * 2 + 1 * -1 + 2 * 0.5
    assert (
        "with the bias −1 the score is 2"
        in draw.unit_at_work(lecture.tiny_image, lecture.tiny_weights, -1).alt
    )


def test_the_wirings_have_24_12_and_3_weights():
    alt = draw.three_wirings().alt
    assert "24 lines" in alt and "12 weights" in alt and "only 3 different weights" in alt


def test_the_small_locally_connected_layer_has_30_parameters():
    windows = torch.nn.functional.unfold(torch.zeros(1, 1, 3, 4), 2)
    assert windows.numel() == 24 and windows.shape[-1] == 6 and 24 + 6 == 30


def test_the_lectures_thirty_filters():
    windows = torch.nn.functional.unfold(torch.zeros(1, 3, 32, 32), 5)
    assert windows.shape[1:] == (75, 28 * 28)
    assert 30 * windows.numel() == 1_764_000 and quoted("1 764 000")
    assert 32 * 32 * 30 * 75 == 2_304_000 and quoted("2 304 000")
    assert 30 * (windows.numel() + windows.shape[-1]) == 1_787_520
    assert 30 * windows.numel() // (30 * 75) == 784 == 28 * 28
    assert conv_count(3, 30, 5) == 2_280 and quoted("2 280")


def test_dense_layers_with_the_same_outputs():
    outputs, inputs = 28 * 28 * 30, 32 * 32 * 3
    assert inputs * outputs == 72_253_440 and quoted("72 253 440")
    assert round(72_253_440 / 1_764_000) == 41 and quoted("a factor of 41")
    assert linear_count(inputs, outputs) == 72_276_960 and quoted("72 276 960")
    assert round(72_276_960 / 2_280, -2) == 31_700 and quoted("a factor of 31 700")


def test_the_parameter_counter_agrees_with_pytorch():
    for side, channels, filters, kernel in [(32, 3, 30, 5), (9, 1, 4, 3), (6, 3, 2, 6), (40, 1, 7, 1)]:
        places = (side - kernel + 1) ** 2
        wanted = [
            linear_count(side * side * channels, filters),
            linear_count(side * side * channels, filters * places),
            filters * places * (kernel * kernel * channels + 1),
            conv_count(channels, filters, kernel),
        ]
        assert [count for _, _, count in counts_of_layers(side, channels, filters, kernel)] == wanted


def test_a_window_as_large_as_the_image_makes_all_four_layers_equal():
    assert len({count for _, _, count in counts_of_layers(32, 3, 30, 32)}) == 1


def test_counts_are_written_with_thousands_apart():
    assert re.sub(r"\s", " ", grouped(921_601_000)) == "921 601 000"


# --- what flattening destroys ---


def test_the_digit_scores_18_6_scrambled_or_not():
    picture, weights, order = lecture.digit_and_unit()
    plain = float((picture * weights).sum())
    mixed = float((picture.ravel()[order] * weights.ravel()[order]).sum())
    assert round(plain, 1) == round(mixed, 1) == 18.6 and quoted("18.6")


def test_few_other_digits_score_more_than_the_three():
    images, labels = datasets.digits()
    picture, weights, _ = lecture.digit_and_unit()
    scores = (images * weights).sum(axis=(1, 2))
    threes, others = scores[labels == 3], scores[labels != 3]
    assert (len(threes), len(others), int((others > (picture * weights).sum()).sum())) == (500, 4500, 3)
    assert (round(float(threes.mean()), 1), round(float(others.mean()), 1)) == (14.7, 1.8)
    assert quoted("The 500 threes get 14.7 on average, all other digits 1.8; only 3 of those 4500 get more")


def test_neighbours_correlate_as_quoted():
    cat = datasets.photo("chelsea", gray=True, size=160)
    assert round(lecture.neighbour_correlation(cat), 2) == 0.94
    assert round(lecture.neighbour_correlation(lecture.scrambled(cat)), 2) == 0.02
    assert sorted(lecture.scrambled(cat).ravel()) == sorted(cat.ravel())
    assert quoted("correlation 0.94") and quoted("0.94 or 0.02")


# --- what moves along ---


def test_window_sums_are_pytorchs_cross_correlation():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(7, 9)), rng.normal(size=(3, 2))
    wanted = torch.nn.functional.conv2d(torch.tensor(x)[None, None], torch.tensor(w)[None, None])[0, 0]
    assert np.allclose(lecture.window_sums(x, w), wanted)


def test_the_map_of_a_plus_peaks_with_five_and_answers_two_one_step_aside():
    y = lecture.window_sums(lecture.plus_sign(2, 2, 5), lecture.plus_kernel)
    assert y.tolist() == [[2, 2, 2], [2, 5, 2], [2, 2, 2]]
    row, column = lecture.HOME
    unit = lecture.plus_sign(row, column)
    assert (unit * unit).sum() == 5
    assert (unit * lecture.plus_sign(row, column + 1)).sum() == 2


def shifted(image: np.ndarray, dy: int, dx: int) -> np.ndarray:
    down, across = np.eye(image.shape[0], k=-dy), np.eye(image.shape[1], k=dx)
    return (down @ image @ across).astype(image.dtype)


def test_the_worked_shift():
    image = np.arange(1, 13).reshape(3, 4)
    assert shifted(image, 1, -2).tolist() == [[0, 0, 0, 0], [3, 4, 0, 0], [7, 8, 0, 0]]


def test_both_orders_agree_inside_and_differ_at_the_border():
    inside, corner = lecture.plus_sign(3, 3, side=9), lecture.plus_sign(2, 2, side=9)
    for dy, dx in [(1, 2), (-1, 0), (0, -3), (5, 0), (4, 4)]:
        both = draw.shifted_both_ways(shifted, inside, lecture.plus_kernel, dy, dx)
        assert both.alt.endswith("The two maps agree.")
    border = draw.shifted_both_ways(shifted, corner, lecture.plus_kernel, 1, 2)
    assert "The two maps differ in 2 of 49 places." in border.alt
    assert quoted("differ in 2 of 49 places, (0, 3) and (2, 1)")
    first = lecture.window_sums(shifted(corner, 1, 2), lecture.plus_kernel)
    second = shifted(lecture.window_sums(corner, lecture.plus_kernel), 1, 2)
    assert np.argwhere(first != second).tolist() == [[0, 3], [2, 1]]


def test_a_dense_layer_that_copies_the_kernel_takes_14_400_weights():
    inputs, outputs = lecture.SIDE**2, (lecture.SIDE - lecture.plus_kernel.shape[0] + 1) ** 2
    assert outputs == 100 and inputs * outputs == 14_400 and quoted("14 400 weights where the kernel has 9")


def test_a_plus_that_is_cut_off_peaks_at_two():
    assert lecture.window_sums(lecture.plus_sign(0, 5), lecture.plus_kernel).max() == 2
    assert lecture.window_sums(lecture.plus_sign(5, 11), lecture.plus_kernel).max() == 2
    assert lecture.window_sums(lecture.plus_sign(1, 5), lecture.plus_kernel).max() == 5


def test_ilsvrcs_winners_are_one_for_each_year_from_2010_to_2016():
    assert len(lecture.ILSVRC_YEARS) == len(lecture.ilsvrc_winners) == len(lecture.ilsvrc_errors) == 7
    assert lecture.ilsvrc_errors[2] == 16.4  # SuperVision without extra data, as in notebook 12
    caption = draw.winners(lecture.ILSVRC_YEARS, lecture.ilsvrc_winners, lecture.ilsvrc_errors).caption
    assert "provided data only" in caption and "15.3" in caption
    assert quoted("**2010 to 2017.**") and quoted("ends with 2016")


# --- what the text promises ---


def test_a_notebook_that_does_not_exist_yet_is_called_coming():
    there = {path.name[:2] for path in lecture_paths()}
    prose = [line for line in TEXT.splitlines() if line.startswith("# ")]
    stages = [" ".join(stage) for stage in lecture.stages]
    sent = [(number, line) for line in [*prose, *stages] for number in re.findall(r"notebooks? (\d\d)", line)]
    assert {number for number, _ in sent} > {"02", "12", "18"}
    assert [line for number, line in sent if number not in there and "coming" not in line] == []


@pytest.mark.parametrize("name", ["memory_index", "dense_parameters", "conv_parameters", "shift_image"])
def test_what_is_off_limits_stands_in_the_statement(name):
    statement = TEXT.split(f"**Exercise — `{name}`**")[1].split("# %% exercise")[0]
    for forbidden in find(name).forbidden:
        assert f"`{forbidden.replace('numpy.', 'np.')}`" in statement


@pytest.mark.parametrize("number", ["2 304 000", "1 764 000", "1 787 520", "2 280"])
def test_no_number_of_the_audit_is_printed_before_it(number):
    before = TEXT.split("## 8 · Audit")[0]
    pictures = explore.parameter_counter().picture
    assert number not in before and number.replace(" ", "") not in before + pictures.alt


# --- explorers ---


def test_the_memory_walk_goes_both_ways():
    explorer = explore.memory_walk(lecture.tensor)
    assert explorer.pick("s1c0:2,1").state.at == (1, 0, 2, 1)
    assert "1·18 + 0·9 + 2·3 + 1·1 = 25" in explorer.picture.alt
    assert explorer.pick("m:0,13").state.at == (0, 1, 1, 1)
    assert explorer.set(layout="NHWC").pick("m:0,1").state.at == (0, 1, 0, 0)


def test_the_window_of_the_parameter_counter_never_exceeds_the_image():
    explorer = explore.parameter_counter().set(kernel=20).set(side=6)
    assert explorer.state.kernel == 6 and not explorer.error
    assert not explorer.set(side=256, filters=100, kernel=1).error


def test_the_peak_moves_with_the_plus_until_the_border():
    explorer = explore.moving_plus()
    for _ in range(3):
        explorer.pick("x", dx=1)
    assert "input moved (0, 3), peak moved (0, 3)" in explorer.picture.alt
    assert explorer.state.history == (5, 2, 1, 0)
    for _ in range(4):
        explorer.pick("x", dx=1)
    assert "no single peak" in explorer.picture.alt or "cut off" in explorer.picture.alt
    for _ in range(9):
        explorer.pick("x", dx=1)
    assert "left the picture" in explorer.picture.alt


def test_a_place_that_the_unit_was_taught_scores_five_again():
    explorer = explore.moving_plus().pick("x", dx=4)
    assert explorer.state.history[-1] == 0
    assert explorer.press("teach").state.history[-1] == 5
    assert "10 of 144 are 1" in explorer.picture.svg
    assert explorer.press("home").state.at == lecture.HOME
    assert explorer.press("forget").state.taught == (lecture.HOME,)


@pytest.mark.parametrize(
    ("make", "act"),
    [
        (lambda: explore.memory_walk(lecture.tensor), lambda e, k: e.pick(f"s{k % 2}c1:{k % 3},2")),
        (explore.parameter_counter, lambda e, k: e.set(kernel=1 + k)),
        (explore.moving_plus, lambda e, k: e.pick("x", dx=1 - 2 * (k % 2), dy=1)),
    ],
)
def test_an_explorer_answers_with_little_work(make, act):
    explorer = make()
    assert explorer.widget is not None
    for k in range(6):
        assert lines_run(lambda k=k: act(explorer, k)) < LITTLE
    assert not explorer.error
