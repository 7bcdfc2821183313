"""Steps of `nbgrader generate_assignment` that differ from nbgrader's own: how stubs look, which outputs and texts stay.

Named in the course's nbgrader_config.py, so that nbgrader's command makes the same notebooks as `autograde build`.
"""

from __future__ import annotations

import re
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import ClearOutput, ClearSolutions, NbGraderPreprocessor

from autograde.building.notebooks import BEGIN_RUBRIC, END_RUBRIC
from autograde.course.lecture import BEGIN, stub_source

RELEASE_STEPS = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "autograde.release_steps.ClearSolutionsKindly",
    "autograde.release_steps.ClearOutputExceptPictures",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "autograde.release_steps.ClearRubrics",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

FEEDBACK_STEPS = [
    "autograde.release_steps.ClearRubrics",
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]


class ClearSolutionsKindly(ClearSolutions):
    """A value stub is `name = ...`, so that an untouched notebook runs to its end; all else as in nbgrader."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        if cell.cell_type == "code" and BEGIN in cell.source:
            cell.source = stub_source(cell.source)
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)


class ClearOutputExceptPictures(ClearOutput):
    """Keeps the static outputs of cells tagged `show`: they are the pictures of a page that is read without a kernel."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        if cell.cell_type == "code" and "show" in cell.metadata.get("tags", []):
            cell.execution_count = None
            return cell, resources
        return super().preprocess_cell(cell, resources, index)


class ClearRubrics(NbGraderPreprocessor):
    """Takes the rubric out of what students get, release and feedback; nbgrader restores it when a submission is graded."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        if cell.cell_type == "markdown":
            pattern = rf"\s*{re.escape(BEGIN_RUBRIC)}.*?{re.escape(END_RUBRIC)}"
            cell.source = re.sub(pattern, "", cell.source, flags=re.DOTALL)
        return cell, resources
