"""axe-core on the course's own output in an open notebook: what keeps readers with a disability out."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

OUTPUTS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell-outputArea"
GRAVE = ("serious", "critical")
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


def violations(page: Page) -> list[str]:
    """A sentence for every serious or critical violation in the outputs of the notebook on top, with up to three places."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        f"axe.run({json.dumps(OUTPUTS)}, {json.dumps(OPTIONS)}).then((found) => found.violations)"
    )
    return [_sentence(rule) for rule in found if rule["impact"] in GRAVE]


def _sentence(rule: dict[str, Any]) -> str:
    places = [f"{node['html'][:160]} ({node['failureSummary'][-200:]})" for node in rule["nodes"][:3]]
    return f"{rule['id']} ({rule['impact']}) at {len(rule['nodes'])} places: {'; '.join(places)}"
