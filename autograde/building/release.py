"""Student notebooks from source notebooks, by nbgrader's own generate_assignment in a scratch course."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from autograde.release_steps import RELEASE_STEPS


class ReleaseError(RuntimeError):
    """nbgrader refused a source notebook; the message holds its log."""


def release_notebook(name: str, source: NotebookNode) -> NotebookNode:
    """What students get of a source notebook."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "source" / name
        folder.mkdir(parents=True)
        nbformat.write(source, folder / f"{name}.ipynb")
        config = Config()
        config.CourseDirectory.root = scratch
        config.CourseDirectory.db_url = f"sqlite:///{scratch}/gradebook.db"
        config.GenerateAssignment.preprocessors = RELEASE_STEPS
        prepare_for_nbgrader()
        result = NbGraderAPI(CourseDirectory(config=config), config=config).generate_assignment(name)
        if not result["success"]:
            raise ReleaseError(
                f"nbgrader could not release {name}:\n{result['log']}{result.get('error', '')}"
            )
        released = nbformat.read(Path(scratch) / "release" / name / f"{name}.ipynb", as_version=4)
    return _tidy(released, source)


def prepare_for_nbgrader() -> None:
    """Let nbgrader find the `alembic` command that it calls by its bare name, and keep that quiet."""
    ours = str(Path(sys.executable).parent)
    paths = os.environ.get("PATH", "").split(os.pathsep)
    if ours not in paths:
        os.environ["PATH"] = os.pathsep.join([ours, *paths])
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _tidy(released: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Ids and metadata as the source has them: nothing that depends on the day or the machine."""
    for cell, origin in zip(released.cells, source.cells, strict=True):
        cell.id = origin.id
    released.metadata = nbformat.from_dict(
        {"kernelspec": source.metadata.kernelspec, "language_info": {"name": "python"}}
    )
    released.nbformat_minor = 5
    return released
