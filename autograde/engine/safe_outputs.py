"""Takes out of HTML what would act in the page of whoever reads it: scripts, handlers, forms, foreign frames.

The engine cleans a student's outputs with it, and feedback pages and the formgrader (`autograde/pages.py`) everything that
they show. What the grader itself draws must come through unharmed. Knows nothing about notebooks' cells or pages.
"""

from __future__ import annotations

import contextlib
import functools
import html
import re
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PLAIN = {"text/plain", "text/latex", "application/json", "image/png", "image/jpeg", "image/gif"}
DRAWING = set(
    "svg g path rect line circle ellipse polyline polygon text tspan title desc defs marker lineargradient stop clippath use "
    "image".split()
)
STRUCTURE = set(
    "p div span br hr pre code kbd samp b i em strong u s sub sup small h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote a img "
    "table thead tbody tfoot tr th td caption colgroup col figure figcaption details summary".split()
)
SHAPE = set(
    "viewbox x y x1 x2 y1 y2 cx cy r rx ry d points width height fill stroke stroke-width stroke-dasharray stroke-linecap "
    "stroke-linejoin opacity fill-opacity transform text-anchor dominant-baseline font-size font-family font-weight offset "
    "stop-color marker-end marker-start orient refx refy markerwidth markerheight preserveaspectratio xmlns".split()
)
COMMON = {"style", "title", "role", "colspan", "rowspan", "align", "alt", "open", "lang"}
LINKS = {"href", "src"}
PICTURES = ("data:image/png", "data:image/jpeg", "data:image/gif")
STYLES = set(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right border-style "
    "border-top border-width color display fill fill-opacity font-family font-size font-style font-variant font-weight height "
    "image-rendering margin margin-bottom margin-left margin-right margin-top max-height max-width min-width opacity padding "
    "padding-bottom padding-left padding-right padding-top stroke stroke-width text-align text-decoration vertical-align "
    "white-space width".split()
)
# Scripts and style sheets of the page find its own elements by id and class, so a reader keeps only these: ours, and
# those of highlighted code.
OUR_CLASS = re.compile(r"course-[a-z-]+|halo|dataframe|highlight|language-\w+|[a-z]{1,2}|err|esc|hll")
OUR_ID = re.compile(r"map-[a-z]+")
MARKED_UP = ("text/html", "image/svg+xml", "text/markdown")
# Cleaning takes about a second per 100 000 characters, and grows with the square of nesting.
LONGEST, SIGNS, DEEPEST, SECONDS = 500_000, 40_000, 150, 10.0
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")  # nothing is given back: linear in any text
VOID = set("br hr img col input meta link area base embed source track wbr".split())
LEFT_OUT = {
    "output_type": "stream",
    "name": "stdout",
    "text": "… outputs left out: this notebook has too many\n",
}


@dataclass
class Room:
    """How much more a notebook may show: characters of everything, and of mark-up, which takes time to clean."""

    everything: int = 32 * 2**20
    marked_up: int = 1_000_000
    seconds: float = 30.0


def safe_outputs(outputs: list[dict[str, Any]], room: Room | None = None) -> list[dict[str, Any]]:
    """The outputs with known MIME types only, HTML and SVG cleaned; what finds no room any more is left out."""
    room = room or Room()
    made: list[dict[str, Any]] = []
    for output in outputs:
        room.everything -= _length(output)
        if room.everything < 0:
            return [*made, dict(LEFT_OUT)]
        made.append(_safe(output, room))
    return made


def _length(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_length, value.values()))
    return (
        len(value) if isinstance(value, str) else sum(map(_length, value)) if isinstance(value, list) else 8
    )


def _safe(output: dict[str, Any], room: Room) -> dict[str, Any]:
    if output["output_type"] not in ("display_data", "execute_result"):
        return output
    data: dict[str, Any] = {}
    for mime, content in output["data"].items():
        if mime in PLAIN:
            data[mime] = content
        elif mime in MARKED_UP and isinstance(content, str):
            started = time.process_time()
            room.marked_up -= len(content)
            if room.marked_up >= 0 and room.seconds > 0:
                data[mime] = clean(content)
                room.seconds -= time.process_time() - started
            else:
                data.setdefault("text/plain", "… mark-up left out: this notebook has too much of it")
    return {**output, "data": data}


def clean(text: str) -> str:
    """HTML without anything that acts: no scripts, handlers, forms or frames; links to the web and pictures inside only."""
    if "<" not in text and "&" not in text and "](" not in text:
        return text
    if len(text) > LONGEST or text.count("<") + text.count("&") > SIGNS or _nesting(text) > DEEPEST:
        return html.escape(text)
    try:
        with limited(SECONDS):
            return _cleaned(text)
    except (TimeoutError, RecursionError):
        return html.escape(text)


def _cleaned(text: str) -> str:
    made = str(_cleaner().clean(text))
    # What reads differently the second time could also read differently in a browser. That leaves aside ampersands in
    # attributes, which bleach may escape once more each time.
    again = str(_cleaner().clean(made))
    return made if again.replace("amp;", "") == made.replace("amp;", "") else html.escape(text)


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError after some seconds of work. Only the main thread can be interrupted; others go on."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError("too much work")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _nesting(text: str) -> int:
    """How deep tags stand in each other, where only those of drawings close themselves."""
    deepest = depth = 0
    for closing, name, rest in TAG.findall(text):
        closed = rest.endswith("/")
        if closing:
            depth = max(0, depth - 1)
        elif name.lower() not in VOID and not (closed and name.lower() in DRAWING):
            depth += 1
            deepest = max(deepest, depth)
    return deepest


@functools.cache
def _cleaner() -> Any:
    import bleach
    import tinycss2
    from bleach.css_sanitizer import CSSSanitizer

    class Styles(CSSSanitizer):
        """Properties that stay in their place, with values that load nothing."""

        def sanitize_css(self, style: str) -> str:
            kept = [
                token.serialize()
                for token in tinycss2.parse_declaration_list(html.unescape(style), True, True)
                if token.type == "declaration" and token.lower_name in STYLES and _loads_nothing(token.value)
            ]
            return ";".join(kept)

    return bleach.Cleaner(
        tags=DRAWING | STRUCTURE,
        attributes=_allowed,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=Styles(),
        strip=True,
    )


def _loads_nothing(tokens: list[Any]) -> bool:
    """Only plain values, colours, and variables of the page whose fallback is one of these."""
    return all(
        token.lower_name in ("rgb", "rgba", "var") and _loads_nothing(token.arguments)
        if token.type == "function"
        else token.type not in ("url", "error") and not token.type.endswith("block")
        for token in tokens
    )


def _allowed(tag: str, name: str, value: str) -> bool:
    tag, name = tag.lower(), name.lower()
    if name in LINKS:
        return _may_lead_to(tag, name, "".join(value.split()).lower())
    if name == "class":
        return all(OUR_CLASS.fullmatch(one) for one in value.split())
    if name == "id":
        return OUR_ID.fullmatch(value) is not None
    return name in COMMON or name in SHAPE or name.startswith("aria-")


def _may_lead_to(tag: str, name: str, address: str) -> bool:
    if (tag, name) in (("img", "src"), ("image", "href")):
        return address.startswith(PICTURES)
    if tag == "use":
        return address[:1] == "#"
    return tag == "a" and name == "href" and address.startswith(("http://", "https://", "mailto:", "#"))
