"""The door to the repository's commands, on a machine that has nothing but Python.

    python3 tools/bootstrap.py lab      (`make lab` does the same, where there is make)

This file runs on any Python 3, so that an old one is told in words what is missing. If a newer Python stands
next to it, that one takes over.
"""

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)  # PyTorch 2.13.0 is built for these


def main():
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        import commands

        sys.exit(commands.run(sys.argv[1:]))
    other = suitable_python()
    if other is None:
        sys.exit(complaint(sys.version_info, sys.executable))
    sys.exit(subprocess.call([other, os.path.abspath(__file__)] + sys.argv[1:]))


def suitable_python():
    """Another Python on the PATH that fits, the newest first, or None."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        # A version manager may leave a command behind that only says "not installed".
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


def complaint(version, executable):
    """What to say when no Python fits."""
    age = "too old" if tuple(version[:2]) < OLDEST else "newer than the libraries of this course"
    return "\n".join(
        [
            "The course needs Python %d.%d to %d.%d." % (OLDEST + NEWEST),
            "Found: Python %d.%d (%s), which is %s." % (version[0], version[1], executable, age),
            "Get another one beside it (nothing has to be removed):",
            "  Debian, Ubuntu:  sudo apt-get install python3 python3-venv   (Debian 12, Ubuntu 24.04, newer)",
            "  macOS:           the installer from python.org, or: brew install python@3.12",
            "  Windows:         the installer from python.org, or: winget install Python.Python.3.12",
            "  conda:           conda env create -f environment.yml            (brings its own Python)",
            "Then name it: make lab PYTHON=python3.12",
        ]
    )


if __name__ == "__main__":
    main()
