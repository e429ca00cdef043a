"""Columns of blobs, which Lance reads as places in files unless it is asked for their bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest
from lance.blob import Blob, BlobType, blob_array, blob_field

from functions import kilobyte
from support import Run, backfill, column, fails_unchanged, run, view

pytestmark = pytest.mark.usefixtures("inline_pool")

VALUES = [b"one", None, b"", b"four", None, b"six" * 1000]
LEGACY = pa.field("blob", pa.large_binary(), metadata={"lance-encoding:blob": "true"})
VERSIONS = ["2.0", "2.1", "2.2"]  # the last one makes another type of such columns: blob v2


def _source(path: Path, version: str, values: list[bytes | None] = VALUES, **more: Any) -> lance.LanceDataset:
    """Columns `number`, from 1 on, and `blob`."""
    return lance.write_dataset(
        _rows(range(1, len(values) + 1), values), path, data_storage_version=version, max_rows_per_file=4, **more
    )


def _rows(numbers: range, values: list[bytes | None]) -> pa.Table:
    schema = pa.schema([pa.field("number", pa.int64()), LEGACY])
    return pa.table([pa.array(numbers, pa.int64()), pa.array(values, pa.large_binary())], schema=schema)


def _stored(path: Path, *names: str) -> list[dict[str, Any]]:
    rows = lance.dataset(path).scanner(columns=list(names), blob_handling="all_binary").to_table()
    return sorted(rows.to_pylist(), key=lambda row: row["number"])


def _blobs(path: Path) -> list[bytes | None]:
    return [row["blob"] for row in _stored(path, "number", "blob")]


@pytest.mark.parametrize("version", VERSIONS)
class TestOfAView:
    @pytest.mark.parametrize("stable", [False, True], ids=["", "followed"])
    @pytest.mark.parametrize(
        "more",
        [
            {},
            {"select": ["blob", "number"]},
            {"columns": [{"column": "size", "udf": "functions:size_of"}]},
            {"where": "number < 4"},
        ],
        ids=["all", "selected", "computed", "filtered"],
    )
    def test_are_blobs_of_the_view(self, tmp_path: Path, version: str, stable: bool, more: dict[str, Any]) -> None:
        _source(tmp_path / "source", version, enable_stable_row_ids=stable)

        outcome = run(view(tmp_path / "source", tmp_path / "view", **more))

        assert outcome.succeeded, outcome.last
        expected = VALUES[:3] if "where" in more else VALUES
        assert _blobs(tmp_path / "view") == expected
        made = lance.dataset(tmp_path / "view")
        assert isinstance(made.schema.field("blob").type, BlobType)
        last = made.take_blobs("blob", indices=[len(expected) - 1])[0]
        assert last is not None
        assert last.readall() == expected[-1]
        if "columns" in more:
            assert [row["size"] for row in _stored(tmp_path / "view", "number", "size")] == [3, -1, 0, 4, -1, 3000]

    def test_are_followed(self, tmp_path: Path, version: str) -> None:
        source = _source(tmp_path / "source", version, enable_stable_row_ids=True)
        job = view(tmp_path / "source", tmp_path / "view")
        assert run(job).succeeded
        changed = _rows(range(4, 8), [b"FOUR", b"five", None, b"seven"])
        source.merge_insert("number").when_matched_update_all().when_not_matched_insert_all().execute(changed)
        lance.dataset(tmp_path / "source").delete("number = 1")

        outcome = run(job, run_id="again")

        assert (outcome.last["refresh"], outcome.last["rowsRemoved"]) == ("changes", 4), outcome.last
        assert _blobs(tmp_path / "view") == [None, b"", b"FOUR", b"five", None, b"seven"]
        assert run(job, run_id="more").last["refresh"] == "fresh"

    def test_are_there_for_each_row_that_a_generator_yields(self, tmp_path: Path, version: str) -> None:
        _source(tmp_path / "source", version)
        columns = [{"column": "value", "udf": "functions:few"}]

        outcome = run(view(tmp_path / "source", tmp_path / "view", columns=columns))

        assert outcome.succeeded, outcome.last
        assert _blobs(tmp_path / "view") == [b"one", None, None, b"four", None, None]

    def test_within_others_are_refused(self, tmp_path: Path, version: str) -> None:
        kind = pa.struct([LEGACY])
        rows = pa.table({"number": [1], "deep": pa.array([{"blob": b"x"}], kind)})
        lance.write_dataset(rows, tmp_path / "source", data_storage_version=version)

        outcome = run(view(tmp_path / "source", tmp_path / "view"))

        assert outcome.last["code"] == "COLUMN_TYPE_MISMATCH"
        assert "'deep'" in outcome.last["message"]
        assert not (tmp_path / "view").exists()
        assert run(view(tmp_path / "source", tmp_path / "view", select=["number"])).succeeded


@pytest.mark.parametrize("version", ["2.1", "2.2"])
def test_within_others_are_followed_by_what_is_computed_of_them(tmp_path: Path, version: str) -> None:
    """What tells where a blob is may be the same when the blob is another one."""

    def rows(text: bytes) -> pa.Table:
        return pa.table({"number": [1], "deep": pa.array([{"blob": text}], pa.struct([LEGACY]))})

    lance.write_dataset(rows(b"a"), tmp_path / "source", data_storage_version=version, enable_stable_row_ids=True)
    columns = [{"column": "text", "udf": "functions:text_within"}]
    job = view(tmp_path / "source", tmp_path / "view", select=["number"], columns=columns)
    assert run(job).succeeded
    lance.dataset(tmp_path / "source").merge_insert("number").when_matched_update_all().execute(rows(b"b"))

    assert run(job, run_id="again").last["refresh"] == "changes"
    assert column(tmp_path / "view", "text") == ["b"]


def test_a_view_of_a_view(tmp_path: Path) -> None:
    _source(tmp_path / "source", "2.1", enable_stable_row_ids=True)
    assert run(view(tmp_path / "source", tmp_path / "first")).succeeded

    outcome = run(view(tmp_path / "first", tmp_path / "second") | {"name": "second"})

    assert outcome.succeeded, outcome.last
    assert _blobs(tmp_path / "second") == VALUES


def test_a_view_has_the_bytes_of_blobs_that_are_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    elsewhere = (tmp_path / "file").as_uri()
    blobs = blob_array([Blob.from_uri(elsewhere), Blob.from_uri(elsewhere, 2, 3), None, b"in"])
    schema = pa.schema([pa.field("number", pa.int64()), blob_field("blob")])
    lance.write_dataset(
        pa.table([pa.array([1, 2, 3, 4]), blobs], schema=schema),
        tmp_path / "source",
        data_storage_version="2.2",
        allow_external_blob_outside_bases=True,
    )

    assert run(view(tmp_path / "source", tmp_path / "view")).succeeded
    (tmp_path / "file").unlink()
    assert _blobs(tmp_path / "view") == [b"0123456789", b"234", None, b"in"]


class TestOfABackfill:
    def test_keep_their_values_where_nothing_is_computed(self, tmp_path: Path) -> None:
        _source(tmp_path / "t", "2.1")
        lance.dataset(tmp_path / "t").delete("number = 4")

        outcome = _fill(tmp_path / "t")

        assert outcome.last["rows"] == 2, outcome.last
        assert _blobs(tmp_path / "t") == [b"one", kilobyte(2), b"", kilobyte(5), VALUES[5]]
        assert lance.dataset(tmp_path / "t").schema.field("blob").metadata == LEGACY.metadata

    @pytest.mark.parametrize("version", ["2.0", "2.1"])
    @pytest.mark.parametrize("more", [{}, {"checkpointRows": 1}], ids=["", "checkpoints"])
    def test_are_computed_where_the_filter_says(self, tmp_path: Path, version: str, more: dict[str, Any]) -> None:
        _source(tmp_path / "t", version)
        lance.dataset(tmp_path / "t").delete("number = 4")

        outcome = _fill(tmp_path / "t", where="number >= 5", **more)

        assert outcome.last["rows"] == 2, outcome.last
        assert _blobs(tmp_path / "t") == [b"one", None, b"", kilobyte(5), kilobyte(6)]
        assert column(tmp_path / "t", "number") == [1, 2, 3, 5, 6]

    def test_need_a_filter_where_the_format_does_not_tell_nulls(self, tmp_path: Path) -> None:
        """Lance finds no row whose blob is null, so that the job would end without having done any."""
        _source(tmp_path / "t", "2.0")

        error = fails_unchanged(_job(tmp_path / "t"), tmp_path / "t", "TABLE_FORMAT_TOO_OLD")

        assert "'blob'" in error["message"]
        assert "where" in error["fix"]

    def test_are_not_replaced_where_they_are_of_the_second_kind(self, tmp_path: Path) -> None:
        _source(tmp_path / "t", "2.2")

        error = fails_unchanged(_job(tmp_path / "t"), tmp_path / "t", "COLUMN_TYPE_MISMATCH")

        assert "'blob'" in error["message"]
        assert "outputType" not in error["fix"]

    @pytest.mark.parametrize("version", ["2.0", "2.1"])
    def test_within_others_are_not_replaced(self, tmp_path: Path, version: str) -> None:
        kind = pa.struct([LEGACY])
        rows = pa.table({"number": [1], "blob": pa.array([{"blob": b"x"}], kind)})
        lance.write_dataset(rows, tmp_path / "t", data_storage_version=version)
        job = backfill(tmp_path / "t", "record", "blob", outputType="struct<blob: large_binary>")

        assert "'blob'" in fails_unchanged(job, tmp_path / "t", "COLUMN_TYPE_MISMATCH")["message"]


@pytest.mark.parametrize("version", VERSIONS)
def test_are_not_read_for_other_columns(tmp_path: Path, version: str) -> None:
    """Their file is gone: who reads it, fails."""
    lance.write_dataset(pa.table({"number": [1, 2]}), tmp_path / "t", data_storage_version=version)
    files = set((tmp_path / "t/data").iterdir())
    table = lance.dataset(tmp_path / "t")
    table.add_columns(
        pa.RecordBatchReader.from_batches(
            pa.schema([LEGACY]), [pa.record_batch([pa.array([b"a", b"b"], pa.large_binary())], pa.schema([LEGACY]))]
        )
    )
    (of_blobs,) = set((tmp_path / "t/data").iterdir()) - files
    of_blobs.unlink()

    outcome = run(backfill(tmp_path / "t"))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [2, 4]
    assert run(view(tmp_path / "t", tmp_path / "view", select=["number", "out"])).succeeded
    assert run(backfill(tmp_path / "t", "size_of", "size")).last["code"] == "TABLE_IO_FAILED"


def _job(table: Path, **more: Any) -> dict[str, Any]:
    return backfill(table, "kilobyte", "blob", outputType="large_binary", **more)


def _fill(table: Path, **more: Any) -> Run:
    return run(_job(table, **more))
