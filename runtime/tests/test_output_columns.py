"""One function that fills several columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from support import backfill, column, fails_unchanged, numbers, run, versions, view

pytestmark = pytest.mark.usefixtures("inline_pool")

TYPE = "struct<twice: int64, label: string>"
EXPECTED = {"twice": [2 * number for number in range(10)], "label": [f"n{number}" for number in range(10)]}


def sizes(table: Path, udf: str = "size", **more: Any) -> dict[str, Any]:
    job = backfill(table, udf, **more) | {"columns": ["twice", "label"]}
    del job["column"]
    return job


def stored(table: Path) -> dict[str, list[Any]]:
    return lance.dataset(table).to_table(columns=["twice", "label"]).to_pydict()


@pytest.mark.parametrize(
    ("udf", "more"),
    [("size", {}), ("size_of_batch", {"outputType": TYPE}), ("size_by_name", {"outputType": TYPE})],
)
def test_are_added_in_one_commit(tmp_path: Path, udf: str, more: dict[str, str]) -> None:
    before = numbers(tmp_path / "t").version

    outcome = run(sizes(tmp_path / "t", udf, **more))

    assert outcome.succeeded, outcome.last
    assert versions(tmp_path / "t") == before + 1
    assert stored(tmp_path / "t") == EXPECTED
    dataset = lance.dataset(tmp_path / "t")
    dataset.validate()
    files = [fragment.metadata.files for fragment in dataset.get_fragments()]
    assert [len(each) for each in files] == [2] * len(files)  # the table's own, and one with both columns


def test_a_named_tuple_may_be_none(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    assert run(sizes(tmp_path / "t", "named_size")).succeeded
    assert [(row["twice"], row["label"]) for row in lance.dataset(tmp_path / "t").to_table().to_pylist()[4:7]] == [
        (8, "n4"),
        (None, None),
        (12, "n6"),
    ]


@pytest.mark.parametrize("missing", ["twice", "label"])
def test_rows_that_lack_either_of_them_are_computed(tmp_path: Path, missing: str) -> None:
    there = {"twice": pa.array([-1] * 10), "label": pa.array(["old"] * 10)}
    there[missing] = pa.array([None, *there[missing].to_pylist()[1:]], there[missing].type)
    numbers(tmp_path / "t", **there)

    outcome = run(sizes(tmp_path / "t"))

    assert outcome.last["rows"] == 1, outcome.last
    assert stored(tmp_path / "t") == {"twice": [0, *[-1] * 9], "label": ["n0", *["old"] * 9]}


def test_old_values_stay_where_the_filter_does_not_match(tmp_path: Path) -> None:
    numbers(tmp_path / "t", twice=[-1] * 10, label=["old"] * 10)
    lance.dataset(tmp_path / "t").delete("number = 2")

    assert run(sizes(tmp_path / "t", where="number >= 6")).succeeded
    assert stored(tmp_path / "t") == {
        "twice": [*[-1] * 5, *EXPECTED["twice"][6:]],
        "label": [*["old"] * 5, *EXPECTED["label"][6:]],
    }


def test_columns_in_files_of_their_own_are_replaced(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    run(backfill(tmp_path / "t", "double", "twice"), run_id="one")
    run(backfill(tmp_path / "t", "named", "label"), run_id="two")

    assert run(sizes(tmp_path / "t", where="true")).succeeded
    assert stored(tmp_path / "t") == EXPECTED
    lance.dataset(tmp_path / "t").validate()


def test_a_run_that_failed_goes_on(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60)
    job = sizes(tmp_path / "t", "size_of_forty", checkpointRows=10, batchRows=10)

    failed, again = run(job), run(job, attempt=2)

    assert [event["code"] for event in failed.of("error")] == ["UDF_FAILED"]
    assert again.succeeded, again.last
    assert again.of("plan")[0]["rowsDone"] == 40
    assert stored(tmp_path / "t") == {"twice": [2 * n for n in range(60)], "label": [f"n{n}" for n in range(60)]}


def test_a_row_that_is_skipped_is_null_in_all_of_them(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    assert run(sizes(tmp_path / "t", "size_fails_at_five", onError="skip")).succeeded
    assert stored(tmp_path / "t")["twice"][5] is stored(tmp_path / "t")["label"][5] is None
    assert stored(tmp_path / "t")["twice"][6] == 12


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
def test_every_file_format(tmp_path: Path, version: str) -> None:
    data = pa.table({"number": list(range(10))})
    lance.write_dataset(data, tmp_path / "t", max_rows_per_file=4, data_storage_version=version)

    assert run(sizes(tmp_path / "t", "named_size", where="number < 8")).succeeded
    assert stored(tmp_path / "t")["twice"] == [0, 2, 4, 6, 8, None, 12, 14, None, None]


class TestRefuses:
    def test_fields_that_are_not_the_columns(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        job = sizes(tmp_path / "t") | {"columns": ["twice", "lable"]}

        error = fails_unchanged(job, tmp_path / "t", "COLUMNS_MISMATCH")

        assert "twice, lable" in error["message"]
        assert TYPE in error["message"]

    def test_a_function_that_gives_one_value(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        assert (
            "gives int64"
            in fails_unchanged(sizes(tmp_path / "t", "double"), tmp_path / "t", "COLUMNS_MISMATCH")["message"]
        )

    def test_columns_of_which_only_some_are_there(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", label=["old"] * 10)
        error = fails_unchanged(sizes(tmp_path / "t"), tmp_path / "t", "COLUMNS_PARTLY_THERE")
        assert "'label', but not 'twice'" in error["message"]

    def test_a_column_of_another_type(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", twice=["a"] * 10, label=["old"] * 10)
        error = fails_unchanged(sizes(tmp_path / "t"), tmp_path / "t", "COLUMN_TYPE_MISMATCH")
        assert "set outputType so that twice is string" in error["fix"]

    def test_a_field_that_the_struct_lacks(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        error = fails_unchanged(sizes(tmp_path / "t", "size_misspelt"), tmp_path / "t", "UDF_WRONG_TYPE")
        assert "returned 'lable'" in error["message"]
        assert (error["fragment"], error["row"]) == (1, 1)

    def test_such_a_field_in_a_list_of_a_batch(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        error = fails_unchanged(
            sizes(tmp_path / "t", "sizes_misspelt", outputType=TYPE), tmp_path / "t", "UDF_WRONG_TYPE"
        )
        assert "returned 'lable'" in error["message"]
        assert (error["fragment"], error["row"]) == (1, 1)

    def test_named_tuples_in_another_order_than_the_type(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        job = sizes(tmp_path / "t", "named_size", outputType="struct<label: string, twice: int64>")
        assert "the fields twice, label" in fails_unchanged(job, tmp_path / "t", "UDF_WRONG_TYPE")["message"]

    def test_another_run_that_holds_one_of_them(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", folder=[str(tmp_path / "t")] * 10)
        job = sizes(tmp_path / "t", "size_while_label_is_held")
        assert run(job).succeeded
        assert set(column(tmp_path / "t", "label")) == {"COLUMN_BUSY"}


class TestViews:
    def test_several_columns_of_a_view(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        columns = [{"columns": ["label", "twice"], "udf": "functions:size"}]

        outcome = run(view(tmp_path / "t", tmp_path / "view", select=["number"], columns=columns))

        assert outcome.succeeded, outcome.last
        assert lance.dataset(tmp_path / "view").to_table(columns=["twice", "label"]).to_pydict() == EXPECTED

    def test_of_a_generator(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=4)
        columns = [{"columns": ["twice", "label"], "udf": "functions:sizes"}]

        outcome = run(view(tmp_path / "t", tmp_path / "view", select=["number"], columns=columns))

        assert outcome.succeeded, outcome.last
        rows = lance.dataset(tmp_path / "view").to_table(columns=["number", "twice", "label"]).to_pylist()
        assert [tuple(row.values()) for row in rows] == [
            (number, 2 * index, f"{number}.{index}") for number in range(4) for index in range(number)
        ]
