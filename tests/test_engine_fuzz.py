"""Random and half-broken bytes: reader, protocol, codec and cleaner answer with their own errors, never with others.

The properties stand in tests/fuzz/targets.py; `make fuzz` looks for what breaks them by coverage and keeps it in the corpus.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.travel.codec import decode, encode
from tests.fuzz import targets

CORPUS = Path(__file__).parent / "fuzz" / "corpus"
KEPT = sorted(path for path in CORPUS.glob("*/*"))
BOUNDED = settings(
    max_examples=120,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
WORDS = st.sampled_from(
    "cells cell_type code markdown raw source metadata nbgrader grade_id f f-answer asserts words grade solution points locked "
    "id nbformat outputs output_type stream name stdout text data text/html application/json image/png display_data "
    "execute_result error ename evalue traceback execution_count $ array tuple dict set frozenset tensor scalar float complex "
    "bytes slice fixture npy items value parts layout axes steps broadcast readonly args errors message changed unwritten "
    "printed seen problem untouched off_limits values op told ran attachments tags skip-execution".split()
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.integers()
    | st.floats()
    | WORDS
    | st.text(st.characters(), max_size=8)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)


def variants(seed: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """The seed with some of its places replaced by anything, left out or doubled."""
    if depth > 10:
        return st.just(seed)
    if isinstance(seed, dict):
        whole = st.fixed_dictionaries({key: variants(item, depth + 1) for key, item in seed.items()})
        return st.one_of(whole, whole, whole, ANYTHING)
    if isinstance(seed, list) and len(seed) < 50:
        whole = st.tuples(*(variants(item, depth + 1) for item in seed)).map(list)
        return st.one_of(
            whole, whole, whole.map(lambda made: made + made[:1]), whole.map(lambda made: made[1:])
        )
    return st.one_of(st.just(seed), st.just(seed), st.just(seed), ANYTHING)


def documents(target: str) -> st.SearchStrategy[bytes]:
    """Bytes for a target: variants of its seeds, any JSON, any bytes."""
    seeds = []
    for path in CORPUS.glob(f"{target}/*"):
        try:
            seeds.append(variants(json.loads(path.read_bytes())))
        except (ValueError, RecursionError):
            seeds.append(st.just(path.read_bytes()))
    written = st.one_of(*seeds, ANYTHING).map(
        lambda made: made if isinstance(made, bytes) else json.dumps(made).encode()
    )
    return st.one_of(written, written, written, st.binary(max_size=200))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_in_the_corpus_holds(path):
    targets.TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", targets.TARGETS)
def test_a_property_holds_for_variants_of_what_is_well_formed(target):
    @BOUNDED
    @given(documents(target))
    def holds(raw: bytes) -> None:
        targets.TARGETS[target](raw)

    holds()


NUMBERS = arrays.arrays(
    st.sampled_from(["?", "i1", "<i8", "u2", "<f4", "<f8", ">f8", "<c16", "<U3"]),
    arrays.array_shapes(min_dims=0, max_side=4),
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | st.just(...)
    | st.builds(slice, st.none() | st.integers(), st.integers(), st.none()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4)
        | st.sets(st.integers() | st.text(max_size=3), max_size=4)
    ),
    max_leaves=12,
)


@BOUNDED
@given(VALUES)
def test_a_value_comes_back_as_it_was_sent(value):
    sent = json.loads(json.dumps(encode(value)))
    back = decode(sent)
    assert type(back) is type(value) and back == value


@BOUNDED
@given(NUMBERS, st.booleans(), st.booleans())
def test_an_array_comes_back_with_its_numbers_dtype_and_layout(array, turned, reversed_):
    sent = array.T if turned else array
    sent = sent[::-1] if reversed_ and sent.ndim else sent
    back = decode(json.loads(json.dumps(encode(sent))))
    assert back.dtype == sent.dtype and back.shape == sent.shape
    np.testing.assert_array_equal(back, sent)
    assert encode(back).get("layout") == encode(sent).get("layout")


def test_a_reply_of_many_colliding_numbers_is_refused_before_it_takes_time():
    with pytest.raises(ValueError, match="keys"):
        decode({"$": "set", "items": [k * (2**61 - 1) for k in range(100_000)]})
    with pytest.raises(ValueError, match="keys"):
        decode([{"$": "dict", "items": [[k, 0] for k in range(2_000)]} for _ in range(3)])
