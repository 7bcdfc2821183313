"""What a student's outputs may put into the page of whoever reads them."""

from __future__ import annotations

import html as escaping

import pytest

from autograde.engine.safe_outputs import Room, clean, safe_outputs
from tests.engine import grade, handed_in, solutions

ACTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<svg onload=alert(1)><circle r=1></circle></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><use href='https://example.org/x.svg#y'/></svg>",
    "<iframe src='https://example.org'></iframe>",
    "<form action='https://example.org'><input name=q></form>",
    "<div style=\"background:url('javascript:alert(1)')\">x</div>",
    "<object data=x></object><embed src=x><link rel=stylesheet href=x><meta http-equiv=refresh content=0>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<img src='https://example.org/tracker.png'>",
    "<style>body{display:none}</style>",
]


@pytest.mark.parametrize("html", ACTS)
def test_what_acts_is_taken_out(html):
    from html.parser import HTMLParser

    found: list[str] = []

    class Look(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append(tag)
            for name, value in attrs:
                assert not name.startswith("on")
                assert "javascript" not in (value or "").lower() and "example.org" not in (value or "")

    Look().feed(clean(html))
    assert not {
        "script",
        "iframe",
        "form",
        "input",
        "object",
        "embed",
        "link",
        "meta",
        "style",
        "math",
    } & set(found)


def test_tables_text_and_drawings_stay():
    table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    assert clean(table) == table
    drawn = clean(
        '<svg viewBox="0 0 4 4" role="img" aria-label="a dot"><circle cx="1" cy="1" r="1" fill="#000"></circle></svg>'
    )
    assert 'viewBox="0 0 4 4"' in drawn and "<circle" in drawn and "aria-label" in drawn


def test_unknown_mime_types_are_dropped_and_plain_text_stays():
    data = {
        "application/javascript": "alert(1)",
        "application/vnd.jupyter.widget-view+json": {},
        "text/plain": "x",
    }
    made = safe_outputs([{"output_type": "display_data", "data": data, "metadata": {}}])
    assert made[0]["data"] == {"text/plain": "x"}


def test_a_graded_notebook_holds_no_script_of_a_student_and_our_hint(control, course):
    first = "from IPython.display import HTML, Javascript, display\ndisplay(HTML('<script>alert(1)</script><b>fine</b>'))\nJavascript('alert(2)')"
    notebook = handed_in(
        course, "00_start_here", {"count_values": "def count_values(h, w, c):\n    return h * w"}, first
    )
    graded = grade(control, course, "00_start_here", notebook)
    text = str(graded.notebook.cells[0].outputs)
    assert "<b>fine</b>" in text and "<script" not in text and "application/javascript" not in text
    assert "course-check" in str(graded.notebook.cells)
    assert solutions("00_start_here")


@pytest.mark.parametrize("html", ["<div>" * 10_000, "<b><i>" * 5_000, "&" * 10**5, "<p>x</p>" * 10**5])
def test_mark_up_that_would_take_minutes_to_clean_is_shown_as_text(html):
    assert clean(html) == escaping.escape(html)


def test_many_rectangles_in_a_drawing_are_no_nesting():
    drawn = "<svg>" + '<rect x="1" y="2" width="3" height="4"></rect><g/>' * 200 + "</svg>"
    assert clean(drawn).count("<rect") == 200


def test_a_notebook_with_too_much_mark_up_keeps_a_sentence_in_its_place():
    room = Room(marked_up=100)
    shown = [{"output_type": "display_data", "data": {"text/html": "<b>x</b>" * 10}, "metadata": {}}]
    first, second = safe_outputs(shown, room), safe_outputs(shown, room)
    assert "text/html" in first[0]["data"]
    assert second[0]["data"] == {"text/plain": "… mark-up left out: this notebook has too much of it"}


def test_a_notebook_with_too_many_outputs_says_so_once_per_cell():
    room = Room(everything=100)
    said = safe_outputs([{"output_type": "stream", "name": "stdout", "text": "x" * 60}] * 5, room)
    assert [output["text"][:1] for output in said] == ["x", "…"]
