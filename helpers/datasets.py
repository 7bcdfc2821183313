"""Small real data that come with the course: photographs, handwritten digits, garments, signals.

Every loader says the shape, dtype and range of what it returns, and reads files that lie next to this
module, never the network. Where each file comes from and under which licence stands in `data/sources.json`,
written by `make data`.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = Path(__file__).parent / "data"
Kind = Literal["photo", "digits", "garments", "signals"]
Split = Literal["train", "test"]
GARMENTS = (
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip


class DataMissing(Exception):
    """A file of the course's data is not there, or is not what it should be."""


@dataclass(frozen=True)
class Source:
    """One file of data and where it comes from."""

    name: str
    kind: Kind
    file: str  # path below helpers/data
    title: str  # what there is to see, usable as alt text
    origin: str  # who made it and who hands it on
    licence: str
    changes: str  # what `make data` did to it
    sha256: str

    def __str__(self) -> str:
        return f"{self.name}: {self.title}. {self.origin}; {self.licence}; {self.changes}."


class Labelled(NamedTuple):
    """Images and what they show; unpacks as `images, labels`."""

    images: np.ndarray
    labels: np.ndarray


def photos() -> list[Source]:
    """The photographs that `photo` knows, with title, origin and licence."""
    return [source for source in _sources().values() if source.kind == "photo"]


def photo(name: str, gray: bool = False, size: int | tuple[int, int] | None = None) -> np.ndarray:
    """One photograph: (H, W, 3) float64 from 0 to 1, red, green and blue; with `gray` (H, W), the luma.

    The short side has at most 256 pixels. `size` (one number for a square, or height and
    width) cuts the largest centred piece of that shape and scales it.
    """
    from PIL import Image

    source = _sources().get(name)
    if source is None or source.kind != "photo":
        known = ", ".join(source.name for source in photos())
        raise ValueError(f"there is no photograph called {name!r}; choose one of: {known}")
    with Image.open(io.BytesIO(_content(source))) as file:
        picture = file.convert("L" if gray else "RGB")
    if size is not None:
        picture = _cut_and_scaled(picture, _height_and_width(size))
    return np.asarray(picture, dtype=np.float64) / 255.0


def digits() -> Labelled:
    """5 000 handwritten digits, 500 of each.

    images (5000, 28, 28) float32, from 0 (paper) to 1 (ink); labels (5000,) int64.
    The order is shuffled once and for all, so every slice holds all ten digits.
    """
    with _arrays("digits") as file:
        return Labelled(file["images"].astype(np.float32) / 255.0, file["labels"].astype(np.int64))


def garments(split: Split = "train") -> Labelled:
    """Garments of ten kinds, as many of each: 10 000 to train on, 2 000 to test.

    images (10000, 28, 28) or (2000, 28, 28) float32, from 0 (background) to 1; labels int64, named by `GARMENTS`.
    Shuffled once and for all. Source: Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017, arXiv:1708.07747).
    """
    images, labels = _split("garments", split)
    return Labelled(images.astype(np.float32) / 255.0, labels)


def signals(split: Split = "train") -> Labelled:
    """Digits as curves, moved and disturbed: 4 000 to train on, 1 000 to test.

    images (4000, 40) or (1000, 40) float32, of mean 0 and standard deviation 1 over all of them; labels int64 from 0 to 9.
    Source: MNIST-1D (Greydanus and Kobak, 2020, arXiv:2011.14439).
    """
    return Labelled(*_split("signals", split))


def _split(name: str, split: Split) -> tuple[np.ndarray, np.ndarray]:
    if split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', got {split!r}")
    with _arrays(name) as file:
        return file[f"{split}_images"], file[f"{split}_labels"].astype(np.int64)


def _arrays(name: str) -> Any:
    source = _sources().get(name)
    if source is None:
        raise DataMissing(f"the {name} are not listed in {FOLDER / 'sources.json'}; {_REPAIR}")
    return np.load(io.BytesIO(_content(source)), allow_pickle=False)


def damaged() -> list[str]:
    """Files whose content is not the one that `make data` wrote; empty when all is well."""
    return [source.file for source in _sources().values() if not _is_intact(source)]


_REPAIR = "install the course again, or run `make data` in its repository"


@lru_cache(maxsize=1)
def _sources() -> dict[str, Source]:
    path = FOLDER / "sources.json"
    if not path.exists():
        raise DataMissing(f"the course's data are not installed: {path} is missing; {_REPAIR}")
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {entry["name"]: Source(**entry) for entry in entries}


def _content(source: Source) -> bytes:
    path = FOLDER / source.file
    if not path.exists():
        raise DataMissing(f"{path}, which holds {source.title!r}, is missing; {_REPAIR}")
    return path.read_bytes()


def _is_intact(source: Source) -> bool:
    path = FOLDER / source.file
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == source.sha256


def _height_and_width(size: int | tuple[int, int]) -> tuple[int, int]:
    height, width = (size, size) if isinstance(size, int | np.integer) else size
    if height < 1 or width < 1:
        raise ValueError(f"size must be one whole number or (height, width), each at least 1, got {size!r}")
    return int(height), int(width)


def _cut_and_scaled(picture: Image, size: tuple[int, int]) -> Image:
    from PIL.Image import Resampling

    height, width = size
    scale = min(picture.width / width, picture.height / height)
    left, top = (picture.width - scale * width) / 2, (picture.height - scale * height) / 2
    box = (left, top, left + scale * width, top + scale * height)
    return picture.resize((width, height), Resampling.BOX if scale >= 2 else Resampling.BILINEAR, box=box)
