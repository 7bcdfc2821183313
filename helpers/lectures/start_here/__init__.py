"""Notebook 00: its numbers, pictures and explorers."""
