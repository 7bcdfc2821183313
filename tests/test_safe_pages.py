"""What a submission may put into nbgrader's own pages: feedback by its command, and the formgrader's page for grading."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from autograde.engine.safe_outputs import clean
from tests.small_course import LECTURE, small_environment, small_repository
from tests.test_plain_nbgrader import Course, formgrader, page

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HOSTILE = [
    "<script>EVIL()</script>",
    "[x](javascript:EVIL())",
    "[x]( JaVaScRiPt&colon;EVIL())",
    "<javascript:EVIL()>",
    "[x](data:text/html;base64,EVIL)",
    "[x](files/javascript:EVIL())",
    "[x]: javascript:EVIL()\n\n[x]",
    '[x](https://example.org "a\\" onmouseover=EVIL() b=\\"")',
    "![x](javascript:EVIL())",
    "![x](https://evil.example/EVIL.png)",
    '![x](x" onerror="EVIL())',
    "![x](attachment:page.html)",
    "<img src=x onerror=EVIL()>",
    "<svg onload=EVIL()><circle r=1></circle></svg>",
    "<svg><title><a title='</title><img src=x onerror=EVIL()>'></a></title></svg>",
    "<svg><style><img src=x onerror=EVIL()></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=EVIL()&gt;'>",
    "<iframe srcdoc='<script>EVIL()</script>'></iframe>",
    "<form action=https://evil.example/EVIL><input name=EVIL><button formaction=EVIL>Full credit</button></form>",
    "<style>body{display:none;--x:EVIL}</style>",
    "<div style='position:fixed;inset:0;background:url(https://evil.example/EVIL)'>cover</div>",
    "<div style='color:red;background-color:image-set(\"https://evil.example/EVIL\")'>load</div>",
    "<p style='color:var(--x,url(https://evil.example/EVIL))'>load</p>",
    "<div class='navbar-fixed-top EVIL' id='EVIL' data-link='EVIL' data-toggle='tooltip'>cover</div>",
    "<object data=EVIL></object><embed src=EVIL><base href=EVIL><meta http-equiv=refresh content='0;EVIL'>",
    "</div></div></div></body><script>EVIL()</script>",
    "```mermaid\n<img src=x onerror=EVIL()>\n```",
    "```python\n</pre><script>EVIL()</script>\n```",
    "$x<script>EVIL()</script>$ and $$<img src=x onerror=EVIL()>$$",
    "<textarea></textarea><plaintext><xmp><noscript><img src=x onerror=EVIL()>",
]
FRIENDLY = {
    "inline mathematics": ("If $a<b$ then $x_i^2$.", "$a&lt;b$ then $x_i^2$"),
    "displayed mathematics": ("$$\\sum_i w_i x_i$$", "$$\\sum_i w_i x_i$$"),
    "a table": ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>2</td>"),
    "a link to the web": ("[paper](https://example.org/p?a=1)", 'href="https://example.org/p?a=1"'),
    "a picture inside": (f"![dot](data:image/png;base64,{DOT})", f'src="data:image/png;base64,{DOT}"'),
    "an attached picture": ("![dot](attachment:dot.png)", f'alt="dot" src="data:image/png;base64,{DOT}"'),
    "inline code": ("Use `np.zeros(3) < 1`.", "<code>np.zeros(3) &lt; 1</code>"),
    "a block of code": ("```python\ndef f(): pass\n```", '<span class="nf">f</span>'),
    "a heading": ("## My thoughts", "<h2>My thoughts</h2>"),
    "a list": ("- one\n- *two*", "<em>two</em>"),
}
ATTACHED = {"dot.png": {"image/png": DOT}, "page.html": {"text/html": "EVIL"}}
PUBLISHED = (
    "from IPython.display import HTML, Javascript, Markdown, display\n"
    f"for text in {HOSTILE!r}:\n    display(HTML(text)); display(Markdown(text))\nJavascript('EVIL()')"
)
TEXTS = ("title", "alt", "aria-label")
FORBIDDEN = set(
    "script style iframe frame form input button textarea object embed base meta link math plaintext".split()
)


class Looked(HTMLParser):
    """Every place of a page where EVIL would act, and what stands inside the boxes for students' text."""

    def __init__(self) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.inside: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.acting += [
            f"{tag} {name}={value}"
            for name, value in given.items()
            if "EVIL" in value and name not in TEXTS and not value.startswith("data:image/")
        ]
        if self.depth:
            self.inside.append(tag)
            self.acting += [f"{tag} {name}" for name in given if name.startswith(("on", "data-", "srcdoc"))]
            self.acting += [
                f"{tag} style={given['style']}" for w in ("fixed", "url(") if w in given.get("style", "")
            ]
        if tag == "div" and (self.depth or given.get("class") == "course-student"):
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "div" and self.depth > 0

    def handle_data(self, data: str) -> None:
        if "EVIL" in data and self.cdata_elem in ("script", "style"):
            self.acting.append(data)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Two graded submissions: hostile by the engine, and plain, whose outputs stayed as plain nbgrader leaves them."""
    home = tmp_path_factory.mktemp("pages")
    repository = small_repository(home / "repository")
    made = Course(home / "course", repository, small_environment(repository))
    subprocess.run(
        [sys.executable, "-m", "autograde", "init", str(made.folder)],
        env=made.environment,
        check=True,
        cwd=home,
    )
    for student in ("hostile", "plain"):
        notebook = made.notebook("release")
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name == "triple-answer":
                cell.source = "def triple(x):\n    return 3.0 * np.abs(x)"
            if name == "reason":
                cell.source = HOSTILE[0] + "\n\n" + HOSTILE[1]
        for text in [*HOSTILE, "![gone](attachment:missing.png)", *(wrote for wrote, _ in FRIENDLY.values())]:
            notebook.cells.append(nbformat.v4.new_markdown_cell(text, attachments=ATTACHED))
        notebook.cells.append(nbformat.v4.new_code_cell(PUBLISHED))
        made.hand_in(student, notebook)
    made.run("autograde", "grade", ".")
    leave_outputs_alone(
        made.folder / "autograded" / "plain" / LECTURE / f"{LECTURE}.ipynb",
    )
    made.run("nbgrader", "generate_feedback", LECTURE)
    return made


def leave_outputs_alone(path: Path) -> None:
    """Put hostile outputs into a graded notebook, as a kernel without the engine would have."""
    notebook = nbformat.read(path, as_version=4)
    kinds = ("text/html", "text/markdown", "image/svg+xml", "text/latex", "application/javascript")
    datas = [{kind: text} for text in HOSTILE for kind in kinds]
    datas.append(
        {"application/vnd.jupyter.widget-view+json": {"model_id": "</script><script>EVIL()</script>"}}
    )
    datas.append({"image/png": '"><script>EVIL()</script>'})
    notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", data) for data in datas]
    path.chmod(0o644)
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def pages(course: Course) -> Iterator[dict[str, str]]:
    from nbgrader.api import Gradebook

    made = {
        f"feedback {s}": (course.folder / "feedback" / s / LECTURE / f"{LECTURE}.html").read_text()
        for s in ("hostile", "plain")
    }
    with Gradebook(f"sqlite:///{course.folder}/gradebook.db") as book:
        ids = {s: book.find_submission_notebook(LECTURE, LECTURE, s).id for s in ("hostile", "plain")}
    with formgrader(course) as address:
        for student, name in ids.items():
            made[f"formgrader {student}"] = page(f"{address}/formgrader/submissions/{name}/")
    yield made


PAGES = ["feedback hostile", "feedback plain", "formgrader hostile", "formgrader plain"]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_that_a_student_wrote_acts_in_a_page(pages, name):
    looked = Looked()
    looked.feed(pages[name])
    assert looked.acting == []
    assert len(looked.inside) > 100 and not FORBIDDEN & set(looked.inside)
    assert "vnd.jupyter.widget" not in pages[name]


@pytest.mark.parametrize("name", PAGES)
def test_formulas_are_read_by_mathjax_in_safe_mode(pages, name):
    assert "config=TeX-AMS_CHTML-full,Safe" in pages[name]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("kind", FRIENDLY)
def test_what_helps_a_reader_is_still_shown(pages, name, kind):
    assert FRIENDLY[kind][1] in pages[name]


@pytest.mark.parametrize("name", PAGES)
def test_hints_and_drawings_of_a_check_are_still_shown(pages, name):
    shown = pages[name]
    assert "You took the absolute value." in shown
    assert 'class="course-check"' in shown and "border-left:4px solid" in shown
    drawn = shown[shown.index('class="course-check"') :]
    assert "<svg" in drawn and 'viewbox="' in drawn.lower() and "<rect" in drawn and "<text" in drawn


@pytest.mark.parametrize("name", PAGES)
def test_a_cell_that_cannot_be_rendered_is_shown_as_text(pages, name):
    assert "<pre>![gone](attachment:missing.png)</pre>" in pages[name]


def test_our_drawings_come_through_unchanged():
    import numpy as np

    from helpers import draw

    for side in (3, 28):
        grid = draw.Grid(np.linspace(-1, 1, side * side).reshape(side, side), "input", "x")
        drawn = draw.row(grid, alt="A < b", caption="c").html()
        assert elements(drawn) == elements(clean(drawn))


def elements(text: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []

    class Listing(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(
                (tag, {name: (value or "").replace(" ", "").replace('"', "'") for name, value in attrs})
            )

    Listing().feed(text)
    return found
