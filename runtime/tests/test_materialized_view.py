from __future__ import annotations

import io
import shutil
from pathlib import Path

import lance
import pyarrow as pa
import pytest

from backfill_runtime import job_spec
from backfill_runtime.events import Emitter
from backfill_runtime.job_spec import JobSpec, MaterializedViewJob
from backfill_runtime.materialized_view import MaterializedView
from backfill_runtime.view_computer import ViewComputer
from backfill_runtime.view_scan import ViewScan, ViewTask
from support import checked_events, numbers, run, spec, versions, view

DOUBLE = [{"column": "twice", "udf": "functions:double"}]


def _rows(path: Path) -> list[dict[str, object]]:
    return lance.dataset(path).to_table().to_pylist()


@pytest.mark.usefixtures("local_ray")
def test_fills_a_view_with_a_query_and_functions(tmp_path: Path) -> None:
    numbers(tmp_path / "source").delete("number = 8")

    outcome = run(view(tmp_path / "source", tmp_path / "view", select=["text"], where="number >= 6", columns=DOUBLE))

    assert outcome.succeeded, outcome.last
    assert _rows(tmp_path / "view") == [
        {"text": "x6", "twice": 12},
        {"text": "x7", "twice": 14},
        {"text": "x9", "twice": 18},
    ]
    assert (outcome.last["rows"], outcome.last["fragments"], outcome.last["tableVersion"]) == (3, 2, 1)
    assert outcome.last["bytesWritten"] > 0
    phases = [event["phase"] for event in outcome.of("phase") if event["state"] == "ended"]
    assert sorted(phases) == sorted(
        ["download zips", "plan scans", "schedule actors", "execute UDF", "write fragments", "commit"]
    )


@pytest.mark.usefixtures("local_ray")
def test_a_function_that_raises_names_the_row(tmp_path: Path) -> None:
    numbers(tmp_path / "source")

    outcome = run(
        view(tmp_path / "source", tmp_path / "view", columns=[{"column": "x", "udf": "functions:fails_at_five"}])
    )

    assert (outcome.last["code"], outcome.last["fragment"], outcome.last["row"]) == ("UDF_FAILED", 1, 1)
    with pytest.raises(ValueError, match="was not found"):
        lance.dataset(tmp_path / "view")


@pytest.mark.usefixtures("inline_pool")
class TestEventsBesideTheView:
    def test_are_those_that_were_told_and_of_each_run_its_own(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")
        job = view(tmp_path / "source", tmp_path / "view", columns=DOUBLE)

        first, fresh = run(job, run_id="first"), run(job, run_id="fresh")

        kept = _kept(tmp_path / "view", "first")
        assert kept == first.events[-len(kept) :]
        assert kept[0]["type"] == "plan"
        assert fresh.last["refresh"] == "fresh"
        # A view that is refreshed often would have a folder for each time.
        assert _kept(tmp_path / "view", "fresh") == []

    def test_tell_why_the_first_refresh_failed_and_the_next_one_makes_the_view(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")
        columns = [{"column": "x", "udf": "functions:fails_at_five"}]

        failed = run(view(tmp_path / "source", tmp_path / "view", columns=columns), run_id="failed")
        again = run(view(tmp_path / "source", tmp_path / "view", columns=DOUBLE), run_id="again")

        assert _kept(tmp_path / "view", "failed")[-1] == failed.last
        assert failed.last["code"] == "UDF_FAILED"
        assert again.succeeded, again.last
        assert len(_rows(tmp_path / "view")) == 10
        assert _kept(tmp_path / "view", "again")[-1]["type"] == "result"

    def test_no_plan_keeps_any(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")
        MaterializedView(
            *_parsed(view(tmp_path / "source", tmp_path / "view")), [], Emitter("r1", 1, io.StringIO())
        ).plan()
        assert not (tmp_path / "view").exists()


def _parsed(job: dict[str, object]) -> tuple[JobSpec, MaterializedViewJob]:
    parsed = job_spec.parse(spec(job))
    assert isinstance(parsed.job, MaterializedViewJob)
    return parsed, parsed.job


def _kept(path: Path, run_id: str) -> list[dict[str, object]]:
    file = path / "_backfill" / run_id / "events.ndjson"
    return checked_events(file.read_text().splitlines()) if file.exists() else []


@pytest.mark.usefixtures("inline_pool")
class TestRefresh:
    def test_keeps_all_columns_and_their_types_when_nothing_is_selected(self, tmp_path: Path) -> None:
        source = numbers(tmp_path / "source")

        run(view(tmp_path / "source", tmp_path / "view"))

        destination = lance.dataset(tmp_path / "view")
        assert destination.schema.equals(source.schema)
        assert destination.to_table() == source.to_table()

    def test_does_nothing_when_nothing_changed(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")
        run(view(tmp_path / "source", tmp_path / "view", columns=DOUBLE))

        again = run(view(tmp_path / "source", tmp_path / "view", columns=DOUBLE), run_id="r2")

        assert again.succeeded
        assert (again.of("plan")[0]["tasks"], again.last["rows"], again.last["tableVersion"]) == (0, 0, 1)
        assert versions(tmp_path / "view") == 1

    def test_follows_the_source(self, tmp_path: Path) -> None:
        source = numbers(tmp_path / "source")
        run(view(tmp_path / "source", tmp_path / "view", select=["number"]))
        source.insert(pa.table({"number": [10], "text": ["x10"]}))
        source.delete("number < 9")

        outcome = run(view(tmp_path / "source", tmp_path / "view", select=["number"]), run_id="r2")

        assert _rows(tmp_path / "view") == [{"number": 9}, {"number": 10}]
        assert outcome.last["tableVersion"] == 2

    def test_follows_its_definition(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source", rows=3)
        run(view(tmp_path / "source", tmp_path / "view"))

        run(view(tmp_path / "source", tmp_path / "view", select=["number"], columns=DOUBLE), run_id="r2")

        assert _rows(tmp_path / "view") == [{"number": number, "twice": number * 2} for number in range(3)]

    def test_notices_a_source_made_anew_at_the_same_version(self, tmp_path: Path) -> None:
        numbers(tmp_path / "a", rows=2)
        numbers(tmp_path / "b", rows=3)
        (tmp_path / "a").rename(tmp_path / "source")
        run(view(tmp_path / "source", tmp_path / "view"))
        (tmp_path / "source").rename(tmp_path / "a")
        (tmp_path / "b").rename(tmp_path / "source")

        run(view(tmp_path / "source", tmp_path / "view"), run_id="r2")

        assert len(_rows(tmp_path / "view")) == 3

    def test_a_view_of_no_rows_is_an_empty_table(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")

        outcome = run(view(tmp_path / "source", tmp_path / "view", where="number > 99", columns=DOUBLE))

        assert outcome.succeeded, outcome.last
        assert lance.dataset(tmp_path / "view").schema.names == ["number", "text", "twice"]
        assert _rows(tmp_path / "view") == []

    def test_does_not_replace_a_table_that_it_did_not_make(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")
        numbers(tmp_path / "view", rows=1)

        outcome = run(view(tmp_path / "source", tmp_path / "view"))

        assert outcome.last["code"] == "DESTINATION_NOT_A_VIEW"
        assert _rows(tmp_path / "view") == [{"number": 0, "text": "x0"}]

    def test_does_not_replace_another_view(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")
        run(view(tmp_path / "source", tmp_path / "view"))

        outcome = run(view(tmp_path / "source", tmp_path / "view") | {"name": "other"})

        assert outcome.last["code"] == "DESTINATION_NOT_A_VIEW"
        assert "belongs to the view 'view'" in outcome.last["message"]

    def test_does_not_write_among_other_files(self, tmp_path: Path) -> None:
        numbers(tmp_path / "source")
        (tmp_path / "view").mkdir()
        (tmp_path / "view/notes.txt").touch()

        assert run(view(tmp_path / "source", tmp_path / "view")).last["code"] == "DESTINATION_NOT_A_VIEW"

    @pytest.mark.parametrize(
        ("more", "code", "words"),
        [
            ({"select": ["numbr"]}, "INPUT_NOT_FOUND", "did you mean 'number'"),
            ({"where": "numbr = 1"}, "WHERE_INVALID", "numbr"),
            ({"where": "number > 3;"}, "WHERE_INVALID", "Lance ignores ;"),
            ({"columns": [{"column": "text", "udf": "functions:double"}]}, "COLUMN_TWICE", "'text' twice"),
            ({"columns": [{"column": "x", "udf": "functions:untyped"}]}, "UDF_NO_TYPE", "no return annotation"),
            (
                {"columns": [{"column": "x", "udf": "functions:wrong_at_five"}]},
                "UDF_WRONG_TYPE",
                "returned 'five' of type str",
            ),
        ],
    )
    def test_a_wrong_definition_is_one_clear_error(
        self, tmp_path: Path, more: dict[str, object], code: str, words: str
    ) -> None:
        numbers(tmp_path / "source")

        outcome = run(view(tmp_path / "source", tmp_path / "view", **more))

        assert outcome.last["code"] == code
        assert words in outcome.last["message"]
        with pytest.raises(ValueError, match="was not found"):
            lance.dataset(tmp_path / "view")

    def test_a_source_that_is_not_there(self, tmp_path: Path) -> None:
        assert run(view(tmp_path / "source", tmp_path / "view")).last["code"] == "TABLE_NOT_FOUND"


@pytest.mark.usefixtures("forgetful_pool")
def test_an_actor_that_dies_between_its_part_and_its_end(tmp_path: Path) -> None:
    numbers(tmp_path / "source")

    outcome = run(view(tmp_path / "source", tmp_path / "view", select=["number"]))

    assert outcome.succeeded, outcome.last
    assert lance.dataset(tmp_path / "view").to_table(columns=["number"])["number"].to_pylist() == list(range(10))
    assert outcome.last["rows"] == 10


def test_what_is_raised_while_lance_writes_a_part_comes_out_as_itself(tmp_path: Path) -> None:
    source = numbers(tmp_path / "source")
    computer = ViewComputer(_scan(source, tmp_path / "view", pa.schema([("number", pa.list_(pa.int64()))])))
    computer.open()

    with pytest.raises(pa.ArrowNotImplementedError, match="Unsupported cast from int64 to list"):
        list(computer.run(ViewTask(0, 4)))


def test_a_source_that_cannot_be_read_while_lance_writes_a_part_is_an_error_of_the_table(tmp_path: Path) -> None:
    source = numbers(tmp_path / "source")
    computer = ViewComputer(_scan(source, tmp_path / "view", pa.schema([source.schema.field("number")])))
    computer.open()
    shutil.rmtree(tmp_path / "source" / "data")

    with pytest.raises(OSError, match="ot found"):
        list(computer.run(ViewTask(0, 4)))


def _scan(source: lance.LanceDataset, destination: Path, schema: pa.Schema) -> ViewScan:
    return ViewScan(
        source=source.uri,
        version=source.version,
        destination=str(destination),
        schema=schema,
        select=("number",),
        where=None,
        computed=(),
        batch_rows=None,
        storage_options=None,
    )
