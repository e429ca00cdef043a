"""One run at a time writes a column.

The holder is who created the file with the highest number in the column's lease folder; creating a file is the one
step that only one can do. It then changes another file, its own, every few seconds. Whoever wants the column watches
that file by its own clock: no two clocks are compared. A holder whose file stays as it is for long is dead, and the
next number is free to take. It may be alive after all, only slow: before it commits it looks whether it still holds it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from backfill_runtime.errors import JobError
from backfill_runtime.run_folder import file_name

BEAT_SECONDS = 2.0
STALE_SECONDS = 20.0
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Holder:
    """Who holds a lease."""

    run: str
    nonce: str


class Lease:
    """A context manager. Taken in `take`, kept up by a thread, given back at the end."""

    def __init__(self, folder: Path, column: str, holder: Holder) -> None:
        self._folder = folder
        self._column = column
        self._holder = holder
        self._number = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="lease", daemon=True)

    @classmethod
    def take(cls, table: Path, column: str, run: str, *, wait: bool) -> Lease:
        """Raises JobError(COLUMN_BUSY) when another run holds the column, unless `wait` says to wait for its end.

        An earlier attempt of the same run is never waited for: it is over, or finds out before it commits.
        """
        folder = table / "_backfill" / "leases" / file_name(column)
        lease = cls(folder, column, Holder(run, uuid.uuid4().hex))
        lease._take(wait)
        return lease

    def check(self) -> None:
        """Raises JobError(LEASE_LOST) unless this is still the holder."""
        current = self._current()
        if current is None or current[1].nonce != self._holder.nonce:
            by = f"the run {current[1].run}" if current else "nobody"
            raise JobError(
                "LEASE_LOST",
                f"the column {self._column!r} was taken over by {by}: this run looked dead for {STALE_SECONDS:g} s",
                "let the other run end, then submit again: what is saved is not computed again",
            )

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._beat_path(self._holder).unlink(missing_ok=True)
        with contextlib.suppress(OSError, ValueError):
            if self._read(self._number).nonce == self._holder.nonce:
                self._path(self._number).unlink()
        for folder in (self._folder, self._folder.parent):
            with contextlib.suppress(OSError):  # others are in there
                folder.rmdir()

    def _take(self, wait: bool) -> None:
        seen: object = None
        since = time.monotonic()
        told = False
        while True:
            current = self._current()
            if current is None:
                if self._create(1):
                    return
                continue
            number, holder = current
            beat = self._beat_of(holder)
            if (number, beat) != seen:
                alive = seen is not None and number == seen[0]  # type: ignore[index]
                seen, since = (number, beat), time.monotonic()
                if alive and not wait and holder.run != self._holder.run:
                    raise self._busy(holder)
            if holder.run == self._holder.run or time.monotonic() - since >= STALE_SECONDS:
                if self._create(number + 1):
                    return
                continue
            if wait and not told:
                sys.stderr.write(f"waiting for the run {holder.run}, which writes the column {self._column!r}\n")
                told = True
            time.sleep(_LOOK_SECONDS)

    def _busy(self, holder: Holder) -> JobError:
        return JobError(
            "COLUMN_BUSY",
            f"the run {holder.run} is writing the column {self._column!r}",
            "let it end, or stop it, then submit again; with wait: true a job waits",
        )

    def _current(self) -> tuple[int, Holder] | None:
        while True:
            try:
                numbers = [int(path.stem) for path in self._folder.glob("*.json")]
                return (max(numbers), self._read(max(numbers))) if numbers else None
            except FileNotFoundError:
                if not self._folder.exists():
                    return None
                # given back between the two: look again

    def _create(self, number: int) -> bool:
        """Whether this call made the file. Its beat is there before it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._beat(0)
            with tempfile.NamedTemporaryFile("w", dir=self._folder, prefix="draft-") as draft:
                json.dump({"run": self._holder.run, "nonce": self._holder.nonce}, draft)
                draft.flush()
                os.link(draft.name, self._path(number))
        except FileExistsError:
            return False
        except FileNotFoundError:  # another run gave the folder back
            return False
        self._number = number
        for older in range(max(1, number - 8), number):
            self._path(older).unlink(missing_ok=True)
        return True

    def _beat_on(self) -> None:
        count = 0
        while not self._done.wait(BEAT_SECONDS):
            count += 1
            with contextlib.suppress(OSError):  # a full disk now and then is no reason to give up
                self._beat(count)

    def _beat(self, count: int) -> None:
        draft = self._folder / f"draft-{self._holder.nonce}"
        draft.write_text(str(count))
        draft.replace(self._beat_path(self._holder))

    def _beat_of(self, holder: Holder) -> str:
        try:
            return self._beat_path(holder).read_text()
        except FileNotFoundError:
            return ""

    def _read(self, number: int) -> Holder:
        return Holder(**json.loads(self._path(number).read_text()))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.json"

    def _beat_path(self, holder: Holder) -> Path:
        return self._folder / f"beat-{holder.nonce}"
