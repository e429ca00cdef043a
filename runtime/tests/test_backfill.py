from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

import functions
from backfill_runtime import commit
from backfill_runtime.arrow_types import parse_type
from backfill_runtime.backfill import Backfill
from support import backfill, column, fails_unchanged, numbers, run, versions

pytestmark = pytest.mark.usefixtures("inline_pool")

DOUBLES = [number * 2 for number in range(10)]


@pytest.mark.parametrize(
    ("udf", "more", "expected"),
    [
        ("label", {}, [f"{number}:x{number}" for number in range(10)]),
        ("label", {"inputs": {"number": "text", "text": "number"}}, [f"x{number}:{number}" for number in range(10)]),
        ("vector", {}, [[float(number), 0.5] for number in range(10)]),
        ("vector", {"outputType": "fixed_size_list<float>[2]"}, [[float(number), 0.5] for number in range(10)]),
        ("untyped", {"outputType": "float"}, [float(number) for number in range(10)]),
        ("scaled", {}, [number * 10 for number in range(10)]),
        ("keyword", {}, [f"x{number}" * number for number in range(10)]),
        ("Adder", {}, [number + 100 for number in range(10)]),
        ("record", {"outputType": "struct<half: double>"}, [{"half": n / 2} for n in range(10)]),
        (
            "Statistics",
            {"outputType": "struct<seen: int64, total: int64>"},
            [{"seen": n + 1, "total": sum(range(n + 1))} for n in range(10)],
        ),
        ("async_double", {}, DOUBLES),
        ("AsyncAdder", {}, [number + 100 for number in range(10)]),
        ("async_arrow_double", {"outputType": "int64"}, DOUBLES),
        ("bound_double", {}, DOUBLES),
        ("callable_double", {}, DOUBLES),
        ("holds_a_lock", {}, DOUBLES),
        ("numpy_record", {"outputType": "struct<half: double>"}, [{"half": n / 2} for n in range(10)]),
        ("arrow_records", {"outputType": "struct<half: double>"}, [{"half": n / 2} for n in range(10)]),
        ("arrow_double", {"outputType": "int64"}, DOUBLES),
        ("numpy_double", {"outputType": "int64"}, DOUBLES),
        ("numpy_pair", {"outputType": "fixed_size_list<float>[2]"}, [[n, n + 1.0] for n in range(10)]),
        ("batch_double", {"outputType": "int64", "inputs": {"value": "number"}}, DOUBLES),
    ],
)
def test_runs_each_kind_of_function(tmp_path: Path, udf: str, more: dict[str, object], expected: list[object]) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t", udf, batchRows=3, **more))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == expected


def test_computes_only_null_rows_of_a_column_that_is_there(tmp_path: Path) -> None:
    numbers(tmp_path / "t", out=pa.array([-1, None, -1, -1, -1, -1, -1, -1, None, None], pa.int64()))

    outcome = run(backfill(tmp_path / "t"))

    assert column(tmp_path / "t") == [-1, 2, -1, -1, -1, -1, -1, -1, 16, 18]
    assert (outcome.last["rows"], outcome.last["fragments"]) == (3, 2)


def test_computes_only_rows_that_the_filter_keeps(tmp_path: Path) -> None:
    numbers(tmp_path / "t", out=pa.array([-1] * 10, pa.int64()))

    outcome = run(backfill(tmp_path / "t", where="number IN (1, 8)"))

    assert column(tmp_path / "t") == [-1, 2, -1, -1, -1, -1, -1, -1, 16, -1]
    assert outcome.last["rows"] == 2


def test_a_filter_on_a_new_column_leaves_the_other_rows_null(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    run(backfill(tmp_path / "t", where="number >= 9"))

    assert column(tmp_path / "t") == [None] * 9 + [18]


def test_a_filter_that_keeps_nothing_adds_the_column(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t", where="number > 99"))

    assert outcome.succeeded
    assert outcome.last["rows"] == 0
    assert column(tmp_path / "t") == [None] * 10


def test_deleted_rows_are_neither_computed_nor_counted(tmp_path: Path) -> None:
    numbers(tmp_path / "t").delete("number IN (1, 2, 9)")

    outcome = run(backfill(tmp_path / "t"))

    assert column(tmp_path / "t") == [0, 6, 8, 10, 12, 14, 16]
    assert outcome.last["rows"] == 7
    lance.dataset(tmp_path / "t").validate()


def test_a_complete_column_needs_no_commit(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    run(backfill(tmp_path / "t"))
    before = versions(tmp_path / "t")

    again = run(backfill(tmp_path / "t"), run_id="r2")

    assert again.succeeded
    assert (again.last["rows"], again.last["tableVersion"]) == (0, before)
    assert again.of("commit") == []


def test_leaves_no_checkpoint_behind(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    run(backfill(tmp_path / "t"))

    assert [path.name for path in (tmp_path / "t/_backfill/r1").iterdir()] == ["events.ndjson"]


def test_another_function_does_not_use_the_checkpoints(tmp_path: Path) -> None:
    numbers(tmp_path / "t", folder=[str(tmp_path)] * 10)
    (tmp_path / "fail").touch()
    run(backfill(tmp_path / "t", "counted", workers={"concurrency": 1}))

    outcome = run(backfill(tmp_path / "t", "double"), attempt=2)

    assert outcome.of("plan")[0]["rowsDone"] == 0
    assert column(tmp_path / "t") == DOUBLES


def _during_the_run(monkeypatch: pytest.MonkeyPatch, table: Path, *changes: object) -> None:
    """Applies one change to the table before each commit."""
    pending, commit_column = list(changes), commit.commit_column

    def commit_after_a_change(*arguments: object) -> object:
        if pending:
            pending.pop(0)(lance.dataset(table))
        return commit_column(*arguments)

    monkeypatch.setattr(commit, "commit_column", commit_after_a_change)


@pytest.mark.parametrize("exists", [False, True])
def test_rows_appended_meanwhile_are_computed_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    out = {"out": pa.nulls(10, pa.int64())} if exists else {}
    numbers(tmp_path / "t", **out)
    more = [pa.table({"number": [number], "text": ["x"]}) for number in (10, 11)]
    _during_the_run(monkeypatch, tmp_path / "t", *(lambda table, rows=rows: table.insert(rows) for rows in more))

    outcome = run(backfill(tmp_path / "t"))

    assert [plan["rows"] for plan in outcome.of("plan")] == [10, 1, 1]
    assert column(tmp_path / "t") == [*DOUBLES, 20, 22]
    assert (outcome.last["rows"], outcome.last["fragments"]) == (12, 5)


def test_what_another_writer_moves_after_the_commit_is_not_computed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers(tmp_path / "t", out=pa.array(range(10), pa.int64()))
    more = pa.table({"number": [10], "text": ["x"], "out": [10]})
    _during_the_run(
        monkeypatch, tmp_path / "t", lambda table: table.insert(more), lambda table: table.optimize.compact_files()
    )

    run(backfill(tmp_path / "t", where="true", inputs={"number": "out"}))

    assert column(tmp_path / "t")[:10] == DOUBLES
    assert column(tmp_path / "t")[10] in (10, 20)  # the compaction took it along before its turn


def test_rows_appended_meanwhile_stay_null_when_nobody_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")
    more = pa.table({"number": [10], "text": ["x10"]})
    _during_the_run(monkeypatch, tmp_path / "t", lambda table: table.insert(more))

    run(backfill(tmp_path / "t", followAppends=False))
    first = column(tmp_path / "t")
    run(backfill(tmp_path / "t", followAppends=False), run_id="r2")

    assert first == [*DOUBLES, None]
    assert column(tmp_path / "t") == [*DOUBLES, 20]


def test_rows_deleted_meanwhile_stay_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")
    _during_the_run(monkeypatch, tmp_path / "t", lambda table: table.delete("number = 3"))

    outcome = run(backfill(tmp_path / "t"))

    assert len(outcome.of("plan")) == 1
    assert column(tmp_path / "t") == [value for value in DOUBLES if value != 6]


def test_a_table_compacted_meanwhile_is_planned_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")
    _during_the_run(monkeypatch, tmp_path / "t", lambda table: table.optimize.compact_files())

    outcome = run(backfill(tmp_path / "t"))

    assert outcome.succeeded, outcome.last
    assert len(outcome.of("plan")) == 2
    assert column(tmp_path / "t") == DOUBLES


def test_only_fragments_that_changed_are_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")
    _during_the_run(monkeypatch, tmp_path / "t", lambda table: table.delete("number < 4"))

    outcome = run(backfill(tmp_path / "t"))

    assert [plan["tasks"] for plan in outcome.of("plan")] == [3, 0]
    assert column(tmp_path / "t") == DOUBLES[4:]


def test_gives_up_when_the_table_changes_in_every_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t", per_fragment=5)

    def conflict(*_: object) -> None:
        raise commit.Conflict("fragment 0 was rewritten meanwhile")

    monkeypatch.setattr(commit, "commit_column", conflict)

    fails_unchanged(backfill(tmp_path / "t"), tmp_path / "t", "COMMIT_CONFLICT")


def test_a_failed_commit_leaves_the_table_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(lance.LanceDataset, "commit", full)

    error = fails_unchanged(backfill(tmp_path / "t"), tmp_path / "t", "COMMIT_FAILED")

    assert "no space left on device" in error["message"]


def test_a_new_column_appears_complete_in_one_version(tmp_path: Path) -> None:
    before = numbers(tmp_path / "t").version

    run(backfill(tmp_path / "t"))

    assert versions(tmp_path / "t") == before + 1
    assert len(list((tmp_path / "t/data").iterdir())) == 6  # one file each for the table's and the column's fragments


def test_another_column_added_meanwhile_costs_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")
    _during_the_run(monkeypatch, tmp_path / "t", lambda table: table.add_columns({"other": "number + 1"}))

    outcome = run(backfill(tmp_path / "t"))

    assert len(outcome.of("plan")) == 1
    assert column(tmp_path / "t") == DOUBLES
    assert column(tmp_path / "t", "other") == list(range(1, 11))


@pytest.mark.parametrize("exists", [False, True])
def test_a_table_that_changes_between_reading_it_and_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    numbers(tmp_path / "t", **({"out": pa.nulls(10, pa.int64())} if exists else {}))
    check, changes = commit._check_unchanged, ["number = 3", "number = 4", "number = 5"]

    def check_then_change(*arguments: object) -> None:
        check(*arguments)
        if changes:
            lance.dataset(tmp_path / "t").update({"text": "'new'"}, where=changes.pop())

    monkeypatch.setattr(commit, "_check_unchanged", check_then_change)

    outcome = run(backfill(tmp_path / "t", followAppends=False))

    assert len(outcome.of("plan")) == 1
    rows = lance.dataset(tmp_path / "t").to_table(columns=["number", "out"]).to_pylist()
    moved = [{"number": number, "out": None} for number in (5, 4, 3)]  # updated rows are new ones
    assert rows == [{"number": n, "out": n * 2} for n in range(10) if n not in (3, 4, 5)] + moved


def test_files_that_a_cleanup_takes_are_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")

    def clean(table: lance.LanceDataset) -> None:
        table.cleanup_old_versions(older_than=datetime.timedelta(0), delete_unverified=True)

    check = Backfill._check_files
    changes = [clean]

    def check_after_a_cleanup(self: Backfill, *arguments: object) -> None:
        if changes:
            changes.pop()(lance.dataset(tmp_path / "t"))
        check(self, *arguments)

    monkeypatch.setattr(Backfill, "_check_files", check_after_a_cleanup)

    outcome = run(backfill(tmp_path / "t"))

    assert outcome.succeeded, outcome.last
    assert len(outcome.of("plan")) == 2
    assert column(tmp_path / "t") == DOUBLES


@pytest.mark.parametrize("more", [{"where": "number > 3"}, {"onError": "skip"}])
def test_nulls_that_the_file_format_cannot_hold(tmp_path: Path, more: dict[str, object]) -> None:
    lance.write_dataset(pa.table({"number": [1, 2]}), tmp_path / "t", data_storage_version="2.0")
    job = backfill(tmp_path / "t", "record", outputType="struct<half: double>", **more)

    error = fails_unchanged(job, tmp_path / "t", "TABLE_FORMAT_TOO_OLD")

    assert "no null structs" in error["message"]


def test_a_null_that_the_file_format_cannot_hold(tmp_path: Path) -> None:
    lance.write_dataset(pa.table({"number": [1, 2]}), tmp_path / "t", data_storage_version="2.0")
    job = backfill(tmp_path / "t", "nothing", outputType="struct<half: double>")

    error = fails_unchanged(job, tmp_path / "t", "TABLE_FORMAT_TOO_OLD")

    assert "1 null value(s)" in error["message"] or "2 null value(s)" in error["message"]
    assert len(list((tmp_path / "t/data").iterdir())) == 1  # what was begun is gone


def test_structs_that_a_function_has_cut_out_of_larger_ones(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    job = backfill(tmp_path / "t", "cut_out", outputType="struct<a: struct<v: fixed_size_list<double>[2]>>")

    outcome = run(job)

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [{"a": {"v": [float(number), 0.5]}} for number in range(10)]


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
@pytest.mark.parametrize("more", [{}, {"where": "number > 1"}, {"checkpointRows": 1}])
def test_a_function_gets_the_bytes_of_a_blob(tmp_path: Path, version: str, more: dict[str, object]) -> None:
    blob = pa.field("blob", pa.large_binary(), metadata={"lance-encoding:blob": "true"})
    schema = pa.schema([("number", pa.int64()), blob])
    data = pa.table([[1, 2, 3], pa.array([b"", None, b"abc"], pa.large_binary())], schema=schema)
    lance.write_dataset(data, tmp_path / "t", data_storage_version=version)

    outcome = run(backfill(tmp_path / "t", "size_of", **more))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [None if "where" in more else 0, -1, 3]


def test_an_error_in_rows_that_were_appended_says_what_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers(tmp_path / "t", rows=4)
    _during_the_run(monkeypatch, tmp_path / "t", lambda table: table.insert(pa.table({"number": [5], "text": ["x"]})))

    outcome = run(backfill(tmp_path / "t", "double_not_five"))

    assert outcome.last["code"] == "UDF_FAILED"
    assert outcome.last["message"].endswith("on number=5; version 3 holds the column for all rows but those")
    assert column(tmp_path / "t") == [0, 2, 4, 6, None]


def test_rows_appended_meanwhile_to_a_table_of_an_old_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lance.write_dataset(pa.table({"number": [1, 2]}), tmp_path / "t", data_storage_version="2.0")
    _during_the_run(monkeypatch, tmp_path / "t", lambda table: table.insert(pa.table({"number": [3]})))

    outcome = run(backfill(tmp_path / "t", "record", outputType="struct<half: double>"))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [{"half": 0.5}, {"half": 1.0}, {"half": 1.5}]


def test_an_unknown_input_names_the_columns(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", inputs={"number": "nunber"}), tmp_path / "t", "INPUT_NOT_FOUND")

    assert "'nunber'" in error["message"]
    assert "did you mean 'number'" in error["message"]
    assert "number, text" in error["message"]


@pytest.mark.parametrize(
    ("udf", "more", "code", "words"),
    [
        ("doubel", {}, "UDF_NOT_FOUND", "did you mean 'double'"),
        ("constant", {}, "UDF_NOT_FOUND", "is not a function"),
        ("untyped", {}, "UDF_NO_TYPE", "no return annotation"),
        ("double", {"outputType": "int65"}, "OUTPUT_TYPE_INVALID", "'int65' is not an Arrow type"),
        ("double", {"inputs": {"nr": "number"}}, "UDF_ARGUMENTS", "inputs names 'nr'"),
        ("explode", {}, "UDF_YIELDS_ROWS", "generator"),
        ("batch_double", {"outputType": "int64"}, "UDF_ARGUMENTS", "RecordBatch"),
        ("Broken", {}, "UDF_FAILED", "OSError: no model here while being constructed"),
        ("double", {"where": "number >"}, "WHERE_INVALID", "Expected: an expression"),
        ("double", {"where": "nope = 1"}, "WHERE_INVALID", "nope"),
        ("double", {"where": "number + 1"}, "WHERE_INVALID", "boolean"),
        ("double", {"where": "number > 3;"}, "WHERE_INVALID", "Lance ignores ; after the condition"),
        ("double", {"column": "text"}, "COLUMN_TYPE_MISMATCH", "'text' is string, but functions:double gives int64"),
    ],
)
def test_a_wrong_job_is_one_clear_error(
    tmp_path: Path, udf: str, more: dict[str, object], code: str, words: str
) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", udf, **more), tmp_path / "t", code)

    assert words in error["message"]


def test_a_module_that_is_not_there_names_where_was_searched(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t") | {"udf": "no.such:function"}, tmp_path / "t", "UDF_NOT_FOUND")

    assert "no module 'no' for no.such:function; searched: the image" in error["message"]


def test_a_module_that_raises_shows_the_users_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t")
    (tmp_path / "raises_on_import.py").write_text("value = 1\nvalue / 0\n")
    monkeypatch.syspath_prepend(tmp_path)

    error = fails_unchanged(
        backfill(tmp_path / "t") | {"udf": "raises_on_import:function"}, tmp_path / "t", "UDF_IMPORT_FAILED"
    )

    assert "ZeroDivisionError: division by zero" in error["message"]
    assert "line 2, in <module>\n    value / 0" in error["traceback"]
    assert "backfill_runtime" not in error["traceback"]


def test_the_row_counts_deleted_and_filtered_ones(tmp_path: Path) -> None:
    numbers(tmp_path / "t", per_fragment=10).delete("number = 1")

    error = fails_unchanged(
        backfill(tmp_path / "t", "fails_at_five", where="number > 2", batchRows=2), tmp_path / "t", "UDF_FAILED"
    )

    assert error["row"] == 5


def test_a_wrong_value_names_its_row_and_type(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", "wrong_at_five"), tmp_path / "t", "UDF_WRONG_TYPE")

    assert (error["fragment"], error["row"]) == (1, 1)
    assert "returned 'five' of type str, expected int64" in error["message"]


@pytest.mark.parametrize(
    ("udf", "words"),
    [
        ("batch_short", "returned 3 values of int64 for 4 rows (rows 0 to 3)"),
        ("batch_long", "returned 5 values of int64 for 4 rows (rows 0 to 3)"),
        ("batch_scalar", "returned an int for 4 rows (rows 0 to 3)"),
        ("batch_text", "returned 'x' of type string, expected int64"),
    ],
)
def test_a_batch_function_must_return_a_value_for_each_row(tmp_path: Path, udf: str, words: str) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", udf, outputType="int64"), tmp_path / "t", "UDF_WRONG_TYPE")

    assert words in error["message"]
    assert error["fragment"] == 0


def test_a_null_for_a_column_that_takes_none(tmp_path: Path) -> None:
    schema = pa.schema([pa.field("number", pa.int64()), pa.field("out", pa.int64(), nullable=False)])
    lance.write_dataset(pa.table({"number": [1, None], "out": [0, 0]}, schema=schema), tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", where="true"), tmp_path / "t", "UDF_WRONG_TYPE")

    assert error["row"] == 1


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    outcome = run(backfill(tmp_path / "none"))

    assert outcome.last["code"] == "TABLE_NOT_FOUND"
    assert str(tmp_path / "none") in outcome.last["message"]
    assert not (tmp_path / "none").exists()


def test_a_table_of_an_unknown_scheme() -> None:
    outcome = run(backfill("s9://bucket/table"))

    assert outcome.last["code"] == "TABLE_NOT_READABLE"


def test_an_unexpected_error_is_one_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers(tmp_path / "t")

    def broken(*_: object) -> None:
        raise KeyError("a bug of ours")

    monkeypatch.setattr(commit, "commit_column", broken)

    error = fails_unchanged(backfill(tmp_path / "t"), tmp_path / "t", "INTERNAL")

    assert error["message"] == "KeyError: 'a bug of ours'"
    assert "Traceback" in capsys.readouterr().err


def test_events_are_json_lines_that_start_with_the_schema(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    run(backfill(tmp_path / "t"))

    for line in (tmp_path / "t/_backfill/r1/events.ndjson").read_text().splitlines():
        assert list(json.loads(line))[:2] == ["schema", "type"]


@pytest.mark.parametrize("run_id", ["..", "a/b", "../../up"])
def test_a_run_id_is_never_a_path(tmp_path: Path, run_id: str) -> None:
    numbers(tmp_path / "t")

    run(backfill(tmp_path / "t"), run_id=run_id)

    (folder,) = (tmp_path / "t/_backfill").iterdir()
    assert [path.name for path in folder.iterdir()] == ["events.ndjson"]


@pytest.mark.parametrize(
    ("column_type", "old", "udf"),
    [
        ("list<double>", [[7.0], None, None], "vector"),
        ("fixed_size_list<double>[2]", [[7.0, 7.0], None, None], "vector"),
        ("struct<half: double>", [{"half": 7.0}, None, None], "record"),
    ],
)
def test_fills_the_nulls_of_nested_columns(tmp_path: Path, column_type: str, old: list[object], udf: str) -> None:
    numbers(tmp_path / "t", rows=3, out=pa.array(old, parse_type(column_type))).delete("number = 1")

    outcome = run(backfill(tmp_path / "t", udf, outputType=column_type))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [old[0], {"half": 1.0} if udf == "record" else [2.0, 0.5]]


@pytest.mark.parametrize(
    ("udf", "output", "value"),
    [
        ("Refilled", "int64", lambda number: number * 2),
        ("RefilledMatrix", "fixed_size_list<float>[2]", lambda number: [number, number]),
        ("RefilledColumns", "struct<a: int64>", lambda number: {"a": number}),
        ("RefilledChunk", "int64", lambda number: number),
        ("RefilledArray", "int64", lambda number: number),
        ("RefilledArray", "uint64", lambda number: number),
        ("RefilledVectors", "fixed_size_list<int64>[1]", lambda number: [number]),
        ("RefilledList", "list<double>", lambda number: [number]),
    ],
)
def test_what_a_function_fills_anew_for_the_next_rows_is_kept(
    tmp_path: Path, udf: str, output: str, value: Callable[[int], Any]
) -> None:
    numbers(tmp_path / "t", rows=30, per_fragment=30)
    assert run(backfill(tmp_path / "t", udf, outputType=output, batchRows=4)).succeeded
    assert column(tmp_path / "t") == [value(number) for number in range(30)]


def test_what_a_matrix_masks_is_null(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=3)
    assert run(backfill(tmp_path / "t", "masked_matrix", outputType="fixed_size_list<float>[2]")).succeeded
    assert column(tmp_path / "t") == [[0.0, None], [1.0, None], [2.0, None]]


@pytest.mark.parametrize("name", ["_rowid", "_rowaddr", "_row_created_at_version", "a.b", "a`b"])
def test_a_name_that_lance_could_not_find_again(tmp_path: Path, name: str) -> None:
    numbers(tmp_path / "t")
    error = fails_unchanged(backfill(tmp_path / "t", column=name), tmp_path / "t", "COLUMN_NAME_INVALID")
    assert repr(name) in error["message"]


def test_a_filter_that_some_row_does_not_take(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    job = backfill(tmp_path / "t", where="cast(text as int) > 3")
    error = fails_unchanged(job, tmp_path / "t", "WHERE_INVALID")
    assert "cannot be computed for all rows" in error["message"]
    assert "x0" in error["message"]


def test_a_time_limit_beyond_what_timers_take(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    assert run(backfill(tmp_path / "t", batchTimeoutSeconds=1e12)).succeeded
    assert column(tmp_path / "t") == [number * 2 for number in range(10)]


def test_an_address_whose_path_is_quoted(tmp_path: Path) -> None:
    numbers(tmp_path / "a table")
    assert run(backfill(f"file://{tmp_path}/a%20table")).succeeded
    assert column(tmp_path / "a table") == [number * 2 for number in range(10)]


@pytest.mark.parametrize(
    "move",
    [
        lambda table: table.optimize.compact_files(),
        lambda table: table.update({"text": "'moved'"}, where="number = 101"),
    ],
    ids=["compacted", "updated"],
)
@pytest.mark.parametrize("more", [{}, {"where": "number >= 0"}], ids=["null", "where"])
def test_rows_that_came_meanwhile_and_are_moved_while_they_are_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, move: Callable[[lance.LanceDataset], object], more: dict[str, Any]
) -> None:
    numbers(tmp_path / "t", rows=8)
    come = iter([True])
    moved = iter([True])

    def meanwhile(number: int) -> None:
        if number == 7 and next(come, False):
            lance.write_dataset(pa.table({"number": [100, 101], "text": ["a", "b"]}), tmp_path / "t", mode="append")
        if number == 100 and next(moved, False):
            move(lance.dataset(tmp_path / "t"))

    monkeypatch.setattr(functions, "_hooks", [meanwhile])
    assert run(backfill(tmp_path / "t", "hooked", **more)).succeeded
    rows = lance.dataset(tmp_path / "t").to_table(columns=["number", "out"]).to_pylist()
    assert [(row["number"], row["out"]) for row in rows if row["out"] != row["number"] * 2] == []


@pytest.mark.parametrize("rows", [3000, 300])
def test_more_categories_than_their_indices_can_count(tmp_path: Path, rows: int) -> None:
    numbers(tmp_path / "t", rows=rows, per_fragment=rows)
    job = backfill(tmp_path / "t", "category" if rows == 3000 else "label", batchRows=1000)
    kind = "dictionary<values=string, indices={}>"

    error = fails_unchanged(job | {"outputType": kind.format("int8")}, tmp_path / "t", "UDF_WRONG_TYPE")

    assert "128" in error["message"] or "int8" in error["message"]
    assert run(job | {"outputType": kind.format("int16")}).succeeded
    assert len(set(column(tmp_path / "t"))) == 300
