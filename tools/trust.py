"""Trusts the notebooks that the course ships, so that JupyterLab shows their pictures before they are run.

A trusted notebook's stored outputs may act in the page, with all that its reader may do. So only a file that is, byte for
byte, one that `autograde build` wrote is signed: its digest stands in the list that the build writes. Whatever else lies
in notebooks/ (a friend's file, a hand-in to look at) stays as Jupyter takes it. What a student runs and saves is signed
by JupyterLab itself.

Started by the environment's Python, by `make lab` and by postBuild.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED = "helpers/data/jupyterlab/notebooks.sha256"  # lines of `sha256sum`: a digest, two spaces, a path


def shipped(repository: Path) -> set[str]:
    """Digests of the notebooks as the build wrote them; empty where the list is missing."""
    try:
        lines = (repository / SHIPPED).read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return {line.split("  ")[0] for line in lines if "  " in line}


def trust(repository: Path) -> list[str]:
    """Sign what the course ships; returns the names of notebooks that it does not know and so leaves alone."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary, known, foreign = NotebookNotary(), shipped(repository), []
    for path in sorted((repository / "notebooks").glob("*.ipynb")):
        try:
            # Line ends may be another system's; what is signed is the text that was looked at.
            text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError):
            foreign.append(path.name)
            continue
        if hashlib.sha256(text.encode()).hexdigest() not in known:
            foreign.append(path.name)
            continue
        notebook = nbformat.reads(text, as_version=4)
        if not notary.check_signature(notebook):
            notary.sign(notebook)
    return foreign


if __name__ == "__main__":
    trust(REPOSITORY)
    sys.exit(0)
