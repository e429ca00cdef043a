"""Columns of values that Python cannot hold: times after the year 9999, text that is no UTF-8."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lance
import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime.batch_runner import BatchRunner
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.udf import describe
from support import backfill, column, fails_unchanged, run, view

TIMES = pa.array([0, 10**18, 3], pa.timestamp("us"))  # the second one is in the year 33658
YEARS = [1970, None, 1970]
STRUCTS = pa.StructArray.from_arrays([TIMES], ["at"])
BROKEN_TEXT = pa.array([b"a", b"\xff", b"c"]).view(pa.string())


def _table(path: Path, values: pa.Array = TIMES) -> Path:
    lance.write_dataset(pa.table({"value": values}), path, max_rows_per_file=2)
    return path


@pytest.mark.usefixtures("inline_pool")
class TestOneRowAtATime:
    @pytest.mark.parametrize("udf", ["year", "async_year"])
    def test_such_a_value_is_an_error_that_names_it(self, tmp_path: Path, udf: str) -> None:
        error = fails_unchanged(backfill(_table(tmp_path / "t"), udf), tmp_path / "t", "UDF_ARGUMENTS")

        assert (error["fragment"], error["row"]) == (0, 1)
        assert "the column 'value' is timestamp[us]" in error["message"]
        assert "on value=<value out of range: 1000000000000000000>" in error["message"]
        assert "pa.Array" in error["fix"]

    @pytest.mark.parametrize("udf", ["year", "async_year"])
    def test_its_row_is_skipped_when_the_job_says_so(self, tmp_path: Path, udf: str) -> None:
        table = _table(tmp_path / "t")

        outcome = run(backfill(table, udf, onError="skip", retries=3, retrySeconds=60))  # nothing is tried again

        assert outcome.succeeded, outcome.last
        assert column(table) == YEARS
        (skipped,) = map(json.loads, (table / "_backfill/r1/skipped.ndjson").read_text().splitlines())
        assert (skipped["fragment"], skipped["row"]) == (0, 1)
        assert "the column 'value'" in skipped["reason"]

    def test_a_generator_tells_of_it_and_how_to_go_on(self, tmp_path: Path) -> None:
        columns = [{"column": "out", "udf": "functions:years"}]

        outcome = run(view(_table(tmp_path / "t"), tmp_path / "v", columns=columns))

        assert (outcome.last["code"], outcome.last["fragment"], outcome.last["row"]) == ("UDF_ARGUMENTS", 0, 1)
        assert "where" in outcome.last["fix"]
        assert "pa.Array" not in outcome.last["fix"]  # a generator takes no batches

    def test_the_advice_can_be_followed(self, tmp_path: Path) -> None:
        columns = [{"column": "out", "udf": "functions:years"}]
        where = "value < timestamp '9999-12-31 00:00:00'"

        outcome = run(view(_table(tmp_path / "t"), tmp_path / "v", columns=columns, where=where))
        batches = run(backfill(tmp_path / "t", "same_batch", outputType="timestamp[us]"))

        assert outcome.succeeded, outcome.last
        assert column(tmp_path / "v") == [1970, 1970]
        assert batches.succeeded, batches.last


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (TIMES.cast(pa.timestamp("us", "UTC")), "OverflowError"),
        (pa.array([0, 2**60, 0]).view(pa.date64()), "OverflowError"),
        (pa.array([0, 2**60, 0], pa.duration("s")), "OverflowError"),
        (pa.array([0, 10**18, 0]).view(pa.time64("us")), "OverflowError"),
        (STRUCTS, "OverflowError"),
        (pa.array([[0], [1, 10**18], []], pa.list_(pa.timestamp("us"))), "OverflowError"),
        (BROKEN_TEXT, "UnicodeDecodeError"),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else value,
)
def test_of_every_type(values: pa.Array, problem: str) -> None:
    error = _raised("same", values, output_type="int64")

    assert (error.code, error.row) == ("UDF_ARGUMENTS", 1)
    assert problem in error.message
    assert len(error.message) < 600


def test_a_batch_of_numpy_values_that_cannot_be_made() -> None:
    error = _raised("years_of_structs", STRUCTS, output_type="int64")

    assert (error.code, error.row) == ("UDF_ARGUMENTS", 1)
    assert "the column 'value' is struct<at: timestamp[us]>" in error.message


def test_the_row_of_a_map_that_cannot_be_made_for_numpy() -> None:
    maps = pa.MapArray.from_arrays(pa.array([0, 1, 2, 3], pa.int32()), ["at"] * 3, TIMES)

    error = _raised("matrix_shape", maps, inputs={"vector": "value"}, output_type="int64")

    assert (error.code, error.row) == ("UDF_ARGUMENTS", 1)


def test_a_function_that_fails_on_a_batch_of_them_is_told_of_as_on_any_other() -> None:
    error = _raised("fails_on_times", TIMES[1:2], output_type="int64")

    assert error.code == "UDF_FAILED"
    assert "told to fail on value=<value out of range: 1000000000000000000>" in error.message


def test_a_row_that_fails_beside_such_a_value_is_shown() -> None:
    table = pa.schema([("number", pa.int64()), ("text", pa.timestamp("us"))])
    batch = pa.record_batch([pa.array([1]), TIMES[1:2]], schema=table)
    udf = describe(UdfRef("functions:label"), table)

    with pytest.raises(JobError) as caught:
        BatchRunner(udf).compute(batch, 0, np.arange(1))

    assert "on number=1, text=<value out of range" in caught.value.message


def _raised(name: str, values: pa.Array, **ref: Any) -> JobError:
    schema = pa.schema([("value", values.type)])
    udf = describe(UdfRef(f"functions:{name}", **ref), schema)
    with pytest.raises(JobError) as caught:
        BatchRunner(udf).compute(pa.record_batch([values], schema=schema), 0, np.arange(len(values)))
    return caught.value
