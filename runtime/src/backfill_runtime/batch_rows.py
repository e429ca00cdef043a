"""How many rows a function gets at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_FIRST_ROWS = 256
_SHORT_SECONDS = 0.25
_LONG_SECONDS = 1.0


class BatchRows:
    """Grows from few rows to `most` while batches are quick, and shrinks while they are slow.

    So a function that takes a second a row reports, and saves what it has, in time; and a quick one is not held up.
    A fixed number is what a user has asked for whose function takes batches.
    """

    def __init__(self, most: int, *, fixed: bool) -> None:
        self.most = most
        self.now = most if fixed else min(most, _FIRST_ROWS)
        self._fixed = fixed

    @contextmanager
    def timed(self, rows: int) -> Iterator[None]:
        """Around the computation of a batch of so many rows."""
        began = time.monotonic()
        yield
        self.took(rows, time.monotonic() - began)

    def took(self, rows: int, seconds: float) -> None:
        if self._fixed:
            return
        if seconds > _LONG_SECONDS:
            self.now = max(1, min(self.now, rows) // 2)
        elif seconds < _SHORT_SECONDS and rows >= self.now:
            self.now = min(self.most, self.now * 4)
