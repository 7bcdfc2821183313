"""`make fuzz`: atheris, coverage-guided, on every target in turn. `make fuzz ARGS="--seconds 60 --target reader"`.

A crash is saved to tests/fuzz/corpus/TARGET/, where `make test` replays it from then on; what is fixed stays as a regression.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
NAMES = ("codec", "messages", "frames", "reader", "answers", "cleaner")
INSTRUMENTED = [
    "helpers.travel.codec",
    "helpers.travel.layout",
    "helpers.travel.calls",
    "helpers.worker.protocol",
]
INSTRUMENTED += [f"autograde.engine.{name}" for name in ("reading", "repair", "interview", "safe_outputs")]
MISSING = (
    "atheris is not there, and has no wheel for this Python ({version}, {system}): fuzzing by coverage needs Linux on x86-64 "
    "and CPython 3.11 to 3.14. `make test` fuzzes the same targets with hypothesis."
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=180, help="for all targets together (default: 180)")
    parser.add_argument("--target", choices=NAMES, action="append", help="only this one; may be repeated")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not _has_atheris():
        print(MISSING.format(version=sys.version.split()[0], system=sys.platform), file=sys.stderr)
        return 1
    targets = chosen.target or list(NAMES)
    if chosen.inside:
        return _fuzz(targets[0], chosen.seconds)
    seconds = max(5, chosen.seconds // len(targets))
    failed = [name for name in targets if _in_a_process(name, seconds)]
    print(f"\n{len(targets) - len(failed)} of {len(targets)} targets held for {seconds} s each")
    for name in failed:
        print(f"   {name}: what broke it is in {CORPUS / name}")
    return int(bool(failed))


def _has_atheris() -> bool:
    """Whether atheris is there, after an attempt to install it, which pip refuses where there is no wheel."""
    if importlib.util.find_spec("atheris") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "atheris>=3"]
        subprocess.call(pip)
        importlib.invalidate_caches()
    return importlib.util.find_spec("atheris") is not None


def _in_a_process(name: str, seconds: int) -> int:
    """libFuzzer ends its process, so every target has one of its own."""
    print(f"\n== {name}, {seconds} s", flush=True)
    arguments = ["--inside", "--target", name, "--seconds", str(seconds)]
    return subprocess.call([sys.executable, "-m", "tests.fuzz", *arguments])


def _fuzz(name: str, seconds: int) -> int:
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz.targets import TARGETS
    found = CORPUS / name
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as grown:  # seeds stay few; what a run adds is its own
        options = [
            f"-max_total_time={seconds}",
            f"-artifact_prefix={found}/",
            "-max_len=20000",
            "-timeout=20",
        ]
        options += ["-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0", "-detect_leaks=0"]
        atheris.Setup(["fuzz", *options, grown, str(found)], TARGETS[name])
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
