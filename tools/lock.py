"""Write requirements.lock and requirements-test.lock: `make lock`.

What is wanted stands in the two pyproject.toml files and in requirements-test.in; the locks pin all that
follows from it, for Linux, macOS and Windows at once. They name no index and no build of PyTorch, so that
pip, conda and Binder read the same file and each takes the build that fits.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
OURS = re.compile(r"convnet-course-")
# An extra that one machine does not need; the tests do, so requirements-test.in names what is in it.
FOR_SOME = {"cluster"}
# Only PyTorch's GPU build on Linux needs these, and it brings them itself.
GPU_ONLY = re.compile(r"(nvidia-|cuda-|triton\b)")


def main() -> None:
    runtime = _compiled(_wanted(), "The course: students and instructors. Written by `make lock`.")
    (REPOSITORY / "requirements.lock").write_text(runtime, encoding="utf-8")
    test = _compiled(
        _lines(REPOSITORY / "requirements-test.in"),
        "What the tests need on top of requirements.lock. Written by `make lock`.",
        constraints=runtime,
    )
    (REPOSITORY / "requirements-test.lock").write_text(_without(test, runtime), encoding="utf-8")


def _wanted() -> list[str]:
    """The requirements of both distributions and of building them, without each other."""
    wanted: list[str] = []
    for distribution in ("helpers", "autograde"):
        project = tomllib.loads((REPOSITORY / distribution / "pyproject.toml").read_text(encoding="utf-8"))
        wanted += project["build-system"]["requires"] + project["project"]["dependencies"]
        for name, extra in project["project"].get("optional-dependencies", {}).items():
            wanted += [] if name in FOR_SOME else extra
    return [requirement for requirement in wanted if not OURS.match(requirement)]


def _compiled(wanted: list[str], title: str, constraints: str = "") -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, pins = Path(folder, "wanted.in"), Path(folder, "pins.txt")
        source.write_text("\n".join(wanted), encoding="utf-8")
        pins.write_text(constraints, encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--no-config"]
        command += ["--python-version", "3.11", "--fork-strategy", "fewest", "--no-header", "--no-annotate"]
        command += ["--constraint", str(pins), str(source)]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    pinned = [line for line in output.splitlines() if not GPU_ONLY.match(line)]
    return "\n".join([f"# {title}", *pinned]) + "\n"


def _without(lock: str, other: str) -> str:
    """The pins of one lock that another one doesn't hold already."""
    held = set(other.splitlines())
    return "".join(f"{line}\n" for line in lock.splitlines() if line not in held)


def _lines(path: Path) -> list[str]:
    return [
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]


if __name__ == "__main__":
    main()
