"""The Ray actor: one computer, whose reports it thins out, and whose memory it watches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ray

from backfill_runtime.arrow_dataset import import_arrow_dataset
from backfill_runtime.errors import JobError
from backfill_runtime.reports import Ended, Working

import_arrow_dataset()  # Ray imports this module in an actor before it imports what the actor gets, and so Lance

_REPORT_SECONDS = 0.2
_PAGES = Path("/proc/self/statm")
_PAGE_BYTES = 4096


@ray.remote(max_restarts=0, max_task_retries=0)
class Worker:
    """An actor with a memory limit is left after a checkpoint that it makes soon after it has reached the limit."""

    def __init__(self, computer: Any, memory_limit: int | None) -> None:
        self._computer = computer
        self._limit = memory_limit

    def open(self) -> None:
        self._computer.open()
        if self._limit is not None and memory_used() > self._limit:
            raise JobError(
                "WORKER_TOO_LARGE",
                f"a worker uses {memory_used()} bytes before its first row, but workers.memoryBytes is {self._limit}",
                "set workers.memoryBytes to what the function and its models need",
            )

    @ray.method(num_returns="streaming")
    def run(self, task: Any, careful: bool) -> Iterator[Any]:
        """The computer's reports, then Ended. A careful one tells what it works on, before it does."""
        next_report = time.monotonic() + _REPORT_SECONDS
        worn = False
        for report in self._computer.run(task):
            if isinstance(report, Working):
                if careful:
                    yield report
                continue
            if isinstance(report, int):
                if not worn and self._limit is not None and memory_used() > self._limit:
                    worn = True
                    self._computer.save_soon()
                now = time.monotonic()
                if now >= next_report:
                    next_report = now + _REPORT_SECONDS
                    yield report
                continue
            yield report
            if worn:
                yield Ended(f"a worker has grown to {memory_used()} bytes, the limit is {self._limit}; another goes on")
                return
        yield Ended()


def memory_used() -> int:
    """Resident bytes of this process. Zero where the system does not tell."""
    try:
        return int(_PAGES.read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
