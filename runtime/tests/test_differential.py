"""Random tables, deletions, filters and types: a backfill against the same thing done with plain lists."""

from __future__ import annotations

import datetime
import tempfile
from typing import Any

import lance
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backfill_runtime.arrow_types import parse_type
from support import backfill, run, seen

NUMBERS = st.one_of(st.none(), st.integers(-5, 5))
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=40)
FILTERS = {
    None: lambda row: row["out"] is None,
    "number > 0": lambda row: row["number"] is not None and row["number"] > 0,
    "number IS NULL OR id % 3 = 1": lambda row: row["number"] is None or row["id"] % 3 == 1,
    "out IS NOT NULL -- and a comment": lambda row: row["out"] is not None,
    "false": lambda _: False,
}
FORMATS = ["2.0", "2.1", "2.2"]
LAYOUTS = st.fixed_dictionaries(
    {
        "per_fragment": st.integers(3, 15),
        "deleted": st.sets(st.integers(0, 39)),
        "stable": st.booleans(),
        "data_storage_version": st.sampled_from(FORMATS),
    }
)
COMPUTES = st.fixed_dictionaries(
    {
        "batchRows": st.integers(1, 7),
        "checkpointRows": st.one_of(st.just(1000), st.integers(1, 9)),
    }
)
RANDOM = settings(
    deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.usefixtures("inline_pool")
@settings(RANDOM, max_examples=200)
@given(rows=ROWS, layout=LAYOUTS, computes=COMPUTES, where=st.sampled_from(list(FILTERS)), has_column=st.booleans())
def test_equals_the_same_thing_done_with_lists(
    rows: list[tuple[int | None, int | None]],
    layout: dict[str, Any],
    computes: dict[str, int],
    where: str | None,
    has_column: bool,
) -> None:
    has_column = has_column or bool(where and "out" in where)
    table = [
        {"id": index, "number": number, "out": out if has_column else None} for index, (number, out) in enumerate(rows)
    ]
    names = ["id", "number", "out"] if has_column else ["id", "number"]
    schema = pa.schema([(name, pa.int64()) for name in names])
    expected = [
        row | {"out": None if row["number"] is None else row["number"] * 2} if FILTERS[where](row) else row
        for row in _kept(table, layout)
    ]
    with tempfile.TemporaryDirectory() as folder:
        _write(folder, table, schema, layout)
        with seen(folder, [[row["out"] for row in _kept(table, layout)], [row["out"] for row in expected]]):
            outcome = run(backfill(folder, **computes, **({"where": where} if where else {})))

        assert outcome.succeeded, outcome.last
        dataset = lance.dataset(folder)
        dataset.validate()
        assert dataset.to_table(columns=["id", "number", "out"]).to_pylist() == expected


DAY = datetime.datetime(2026, 1, 2, 3, 4, 5, 678)
TYPES: dict[str, Any] = {
    "int8": st.integers(-128, 127),
    "uint64": st.integers(0, 2**64 - 1),
    "float": st.floats(width=32, allow_nan=False),
    "double": st.floats(allow_nan=False),
    "halffloat": st.floats(width=16, allow_nan=False),
    "bool": st.booleans(),
    "string": st.text(max_size=5),
    "large_string": st.text(max_size=5),
    "binary": st.binary(max_size=5),
    "large_binary": st.binary(max_size=5),
    "fixed_size_binary[3]": st.binary(min_size=3, max_size=3),
    "timestamp[us]": st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2100, 1, 1)),
    "timestamp[ms, tz=UTC]": st.just(DAY.replace(microsecond=0, tzinfo=datetime.timezone.utc)),
    "date32[day]": st.dates(),
    "time64[us]": st.times(),
    "duration[us]": st.timedeltas(datetime.timedelta(-9), datetime.timedelta(9)),
    "decimal128(10, 2)": st.decimals(-99, 99, places=2),
    "list<int64>": st.lists(st.one_of(st.none(), st.integers(-9, 9)), max_size=3),
    "list<item: double not null>": st.lists(st.floats(allow_nan=False), max_size=3),
    "large_list<string>": st.lists(st.text(max_size=3), max_size=3),
    "fixed_size_list<float>[3]": st.lists(st.floats(width=32, allow_nan=False), min_size=3, max_size=3),
    "struct<a: int64, b: string>": st.fixed_dictionaries(
        {"a": st.one_of(st.none(), st.integers(0, 9)), "b": st.text()}
    ),
    "struct<v: fixed_size_list<float>[2], s: struct<t: list<string>>>": st.fixed_dictionaries(
        {
            "v": st.lists(st.integers(0, 9).map(float), min_size=2, max_size=2),
            "s": st.fixed_dictionaries({"t": st.lists(st.text(max_size=2), max_size=2)}),
        }
    ),
    "struct<a: struct<v: fixed_size_list<float>[2]>>": st.fixed_dictionaries(
        {"a": st.fixed_dictionaries({"v": st.lists(st.integers(0, 9).map(float), min_size=2, max_size=2)})}
    ),
    "list<list<string>>": st.lists(st.lists(st.text(max_size=2), max_size=2), max_size=2),
    "list<struct<a: int64>>": st.lists(st.fixed_dictionaries({"a": st.integers(0, 9)}), max_size=2),
}
DICTIONARY = pa.dictionary(pa.int32(), pa.string())


def _column_type(name: str) -> pa.DataType:
    return DICTIONARY if name == "dictionary" else parse_type(name)


@st.composite
def _typed(draw: st.DrawFn, name: str, nullable: bool) -> list[tuple[Any, Any]]:
    """An input and an old value for each row."""
    values = st.sampled_from(["x", "yy", "z"]) if name == "dictionary" else TYPES[name]
    value = st.one_of(st.none(), values) if nullable else values
    return draw(st.lists(st.tuples(value, value), min_size=1, max_size=16))


def _nullable(name: str, version: str) -> bool:
    """Format 2.0 has no nulls for structs."""
    return version != "2.0" or "struct" not in name


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize("name", [*TYPES, "dictionary"])
@settings(RANDOM, max_examples=8)
@given(data=st.data(), layout=LAYOUTS, computes=COMPUTES, has_column=st.booleans(), spread=st.booleans())
def test_keeps_values_of_each_type(
    name: str, data: st.DataObject, layout: dict[str, Any], computes: dict[str, int], has_column: bool, spread: bool
) -> None:
    nullable = _nullable(name, layout["data_storage_version"])
    rows = data.draw(_typed(name, nullable))
    value_type = _column_type(name)
    names = ["value", "out"] if has_column else ["value"]
    again = [("again", pa.int64())] if has_column and spread else []
    schema = pa.schema([("id", pa.int64()), *((name, value_type) for name in names), *again])
    table = [{"id": index, "value": value, "out": old, "again": -1} for index, (value, old) in enumerate(rows)]
    where = {"where": "id % 2 = 0"} if has_column else {}
    expected = [row["value"] if not has_column or row["id"] % 2 == 0 else row["out"] for row in _kept(table, layout)]
    old = [row["out"] if has_column else None for row in _kept(table, layout)]
    with tempfile.TemporaryDirectory() as folder:
        _write(folder, table, schema, layout)
        job = backfill(folder, "same_batch", inputs={"value": "value"}, outputType=str(value_type), **computes)
        if spread:
            del job["column"]
            struct = f"struct<out: {value_type}, again: int64>"
            job |= {"columns": ["out", "again"], "udf": "functions:same_and_id", "outputType": struct}
            job |= {"inputs": {"value": "value", "again": "id"}}

        with seen(folder, [_round_trip(old, value_type), _round_trip(expected, value_type)]):
            outcome = run(job | where)

        assert outcome.succeeded, outcome.last
        dataset = lance.dataset(folder)
        dataset.validate()
        assert dataset.schema.field("out").type == value_type
        assert dataset.to_table(columns=["out"])["out"].to_pylist() == _round_trip(expected, value_type)
        if spread:
            ids = [row["id"] if not has_column or row["id"] % 2 == 0 else -1 for row in _kept(table, layout)]
            assert dataset.to_table(columns=["again"])["again"].to_pylist() == ids


def _round_trip(values: list[Any], value_type: pa.DataType) -> list[Any]:
    return pa.array(values, value_type).to_pylist()


def _kept(table: list[dict[str, Any]], layout: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in table if row["id"] not in layout["deleted"]]


def _write(folder: str, table: list[dict[str, Any]], schema: pa.Schema, layout: dict[str, Any]) -> None:
    columns = [pa.array([row[field.name] for row in table], field.type) for field in schema]
    dataset = lance.write_dataset(
        pa.Table.from_arrays(columns, schema=schema),
        folder,
        max_rows_per_file=layout["per_fragment"],
        data_storage_version=layout["data_storage_version"],
        enable_stable_row_ids=layout["stable"],
    )
    if layout["deleted"]:
        dataset.delete(f"id IN ({', '.join(map(str, sorted(layout['deleted'])))})")
