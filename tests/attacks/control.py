"""The other half of the experiment: attacks whose code reaches its aim where there is no sandbox."""

from __future__ import annotations

import subprocess
import sys

from tests.attacks import ATTACKS, batch
from tests.attacks.batch import Outside

CONTROLS = {
    "the solutions' folder",
    "the source folder of the course",
    "the seed",
    "the gradebook",
    "a neighbour's submission",
    "arguments of other processes",
    "a home",
    "memory in files without a name",
    "TCP to this machine",
    "UDP",
    "a Unix socket by its path",
    "a Unix datagram by its path",
    "a Unix socket by an abstract name",
    "a command that connects",
    "a socket by ctypes",
    "a file in /tmp",
    "a start-up file in the home",
    "SQL into the gradebook",
    "a neighbour's submission overwritten",
    "the course's configuration",
    # Of the attacks on helpers none: without a sandbox they would reach the files under test.
    "a neighbour's file closed",
    "the seed opened to all",
    "a neighbour made late",
    "the gradebook emptied by its name",
    "the gradebook emptied by reading",
    "the seed given away",
    "a second name for the gradebook",
    "a pipe in the course's folder",
    "the size of a neighbour's file",
    "whether a neighbour is there",
    "the course by the way up",
    "names in the course, as they come",
    "what others load",
    "what others load, by the older way",
    "lines of the grading package",
    "whether a file is in memory",
    "which pages are in memory",
    "how many pages are in memory",
    "pages called cold",
    "pages pushed out",
    "where pages are",
    "a lock that others meet",
    "a lock on bytes that others meet",
    "requests in a queue that all share",
    "a file's handle",
    "a core for the machine's collector",
    "cores without a limit",
    "cores without a limit, by the newer call",
}


def reached_without_a_sandbox() -> list[str]:
    """Names of the attacks among CONTROLS that say REACHED in a plain Python process."""
    found = []
    with batch.ground() as ground:
        outside = Outside(ground.place, ground.course, ground.repository)
        batch.hand_in(ground, outside, ATTACKS[:1])
        for attack in ATTACKS:
            if attack.name in CONTROLS:
                done = subprocess.run(
                    [sys.executable, "-c", "pass\n" + outside.filled(attack.first)],
                    capture_output=True,
                    text=True,
                    cwd=ground.place,
                )
                if "REACHED" in done.stdout:
                    found.append(attack.name)
        for path in ground.place.parent.glob(outside.mark.rpartition("/")[2] + "*"):
            path.unlink()
        outside.close()
    return sorted(found)
