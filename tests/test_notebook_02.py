"""The numbers that notebook 02 quotes, its pictures and its explorers; nothing about how exercises are checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograde.course.registry import find
from helpers import draw, explore
from helpers.lectures import convolution_1d as lecture
from helpers.lectures.convolution_1d.pictures import one_hot


def oracle(name: str) -> Any:
    exercise = find(name)
    assert exercise.kind == "function"
    return exercise.oracle


# ------------------------------------------------------------------------------------- numbers in the text


def test_the_moving_average_of_the_lecture_never_falls() -> None:
    averages = oracle("correlate1d")(lecture.x, lecture.moving_average)
    assert np.allclose(averages, [3, 5, 5, 7, 7, 10])
    assert (np.diff(averages) > -1e-9).all() and (np.diff(lecture.x) < 0).sum() == 3


def test_differencing_is_the_kernel_minus_one_one() -> None:
    assert np.array_equal(oracle("correlate1d")(lecture.x, lecture.differencing), np.diff(lecture.x))
    assert np.diff(lecture.x)[:3].tolist() == [4, -2, 4]


def test_smoothing_removes_the_hiss_and_differencing_the_vowel() -> None:
    sound, correlate1d = lecture.syllable(), oracle("correlate1d")
    assert sound.shape == (9600,) and np.abs(sound).max() <= 1
    shares = [
        round(100 * lecture.rms(correlate1d(sound, w), part) / lecture.rms(sound, part))
        for w in (np.full(9, 1 / 9), lecture.differencing)
        for part in (lecture.HISS, lecture.VOWEL)
    ]
    assert shares == [11, 69, 174, 34]


def test_a_longer_average_lets_less_of_the_hiss_through() -> None:
    sound, correlate1d = lecture.syllable(), oracle("correlate1d")
    nine, twenty = (lecture.rms(correlate1d(sound, np.full(k, 1 / k)), lecture.HISS) for k in (9, 20))
    assert twenty < nine


def test_an_impulse_prints_the_kernel_backwards_or_forwards() -> None:
    backwards = oracle("correlate1d")(lecture.impulse, lecture.one_two_three)
    forwards = oracle("convolve1d")(lecture.impulse, lecture.one_two_three)
    assert backwards[1:4].tolist() == [3, 2, 1] and forwards[3:6].tolist() == [1, 2, 3]


def test_convolution_commutes_and_associates_and_correlation_does_not() -> None:
    convolve1d = oracle("convolve1d")
    x, u, v = np.array([1.0, 5, 3, 7]), lecture.lopsided, np.array([2.0, 1, 3, -1])
    assert np.allclose(convolve1d(x, u), convolve1d(u, x))
    assert np.allclose(convolve1d(convolve1d(x, u), v), convolve1d(x, convolve1d(u, v)))

    def correlate(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.correlate(a, b, mode="full")

    assert not np.allclose(correlate(x, v), correlate(v, x))
    assert not np.allclose(correlate(correlate(x, u), v), correlate(x, correlate(u, v)))


def test_the_three_modes_of_section_4() -> None:
    convolve1d = oracle("convolve1d")
    x, w = lecture.short_signal, lecture.even_kernel
    assert convolve1d(x, w).tolist() == [1, 7, 12, 11, 31, 12, 16, 15]
    assert convolve1d(x, w, "same").tolist() == [7, 12, 11, 31, 12]
    assert convolve1d(x, w, "valid").tolist() == [11, 31]


@pytest.mark.parametrize(("n", "k"), [(5, 4), (4, 5), (6, 3), (3, 3), (1, 1), (2, 6)])
def test_same_drops_the_smaller_half_on_the_left(n: int, k: int) -> None:
    convolve1d, rng = oracle("convolve1d"), np.random.default_rng(n * 10 + k)
    x, w = rng.normal(size=n), rng.normal(size=k)
    full, dropped = convolve1d(x, w), (min(n, k) - 1) // 2
    assert np.allclose(convolve1d(x, w, "same"), full[dropped : dropped + max(n, k)])
    valid = full[min(n, k) - 1 : len(full) - min(n, k) + 1]
    assert np.allclose(convolve1d(x, w, "valid"), valid) and len(valid) == max(n, k) - min(n, k) + 1


def test_multiplication_on_paper_is_convolution() -> None:
    convolve1d = oracle("convolve1d")
    assert convolve1d(np.array([1, 3]), np.array([1, 2])).tolist() == [1, 5, 6]
    assert convolve1d(np.array([9, 9]), np.array([9, 9])).tolist() == [81, 162, 81]
    assert convolve1d(np.array([0.5, 0.5]), np.array([0.5, 0.5])).tolist() == [0.25, 0.5, 0.25]


def test_the_matrix_of_section_6_and_its_transpose() -> None:
    matrix = oracle("toeplitz_matrix")(lecture.lopsided, 5)
    assert np.array_equal(matrix, lecture.lopsided_matrix)
    assert (matrix @ lecture.short_signal).tolist() == [8, 4, 12]
    y = np.array([2.0, -1, 5])
    assert np.allclose(matrix.T @ y, oracle("convolve1d")(y, lecture.lopsided))


def test_the_weights_that_a_dense_layer_would_need() -> None:
    assert (16_000 - 3 + 1) * 16_000 == 255_968_000
    averaging = oracle("toeplitz_matrix")(lecture.moving_average, 8)
    assert averaging.shape == (6, 8) and np.count_nonzero(averaging) == 18


def test_the_lengths_worked_out_in_the_text() -> None:
    conv1d = oracle("conv1d")
    eight, three = np.ones((1, 1, 8)), np.ones((1, 1, 3))
    assert conv1d(eight, three, stride=2).shape == (1, 1, 3)
    assert conv1d(eight, three, stride=2, padding=1).shape == (1, 1, 4)


def test_the_two_microphones() -> None:
    assert oracle("conv1d")(lecture.two_channels, lecture.stereo_filter).tolist() == [[[4, -1, 9]]]


def test_the_filters_find_their_phrases_and_nothing_else() -> None:
    channels = lecture.words_as_channels(lecture.sentence)
    answers = oracle("conv1d")(channels, lecture.phrase_filters, lecture.phrase_bias)[0]
    found = [(int(f), " ".join(lecture.sentence[i : i + 2])) for f, i in np.argwhere(answers > 0)]
    assert found == [(0, "not good"), (1, "very good")] and lecture.sentence.count("good") == 2


def test_one_place_of_the_mutant_promoter_stands_out() -> None:
    motif_scores = oracle("motif_scores")
    wild = motif_scores(lecture.lac_promoter, lecture.pribnow_box)
    mutant = motif_scores(lecture.lac_uv5, lecture.pribnow_box)
    assert len(lecture.lac_promoter) == 58 and wild.max() == 4 and (wild == 4).sum() == 4
    assert wild[34] == 4 and lecture.lac_promoter[34:40] == "TATGTT"
    assert np.flatnonzero(mutant == 6).tolist() == [34] and sorted(mutant)[-2] == 4
    assert sum(a != b for a, b in zip(lecture.lac_promoter, lecture.lac_uv5, strict=True)) == 2


def test_an_unknown_letter_is_a_column_of_zeros() -> None:
    assert one_hot("aN").tolist() == [[1, 0], [0, 0], [0, 0], [0, 0]]
    assert oracle("motif_scores")("TNACNTA", "TNA").tolist() == [2, 0, 0, 0, 1]


# ----------------------------------------------------------------------------------- pictures and explorers


def test_a_picture_says_its_numbers_in_words() -> None:
    alt = draw.sliding_kernel(lecture.x, lecture.moving_average, at=1).alt
    assert "1.67, 1, 2.33 add up to 5" in alt and "3, 5, 5, 7, 7, 10" in alt


def test_a_window_that_does_not_fit_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="can start at 0 to 5"):
        draw.sliding_kernel(lecture.x, lecture.moving_average, at=6)


def test_the_strip_opens_on_the_impulse_and_prints_the_kernel_backwards() -> None:
    explorer = explore.kernel_strip(lecture.impulse, lecture.one_two_three)
    assert "All outputs: 0, 0, 0, 3, 2, 1, 0, 0, 0" in explorer.picture.alt
    explorer.press("flip")
    assert "All outputs: 0, 0, 0, 1, 2, 3, 0, 0, 0" in explorer.picture.alt


def test_the_strip_is_dragged_over_the_ends_and_stops_there() -> None:
    explorer = explore.kernel_strip(lecture.impulse, lecture.one_two_three)
    explorer.pick("w", dx=50)
    assert explorer.state.position == 8 and not explorer.error
    explorer.pick("w", dx=-50)
    assert explorer.state.position == 0


def test_a_picked_output_calls_the_strip_to_its_place() -> None:
    explorer = explore.kernel_strip(lecture.impulse, lecture.one_two_three)
    assert "right end at position 7" in explorer.pick("y:0,7").picture.alt


def test_a_sample_typed_into_the_strip_explorer_scales_the_answer() -> None:
    explorer = explore.kernel_strip(lecture.impulse, lecture.one_two_three)
    explorer.pick("x:0,5", value=2)  # two ghost zeros stand before position 0
    assert explorer.state.signal[3] == 2 and "6, 4, 2" in explorer.picture.alt


def test_a_shorter_signal_moves_the_strip_back_onto_it() -> None:
    explorer = explore.kernel_strip(lecture.impulse, lecture.one_two_three, position=8)
    explorer.set(signal=(1.0, 2.0))
    assert explorer.state.position == 3 and not explorer.error


def test_your_own_signal_is_convolved_by_your_own_function() -> None:
    explorer = explore.own_signal(lambda x, w, mode: np.full(3, 42.0))
    assert "your convolve1d in mode full: 42, 42, 42" in explorer.picture.alt
    assert "1, 7, 12, 8, 16, 3, −5" in explorer.set(operation="convolve").picture.alt


def test_an_unwritten_function_leaves_the_explorer_alive() -> None:
    def convolve1d(x: np.ndarray, w: np.ndarray, mode: str = "full") -> np.ndarray:
        raise NotImplementedError

    explorer = explore.own_signal(convolve1d)
    assert "not written yet" in explorer.error
    assert not explorer.set(operation="correlate").error


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("n", "k"), [(5, 3), (3, 6)])
def test_an_output_lights_the_samples_it_is_made_from(mode: str, n: int, k: int) -> None:
    from helpers.lectures.convolution_1d.explorers import cells_behind

    w = np.ones(k)
    for i in range(n):
        touched = np.flatnonzero(np.convolve(np.eye(n)[i], w, mode))
        length = len(np.convolve(np.ones(n), w, mode))
        assert [j for j in range(length) if f"x:0,{i}" in cells_behind(j, n, k, mode)] == touched.tolist()


def test_the_stride_explorer_agrees_with_pytorch() -> None:
    conv1d = oracle("conv1d")
    for length, kernel, stride, padding in [(8, 3, 2, 0), (12, 6, 5, 3), (3, 1, 1, 0), (7, 2, 3, 2)]:
        outputs = conv1d(np.ones((1, 1, length)), np.ones((1, 1, kernel)), stride=stride, padding=padding)
        drawn = explore.stride_and_padding().set(
            length=length, kernel_size=kernel, stride=stride, padding=padding
        )
        assert f"+ 1 = {outputs.shape[2]}" in drawn.picture.caption


def test_a_kernel_that_does_not_fit_is_said_and_not_drawn() -> None:
    drawn = explore.stride_and_padding().set(length=3, kernel_size=6)
    assert "does not fit" in drawn.picture.caption and not drawn.error


def test_the_motif_explorer_counts_matches() -> None:
    explorer = explore.motif_window("CTATGATCTATAAT", "TATAAT")
    assert "score is 5" in explorer.pick("w", dx=1).picture.caption
    assert "score is 6" in explorer.pick("w", dx=7).picture.caption


def test_a_negative_weight_stands_in_brackets_in_the_sum_of_the_strip():
    strip = explore.kernel_strip([1.0, 5, 3], [1.0, -2]).set(position=1)
    assert "1·1 + 5·(−2) = −9" in strip.picture.caption


# --------------------------------------------------------------------------------- sentences that can be tried


def test_two_cross_correlations_in_a_row_are_one_with_the_convolution_of_the_kernels():
    correlate1d, convolve1d = oracle("correlate1d"), oracle("convolve1d")
    u, v = lecture.lopsided, np.array([3.0, 0, 1, 4])
    twice = correlate1d(correlate1d(lecture.x, u), v)
    assert np.allclose(twice, correlate1d(lecture.x, convolve1d(u, v)))
    crossed = np.correlate(u, v, mode="full")
    assert not np.allclose(twice, correlate1d(lecture.x, crossed))


def test_two_layers_of_kernel_two_see_as_far_as_one_of_kernel_three():
    correlate1d = oracle("correlate1d")
    half = np.array([0.5, 0.5])
    assert np.allclose(
        correlate1d(correlate1d(lecture.x, half), half), correlate1d(lecture.x, np.array([0.25, 0.5, 0.25]))
    )


def test_a_spike_tells_a_layer_with_a_bias_less():
    conv1d = oracle("conv1d")
    impulse, kernel = lecture.impulse[None, None], lecture.one_two_three[None, None]
    with_bias = conv1d(impulse, kernel, np.array([5.0]))[0, 0]
    assert with_bias.tolist() == [5, 8, 7, 6, 5]
    assert not np.allclose(conv1d(2 * impulse, kernel, np.array([5.0]))[0, 0], 2 * with_bias)


def test_the_same_outputs_are_counted_from_two_places():
    drawn = draw.kernel_passing_by(lecture.impulse, lecture.one_two_three, starts=[1, 2, 3])
    assert "at 1 the sum is 3; at 2 the sum is 2; at 3 the sum is 1" in drawn.alt
    strip = explore.kernel_strip(lecture.impulse, lecture.one_two_three).set(position=1 + 3 - 1)
    assert "Right end of the strip at position 3: 0·1 + 0·2 + 1·3 = 3" in strip.picture.caption
    assert "ghost zeros included" in strip.picture.svg


def test_the_hiss_jumps_over_zero_and_differences_make_it_louder():
    start, end = (int(moment * lecture.SAMPLE_RATE) for moment in lecture.HISS)
    hiss = lecture.syllable()[start:end]
    assert (hiss[1:] * hiss[:-1] < 0).mean() > 0.6
    assert np.sqrt(np.mean(np.diff(hiss) ** 2)) > 1.5 * np.sqrt(np.mean(hiss**2))


def test_a_picture_of_sound_says_how_loud_each_part_is():
    parts = {"s": lecture.HISS, "a": lecture.VOWEL}
    drawn = draw.waveforms({"“sa”": lecture.syllable()}, lecture.SAMPLE_RATE, parts)
    assert "s 0.158, a 0.287" in drawn.alt
    assert round(lecture.rms(lecture.syllable(), lecture.HISS), 3) == 0.158
    assert round(lecture.rms(lecture.syllable(), lecture.VOWEL), 3) == 0.287


def test_a_number_is_a_polynomial_in_ten_with_its_ones_first():
    ones_first = [3, 1]
    assert sum(a * 10**power for power, a in enumerate(ones_first)) == 13


def test_padding_a_layer_by_the_kernel_less_one_gives_the_full_length():
    x, w = lecture.short_signal[None, None], lecture.lopsided[None, None]
    full = oracle("convolve1d")(lecture.short_signal, lecture.lopsided[::-1])
    assert np.allclose(oracle("conv1d")(x, w, padding=2)[0, 0], full)


def test_layers_of_a_library_take_words_for_padding_with_stride_one_only():
    import torch

    x = torch.zeros(1, 1, 8)
    assert torch.nn.Conv1d(1, 1, 3, padding="same")(x).shape == (1, 1, 8)
    assert torch.nn.Conv1d(1, 1, 3, padding="valid", stride=2)(x).shape == (1, 1, 3)
    with pytest.raises(ValueError, match="same"):
        torch.nn.Conv1d(1, 1, 3, padding="same", stride=2)
    with pytest.raises(ValueError, match="full"):
        torch.nn.Conv1d(1, 1, 3, padding="full")


def test_the_windows_of_a_stride_show_which_numbers_nobody_reads():
    picture = explore.stride_and_padding().picture  # N = 8, K = 3, stride 2: sample 7
    assert "1 of the signal's numbers is never read" in picture.caption
    gaps = explore.stride_and_padding(7, 2).set(stride=3)  # windows at 0, 3; 2, 5 and 6 stay unread
    assert "3 of the signal's numbers are never read" in gaps.picture.caption
    assert ">w0</text>" in picture.svg and ">w2</text>" in picture.svg


def test_u_is_no_letter_of_dna():
    assert oracle("motif_scores")("AUGATG", "ATG").tolist() == [2, 0, 0, 3]
