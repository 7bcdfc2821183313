"""What keeps readers with a disability out of a notebook's outputs: axe-core, and the contrast of text in pictures.

axe-core does not look behind text in an SVG, so that is measured here: text on the shapes painted below it.
"""

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
# WCAG's contrast of every text in every picture with what is painted below its middle; returns those below AA.
PALE = """(outputs) => {
  const parts = (text) => {
    const found = text.match(/rgba?\\(([^)]+)\\)/);
    const values = found ? found[1].split(/[ ,\\/]+/).map(Number) : [0, 0, 0, 0];
    return [...values.slice(0, 3), values[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const light = (colour) => {
    const linear = colour.map((v) => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const ink = (element, svg) => {
    const style = getComputedStyle(element), fill = parts(style.fill);
    fill[3] *= Number(style.fillOpacity);
    for (let e = element; e !== svg; e = e.parentElement) fill[3] *= Number(getComputedStyle(e).opacity);
    return fill;
  };
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(parts(getComputedStyle(e).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const found = [];
  let texts = 0;
  for (const svg of document.querySelectorAll(`:is(${outputs}) svg:has(text)`)) {
    const page = ground(svg), painted = [];
    for (const element of svg.querySelectorAll("rect, circle, text")) {
      const box = element.getBoundingClientRect(), colour = ink(element, svg);
      if (!box.width || !colour[3]) continue;
      if (element.tagName !== "text") { painted.push([box, colour]); continue; }
      if (!element.textContent.trim()) continue;
      texts += 1;
      const x = box.left + box.width / 2, y = box.top + box.height / 2;
      const below = painted.filter(([b]) => b.left <= x && x <= b.right && b.top <= y && y <= b.bottom)
        .reduce((under, [, top]) => over(top, under), page);
      const style = getComputedStyle(element), size = parseFloat(style.fontSize);
      const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      const got = contrast(over(colour, below), below);
      if (got < wanted) found.push(`“${element.textContent}” ${got.toFixed(1)} : 1 in “${(svg.getAttribute("aria-label") || "").slice(0, 60)}”`);
    }
  }
  return [texts, found];
}"""


def violations(page: Page, outputs: str = OUTPUTS) -> list[str]:
    """A sentence for every serious or critical violation in the outputs, with up to three places."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        f"axe.run({json.dumps(outputs)}, {json.dumps(OPTIONS)}).then((found) => found.violations)"
    )
    return [_sentence(rule) for rule in found if rule["impact"] in GRAVE]


def _sentence(rule: dict[str, Any]) -> str:
    places = [f"{node['html'][:160]} ({node['failureSummary'][-200:]})" for node in rule["nodes"][:3]]
    return f"{rule['id']} ({rule['impact']}) at {len(rule['nodes'])} places: {'; '.join(places)}"


def pale_texts(page: Page, outputs: str = OUTPUTS) -> list[str]:
    """Texts in pictures whose contrast is below WCAG AA (4.5 : 1, large ones 3 : 1); AssertionError if there is no text."""
    texts, found = page.evaluate(PALE, outputs)
    assert texts, "no picture with text to look at"
    return found
