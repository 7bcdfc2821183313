"""The data of the course are unharmed, named with their licence, and shaped as the loaders say."""

import hashlib
import json

import numpy as np
import pytest

from helpers import datasets

NAMES = [source.name for source in datasets.photos()]


def test_every_file_is_the_one_that_make_data_wrote():
    assert datasets.damaged() == []


def test_every_file_of_data_is_listed_with_origin_and_licence():
    listed = json.loads((datasets.FOLDER / "sources.json").read_text(encoding="utf-8"))
    there = {
        str(path.relative_to(datasets.FOLDER).as_posix())
        for folder in ("images", "digits", "garments", "signals")
        for path in (datasets.FOLDER / folder).iterdir()
        if path.name != "LICENSE"
    }
    assert {entry["file"] for entry in listed} == there
    assert all(entry["origin"] and entry["licence"] and entry["changes"] for entry in listed)


def test_the_photographs_the_notebooks_use_are_there():
    expected = {"chelsea", "coffee", "astronaut", "rocket", "camera", "brick", "grass"}
    assert expected <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_photograph_is_a_colour_image_from_0_to_1(name):
    image = datasets.photo(name)
    assert image.ndim == 3 and image.shape[2] == 3 and image.dtype == np.float64
    assert min(image.shape[:2]) <= 256
    assert 0 <= image.min() < image.max() <= 1


def test_a_gray_photograph_is_the_luma_of_the_coloured_one():
    colour, gray = datasets.photo("coffee"), datasets.photo("coffee", gray=True)
    assert gray.shape == colour.shape[:2]
    assert np.abs(colour @ [0.299, 0.587, 0.114] - gray).max() < 1.5 / 255


@pytest.mark.parametrize(("size", "shape"), [(64, (64, 64)), ((30, 50), (30, 50)), ((300, 20), (300, 20))])
def test_a_photograph_takes_the_size_that_is_asked_for(size, shape):
    assert datasets.photo("chelsea", gray=True, size=size).shape == shape
    assert datasets.photo("chelsea", size=size).shape == (*shape, 3)


def test_cutting_keeps_the_proportions_of_what_is_seen():
    whole, piece = datasets.photo("coffee", gray=True), datasets.photo("coffee", gray=True, size=256)
    left = (whole.shape[1] - 256) // 2
    np.testing.assert_array_equal(piece, whole[:, left : left + 256])


def test_a_photograph_can_be_drawn_on_without_changing_the_next_one():
    datasets.photo("brick")[:] = 0
    assert datasets.photo("brick").max() > 0


def test_an_unknown_photograph_names_the_known_ones():
    with pytest.raises(ValueError, match="'cheesea'; choose one of: chelsea, coffee"):
        datasets.photo("cheesea")


@pytest.mark.parametrize("size", [0, (0, 4), (4, -1)])
def test_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match="at least 1"):
        datasets.photo("brick", size=size)


def test_the_digits_are_balanced_in_every_slice():
    images, labels = datasets.digits()
    assert images.shape == (5000, 28, 28) and images.dtype == np.float32
    assert labels.shape == (5000,) and labels.dtype == np.int64
    assert images.min() == 0 and images.max() == 1
    assert np.bincount(labels).tolist() == [500] * 10
    assert set(labels[:100]) == set(range(10))


@pytest.fixture
def folder_without_files(tmp_path, monkeypatch):
    (tmp_path / "sources.json").write_bytes((datasets.FOLDER / "sources.json").read_bytes())
    monkeypatch.setattr(datasets, "FOLDER", tmp_path)
    return tmp_path


def test_a_missing_file_says_what_to_do(folder_without_files):
    with pytest.raises(datasets.DataMissing, match="make data"):
        datasets.photo("brick")


def test_a_changed_file_is_reported_as_damaged(folder_without_files):
    (folder_without_files / "images").mkdir()
    (folder_without_files / "images" / "brick.png").write_bytes(b"not the brick wall")
    assert "images/brick.png" in datasets.damaged()


def test_the_checksum_is_that_of_the_file():
    (brick,) = [source for source in datasets.photos() if source.name == "brick"]
    content = (datasets.FOLDER / brick.file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == brick.sha256


@pytest.mark.parametrize(("split", "count"), [("train", 10_000), ("test", 2_000)])
def test_the_garments_are_balanced_and_shuffled(split, count):
    images, labels = datasets.garments(split)
    assert images.shape == (count, 28, 28) and images.dtype == np.float32 and labels.dtype == np.int64
    assert images.min() == 0 and images.max() == 1
    assert np.bincount(labels).tolist() == [count // 10] * 10
    assert set(labels[:100]) == set(range(10))
    assert len(datasets.GARMENTS) == 10


def test_no_garment_of_the_test_images_is_a_training_image():
    train, test = datasets.garments("train").images, datasets.garments("test").images
    known = {image.tobytes() for image in train}
    assert sum(image.tobytes() in known for image in test) == 0


@pytest.mark.parametrize(("split", "count"), [("train", 4_000), ("test", 1_000)])
def test_the_signals_have_mean_0_and_deviation_1(split, count):
    signals, labels = datasets.signals(split)
    assert signals.shape == (count, 40) and signals.dtype == np.float32
    assert labels.shape == (count,) and set(labels) == set(range(10))
    everything = np.concatenate([datasets.signals("train").images, datasets.signals("test").images])
    assert abs(everything.mean()) < 1e-6 and abs(everything.std() - 1) < 1e-6


@pytest.mark.parametrize("name", ["garments", "signals"])
def test_a_split_that_is_none_is_refused_and_the_licence_goes_along(name):
    with pytest.raises(ValueError, match="'train' or 'test', got 'validation'"):
        getattr(datasets, name)("validation")
    text = (datasets.FOLDER / name / "LICENSE").read_text(encoding="utf-8")
    assert {"garments": "Zalando SE", "signals": "Apache License"}[name] in text


def test_the_labels_belong_to_the_images():
    """The nearest of ten mean images is right far more often than one time in ten."""
    for load in (datasets.garments, datasets.signals):
        (images, labels), (others, wanted) = load("train"), load("test")
        means = np.stack([images[labels == k].mean(axis=0).ravel() for k in range(10)])
        nearest = ((others.reshape(len(others), 1, -1) - means) ** 2).sum(axis=2).argmin(axis=1)
        assert (nearest == wanted).mean() > 0.2
