"""Random tables, deletions and filters: a backfill against the same thing done with plain lists."""

from __future__ import annotations

import tempfile
from pathlib import Path

import lance
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import backfill, run

NUMBERS = st.one_of(st.none(), st.integers(-5, 5))
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=40)
FILTERS = {
    None: lambda row: row["out"] is None,
    "number > 0": lambda row: row["number"] is not None and row["number"] > 0,
    "number IS NULL OR out = 1": lambda row: row["number"] is None or row["out"] == 1,
    "out < 0": lambda row: row["out"] is not None and row["out"] < 0,
    "false": lambda _: False,
}


@pytest.mark.usefixtures("inline_pool")
@settings(max_examples=60, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    per_fragment=st.integers(1, 12),
    deleted=st.sets(st.integers(0, 39)),
    where=st.sampled_from(list(FILTERS)),
    batch_rows=st.integers(1, 7),
    has_column=st.booleans(),
)
def test_equals_the_same_thing_done_with_lists(
    rows: list[tuple[int | None, int | None]],
    per_fragment: int,
    deleted: set[int],
    where: str | None,
    batch_rows: int,
    has_column: bool,
) -> None:
    has_column = has_column or bool(where and "out" in where)
    table = [
        {"id": index, "number": number, "out": out if has_column else None} for index, (number, out) in enumerate(rows)
    ]
    kept = [row for row in table if row["id"] not in deleted]
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), table, per_fragment, deleted, has_column)

        outcome = run(backfill(folder, batchRows=batch_rows, **({"where": where} if where else {})))

        assert outcome.succeeded, outcome.last
        dataset = lance.dataset(folder)
        dataset.validate()
        assert dataset.to_table(columns=["id", "number", "out"]).to_pylist() == [_expected(row, where) for row in kept]


def _expected(row: dict[str, int | None], where: str | None) -> dict[str, int | None]:
    number = row["number"]
    return row | {"out": None if number is None else number * 2} if FILTERS[where](row) else row


def _write(
    folder: Path, table: list[dict[str, int | None]], per_fragment: int, deleted: set[int], has_column: bool
) -> None:
    names = ["id", "number", "out"] if has_column else ["id", "number"]
    schema = pa.schema([(name, pa.int64()) for name in names])
    data = pa.Table.from_pylist([{name: row[name] for name in names} for row in table], schema=schema)
    dataset = lance.write_dataset(data, folder, max_rows_per_file=per_fragment)
    if deleted:
        dataset.delete(f"id IN ({', '.join(map(str, sorted(deleted)))})")
