"""IPython without a kernel: runs one cell and returns its outputs in nbformat's shape, the same kinds that a kernel sends.

Knows nothing of grading. Everything that a cell can print is limited, one endless line too.
"""

from __future__ import annotations

import _thread
import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell, InteractiveShellABC
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

from helpers.worker.protocol import OUTPUT_BYTES, OUTPUTS

Output = dict[str, Any]
CUT = "\n… output cut: too long\n"
TIMEOUT_ERROR = {
    "output_type": "error",
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
}


class Recorder:
    """The outputs of the cell that runs, and how much room is left for more."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.outputs: list[Output] = []
        self.room = OUTPUT_BYTES - 2**16
        self.displays: dict[str, Output] = {}
        self.clear_next = False

    def stream(self, name: str, text: str) -> None:
        self._clear_if_told()
        if not text or self.room <= 0:
            return
        kept = text[: self.room]
        self.room -= len(kept)
        if self.room <= 0:
            kept += CUT
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += kept
        else:
            self.add({"output_type": "stream", "name": name, "text": kept})

    def display(self, output: Output, display_id: str | None = None, update: bool = False) -> None:
        self._clear_if_told()
        if update:
            shown = self.displays.get(display_id or "")
            if shown is not None:
                shown["data"], shown["metadata"] = output["data"], output["metadata"]
            return
        size = sum(len(c) for c in output["data"].values() if isinstance(c, str))
        if size > self.room:
            self.stream("stdout", CUT)
            return
        self.room -= size
        self.add(output)
        if display_id:
            self.displays[display_id] = output

    def add(self, output: Output) -> None:
        if len(self.outputs) < OUTPUTS - 2:
            self.outputs.append(output)

    def clear_output(self, wait: bool) -> None:
        if wait:
            self.clear_next = True
        else:
            self.outputs.clear()

    def _clear_if_told(self) -> None:
        if self.clear_next:
            self.outputs.clear()
            self.clear_next = False


class Stream(io.TextIOBase):
    """stdout or stderr of a cell."""

    def __init__(self, recorder: Recorder, name: str, descriptor: int) -> None:
        self._recorder, self.name, self._descriptor = recorder, name, descriptor

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.stream(self.name, text)
        return len(text)


class Hook(DisplayHook):
    """Records a cell's result as an `execute_result`."""

    recorder = AnyTrait()

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        data = {"data": _plain(format_dict), "metadata": dict(md_dict or {})}
        self.recorder.display({"output_type": "execute_result", "execution_count": self.prompt_count, **data})

    def finish_displayhook(self) -> None:
        pass


class Publisher(DisplayPublisher):
    """Records what is displayed."""

    recorder = AnyTrait()

    def publish(self, data: Any, metadata: Any = None, **options: Any) -> None:  # type: ignore[override]
        output = {"output_type": "display_data", "data": _plain(data), "metadata": dict(metadata or {})}
        transient = options.get("transient") or {}
        self.recorder.display(output, transient.get("display_id"), bool(options.get("update")))

    def clear_output(self, wait: bool = False) -> None:
        self.recorder.clear_output(wait)


class WorkerShell(InteractiveShell):
    """An IPython shell that records."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)

    def __init__(self, **options: Any) -> None:
        self.recorder = Recorder()
        self.waiting: Any = None
        self.kept: dict[str, dict[str, Any]] = {}
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        config.InteractiveShell.colors = "Linux"
        super().__init__(config=config, **options)
        self.displayhook.recorder = self.recorder
        self.display_pub.recorder = self.recorder

    def init_sys_modules(self) -> None:
        super().init_sys_modules()
        sys.modules["__main__"] = self.user_module

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window to wait for."""

    def ask_exit(self) -> None:
        """A notebook that says `exit` is graded to its end."""

    def system_piped(self, cmd: str) -> None:
        """`!command`: its output line by line, without a terminal."""
        command = self.var_expand(cmd, depth=1)
        process = subprocess.Popen(
            command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        assert process.stdout is not None
        with process.stdout as pipe:
            for piece in iter(lambda: os.read(pipe.fileno(), 2**16), b""):
                self.recorder.stream("stdout", piece.decode(errors="replace"))
        self.user_ns["_exit_code"] = process.wait()

    system = system_piped

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        text = _text_of(evalue)
        lines = [str(line)[:20_000] for line in stb][:500]
        name = str(getattr(etype, "__name__", etype))[:200]
        self.recorder.add({"output_type": "error", "ename": name, "evalue": text, "traceback": lines})

    def run(self, source: str, seconds: float) -> tuple[str, list[Output]]:
        """Run one cell: ("ok" | "error" | "timeout", outputs). `seconds` 0 means no limit."""
        self.recorder.clear()
        timer = Alarm(seconds)
        status = "error"
        with _streams(self.recorder), timer:
            with _native_output(self.recorder):
                try:
                    result = self.run_cell(source, store_history=True, silent=False)
                    status = "ok" if result.success else "error"
                except KeyboardInterrupt:
                    pass
        outputs = self.recorder.outputs
        if timer.rang:
            status = "timeout"
            outputs.append(dict(TIMEOUT_ERROR))
        return status, outputs

    def forget(self) -> None:
        """Leave no trace of the cells that warmed the shell."""
        self.reset(new_session=True, aggressive=False)
        self.recorder.clear()
        self.execution_count = 1
        if self.history_manager is not None:
            self.history_manager.reset(new_session=False)


class Alarm:
    """Interrupts the main thread after some seconds, once, as a notebook server's interrupt would."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.rang = seconds, False
        self._thread: threading.Timer | None = None

    def __enter__(self) -> Alarm:
        if self.seconds > 0 and threading.current_thread() is threading.main_thread():
            if hasattr(signal, "setitimer"):
                signal.signal(signal.SIGALRM, self._ring)
                signal.setitimer(signal.ITIMER_REAL, self.seconds)
            else:  # Windows: another thread says so, and Python code stops at its next step
                self._thread = threading.Timer(self.seconds, self._ring_from_aside)
                self._thread.daemon = True
                self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is not None:
            self._thread.cancel()
        elif self.seconds > 0 and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_: object) -> None:
        self.rang = True
        raise KeyboardInterrupt

    def _ring_from_aside(self) -> None:
        self.rang = True
        _thread.interrupt_main()


@contextlib.contextmanager
def _streams(recorder: Recorder) -> Iterator[None]:
    saved = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream(recorder, "stdout", 1), Stream(recorder, "stderr", 2)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = saved


@contextlib.contextmanager
def _native_output(recorder: Recorder) -> Iterator[None]:
    """What C code and child processes wrote to descriptors 1 and 2 comes at the end of the cell's outputs."""
    starts = {name: _size(descriptor) for name, descriptor in (("stdout", 1), ("stderr", 2))}
    try:
        yield
    finally:
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            start = starts[name]
            if start is not None:
                size = _size(descriptor) or start
                if size > start:
                    text = os.pread(descriptor, min(size - start, OUTPUT_BYTES), start).decode(
                        errors="replace"
                    )
                    recorder.stream(name, text)


def _size(descriptor: int) -> int | None:
    """Length of what was written so far; None where the descriptor is no file in memory of ours."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_size if status.st_nlink == 0 and hasattr(os, "pread") else None


def _plain(bundle: Any) -> dict[str, Any]:
    """A MIME bundle as JSON holds it: pictures in base64, everything else text or JSON."""
    import base64

    made: dict[str, Any] = {}
    for mime, content in dict(bundle).items():
        if isinstance(content, bytes):
            made[str(mime)] = base64.b64encode(content).decode() + "\n"
        elif isinstance(content, str) or str(mime).endswith("json"):
            made[str(mime)] = content
    return made


def _text_of(error: object) -> str:
    try:
        return str(error)[:50_000]
    except Exception:  # a student's exception may not know how to print itself
        return ""


InteractiveShellABC.register(WorkerShell)
