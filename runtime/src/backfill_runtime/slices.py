"""Fragments cut into ranges of rows, when there are too few of them to keep all actors busy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import lance
import numpy as np

from backfill_runtime.checkpoint import Range
from backfill_runtime.tables import RowRange, scan_range

SMALLEST_ROWS = 1024
_PER_ACTOR = 2  # tasks, so that a slow one does not hold up the end


def slice_rows(rows: int, fragments: int, actors: int) -> int | None:
    """How many rows to compute a task should have at most. None: fragments are fine as they are."""
    if actors < 2 or fragments >= _PER_ACTOR * actors:
        return None
    return max(SMALLEST_ROWS, -(-rows // (_PER_ACTOR * actors)))


def cut(start: int, stop: int, parts: int) -> list[Range]:
    """`start` to `stop` in parts of about the same size."""
    parts = max(1, min(parts, stop - start))
    return list(pairwise(int(bound) for bound in np.linspace(start, stop, parts + 1)))


def count_ranges(
    table: lance.LanceDataset, fragment: lance.LanceFragment, where: str | None, ranges: Sequence[Range]
) -> list[int]:
    """How many live rows that the filter keeps are in each range."""
    if where is None and not fragment.num_deletions:
        return [stop - start for start, stop in ranges]
    return [
        sum(batch.num_rows for batch in scan_range(table, RowRange(fragment, *bounds), [], where, 1 << 20))
        for bounds in ranges
    ]
