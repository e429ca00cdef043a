"""A fraction for a column of integers is a wrong value, as the type of the function says; Arrow would cut it off."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import functions
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.udf import Udf
from backfill_runtime.values import WrongValue, from_rows
from support import backfill, column, fails_unchanged, numbers, run

LISTS = pa.list_(pa.int8())
STRUCTS = pa.struct([("name", pa.string()), ("size", pa.int32())])
ONE = pa.struct([("size", pa.int32())])


def _udf(output: pa.DataType) -> Udf:
    return Udf(UdfRef("m:f"), ("x",), ("x",), object, output, "", ())


@pytest.mark.parametrize(
    ("output", "good", "bad"),
    [
        (pa.int64(), 1, 1.5),
        (pa.int64(), 2.0, np.float32(0.5)),
        (pa.uint8(), None, Decimal("1.5")),
        (pa.int64(), Decimal(2), 1.5),
        (pa.int64(), 2**60 + 1, 0.5),
        (LISTS, [1], [1, 1.5]),
        (LISTS, np.array([1.0]), np.array([1.5])),
        (pa.large_list(pa.int8()), [1.0], [1.5]),
        (pa.list_(pa.int8(), 1), [1.0], [1.5]),
        (pa.list_(pa.list_(pa.int8())), [[1]], [[1], [0.5]]),
        (STRUCTS, {"name": "a", "size": 1}, {"name": "b", "size": 1.5}),
        (STRUCTS, functions.Sized("a", 1), functions.Sized("b", 1.5)),
        (STRUCTS, None, functions.Sized("b", 1.5)),
        (pa.list_(STRUCTS), [{"name": "a", "size": 1}], [{"name": "b", "size": 1.5}]),
        (pa.list_(STRUCTS), [functions.Sized("a", 1), None], [functions.Sized("b", 1.5)]),
        (pa.list_(pa.list_(STRUCTS, 1)), [[functions.Sized("a", 1)], None], [[functions.Sized("b", 1.5)]]),
        (pa.list_(ONE), [(1,), None], [(1.5,)]),
        (pa.struct([("all", pa.list_(ONE))]), {"all": [(1,), None]}, {"all": [(1.5,)]}),
        (pa.struct([("all", pa.list_(ONE))]), [("all", [(1,)])], [("all", [(1.5,)])]),
    ],
)
def test_the_row_of_a_fraction_is_named(output: pa.DataType, good: Any, bad: Any) -> None:
    with pytest.raises(WrongValue) as caught:
        from_rows(_udf(output), [good, good, bad, good])

    assert caught.value.index == 2
    assert f"expected {output}" in caught.value.message
    assert len(from_rows(_udf(output), [good, good])) == 2


def test_whole_numbers_are_taken_as_they_are() -> None:
    values = [2**60 + 1, 2.0, None, np.float64(3), Decimal(4)]
    assert from_rows(_udf(pa.int64()), values).to_pylist() == [2**60 + 1, 2, None, 3, 4]
    assert from_rows(_udf(pa.uint64()), [2**63, 1]).to_pylist() == [2**63, 1]


@pytest.mark.parametrize("matrix", [np.array([[1.0], [1.5]]), np.array([[1.0], [1.5]], object)])
@pytest.mark.parametrize("output", [LISTS, pa.list_(pa.int8(), 1)])
def test_a_matrix_with_a_fraction(matrix: np.ndarray, output: pa.DataType) -> None:
    with pytest.raises(WrongValue) as caught:
        from_rows(_udf(output), matrix)

    assert caught.value.index == 1
    assert from_rows(_udf(output), matrix[:1]).to_pylist() == [[1]]


@given(st.lists(st.one_of(st.none(), st.integers(-(2**31), 2**31), st.floats(-1e6, 1e6)), min_size=1))
def test_a_value_is_kept_or_refused(values: list[float | None]) -> None:
    wrong = [index for index, value in enumerate(values) if value is not None and value != int(value)]
    if not wrong:
        assert from_rows(_udf(pa.int64()), values).to_pylist() == values
        return
    with pytest.raises(WrongValue) as caught:
        from_rows(_udf(pa.int64()), values)
    assert caught.value.index == wrong[0]


@pytest.mark.usefixtures("inline_pool")
def test_a_function_whose_type_says_int(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", "half_at_five"), tmp_path / "t", "UDF_WRONG_TYPE")

    assert (error["fragment"], error["row"]) == (1, 1)
    assert "2.5 of type float, expected int64" in error["message"]
    assert run(backfill(tmp_path / "t", "half_at_five", onError="skip"), run_id="r2").succeeded
    assert column(tmp_path / "t") == [0, 1, 2, 3, 4, None, 6, 7, 8, 9]
