from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime.arrow_types import annotated_type, parse_type

TYPES = [
    *(pa.bool_(), pa.int8(), pa.uint64(), pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.large_string()),
    *(pa.binary(), pa.binary(16), pa.date32(), pa.time32("s"), pa.time64("us"), pa.duration("ns")),
    *(pa.timestamp("us"), pa.timestamp("ms", "UTC"), pa.timestamp("ns", "Europe/Berlin"), pa.timestamp("s", "+02:00")),
    *(pa.decimal128(10, 2), pa.decimal256(50, 0)),
    *(
        pa.list_(pa.float32()),
        pa.large_list(pa.string()),
        pa.list_(pa.float32(), 256),
        pa.list_(pa.list_(pa.int8()), 2),
    ),
    pa.struct([("x", pa.int32()), ("tags", pa.list_(pa.string()))]),
    pa.list_(pa.field("item", pa.float32(), nullable=False)),
    pa.struct([pa.field("a b", pa.int32(), nullable=False), pa.field("1列", pa.list_(pa.field("x", pa.int8())))]),
    pa.decimal128(10, -2),
    *(pa.dictionary(pa.int32(), pa.string()), pa.dictionary(pa.int8(), pa.int64(), ordered=True)),
]


@pytest.mark.parametrize("expected", TYPES, ids=str)
def test_reads_what_arrow_writes(expected: pa.DataType) -> None:
    assert parse_type(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list<float>", pa.list_(pa.float32())),
        ("fixed_size_list<float>[256]", pa.list_(pa.float32(), 256)),
        (" struct< a : int32 , b : string > ", pa.struct([("a", pa.int32()), ("b", pa.string())])),
        ("timestamp[us, tz=UTC]", pa.timestamp("us", "UTC")),
        ("float64", pa.float64()),
        ("dictionary<values=string>", pa.dictionary(pa.int32(), pa.string())),
        ("utf8", pa.string()),
        ("list<float not  null>", pa.list_(pa.field("item", pa.float32(), nullable=False))),
    ],
)
def test_reads_shorter_ways_to_write_a_type(text: str, expected: pa.DataType) -> None:
    assert parse_type(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "int65", "list", "list<", "list<int64", "list<int64>>", "int64 int64", "int64;", "struct<a>"),
        *("struct<>", "struct<a, b: int8>", "struct<a: int8,>", "list<not null>", "int8 not null", "list<a:b: int8>"),
        *("dictionary<values=string, indices=string>", "fixed_size_binary[2147483648]", "list<" * 2000),
        *("decimal128(a, 2)", "fixed_size_list<float>[x]", "timestamp[fortnight]"),
    ],
)
def test_refuses_what_is_no_type(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_type(text)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (bool, pa.bool_()),
        (int, pa.int64()),
        (float, pa.float64()),
        (str, pa.string()),
        (bytes, pa.binary()),
        (datetime.datetime, pa.timestamp("us")),
        (list[float], pa.list_(pa.float64())),
        (list[list[str]], pa.list_(pa.list_(pa.string()))),
        (int | None, pa.int64()),
        (list[int] | None, pa.list_(pa.int64())),
        (np.float32, pa.float32()),
        (int | str, None),
        (list, None),
        (dict, None),
        (None, None),
        ([], None),
    ],
)
def test_takes_types_from_annotations(annotation: object, expected: pa.DataType | None) -> None:
    assert annotated_type(annotation) == expected
