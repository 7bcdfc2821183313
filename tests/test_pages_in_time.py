"""Pages are made in time: markdown, code and terminal colours that take for ever are shown as plain text."""

from __future__ import annotations

import time

import jinja2
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import v4

from autograde.nbgrader_steps import PAGE_FILTERS
from autograde.pages import PAGE_SECONDS, student_code, student_markdown, student_text

CODE = {
    "an unclosed name": lambda n: '"' + "\\N{" * (n // 3),
    "an unclosed name, line by line": lambda n: ('"' + "\\N{" * 300 + "\n") * (n // 900),
    "attributes": lambda n: "a." * (n // 2),
    "attributes, line by line": lambda n: ("a." * 400 + "\n") * (n // 800),
    "blanks": lambda n: (" " * 200 + "\n") * (n // 200),
    "brackets": lambda n: "(" * n,
    "formatted texts": lambda n: 'f"{' * (n // 3),
}
MARKDOWN = {
    "environments": lambda n: r"\begin{a}" * (n // 9),
    "dollars": lambda n: "$a" * (n // 2),
    "brackets": lambda n: "[" * n,
    "pictures": lambda n: "![" * (n // 2),
    "stars": lambda n: "*a_" * (n // 3),
    "ticks": lambda n: "".join("`" * k + " " for k in range(1, int((2 * n) ** 0.5))),
    "tags": lambda n: "<a " * (n // 3),
    "quotes": lambda n: ">" * n,
    "lists": lambda n: "".join(" " * k + "- a\n" for k in range(int((2 * n) ** 0.5))),
    "tables": lambda n: "|a" * (n // 4) + "\n" + "|-" * (n // 4),
    "links": lambda n: "[a](" * (n // 4),
    "references": lambda n: "[a]: b\n" * (n // 7),
    "blanks": lambda n: "a" + " " * n + "b",
}
TEXT = {
    "colours": lambda n: "\x1b[31ma" * (n // 6),
    "unfinished colours": lambda n: "\x1b[" * (n // 2),
    "long colours": lambda n: "\x1b[" + "1;" * (n // 2),
}
CASES = [
    *((student_code, name, make) for name, make in CODE.items()),
    *((student_markdown, name, make) for name, make in MARKDOWN.items()),
    *((student_text, name, make) for name, make in TEXT.items()),
]


def context() -> jinja2.runtime.Context:
    return jinja2.Environment().from_string("").new_context({"resources": {}})


@pytest.mark.parametrize(("shown", "name", "make"), CASES, ids=lambda case: getattr(case, "__name__", case))
def test_one_cell_takes_seconds_whatever_it_holds_and_however_long_it_is(shown, name, make):
    context(), shown(context(), make(100))  # what is loaded once
    for length in (19_000, 99_000, 480_000):
        started = time.thread_time()
        shown(context(), make(length))
        assert time.thread_time() - started < 8, (length, "seconds")


def test_a_page_as_a_whole_has_a_budget():
    """Cells that take long each take no more together than what is left of the page's seconds, and none is left out."""
    slow = ("a." * 400 + "\n") * 24
    page = context()
    page.get("resources")["course_work"] = {"seconds": PAGE_SECONDS - 3}
    started = time.thread_time()
    made = [student_code(page, slow) for _ in range(40)]
    assert time.thread_time() - started < 7
    assert all("a" in cell for cell in made)
    page.get("resources")["course_work"] = {"seconds": 10**6}
    assert student_markdown(page, "*a*").count("<em>") == 0 and "*a*" in student_markdown(page, "*a*")
    assert student_text(page, "\x1b[31mred\x1b[0m <b>") == "red &lt;b&gt;"


def test_ordinary_cells_look_as_nbconvert_makes_them():
    book = v4.new_notebook(
        cells=[
            v4.new_code_cell("%time x = 1\ndef f(x):\n    return f'{x}'\n"),
            v4.new_markdown_cell("# A *b* $c$"),
        ]
    )
    book.cells[0].outputs = [v4.new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m & <b>")]
    book.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    plain, _ = HTMLExporter().from_notebook_node(book)
    ours, _ = HTMLExporter(filters=PAGE_FILTERS).from_notebook_node(book)
    for page in (plain, ours):
        assert '<span class="k">def</span>' in page and '<span class="nf">f</span>' in page
        assert '<span class="ansi-red-fg">red</span> &amp; &lt;b&gt;' in page
        assert "<em>b</em>" in page


@pytest.mark.parametrize(
    "source", ["</pre><script>EVIL()</script>", "x\n" * 11_000 + "</pre><script>EVIL()</script>"]
)
def test_code_that_is_too_long_for_colours_does_not_act_either(source):
    assert "<script" not in student_code(context(), source)
    assert "<script" not in student_text(context(), "\x1b" * 20_000 + source)


def test_a_lexer_of_the_students_choice_is_not_loaded():
    made = student_code(context(), "%%html\n<b>", language="html", metadata={"magics_language": "html"})
    assert made == student_code(context(), "%%html\n<b>")
