from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime import column_writer
from backfill_runtime.column_writer import OldValues, Piece, merge


def _merged(pieces: list[tuple[list[int], list[int]]], old: list[list[int]], rows: int) -> tuple[list[object], int]:
    computed = (Piece(np.array(offsets, np.int64), pa.array(values, pa.int64())) for offsets, values in pieces)
    before = OldValues((pa.array(part, pa.int64()) for part in old), pa.int64())
    arrays = list(merge(computed, before, rows))
    return [value for array, _ in arrays for value in array.to_pylist()], sum(count for _, count in arrays)


def test_puts_computed_values_among_old_ones() -> None:
    assert _merged([([1, 2], [91, 92]), ([5], [95])], [[0, 1, 2], [3, 4, 5, 6]], 7) == ([0, 91, 92, 3, 4, 95, 6], 3)


def test_rows_without_any_value_are_null() -> None:
    assert _merged([([1], [91])], [], 3) == ([None, 91, None], 1)


def test_nothing_computed_keeps_all() -> None:
    assert _merged([], [[1, 2]], 2) == ([1, 2], 0)


@pytest.mark.parametrize("span", [1, 2, 3, 100])
def test_merges_in_spans(monkeypatch: pytest.MonkeyPatch, span: int) -> None:
    monkeypatch.setattr(column_writer, "SPAN_ROWS", span)

    assert _merged([([0, 4, 9], [90, 94, 99])], [list(range(10))], 10) == ([90, 1, 2, 3, 94, 5, 6, 7, 8, 99], 3)
