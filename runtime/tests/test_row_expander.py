"""Views with several rows for a row of their source, or none."""

from __future__ import annotations

from pathlib import Path

import lance
import pytest

from support import numbers, run, view

pytestmark = pytest.mark.usefixtures("inline_pool")


@pytest.mark.parametrize("udf", ["explode", "async_explode"])
def test_a_generator_gives_a_row_for_each_value(tmp_path: Path, udf: str) -> None:
    numbers(tmp_path / "t", rows=5, per_fragment=3)
    columns = [{"column": "value", "udf": f"functions:{udf}"}, {"column": "twice", "udf": "functions:double"}]

    outcome = run(view(tmp_path / "t", tmp_path / "v", select=["number"], columns=columns))

    assert outcome.succeeded, outcome.last
    expected = [{"number": n, "value": value, "twice": n * 2} for n in range(5) for value in range(n)]
    assert lance.dataset(tmp_path / "v").to_table().to_pylist() == expected
    assert outcome.last["rows"] == 10


@pytest.mark.parametrize(("udf", "code"), [("explode_wrong", "UDF_WRONG_TYPE"), ("explode_fails", "UDF_FAILED")])
def test_what_goes_wrong_names_the_row(tmp_path: Path, udf: str, code: str) -> None:
    numbers(tmp_path / "t")
    columns = [{"column": "value", "udf": f"functions:{udf}"}]

    outcome = run(view(tmp_path / "t", tmp_path / "v", columns=columns))

    assert (outcome.last["code"], outcome.last["fragment"], outcome.last["row"]) == (code, 1, 1)


def test_two_generators_are_refused(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    columns = [{"column": "a", "udf": "functions:explode"}, {"column": "b", "udf": "functions:chunks"}]

    outcome = run(view(tmp_path / "t", tmp_path / "v", columns=columns))

    assert outcome.last["code"] == "UDF_YIELDS_ROWS"
