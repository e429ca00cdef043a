"""What batch functions return that is no value of the column's type for each row."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import functions
from backfill_runtime.batch_runner import BatchRunner
from backfill_runtime.errors import GO_ON, JobError
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.udf import describe
from support import backfill, column, fails_unchanged, numbers, run

TABLE = pa.schema([("number", pa.int64())])
SIZE = "struct<twice: int64, label: string>"
CASTS = [
    ("cast_wrong_at_five", "int64", "'five' of type string", lambda value: value),
    ("cast_wrong_at_five_in_chunks", "int64", "'five' of type string", lambda value: value),
    ("too_big_at_five", "int32", "1099511627776 of type int64", lambda value: value),
    ("lists_wrong_at_five", "list<list<int64>>", "[['five']] of type list", lambda value: [[value]]),
    ("structs_wrong_at_five", "struct<a: list<list<int8>>>", "{'a': [['five']]}", lambda value: {"a": [[value]]}),
    ("lengths_wrong_at_five", "fixed_size_list<int64>[2]", "[5, 5, 5]", lambda value: [value // 2] * 2),
]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else type(value).__name__


@pytest.mark.usefixtures("inline_pool")
class TestArraysOfAnotherType:
    @pytest.mark.parametrize(("udf", "kind", "shown"), [case[:3] for case in CASTS])
    def test_the_row_whose_value_cannot_be_cast_is_named(self, tmp_path: Path, udf: str, kind: str, shown: str) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(backfill(tmp_path / "t", udf, outputType=kind), tmp_path / "t", "UDF_WRONG_TYPE")

        assert (error["fragment"], error["row"]) == (1, 1)
        assert f"returned {shown}" in error["message"]
        assert error["fix"].endswith(GO_ON)

    @pytest.mark.parametrize(("udf", "kind", "shown", "expected"), CASTS)
    def test_and_it_alone_is_skipped_when_the_job_says_so(
        self, tmp_path: Path, udf: str, kind: str, shown: str, expected: Callable[[int], object]
    ) -> None:
        numbers(tmp_path / "t")

        outcome = run(backfill(tmp_path / "t", udf, outputType=kind, onError="skip"))

        assert outcome.succeeded, outcome.last
        assert column(tmp_path / "t") == [None if n == 5 else expected(2 * n) for n in range(10)]
        (skipped,) = map(json.loads, (tmp_path / "t/_backfill/r1/skipped.ndjson").read_text().splitlines())
        assert shown in skipped["reason"]


@pytest.mark.parametrize(
    ("returned", "output", "got", "expected"),
    [
        (np.zeros((4, 3)), "fixed_size_list<float>[4]", "shape (4, 3) and dtype float64", "shape (4, 4)"),
        (np.zeros((4, 2, 2)), "fixed_size_list<float>[4]", "shape (4, 2, 2)", "shape (4, 4)"),
        (np.zeros((4, 2, 2)), "list<float>", "shape (4, 2, 2)", "shape (4, any)"),
        (np.zeros(4), "list<float>", "shape (4,) and dtype float64", "shape (4, any)"),
        (np.zeros((4, 1), np.int32), "int64", "shape (4, 1) and dtype int32", "shape (4,)"),
        (np.zeros((1, 4)), "double", "shape (1, 4)", "shape (4,)"),
        (np.array(7), "int64", "shape () and dtype int64", "shape (4,)"),
        (np.int64(7), "int64", "an int64", "a value of int64 for each row"),
        (np.zeros(3), "double", "shape (3,)", "shape (4,)"),
        ((each for each in "abcd"), "string", "a generator", "a value of string for each row"),
        ("abcd", "string", "a str", "a value of string for each row"),
        (None, "string", "None", "a value of string for each row"),
        ((1, 2, 3, 4), "int64", "a tuple", "a value of int64 for each row"),
        (deque([1, 2, 3, 4]), "int64", "a deque", "a value of int64 for each row"),
        (pa.scalar(4), "int64", "an Int64Scalar", "a value of int64 for each row"),
        ({"a": [1, 2, 3, 4]}, "int64", "a dict of the columns a", "a value of int64 for each row"),
        (pa.record_batch({"a": [1] * 4}), "int64", "a RecordBatch of the columns a", "a value of int64 for each row"),
        (pa.table({"twice": [1] * 4}), SIZE, "a Table of the columns twice", "label is missing"),
        (pa.record_batch({"twice": [1] * 4}), SIZE, "a RecordBatch of the columns twice", "label is missing"),
        (
            {"lable": ["a"] * 4, "number": [1] * 4},
            SIZE,
            "a dict of the columns lable, number",
            "twice, label are missing",
        ),
        ({"label": ["a"] * 4, "twice": [1]}, SIZE, "a dict of the columns label, twice", "length 4 but got length 1"),
        ({"v": np.zeros((4, 2))}, "struct<v: list<float>>", "a dict of the columns v", "1-dimensional"),
        ({"label": "abcd", "twice": 1}, SIZE, "a dict of the columns label, twice", "expected columns of 4 values"),
        ({"label": ["a"] * 3, "twice": [1] * 3}, SIZE, "a dict of the columns label, twice", "of 4 values"),
        (pa.array([{"lable": "a", "twice": 1}] * 4), SIZE, "struct<lable: string, twice: int64>", "label is missing"),
        (pa.array([[1]] * 4), "int64", "an array of list<item: int64>", "expected int64 (Unsupported cast"),
        (
            pa.array([[1, 2, 3]] * 4, pa.list_(pa.float32(), 3)),
            "fixed_size_list<float>[4]",
            "an array of fixed_size_list<item: float>[3]",
            "expected fixed_size_list<item: float>[4] (Size of FixedSizeList",
        ),
    ],
    ids=_shown,
)
def test_what_cannot_be_meant_is_told_with_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, returned: object, output: str, got: str, expected: str
) -> None:
    error = _raised(monkeypatch, returned, output)

    assert (error.code, error.fragment, error.row) == ("UDF_WRONG_TYPE", 7, None)
    assert error.message.startswith("functions:gives returned ")
    assert got in error.message
    assert expected in error.message
    assert "rows 0 to 3" in error.message
    assert error.fix.endswith(GO_ON)


def test_the_row_of_a_matrix_whose_value_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.zeros((4, 2), np.int64)
    matrix[2, 1] = 2**40

    for output in ("list<int32>", "fixed_size_list<int32>[2]"):
        error = _raised(monkeypatch, matrix, output)
        assert (error.code, error.row) == ("UDF_WRONG_TYPE", 2)
        assert "1099511627776" in error.message


@pytest.mark.parametrize("wrong", [1.5, float("nan"), 2.0**70])
def test_the_row_of_an_array_whose_value_does_not_fit(monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    error = _raised(monkeypatch, np.array([1.0, 2.0, wrong, 4.0]), "int64")

    assert (error.code, error.row) == ("UDF_WRONG_TYPE", 2)
    assert f"returned np.float64({wrong})" in error.message


@pytest.mark.parametrize(
    ("returned", "output", "expected"),
    [
        (np.arange(8).reshape(4, 2), "list<float>", [[0, 1], [2, 3], [4, 5], [6, 7]]),
        (np.arange(8).reshape(4, 1, 2), "list<fixed_size_list<int8>[2]>", [[[0, 1]], [[2, 3]], [[4, 5]], [[6, 7]]]),
        (np.array([[1], [2, 3], [], None], object), "list<int64>", [[1], [2, 3], [], None]),
        ({"v": list(np.zeros((4, 2)))}, "struct<v: list<float>>", [{"v": [0.0, 0.0]}] * 4),
        (pa.chunked_array([["1"], ["2", None, "4"]]), "int64", [1, 2, None, 4]),
        (pa.chunked_array([[{"b": 1, "a": 2}]] * 4), "struct<a: int8, b: int64>", [{"a": 2, "b": 1}] * 4),
    ],
    ids=_shown,
)
def test_what_can_be_meant(
    monkeypatch: pytest.MonkeyPatch, returned: object, output: str, expected: list[object]
) -> None:
    assert _values(monkeypatch, returned, output).to_pylist() == expected


def _raised(monkeypatch: pytest.MonkeyPatch, returned: object, output: str) -> JobError:
    with pytest.raises(JobError) as caught:
        _values(monkeypatch, returned, output)
    return caught.value


def _values(monkeypatch: pytest.MonkeyPatch, returned: object, output: str) -> pa.Array:
    monkeypatch.setattr(functions, "_given", [returned])
    udf = describe(UdfRef("functions:gives", output_type=output), TABLE)
    batch: Any = pa.record_batch({"number": [0, 1, 2, 3]})
    return BatchRunner(udf).compute(batch, 7, np.arange(4))
