"""Which rows were skipped, and why: one JSON line each in the run's folder, as many as one may want to read."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

from backfill_runtime.column_tasks import Skipped
from backfill_runtime.events import Emitter
from backfill_runtime.table_files import Journal

MAX_LINES = 10_000
_TELL_SECONDS = 1.0


class SkippedRows:
    """Writes them down, and tells how many there are, once a second at most."""

    def __init__(self, journal: Journal, events: Emitter) -> None:
        self._journal = journal
        self._events = events
        self._untold = 0
        self._next_tell = 0.0
        self._known = _known(journal)

    def add(self, skipped: Skipped) -> None:
        self._untold += skipped.count
        new = [row for row in skipped.rows if (row.fragment, row.row) not in self._known]
        new = new[: MAX_LINES - len(self._known)]
        self._known.update((row.fragment, row.row) for row in new)
        if new:
            with self._journal.path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(row)) + "\n" for row in new)
        if time.monotonic() >= self._next_tell:
            self.tell()

    def tell(self) -> None:
        if self._untold:
            self._journal.save()
            self._events.skipped(rows=self._untold)
            self._untold = 0
            self._next_tell = time.monotonic() + _TELL_SECONDS


def _known(journal: Journal) -> set[tuple[int, int]]:
    """Rows that an earlier attempt has written down: it may have died before it saved them, and they come again."""
    if not journal.path.exists():
        return set()
    rows = [json.loads(line) for line in journal.path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    return {(row["fragment"], row["row"]) for row in rows}
