from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime.job_spec import UdfRef
from backfill_runtime.udf import Udf
from backfill_runtime.values import WrongValue, from_rows

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


TIMES = pa.list_(pa.timestamp("us"))
SECONDS = np.array(["2020-01-01", "NaT"], "M8[s]")
EXPECTED = [datetime.datetime(2020, 1, 1), None]


def _objects(*values: Any) -> np.ndarray:
    """Values of an array, whatever they are themselves."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


@pytest.mark.parametrize(
    ("output", "values", "expected"),
    [
        (pa.struct([("at", TIMES)]), [{"at": SECONDS}, None], [{"at": EXPECTED}, None]),
        (pa.struct([("at", TIMES)]), [(SECONDS,)], [{"at": EXPECTED}]),
        (pa.list_(pa.struct([("at", TIMES)])), [[{"at": SECONDS}, None]], [[{"at": EXPECTED}, None]]),
        (pa.struct([("n", pa.int8()), ("at", TIMES)]), [{"n": 1}], [{"n": 1, "at": None}]),
        (pa.list_(TIMES), [(SECONDS,)], [[EXPECTED]]),
        (TIMES, _objects(SECONDS, None, SECONDS[:1]), [EXPECTED, None, EXPECTED[:1]]),
        (pa.list_(TIMES), [_objects(SECONDS, SECONDS[:1])], [[EXPECTED, EXPECTED[:1]]]),
    ],
)
def test_times_wherever_they_are(output: pa.DataType, values: Any, expected: Any) -> None:
    assert _made(output, values) == expected


@pytest.mark.parametrize("time", [np.datetime64("3000-01-01", "s"), np.timedelta64(1_000_000, "D")])
@pytest.mark.parametrize("wrap", [lambda times: [times], lambda times: np.stack([times])], ids=["list", "matrix"])
def test_times_that_the_unit_cannot_hold(time: Any, wrap: Any) -> None:
    kind = pa.timestamp("ns") if time.dtype.kind == "M" else pa.duration("ns")
    with pytest.raises(WrongValue, match="without loss"):
        _made(pa.list_(kind), wrap(np.array([time])))


def test_times_between_two_of_the_unit() -> None:
    with pytest.raises(WrongValue, match="without loss") as caught:
        _made(TIMES, [SECONDS, np.array(["2020-01-01T00:00:00.000000001"], "M8[ns]")])
    assert caught.value.index == 1
