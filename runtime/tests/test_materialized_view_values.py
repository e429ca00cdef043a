"""Whether two values are told apart, for all types that a column may have."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backfill_runtime.view_values import differing

VALUES: dict[pa.DataType, list[Any]] = {
    pa.int8(): [0, -1],
    pa.uint64(): [0, 2**64 - 1],
    pa.float16(): [0.0, -0.0, float("nan")],
    pa.float32(): [0.0, -0.0, float("nan")],
    pa.float64(): [0.0, -0.0, float("nan"), float("inf")],
    pa.bool_(): [True, False],
    pa.string(): ["", "a", "b"],
    pa.large_string(): ["", "a"],
    pa.binary(): [b"", b"\x00"],
    pa.large_binary(): [b"", b"\x00"],
    pa.binary(2): [b"ab", b"ac"],
    pa.date32(): [datetime.date(2020, 1, 1), datetime.date(2020, 1, 2)],
    pa.timestamp("us", "UTC"): [datetime.datetime(2020, 1, day, tzinfo=datetime.UTC) for day in (1, 2)],
    pa.duration("s"): [datetime.timedelta(0), datetime.timedelta(1)],
    pa.decimal128(5, 2): [decimal.Decimal("1.00"), decimal.Decimal("1.01")],
    pa.list_(pa.int64()): [[], [1], [1, 2], [None], [2]],
    pa.large_list(pa.float64()): [[], [0.0], [-0.0], [float("nan")]],
    pa.list_(pa.float32(), 2): [[0.0, 1.0], [0.0, None], [float("nan"), 1.0]],
    pa.list_(pa.list_(pa.string())): [[], [[]], [["a"], []], [[], ["a"]], [None]],
    pa.struct({"a": pa.int64(), "b": pa.list_(pa.string())}): [{"a": 1, "b": None}, {"a": 1, "b": []}, {"a": None}],
    pa.dictionary(pa.int32(), pa.string()): ["a", "b"],
    pa.map_(pa.string(), pa.int64()): [[], [("a", 1)], [("a", 2)]],
    pa.list_(pa.struct({"a": pa.list_(pa.float64(), 1)})): [[], [{"a": [1.0]}], [{"a": None}], [None]],
    pa.null(): [],
}


@pytest.mark.parametrize("kind", VALUES, ids=str)
@settings(deadline=None, max_examples=40, print_blob=True)
@given(data=st.data())
def test_as_their_texts_are(kind: pa.DataType, data: st.DataObject) -> None:
    value = st.sampled_from([None, *VALUES[kind]])
    rows = data.draw(st.lists(st.tuples(value, value), max_size=12))
    start = data.draw(st.integers(0, len(rows)))
    left, right = (pa.array([row[side] for row in rows], kind).slice(start) for side in (0, 1))

    told = differing(left, right).tolist()

    texts = zip(map(repr, left.to_pylist()), map(repr, right.to_pylist()), strict=True)
    assert told == [one != other for one, other in texts]


def test_values_of_other_types_are_others() -> None:
    assert differing(pa.array([1], pa.int32()), pa.array([1], pa.int64())).tolist() == [True]
