"""Measurements of what students feel: how fast explorers answer, how long notebooks run and how much memory they take."""
