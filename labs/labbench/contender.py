"""What competes: something that starts an instance of the workload, whose lines are timed as they arrive.

An instance says `LAB <word> <value>` a line (see images/vm/workload). The time of a line is taken by a thread that does
nothing else, with this machine's clock: a guest's clock need not be trusted.
"""

from __future__ import annotations

import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self

from labbench.errors import TrialError

_LINE = re.compile(r"LAB (\w+) ?(.*)")
_KEPT = 20  # last lines of what an instance said, for the message when it fails


@dataclass(frozen=True)
class Mark:
    """One line of the workload, and when it arrived (seconds of the monotonic clock)."""

    word: str
    value: str
    at: float


class Lines:
    """Reads an instance's output in a thread of its own, until it ends."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._queue: SimpleQueue[Mark | None] = SimpleQueue()
        self._chunks = chunks
        self.said: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True, name="labbench-lines")
        self._thread.start()

    def _read(self) -> None:
        rest = b""
        try:
            for chunk in self._chunks:
                at = time.monotonic()
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    self._line(line.decode(errors="replace").strip(), at)
        except (OSError, ValueError) as error:  # the other end was closed under our feet: the instance was stopped
            self.said.append(str(error))
        finally:
            self._queue.put(None)

    def _line(self, text: str, at: float) -> None:
        self.said = [*self.said[1 - _KEPT :], text]
        if found := _LINE.search(text):
            self._queue.put(Mark(found[1], found[2], at))

    def until(self, deadline: float) -> Iterator[Mark]:
        """The marks as they come, until the output ends.

        Raises:
            TrialError: the deadline (monotonic clock) passes first.
        """
        while True:
            try:
                mark = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty as cause:
                raise TrialError(f"nothing more was heard in time; its last words: {self.last_words}") from cause
            if mark is None:
                return
            yield mark

    def join(self) -> None:
        """Wait until the reader has seen the end of the output."""
        self._thread.join(timeout=5)

    @property
    def last_words(self) -> str:
        """The end of what the instance said."""
        return " | ".join(line for line in self.said[-3:] if line) or "none"


class Instance(ABC):
    """One running instance. Leaving the context ends it, whatever happened."""

    lines: Lines

    @abstractmethod
    def memory(self) -> tuple[float, str]:
        """MiB that it uses now, and how that was measured."""

    @abstractmethod
    def stop(self) -> None:
        """End it, and wait until it is gone; harmless if it is gone already."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Contender(Protocol):
    """Starts instances. `seconds` is the most that one trial may take."""

    seconds: float

    def about(self) -> Mapping[str, Any]:
        """What is to be recorded of it: versions, digests, accelerator."""

    def start(self, arguments: Sequence[str]) -> Instance:
        """Start an instance of the workload with these arguments. Raises TrialError where it cannot be started."""
