"""Runtime events v1: one JSON line each on standard output, and in the run's folder. Standard library only."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from backfill_runtime.errors import JobError

SCHEMA = "runtime-events/v1"
PROGRESS_SECONDS = 0.2  # at most five progress lines a second

_SAVE_SECONDS = 30.0
_CHECKPOINT_BURST = 50
_CHECKPOINTS_PER_SECOND = 5.0
_AFTER_CHECKPOINTS = ("phase", "commit", "result", "error")  # these come after what they are the end of


@dataclass(frozen=True)
class Refresh:
    """How a view was brought up to date."""

    kind: str  # fresh, changes, whole
    rows_removed: int = 0
    reason: str | None = None  # that all of it was computed


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    table: str
    table_version: int
    rows: int
    fragments: int
    bytes_written: int
    refresh: Refresh | None = None


class _Bucket:
    """Lets some through at once, and then only so many a second."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._most = burst
        self._per_second = per_second
        self._left = float(burst)
        self._at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Emitter:
    """Writes the events of one attempt, in order."""

    def __init__(
        self, run: str, attempt: int, stream: TextIO | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._run = run
        self._attempt = attempt
        self._stream = stream or sys.stdout
        self._clock = clock
        self._log: TextIO | None = None
        self._save: Callable[[], None] = lambda: None
        self._bucket = _Bucket(_CHECKPOINT_BURST, _CHECKPOINTS_PER_SECOND)
        self._checkpoint: dict[str, int] | None = None  # not told yet
        self._next_progress = 0.0
        self._started = time.monotonic()
        self._next_save = self._started + _SAVE_SECONDS

    def also_to(self, path: Path, save: Callable[[], None] = lambda: None) -> None:
        """Appends the events from here on to a file, too, and calls `save` now and then, and at the end. The first file
        stays."""
        if self._log is None:
            self._log, self._save = path.open("a", encoding="utf-8"), save

    def close(self) -> None:
        if self._log:
            with suppress(OSError):
                self._log.close()
                self._save()
            self._log = None

    def plan(
        self,
        *,
        table: str,
        table_version: int,
        fragments: int,
        rows: int,
        rows_done: int,
        tasks: int,
        concurrency: int,
        refresh: Refresh | None = None,
    ) -> None:
        """`refresh`: of a view."""
        optional = {"refresh": refresh.kind, "reason": refresh.reason} if refresh else {}
        self._emit(
            "plan",
            table=table,
            tableVersion=table_version,
            fragments=fragments,
            rows=rows,
            rowsDone=rows_done,
            tasks=tasks,
            concurrency=concurrency,
            **{key: value for key, value in optional.items() if value is not None},
        )

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Says that a phase started and, unless it raises, ended."""
        started = time.monotonic()
        self.phase_started(name)
        yield
        self.phase_ended(name, time.monotonic() - started)

    def phase_started(self, name: str) -> None:
        self._emit("phase", phase=name, state="started")

    def phase_ended(self, name: str, seconds: float) -> None:
        self._emit("phase", phase=name, state="ended", seconds=round(seconds, 3))

    def workers(self, *, up: int, wanted: int) -> None:
        self._emit("workers", up=up, wanted=wanted)

    def progress(self, *, rows_done: int, rows: int, tasks_done: int, tasks: int) -> None:
        """Dropped when the one before is less than PROGRESS_SECONDS old, except for the last."""
        now = time.monotonic()
        if now < self._next_progress and tasks_done < tasks:
            return
        self._next_progress = now + PROGRESS_SECONDS
        self._emit("progress", rowsDone=rows_done, rows=rows, tasksDone=tasks_done, tasks=tasks)

    def checkpoint(self, *, fragment: int, rows: int, size: int) -> None:
        """Put together with the next one when there are too many: then it names the last fragment of several."""
        earlier = self._checkpoint or {"rows": 0, "bytes": 0}
        self._checkpoint = {"fragment": fragment, "rows": earlier["rows"] + rows, "bytes": earlier["bytes"] + size}
        if self._bucket.take():
            self._flush_checkpoint()

    def _flush_checkpoint(self) -> None:
        checkpoint, self._checkpoint = self._checkpoint, None
        if checkpoint:
            self._emit("checkpoint", **checkpoint)

    def retry(self, *, fragment: int, reason: str) -> None:
        self._emit("retry", fragment=fragment, reason=reason)

    def skipped(self, *, rows: int) -> None:
        self._emit("skipped", rows=rows)

    def commit(self, *, table: str, table_version: int, fragments: int) -> None:
        self._emit("commit", table=table, tableVersion=table_version, fragments=fragments)

    def result(self, outcome: Outcome, seconds: float) -> None:
        refresh = outcome.refresh
        optional = (
            {"refresh": refresh.kind, "rowsRemoved": refresh.rows_removed, "reason": refresh.reason} if refresh else {}
        )
        self._emit(
            "result",
            table=outcome.table,
            tableVersion=outcome.table_version,
            rows=outcome.rows,
            fragments=outcome.fragments,
            bytesWritten=outcome.bytes_written,
            seconds=round(seconds, 3),
            **{key: value for key, value in optional.items() if value is not None},
        )

    def error(self, error: JobError) -> None:
        optional = {"fragment": error.fragment, "row": error.row, "traceback": error.user_traceback}
        present = {key: value for key, value in optional.items() if value is not None}
        self._emit("error", code=error.code, message=error.message, fix=error.fix, **present)

    def _emit(self, kind: str, **fields: Any) -> None:
        if kind in _AFTER_CHECKPOINTS:
            self._flush_checkpoint()
        head = {
            "schema": SCHEMA,
            "type": kind,
            "at": round(self._clock(), 3),
            "run": self._run,
            "attempt": self._attempt,
        }
        line = json.dumps(head | fields, separators=(",", ":")) + "\n"
        self._stream.write(line)
        self._stream.flush()
        if self._log:
            with suppress(OSError):  # a full disk ends the run elsewhere, and this must be able to tell it
                self._log.write(line)
                self._log.flush()
                self._save_now_and_then()

    def _save_now_and_then(self) -> None:
        """All of the log is saved each time: more and more rarely, so that a long run does not copy for ever."""
        now = time.monotonic()
        if now >= self._next_save:
            self._save()
            self._next_save = now + max(_SAVE_SECONDS, (now - self._started) / 20)
