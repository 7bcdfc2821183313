"""Filters for the pages that nbconvert writes from submissions: feedback and the formgrader's page for grading.

Markdown is cleaned after it was rendered, because `[x](javascript:…)` is no HTML before. HTML outputs are cleaned here too,
since plain nbgrader grades without the engine. Named in nbgrader_config.py; knows nothing about grading.
"""

from __future__ import annotations

import functools
import html
from typing import Any

from jinja2 import pass_context

from autograde.engine.safe_outputs import clean, limited

LONGEST = 500_000  # characters of one cell that are rendered; more is shown as plain text
SECONDS = 2.0  # of work on one cell
# Nothing inside can paint or take clicks outside of this box.
BOX = '<div class="course-student" style="overflow:auto;contain:paint">{}</div>'


@pass_context
def student_markdown(context: Any, source: str) -> str:
    """Markdown as HTML that does not act; its source as text where it cannot be rendered."""
    if len(source) > LONGEST:
        return _as_text(source)
    try:
        with limited(SECONDS):
            rendered = _exporter().markdown2html(context, source)
        return BOX.format(clean(rendered))
    except (
        Exception
    ):  # a missing attachment, absurd nesting, no end: one cell must not cost the reader the page
        return _as_text(source)


def student_html(content: str | bytes) -> str:
    """An output's HTML without what acts."""
    return BOX.format(clean(content.decode() if isinstance(content, bytes) else str(content)))


def _as_text(source: str) -> str:
    return BOX.format(f"<pre>{html.escape(source)}</pre>")


@functools.cache
def _exporter() -> Any:
    from nbconvert.exporters import HTMLExporter

    return HTMLExporter(exclude_anchor_links=True)  # anchors need ids, which are the page's
