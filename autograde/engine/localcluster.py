"""A Dask cluster on this machine for tests and measurements: a real scheduler and real workers, each a process of its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograde.engine.daskpool import connected

START_SECONDS = 300.0
SCHEDULER = ("-m", "distributed.cli.dask_scheduler")
WORKER = ("-m", "distributed.cli.dask_worker")


@contextlib.contextmanager
def local_cluster(
    workers: int = 1,
    *,
    environment: dict[str, str] | None = None,
    program: Sequence[str] = WORKER,
    tls: tuple[str, str, str] = ("", "", ""),
    say_to: int = subprocess.DEVNULL,
) -> Iterator[str]:
    """Start a scheduler and so many workers of one thread; the address, once all have joined. Both end on leaving.

    environment  of the workers; default: this process's
    program      what Python runs as a worker, for workers that start in some special way
    tls          files of certificate authority, certificate and key, for encrypted lines
    """
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder, contextlib.ExitStack() as running:
        Path(folder).chmod(0o755)
        file = Path(folder) / "scheduler.json"
        names = ("--tls-ca-file", "--tls-cert", "--tls-key")
        secure = ["--protocol", "tls", *(p for pair in zip(names, tls, strict=True) for p in pair)]
        secure = secure if any(tls) else []
        command = [sys.executable, *SCHEDULER, "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        command += ["--dashboard-address", ":0", "--scheduler-file", str(file), *secure]
        running.enter_context(_process(command, None, say_to))
        address = _address(file)
        for number in range(workers):
            place = Path(folder) / f"worker{number}"
            place.mkdir()
            place.chmod(0o777)
            command = [sys.executable, *program, address, "--nthreads", "1", "--no-dashboard"]
            command += ["--dashboard-address", ":0", "--local-directory", str(place), *secure]
            running.enter_context(_process(command, environment, say_to))
        if workers:
            client = connected(address, tls)
            try:
                client.wait_for_workers(workers, timeout=START_SECONDS)
            finally:
                client.close()
        yield address


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str] | None, say_to: int) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=say_to, stderr=say_to, cwd="/"
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(file: Path) -> str:
    """The address that the scheduler wrote down when it was ready."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.05)
    raise TimeoutError(f"the Dask scheduler did not start in {START_SECONDS:g} s")
