"""A failing call can be pasted and run, and gives exactly the arguments that failed; all examples can be looked at."""

from __future__ import annotations

import numpy as np
import pytest

from autograde.course.registry import exercises
from helpers import given
from helpers.checking import gallery
from helpers.checking.calling import array_text, describe
from helpers.checking.checkfile import check_data
from helpers.fixtures import fixture
from helpers.travel.calls import Call
from helpers.travel.codec import encode

RANDOM = np.random.default_rng(3)


@pytest.mark.parametrize(
    "array",
    [
        np.array([1.0, 0.1, -2.5e-9]),
        np.array([[1, 2], [3, -4]]),
        np.array([0.1, 0.7], dtype=np.float32),
        np.array([200, 10], dtype=np.uint8),
        np.array([True, False]),
        np.array([np.nan, np.inf, -np.inf]),
        np.arange(16.0).reshape(1, 1, 4, 4),
        np.arange(5, 17),
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.full((3, 4), 0.5),
        np.zeros((0, 3)),
        np.zeros((2, 0), dtype=np.int64),
        np.float64(3.25) * np.ones(()),
        RANDOM.normal(size=(2, 3, 4)),
        np.array([-0.0, 1.0]),
    ],
    ids=lambda a: f"{a.dtype}{a.shape}",
)
def test_an_array_can_be_pasted_to_the_last_digit(array):
    again = eval(array_text(array), {"np": np})
    assert again.dtype == array.dtype and again.shape == array.shape
    assert again.tobytes() == array.tobytes()


FUNCTIONS = [e for e in exercises().values() if e.kind == "function"]


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_the_call_of_every_visible_example_can_be_pasted_and_run(exercise):
    data = check_data(exercise.name)
    for example in data.examples:
        heard: list[tuple] = []
        names = {"np": np, exercise.name: lambda *args, heard=heard, **kwargs: heard.append((args, kwargs))}
        text = describe(example.call, exercise.name, (exercise.name, example.title), data.parameters)
        if (
            through := example.call.through
        ) is not None:  # what the driver is given counts, not what it makes of it
            assert f"from helpers.drivers import {through}\n" in text
            text = text.replace(f"from helpers.drivers import {through}\n", "")
            names[through] = lambda function, *args, **kwargs: function(*args, **kwargs)
        exec(text, names)
        ((args, kwargs),) = heard
        assert set(kwargs) == set(example.call.kwargs)
        for wanted, got in zip(
            [*example.call.args, *example.call.kwargs.values()], [*args, *kwargs.values()], strict=True
        ):
            if isinstance(wanted, np.ndarray):
                assert got.dtype == wanted.dtype and np.array_equal(
                    got, wanted, equal_nan=wanted.dtype.kind == "f"
                )
                assert got.strides == wanted.strides or got.size <= 1 or wanted.flags.c_contiguous
            elif isinstance(wanted, dict):
                assert encode(got) == encode(wanted)
            elif not hasattr(wanted, "name"):  # a fixture is built, and has no equal
                assert got == wanted or (got != got and wanted != wanted)


def test_a_hidden_call_is_described_without_a_name_to_fetch_it_by():
    call = Call((np.zeros((9, 9)), fixture("sum_of_cubes")))
    assert describe(call, "f").endswith("f(<float64 array of shape (9, 9)>, sum_of_cubes())")


def test_arrays_inside_of_a_dictionary_or_a_list_can_be_pasted():
    state = {"t": 3, "m": np.array([1.5, 2.0]), "pair": (np.arange(2), [np.float32(0.5)])}
    back = eval(describe(Call((state,)), "dict"), {"np": np, "dict": lambda x: x})
    assert encode(back) == encode(state)


def test_given_says_what_there_is():
    data = check_data("max_pool2d")
    title = data.examples[0].title
    x = given("max_pool2d", title, "x")
    x[:] = 0
    assert np.array_equal(given("max_pool2d", title, "x"), data.examples[0].call.args[0])
    with pytest.raises(LookupError, match="Did you mean"):
        given("max_pool2d", title[:-1], "x")
    with pytest.raises(LookupError, match="'x'"):
        given("max_pool2d", title, "y")
    with pytest.raises(ValueError, match="asks for values"):
        given("read_kernels", "a", "b")


RIGHT = "def global_avg_pool(x): return x.mean(axis=(2, 3))"
WRONG = "def global_avg_pool(x): return x.mean(axis=(0, 1))"


@pytest.mark.parametrize(("source", "sign"), [(RIGHT, "✓"), (WRONG, "✗"), ("", "○")])
def test_examples_shows_each_with_what_is_expected(monkeypatch, source, sign):
    names: dict = {"np": np}
    exec(source, names)
    monkeypatch.setattr(gallery, "notebook_names", lambda: names)
    shown = gallery.examples("global_avg_pool")
    assert [one.sign for one in shown.shown][0] == sign
    assert len(shown.shown) == len(check_data("global_avg_pool").examples)
    assert "expected:" in shown.text and ("yours:" in shown.text) == (sign == "✗")
    for one in shown.shown:
        assert one.example.title in shown.html
