"""How the set-up speaks: a line per step, and one kind of error that needs no traceback."""

from __future__ import annotations


class Trouble(Exception):
    """Something that the person at the keyboard can put right; the message says how."""


def step(text: str) -> None:
    print(f"── {text}", flush=True)


def warning(text: str) -> None:
    print(f"!! {text}", flush=True)
