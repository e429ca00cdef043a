from __future__ import annotations

import pyarrow as pa
import pytest

from backfill_runtime.value_bytes import value_bytes

CATEGORIES = pa.DictionaryArray.from_arrays(pa.array([0, 0, None, 1], pa.int8()), ["c" * 1000, "d"])


@pytest.mark.parametrize(
    ("values", "size"),
    [
        (pa.array([1, 2], pa.int64()), 16),
        (pa.array([1, 2, 3], pa.int64())[1:], 16),
        (pa.array([b"x" * 200], pa.binary(200)), 200),
        (CATEGORIES.indices, 5),  # with a byte for what is null
        (CATEGORIES, 5 + 2001),
        (CATEGORIES[3:], 2 + 1),
        (pa.array([7, 7, 8], pa.int64()).dictionary_encode(), 12 + 24),
        (pa.array([None, None], pa.dictionary(pa.int8(), pa.string())), 3),
        (pa.StructArray.from_arrays([pa.array([1] * 4, pa.int64()), CATEGORIES], names=["a", "b"]), 32 + 5 + 2001),
        (pa.StructArray.from_arrays([CATEGORIES], names=["a"])[:1], 2 + 1000),
        (pa.array([], pa.string()), 0),
    ],
)
def test_counts_what_a_copy_would_take(values: pa.Array, size: int) -> None:
    assert value_bytes(values) in range(size, size + 9)  # what else Arrow counts is a word at most
