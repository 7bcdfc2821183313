"""A reader's hands on an explorer in the page: every control, cell and panel that the stage offers, by mouse and by keyboard.

Works from what is on the page alone (sliders, choices, [data-pick], …), so that a new explorer needs no new code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as TooLate

PATIENCE = 60_000  # milliseconds
IMPATIENCE = 5_000  # milliseconds until a reader whose click missed (the page moved just then) clicks again
TRIES = 8  # cells tried until one changes the picture
# The picture without what focus and pointing leave in it.
SEEN = """(stage) => {
  const svg = stage.querySelector(".frame svg"), copy = svg.cloneNode(true);
  for (const element of copy.querySelectorAll("*"))
    for (const name of ["class", "tabindex", "role", "data-lm-suppress-shortcuts"]) element.removeAttribute(name);
  return [copy.innerHTML, svg.getAttribute("aria-label")];
}"""
ANSWERED = (
    "([stage, before]) => Number(stage.dataset.answers || 0) > before && stage.dataset.busy === 'false'"
)
HEARD = "([stage, before]) => Number(stage.dataset.answers || 0) > before || stage.dataset.busy === 'true'"
FIELD = "input, select, button"
# Back to an earlier value, reported as the control itself would.
PUT_BACK = """(field, value) => {
  field.value = value;
  field.dispatchEvent(new Event(field.type === "range" ? "input" : "change", {bubbles: true}));
}"""
WAYS = ("mouse", "keyboard")
Act = Callable[[], object]


@dataclass(frozen=True)
class Move:
    """One way to use one control: `acts()` yields what to do, in turn until the picture changes; nothing if it cannot move.

    way     "mouse" or "keyboard"
    field   the control's own element, None for the picture
    """

    name: str
    way: str
    acts: Callable[[], Iterator[Act]]
    field: Locator | None = None


class Explorer:
    """An explorer in the page."""

    def __init__(self, output: Locator) -> None:
        self.stage = output.locator(".course-stage").first
        self.page: Page = output.page
        self.stage.locator(".frame svg").first.wait_for(timeout=PATIENCE)

    def seen(self) -> tuple[str, str]:
        """The picture and its alt text."""
        picture, alt = self.stage.evaluate(SEEN)
        return picture, alt

    def answered(self, act: Act) -> None:
        """Do something and wait until the kernel has answered all of it."""
        before = int(self.stage.get_attribute("data-answers") or 0)
        for _ in range(3):
            act()
            if self._comes_true(HEARD, before, IMPATIENCE):
                break
        else:
            raise AssertionError("the page sent nothing to the kernel")
        if not self._comes_true(ANSWERED, before, PATIENCE):
            raise AssertionError("the kernel did not answer")

    def _comes_true(self, condition: str, before: int, timeout: float) -> bool:
        try:
            arguments = [self.stage.element_handle(), before]
            self.page.wait_for_function(condition, arg=arguments, timeout=timeout, polling=30)
        except TooLate:
            return False
        return True

    def moves(self) -> list[Move]:
        """All that the page offers now: the picture as it came up, then controls, buttons last."""
        boxes = self.stage.locator(".control")
        controls = []
        for at in range(boxes.count()):
            kind, name = self._kind(boxes.nth(at))
            acts, field = getattr(self, f"_{kind}"), boxes.nth(at).locator(FIELD).first
            controls += [Move(name, way, partial(acts, field, way), field) for way in WAYS]
        return [*self._in_the_picture(), *sorted(controls, key=_is_button)]

    def _kind(self, box: Locator) -> tuple[str, str]:
        field = box.locator(FIELD).first
        kind = field.evaluate("(e) => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        name = (box.locator("label").first if kind != "button" else field).inner_text()
        return kind, f"{kind} “{name}”"

    # --- controls ---

    def _range(self, slider: Locator, way: str) -> Iterator[Act]:
        now = slider.evaluate("(e) => ({value: Number(e.value), lo: Number(e.min), hi: Number(e.max)})")
        if now["lo"] == now["hi"]:
            return  # nowhere to go: the bound is what the page says
        low = now["value"] - now["lo"] < (now["hi"] - now["lo"]) / 2
        if way == "mouse":
            yield partial(self._click_at, slider, 0.85 if low else 0.15)
        else:
            yield partial(self._press, slider, "ArrowRight" if low else "ArrowLeft")

    def _select(self, select: Locator, way: str) -> Iterator[Act]:
        now, length = select.evaluate("(e) => [e.selectedIndex, e.options.length]")
        for at in range(now + 1, now + length):
            if way == "mouse":  # the list that drops down is the system's own; what it reports is the same
                yield partial(select.select_option, index=at % length)
            else:
                yield partial(self._press, select, "ArrowDown" if at < length else "ArrowUp")

    def _checkbox(self, tick: Locator, way: str) -> Iterator[Act]:
        yield tick.click if way == "mouse" else partial(self._press, tick, "Space")

    def _text(self, field: Locator, way: str) -> Iterator[Act]:
        start, end = (field.click, "Enter") if way == "mouse" else (field.focus, "Tab")
        yield partial(self._written, start, _one_more(field.input_value()), end)

    def _written(self, start: Act, text: str, end: str) -> None:
        start()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        self.page.keyboard.press(end)

    def _button(self, button: Locator, way: str) -> Iterator[Act]:
        press = button.click if way == "mouse" else partial(self._press, button, "Enter")
        yield press
        # One such as "back to the start" acts only on what has been moved away from there.
        for move in self.moves():
            if not _is_button(move) and self.tried(move) != "the picture stayed as it was":
                yield press

    # --- cells and panels ---

    def _in_the_picture(self) -> Iterator[Move]:
        for name, selector, acts in (
            ("pick a cell", "[data-pick]:not([data-edit])", self._pick),
            ("type over a cell", "[data-edit]", self._edit),
            ("drag", "[data-drag]", self._drag),
        ):
            found = self.stage.locator(f".frame {selector}")
            if found.count():
                for way in WAYS:
                    yield Move(name, way, partial(acts, found, way))

    def _pick(self, cells: Locator, way: str) -> Iterator[Act]:
        for cell in self._spread(cells):
            yield partial(self._click_at, cell) if way == "mouse" else partial(self._press, cell, "Enter")

    def _edit(self, cells: Locator, way: str) -> Iterator[Act]:
        for cell in self._spread(cells):
            digit = "7" if "7" not in (cell.text_content() or "") else "4"
            if way == "mouse":
                yield partial(self._typed, partial(self._click_at, cell), digit)
            else:  # a digit opens the entry and stands in it
                yield partial(self._typed, partial(self._press, cell, digit), "")

    def _typed(self, open_entry: Act, text: str) -> None:
        open_entry()
        self.stage.locator(".entry").wait_for()
        if text:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def _drag(self, panels: Locator, way: str) -> Iterator[Act]:
        panel = panels.first
        # Where a cell can also be picked or typed over, bare arrow keys move between cells.
        has_cells = panel.evaluate("(e) => 'pick' in e.dataset || 'edit' in e.dataset")
        for key, across, down in (("Right", 1, 0), ("Left", -1, 0), ("Down", 0, 1), ("Up", 0, -1)):
            if way == "mouse":
                yield partial(self._pull, panel, across, down)
            else:
                yield partial(self._press, panel, f"{'Shift+' if has_cells else ''}Arrow{key}")

    def _pull(self, panel: Locator, across: int, down: int) -> None:
        pitch = panel.evaluate("(e) => (Number(e.dataset.pitch) || 36) * e.ownerSVGElement.getScreenCTM().a")
        x, y = self._middle(panel)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + across * pitch, y + down * pitch, steps=4)
        mouse.up()

    def _spread(self, cells: Locator) -> list[Locator]:
        """Some cells from all over, the last first: an explorer mostly opens near the first."""
        last = cells.count() - 1
        places = {round(step * last / (TRIES - 1)) for step in range(TRIES)}
        return [cells.nth(at) for at in sorted(places, reverse=True)]

    def _press(self, element: Locator, key: str) -> None:
        element.focus()
        self.page.keyboard.press(key)

    def _click_at(self, element: Locator, share: float = 0.5) -> None:
        self.page.mouse.click(*self._middle(element, share))

    def _middle(self, element: Locator, share: float = 0.5) -> tuple[float, float]:
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        assert box, "nothing to point at"
        return box["x"] + share * box["width"], box["y"] + box["height"] / 2

    # --- all of it ---

    def complaints(self) -> list[str]:
        """Uses everything by mouse and by keyboard; says what left the picture, or its alt text, as it was."""
        found = []
        for name, group in groupby(self.moves(), key=lambda move: move.name):
            ways = list(group)
            before = self._value(ways[0].field)
            said = {move.way: self.tried(move) for move in ways}
            found += [f"{name} by {way}: {complaint}" for way, complaint in said.items() if complaint]
            # Each control is tried where the explorer came up: elsewhere it may have nothing to change.
            if before != self._value(ways[0].field) and ways[0].field:
                self.answered(partial(ways[0].field.evaluate, PUT_BACK, before))
        return found

    def move_something(self) -> None:
        """Leave the explorer in another state than the one that it came up in."""
        before = self.seen()
        for move in self.moves():
            self.tried(move)
            if self.seen() != before:
                return

    def _value(self, field: Locator | None) -> str:
        return field.evaluate("(e) => e.type === 'checkbox' ? '' : e.value") if field else ""

    def tried(self, move: Move) -> str:
        """Do one move; says what left the picture, or its alt text, as it was, or nothing."""
        tries = 0
        for act in move.acts():
            tries += 1
            picture, alt = self.seen()
            try:
                self.answered(act)
            except (AssertionError, TooLate) as error:
                return str(error).splitlines()[0]
            new_picture, new_alt = self.seen()
            if new_picture != picture:
                return "" if new_alt != alt else f"the picture changed, its alt text did not: {alt[:120]}"
        return "the picture stayed as it was" if tries else ""


def _is_button(move: Move) -> bool:
    return move.name.startswith("button")


def _one_more(text: str) -> str:
    """The text with its last whole number counted up, or its first letter repeated."""
    numbers = list(re.finditer(r"(?<![\d./])\d+(?![\d./])", text))
    if not numbers:
        return text[:1] + text
    last = numbers[-1]
    return f"{text[: last.start()]}{int(last.group()) + 1}{text[last.end() :]}"


def explorers_in(source: str) -> list[str]:
    """The names of the explorers that a cell makes."""
    return re.findall(r"\bexplore\.([a-z]\w*)\(", source)
