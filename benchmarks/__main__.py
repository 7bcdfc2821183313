"""`python -m benchmarks [explorers] [growth] [notebooks]`: measure, print a table, and add the figures to build/bench.json."""

from __future__ import annotations

import sys

from autograde.bench import write_bench
from benchmarks import explorers, growth, notebooks

PARTS = {"notebooks": notebooks.measured, "growth": growth.measured, "explorers": explorers.measured}


def main(names: list[str]) -> None:
    for name in names or list(PARTS):
        if name not in PARTS:
            sys.exit(f"there is no benchmark {name!r}; known: {', '.join(PARTS)}")
        write_bench(name, PARTS[name](print))


main(sys.argv[1:])
