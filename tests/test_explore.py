"""Explorers: without a browser through set and pick, and with one through the keyboard and the mouse."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import draw, explore
from helpers.draw.picture import STATIC, STATIC_MIME
from tests.counting import LITTLE, lines_run

X = np.array([[0, 55, 0, 0], [20, 0, 41, 33], [0, 90, 0, 0], [0, 57, 0, 95]])


def drawn(state: explore.State) -> draw.Picture:
    if state.broken:
        raise NotImplementedError
    k = state.size
    n = 4 // k
    pooled = state.x[: n * k, : n * k].reshape(n, k, n, k).max((1, 3))
    windows = {
        (r, c): [draw.cell("x", r * k + i, c * k + j) for i in range(k) for j in range(k)]
        for r in range(n)
        for c in range(n)
    }
    return draw.stack(
        draw.beside(
            draw.Grid(state.x, "input", "input", name="x", edits=True),
            "→",
            draw.Grid(pooled, "output", "output", name="y", picks=True, links=windows),
        ),
        draw.Strip([1, 2, 1], "kernel", "kernel", offset=state.at, name="w", drag=True),
        alt=f"window {k}: {draw.table_alt(pooled)}; kernel at {state.at}; chosen {state.chosen}",
        caption="Each window keeps its winner.",
    )


def acted(state: explore.State, pick: explore.Pick) -> dict[str, Any]:
    if pick.event == "edit":
        x = state.x.copy()
        x[pick.place] = pick.value
        return {"x": x}
    if pick.event == "drag":
        return {"at": min(3, max(0, state.at + pick.dx))}
    return {"chosen": pick.place}


def pooling() -> explore.Explorer:
    return explore.Explorer(
        drawn,
        {
            "size": explore.slider(1, 4, 2, label="window"),
            "broken": explore.toggle("break it"),
            "kind": explore.choice({"largest": "max", "average": "mean"}, label="keep"),
            "row": explore.numbers([1, 2, 1 / 3], label="numbers", at_least=2, at_most=3),
            "flip": explore.button("Flip", lambda state: {"x": state.x[:, ::-1]}),
        },
        state={"x": X, "at": 0, "chosen": None},
        on_pick=acted,
        try_this=["Set the window to 4. Which number survives?", "Type a larger number."],
    )


# --- without a browser ---


def test_an_explorer_comes_up_with_a_picture():
    explorer = pooling()
    assert explorer.picture.alt == "window 2: 2 × 2: 55, 41; 90, 95; kernel at 0; chosen None"
    assert explorer.error == ""


def test_setting_a_control_redraws():
    assert pooling().set(size=4).picture.alt.startswith("window 4: 1 × 1: 95")


def test_typing_a_number_into_a_cell_changes_the_state_and_not_the_array_given():
    explorer = pooling().pick("x:0,0", value=99)
    assert explorer.state.x[0, 0] == 99 and X[0, 0] == 0


def test_clicking_dragging_and_pressing_reach_the_state():
    explorer = pooling().pick("y:1,0").pick("w", dx=2).press("flip")
    assert explorer.state.chosen == (1, 0)
    assert explorer.state.at == 2
    assert explorer.state.x[0].tolist() == [0, 0, 55, 0]


def test_reset_goes_back_to_the_first_state():
    assert pooling().set(size=3).reset().state.size == 2


def test_a_slider_stays_within_bounds_that_depend_on_the_state():
    explorer = explore.Explorer(
        lambda state: draw.note(f"{state.at} of {state.length}"),
        {"length": explore.slider(1, 9, 9), "at": explore.slider(0, lambda state: state.length - 1, 0)},
    )
    assert explorer.set(at=8).set(length=4).state.at == 3


def test_an_unknown_name_is_an_error_that_lists_the_known_ones():
    with pytest.raises(ValueError, match="no 'strid'; its state holds x, at, chosen, size"):
        pooling().set(strid=2)
    with pytest.raises(ValueError, match="no button 'flop'; it has flip"):
        pooling().press("flop")


def test_a_name_given_twice_is_an_error():
    with pytest.raises(ValueError, match="in state and in controls"):
        explore.Explorer(lambda state: draw.note("x"), {"k": explore.slider(1, 2, 1)}, state={"k": 1})


def test_a_function_that_is_not_written_yet_gives_a_card_and_the_controls_stay_alive():
    explorer = pooling().set(broken=True)
    assert "not written yet" in explorer.picture.alt
    assert explorer.set(broken=False).error == ""


def test_an_error_in_the_students_function_is_said_and_not_raised():
    def wrong(state: explore.State) -> draw.Picture:
        return draw.note(str([1, 2][state.k]))

    explorer = explore.Explorer(wrong, {"k": explore.slider(0, 5, 1)}).set(k=2)
    assert explorer.error == "The picture stops here. IndexError: list index out of range"
    assert explorer.picture.alt == explorer.error


def test_a_state_does_not_change():
    state = pooling().state
    with pytest.raises(AttributeError, match="state.replace"):
        state.size = 3
    assert state.replace(size=3).size == 3 and state.size == 2


@pytest.mark.parametrize(
    ("typed", "means"),
    [("1, 2", (1, 2)), ("−1 0.5 1/4", (-1, 0.5, 0.25)), ("1;2;3", (1, 2, 3))],
)
def test_a_row_of_numbers_is_read_as_people_type_it(typed, means):
    explorer = pooling()
    explorer.widget._received(None, {"values": {"row": typed}}, None)
    assert explorer.state.row == means


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1, z", "“z” is not a number"),
        ("1", "2 to 3 numbers"),
        ("1, 1/0", "“1/0” is not"),
        ("1, inf", "not finite"),
    ],
)
def test_numbers_that_cannot_be_read_are_said_beside_the_control(typed, says):
    explorer = pooling()
    explorer.widget._received(None, {"values": {"row": typed}}, None)
    shown = {control["name"]: control for control in explorer.widget.controls}
    assert says in shown["row"]["problem"]
    assert explorer.state.row == (1, 2, 1 / 3)


def test_every_control_has_a_label():
    assert [control["label"] for control in pooling().widget.controls] == [
        "window",
        "break it",
        "keep",
        "numbers",
        "Flip",
    ]


def test_an_explorer_shows_a_live_widget_and_leaves_a_static_picture(monkeypatch):
    explorer = pooling()
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "<svg" in bundle["text/html"] and "Try this:" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Try this: Set the window to 4.")
    monkeypatch.setenv(STATIC, "1")
    static = explorer._repr_mimebundle_()
    assert static[STATIC_MIME]["alt"] == explorer.picture.alt
    assert "application/vnd.jupyter.widget-view+json" not in static


def test_slider_to_picture_is_little_work():
    stage = pooling().widget
    for k in (1, 2, 3, 4, 1, 2):
        assert lines_run(lambda k=k: stage._received(None, {"values": {"size": k}}, None)) < LITTLE


def test_importing_explorers_loads_neither_torch_nor_a_widget_library():
    code = "import sys; from helpers import explore; print({'torch', 'ipywidgets', 'anywidget'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# --- with a browser: the real front end, its messages handed to the real stage ---

STAGE = Path(explore.__file__).with_name("stage.js")
PAGE = """async ([source, traits]) => {
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const listeners = {};
  window.sent = [];
  const model = {
    get: (name) => traits[name],
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    off: () => {},
    send: async (content) => {
      window.sent.push(content);
      traits = JSON.parse(await window.kernel(JSON.stringify(content)));
      (listeners["change:reply"] || []).forEach((listener) => listener());
      window.answers = (window.answers || 0) + 1;
    },
  };
  module.default.render({ model, el: document.querySelector("#stage") });
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


class Played:
    """A page with one explorer on it."""

    def __init__(self, page: Any, explorer: explore.Explorer) -> None:
        self.page, self.explorer = page, explorer
        stage = explorer.widget

        def traits() -> dict[str, Any]:
            return {
                name: getattr(stage, name)
                for name in ("svg", "alt", "caption", "try_this", "controls", "reply")
            }

        def kernel(content: str) -> str:
            stage._received(None, json.loads(content), None)
            return json.dumps(traits())

        page.expose_function("kernel", kernel)
        page.set_content('<div id="stage"></div>')
        page.evaluate(PAGE, [STAGE.read_text(encoding="utf-8"), traits()])

    def answered(self, work: Any) -> None:
        """Do something on the page and wait until the kernel has answered all of it."""
        before = self.page.evaluate("window.answers || 0")
        work()
        self.page.wait_for_function(
            "before => (window.answers || 0) > before && window.answers === sent.length", arg=before
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focus(self) -> dict[str, str]:
        return self.page.evaluate("({...document.activeElement.dataset})")


@pytest.fixture
def played(chromium: Any) -> Iterator[Played]:
    page = chromium.new_page()
    yield Played(page, pooling())
    page.close()


@pytest.mark.browser
def test_the_slider_moves_by_keyboard_and_its_value_is_shown(played):
    played.page.get_by_label("window", exact=True).focus()
    played.answered(lambda: played.press("ArrowRight"))
    assert played.explorer.state.size == 3
    assert played.page.locator("output").inner_text() == "3"


@pytest.mark.browser
def test_a_cell_is_edited_by_keyboard_and_keeps_the_focus(played):
    played.page.locator('[data-edit="x:0,0"]').focus()
    played.press("ArrowRight", "ArrowDown")
    assert played.focus()["edit"] == "x:1,1"
    played.answered(lambda: played.press("-", "7", "Enter"))
    assert played.explorer.state.x[1, 1] == -7
    assert played.focus()["edit"] == "x:1,1"


@pytest.mark.browser
def test_escape_leaves_a_cell_as_it_was(played):
    played.page.locator('[data-edit="x:0,1"]').click()
    played.press("9", "Escape")
    assert played.page.evaluate("sent.length") == 0
    assert played.focus()["edit"] == "x:0,1"


@pytest.mark.browser
def test_a_word_is_not_taken_for_a_number(played):
    played.page.locator('[data-edit="x:0,1"]').click()
    played.press("a", "Enter")
    assert played.page.locator(".entry").get_attribute("aria-invalid") == "true"
    assert played.page.evaluate("sent.length") == 0


@pytest.mark.browser
def test_tab_stops_once_at_each_panel(played):
    played.page.get_by_role("button", name="Flip", exact=True).focus()
    grids = []
    for _ in range(3):
        played.press("Tab")
        grids.append(played.focus()["grid"])
    assert grids == ["x", "y", "w"]


@pytest.mark.browser
def test_pointing_at_an_output_lights_its_window_without_the_kernel(played):
    played.page.locator('[data-pick="y:0,1"]').hover()
    lit = played.page.locator(".lit").evaluate_all("all => all.map(e => e.dataset.cell)")
    assert lit == ["x:0,2", "x:0,3", "x:1,2", "x:1,3"]
    assert played.page.evaluate("sent.length") == 0


@pytest.mark.browser
def test_a_click_and_the_enter_key_both_pick(played):
    played.answered(lambda: played.page.locator('[data-pick="y:0,1"]').click())
    assert played.explorer.state.chosen == (0, 1)
    played.answered(lambda: played.press("ArrowDown", "Enter"))
    assert played.explorer.state.chosen == (1, 1)


@pytest.mark.browser
def test_the_kernel_is_dragged_by_mouse_and_by_arrow_keys(played):
    box = played.page.locator('[data-cell="w:0,1"]').bounding_box()
    mouse, x, y = played.page.mouse, box["x"] + 18, box["y"] + 18

    def drag() -> None:
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 80, y, steps=8)
        mouse.up()

    played.answered(drag)
    assert played.explorer.state.at == 2
    played.page.locator('[data-drag="w"]').first.focus()
    played.answered(lambda: played.press("ArrowLeft"))
    assert played.explorer.state.at == 1


@pytest.mark.browser
def test_fast_moves_are_joined_so_that_no_queue_builds_up(played):
    played.page.evaluate("""() => {
      const slider = document.querySelector("input[type=range]");
      for (let i = 0; i < 40; i++) { slider.value = 1 + i % 4; slider.dispatchEvent(new Event("input")); }
    }""")
    played.page.wait_for_function("window.answers === 2")
    assert played.page.evaluate("sent.length") == 2
    assert played.explorer.state.size == 4


@pytest.mark.browser
def test_an_error_leaves_the_controls_alive(played):
    box = played.page.get_by_label("break it", exact=True)
    played.answered(box.check)
    assert "not written yet" in played.page.locator(".frame svg").get_attribute("aria-label")
    played.answered(box.uncheck)
    assert played.page.locator('[data-edit="x:0,0"]').count() == 1


@pytest.mark.browser
def test_everything_that_takes_focus_keeps_its_keys_from_jupyterlab(played):
    reachable = ".course-stage :is(input, select, button, [tabindex])"
    assert played.page.locator(reachable).count() > 10
    assert played.page.locator(f"{reachable}:not([data-lm-suppress-shortcuts])").count() == 0


@pytest.mark.browser
def test_everything_that_takes_focus_has_a_name(played):
    unnamed = played.page.locator(".course-stage [tabindex]").evaluate_all(
        "all => all.filter(e => !e.getAttribute('aria-label')).map(e => e.outerHTML)"
    )
    assert unnamed == []
    for control in ("window", "break it", "keep", "numbers"):
        assert played.page.get_by_label(control, exact=True).count() == 1
