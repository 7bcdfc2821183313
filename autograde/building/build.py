"""`autograde build`: from text notebooks and definitions to everything that students open. Deterministic and incremental.

Writes notebooks/, helpers/data/checks, helpers/data/course.json, the digests of notebooks that JupyterLab may trust, and
build/source (nbgrader's source notebooks). Pictures are kept by the hash of all they depend on, so that a second run with nothing changed runs no kernel.
"""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograde.building.checkdata import deciding, kept_check_data, prediction_json
from autograde.building.coursemap import course_map_page
from autograde.building.kept import code_of, kept
from autograde.building.notebooks import source_notebook
from autograde.building.pictures import with_pictures
from autograde.building.products import Product, Say, Writer
from autograde.building.readme import readme_with_lectures
from autograde.building.release import release_notebook
from autograde.course import registry
from autograde.course.definition import AnyExercise, WrittenExercise
from autograde.course.lecture import Lecture, LectureError, read_lecture
from autograde.course.problems import lecture_problems
from helpers.travel.codec import Json

TRUSTED = Path("helpers/data/jupyterlab/notebooks.sha256")
_one_at_a_time = threading.Lock()


class BuildError(ValueError):
    """The course cannot be built; the message lists every problem found."""


def build(say: Say = print, overwrite: bool = False) -> list[Path]:
    """Bring everything up to date; returns the files that changed. Raises BuildError with all problems.

    Notebooks that a person changed are kept unless `overwrite`.
    """
    lectures = _lectures()
    writer = Writer(registry.repository(), say, overwrite)
    products = _data_products(lectures)
    for product in products:
        writer.put(product)
    _forget_cached_data()
    with ThreadPoolExecutor(2) as pool:
        for made in pool.map(_notebook_products, lectures):
            products += made
            for product in made:
                writer.put(product)
    products.append(trusted_list(products))
    writer.put(products[-1])
    writer.remove_leftovers(products)
    writer.close()
    return writer.changed


def stale() -> list[str]:
    """Files that `build` would change, each with the reason; empty when everything is up to date."""
    root = registry.repository()
    lectures = _lectures()
    found = [product.staleness(root) for product in _data_products(lectures)]
    if not any(found):
        with ThreadPoolExecutor(2) as pool:
            made = [product for products in pool.map(_notebook_products, lectures) for product in products]
        notebooks = [product for product in made if product.path.parts[0] == "notebooks"]
        found += [product.staleness(root) for product in [*notebooks, trusted_list(notebooks)]]
    found += [f"{path} has no lecture any more; remove it" for path in _homeless_files(root, lectures)]
    return [sentence for sentence in found if sentence]


def _lectures() -> list[Lecture]:
    """All lectures, after every check of their definitions."""
    exercises = registry.exercises()
    problems: list[str] = []
    lectures = []
    for path in registry.lecture_paths():
        try:
            lectures.append(read_lecture(path))
        except LectureError as error:
            problems.append(str(error))
    for lecture in lectures:
        problems += _problems(lecture, exercises)
    known = {registry.module_of(lecture.name) for lecture in lectures}
    if not problems:
        homeless = sorted({e.module for e in exercises.values()} - known)
        problems += [f"{module} has exercises but no lecture in solutions/" for module in homeless]
    if problems:
        raise BuildError("The course cannot be built:\n" + "\n".join(f"- {problem}" for problem in problems))
    return lectures


def _problems(lecture: Lecture, exercises: dict[str, AnyExercise]) -> list[str]:
    said = repr([(e.name, e.module, e.points) for e in exercises.values()]) + repr(lecture)
    text = kept(
        f"problems-{lecture.name}",
        ".json",
        [said, *deciding(lecture)],
        lambda: json.dumps(lecture_problems(lecture, exercises)),
    )
    return json.loads(text)


def course_json(lectures: list[Lecture], exercises: dict[str, AnyExercise]) -> Json:
    """The table of contents that helpers read."""
    return {"lectures": [_contents(lecture, exercises) for lecture in lectures]}


def _contents(lecture: Lecture, exercises: dict[str, AnyExercise]) -> Json:
    order = [cell.name for cell in lecture.cells if cell.part in ("check", "written")]
    predictions = [
        p.name for p in registry.predictions().values() if p.module == registry.module_of(lecture.name)
    ]
    return {
        "name": lecture.name,
        "title": lecture.title,
        "promise": lecture.promise,
        "minutes": lecture.minutes,
        "needs": list(lecture.needs),
        "exercises": [
            {"name": name, "kind": exercises[name].kind, "points": exercises[name].points} for name in order
        ],
        "predictions": predictions,
    }


def _data_products(lectures: list[Lecture]) -> list[Product]:
    exercises = registry.exercises()
    contents = course_json(lectures, exercises)
    products = [
        Product(Path("helpers/data/course.json"), _json(contents)),
        Product(Path("notebooks/course_map.md"), course_map_page(contents)),
    ]
    for lecture in lectures:
        graded = [exercises[cell.name] for cell in lecture.named("exercise")]
        checks = {
            "exercises": {
                e.name: kept_check_data(e, lecture).to_json()
                for e in graded
                if not isinstance(e, WrittenExercise)
            },
            "predictions": {
                p.name: prediction_json(p)
                for p in registry.predictions().values()
                if p.module == registry.module_of(lecture.name)
            },
        }
        products.append(Product(Path(f"helpers/data/checks/{lecture.name}.json"), _json(checks)))
    readme = registry.repository() / "README.md"
    if readme.exists():
        text = readme_with_lectures(readme.read_text(encoding="utf-8"), lectures, exercises)
        products.append(Product(Path("README.md"), text))
    return products


def _notebook_products(lecture: Lecture) -> list[Product]:
    source = source_notebook(lecture, registry.exercises())
    released = _cached(
        f"release-{lecture.name}",
        [_text(source), code_of("autograde")],
        lambda: _release(lecture.name, source),
    )
    illustrated = _cached(
        f"pictures-{lecture.name}",
        [_text(released), code_of("helpers"), code_of("autograde/building/pictures.py")],
        lambda: with_pictures(lecture.name, released),
    )
    for cell, shown in zip(source.cells, illustrated.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = shown.outputs
    return [
        Product(Path(f"notebooks/{lecture.name}.ipynb"), _text(illustrated)),
        Product(Path(f"build/source/{lecture.name}/{lecture.name}.ipynb"), _text(source)),
    ]


def trusted_list(products: list[Product]) -> Product:
    """The digests of the notebooks among the products: what `make lab` and Binder may trust (tools/trust.py).

    No data file by its ending, so that pictures, which depend on the data, do not depend on themselves.
    """
    notebooks = [p for p in products if p.path.parts[0] == "notebooks" and p.path.suffix == ".ipynb"]
    lines = [
        f"{hashlib.sha256(product.text.encode()).hexdigest()}  {product.path.as_posix()}\n"
        for product in sorted(notebooks, key=lambda product: product.path)
    ]
    return Product(TRUSTED, "".join(lines))


def _release(name: str, source: NotebookNode) -> NotebookNode:
    with _one_at_a_time:  # nbgrader captures logs and opens databases for the whole process
        return release_notebook(name, source)


def _cached(name: str, inputs: list[str], make: Callable[[], NotebookNode]) -> NotebookNode:
    return nbformat.reads(kept(name, ".ipynb", inputs, lambda: _text(make())), as_version=4)


def _forget_cached_data() -> None:
    from helpers.checking import checkfile

    for function in (checkfile.course, checkfile.check_data, checkfile._lecture_file):
        function.cache_clear()


def _homeless_files(root: Path, lectures: list[Lecture]) -> list[Path]:
    """What earlier builds left for lectures that are gone. A notebook of a student's own has no grade cells and is none."""
    names = {lecture.name for lecture in lectures}
    others = [p for p in (root / "notebooks").glob("[0-9][0-9]_*.ipynb") if p.stem not in names]
    notebooks = [
        path for path in others if '"grade_id"' in path.read_text(encoding="utf-8", errors="replace")
    ]
    checks = [p for p in (root / "helpers/data/checks").glob("*.json") if p.stem not in names]
    return [path.relative_to(root) for path in notebooks + checks]


def _text(notebook: NotebookNode) -> str:
    buffer = io.StringIO()
    nbformat.write(notebook, buffer)
    text = buffer.getvalue()
    return text if text.endswith("\n") else text + "\n"


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
