"""Each lecture offers its pictures and explorers under names of its own."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from importlib.util import find_spec

import pytest

from autograde.registry import lecture_paths
from helpers import draw, explore
from helpers.topics import TOPICS


@pytest.mark.parametrize("package", [draw, explore])
def test_no_two_lectures_offer_the_same_name(package):
    names = Counter(
        name
        for topic in TOPICS
        if find_spec(f"{package.__name__}.{topic}")
        for name in import_module(f"{package.__name__}.{topic}").__all__
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_topics_are_the_lectures_in_their_order():
    assert list(TOPICS) == [path.stem.split("_", 1)[1] for path in lecture_paths()]
