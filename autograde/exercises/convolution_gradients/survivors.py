"""Slips in right answers of notebook 06 that change nothing, each with the reason."""

from __future__ import annotations

SURVIVORS = {
    "numerical_gradient": {
        "the two copies are moved apart in either order": ("up[at] += h  # moved",),
    },
}
