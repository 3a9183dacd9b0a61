"""One student's kernel: it is started, runs cells one by one, and may die or hang without taking the grader along.

Everything that comes out of it is untrusted: outputs are cut to size, comm messages are dropped, and whatever a
hostile kernel makes the client raise ends the kernel, not the grading.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.errors import GradingError
from autograder.grading.box import Box
from autograder.grading.files import size
from autograder.grading.limits import MIB, Limits

WATCH_SECONDS = 1.0  # a look reads of every process of the machine, and many kernels may run
STUCK_SECONDS = 10
# What nbclient takes for the reply to a cell that ran out of time; the reader is told by `Kernel`.
TIMEOUT = {"ename": "CellTimeout", "evalue": "", "traceback": []}


class Kernel:
    """A running kernel. `ended` says why it no longer runs, or is "" as long as it does."""

    def __init__(self, client: _Client, watchdog: _Watchdog) -> None:
        self._client, self._watchdog = client, watchdog
        self._ended = ""

    @property
    def ended(self) -> str:
        """Why it no longer runs: one sentence, or ""."""
        return self._watchdog.reason or self._ended

    def run(self, cell: NotebookNode, index: int) -> None:
        """Execute a cell; its outputs are in the cell afterwards, and say so if the kernel could not go on."""
        cell.outputs, cell.execution_count = [], None
        if not cell.source.strip():
            return
        if not self.ended:
            self._execute(cell, index)
        if self.ended:
            cell.outputs.append(_failure("KernelEnded", f"not executed to the end: {self.ended}"))

    def _execute(self, cell: NotebookNode, index: int) -> None:
        self._client.timed_out = False
        try:
            self._client.execute_cell(cell, index)
        except Exception as error:  # noqa: BLE001 (see the module: nothing that a kernel sends may end the grading)
            self._ended = f"the kernel ended ({type(error).__name__})"
            return
        if self._client.timed_out:
            seconds = self._client.limits.cell_seconds
            cell.outputs.append(_failure("CellTimeout", f"this cell took more than {seconds} s and was interrupted"))
            if not self._client.answers():
                self._ended = "the kernel did not stop after its time limit"
                self._watchdog.kill()


class _Client(NotebookClient):
    """nbclient with bounds on what is kept of a cell's outputs."""

    timed_out = False
    total = 0
    limits: Limits

    async def _async_handle_timeout(self, timeout: int, cell: NotebookNode | None = None) -> Any:
        self.timed_out = True
        return await super()._async_handle_timeout(timeout, cell)

    async def _async_answers(self) -> bool:
        """Whether the kernel is idle again after an interrupt."""
        try:
            client: Any = self.kc
            await client.kernel_info(reply=True, timeout=STUCK_SECONDS)
        except Exception:  # noqa: BLE001 (see the module)
            return False
        return True

    answers = run_sync(_async_answers)

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Keep an output while there is room for it."""
        limits = self.limits
        length = len(str(msg.get("content")))
        used = sum(len(str(out)) for out in outs) if len(outs) < 1000 else limits.output_bytes
        if used + length > limits.output_bytes or self.total + length > limits.notebook_output_bytes:
            note = "\n... more output than the limit was left out ...\n"
            if not outs or outs[-1].get("text") != note:
                outs.append(new_output("stream", name="stdout", text=note))
            return None
        self.total += length
        return super().output(outs, msg, display_id, cell_index)

    def handle_comm_msg(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        """Widgets have no front end here."""


class _Manager(AsyncKernelManager):
    """Lets the kernel's user read its connection file, which is written last."""

    box: Box

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write it, then hand it over."""
        super().write_connection_file(**kwargs)
        self.box.give_away()


class _Watchdog(threading.Thread):
    """Ends the kernel's whole process tree when it uses too much memory, disk or time, or too many processes."""

    def __init__(self, pid: int, box: Box) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._process, self._box, self._over = psutil.Process(pid), box, threading.Event()
        self._deadline = time.monotonic() + box.limits.total_seconds
        self.reason = ""

    def run(self) -> None:
        while not self.reason and not self._over.wait(WATCH_SECONDS):
            limits, tree = self._box.limits, self._tree()
            if len(tree) > limits.processes:
                # The kernel's own limit on processes does not hold for root without leave to become another user.
                self._end(f"it started more than {limits.processes} processes")
            elif self._memory(tree) > limits.memory:
                self._end(f"it used more than {limits.memory // MIB} MiB of memory")
            elif size(self._box.work) > limits.disk:
                self._end(f"it wrote more than {limits.disk // MIB} MiB of files")
            elif time.monotonic() > self._deadline:
                self._end(f"the notebook took more than {limits.total_seconds} s")

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()
        self.join()

    def _end(self, reason: str) -> None:
        self.reason = reason
        self.kill()

    def kill(self) -> None:
        """End the kernel and everything that it started."""
        for process in reversed(self._tree()):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _memory(self, tree: list[psutil.Process]) -> int:
        """Bytes that the tree uses; pages that forked processes share are counted once where that matters."""
        rough = _sum(tree, lambda process: int(process.memory_info().rss))
        return rough if rough <= self._box.limits.memory else _sum(tree, _proportional)


def _sum(tree: list[psutil.Process], measure: Callable[[psutil.Process], int]) -> int:
    total = 0
    for process in tree:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += measure(process)
    return total


def _proportional(process: psutil.Process) -> int:
    """Proportional set size, which takes longer to find out and is not told of everybody's processes."""
    try:
        return int(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):  # another user's, or not on Linux
        return int(process.memory_info().rss)


@contextmanager
def kernel(notebook: NotebookNode, box: Box) -> Iterator[Kernel]:
    """Start a kernel for this notebook in the box; it and all that it started end with the context.

    Raises GradingError if it does not start.
    """
    manager = _Manager(transport="ipc", ip=str(box.run / "k"), connection_file=str(box.connection))
    manager.box = box
    manager._kernel_spec = KernelSpec(argv=box.command, language="python", interrupt_mode="message")
    limits = box.limits
    client = _Client(
        notebook, km=manager, allow_errors=True, timeout=limits.cell_seconds, interrupt_on_timeout=True,
        startup_timeout=limits.startup_seconds, store_widget_state=False, error_on_timeout=TIMEOUT,
    )  # fmt: skip
    client.limits = limits
    client.log = logging.getLogger(__name__)  # a submission's errors are in its outputs, not on our terminal
    client.log.setLevel(logging.CRITICAL)
    with box.log.open("wb") as log:
        try:
            client.start_new_kernel(env=box.env, cwd=str(box.work), stdout=log, stderr=log)
            watchdog = _Watchdog(manager.provisioner.pid, box)  # type: ignore[union-attr]
            watchdog.start()
        except (OSError, RuntimeError) as error:
            raise GradingError(f"the kernel for the submission does not start: {error}") from error
    try:
        try:
            client.start_new_kernel_client()
        except (RuntimeError, TimeoutError) as error:
            told = box.log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
            raise GradingError(f"the kernel for the submission does not answer: {error}\n{told}") from error
        yield Kernel(client, watchdog)
    finally:
        watchdog.stop()
        watchdog.kill()
        with suppress(Exception):  # the process is gone already; this only closes our side
            client._cleanup_kernel()


def _failure(name: str, text: str) -> NotebookNode:
    made: NotebookNode = new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
    return made
