"""Every lecture as a student meets it in JupyterLab: run, use every explorer, guess, answer wrong, then right; in both themes.

One page per lecture does it all, because opening a notebook takes longer than anything that is done in it.
"""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Locator

from autograde.course.definition import Exercise
from autograde.course.lecture import Lecture
from autograde.course.madeup import misconception, solution
from autograde.course.registry import find, lecture_paths, repository
from helpers.student.predictions import Prediction, predict
from tests.access import pale_texts, violations
from tests.explorer_hands import Explorer, explorers_in
from tests.jupyter import NotebookPage, browser_page, lab_server

pytestmark = pytest.mark.browser
NAMES = [path.stem for path in lecture_paths()]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lectures") / "course"
    shutil.copytree(repository() / "notebooks", folder)
    with lab_server(folder) as address:
        yield address


@pytest.fixture
def page():
    with browser_page() as opened:
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_a_student_goes_through_the_lecture_in_the_page(name, lab, page, lectures, subtests):
    lecture, notebook = lectures[name], NotebookPage(page, lab, f"{name}.ipynb")
    notebook.run_all()
    with subtests.test("every cell runs without an error"):
        assert notebook.errors() == []
    for place, guess in enumerate(_predictions(lecture)):
        with subtests.test("a prediction keeps its answer until the reader commits", prediction=guess.name):
            _commits(notebook, guess, place)
    with subtests.test("answers of predictions are not in the notebook file"):
        saved = str(notebook.save())
        assert [guess.name for guess in _predictions(lecture) if guess.reason in saved] == []
    used = _uses_explorers(notebook, subtests)
    answered = _answered(lecture)
    for exercise in answered:
        with subtests.test("a wrong answer brings its hint, the right one is accepted", exercise=exercise):
            _answers(notebook, lecture, exercise)
    _runs_what_waited(notebook, lecture, answered)
    used |= _uses_explorers(notebook, subtests, skip=used)
    with subtests.test("every explorer was there"):
        assert used == {shown for cell in lecture.cells for shown in explorers_in(cell.source)}
    if name == "00_start_here":
        with subtests.test("the progress page knows of the right answer"):
            _progress_says_right(notebook, "count_values")
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.theme(theme)
        with subtests.test("no serious violation of the rules of access", theme=theme):
            assert violations(page) == []
        with subtests.test("text in pictures has the contrast of WCAG AA", theme=theme):
            assert pale_texts(page) == []
    with subtests.test("the page's console is free of errors"):
        assert notebook.complaints == []
    notebook.close()


# --- explorers ---


def _uses_explorers(notebook: NotebookPage, subtests, skip: frozenset | set = frozenset()) -> set[str]:
    """Use every explorer that the notebook shows now, all but those in `skip`; their names."""
    used = set()
    for cell in notebook.cells("explore."):
        output, (shown, *_) = notebook.output(cell), explorers_in(notebook.source(cell))
        if shown in skip or not output.locator(".course-stage").count():
            continue
        used.add(shown)
        with subtests.test("every control moves the picture", explorer=shown):
            explorer = Explorer(output)
            notebook.screenshot(f"explorer-{shown}-first", explorer.stage)
            complaints = explorer.complaints()
            explorer.move_something()
            notebook.screenshot(f"explorer-{shown}-then", explorer.stage)
            assert complaints == []
    return used


# --- predictions ---


def _predictions(lecture: Lecture) -> list[Prediction]:
    source = "\n".join(cell.source for cell in lecture.cells)
    return [predict(name) for name in dict.fromkeys(re.findall(r'\bpredict\("(\w+)"\)', source))]


def _commits(notebook: NotebookPage, guess: Prediction, place: int) -> None:
    """Guess by keyboard alone: wrong every second time."""
    area, keyboard = notebook.output(notebook.cell(f'predict("{guess.name}")')), notebook.page.keyboard
    wrong = place % 2 == 0
    _tabs_to_commit(area, area.locator("input").first)
    keyboard.press("Enter")
    area.get_by_text("Commit to a guess first").wait_for()
    assert _words(guess.reason) not in _words(notebook.page.content())
    right = guess.choices.index(guess.answer) if guess.choices else 0
    field = area.locator("input").nth((right + wrong) % max(1, len(guess.choices)))
    field.focus()
    keyboard.press("Space") if guess.choices else keyboard.type(
        str(2 * float(guess.answer) + 1) if wrong else guess.answer
    )
    _tabs_to_commit(area, field)
    keyboard.press("Enter")
    answer = area.locator(".course-prediction-answer [role=status]")
    answer.wait_for()
    assert ("it is" if wrong else "Right.") in answer.inner_text()
    assert _words(guess.reason) in _words(answer.inner_text())


def _tabs_to_commit(area: Locator, start: Locator) -> None:
    """From a field to the button by the Tab key; each choice is a stop of its own."""
    start.focus()
    for _ in range(area.locator("input").count()):
        area.page.keyboard.press("Tab")
        if area.locator("button:focus").count():
            return
    raise AssertionError("the Tab key does not lead to the Commit button")


def _words(text: str) -> str:
    """Text without marks of code and kinds of space."""
    return " ".join(text.replace("`", "").split())


# --- exercises ---


def _answered(lecture: Lecture) -> list[str]:
    """The exercises that an explorer waits for, or else the first one that has a misconception."""
    source = "\n".join(cell.source for cell in lecture.cells)
    waiting = re.findall(r'\byours\((?:\s*"\w+",)+\s*lambda [\w, ]+: explore\.', source)
    awaited = list(dict.fromkeys(name for found in waiting for names in _awaited(found) for name in names))
    return (
        awaited
        or [cell.name for cell in lecture.named("exercise") if isinstance(find(cell.name), Exercise)][:1]
    )


def _answers(notebook: NotebookPage, lecture: Lecture, name: str) -> None:
    exercise = find(name)
    assert isinstance(exercise, Exercise)
    wrong = next(mistake for mistake in exercise.misconceptions if not mistake.hidden_only)
    answer, check = notebook.cell_called(f"{name}-answer"), notebook.cell_called(name)
    shown = notebook.output(check)
    _fills(notebook, answer, misconception(name, wrong.name), check)
    assert "Not yet" in shown.inner_text()
    assert _words(wrong.look) in _words(shown.inner_text())
    assert _words(wrong.wrong) not in _words(shown.inner_text())
    shown.locator("summary").first.focus()
    notebook.page.keyboard.press("Enter")
    shown.locator("details[open]").first.wait_for()
    assert _words(wrong.wrong) in _words(shown.inner_text())
    notebook.screenshot(f"hint-{name}", shown)
    _fills(notebook, answer, solution(lecture, name), check)
    assert "Right" in shown.inner_text()


def _awaited(source: str) -> list[tuple[str, ...]]:
    """The functions that each `yours` of a source waits for."""
    return [tuple(re.findall(r"\w+", names)) for names in re.findall(r'\byours\(\s*((?:"\w+",\s*)+)', source)]


def _runs_what_waited(notebook: NotebookPage, lecture: Lecture, answered: list[str]) -> None:
    """Run the cells again that use nothing but what is answered now."""
    if any(set(names) <= set(answered) for cell in lecture.cells for names in _awaited(cell.source)):
        for cell in notebook.cells("yours("):
            if any(set(names) <= set(answered) for names in _awaited(notebook.source(cell))):
                notebook.run(cell)
    assert notebook.errors() == []


def _fills(notebook: NotebookPage, answer: Locator, source: str, check: Locator) -> None:
    notebook.replace_source(answer, source)
    notebook.run(answer)
    notebook.run(check)


def _progress_says_right(notebook: NotebookPage, name: str) -> None:
    cell = notebook.cell("progress()")
    before = notebook.output(cell).inner_text()
    notebook.run(cell)
    after = notebook.output(cell)
    assert after.inner_text() != before
    assert "✓" in (after.locator("tr", has_text=name).text_content() or "")
