"""One run at a time writes a column.

The holder is who created the entry with the highest number in the column's lease folder; creating an entry is the one
step that only one can do. It then changes a file of its own every few seconds. Whoever wants the column watches that
file by its own clock: no two clocks are compared. A holder whose file stays as it is for long is dead, and the next
number is free to take. It may be alive after all, only slow: before it commits it looks whether it still holds it.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from backfill_runtime.errors import JobError
from backfill_runtime.lease_folder import Holder, LeaseFolder, LocalLeaseFolder
from backfill_runtime.remote_lease_folder import RemoteLeaseFolder
from backfill_runtime.run_folder import file_name
from backfill_runtime.tables import local_path

BEAT_SECONDS = 2.0
STALE_SECONDS = 20.0
_LOOK_SECONDS = 0.2


class Lease:
    """A context manager. Taken in `take`, kept up by a thread, given back at the end."""

    def __init__(self, folder: LeaseFolder, column: str, holder: Holder) -> None:
        self._folder = folder
        self._column = column
        self._holder = holder
        self._number = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="lease", daemon=True)

    @classmethod
    def take(
        cls, table: Path | str, column: str, run: str, storage_options: Mapping[str, str] | None = None, *, wait: bool
    ) -> Lease:
        """Raises JobError(COLUMN_BUSY) when another run holds the column, unless `wait` says to wait for its end.

        An earlier attempt of the same run is never waited for: it is over, or finds out before it commits.
        """
        lease = cls(_folder(str(table), column, storage_options), column, Holder(run, uuid.uuid4().hex))
        lease._take(wait)
        return lease

    def check(self) -> None:
        """Raises JobError(LEASE_LOST) unless this is still the holder."""
        current = self._folder.current()
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
        with contextlib.suppress(OSError):  # then it is stale in a while
            self._folder.give_back(self._number, self._holder)

    def _take(self, wait: bool) -> None:
        seen: object = None
        since = time.monotonic()
        told = False
        while True:
            current = self._folder.current()
            if current is None:
                if self._create(1):
                    return
                continue
            number, holder = current
            beat = self._folder.beat_of(holder)
            if (number, beat) != seen:
                alive = seen is not None and number == seen[0]  # type: ignore[index]
                seen, since = (number, beat), time.monotonic()
                if alive and not wait and holder.run != self._holder.run:
                    raise self._busy(holder)
            if holder.run == self._holder.run or time.monotonic() - since >= STALE_SECONDS:
                if self._create(number + 1):
                    with contextlib.suppress(OSError):  # it only takes space
                        self._folder.give_back(number, holder)
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
            "let it end, or stop it, then submit again; or have the job wait: submit with --wait",
        )

    def _create(self, number: int) -> bool:
        """Whether this run has made that entry, and so holds the lease."""
        if not self._folder.create(number, self._holder):
            return False
        self._number = number
        return True

    def _beat_on(self) -> None:
        count = 0
        while not self._done.wait(BEAT_SECONDS):
            count += 1
            with contextlib.suppress(OSError):  # a full disk now and then is no reason to give up
                self._folder.beat(self._holder, count)


def _folder(table: str, column: str, storage_options: Mapping[str, str] | None) -> LeaseFolder:
    name = f"_backfill/leases/{file_name(column)}"
    directory = local_path(table)
    return LocalLeaseFolder(directory / name) if directory else RemoteLeaseFolder(table, name, storage_options)
