"""Every notebook reads well without a kernel: exported, as GitHub shows it, and printed."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from playwright.sync_api import Page

from autograde.course.registry import lecture_paths, repository
from tests.jupyter import SCREENSHOTS, browser_page, lab_server

LECTURES = [path.stem for path in lecture_paths()]
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$.+?\$\$|(?<!\\)\$[^$\n]+?(?<!\\)\$", re.DOTALL)
A4 = {"width": 718, "height": 1046}  # CSS pixels between margins of 1 cm

PICTURES = """() => [...document.querySelectorAll('.jp-RenderedImage img')].map((image) => {
  const box = image.getBoundingClientRect();
  const words = image.closest('.jp-OutputArea-child').nextElementSibling?.querySelector('details');
  return {words: words ? words.textContent : "", loaded: image.complete && image.naturalWidth > 0, shown: image.checkVisibility(),
          left: box.left, right: box.right, height: box.height};
})"""


def notebook(lecture: str) -> nbformat.NotebookNode:
    return nbformat.read(repository() / "notebooks" / f"{lecture}.ipynb", as_version=4)


def descriptions(lecture: str) -> list[str]:
    """What stands for each picture that the notebook ships, in its order."""
    outputs = [output for cell in notebook(lecture).cells for output in cell.get("outputs", [])]
    return [output.data["text/plain"] for output in outputs if "image/png" in output.data]


def folded(lecture: str) -> list[str]:
    """Alt texts, as they stand in HTML, of the pictures that come with an answer and wait in a fold."""
    outputs = [output for cell in notebook(lecture).cells for output in cell.get("outputs", [])]
    pages = [output.data.get("text/html", "") for output in outputs if "image/png" not in output.data]
    return [alt for page in pages for alt in re.findall(r'<img[^>]* alt="([^"]*)"', page)]


def formulas(text: str) -> list[str]:
    """The formulas of a cell's Markdown, with their dollar signs."""
    return FORMULA.findall(CODE.sub("", text))


@pytest.fixture(scope="module")
def reader() -> Iterator[Page]:
    """A browser that reaches no network: what it shows, the file holds."""
    with browser_page(width=1000) as page:
        page.route("http*://**", lambda route: route.abort())
        yield page


@functools.cache
def exported(lecture: str, cleaned: bool = False) -> str:
    """The lecture's HTML export; cleaned as a site does that shows other people's notebooks."""
    text, _ = HTMLExporter(sanitize_html=cleaned).from_notebook_node(notebook(lecture))
    return str(text)


def shown(page: Page, text: str, folder: Path) -> Page:
    """An export, open."""
    path = folder / "export.html"
    path.write_text(text, encoding="utf-8")
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    return page


@pytest.mark.browser
@pytest.mark.parametrize("lecture", LECTURES)
def test_an_export_shows_every_picture_with_its_description_and_prints_it_whole(lecture, reader, tmp_path):
    page = shown(reader, exported(lecture), tmp_path)
    pictures = page.evaluate(PICTURES)
    assert len(pictures) == len(descriptions(lecture)) > 0
    for picture, words in zip(pictures, descriptions(lecture), strict=True):
        assert picture["loaded"] and picture["shown"]
        assert words in picture["words"], "the description stands right below its picture"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"export-{lecture}.png"), full_page=True)

    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    for picture in page.evaluate(PICTURES):
        assert 0 <= picture["left"] and picture["right"] <= A4["width"], f"cut at the side: {picture}"
        assert picture["height"] <= A4["height"], f"higher than a page: {picture}"
    assert page.pdf(format="A4", print_background=True).startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1000, "height": 1000})


@pytest.mark.parametrize("lecture", LECTURES)
def test_where_a_template_has_a_place_for_alt_text_it_is_the_description(lecture):
    """nbconvert's classic template, which nbviewer uses too, has one; its lab template has none."""
    text, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook(lecture))
    shown = re.findall(r'<img[^>]* alt="([^"]*)"', text)
    assert [html.unescape(alt) for alt in shown if alt not in folded(lecture)] == descriptions(lecture)
    assert [alt for alt in shown if alt in folded(lecture)] == folded(lecture) and "" not in shown


@pytest.mark.browser
@pytest.mark.parametrize("lecture", LECTURES)
def test_pictures_questions_and_links_survive_where_html_is_cleaned_as_on_github(lecture, reader, tmp_path):
    page = shown(reader, exported(lecture, cleaned=True), tmp_path)
    pictures = page.evaluate(PICTURES)
    assert len(pictures) == len(descriptions(lecture)) > 0
    assert all(picture["loaded"] and picture["shown"] for picture in pictures)
    text = page.evaluate("document.body.textContent")
    for cell in notebook(lecture).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.data:
                assert output.data["text/plain"].strip() in text
    assert "<svg" not in text, "no markup is shown as text"


@pytest.mark.parametrize("lecture", LECTURES)
def test_an_export_keeps_every_formula_as_it_was_written(lecture):
    text = "".join(html.unescape(re.sub(r"<[^>]+>", "", exported(lecture))).split())
    for cell in notebook(lecture).cells:
        for formula in formulas(cell.source) if cell.cell_type == "markdown" else []:
            assert "".join(formula.split()) in text, f"{cell.id}: {formula}"


@pytest.mark.parametrize("lecture", LECTURES)
def test_github_sees_where_a_formula_begins_and_ends(lecture):
    for cell in notebook(lecture).cells:
        if cell.cell_type != "markdown":
            continue
        text = CODE.sub("", cell.source)
        assert "$" not in FORMULA.sub("", text).replace("\\$", ""), f"{cell.id}: a single dollar sign"
        for found in FORMULA.finditer(text):
            before, after = text[: found.start()][-1:], text[found.end() :][:1]
            assert not before.isalnum() and not after.isalnum(), f"{cell.id}: {before}{found[0]}{after}"
            assert found[0].startswith("$$") or found[0].strip("$") == found[0].strip("$ "), found[0]


@pytest.mark.browser
def test_jupyterlab_draws_every_formula(reader, tmp_path):
    """JupyterLab brings MathJax along, so that this needs no network."""
    folder = tmp_path / "desk"
    folder.mkdir()
    found = {lecture: _formulas_of(lecture) for lecture in LECTURES}
    lines = [f"{lecture}\n\n" + "\n\n".join(these) for lecture, these in found.items()]
    (folder / "formulas.md").write_text("\n\n".join(lines), encoding="utf-8")
    browser = reader.context.browser
    with lab_server(folder) as address, browser.new_page() as page:
        page.goto(f"{address}/lab?reset", wait_until="domcontentloaded")
        page.wait_for_function("window.jupyterapp && window.jupyterapp.restored")
        page.evaluate(
            """async () => { await window.jupyterapp.restored; await window.jupyterapp.commands.execute(
               'docmanager:open', {path: 'formulas.md', factory: 'Markdown Preview'}); }"""
        )
        wanted = sum(map(len, found.values()))
        page.wait_for_function(
            "(wanted) => document.querySelectorAll('.jp-MarkdownViewer mjx-container').length >= wanted",
            arg=wanted,
            timeout=180_000,
        )
        assert page.locator("mjx-container").count() == wanted > 700
        wrong = page.locator("mjx-merror, [data-mjx-error]")
        assert wrong.all_inner_texts() == []


def _formulas_of(lecture: str) -> list[str]:
    cells = [cell.source for cell in notebook(lecture).cells if cell.cell_type == "markdown"]
    return [formula for source in cells for formula in formulas(source)]
