from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime import merge
from backfill_runtime.absent import absent_values
from backfill_runtime.merge import Merger, OldValues, Piece


def _merged(pieces: list[tuple[list[int], list[int]]], old: list[list[int]], rows: int) -> list[object]:
    merger = Merger(OldValues((pa.array(part, pa.int64()) for part in old), absent_values(pa.int64(), "2.1")))
    arrays = [
        array
        for offsets, values in pieces
        for array in merger.add(Piece(np.array(offsets, np.int64), pa.array(values, pa.int64())))
    ]
    return [value for array in [*arrays, *merger.rest(rows)] for value in array.to_pylist()]


def test_puts_computed_values_among_old_ones() -> None:
    assert _merged([([1, 2], [91, 92]), ([5], [95])], [[0, 1, 2], [3, 4, 5, 6]], 7) == [0, 91, 92, 3, 4, 95, 6]


def test_rows_without_any_value_are_null() -> None:
    assert _merged([([1], [91])], [], 3) == [None, 91, None]


def test_nothing_computed_keeps_all() -> None:
    assert _merged([], [[1, 2]], 2) == [1, 2]


@pytest.mark.parametrize("span", [1, 2, 3, 100])
def test_merges_in_spans(monkeypatch: pytest.MonkeyPatch, span: int) -> None:
    monkeypatch.setattr(merge, "SPAN_ROWS", span)

    assert _merged([([0, 4, 9], [90, 94, 99])], [list(range(10))], 10) == [90, 1, 2, 3, 94, 5, 6, 7, 8, 99]


def test_leaves_out_what_an_earlier_piece_covers() -> None:
    assert _merged([([0, 1, 2], [90, 91, 92]), ([1, 2, 3], [81, 82, 83])], [], 5) == [90, 91, 92, 83, None]
