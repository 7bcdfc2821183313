"""Every number that notebook 06 quotes, and what its pictures and explorers say."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest

from autograde.course.registry import find, repository
from helpers import draw, explore
from helpers.checking.references import conv2d_four_loops
from helpers.fixtures import sum_of_cubes
from helpers.lectures import convolution_gradients as lecture


def text() -> str:
    return (repository() / "solutions" / "06_convolution_gradients.py").read_text(encoding="utf-8")


def loss(w):
    return 0.5 * np.sum((np.correlate(lecture.x, w) - lecture.target) ** 2)


def batched(array):
    return np.asarray(array, dtype=float)[None, None]


def gradients(dout, x, w, **settings):
    return find("conv1d_backward").oracle(batched(dout), batched(x), batched(w), **settings)


def test_the_worked_signal_gives_the_outputs_the_loss_and_the_upstream_gradient():
    assert np.correlate(lecture.x, lecture.w).tolist() == lecture.y.tolist() == [8, 4, 12]
    assert (lecture.y - lecture.target).tolist() == lecture.upstream.tolist() == [1, -2, 4]
    assert loss(lecture.w) == 10.5


def test_nudging_the_first_weight_gives_slope_three():
    up, down = (loss(lecture.w + [step, 0, 0]) for step in (0.1, -0.1))
    assert (up, down) == pytest.approx((10.975, 10.375))
    assert (up - down) / 0.2 == pytest.approx(3)
    assert (up - 10.5) / 0.1 == pytest.approx(4.75)


def test_the_cubes_are_off_by_h_squared():
    numerical = find("numerical_gradient").oracle(sum_of_cubes(), np.array([1.0, 2]), h=0.1)
    assert numerical == pytest.approx([3.01, 12.01])
    assert [1.1**3, 0.9**3, 2.1**3, 1.9**3] == pytest.approx([1.331, 0.729, 9.261, 6.859])


def test_the_relative_errors_of_the_cubes():
    assert 0.01 / 6.01 == pytest.approx(0.00166, abs=5e-6)
    assert 0.01 / 24.01 == pytest.approx(0.00042, abs=5e-6)
    error = find("relative_error").oracle(np.array([3.01, 12.01]), np.array([3.0, 12]))
    assert error == pytest.approx(0.00166, abs=5e-6)


def test_central_differences_reach_ten_digits_and_one_sided_ones_at_most_nine():
    steps = np.logspace(-13, 0, 53)
    central = np.abs((np.sin(1 + steps) - np.sin(1 - steps)) / (2 * steps) / np.cos(1) - 1) / 2
    one_sided = np.abs((np.sin(1 + steps) - np.sin(1)) / steps / np.cos(1) - 1) / 2
    assert central.min() < 1e-10 and 1e-6 < steps[central.argmin()] < 1e-4
    assert 1e-9 < one_sided.min() < 1e-8
    best = {h: abs((np.sin(1 + h) - np.sin(1 - h)) / (2 * h) - np.cos(1)) for h in (0.1, 1e-5, 1e-12)}
    assert min(best, key=best.get) == 1e-5


def test_the_gradients_worked_by_hand():
    dx, dw, db = gradients(lecture.upstream, lecture.x, lecture.w)
    assert dw[0, 0].tolist() == [3, 27, 9]
    assert dx[0, 0].tolist() == [1, 0, -1, 10, -4]
    assert db.tolist() == [3]


def test_the_adjoint_identity_gives_three_times_48():
    dx, dw, _ = gradients(lecture.upstream, lecture.x, lecture.w)
    sums = [lecture.upstream @ lecture.y, dx[0, 0] @ lecture.x, dw[0, 0] @ lecture.w]
    assert sums == [48, 48, 48]


def test_stride_two_worked_by_hand():
    dx, _, _ = gradients([1, -2], [1, 5, 3, 7, 5, 2], lecture.w, stride=2)
    assert dx[0, 0].tolist() == [1, 2, -3, -4, 2, 0]


def test_the_lectures_double_sum_has_sixteen_terms_for_nine_weights():
    assert len([(x, y) for x in range(4) for y in range(4)]) == 16
    assert "16 terms" in text()


def test_pixel_one_two_feeds_six_outputs_and_gets_eight():
    table = lecture.gradient_table[:3, :3]
    terms = [
        lecture.kernel[1 - i, 2 - j] * table[i, j]
        for i in range(3)
        for j in range(3)
        if 0 <= 1 - i < 2 and 0 <= 2 - j < 3
    ]
    assert terms == [-1, -10, 9, 8, 2, 0] and sum(terms) == 8
    dx = find("conv2d_backward").oracle(batched(table), batched(lecture.image), batched(lecture.kernel))[0]
    assert dx[0, 0, 1, 2] == 8


@pytest.mark.parametrize("stride", [1, 2, (2, 1), 3])
@pytest.mark.parametrize("padding", [0, 1, (2, 0)])
def test_the_oracle_of_the_layer_keeps_the_adjoint_identity(stride, padding):
    import torch

    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(4, 3, 3, 2))
    y = torch.nn.functional.conv2d(*map(torch.from_numpy, (x, w)), stride=stride, padding=padding).numpy()
    g = rng.normal(size=y.shape)
    dx, dw, _ = find("conv2d_backward").oracle(g, x, w, stride, padding)
    assert np.sum(g * y) == pytest.approx(np.sum(dx * x)) == pytest.approx(np.sum(dw * w))


def test_col2im_is_the_adjoint_of_im2col():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 6, 7))
    columns = find("im2col").oracle(x, (3, 2), (2, 1), (1, 0))
    other = rng.normal(size=columns.shape)
    back = find("col2im").oracle(other, x.shape, (3, 2), (2, 1), (1, 0))
    assert np.sum(columns * other) == pytest.approx(np.sum(x * back))


def test_nine_pixels_unrolled_and_multiplied():
    nine = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    columns = find("im2col").oracle(nine, 2)[0]
    assert columns.tolist() == [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]
    assert (np.array([1, 2, 3, 5]) @ columns).tolist() == [42, 53, 75, 86]
    layer = find("conv2d_im2col").oracle(nine, np.array([[[[1.0, 2], [3, 5]]]]), np.array([0.5]))
    assert layer[0, 0].tolist() == [[42.5, 53.5], [75.5, 86.5]]
    ones = find("col2im").oracle(np.ones((1, 4, 4)), (1, 1, 3, 3), 2)
    assert ones[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


def test_the_memory_of_unrolling_a_photograph():
    image, columns = 3 * 224 * 224, 3 * 9 * 224 * 224
    assert (image, columns) == (150528, 1354752)
    assert (round(8 * columns / 1e6, 1), round(8 * image / 1e6, 1)) == (10.8, 1.2)


def test_the_rounds_and_multiplications_of_the_race():
    outputs = 8 * 16 * 8 * 8
    assert (outputs, outputs * 27) == (8192, 221184)


def test_the_statement_shows_the_reference_as_it_is_measured():
    shown = text().split("# ```python\n")[1].split("# ```\n")[0]
    code = "\n".join(line[2:] for line in shown.splitlines())
    measured = inspect.getsource(conv2d_four_loops).strip().split("\n")
    measured[0] = measured[0].split("  #")[0]
    assert code.strip().split("\n") == measured


def test_the_four_loops_are_right():
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    assert np.allclose(conv2d_four_loops(x, w, b, 2, 1), find("conv2d_im2col").oracle(x, w, b, 2, 1))


def test_a_hundred_steps_find_every_sobel_weight_to_within_a_third():
    photo, edges = lecture.edge_lesson()
    assert photo.shape == (1, 1, 32, 32) and edges.shape == (1, 1, 30, 30)
    windows = np.lib.stride_tricks.sliding_window_view(photo, (3, 3), axis=(2, 3))
    kernel = np.zeros((1, 1, 3, 3))
    for step in range(1001):
        y = np.einsum("ncijab,fcab->nfij", windows, kernel)
        if step == 100:
            early = np.abs(kernel - lecture.sobel_x).max()
        kernel -= 0.2 * find("conv2d_backward").oracle((y - edges) / y.size, photo, kernel)[1]
    assert early < 0.3
    assert np.abs(kernel - lecture.sobel_x).max() < 0.05


def test_a_weight_that_is_clicked_shows_its_sum():
    explorer = explore.weight_pairs(lecture.image, lecture.kernel, lecture.gradient_table).pick("w:1,2")
    assert not explorer.error and "sum 17" in explorer.picture.alt
    assert "sum 17" not in explorer.set(stride=2, padding=1).picture.alt


def test_a_pixel_that_is_clicked_shows_its_paths_and_padding_can_not_be_clicked():
    explorer = explore.pixel_paths(lecture.image, lecture.kernel, lecture.gradient_table)
    assert "upstream gradient 8" in explorer.picture.alt
    explorer.set(padding=1).pick("x:0,0")
    assert explorer.state.pixel == (1, 2)
    explorer.pick("x:1,1")
    assert explorer.state.pixel == (0, 0) and not explorer.error


def test_a_pixel_that_feeds_no_output_has_gradient_zero():
    explorer = explore.pixel_paths(lecture.image, lecture.kernel, lecture.gradient_table).set(stride=3)
    explorer.pick("x:3,4")
    assert "feeds no output" in explorer.picture.alt


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_the_explorers_have_a_picture_in_every_setting(stride, padding):
    pixel = explore.pixel_paths(lecture.image, lecture.kernel, lecture.gradient_table)
    assert not pixel.set(stride=stride, padding=padding).error
    unroller = explore.im2col_unroller(lecture.two_channels, lecture.two_filters)
    assert not unroller.set(stride=min(stride, 2), padding=min(padding, 1), step=99).error


def test_the_unroller_shows_what_the_exercise_asks_for():
    explorer = explore.im2col_unroller(lecture.two_channels, lecture.two_filters).pick("cols:0,4")
    assert explorer.state.step == 4
    columns = find("im2col").oracle(lecture.two_channels[None], 2)[0]
    assert draw.table_alt(columns[:, 4]) in explorer.picture.alt
    assert columns.size == 48


def test_the_nudger_says_the_loss():
    explorer = explore.weight_nudger(lecture.x, lecture.w, lecture.target).set(weight=0, step=0.1)
    assert "10.975" in explorer.picture.svg


def test_the_picture_of_a_nudge_says_the_loss_and_the_slope_to_one_side():
    picture = draw.nudged_weight(lecture.x, lecture.w, lecture.target, at=0, step=0.1)
    assert "Loss 10.5 before, 10.975 after" in picture.alt
    assert "to one side = 4.75" in picture.svg
    second = draw.nudged_weight(lecture.x, lecture.w, lecture.target, at=1, step=0.1)
    assert "31.15" in second.svg


def test_the_gradient_of_a_signal_travels_along_the_transposed_matrix():
    T = np.array([np.concatenate([np.zeros(i), lecture.w, np.zeros(2 - i)]) for i in range(3)])
    assert (T @ lecture.x).tolist() == lecture.y.tolist()
    assert (T.T @ lecture.upstream).tolist() == [1, 0, -1, 10, -4]


def test_nine_pixels_give_a_symmetric_matrix_and_six_do_not():
    nine = find("im2col").oracle(np.arange(1.0, 10).reshape(1, 1, 3, 3), 2)[0]
    assert (nine == nine.T).all()
    six = find("im2col").oracle(np.arange(1.0, 7).reshape(1, 1, 2, 3), 2)[0]
    assert six.T.tolist() == [[1, 2, 4, 5], [2, 3, 5, 6]]


def test_numerical_gradients_of_a_convolution_come_within_1e_7():
    rng = np.random.default_rng(0)
    x, w, g = rng.normal(size=8), rng.normal(size=3), rng.normal(size=6)
    measured = find("numerical_gradient").oracle(lambda a: np.sum(g * np.correlate(a, w)), x)
    assert find("relative_error").oracle(measured, gradients(g, x, w)[0][0, 0]) < 1e-7


@pytest.mark.parametrize("step", [1e-5, 1.0, 1e190, 1e200, 1e250])
def test_no_step_measures_a_gradient_where_the_outputs_overflow(step):
    x, w = 1e200 * lecture.x, 1e200 * lecture.w
    with np.errstate(all="ignore"):
        up, down = (np.sum(lecture.upstream * np.correlate(x + h * np.eye(5)[0], w)) for h in (step, -step))
        assert not np.isfinite(up - down)
    dx, dw, db = gradients(lecture.upstream, x, w)
    assert dx[0, 0] / 1e200 == pytest.approx([1, 0, -1, 10, -4])
    assert dw[0, 0] / 1e200 == pytest.approx([3, 27, 9])
    assert db.tolist() == [3]


def test_no_written_line_names_a_file_path():
    assert str(Path.home()) not in text()
