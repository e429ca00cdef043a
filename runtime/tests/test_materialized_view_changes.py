"""A refresh computes what changed in the source, and nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import lance
import pyarrow as pa
import pytest

from backfill_runtime import view_commit
from support import Run, backfill, run, versions, view

DOUBLE = [{"column": "twice", "udf": "functions:double"}]


def _source(path: Path, **columns: Any) -> lance.LanceDataset:
    """`number` 0 to 9, `text` x0 to x9, in fragments of four rows, with stable row ids."""
    data = {"number": list(range(10)), "text": [f"x{number}" for number in range(10)], **columns}
    return lance.write_dataset(pa.table(data), path, max_rows_per_file=4, enable_stable_row_ids=True)


def _clean_up(table: Path, **more: Any) -> None:
    lance.dataset(table).cleanup_old_versions(older_than=datetime.timedelta(0), **more)


class _View:
    """A view of a folder's `source`, filled. Another run each time."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.source, self.path = folder / "source", folder / "view"
        self.more = {"select": ["text"], "columns": DOUBLE} | more
        self.runs = 0
        assert self.refresh().last["refresh"] == "whole"

    def refresh(self, **more: Any) -> Run:
        self.runs += 1
        outcome = run(view(self.source, self.path, **self.more | more), run_id=f"r{self.runs}")
        assert outcome.succeeded, outcome.last
        return outcome

    def rows(self, *columns: str, version: int | None = None) -> list[tuple[Any, ...]]:
        names = list(columns) or ["text", "twice"]
        rows = lance.dataset(self.path, version=version).to_table(columns=names).to_pylist()
        return sorted(tuple(row.values()) for row in rows)


def _did(outcome: Run) -> tuple[str, int, int]:
    return outcome.last["refresh"], outcome.of("plan")[0]["rows"], outcome.last["rowsRemoved"]


@pytest.mark.usefixtures("local_ray")
def test_actors_compute_what_changed(tmp_path: Path) -> None:
    source = _source(tmp_path / "source")
    filled = _View(tmp_path)
    source.update({"number": "50"}, where="number = 5")

    outcome = filled.refresh()

    assert _did(outcome) == ("changes", 1, 1)
    assert ("x5", 100) in filled.rows()
    assert len(filled.rows()) == 10


@pytest.mark.usefixtures("inline_pool")
class TestChanges:
    @pytest.mark.parametrize(
        ("change", "did", "rows"),
        [
            pytest.param(
                lambda source: source.insert(pa.table({"number": [10, 11], "text": ["a", "b"]})),
                ("changes", 2, 0),
                {("a", 20), ("b", 22)},
                id="inserted",
            ),
            pytest.param(
                lambda source: source.update({"number": "70"}, where="number = 7"),
                ("changes", 1, 1),
                {("x7", 140)},
                id="updated",
            ),
            pytest.param(lambda source: source.delete("number = 7"), ("changes", 0, 1), set(), id="deleted"),
            pytest.param(
                lambda source: source.delete("number < 4 OR number = 7"),
                ("changes", 0, 5),
                set(),
                id="a whole fragment deleted",
            ),
            pytest.param(lambda source: source.delete("true"), ("changes", 0, 10), set(), id="all deleted"),
            pytest.param(
                lambda source: source.update({"number": "number"}, where="number = 7"),
                ("fresh", 0, 0),
                set(),
                id="updated to what it was",
            ),
            pytest.param(lambda source: source.optimize.compact_files(), ("fresh", 0, 0), set(), id="compacted"),
            pytest.param(lambda source: source.add_columns({"z": "1"}), ("fresh", 0, 0), set(), id="column added"),
        ],
    )
    def test_of_the_source(
        self,
        tmp_path: Path,
        change: Callable[[lance.LanceDataset], object],
        did: tuple[str, int, int],
        rows: set[tuple[str, int]],
    ) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        before = set(filled.rows())
        change(source)

        assert _did(filled.refresh()) == did
        now = lance.dataset(filled.source).to_table().to_pylist()
        assert filled.rows() == sorted((row["text"], row["number"] * 2) for row in now)
        assert set(filled.rows()) - before == rows
        assert _did(filled.refresh()) == ("fresh", 0, 0)

    def test_a_backfill_of_another_column_and_a_compaction_change_nothing(self, tmp_path: Path) -> None:
        _source(tmp_path / "source")
        filled = _View(tmp_path)
        for udf in ["double", "scaled"]:  # adds the column, then replaces it
            assert run(backfill(filled.source, udf, "other", where="true")).succeeded
            assert _did(filled.refresh()) == ("fresh", 0, 0)
        assert run(backfill(filled.source, "double", "other", where="true")).succeeded
        lance.dataset(filled.source).optimize.compact_files()

        assert _did(filled.refresh()) == ("fresh", 0, 0)

    def test_a_backfill_of_an_input_changes_the_rows_with_other_values(self, tmp_path: Path) -> None:
        _source(tmp_path / "source", input=[0, 2, 4, 6, 8, 10, 12, 0, 0, 0])
        filled = _View(
            tmp_path, columns=[{"column": "twice", "udf": "functions:double", "inputs": {"number": "input"}}]
        )
        assert run(backfill(filled.source, "double", "input", where="true")).succeeded

        assert _did(filled.refresh()) == ("changes", 3, 3)
        assert filled.rows() == [(f"x{number}", number * 4) for number in range(10)]

    def test_a_row_enters_and_leaves_the_filter(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source", kept=[True] * 5 + [False] * 5)
        filled = _View(tmp_path, where="kept")
        source.update({"kept": "NOT kept"}, where="number IN (1, 8)")

        assert _did(filled.refresh()) == ("changes", 1, 1)
        assert [text for text, _ in filled.rows()] == ["x0", "x2", "x3", "x4", "x8"]

    def test_a_row_that_the_filter_never_kept_is_not_computed(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path, where="number < 5")
        source.update({"number": "90"}, where="number = 9")

        assert _did(filled.refresh()) == ("fresh", 0, 0)

    def test_all_rows_of_a_generator_are_replaced(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path, select=["number"], columns=[{"column": "part", "udf": "functions:explode"}])
        source.update({"number": "2"}, where="number = 4")
        source.delete("number = 9")

        outcome = filled.refresh()

        assert _did(outcome) == ("changes", 1, 4 + 9)
        assert outcome.last["rows"] == 2
        kept = [0, 1, 2, 2, 3, 5, 6, 7, 8]
        assert filled.rows("number", "part") == sorted((number, part) for number in kept for part in range(number))

    def test_a_view_that_had_no_rows(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path, where="number > 9")
        source.update({"number": "50"}, where="number = 5")

        assert _did(filled.refresh()) == ("changes", 1, 0)
        assert filled.rows() == [("x5", 100)]
        source.delete("number = 50")
        assert _did(filled.refresh()) == ("changes", 0, 1)
        assert filled.rows() == []

    def test_a_view_of_a_view(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        first = _View(tmp_path)
        job = view(first.path, tmp_path / "second", columns=[{"column": "four", "udf": "functions:double"}])
        job["columns"][0]["inputs"] = {"number": "twice"}
        assert run(job).succeeded
        source.update({"number": "50"}, where="number = 5")
        first.refresh()

        outcome = run(job, run_id="again")

        assert _did(outcome) == ("changes", 1, 1)
        rows = lance.dataset(tmp_path / "second").to_table(columns=["text", "four"]).to_pylist()
        assert sorted(row["four"] for row in rows) == sorted(
            [number * 4 for number in range(10) if number != 5] + [200]
        )

    def test_a_blob_of_the_same_size_is_another_one(self, tmp_path: Path) -> None:
        blob = pa.field("blob", pa.large_binary(), metadata={"lance-encoding:blob": "true"})
        schema = pa.schema([pa.field("number", pa.int64()), blob])

        def rows(start: int) -> pa.Table:
            return pa.table({"number": [0, 1], "blob": [b"%d" % start, b"%d" % (start + 1)]}, schema=schema)

        lance.write_dataset(rows(10), tmp_path / "source", enable_stable_row_ids=True, data_storage_version="2.1")
        text = [{"column": "text", "udf": "functions:text_of", "inputs": {"blob": "blob"}}]
        filled = _View(tmp_path, select=["number"], columns=text)
        lance.dataset(filled.source).merge_insert("number").when_matched_update_all().execute(rows(20))

        assert _did(filled.refresh()) == ("changes", 2, 2)
        assert filled.rows("number", "text") == [(0, "20"), (1, "21")]

    def test_writes_during_a_refresh_come_with_the_next_one(self, tmp_path: Path) -> None:
        folder = str(tmp_path / "source")
        _source(tmp_path / "source", folder=[folder] * 10)
        filled = _View(tmp_path, columns=[{"column": "twice", "udf": "functions:appends_meanwhile"}])

        assert versions(filled.source) == 2
        assert len(filled.rows()) == 10
        assert _did(filled.refresh()) == ("changes", 1, 0)
        assert len(filled.rows()) == 11


@pytest.mark.usefixtures("inline_pool")
class TestWholeRecompute:
    @pytest.mark.parametrize(
        "more",
        [
            {"where": "number > 5"},
            {"select": ["number", "text"]},
            {"columns": [DOUBLE[0] | {"udf": "functions:scaled"}]},
            {"columns": [DOUBLE[0] | {"udfVersion": "2"}]},
        ],
    )
    def test_when_the_definition_changed(self, tmp_path: Path, more: dict[str, Any]) -> None:
        _source(tmp_path / "source")
        filled = _View(tmp_path)

        outcome = filled.refresh(**more)

        assert _did(outcome) == ("whole", 4 if "where" in more else 10, 10)
        assert outcome.last["reason"] == "the view's definition changed"

    def test_when_the_version_that_the_view_stands_at_is_gone(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        source.delete("number = 3")
        _clean_up(filled.source)

        outcome = filled.refresh()

        assert _did(outcome) == ("whole", 9, 10)
        assert outcome.last["reason"] == "version 1 of the source, at which the view stands, was cleaned up"

    def test_when_the_source_has_no_stable_row_ids(self, tmp_path: Path) -> None:
        source = lance.write_dataset(pa.table({"number": [1, 2], "text": ["a", "b"]}), tmp_path / "source")
        filled = _View(tmp_path)
        assert lance.dataset(filled.path).schema.names == ["text", "twice"]
        source.delete("number = 1")

        outcome = filled.refresh()

        assert _did(outcome) == ("whole", 1, 2)
        assert "enable_stable_row_ids=True" in outcome.last["reason"]
        assert filled.rows() == [("b", 4)]

    def test_when_the_filter_may_give_another_answer_each_time(self, tmp_path: Path) -> None:
        past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        _source(tmp_path / "source", at=pa.array([past] * 10, pa.timestamp("us", "UTC")))
        filled = _View(tmp_path, where="at <= NOW()")

        outcome = filled.refresh()

        assert _did(outcome) == ("whole", 10, 10)
        assert outcome.last["reason"] == "where depends on NOW(), whose answer changes without the source"

    def test_when_the_source_was_made_anew(self, tmp_path: Path) -> None:
        _source(tmp_path / "source")
        filled = _View(tmp_path)
        (tmp_path / "source").rename(tmp_path / "old")
        _source(tmp_path / "source").update({"number": "50"}, where="number = 5")

        outcome = filled.refresh()

        assert (_did(outcome), outcome.last["reason"]) == (("whole", 10, 10), "the source was made anew")

    def test_when_somebody_changed_the_columns(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        lance.dataset(filled.path).add_columns({"mine": "1"})
        source.delete("number = 3")

        outcome = filled.refresh()

        assert (_did(outcome), outcome.last["reason"]) == (("whole", 9, 10), "somebody changed the view's columns")


@pytest.mark.usefixtures("inline_pool")
class TestCommit:
    def test_each_version_of_the_view_is_an_old_or_the_new_state(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        before, first = filled.rows(), versions(filled.path)
        source.update({"number": "50"}, where="number > 2")
        source.delete("number = 1")
        source.insert(pa.table({"number": [10], "text": ["x10"]}))

        filled.refresh()

        seen = [filled.rows(version=version) for version in range(first, versions(filled.path) + 1)]
        assert seen == [before, filled.rows(), filled.rows()]  # rows, then metadata

    def test_the_view_stays_an_ordinary_table_that_others_compact(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        commit = view_commit.commit_with_state

        def compacted_once(*args: Any) -> lance.LanceDataset:
            if committing.call_count == 1:
                lance.dataset(filled.path).optimize.compact_files()
            return commit(*args)

        source.update({"number": "50"}, where="number = 5")
        with mock.patch.object(view_commit, "commit_with_state", side_effect=compacted_once) as committing:
            assert _did(filled.refresh()) == ("changes", 1, 1)

        assert committing.call_count == 2
        assert ("x5", 100) in filled.rows()
        assert len(filled.rows()) == 10
        assert not lance.dataset(filled.path).tags.list()

    def test_of_two_refreshes_at_once_one_fails(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        source.insert(pa.table({"number": [10], "text": ["x10"]}))
        commit = view_commit.commit_with_state

        def after_another(*args: Any) -> lance.LanceDataset:
            with mock.patch.object(view_commit, "commit_with_state", commit):
                filled.refresh()
            return commit(*args)

        with mock.patch.object(view_commit, "commit_with_state", after_another):
            outcome = run(view(filled.source, filled.path, **filled.more), run_id="late")

        assert outcome.last["code"] == "COMMIT_CONFLICT"
        assert len(filled.rows()) == 11
        assert _did(filled.refresh()) == ("fresh", 0, 0)

    def test_a_refresh_killed_between_its_commits_is_known_by_the_next_one(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        source.update({"number": "50"}, where="number = 5")
        killed = mock.patch.object(view_commit, "store_state", side_effect=KeyboardInterrupt)
        with killed, pytest.raises(KeyboardInterrupt):
            filled.refresh()

        assert _did(filled.refresh()) == ("fresh", 0, 0)
        assert not lance.dataset(filled.path).tags.list()

    def test_a_killed_refresh_that_cleanup_made_unknown_is_done_as_a_whole(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        source.update({"number": "50"}, where="number = 5")
        killed = mock.patch.object(view_commit, "store_state", side_effect=KeyboardInterrupt)
        with killed, pytest.raises(KeyboardInterrupt):
            filled.refresh()
        lance.dataset(filled.path).optimize.compact_files()
        _clean_up(filled.path, error_if_tagged_old_versions=False)

        outcome = filled.refresh()

        assert _did(outcome)[0] == "whole"
        assert "how far its last refresh came" in outcome.last["reason"]
        assert len(filled.rows()) == 10
        assert not lance.dataset(filled.path).tags.list()

    def test_maintenance_of_the_view_leaves_its_state(self, tmp_path: Path) -> None:
        source = _source(tmp_path / "source")
        filled = _View(tmp_path)
        source.delete("number = 3")
        filled.refresh()
        lance.dataset(filled.path).optimize.compact_files()
        _clean_up(filled.path)
        source.delete("number = 4")

        assert _did(filled.refresh()) == ("changes", 0, 1)
        assert len(filled.rows()) == 8


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize("where", ["_row_last_updated_at_version > 1", "_rowaddr < 3"])
def test_a_condition_on_a_column_of_lances_own_is_computed_whole(tmp_path: Path, where: str) -> None:
    lance.write_dataset(
        pa.table({"number": [1, 2, 3, 4], "text": ["a", "b", "c", "d"]}), tmp_path / "t", enable_stable_row_ids=True
    )
    job = view(tmp_path / "t", tmp_path / "v", select=["number"], where=where)
    assert run(job).succeeded
    lance.dataset(tmp_path / "t").update({"text": "'changed'"}, where="number = 3")
    lance.dataset(tmp_path / "t").delete("number = 1")
    lance.dataset(tmp_path / "t").optimize.compact_files()

    outcome = run(job, run_id="r2")

    assert outcome.succeeded
    expected = lance.dataset(tmp_path / "t").to_table(columns=["number"], filter=where)["number"].to_pylist()
    assert sorted(lance.dataset(tmp_path / "v").to_table()["number"].to_pylist()) == sorted(expected)
    assert str(outcome.last["reason"]).startswith("where depends on _row")


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize("back", [1, 2, 3], ids=["metadata", "rows", "before"])
@pytest.mark.parametrize("then", [None, "changed", "compacted", "cleaned"])
def test_a_view_of_which_an_earlier_version_is_restored(tmp_path: Path, back: int, then: str | None) -> None:
    """One of its versions has the rows of a refresh already, and not yet the metadata."""
    source = _source(tmp_path / "source")
    filled = _View(tmp_path)
    source.update({"number": "50"}, where="number = 5")
    source.insert(pa.table({"number": [10], "text": ["x10"]}))
    filled.refresh()
    last = versions(filled.path)
    lance.dataset(filled.path, version=last + 1 - back).restore()
    if then == "changed":
        lance.dataset(tmp_path / "source").insert(pa.table({"number": [11], "text": ["x11"]}))
    elif then == "compacted":
        lance.dataset(filled.path).optimize.compact_files()
    elif then == "cleaned":
        _clean_up(filled.path)

    filled.refresh()

    rows = lance.dataset(tmp_path / "source").to_table().to_pylist()
    assert filled.rows() == sorted((row["text"], row["number"] * 2) for row in rows)
    assert filled.refresh().last["refresh"] == "fresh"
