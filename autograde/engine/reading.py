"""Reads a submitted notebook: any bytes at all become cells or a reason. Nothing in a submission is believed but its text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

FILE_BYTES = 25 * 2**20
CELLS = 2_000
SOURCE = 2**20
CODE = 100_000  # characters of one code cell; a page colours it in time that grows with the square
BRACKETS = 1_500_000


class Unreadable(ValueError):
    """A submission that is no notebook; the message says why."""


@dataclass(frozen=True)
class GivenCell:
    """A cell as handed in: what it says, and what its metadata claims."""

    kind: str
    source: str
    identity: str
    grade_id: str | None
    claims: dict[str, Any]
    attachments: dict[str, Any] | None = None


def read_notebook(raw: bytes) -> list[GivenCell]:
    """The cells of a notebook file. Raises Unreadable with the reason."""
    if not raw.strip():
        raise Unreadable("the file is empty")
    if len(raw) > FILE_BYTES:
        raise Unreadable(
            f"the file has {len(raw) / 2**20:.0f} MB; a notebook of this course has at most {FILE_BYTES // 2**20}"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("the file is not text in UTF-8") from None
    if raw.count(b"{") + raw.count(b"[") > BRACKETS:
        raise Unreadable(f"the file has more than {BRACKETS} lists and objects")
    try:
        data = json.loads(text)
    except RecursionError:
        raise Unreadable("the file is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"the file is not JSON: {str(error)[:100]}") from None
    if isinstance(data, dict) and data.get("nbformat") in (1, 2, 3):
        _measure_old(data)
        data = _upgraded(text)
    if not isinstance(data, dict) or data.get("nbformat") != 4 or not isinstance(data.get("cells"), list):
        raise Unreadable("the file is not a notebook of format 4")
    if len(data["cells"]) > CELLS:
        raise Unreadable(f"the notebook has {len(data['cells'])} cells; at most {CELLS} are read")
    return [_cell(cell, number) for number, cell in enumerate(data["cells"], 1)]


def _measure_old(data: dict[str, Any]) -> None:
    """Raises Unreadable for what would take long to convert: the limit of cells holds before, not after."""
    sheets = data.get("worksheets")
    cells = (
        [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        if isinstance(sheets, list)
        else []
    )
    count = sum(len(some) for some in [data.get("cells"), *cells] if isinstance(some, list))
    outputs = sum(
        len(cell["outputs"])
        for some in cells
        if isinstance(some, list)
        for cell in some
        if isinstance(cell, dict) and isinstance(cell.get("outputs"), list)
    )
    if count > CELLS or outputs > 10 * CELLS or (isinstance(sheets, list) and len(sheets) > CELLS):
        raise Unreadable(
            f"the notebook has {count} cells with {outputs} outputs; at most {CELLS} cells are read"
        )


def _upgraded(text: str) -> Any:
    import nbformat

    try:
        return json.loads(nbformat.writes(nbformat.reads(text, as_version=4)))
    except Exception as error:
        raise Unreadable(
            f"the notebook is of an old format and cannot be converted: {str(error)[:100]}"
        ) from None


def _cell(cell: Any, number: int) -> GivenCell:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        raise Unreadable(f"cell {number} is neither code nor markdown nor raw")
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable(f"the source of cell {number} is not text")
    longest = CODE if cell["cell_type"] == "code" else SOURCE
    if len(source) > longest:
        raise Unreadable(f"the source of cell {number} is longer than {longest} characters")
    metadata = _dictionary(cell.get("metadata"))
    claims = _dictionary(metadata.get("nbgrader"))
    grade_id = claims.get("grade_id")
    return GivenCell(
        cell["cell_type"],
        _written(source),
        cell["id"] if isinstance(cell.get("id"), str) else "",
        grade_id if isinstance(grade_id, str) else None,
        _plain_claims(claims, metadata),
        _attachments(cell.get("attachments")),
    )


def _dictionary(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _plain_claims(claims: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """What a cell says of itself: simple values only, for nothing nested is looked into."""
    simple = {k: v for k, v in claims.items() if v is None or isinstance(v, str | int | float)}
    nested = {k: "something nested" for k in claims if k not in simple}
    tags = metadata.get("tags")
    named = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else None
    return {**simple, **nested, "tags": named}


def _attachments(given: Any) -> dict[str, Any] | None:
    if not isinstance(given, dict) or not given:
        return None
    if not all(isinstance(b, dict) and all(isinstance(c, str) for c in b.values()) for b in given.values()):
        return None
    return {
        _written(name): {_written(mime): _written(content) for mime, content in bundle.items()}
        for name, bundle in given.items()
    }


def _written(text: str) -> str:
    """The text as a file can hold it: half of a character pair cannot be written."""
    return text.encode("utf-8", "replace").decode()
