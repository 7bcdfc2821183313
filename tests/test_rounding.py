"""What is built on one processor counts as current on another; what differs by more does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograde.building.build import _data_products, _lectures
from autograde.building.products import Product
from autograde.building.rounding import same_but_for_rounding
from helpers.travel.codec import encode

NUMBERS = np.array([3.0, 7.0, 1e-3, np.nan])


def text(value):
    return json.dumps({"expected": encode(value), "title": "a"})


@pytest.mark.parametrize(
    "value, same_elsewhere",
    [
        (NUMBERS, NUMBERS * (1 + 2e-16)),
        (np.float64(0.1), np.float64(0.1) + 1e-17),
        (0.1 + 0.2, 0.3),
        (np.array([1.0, 0.0]), np.array([1.0, 1e-17])),
        (np.float32([0.1]), np.nextafter(np.float32([0.1]), np.float32(1))),
    ],
)
def test_last_bits_make_no_difference(value, same_elsewhere):
    assert same_but_for_rounding(text(value), text(same_elsewhere))


@pytest.mark.parametrize(
    "value, other",
    [
        (NUMBERS, NUMBERS + 1e-6),
        (NUMBERS, NUMBERS.astype(np.float32)),
        (np.array([1.0, 2.0]), np.array([[1.0, 2.0]])),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([np.nan]), np.array([0.0])),
        (np.zeros((2, 3)), np.zeros((2, 3), order="F")),
        (1.0, 1),
        ([1.0], [1.0, 1.0]),
        ("a", "b"),
    ],
)
def test_any_other_difference_does(value, other):
    assert not same_but_for_rounding(text(value), text(other))


def test_what_is_no_json_is_not_the_same():
    assert not same_but_for_rounding("{", "{}")


def test_a_product_is_current_where_only_last_bits_differ(tmp_path):
    (tmp_path / "checks.json").write_text(text(NUMBERS), encoding="utf-8")
    assert Product(Path("checks.json"), text(NUMBERS * (1 + 2e-16))).is_current(tmp_path)
    assert not Product(Path("checks.json"), text(NUMBERS * 1.01)).is_current(tmp_path)


OTHER_ARITHMETIC = {"OPENBLAS_CORETYPE": "Prescott", "ATEN_CPU_CAPABILITY": "default"}
CHECK_DATA = """
import json, sys
from autograde.building.build import _data_products, _lectures
json.dump({p.path.name: p.text for p in _data_products(_lectures()) if p.path.suffix == ".json"}, sys.stdout)
"""


def test_check_data_do_not_depend_on_the_processor():
    """As on an old processor: no signature may hang on what arithmetic leaves open, such as directions of a null space."""
    command = [sys.executable, "-c", CHECK_DATA]
    done = subprocess.run(
        command, env={**os.environ, **OTHER_ARITHMETIC}, capture_output=True, text=True, check=True
    )
    elsewhere = json.loads(done.stdout)
    assert "03_convolution_2d.json" in elsewhere
    for product in _data_products(_lectures()):
        if product.path.suffix == ".json":
            assert same_but_for_rounding(product.text, elsewhere[product.path.name]), product.path
