from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime.job_spec import UdfRef
from backfill_runtime.udf import Udf
from backfill_runtime.values import from_rows

UNITS = ["s", "ms", "us", "ns"]


def _made(output: pa.DataType, values: Any) -> list[Any]:
    return from_rows(Udf(UdfRef("m:f"), ("x",), ("x",), object, output, "", ()), values).to_pylist()


@pytest.mark.parametrize("wrap", [pa.list_, pa.large_list, lambda item: pa.list_(item, 2)])
@pytest.mark.parametrize("kind", [pa.timestamp, pa.duration])
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("own", UNITS)
def test_a_time_within_a_list_is_the_same_time(wrap: Any, kind: Any, unit: str, own: str) -> None:
    seconds = pa.array([1_577_836_800, -300_000_000], pa.int64())
    times = seconds.cast(kind("s")).cast(kind(own)).to_numpy()
    expected = [seconds.cast(kind("s")).cast(kind(unit)).to_pylist()]
    output = wrap(kind(unit))

    assert _made(output, [times]) == expected
    assert _made(output, np.stack([times])) == expected
    assert _made(pa.list_(output), [[times]]) == [expected]
    assert _made(output, [None, times]) == [None, *expected]
