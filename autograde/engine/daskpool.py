"""Grades on a running Dask cluster: its workers get the assignment once and every submission's bytes, never a folder.

What they send back is written here, by the run's one writer. Dask is loaded only where a scheduler was named.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import socket
import time
import uuid
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from traitlets.config import Config

from autograde.classroom.coursefolder import CourseError
from autograde.engine import daskworker
from autograde.engine.daskworker import Answer, SharedSetup
from autograde.engine.folder import NOBODY_CAN_WRITE, Submitted, read_submission, write_graded
from autograde.engine.pool import TRIES, Job, Outcome, Setup
from autograde.engine.versions import CODE, code_name, differences, here, questions_of_python
from autograde.engine.workers import SandboxError

CONNECT_SECONDS = 8
MISSING = (
    "--scheduler needs Dask's distributed, which is not installed here: pip install 'convnet-course-autograde[cluster]'. "
    "One machine needs no Dask: grade without --scheduler"
)
AHEAD = 2
LOOK_SECONDS = 3.0
# The sections of a course's configuration by which graded notebooks are shortened; the rest stays here.
SENT_SECTIONS = ("LimitOutput", "NbGraderPreprocessor", "Preprocessor", "NbConvertBase")


@dataclass
class _Sent:
    """A job that is out, what was sent, and Dask's promise of the answer."""

    job: Job
    submitted: Submitted
    future: Any


class DaskPool:
    """The workers of a Dask scheduler at `address`. `tls` holds the files of certificate authority, certificate and key, or ""."""

    def __init__(
        self,
        address: str,
        tls: tuple[str, str, str],
        fresh: bool,
        require_sandbox: bool,
        say: Callable[[str], None],
    ) -> None:
        self._address, self._tls = address, tls
        self._fresh, self._require_sandbox, self._say = fresh, require_sandbox, say
        self._client: Any = None
        self._setup: Setup | None = None
        self._common: Any = None
        self._run = uuid.uuid4().hex[:8]
        self._out: dict[str, _Sent] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._unread: list[Outcome] = []
        self._gaps: set[tuple[str, ...]] = set()
        self._count = 0
        self._workers = 0
        self._looked_at = 0.0

    def launch(self) -> None:
        if self._client is None:
            self._client = connected(self._address, self._tls)
            check_versions(self._client)

    def open(self, setup: Setup, jobs: int) -> None:
        self.launch()
        self._setup = setup
        sent = Setup(setup.assignments, setup.settings, setup.limits, sent_config(setup.config))
        common = SharedSetup(sent, here(), self._require_sandbox, self._fresh)
        with _quiet():
            self._common = self._client.submit(
                daskworker.shared, common, key=f"autograde-setup-{self._run}", pure=False
            )
        self._look_at_workers()
        if not self._workers:
            self._say(
                f"No worker has joined the Dask scheduler at {self._address} yet; waiting for the first one."
            )

    def has_room(self) -> bool:
        # A few more than there are workers, so that none waits, and a cluster that grows on demand sees the demand.
        return len(self._out) < AHEAD * self._workers + 4

    def hand_out(self, job: Job) -> None:
        assert self._setup is not None
        try:
            submitted = read_submission(job.folder, self._setup.assignments[job.assignment])
        except OSError as error:
            job.why, job.tries = f"it cannot be read: {error.strerror}", TRIES
            self._unread.append(Outcome(job, None))
            return
        self._count += 1
        key = f"autograde-{job.student}-{job.assignment}-{self._run}-{self._count}"
        with _quiet():
            future = self._client.submit(
                daskworker.grade_here, self._common, key, job.assignment, submitted, key=key, pure=False
            )
        self._out[key] = _Sent(job, submitted, future)
        future.add_done_callback(self._done.put)

    def hear(self, seconds: float) -> list[Outcome]:
        heard, self._unread = self._unread, []
        if not heard:
            heard += self._next(seconds)
        while not self._done.empty():
            heard += self._next(0)
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._look_at_workers()
        return heard

    def _next(self, seconds: float) -> list[Outcome]:
        try:
            future = self._done.get(timeout=seconds)
        except queue.Empty:
            return []
        sent = self._out.pop(future.key, None)
        return [] if sent is None else [self._outcome(sent)]

    def _outcome(self, sent: _Sent) -> Outcome:
        from distributed import KilledWorker
        from distributed.client import CancelledError

        job = sent.job
        try:
            answer: Answer = sent.future.result()
        except KilledWorker:  # Dask's own patience ends; it blames whatever waited at workers that died
            job.why = "Dask workers died again and again"
            return Outcome(job, None)
        except (Exception, CancelledError) as error:
            self._check_still_there()
            job.why = f"{type(error).__name__}: {error}"[:300]
            return Outcome(job, None)
        if answer.status == daskworker.GRADED:
            return self._graded(job, sent.submitted, answer)
        if answer.status == daskworker.OTHER_VERSIONS:
            raise CourseError(_other_versions("that graded last", answer.why))
        if answer.status == daskworker.NO_SANDBOX:
            raise SandboxError(answer.why)
        if answer.status == daskworker.ENDED:
            job.why, job.tries = "its Dask worker died each time", TRIES
        else:
            job.why = answer.why
        return Outcome(job, None)

    def _graded(self, job: Job, submitted: Submitted, answer: Answer) -> Outcome:
        assert self._setup is not None and answer.report is not None and answer.texts is not None
        if answer.gaps and answer.gaps not in self._gaps:
            self._gaps.add(answer.gaps)
            listed = "\n".join(f"- {gap}" for gap in answer.gaps)
            self._say(f"The sandbox of a Dask worker's machine has gaps:\n{listed}")
        try:
            write_graded(job.ready, answer.texts, submitted, self._setup.assignments[job.assignment])
        except OSError as error:
            if error.errno in NOBODY_CAN_WRITE:
                raise
            job.why, job.tries = f"its graded notebooks cannot be written: {error.strerror}", TRIES
            return Outcome(job, None)
        return Outcome(job, answer.report | {"student": job.student, "assignment": job.assignment})

    def _look_at_workers(self) -> None:
        """How many submissions may run side by side now; workers come and go."""
        self._check_still_there()
        self._looked_at = time.monotonic()
        self._workers = len(self._client.nthreads())

    def _check_still_there(self) -> None:
        if self._client.status != "running":
            raise CourseError(
                f"the Dask scheduler at {self._address} is gone. What came back so far is in the gradebook; "
                "start a scheduler and grade again to go on"
            )

    def close(self) -> None:
        client, self._client = self._client, None
        self._out.clear()
        self._common = None
        if client is not None:
            with _quiet():
                client.close(timeout=5)


def connected(address: str, tls: tuple[str, str, str] = ("", "", "")) -> Any:
    """A client of the scheduler at `address`. Raises CourseError when Dask is missing or nobody answers."""
    try:
        from distributed import Client
    except ImportError:
        raise CourseError(MISSING) from None
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _knock(address)
    security = _security(address, tls)
    try:
        with _quiet():
            _shake_hands(address, security)
            return Client(address, timeout=CONNECT_SECONDS, security=security, set_as_default=False)
    except (OSError, TimeoutError, ValueError, RuntimeError, TypeError) as error:
        raise CourseError(_no_answer(address, str(error) or "it takes calls and says nothing")) from None


def _knock(address: str) -> None:
    """Dask tries again and again; a closed door is told at once."""
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in ("tcp", "tls") or not host or not port:
        raise CourseError(f"{address} is no scheduler's address: expected tcp://HOST:PORT or tls://HOST:PORT")
    try:
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except OSError as error:
        raise CourseError(_no_answer(address, error.strerror or str(error))) from None


def _shake_hands(address: str, security: Any) -> None:
    """Dask waits for ever for the greeting of a program that is no scheduler. Raises TimeoutError or OSError."""
    from distributed.comm import connect

    async def greet() -> None:
        arguments = security.get_connection_args("client")
        line = await asyncio.wait_for(connect(address, timeout=CONNECT_SECONDS, **arguments), CONNECT_SECONDS)
        await line.close()

    with ThreadPoolExecutor(1) as aside:  # there may be a loop in this thread already, as in a notebook
        aside.submit(asyncio.run, greet()).result()


def _no_answer(address: str, reason: str) -> str:
    return (
        f"no Dask scheduler answers at {address} ({reason.splitlines()[0][:200]}). Is it running, and can this machine "
        "reach it? Nothing was graded; without --scheduler this machine grades alone"
    )


def _security(address: str, tls: tuple[str, str, str]) -> Any:
    """Dask's own configuration, unless files are named."""
    from distributed.security import Security

    authority, certificate, key = tls
    if not any(tls):
        return Security()
    if not address.startswith("tls://"):
        raise CourseError(f"certificates were named, but {address} is no tls:// address")
    return Security(
        require_encryption=True,
        tls_ca_file=authority or None,
        tls_client_cert=certificate or None,
        tls_client_key=key or None,
    )


def check_versions(client: Any) -> None:
    """Raise CourseError where a worker of the cluster has other versions than this machine."""
    mine = here()
    theirs: dict[str, dict[str, str]] = {}
    with _quiet():
        for name, (function, arguments) in questions_of_python().items():
            for worker, told in client.run(function, *arguments, on_error="return").items():
                theirs.setdefault(worker, {})[name] = told if isinstance(told, str) else ""
        problems = _listed(mine | {CODE: ""}, theirs)
        if not problems:  # both packages are there, so the text of them can be asked for
            codes = client.run(code_name, on_error="return")
            for worker, told in codes.items():
                theirs[worker][CODE] = told if isinstance(told, str) else ""
            problems = _listed(mine, theirs)
    if problems:
        worker, why = problems[0]
        raise CourseError(_other_versions(worker, why, len(problems)))


def _listed(mine: dict[str, str], theirs: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    found = [(worker, "; ".join(differences(mine, told))) for worker, told in sorted(theirs.items())]
    return [(worker, why) for worker, why in found if why]


def _other_versions(worker: str, why: str, count: int = 1) -> str:
    others = f" (and {count - 1} others differ too)" if count > 1 else ""
    return (
        f"the Dask worker {worker} would grade differently{others}: {why}. "
        "Install the same course and requirements.lock there and here, and start the worker anew; nothing was graded"
    )


def sent_config(config: Config) -> Config:
    """What graders need of a course's configuration."""
    return Config({name: dict(config[name]) for name in SENT_SECTIONS if name in config})


class _quiet(warnings.catch_warnings):
    """Dask warns of versions of its own and of large messages; what matters here is said in sentences."""

    def __enter__(self) -> Any:
        entered = super().__enter__()
        warnings.simplefilter("ignore")
        return entered
