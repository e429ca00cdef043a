"""What other writers do to a table while a run commits to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import lance
import pyarrow as pa
import pytest
from lance.file import LanceFileWriter
from lance.fragment import DataFile

from backfill_runtime import commit
from support import backfill, column, numbers, run, seen

pytestmark = pytest.mark.usefixtures("inline_pool")

DOUBLES = [number * 2 for number in range(10)]
OTHERS = [100, 101, 102, 103, *range(4, 10)]  # instead of 0 to 9: the first fragment has other numbers

Change = Callable[[lance.LanceDataset], object]
When = Callable[[pytest.MonkeyPatch, Path, Change], None]


def _updated_in_place(table: lance.LanceDataset) -> None:
    values = pa.table({"text": ["x0", "x1", "x2", "x3"], "number": OTHERS[:4]})
    fragment, fields = table.get_fragment(0).update_columns(values, left_on="text")
    update = lance.LanceOperation.Update(
        updated_fragments=[fragment], fields_modified=fields, update_mode="rewrite_columns"
    )
    lance.LanceDataset.commit(table, update, read_version=table.version)


def _replaced(table: lance.LanceDataset) -> None:
    """As a backfill of a release before this one does it."""
    schema = pa.schema([("number", pa.int64())])
    with LanceFileWriter(f"{table.uri}/data/others.lance", schema, version=table.data_storage_version) as writer:
        writer.write_batch(pa.record_batch([pa.array(OTHERS[:4])], schema=schema))
    group = lance.LanceOperation.DataReplacementGroup(0, DataFile.create(table, "others.lance"))
    operation = lance.LanceOperation.DataReplacement([group])
    lance.LanceDataset.commit(table, operation, read_version=table.version)


def _once_after_the_check(monkeypatch: pytest.MonkeyPatch, path: Path, change: Change) -> None:
    check, left = commit._check_unchanged, [change]

    def check_then_change(*arguments: object) -> None:
        check(*arguments)
        if left:
            left.pop()(lance.dataset(path))

    monkeypatch.setattr(commit, "_check_unchanged", check_then_change)


def _before_the_check(monkeypatch: pytest.MonkeyPatch, path: Path, change: Change) -> None:
    commit_column, left = commit.commit_column, [change]

    def change_then_commit(*arguments: object) -> object:
        if left:
            left.pop()(lance.dataset(path))
        return commit_column(*arguments)

    monkeypatch.setattr(commit, "commit_column", change_then_commit)


BOTH_TIMES = pytest.mark.parametrize("when", [_once_after_the_check, _before_the_check], ids=["after", "before"])


@pytest.mark.parametrize("stable", [False, True])
@pytest.mark.parametrize("more", [{}, {"where": "number >= 0"}], ids=["null", "where"])
@pytest.mark.parametrize("change", [_updated_in_place, _replaced], ids=["update", "replacement"])
@BOTH_TIMES
def test_an_input_that_is_changed_in_place(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    when: When,
    change: Change,
    more: dict[str, object],
    stable: bool,
) -> None:
    path = tmp_path / "t"
    data = {"number": list(range(10)), "text": [f"x{index}" for index in range(10)], "out": pa.nulls(10, pa.int64())}
    lance.write_dataset(pa.table(data), path, max_rows_per_file=4, enable_stable_row_ids=stable)
    when(monkeypatch, path, change)

    with seen(path, [[None] * 10, [number * 2 for number in OTHERS]]):
        outcome = run(backfill(path, **more))

    assert outcome.succeeded, outcome.last
    assert [plan["rows"] - plan["rowsDone"] for plan in outcome.of("plan")] == [10, 4]
    assert column(path) == [number * 2 for number in OTHERS]
    lance.dataset(path).validate()


@pytest.mark.parametrize("stable", [False, True])
@pytest.mark.parametrize("there", ["in a file of its own", "in a shared file", "nowhere"])
@pytest.mark.parametrize("change", [_updated_in_place, _replaced], ids=["update", "replacement"])
def test_an_input_that_is_changed_where_only_a_replacement_comes_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change, there: str, stable: bool
) -> None:
    monkeypatch.setattr(commit, "STRICT_ATTEMPTS", 0)
    path = tmp_path / "t"
    data = {"number": list(range(10)), "text": [f"x{index}" for index in range(10)]}
    old = [None] * 10 if there == "nowhere" else [7, None] * 5
    out = {"out": pa.array(old, pa.int64())}
    shared = out if there == "in a shared file" else {}
    lance.write_dataset(pa.table(data | shared), path, max_rows_per_file=4, enable_stable_row_ids=stable)
    if there == "in a file of its own":
        lance.dataset(path).merge(pa.table({"number": data["number"]} | out), "number")
    _once_after_the_check(monkeypatch, path, change)

    outcome = run(backfill(path))

    assert outcome.succeeded, outcome.last
    again = 4 if there == "nowhere" else 2
    assert [plan["rows"] - plan["rowsDone"] for plan in outcome.of("plan")] == [old.count(None), again]
    expected = [number * 2 if was is None else was for number, was in zip(OTHERS, old, strict=True)]
    assert column(path) == expected
    table = lance.dataset(path)
    table.validate()
    assert sorted(table.to_table()["text"].to_pylist()) == sorted(data["text"])
    table.optimize.compact_files()
    assert column(path) == expected


@pytest.mark.parametrize("stable", [False, True])
@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("what", ["delete", "append"])
def test_rows_that_come_or_go_all_the_time_do_not_keep_a_run_from_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, exists: bool, stable: bool
) -> None:
    path = tmp_path / "t"
    data = pa.table({"number": list(range(100))} | ({"out": pa.nulls(100, pa.int64())} if exists else {}))
    lance.write_dataset(data, path, max_rows_per_file=7, enable_stable_row_ids=stable)
    check, rows = commit._check_unchanged, iter(range(60))

    def check_then_write(*arguments: object) -> None:
        check(*arguments)
        row = next(rows)
        if what == "delete":
            lance.dataset(path).delete(f"number = {row * 13 % 100}")
        else:
            lance.write_dataset(pa.table({"number": [1000 + row]}), path, mode="append")

    monkeypatch.setattr(commit, "_check_unchanged", check_then_write)
    monkeypatch.setattr(commit, "_PAUSE_SECONDS", 0.0)

    outcome = run(backfill(path, followAppends=False))

    assert outcome.succeeded, outcome.last
    assert len(outcome.of("plan")) == 1
    table = lance.dataset(path)
    table.validate()
    found = table.to_table(columns=["number", "out"]).to_pylist()
    assert len(found) != 100
    assert [row for row in found if row["out"] != (row["number"] * 2 if row["number"] < 1000 else None)] == []


@pytest.mark.parametrize("exists", [False, True])
def test_another_writer_goes_on_from_before_the_commit(tmp_path: Path, exists: bool) -> None:
    numbers(tmp_path / "t", **({"out": pa.nulls(10, pa.int64())} if exists else {}))
    before = lance.dataset(tmp_path / "t")

    assert run(backfill(tmp_path / "t")).succeeded
    before.insert(pa.table({"number": [10], "text": ["late"]}))

    assert column(tmp_path / "t") == [*DOUBLES, None]


@BOTH_TIMES
@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("more", [{}, {"where": "number >= 0"}, {"batchRows": 1, "checkpointRows": 1}])
def test_deleted_rows_that_are_restored_meanwhile(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    when: When,
    exists: bool,
    more: dict[str, object],
) -> None:
    path = tmp_path / "t"
    table = numbers(path, **({"out": pa.nulls(10, pa.int64())} if exists else {}))
    table.delete("number IN (1, 5)")
    when(monkeypatch, path, lambda _: lance.dataset(path, version=1).restore())

    outcome = run(backfill(path, **more))

    assert outcome.succeeded, outcome.last
    assert column(path) == DOUBLES


def test_an_index_on_the_column_finds_its_new_values(tmp_path: Path) -> None:
    numbers(tmp_path / "t", out=pa.array([7] * 10, pa.int64())).create_scalar_index("out", "BTREE")

    assert run(backfill(tmp_path / "t", where="number < 6")).succeeded

    table = lance.dataset(tmp_path / "t")
    assert "out_idx" in [index.name for index in table.describe_indices()]
    assert [table.count_rows(f"out = {value}") for value in (7, 10, 2)] == [4, 1, 1]


def test_columns_that_share_a_file_keep_their_values(tmp_path: Path) -> None:
    numbers(tmp_path / "t", out=pa.array(range(10), pa.int64()), nested=[{"a": [n], "b": n} for n in range(10)])

    assert run(backfill(tmp_path / "t", where="number < 6")).succeeded
    assert run(backfill(tmp_path / "t", where="number > 7"), run_id="r2").succeeded

    table = lance.dataset(tmp_path / "t")
    assert column(tmp_path / "t") == [0, 2, 4, 6, 8, 10, 6, 7, 16, 18]
    assert [row["nested"]["b"] for row in table.to_table().to_pylist()] == list(range(10))
    assert [len(fragment.data_files()) for fragment in table.get_fragments()] == [2, 2, 2]


@pytest.mark.parametrize("exists", [False, True])
def test_a_commit_whose_answer_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool) -> None:
    numbers(tmp_path / "t", **({"out": pa.array(range(10), pa.int64())} if exists else {}))
    send, lost = lance.LanceDataset.commit, iter([True])

    def commits_twice(*arguments: object, **more: object) -> object:
        if next(lost, False):
            send(*arguments, **more)  # as the storage's client does when it hears nothing
        return send(*arguments, **more)

    monkeypatch.setattr(lance.LanceDataset, "commit", commits_twice)

    outcome = run(backfill(tmp_path / "t", **({"where": "true", "inputs": {"number": "out"}} if exists else {})))

    assert outcome.succeeded, outcome.last
    assert len(outcome.of("plan")) == 1
    assert column(tmp_path / "t") == DOUBLES
