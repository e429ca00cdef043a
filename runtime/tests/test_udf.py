from __future__ import annotations

import functools
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import functions
from backfill_runtime.batch_rows import BatchRows
from backfill_runtime.batch_runner import BatchRunner
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.udf import describe, load

TABLE = pa.schema([("number", pa.int64()), ("text", pa.string()), ("blob", pa.binary())])


def _compute(name: str, rows: list[dict[str, object]], **ref: object) -> list[object]:
    udf = describe(UdfRef(f"functions:{name}", **ref), TABLE)
    batch = pa.RecordBatch.from_pylist(rows, TABLE)
    return BatchRunner(udf).compute(batch, 0, np.arange(len(rows))).to_pylist()


def test_a_function_gets_nulls_as_none() -> None:
    assert _compute("double", [{"number": 1}, {"number": None}]) == [2, None]


def test_an_argument_with_a_default_may_be_a_column() -> None:
    assert _compute("scaled", [{"number": 3}]) == [30]
    assert _compute("scaled", [{"number": 3}], inputs={"factor": "number"}) == [9]


def test_shown_values_are_short_and_never_raise() -> None:
    with pytest.raises(JobError) as caught:
        _compute("unpack", [{"text": "x" * 100_000, "blob": b"y" * 100_000}])

    assert len(caught.value.message) < 400
    assert "(100000 bytes)" in caught.value.message


def test_a_wrong_value_that_cannot_be_shown() -> None:
    with pytest.raises(JobError) as caught:
        _compute("unshowable", [{"number": 1}])

    assert caught.value.code == "UDF_WRONG_TYPE"
    assert "of type Unshowable" in caught.value.message


def test_an_error_whose_message_raises() -> None:
    with pytest.raises(JobError) as caught:
        _compute("raises_unshowable", [{"number": 1}])

    assert caught.value.code == "UDF_FAILED"


def test_another_source_has_another_digest() -> None:
    one, two = (describe(UdfRef(f"functions:{name}"), TABLE).source_digest for name in ("double", "scaled"))

    assert one != two


def test_a_function_that_exits_is_an_error() -> None:
    with pytest.raises(JobError) as caught:
        _compute("exits", [{"number": 1}])

    assert caught.value.code == "UDF_FAILED"
    assert "SystemExit" in caught.value.message


def test_rows_of_an_async_function_run_at_once_but_not_all_of_them() -> None:
    began = time.monotonic()

    at_once = _compute("AtOnce", [{"number": number} for number in range(200)])

    assert max(at_once) == 64
    assert time.monotonic() - began < 5  # 200 times 0.05 seconds one after another are 10


def test_vectors_come_to_numpy_as_a_matrix_unless_one_is_null() -> None:
    schema = pa.schema([("vector", pa.list_(pa.float32(), 2))])
    udf = describe(UdfRef("functions:matrix_shape", output_type="int64"), schema)
    for rows, dimensions in ([[1.0, 2.0], [3.0, 4.0]], 2), ([[1.0, 2.0], None], 1):
        batch = pa.record_batch([pa.array(rows, schema.field(0).type)], schema=schema)
        assert BatchRunner(udf).compute(batch, 0, np.arange(2)).to_pylist() == [dimensions] * 2


def test_tells_a_generator() -> None:
    udf = describe(UdfRef("functions:explode"), TABLE)

    assert (udf.yields_rows, udf.is_async, udf.output) == (True, False, pa.int64())
    assert describe(UdfRef("functions:async_double"), TABLE).is_async


def test_the_number_of_rows_follows_the_speed() -> None:
    rows = BatchRows(8192, fixed=False)
    for _ in range(5):
        rows.took(rows.now, 0.001)
    assert rows.now == 8192
    rows.took(8192, 100.0)
    assert rows.now == 4096
    for _ in range(20):
        rows.took(rows.now, 100.0)
    assert rows.now == 1
    assert BatchRows(100, fixed=True).now == 100


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("features.prices:gross", "'features.price'"),
        ("featuers.price:gross", "'features'"),
        ("features.unlike:gross", None),
    ],
)
def test_a_module_that_is_not_there_names_the_nearest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, meant: str | None
) -> None:
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "__init__.py").touch()
    (tmp_path / "features" / "price.py").write_text("def gross(net: float) -> float:\n    return net\n")
    monkeypatch.syspath_prepend(tmp_path)
    for module in ("features", "features.price"):
        monkeypatch.delitem(sys.modules, module, raising=False)

    with pytest.raises(JobError) as caught:
        load(UdfRef(name), [str(tmp_path)])

    suggestion = f"did you mean {meant}? " if meant else ""
    assert caught.value.message.endswith(f" for {name}; {suggestion}searched: {tmp_path} and the image")


def test_the_digest_of_a_partial_function_is_of_what_it_is_given_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def digest(part: object) -> str:
        monkeypatch.setattr(functions, "part", part)
        return describe(UdfRef("functions:part"), TABLE).source_digest

    given_a = digest(functools.partial(functions.label, text="a"))
    assert digest(functools.partial(functions.label, text="a")) == given_a
    assert digest(functools.partial(functions.label, text="b")) != given_a
    assert digest(functools.partial(functions.scaled, factor=1)) != given_a


def test_the_digest_of_an_instance_is_that_of_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = []
    for instance in (functions.Refilled(), functions.Refilled(), functions.RefilledMatrix()):
        monkeypatch.setattr(functions, "part", instance)
        digests.append(describe(UdfRef("functions:part", output_type="list<double>"), TABLE).source_digest)
    assert digests[0] == digests[1] != digests[2]
