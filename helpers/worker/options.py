"""The command line of `python -m helpers.worker`: a server on control sockets, or one worker on a channel."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from helpers.worker.confine import Limits


@dataclass(frozen=True)
class Options:
    """What was asked for.

    controls   descriptors of the graders' control sockets, for a server
    channel    descriptor of the only worker's channel, for a worker without server; any word where a copy comes through stdin
    slot       number of that worker: which user it becomes where it can
    forbidden  folders that must be out of a submission's sight
    """

    controls: tuple[int, ...]
    channel: str | None
    slot: int
    limits: Limits
    forbidden: tuple[Path, ...]


def command_line(arguments: list[str] | None = None) -> Options:
    """Parse the arguments of this process, or those given."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.worker", description="Runs submissions for a grader."
    )
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--control", type=int, action="append", metavar="FD", help="a grader's control socket")
    who.add_argument("--channel", metavar="FD", help="the channel of one submission; no server, no other one")
    parser.add_argument("--slot", type=int, default=0, help="number of that submission's worker")
    parser.add_argument(
        "--memory", type=int, default=Limits.memory_bytes, help="bytes of memory per submission"
    )
    parser.add_argument("--processes", type=int, default=Limits.processes, help="processes per submission")
    parser.add_argument("--file-size", type=int, default=Limits.file_bytes, help="bytes per file")
    parser.add_argument(
        "--forbidden", action="append", metavar="FOLDER", help="must be out of a submission's sight"
    )
    chosen = parser.parse_args(arguments)
    limits = Limits(chosen.memory, chosen.processes, chosen.file_size)
    return Options(
        tuple(chosen.control or ()),
        chosen.channel,
        chosen.slot,
        limits,
        tuple(map(Path, chosen.forbidden or ())),
    )
