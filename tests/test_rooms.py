"""A lecture's room: what it offers is found by its folder alone, under names of its own."""

from __future__ import annotations

import pkgutil

import pytest

from autograde.course.registry import lecture_paths
from helpers import draw, explore, lectures


def test_every_room_is_a_lecture():
    rooms = {module.name for module in pkgutil.iter_modules(lectures.__path__) if module.ispkg}
    assert rooms == {path.stem.split("_", 1)[1] for path in lecture_paths()}


@pytest.mark.parametrize(("package", "part"), [(draw, "pictures"), (explore, "explorers")])
def test_what_a_room_offers_is_offered_by_the_toolkit_and_hides_none_of_its_tools(package, part):
    offered = lectures.offers(part)
    assert offered
    assert not set(offered) & set(package.__all__)
    for name, value in offered.items():
        assert getattr(package, name) is value
        assert name in dir(package)


def test_an_unknown_picture_is_named():
    with pytest.raises(AttributeError, match="helpers.draw has no 'poooling'"):
        _ = draw.poooling


def test_two_rooms_that_offer_one_name_are_refused(monkeypatch):
    from helpers.lectures.pooling import pictures

    monkeypatch.setattr(pictures, "__all__", [*pictures.__all__, "colour_planes"])
    monkeypatch.setattr(pictures, "colour_planes", pictures.pooling, raising=False)
    lectures.offers.cache_clear()
    with pytest.raises(ImportError, match="colour_planes"):
        lectures.offers("pictures")
    lectures.offers.cache_clear()
