"""The course map as a page of its own, `notebooks/course_map.md`: what builds on what, with a link to every notebook,
and what is still to come.

Markdown with a Mermaid diagram, which JupyterLab and GitHub both draw; written by the build, so that it never lags behind.
"""

from __future__ import annotations

from typing import Any

from helpers.student.course import coming, counted, direct_needs

HEAD = """\
<!-- written by `autograde build` -->
# Course map

Click a lecture to open its notebook. An arrow in the picture means "read this one first".
"""


def course_map_page(course: dict[str, Any]) -> str:
    """The page, from the table of contents that helpers read."""
    lectures = course["lectures"]
    lines = [_line(part) for part in lectures] + [f"- {line}\n" for line in coming(lectures)]
    return f"{HEAD}\n{''.join(lines)}\n{_diagram(lectures)}"


def _line(part: dict[str, Any]) -> str:
    needs = ", ".join(name[:2] for name in part["needs"])
    after = f" Read {needs} first." if needs else ""
    return (
        f"- **[{_title(part)}]({part['name']}.ipynb)** · {part['minutes']} minutes · {_work(part)}  \n"
        f"  {part['promise']}{after}\n"
    )


def _diagram(lectures: list[dict[str, Any]]) -> str:
    order = "; ".join(
        _title(p) + (f" after {', '.join(n[:2] for n in p['needs'])}" if p["needs"] else "") for p in lectures
    )
    boxes = [f'  L{p["name"][:2]}["{_title(p)}"]' for p in lectures]
    arrows = [f"  L{need[:2]} --> L{name[:2]}" for name, need in direct_needs(tuple(lectures))]
    head = ["```mermaid", "flowchart TD", "  accTitle: Map of the course", f"  accDescr {{ {order}. }}"]
    return "\n".join([*head, *boxes, *arrows, "```", ""])


def _title(part: dict[str, Any]) -> str:
    return f"{part['name'][:2]} · {part['title']}"


def _work(part: dict[str, Any]) -> str:
    points = sum(exercise["points"] for exercise in part["exercises"])
    return f"{counted(len(part['exercises']), 'exercise')} · {counted(points, 'point')}"
