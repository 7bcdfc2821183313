"""Attacks on grading, one module per kind. One source for the tests, for `make attacks` and for the table in docs/attacks.md."""

from __future__ import annotations

from dataclasses import replace

from tests.attacks import (
    files,
    forging,
    handing_in,
    later,
    metadata,
    network,
    objects,
    pages,
    patching,
    persistence,
    policy,
    reading,
    resources,
    shared,
    touching,
)
from tests.attacks.attack import Attack

MODULES = (
    patching,
    reading,
    forging,
    metadata,
    resources,
    persistence,
    network,
    files,
    pages,
    objects,
    later,
    touching,
    shared,
    policy,
    handing_in,
)
ATTACKS: tuple[Attack, ...] = tuple(
    replace(attack, plain=module.MEASURED.get(attack.name, ""))
    for module in MODULES
    for attack in module.ATTACKS
)
