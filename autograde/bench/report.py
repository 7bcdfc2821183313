"""The figures as a table, and in build/bench.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograde.course.registry import repository


def write_bench(key: str, found: dict[str, Any]) -> Path:
    """Put the figures under `key` into build/bench.json, beside those of others."""
    path = repository() / "build/bench.json"
    path.parent.mkdir(exist_ok=True)
    kept = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(kept | {key: found}, indent=1) + "\n", encoding="utf-8")
    return path


def as_text(found: dict[str, Any]) -> str:
    """Every figure on a line, then where the time goes."""
    lines = [f"{key:<44} {_short(value)}" for key, value in found.items() if key != "phases"]
    return "\n".join([*lines, "", *_phases(found["phases"])])


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return str(value)


def _phases(phases: dict[str, Any]) -> list[str]:
    """Milliseconds per submission and share of the time, in the run's own process and in its graders together."""
    lines = [f"{'where the time goes':<32} {'run':>18} {'graders':>18}"]
    names = sorted(
        {*phases["run"], *phases["graders"]},
        key=lambda name: -phases["run"].get(name, 0.0) - phases["graders"].get(name, 0.0),
    )
    for name in names:
        lines.append(f"{name:<32} " + " ".join(_cell(phases, part, name) for part in ("run", "graders")))
    return lines


def _cell(phases: dict[str, Any], part: str, name: str) -> str:
    seconds = phases[part].get(name)
    if seconds is None:
        return f"{'':>18}"
    share = seconds / sum(phases[part].values())
    return f"{1000 * seconds / phases['submissions']:8.1f} ms {share:6.1%}"
