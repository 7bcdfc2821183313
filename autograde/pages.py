"""Filters for the pages that nbconvert writes from submissions: feedback and the formgrader's page for grading.

Markdown is cleaned after it was rendered, because `[x](javascript:…)` is no HTML before. HTML outputs are cleaned here too,
since plain nbgrader grades without the engine. Rendering markdown, colouring code and terminal colours all take time that
grows with the square of some text, in patterns that are not ours: what could take long is measured before and shown
as plain text, and a page as a whole has a budget. Named in nbgrader_config.py; knows nothing about grading.
"""

from __future__ import annotations

import functools
import html
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import pass_context

from autograde.engine.safe_outputs import clean, limited

LONGEST = 500_000  # characters of one cell that are rendered; more is shown as plain text
LONGEST_TEXT = 100_000  # the same without pictures that stand inside
MARKS = 5_000  # signs in it that may begin something
LONGEST_CODE = 20_000  # characters of one cell that are coloured
LONGEST_LINE = 1_000
ANSI_WORK = 10**8  # escapes times characters
SECONDS = 2.0  # of work on one cell
PAGE_SECONDS = 20.0  # of work on one page; what comes after is shown as plain text
# Nothing inside can paint or take clicks outside of this box.
BOX = '<div class="course-student" style="overflow:auto;contain:paint">{}</div>'
PICTURE = re.compile(r"data:image/[a-z+]{1,10};base64,[A-Za-z0-9+/=]*")
MARK = re.compile(r"[\\$*_`<\[!|~]")
ANSI = re.compile(r"\x1b(?:\[[0-9;?]{0,40}[@-~]?)?")


@pass_context
def student_markdown(context: Any, source: str) -> str:
    """Markdown as HTML that does not act; its source as text where it cannot be rendered, or not in time."""
    if len(source) > LONGEST or _takes_long(source) or not _left(context):
        return BOX.format(_as_text(source))
    try:
        with _at_work(context), limited(SECONDS):
            rendered = _exporter().markdown2html(context, source)
        with _at_work(context):
            return BOX.format(clean(rendered))
    except (
        Exception
    ):  # a missing attachment, absurd nesting, no end: one cell must not cost the reader the page
        return BOX.format(_as_text(source))


def student_html(content: str | bytes) -> str:
    """An output's HTML without what acts."""
    return BOX.format(clean(content.decode() if isinstance(content, bytes) else str(content)))


@pass_context
def student_code(context: Any, source: str, language: str | None = None, metadata: Any = None) -> str:
    """Code in colours; as plain text where colouring takes long. The language is the course's, whatever the cell says."""
    coloured = None
    short = len(source) <= LONGEST_CODE and max(map(len, source.split("\n"))) <= LONGEST_LINE
    if short and _left(context):
        with _at_work(context):
            coloured = _coloured(source or " ")
    return coloured or f'<div class="highlight hl-ipython3">{_as_text(source)}</div>'


@pass_context
def student_text(context: Any, text: str) -> str:
    """Printed text with its terminal colours; without them where there are very many."""
    from nbconvert.filters.ansi import ansi2html

    if text.count("\x1b") * len(text) > ANSI_WORK or not _left(context):
        return html.escape(ANSI.sub("", text), quote=False)
    with _at_work(context):
        return str(ansi2html(text))


def _takes_long(markdown: str) -> bool:
    bare = PICTURE.sub("", markdown)
    return len(bare) > LONGEST_TEXT or sum(1 for _ in MARK.finditer(bare)) > MARKS


def _coloured(source: str) -> str | None:
    """The code as HTML, or None where that takes more than a moment. A lexer looks at one word at a time."""
    from pygments import format as written
    from pygments.formatters import HtmlFormatter

    ends = time.thread_time() + SECONDS
    tokens = []
    for token in _lexer().get_tokens(source):
        if time.thread_time() > ends:
            return None
        tokens.append(token)
    return str(written(tokens, HtmlFormatter(cssclass=" highlight hl-ipython3")))


def _left(context: Any) -> bool:
    """Whether the page has seconds of work left."""
    return bool(_spent(context)["seconds"] < PAGE_SECONDS)


@contextmanager
def _at_work(context: Any) -> Iterator[None]:
    """Around work on a cell: its seconds count for the page."""
    started = time.thread_time()
    try:
        yield
    finally:
        _spent(context)["seconds"] += time.thread_time() - started


def _spent(context: Any) -> dict[str, float]:
    """The seconds of work spent on this page; one of its own where the page tells no resources."""
    resources = context.get("resources")
    new = {"seconds": 0.0}
    spent: dict[str, float] = resources.setdefault("course_work", new) if isinstance(resources, dict) else new
    return spent


def _as_text(source: str) -> str:
    return f"<pre>{html.escape(source)}</pre>"


@functools.cache
def _lexer() -> Any:
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name("ipython3")


@functools.cache
def _exporter() -> Any:
    from nbconvert.exporters import HTMLExporter

    return HTMLExporter(exclude_anchor_links=True)  # anchors need ids, which are the page's
