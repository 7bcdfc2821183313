"""The codec: what goes in comes out, layout included, and nothing but CodecError comes of a message that is not ours."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers.fixtures import fixture
from helpers.travel.codec import CodecError, Limits, decode, encode, fresh

DTYPES = [
    "bool",
    "int8",
    "int64",
    "uint8",
    "uint16",
    "float16",
    "float32",
    "float64",
    ">f4",
    "complex128",
    "U5",
    "S3",
]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | st.complex_numbers()
    | st.just(...)
    | st.slices(9)
)
keys = st.integers() | st.text(max_size=5) | st.booleans() | st.tuples(st.integers(), st.text(max_size=3))
plain_arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(
        np.dtype(dtype), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    )
)


@st.composite
def views(draw: Any) -> np.ndarray:
    """Arrays as students meet them: transposed, sliced, reversed, broadcast, read-only."""
    array = draw(plain_arrays)
    if draw(st.booleans()):
        array = array.transpose(draw(st.permutations(range(array.ndim))))
    steps = [draw(st.sampled_from([1, 2, -1, -2])) for _ in range(array.ndim)]
    array = array[(*(slice(None, None, step) for step in steps), ...)]
    if draw(st.booleans()):
        array = np.broadcast_to(array, (draw(st.integers(1, 3)), *array.shape))
    if draw(st.booleans()):
        array.flags.writeable = False
    return array


values = st.recursive(
    scalars | plain_arrays | st.sampled_from([np.int64(3), np.float32(0.5), np.bool_(True)]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(st.integers() | st.text(max_size=4), max_size=4)
        | st.frozensets(st.integers(), max_size=4)
    ),
    max_leaves=8,
)


def same(one: Any, other: Any) -> bool:
    """Equal in value and type all the way down; NaN equals NaN, and 0.0 is not −0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, float):
        return math.isnan(one) == math.isnan(other) and (math.isnan(one) or repr(one) == repr(other))
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


@given(values)
@settings(max_examples=200, deadline=None)
def test_a_value_survives_json_with_its_types(value):
    assert same(decode(json.loads(json.dumps(encode(value)))), value)


@given(views())
@settings(max_examples=300, deadline=None)
def test_an_array_keeps_its_kind_of_layout(array):
    copy_ = fresh(array)
    assert same(copy_, array)
    assert copy_.flags.c_contiguous == array.flags.c_contiguous
    assert copy_.flags.writeable == array.flags.writeable
    assert not np.shares_memory(copy_, array)
    long = [axis for axis in range(array.ndim) if array.shape[axis] > 1 and array.size]
    assert [np.sign(copy_.strides[a]) for a in long] == [np.sign(array.strides[a]) for a in long]
    assert encode(fresh(copy_)) == encode(copy_), "a copy of a copy is the same again"


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("a picture without its border", np.arange(30.0).reshape(5, 6)[1:-1, 1:-1]),
        ("a row with a gap after it", np.arange(12.0).reshape(3, 4)[:, :3]),
        ("a transposed batch", np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)),
        ("a Fortran array", np.asfortranarray(np.arange(6.0).reshape(2, 3))),
        ("every second column backwards", np.arange(12.0).reshape(3, 4)[:, ::-2]),
        ("one row for all", np.broadcast_to(np.arange(3.0), (4, 3))),
    ],
)
def test_a_view_stays_a_view(name, array):
    made = fresh(array)
    assert np.array_equal(made, array)
    assert made.flags.c_contiguous == array.flags.c_contiguous == False  # noqa: E712
    assert made.flags.f_contiguous == array.flags.f_contiguous


def test_a_read_only_number_in_an_array_survives():
    array = np.array(3.0)
    array.flags.writeable = False
    assert fresh(array).shape == () and not fresh(array).flags.writeable


def test_a_fixture_travels_by_name_and_comes_back_as_its_object():
    data = json.dumps(encode(fixture("random_generator", 7)))
    assert "random_generator" in data
    assert decode(json.loads(data)).integers(100) == np.random.default_rng(7).integers(100)
    assert fresh(fixture("sum_of_squares"))(np.array([1.0, 2.0])) == 5.0


def test_an_unknown_fixture_is_refused_where_it_is_named_and_where_it_is_read():
    with pytest.raises(LookupError, match="there are"):
        fixture("os_system")
    with pytest.raises(CodecError, match="no fixture"):
        decode({"$": "fixture", "name": "os_system", "args": []})


def test_a_tensor_keeps_its_values_gradient_flag_and_strides():
    torch = pytest.importorskip("torch")
    tensor = torch.arange(6.0).reshape(2, 3).T.requires_grad_()
    made = fresh(tensor)
    assert torch.equal(made, tensor) and made.requires_grad and not made.is_contiguous()
    assert fresh(torch.zeros(3, 1).expand(3, 4)).stride() == (1, 0)


@pytest.mark.parametrize(
    "value", [object(), lambda x: x, np.array([object()]), np.array(["2020"], dtype="datetime64[D]"), print]
)
def test_what_is_no_data_is_refused_with_its_type(value):
    with pytest.raises(CodecError, match="cannot travel"):
        encode(value)


def test_a_tensor_without_a_numpy_form_is_refused():
    torch = pytest.importorskip("torch")
    with pytest.raises(CodecError, match="bfloat16"):
        encode(torch.zeros(2, dtype=torch.bfloat16))


def test_a_list_that_holds_itself_is_refused():
    endless: list = []
    endless.append(endless)
    with pytest.raises(CodecError, match="nested"):
        encode(endless)


@pytest.mark.parametrize(
    ("value", "limits", "words"),
    [
        ([[[1]]], Limits(depth=2), "nested deeper than 2"),
        ([0] * 11, Limits(values=10), "more than 10 values"),
        (np.zeros(100), Limits(bytes=799), "more than 799 bytes"),
        ([b"x" * 400, "y" * 400], Limits(bytes=799), "more than 799 bytes"),
    ],
)
def test_a_decoder_keeps_to_its_limits(value, limits, words):
    with pytest.raises(CodecError, match=words):
        decode(encode(value), limits)
    with pytest.raises(CodecError, match=words):
        encode(value, limits)


def test_a_small_message_cannot_claim_a_large_array():
    data = encode(np.zeros((2, 2)))
    data["layout"] = {"axes": [0, 1], "steps": [4, 4], "broadcast": []}
    with pytest.raises(CodecError, match="bytes"):
        decode(data, Limits(bytes=100))
    many = encode(np.zeros(1, dtype="U0"))
    import base64
    import io

    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<U0", "fortran_order": False, "shape": (10**12,)})
    many["npy"] = base64.b64encode(buffer.getvalue()).decode()
    with pytest.raises(CodecError):
        decode(many)


SEEDS = [
    encode(
        {
            1: (np.arange(6.0).reshape(2, 3).T, float("nan")),
            "two": {3, 4},
            (1, 2): [fixture("sum_of_squares"), b"x", 1j, ..., slice(1, None)],
        }
    ),
    encode([np.broadcast_to(np.float32(1), (2, 2)), np.int8(3), frozenset({1})]),
]
junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats()
    | st.sampled_from(["", "array", "tuple", "float", "nan", "AAAA", "scalar", "tensor", "fixture", "bytes", "dict"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["$", "items", "npy", "layout", "value", "name", "args"]), inner),
    max_leaves=5,
)  # fmt: skip


def places(data: Any, here: tuple = ()) -> list[tuple]:
    """Every place in a JSON value, as the path of keys to it."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(place for key, value in inner for place in places(value, (*here, key)))]


def put(data: Any, place: tuple, value: Any) -> Any:
    if not place:
        return value
    made = copy.deepcopy(data)
    target = made
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return made


@given(st.data())
@settings(max_examples=400, deadline=None)
@pytest.mark.filterwarnings("ignore")
def test_a_changed_message_gives_a_value_or_a_codec_error_and_nothing_else(data):
    message = data.draw(st.sampled_from(SEEDS))
    place = data.draw(st.sampled_from(places(message)))
    old = message
    for key in place:
        old = old[key]
    if isinstance(old, str) and old and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(old) - 1))
        new: Any = old[:at] + data.draw(st.characters(max_codepoint=127)) + old[at + 1 :]
    else:
        new = data.draw(junk)
    try:
        decode(put(message, place, new), Limits(bytes=10**6))
    except CodecError:
        pass
