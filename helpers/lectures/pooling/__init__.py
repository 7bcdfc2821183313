"""Notebook 05: its numbers, pictures and explorers."""

from helpers.lectures.pooling.numbers import *  # noqa: F403
