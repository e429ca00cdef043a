"""A full physical column in order, from computed values and the ones that it holds already."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.absent import Absent
from backfill_runtime.joined import joined
from backfill_runtime.value_bytes import value_bytes

# The most that is merged at once: so many rows, and so many bytes of old values and of new ones, or a single row.
SPAN_ROWS = 65_536
SIDE_BYTES = 16 << 20

_Offsets = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Piece:
    """Computed values and the offsets, ascending, where they belong in their fragment."""

    offsets: _Offsets
    values: pa.Array


class OldValues:
    """The values that a column holds already, handed out in order; absent ones when it holds none."""

    def __init__(self, batches: Iterator[pa.Array], absent: Absent) -> None:
        self._batches = batches
        self._absent = absent
        self._absent_rows = max(1, SIDE_BYTES // max(1, value_bytes(absent(1))))
        self._rest = absent(0)

    def take(self, rows: int) -> pa.Array:
        """The next values: so many, or fewer when those are large."""
        parts: list[pa.Array] = []
        held = size = 0
        while held < rows and size < SIDE_BYTES:
            part = self._ahead(rows - held)
            added = value_bytes(part)
            if size + added > SIDE_BYTES:
                part = part[: max(_fitting(part, SIDE_BYTES - size), 0 if held else 1)]
            parts.append(part)
            held += len(part)
            size += added
            self._rest = self._rest[len(part) :]
        return joined(parts)

    def _ahead(self, rows: int) -> pa.Array:
        """Some of the next values, one at least, and at most so many."""
        while not len(self._rest):
            batch = next(self._batches, None)
            self._rest = self._absent(min(rows, self._absent_rows)) if batch is None else batch
        return self._rest if len(self._rest) <= rows else self._rest[:rows]


class Merger:
    """Takes pieces in order and gives the column's arrays in order, old values where no piece has one."""

    def __init__(self, old: OldValues) -> None:
        self._old = old
        self._cursor = 0

    def add(self, piece: Piece) -> Iterator[pa.Array]:
        """Everything up to the piece's last row. What an earlier piece has covered is left out."""
        begin = int(np.searchsorted(piece.offsets, self._cursor))
        offsets, values = piece.offsets[begin:], piece.values[begin:]
        wide = value_bytes(values) > SIDE_BYTES
        while len(offsets):
            end = min(int(offsets[-1]) + 1, self._cursor + SPAN_ROWS)
            if wide:
                end = _end(offsets, values, end)
            old = self._old.take(end - self._cursor)
            end = self._cursor + len(old)
            count = int(np.searchsorted(offsets, end))
            yield _overlay(old, offsets[:count] - self._cursor, values[:count])
            offsets, values, self._cursor = offsets[count:], values[count:], end

    def rest(self, physical_rows: int) -> Iterator[pa.Array]:
        while self._cursor < physical_rows:
            old = self._old.take(min(SPAN_ROWS, physical_rows - self._cursor))
            yield old
            self._cursor += len(old)


def _fitting(values: pa.Array, limit: int) -> int:
    """How many of the first values are together not more than `limit` bytes."""
    return bisect_right(range(1, len(values) + 1), limit, key=lambda count: value_bytes(values[:count]))


def _end(offsets: _Offsets, values: pa.Array, end: int) -> int:
    """Where to end, at `end` at the latest, so that the values before are not too many bytes."""
    count = int(np.searchsorted(offsets, end))
    fitting = max(1, _fitting(values[:count], SIDE_BYTES))
    return end if fitting >= count else int(offsets[fitting])


def _overlay(old: pa.Array, positions: _Offsets, new: pa.Array) -> pa.Array:
    if len(new) == len(old):
        return new
    if not len(new):
        return old
    sources = np.arange(len(old), dtype=np.int64)
    sources[positions] = np.arange(len(old), len(old) + len(new))
    return joined([old, new]).take(pa.array(sources))
