from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


WIDE = 10_000
ROWS = 20_000


def _wide(kind: pa.DataType, rows: int, mark: int) -> pa.Array:
    """Values of ten thousand bytes each; `mark` tells the arrays apart."""
    if pa.types.is_dictionary(kind):
        categories = pa.array([b"", bytes([mark]) * WIDE], kind.value_type)
        return pa.DictionaryArray.from_arrays(pa.array(np.ones(rows), kind.index_type), categories)
    if pa.types.is_fixed_size_list(kind):
        return pa.FixedSizeListArray.from_arrays(pa.array(np.full(rows * kind.list_size, mark, np.int8)), type=kind)
    if pa.types.is_struct(kind):
        return pa.StructArray.from_arrays([_wide(field.type, rows, mark) for field in kind], fields=list(kind))
    return pa.array([bytes([mark]) * WIDE] * rows, kind)


def _few_bytes(arrays: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for array in arrays:
        assert _decoded_bytes(array) <= 2 * merge.SIDE_BYTES
        yield array


def _decoded_bytes(array: pa.Array) -> int:
    if pa.types.is_struct(array.type):
        return sum(_decoded_bytes(array.field(index)) for index in range(array.type.num_fields))
    return (array.dictionary_decode() if pa.types.is_dictionary(array.type) else array).nbytes


@pytest.mark.parametrize(
    "kind",
    [
        pa.binary(),
        pa.list_(pa.int8(), WIDE),
        pa.dictionary(pa.int32(), pa.binary()),
        pa.struct([("a", pa.binary()), ("b", pa.dictionary(pa.int32(), pa.binary()))]),
    ],
    ids=["binary", "vector", "dictionary", "struct"],
)
@pytest.mark.parametrize("every", [1, 2, 40])
@pytest.mark.parametrize("exists", [False, True], ids=["new", "old"])
def test_wide_values_are_merged_a_few_at_once(kind: pa.DataType, every: int, exists: bool) -> None:
    old = (_wide(kind, 4000, 1) for _ in range(ROWS // 4000 if exists else 0))
    merger = Merger(OldValues(old, absent_values(kind, "2.1")))
    offsets = np.arange(0, ROWS // 2, every)
    new, there = _wide(kind, 1, 8)[0].as_py(), _wide(kind, 1, 1)[0].as_py() if exists else None

    row = 0
    for arrays in (merger.add(Piece(offsets, _wide(kind, len(offsets), 8))), merger.rest(ROWS)):
        for array in _few_bytes(arrays):
            for index in (0, len(array) // 2, len(array) - 1):
                is_new = row + index < ROWS // 2 and (row + index) % every == 0
                assert array[index].as_py() == (new if is_new else there)
            row += len(array)
    assert row == ROWS


def test_more_than_arrow_can_put_into_one_array() -> None:
    """Two gigabytes is the most that 32-bit offsets reach. The bytes are zeros that take no memory until read."""
    size, rows = 5 << 20, 220
    values = pa.BinaryArray.from_buffers(
        pa.binary(),
        rows,
        [
            None,
            pa.py_buffer(np.arange(0, size * rows + 1, size, dtype=np.int32)),
            pa.py_buffer(np.zeros(size * rows, np.int8)),
        ],
    )
    merger = Merger(OldValues(iter([values, values]), absent_values(pa.binary(), "2.1")))
    lengths = [len(array) for array in _few_bytes(merger.add(Piece(np.arange(0, 2 * rows, 2), values)))]

    assert sum(lengths) == 2 * rows - 1


@given(data=st.data())
def test_merges_as_a_list_would(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 30))
    text = st.text("ab", max_size=6)
    old = data.draw(st.lists(st.lists(text, max_size=8), max_size=6))
    computed = data.draw(st.dictionaries(st.integers(0, rows - 1), text))
    cuts = sorted(data.draw(st.sets(st.integers(0, rows), max_size=4)) | {0, rows})
    kind = data.draw(st.sampled_from([pa.string(), pa.dictionary(pa.int32(), pa.string())]))
    expected = [value for part in old for value in part][:rows]
    expected += [None] * (rows - len(expected))
    pieces = []
    for begin, end in pairwise(cuts):
        offsets = [offset for offset in sorted(computed) if begin <= offset < end]
        pieces.append(Piece(np.array(offsets, np.int64), pa.array([computed[offset] for offset in offsets], kind)))
    for offset, value in computed.items():
        expected[offset] = value

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merge, "SPAN_ROWS", data.draw(st.sampled_from([1, 3, 100])))
        patched.setattr(merge, "SIDE_BYTES", data.draw(st.sampled_from([1, 12, 40, 1000])))
        merger = Merger(OldValues((pa.array(part, kind) for part in old), absent_values(kind, "2.1")))
        arrays = [array for piece in pieces for array in merger.add(piece)]
        arrays += merger.rest(rows)

    assert [value for array in arrays for value in array.to_pylist()] == expected
