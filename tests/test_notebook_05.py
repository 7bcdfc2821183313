"""The numbers that notebook 05 quotes, its oracles against PyTorch, and its explorers without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograde.classroom.grading import hidden_cases
from autograde.course.definition import Exercise
from autograde.course.registry import exercises as all_exercises
from autograde.course.signatures import signatures
from autograde.exercises.pooling.grids import TIES
from autograde.mutants.judging import Judge, Mutant, plain_data, sources_of
from helpers import datasets, draw, explore
from helpers.checking.compare import difference
from helpers.checking.recognising import Seen, recognise
from helpers.lectures import pooling as lecture
from helpers.travel.calls import Call, observe

EXERCISES = {name: e for name, e in all_exercises().items() if e.module.endswith(".pooling")}
NOTEBOOK = (Path(__file__).parent.parent / "solutions" / "05_pooling.py").read_text(encoding="utf-8")


def named(name: str) -> Exercise:
    exercise = EXERCISES[name]
    assert isinstance(exercise, Exercise)
    return exercise


def oracle(name: str) -> Any:
    return named(name).oracle


def batch(plane: np.ndarray) -> np.ndarray:
    return plane[None, None]


def cat() -> np.ndarray:
    return datasets.photo("chelsea", gray=True, size=160)


def calls_of(exercise: Exercise) -> list[Call]:
    """Visible and hidden calls that return a value."""
    hidden = [case.call for seed in range(3) for case in hidden_cases(exercise, seed)]
    return [c for c in [example.call for example in exercise.examples] + hidden if c.error is None]


def test_the_lectures_grids_give_the_outputs_in_the_text() -> None:
    largest = oracle("max_pool2d")
    assert largest(batch(lecture.max_pool_input), 2)[0, 0].tolist() == [[2, 5], [1, 3]]
    assert largest(batch(lecture.max_pool_gradient_input), 2)[0, 0].tolist() == [[55, 41], [90, 95]]
    assert largest(batch(lecture.five_by_five), 2)[0, 0].tolist() == [[-1, 4], [7, -1]]
    means = oracle("avg_pool2d")(batch(lecture.average_pool_input), 2)
    assert means[0, 0].tolist() == [[3.75, 1.25], [4, 2]]
    assert oracle("global_avg_pool")(lecture.two_maps[None]).tolist() == [[6, 1]]


def test_the_tied_map_has_the_switches_in_the_text() -> None:
    values, switches = oracle("max_pool2d_switches")(TIES, (2, 3), 2)
    assert values[0, 0].tolist() == [[4, 5], [5, 5]]
    assert switches[0, 0].tolist() == [[1, 8], [12, 12]]


def test_the_41_has_switch_6() -> None:
    _, switches = oracle("max_pool2d_switches")(batch(lecture.max_pool_gradient_input), 2, 2)
    assert switches[0, 0].tolist() == [[1, 6], [9, 15]]


def test_the_pixel_that_wins_three_windows_receives_one_and_a_half() -> None:
    x = batch(lecture.max_pool_gradient_input)
    _, switches = oracle("max_pool2d_switches")(x, 3, 1)
    dx = oracle("max_pool2d_backward")(batch(lecture.upstream), switches, x.shape)
    assert switches.ravel().tolist().count(9) == 3
    assert dx[0, 0, 2, 1] == 1.5


def test_the_backward_examples_by_hand_are_right() -> None:
    dout, switches = np.array([[[[2, -1]], [[0.5, 3]]]]), np.array([[[[1, 1]], [[0, 2]]]])
    dx = oracle("max_pool2d_backward")(dout, switches, (1, 2, 2, 3))
    assert dx.tolist() == [[[[0, 1, 0], [0, 0, 0]], [[0.5, 0, 3], [0, 0, 0]]]]
    shared = oracle("avg_pool2d_backward")(batch(np.array([[9, -18], [27, 36.0]])), (1, 1, 4, 4), 3, 1)
    assert shared[0, 0, 0, 0] == pytest.approx(1)
    assert shared[0, 0, 1, 1] == pytest.approx(6)


def test_the_switches_worked_by_hand_can_come_from_two_by_two_windows() -> None:
    x = np.array([[[[1.0, 9, 2], [3, 4, 5]], [[7, 1, 8], [2, 3, 4]]]])
    assert oracle("max_pool2d_switches")(x, 2, 1)[1].tolist() == [[[[1, 1]], [[0, 2]]]]


def test_the_window_of_bytes_in_the_text_has_the_mean_in_the_text() -> None:
    window = np.array([[200, 250], [100, 70]], np.uint8)
    assert oracle("avg_pool2d")(batch(window), 2).item() == 155
    assert window.sum(dtype=np.uint8) / 4 != 155


def test_adding_at_repeated_positions_leaves_the_last_sum() -> None:
    dx, idx, g = np.zeros(4), np.array([1, 1, 3]), np.array([2.0, -1.0, 5.0])
    dx[idx] += g
    assert dx.tolist() == [0, -1, 0, 5]
    dx = np.zeros(4)
    np.add.at(dx, idx, g)
    assert dx.tolist() == [0, 1, 0, 5]


def test_pytorchs_amax_gives_each_of_two_winners_a_half() -> None:
    import torch

    x = torch.tensor([4.0, 4.0, 1.0], requires_grad=True)
    torch.amax(x, dim=0).backward()
    assert x.grad is not None and x.grad.tolist() == [0.5, 0.5, 0]


def test_cutting_off_the_fraction_lets_a_window_fit_that_does_not() -> None:
    assert int((2 - 3) / 2) + 1 == 1
    assert (2 - 3) // 2 + 1 == 0


def test_the_centre_of_a_seven_by_seven_map_lies_in_four_windows() -> None:
    everywhere = np.ones((1, 1, 3, 3)) * 9
    assert oracle("avg_pool2d_backward")(everywhere, (1, 1, 7, 7), 3, 2)[0, 0, 2, 2] == pytest.approx(4)


def test_the_counts_in_the_text_are_right() -> None:
    assert 96 * 55 * 55 == 290_400
    assert 7 * 7 * 1024 * 1000 == 50_176_000
    assert 1024 * 1000 == 1_024_000
    without = [layer for layer in lecture.lenet if layer[0] != "pool"]
    assert oracle("trace_shapes")((1, 32, 32), without)[:4] == [
        (6, 28, 28),
        (16, 24, 24),
        (120, 20, 20),
        (48_000,),
    ]
    assert (48_000 * 84 + 84, 120 * 84 + 84) == (4_032_084, 10_164)


def test_the_exercises_take_the_eighty_minutes_that_are_promised() -> None:
    graded = [e for e in EXERCISES.values() if isinstance(e, Exercise)]
    assert sum(e.minutes for e in graded) == pytest.approx(80, abs=3)


def shift_table() -> list[tuple[float, int, list[int]]]:
    rows = re.findall(r"# \| (exactly equal|at most 0\.05 apart) \| (\d) \| ([\d |]+) \|", NOTEBOOK)
    return [
        (0.05 if "0.05" in kind else 0.0, int(d), [int(n) for n in cells.split(" | ")])
        for kind, d, cells in rows
    ]


def test_the_table_of_shifts_is_what_the_explorer_measures() -> None:
    table = shift_table()
    assert len(table) == 6
    pools = ("no pooling", "max 2 × 2", "max 4 × 4", "average 4 × 4")
    for tolerance, shift, quoted in table:
        measured = [round(100 * explore.shift_shares(cat(), pool, tolerance)[shift]) for pool in pools]
        assert measured == quoted, (tolerance, shift)


def test_at_a_smaller_tolerance_the_mean_changes_more_than_the_maximum() -> None:
    quoted = re.search(
        r"at 0\.02 they do not \((\d+) % against (\d+) %, and (\d+) % against (\d+) %\)", NOTEBOOK
    )
    assert quoted is not None
    means, maxima = (explore.shift_shares(cat(), pool, 0.02) for pool in ("average 4 × 4", "max 4 × 4"))
    measured = [round(100 * share) for d in (1, 2) for share in (means[d], maxima[d])]
    assert [int(n) for n in quoted.groups()] == measured


def ways_to_change(plane: np.ndarray, side: int) -> tuple[int, int]:
    """Percent of cells that change when the plane moves left by one pixel: their maximum left, or it was beaten."""
    largest = oracle("max_pool2d")
    old, new = largest(batch(plane[:, :-1]), side), largest(batch(plane[:, 1:]), side)
    shared = largest(batch(plane[:, 1:-1]), (side, side - 1), side)  # the columns that stay in the cell
    left = np.mean((shared < old) & (new != old))
    return round(100 * left), round(100 * (np.mean(new != old) - left))


@pytest.mark.parametrize(("side", "place"), [(2, 0), (4, 1)])
def test_cells_change_in_the_two_ways_that_the_text_counts(side: int, place: int) -> None:
    frame = cat()[16:144, 8:137]
    text = NOTEBOOK.replace("\n# ", " ")
    left = re.search(
        r"in (\d+) % of the 2 × 2 cells and (\d+) % of the 4 × 4 ones \(random numbers: (\d+) % and (\d+) %",
        text,
    )
    beaten = re.search(r"in another (\d+) % and (\d+) % \(random numbers: (\d+) % and (\d+) %", text)
    assert left is not None and beaten is not None
    quoted = [[int(found.group(n + place)) for found in (left, beaten)] for n in (1, 3)]
    assert list(ways_to_change(frame, side)) == quoted[0]
    chances = [1 / side, 1 - 1 / side - (side - 1) / (side + 1)]
    assert [round(100 * chance) for chance in chances] == quoted[1]
    random = ways_to_change(np.random.default_rng(0).random((512, 513)), side)
    assert random == pytest.approx(quoted[1], abs=2)


def test_a_shift_by_one_stride_moves_the_pooled_map_by_one_cell() -> None:
    image = cat()
    before = oracle("max_pool2d")(batch(image[:, :128]), 4)
    after = oracle("max_pool2d")(batch(image[:, 4:132]), 4)
    assert np.array_equal(after[..., :-1], before[..., 1:])


@pytest.mark.parametrize("side", [2, 4])
def test_random_pixels_keep_their_maximum_as_often_as_the_formula_says(side: int) -> None:
    noise = np.random.default_rng(0).random((1, 1, 400, 401))
    before = oracle("max_pool2d")(noise[..., :-1], side)
    after = oracle("max_pool2d")(noise[..., 1:], side)
    assert np.mean(before == after) == pytest.approx((side - 1) / (side + 1), abs=0.02)


def torch_of(x: np.ndarray) -> Any:
    import torch

    return torch.from_numpy(np.ascontiguousarray(x, dtype=np.float64))


def test_max_pooling_agrees_with_pytorch_on_every_case() -> None:
    from torch.nn import functional

    for call in calls_of(named("max_pool2d")):
        theirs = functional.max_pool2d(torch_of(call.args[0]), *call.args[1:], **call.kwargs).numpy()
        assert np.array_equal(oracle("max_pool2d")(*call.args, **call.kwargs), theirs)


def test_average_pooling_agrees_with_pytorch_on_every_case() -> None:
    from torch.nn import functional

    for call in calls_of(named("avg_pool2d")):
        theirs = functional.avg_pool2d(torch_of(call.args[0]), *call.args[1:], **call.kwargs).numpy()
        assert np.allclose(oracle("avg_pool2d")(*call.args, **call.kwargs), theirs, atol=1e-6)


def test_switches_agree_with_pytorch_on_every_case_ties_included() -> None:
    from torch.nn import functional

    for call in calls_of(named("max_pool2d_switches")):
        x, kernel, stride = call.args
        values, switches = functional.max_pool2d(torch_of(x), kernel, stride, return_indices=True)
        ours = oracle("max_pool2d_switches")(x, kernel, stride)
        assert np.array_equal(ours[0], values.numpy())
        assert np.array_equal(ours[1], switches.numpy())


def test_the_average_gradient_agrees_with_pytorch_on_every_case() -> None:
    import torch
    from torch.nn import functional

    for call in calls_of(named("avg_pool2d_backward")):
        dout, shape, kernel, stride = call.args
        x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
        functional.avg_pool2d(x, kernel, stride).backward(torch_of(dout))
        assert np.allclose(oracle("avg_pool2d_backward")(*call.args), x.grad.numpy(), atol=1e-6)


def test_the_maximum_gradient_agrees_with_pytorch_where_windows_overlap() -> None:
    from torch.nn import functional

    rng = np.random.default_rng(3)
    x = torch_of(rng.integers(0, 4, size=(2, 3, 7, 8))).requires_grad_()
    pooled, switches = functional.max_pool2d(x, (3, 2), 1, return_indices=True)
    dout = rng.normal(size=pooled.shape)
    pooled.backward(torch_of(dout))
    ours = oracle("max_pool2d_backward")(dout, switches.numpy(), tuple(x.shape))
    assert np.allclose(ours, x.grad.numpy())


def test_traced_shapes_agree_with_pytorchs_layers() -> None:
    import torch
    from torch import nn

    def built(layer: Any, shape: tuple[int, ...]) -> nn.Module:
        kind, *numbers = layer
        if kind == "conv":
            return nn.Conv2d(shape[0], *numbers, device="meta")
        if kind == "pool":
            return nn.MaxPool2d(*numbers)
        return nn.Flatten(0) if kind == "flatten" else nn.Linear(shape[0], numbers[0], device="meta")

    for call in calls_of(named("trace_shapes")):
        x = torch.empty(call.args[0], device="meta")
        for layer, shape in zip(call.args[1], oracle("trace_shapes")(*call.args), strict=True):
            x = built(layer, tuple(x.shape))(x)
            assert tuple(x.shape) == shape


def adds_at_repeated_indices(dout: Any, switches: Any, input_shape: Any) -> Any:
    n, c, height, width = input_shape
    dx = np.zeros((n * c, height * width))
    for plane in range(n * c):
        dx[plane][switches.reshape(n * c, -1)[plane]] += dout.reshape(n * c, -1)[plane]
    return dx.reshape(input_shape)


def test_adding_at_repeated_indices_gets_the_hint_about_the_last_gradient() -> None:
    exercise = named("max_pool2d_backward")
    calls = [example.call for example in exercise.examples]
    seen = [observe(adds_at_repeated_indices, call) for call in calls]
    failed = [
        difference(exercise.compare, call, exercise.expected(call), one) is not None
        for call, one in zip(calls, seen, strict=True)
    ]
    found = recognise(
        exercise.compare, signatures(exercise), [Seen(*one) for one in zip(calls, seen, failed, strict=True)]
    )
    assert [one.misconception.name for one in found] == ["keeps_the_last_gradient"]
    assert (
        "np.add.at" not in found[0].misconception.wrong
    )  # not everybody who keeps the last one has written such a line
    assert any("np.add.at" in said for said in found[0].misconception.if_source_has.values())


# Slips of right answers, each (exercise, answer, the text, what stands there instead): once told right, or refused by half.
SLIPS = {
    "a pixel in a gap between windows": ("max_pool2d", "max_with_plain_loops", "i * sh, j * sw]\n", "i * sh, j * kw]\n"),
    "more windows than fit, a 4 x 4 window": ("max_pool2d", "max_over_kernel_offsets", "a + (rows - 1) * sh", "(a + (rows - 1)) * sh"),
    "more means than windows that fit": ("avg_pool2d", "average_over_kernel_offsets", "b + (columns - 1) * sw", "(b + (columns - 1)) * sw"),
    "nothing returned for a window that is too wide": ("avg_pool2d", "average_over_kernel_offsets", "rows < 1 or columns < 1", "rows < 1"),
    "more shares than windows that fit": ("avg_pool2d_backward", "shares_over_kernel_offsets", "a + (rows - 1) * sh", "(a + (rows - 1)) * sh"),
    "images counted from the end": ("max_pool2d_backward", "routes_with_add_at", "np.arange(n)[", "-np.arange(n)["),
    "a convolution that meets a flat shape": ("trace_shapes", "traces_with_ifs", 'raise ValueError("conv needs', 'print("conv needs'),
    "a second flatten that goes on counting": ("trace_shapes", "traces_with_ifs", "            count = 1\n", ""),
    "three paddings of the height": ("trace_shapes", "traces_layer_by_layer", "kernel > height + 2 * padding", "kernel > height + 3 * padding"),
    "three paddings of the width": ("trace_shapes", "traces_layer_by_layer", "kernel > width + 2 * padding", "kernel > width + 3 * padding"),
    "one padding of the width": ("trace_shapes", "traces_layer_by_layer", "kernel > width + 2 * padding", "kernel > width + padding"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_check_and_grading_both_refuse(slip: str) -> None:
    name, answer, was, now = SLIPS[slip]
    source = sources_of(name)[answer]
    assert source.count(was) == 1
    source = source.replace(was, now)
    if slip == "a second flatten that goes on counting":
        source = source.replace("    shapes = []\n", "    shapes = []\n    count = 1\n")
    judge = Judge(name, plain_data(name))
    judged = judge.judge(Mutant(name, answer, "", 0, was, now), compile(source, "<slip>", "exec"))
    assert (judged.check, judged.graded) == ("not yet right", False)


def test_the_stepper_fills_the_output_step_by_step() -> None:
    stepper = explore.pooling_stepper(lecture.max_pool_input)
    assert "The largest of 5, 1, 4, 0 is 5" in stepper.picture.alt
    stepper.pick("y:1,1")
    assert stepper.state.step == 3
    stepper.pick("x:2,2", value=8)
    assert "1, 8" in stepper.picture.alt


def test_a_window_that_does_not_fit_is_said_and_can_be_undone() -> None:
    stepper = explore.pooling_stepper(lecture.two_maps[0]).set(kernel=4)
    assert "does not fit" in stepper.error
    assert not stepper.set(kernel=2).error


def test_the_switch_stepper_shows_the_first_of_equals() -> None:
    stepper = explore.switch_stepper(np.array([[4.0, 1, 4], [4, 0, 2]])).set(kernel=(2, 3), step=0)
    assert "switch 0 · 3 + 0 = 0" in stepper.picture.alt


def test_the_router_sends_a_gradient_to_the_new_winner() -> None:
    router = explore.gradient_router(lecture.max_pool_gradient_input, lecture.upstream)
    router.pick("x:0,0", value=60).pick("dx:0,0")
    assert "Pixel (0, 0) wins 1 window: 2." in router.picture.alt


def test_the_router_adds_up_what_one_pixel_receives() -> None:
    router = explore.gradient_router(lecture.max_pool_gradient_input, lecture.upstream)
    router.set(kernel=3, stride=1).pick("dx:2,1")
    assert "wins 3 windows: 2 − 1 + 0.5 = 1.5" in router.picture.alt
    router.pick("dy:0,1", value=4)
    assert "2 + 4 + 0.5 = 6.5" in router.picture.alt


def test_the_students_router_names_the_pixel_that_gets_too_little() -> None:
    router = explore.your_gradient_router(
        adds_at_repeated_indices, lecture.max_pool_gradient_input, lecture.upstream
    )
    assert "Pixel (2, 1) should receive 1.5; your function gives it 0.5." in router.picture.alt


def test_the_students_router_says_when_every_gradient_has_arrived() -> None:
    router = explore.your_gradient_router(
        oracle("max_pool2d_backward"), lecture.max_pool_gradient_input, lecture.upstream
    )
    router.set(kernel=2).pick("x:1,1", value=99)
    assert "Every gradient has arrived" in router.picture.alt


def test_the_students_router_survives_a_wrong_shape() -> None:
    router = explore.your_gradient_router(
        lambda dout, switches, shape: dout, lecture.max_pool_gradient_input, lecture.upstream
    )
    assert "your dx has shape (1, 1, 2, 2)" in router.error


@pytest.mark.parametrize("kind", ["max", "average"])
@pytest.mark.parametrize("kernel", [2, 3, (2, 3)])
@pytest.mark.parametrize("stride", [1, 2])
def test_the_router_draws_every_setting(kind: str, kernel: Any, stride: int) -> None:
    router = explore.gradient_router(lecture.max_pool_gradient_input, lecture.upstream)
    router.set(kind=kind, kernel=kernel, stride=stride).pick("dx:1,1")
    assert not router.error


def test_the_photograph_moves_and_a_line_is_drawn_for_each_pooling() -> None:
    explorer = explore.shifted_photo(cat())
    assert "max 2 × 2 23 %" in explorer.picture.alt
    explorer.set(shift=0)
    assert "average 4 × 4 100 %" in explorer.picture.alt


def test_the_picture_of_routes_names_every_number() -> None:
    picture = draw.pooling_gradient(lecture.upstream, 2, x=lecture.max_pool_gradient_input)
    assert "0, 2, 0, 0; 0, 0, −1, 0; 0, 0.5, 0, 0; 0, 0, 0, 3" in picture.alt


def test_the_stacks_of_lenet_have_as_many_sheets_as_the_caption_says() -> None:
    assert "3, 5 and 7 sheets for 6, 16 and 120" in NOTEBOOK
    for channels, sheets in [(6, 3), (16, 5), (120, 7)]:
        assert draw.shapes(["maps"], [(channels, 8, 8)]).svg.count("<rect") == sheets


def test_the_photograph_says_which_way_it_moved() -> None:
    shown = explore.shifted_photo(cat()).set(shift=3).picture
    assert "moved left by 3" in shown.svg
    assert "After a shift of 3 pixels to the left" in shown.alt
