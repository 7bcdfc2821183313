"""Fuzzing: properties of whatever reads untrusted bytes, as functions of bytes, with a corpus of seeds and regressions."""
