"""A full physical column in order, from computed values and the ones that it holds already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.absent import Absent
from backfill_runtime.joined import joined

SPAN_ROWS = 65_536  # the most rows that are merged with old values at once


@dataclass(frozen=True)
class Piece:
    """Computed values and the offsets, ascending, where they belong in their fragment."""

    offsets: np.ndarray[Any, np.dtype[np.int64]]
    values: pa.Array


class OldValues:
    """The values that a column holds already, handed out in order; absent ones when it holds none."""

    def __init__(self, batches: Iterator[pa.Array], absent: Absent) -> None:
        self._batches = batches
        self._absent = absent
        self._rest = absent(0)

    def take(self, rows: int) -> pa.Array:
        parts = [self._rest]
        held = len(self._rest)
        while held < rows and (batch := next(self._batches, None)) is not None:
            parts.append(batch)
            held += len(batch)
        if held < rows:
            parts.append(self._absent(rows - held))
        taken = joined(parts)
        self._rest = taken[rows:]
        return taken[:rows]


class Merger:
    """Takes pieces in order and gives the column's arrays in order, old values where no piece has one."""

    def __init__(self, old: OldValues) -> None:
        self._old = old
        self._cursor = 0

    def add(self, piece: Piece) -> Iterator[pa.Array]:
        """Everything up to the piece's last row. What an earlier piece has covered is left out."""
        begin = int(np.searchsorted(piece.offsets, self._cursor))
        offsets, values = piece.offsets[begin:], piece.values[begin:]
        while len(offsets):
            end = min(int(offsets[-1]) + 1, self._cursor + SPAN_ROWS)
            count = int(np.searchsorted(offsets, end))
            yield _overlay(self._old.take(end - self._cursor), offsets[:count] - self._cursor, values[:count])
            offsets, values, self._cursor = offsets[count:], values[count:], end

    def rest(self, physical_rows: int) -> Iterator[pa.Array]:
        while self._cursor < physical_rows:
            end = min(physical_rows, self._cursor + SPAN_ROWS)
            yield self._old.take(end - self._cursor)
            self._cursor = end


def _overlay(old: pa.Array, positions: np.ndarray[Any, np.dtype[np.int64]], new: pa.Array) -> pa.Array:
    if len(new) == len(old):
        return new
    if not len(new):
        return old
    sources = np.arange(len(old), dtype=np.int64)
    sources[positions] = np.arange(len(old), len(old) + len(new))
    return joined([old, new]).take(pa.array(sources))
