"""The numbers that notebook 03 quotes, its pictures and its explorers; nothing about how exercises are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograde.course.registry import find, lecture_paths
from helpers import draw, explore
from helpers.draw.raster import Raster, signed_colours
from helpers.lectures import convolution_2d as lecture
from helpers.lectures.convolution_2d.pictures.sliding import window_sums
from tests.counting import LITTLE, lines_run

TEXT = next(path for path in lecture_paths() if path.stem == "03_convolution_2d").read_text(encoding="utf-8")


def oracle(name: str) -> Any:
    exercise = find(name)
    assert exercise.kind == "function"
    return exercise.oracle


def correlate2d(image: Any, kernel: Any) -> np.ndarray:
    return oracle("correlate2d")(np.asarray(image, dtype=float), np.asarray(kernel, dtype=float))


# ------------------------------------------------------------------------------------- numbers in the text


def test_the_lectures_image_and_kernel_give_the_lectures_output() -> None:
    y = correlate2d(lecture.image, lecture.kernel)
    assert y.tolist() == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
    assert lecture.image[1:4, 1:4].tolist() == [[0, 1, 3], [1, 2, 2], [0, 0, 2]]
    assert (lecture.image[1:4, 1:4] * lecture.kernel).sum(axis=1).tolist() == [7, 6, 4]


def test_the_example_without_symmetry_tells_correlation_from_convolution() -> None:
    y = correlate2d(lecture.small_image, lecture.lopsided)
    z = oracle("convolve2d")(lecture.small_image, lecture.lopsided)
    assert y.tolist() == [[16, 13, 7], [12, 8, 5]] and z.tolist() == [[8, 12, 11], [13, 16, 5]]


def test_the_photograph_has_twenty_thousand_windows() -> None:
    camera = lecture.camera()
    assert camera.shape == (144, 144)
    assert 144 * 142 == 20_448 == correlate2d(camera, [[-1, 0, 1]]).size
    assert "144 · 142 = 20 448 windows" in TEXT


def test_the_five_ways_to_turn_a_kernel() -> None:
    w = lecture.lopsided
    ways = [w[::-1, ::-1], w[::-1], w[:, ::-1], w.T, np.rot90(w)]
    assert [way.tolist() for way in ways] == [
        [[5, 3], [2, 1]],
        [[3, 5], [1, 2]],
        [[2, 1], [5, 3]],
        [[1, 3], [2, 5]],
        [[2, 5], [1, 3]],
    ]


def test_the_sums_of_the_designed_kernels() -> None:
    ones = (lecture.identity, lecture.box_blur, lecture.gaussian, lecture.sharpen)
    zeros = (lecture.laplacian, lecture.sobel_x, lecture.sobel_y, lecture.corners)
    assert all(abs(w.sum() - 1) < 1e-12 for w in ones) and all(w.sum() == 0 for w in zeros)
    assert correlate2d(lecture.flat_wall, lecture.sharpen).flat[0] == pytest.approx(0.5)
    assert not correlate2d(lecture.flat_wall, lecture.laplacian).any()


def test_the_laplacian_is_silent_on_a_slope() -> None:
    slope = np.add.outer(0.3 * np.arange(6.0), 0.1 * np.arange(7.0))
    assert np.abs(correlate2d(slope, lecture.laplacian)).max() < 1e-12


def test_sobel_x_leaves_the_range_of_a_photograph_and_the_laplacian_its_brightness() -> None:
    camera = lecture.camera()
    z = correlate2d(camera, lecture.sobel_x)
    assert (round(z.min(), 2), round(z.max(), 2)) == (-3.18, 3.06)
    assert abs(correlate2d(camera, lecture.laplacian).mean()) < 1e-4


def test_one_positive_weight_moves_or_dims_and_several_average() -> None:
    moved = correlate2d(lecture.image, [[0, 0, 0], [0, 0, 1], [0, 0, 0]])
    assert np.array_equal(moved, lecture.image[1:4, 2:5])
    assert np.array_equal(correlate2d(lecture.image, [[0.5]]), lecture.image / 2)


def test_sharpening_adds_four_differences() -> None:
    x = lecture.image
    middle, around = x[1:-1, 1:-1], (x[:-2, 1:-1], x[2:, 1:-1], x[1:-1, :-2], x[1:-1, 2:])
    assert np.array_equal(correlate2d(x, lecture.sharpen), middle + sum(middle - n for n in around))


def test_a_kernel_that_sees_lines_answers_half_as_strongly_at_steps() -> None:
    finder = np.tile([-1.0, 2, -1], (3, 1))
    line = np.zeros((5, 9))
    line[:, 4] = 1.0
    assert correlate2d(line, finder).max() == 2 * np.abs(correlate2d(lecture.step_edge, finder)).max() > 0
    # What is silent on a step to the right and on one to the left, and on flat regions, has no column sum left.
    steps = np.array([[1, 1, 1], [0, 0, 1], [0, 1, 1]])  # times the three column sums
    assert np.linalg.matrix_rank(steps) == 3


def test_the_sharpened_photograph_leaves_the_range_of_one() -> None:
    y = correlate2d(lecture.camera(), lecture.sharpen)
    assert y.min() < 0 and y.max() > 1
    others = (lecture.identity, lecture.box_blur, lecture.gaussian)
    assert all(0 <= z.min() and z.max() <= 1 for z in (correlate2d(lecture.camera(), w) for w in others))


def test_sharpening_is_the_identity_minus_the_laplacian_and_exaggerates_a_step() -> None:
    assert np.array_equal(lecture.identity - lecture.laplacian, lecture.sharpen)
    step = correlate2d(0.25 + 0.5 * lecture.step_edge, lecture.sharpen)[0]
    assert step.tolist() == [0.25, 0.25, -0.25, 1.25, 0.75, 0.75]


def test_the_bell_gives_the_lectures_sixteenths() -> None:
    kernel = oracle("gaussian_kernel")(3, lecture.LECTURE_SIGMA)
    assert np.abs(kernel - lecture.gaussian).max() < 1e-4
    assert 1 / np.sqrt(2 * np.log(2)) == pytest.approx(lecture.LECTURE_SIGMA, abs=5e-5)
    assert lecture.LECTURE_SIGMA**2 == pytest.approx(0.7213, abs=5e-5)
    assert np.exp(-1 / (2 * lecture.LECTURE_SIGMA**2)) == pytest.approx(0.5, abs=1e-4)
    assert (round(np.exp(-0.5), 2), round(np.exp(-2.0), 2)) == (0.61, 0.14)


def test_the_bell_of_even_size_worked_out_by_hand() -> None:
    far, near = np.exp(-2.25 / 4.5), np.exp(-0.25 / 4.5)
    assert (round(far, 3), round(near, 3)) == (0.607, 0.946)
    assert (round(far * far, 3), round(near * near, 3)) == (0.368, 0.895)
    kernel = oracle("gaussian_kernel")(4, 1.5)
    assert round(4 * (far + near) ** 2, 3) == 9.641
    assert (round(kernel[0, 0], 4), round(kernel[1, 1], 4)) == (0.0382, 0.0928)


def test_narrow_and_wide_bells_are_the_identity_and_the_box() -> None:
    gaussian_kernel = oracle("gaussian_kernel")
    assert np.abs(gaussian_kernel(3, 0.2) - lecture.identity).max() < 1e-4
    assert np.abs(gaussian_kernel(3, 100.0) - lecture.box_blur).max() < 1e-4
    assert np.abs(gaussian_kernel(4, 0.15) - np.pad(np.full((2, 2), 0.25), 1)).max() < 1e-4


def test_sobel_on_the_lectures_step() -> None:
    assert np.array_equal(
        correlate2d(lecture.step_edge, lecture.sobel_x), np.tile([0, 0, 4, 4, 0, 0], (3, 1))
    )
    assert not correlate2d(lecture.step_edge, lecture.sobel_y).any()
    assert not correlate2d(lecture.step_edge.T, lecture.sobel_x).any()
    magnitude, direction = oracle("sobel_edges")(1 - lecture.step_edge)
    assert magnitude[0, 2] == 4 and direction[0, 2] == pytest.approx(np.pi)


def test_a_slope_of_one_has_magnitude_eight_and_bytes_wrap() -> None:
    magnitude, direction = oracle("sobel_edges")(np.tile(np.arange(5.0), (4, 1)))
    assert (magnitude == 8).all() and not direction.any()
    assert int(np.uint8(10) - np.uint8(200)) == 66


def test_the_magnitude_of_the_photograph_is_shown_with_its_own_range() -> None:
    magnitude = oracle("sobel_edges")(lecture.camera())[0]
    assert round(float(magnitude.max()), 2) == 3.37
    picture = draw.photo_maps(
        lecture.camera(), {"magnitude, white is 1.5": magnitude}, alt="Edges.", signed=False, white=1.5
    )
    assert "range 0 … 3.37" in picture.svg and "3.37" in picture.alt


def test_the_gradient_worked_out_by_hand() -> None:
    magnitude, direction = oracle("sobel_edges")(np.array([[0.0, 0, 1], [0, 1, 1], [1, 1, 1]]))
    assert round(magnitude[0, 0], 2) == 4.24 and direction[0, 0] == pytest.approx(np.pi / 4)


def test_all_arrows_on_the_disc_point_to_its_centre() -> None:
    disc = lecture.disc()
    magnitude, direction = oracle("sobel_edges")(disc)
    rows, columns = np.mgrid[1 : len(disc) - 1, 1 : len(disc) - 1] - (len(disc) - 1) / 2
    inwards = np.cos(direction - np.arctan2(-rows, -columns))
    assert inwards[magnitude > 0.1].min() > 0.97


def test_the_lectures_edge_detector_finds_corners_and_diagonals_only() -> None:
    assert not correlate2d(lecture.step_edge, lecture.corners).any()
    assert not correlate2d(lecture.step_edge.T, lecture.corners).any()
    assert np.array_equal(np.outer([1, 0, -1], [1, 0, -1]), lecture.corners)
    found = np.argwhere(correlate2d(lecture.bright_quarter, lecture.corners))
    assert (
        found.min() >= 2 and found.max() <= 3
    )  # the four windows that hold the corner, (4, 4), in their middle
    diagonal = np.tri(7)
    assert correlate2d(diagonal, lecture.corners).any()


def test_a_white_pixel_prints_the_kernel_turned_or_as_it_is() -> None:
    y = correlate2d(lecture.white_pixel, lecture.letter_f)
    z = oracle("convolve2d")(lecture.white_pixel, lecture.letter_f)
    assert np.array_equal(y[:, 2:5], lecture.letter_f[::-1, ::-1]) and np.array_equal(
        z[:, 2:5], lecture.letter_f
    )


def test_the_lectures_formula_is_the_same_convolution() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(5, 6)), rng.normal(size=(3, 2))
    y = oracle("convolve2d")(x, w)
    place = sum(x[3 - u, 4 - v] * w[u, v] for u in range(3) for v in range(2))
    assert y[3 - 2, 4 - 1] == pytest.approx(place)


def test_convolution_turns_the_sign_of_sobel() -> None:
    z = oracle("convolve2d")(lecture.step_edge, lecture.sobel_x)
    assert np.array_equal(z, -correlate2d(lecture.step_edge, lecture.sobel_x))


def test_red_beside_green_is_seen_and_black_beside_white_is_not() -> None:
    y = oracle("conv2d_multichannel")(lecture.coloured_patch, lecture.red_beside_green[None], None)[0]
    assert y.tolist() == [[0, 20, 0, 0], [0, 10, 0, 0], [0, 0, 0, 0]]
    planes = [
        correlate2d(p, w)[2, 1] for p, w in zip(lecture.coloured_patch, lecture.red_beside_green, strict=True)
    ]
    assert planes == [-10, 10, 0]


def test_the_two_channels_worked_out_by_hand() -> None:
    x = np.array([[[1.0, 2, 0], [0, 1, 3]], [[2, 0, 1], [4, 1, 0]]])
    w = np.array([[[[1.0, 0], [2, -1]], [[0.5, 1], [0, 3]]]])
    assert oracle("conv2d_multichannel")(x, w, None).tolist() == [[[4, 2]]]


def test_four_filters_make_four_maps_and_one_pixel_makes_grey() -> None:
    layer, coffee = oracle("conv2d_multichannel"), lecture.coffee()
    assert coffee.shape == (3, 128, 128) and lecture.luma.sum() == pytest.approx(1)
    assert layer(coffee, lecture.colour_filters, None).shape == (4, 126, 126)
    assert layer(coffee, lecture.luma, None).shape == (1, 128, 128)
    assert 8 * 3 * 3 * 3 == 216


def test_what_comes_apart_and_what_does_not() -> None:
    assert np.array_equal(np.outer([1, 2, 1], [-1, 0, 1]), lecture.sobel_x)
    sizes = {
        name: np.linalg.svd(getattr(lecture, name), compute_uv=False) for name in ("sobel_x", "laplacian")
    }
    assert np.allclose(sizes["sobel_x"], [np.sqrt(12), 0, 0], atol=1e-9) and round(np.sqrt(12), 2) == 3.46
    assert np.allclose(sizes["laplacian"], [4.45, 0.449, 0], atol=5e-4)
    assert np.linalg.matrix_rank(np.zeros((3, 3))) == 0
    u, _, vt = np.linalg.svd(lecture.laplacian)
    assert np.allclose([(u[:, 0] ** 2).sum(), (vt[0] ** 2).sum()], 1)
    separate = oracle("separate")
    assert separate(lecture.laplacian) is None
    column, row = separate(np.array([[0.0, 0, 0], [0, 3, -1], [0, 6, -2]]))
    assert np.allclose(np.outer(column, row), np.outer([0, 1, 2], [0, 3, -1]))


def test_two_passes_equal_one_and_cost_thirty_products() -> None:
    camera, bell = lecture.camera(60), oracle("gaussian_kernel")(15, 2.0)
    column, row = oracle("separate")(bell)
    two = correlate2d(correlate2d(camera, row[None]), column[:, None])
    assert np.allclose(two, correlate2d(camera, bell)) and (15 * 15, 15 + 15) == (225, 30)


# ----------------------------------------------------------------------------------------------- pictures


def test_the_pictures_draw_what_the_oracle_computes() -> None:
    assert np.allclose(window_sums(lecture.image, lecture.kernel), correlate2d(lecture.image, lecture.kernel))


def test_the_sliding_kernel_says_its_products_and_their_sum() -> None:
    picture = draw.sliding_kernel2d(lecture.image, lecture.kernel, (1, 1))
    assert "add up to 17" in picture.alt and "y[1, 1]" in picture.svg
    with pytest.raises(ValueError, match="can start at"):
        draw.sliding_kernel2d(lecture.image, lecture.kernel, (3, 0))


def test_a_signed_raster_is_white_at_zero_and_says_both_ends_of_its_scale() -> None:
    assert signed_colours(np.array([-1.0, 0, 1])).tolist() == [[0, 70, 110], [255, 255, 255], [138, 82, 0]]
    svg = Raster(np.array([[-2.0, 1]]), signed=True).draw(0, 0)
    assert "−2" in svg and "+2" in svg


def test_a_raster_refuses_what_is_not_an_image() -> None:
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        Raster(np.zeros((2, 2, 5))).draw(0, 0)


def test_sixteenths_stay_sixteenths() -> None:
    svg = draw.kernel_gallery(lecture.camera(32), {"Gaussian blur": lecture.gaussian}).svg
    assert all(text in svg for text in ("1/16", "2/16", "4/16"))


def test_arrows_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="need magnitude and direction"):
        draw.gradient_arrows(lecture.disc(), np.zeros((3, 3)), np.zeros((3, 3)))


# ----------------------------------------------------------------------------------------------- explorers

EXPLORERS: dict[str, Callable[[], Any]] = {
    "correlation_stepper": lambda: explore.correlation_stepper(lecture.image, lecture.kernel),
    "kernel_editor": explore.kernel_editor,
    "gaussian_bell": explore.gaussian_bell,
    "turned_edge": explore.turned_edge,
    "letter_and_pixel": explore.letter_and_pixel,
    "colour_filter": lambda: explore.colour_filter(lecture.coloured_patch, lecture.red_beside_green),
    "column_times_row": explore.column_times_row,
}
CHANGES: dict[str, dict[str, Any]] = {
    "correlation_stepper": {"step": 5},
    "kernel_editor": {"photo": "chelsea"},
    "gaussian_bell": {"size": 11, "sigma": 3.0},
    "turned_edge": {"degrees": 90},
    "letter_and_pixel": {"operation": "convolve"},
    "colour_filter": {"step": 7},
    "column_times_row": {"row": (1, 2, 3)},
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_answers_with_little_work(name: str) -> None:
    explorer = EXPLORERS[name]()
    before = explorer.picture.svg
    assert lines_run(lambda: explorer.set(**CHANGES[name])) < LITTLE
    assert not explorer.error and explorer.picture.svg != before


def test_the_stepper_changes_numbers_and_goes_back_to_an_output() -> None:
    explorer = EXPLORERS["correlation_stepper"]()
    assert "add up to 17" in explorer.pick("y:1,1").picture.alt
    assert "add up to 5." in explorer.pick("w:1,1", 0.0).pick("w:0,2", 0.0).pick("x:3,3", 1.0).picture.alt


def test_the_editor_shows_every_preset_with_its_sum_and_takes_a_weight() -> None:
    explorer = explore.kernel_editor()
    sums = []
    for name in list(explorer.controls)[2:]:
        sums.append(explorer.press(name).picture.alt.split("sum ")[1].split(".")[0])
    assert sums == ["1", "1", "1", "0", "1", "0", "0", "0"]
    assert "sum 7" in explorer.press("preset_0").pick("w:0,0", 6.0).picture.alt
    for shown in ("rectified", "photo", "signed"):
        assert not explorer.set(shown=shown).error


def test_the_editor_shows_signs_where_the_weights_sum_to_0_and_else_a_photograph() -> None:
    explorer = explore.kernel_editor()
    assert "blue is below 0" in explorer.picture.alt
    assert "as a photograph" in explorer.press("preset_1").picture.alt


def test_a_kernel_with_weights_above_1_is_not_written_in_sixteenths() -> None:
    explorer = explore.column_times_row()
    assert "/16" in explorer.set(column=(0.25, 0.5, 0.25), row=(0.25, 0.5, 0.25)).picture.svg
    assert "/16" not in explorer.set(row=(1.0, 3.5, 0.25)).picture.svg


def test_a_wide_bell_keeps_numbers_on_its_axis() -> None:
    assert ">−4</text>" in explore.gaussian_bell().set(size=9).picture.svg


def test_the_editor_runs_the_students_function() -> None:
    calls = []

    def mine(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        calls.append(kernel)
        return window_sums(image, kernel)

    explorer = explore.kernel_editor(correlate2d=mine).press("preset_0")
    assert len(calls) == 2 and "3844 windows" in explorer.try_this[0] and 62 * 62 == 3844


def test_a_turned_edge_reads_the_angle_it_was_turned_by() -> None:
    explorer = explore.turned_edge(90)
    assert "gx 0, gy 2.67" in explorer.picture.alt and "direction 1.57 " in explorer.picture.alt
    assert "direction −1.57 " in explorer.press("swap").picture.alt


def test_a_click_makes_a_second_white_pixel_and_another_removes_it() -> None:
    explorer = explore.letter_and_pixel()
    assert "2 bright pixels" in explorer.pick("x:1,6").picture.alt
    assert "1 bright pixels" in explorer.pick("x:1,6").picture.alt


def test_the_letter_can_be_drawn_by_the_students_function() -> None:
    explorer = explore.letter_and_pixel(oracle("convolve2d"))
    assert "your output" in explorer.picture.svg and "(0, 2), (0, 3), (0, 4)" in explorer.picture.alt
    assert "your output" not in explorer.set(operation="correlate").picture.svg


def test_the_colour_filter_adds_three_planes_and_the_bias() -> None:
    explorer = EXPLORERS["colour_filter"]()
    assert "give 10, 10, 0; with bias 0 together 20" in explorer.picture.alt
    assert "give −10, 10, 0; with bias 5 together 5" in explorer.pick("y:2,1").set(bias=5).picture.alt
    assert "give −10, 10, 10" in explorer.pick("w2:0,1", 1.0).pick("w2:1,1", 1.0).picture.alt


def test_column_times_row_counts_the_products() -> None:
    explorer = explore.column_times_row().set(column=(1, 2, 3, 4), row=(1, 1))
    assert "8 products" in explorer.picture.caption and "column: 6" in explorer.picture.caption
