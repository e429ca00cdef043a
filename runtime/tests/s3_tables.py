"""Jobs on tables in an S3 bucket. Run by `npm run test:stores`, which starts the server and sets the AWS variables."""

from __future__ import annotations

import io
import json
import os
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from backfill_runtime import driver, job_spec, lease
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter
from backfill_runtime.lease import Lease
from backfill_runtime.table_files import RemoteFiles
from support import Run, backfill, checked_events, column, run, spec, versions, view

pytestmark = pytest.mark.usefixtures("local_ray")


@pytest.fixture
def bucket() -> str:
    return f"s3://{os.environ['TEST_BUCKET']}/{uuid.uuid4().hex}"


def _table(uri: str, rows: int = 10, per_fragment: int = 4, folder: str = "", **options: object) -> str:
    data = {"number": list(range(rows)), "text": [f"x{index}" for index in range(rows)], "folder": [folder] * rows}
    lance.write_dataset(pa.table(data), uri, max_rows_per_file=per_fragment, **options)
    return uri


def _journal(table: str, name: str) -> list[dict[str, Any]]:
    files = RemoteFiles(table, None)
    with files.opened(f"_backfill/r1/{name}") as path:
        return [json.loads(line) for line in path.read_text().splitlines()]


def _run_with(options: dict[str, str], job: dict[str, Any]) -> Run:
    output = io.StringIO()
    text = json.dumps(json.loads(spec(job)) | {"storageOptions": options})
    succeeded = driver.run(job_spec.parse(text), Emitter("r1", 1, output))
    return Run(succeeded, checked_events(output.getvalue().splitlines()))


def _listed(table: str) -> list[str]:
    files = RemoteFiles(table, None)
    return sorted(name for folder in ("_backfill", "_versions", "data") for name in files.names(folder))


def _planned(job: dict[str, Any]) -> dict[str, Any]:
    output = io.StringIO()
    assert driver.plan(job_spec.parse(spec(job, run_id="planned")), Emitter("planned", 1, output), None)
    (event,) = (event for event in checked_events(output.getvalue().splitlines()) if event["type"] == "plan")
    return event


def test_a_new_column(bucket: str) -> None:
    table = _table(f"{bucket}/t.lance")

    outcome = run(backfill(table))

    assert outcome.succeeded, outcome.last
    assert column(table) == [2 * number for number in range(10)]
    assert versions(table) == 2


def test_a_filter_keeps_what_it_does_not_match(bucket: str) -> None:
    table = _table(f"{bucket}/t.lance")
    run(backfill(table))

    outcome = run(backfill(table, udf="double_not_five", where="number >= 6"))

    assert outcome.succeeded, outcome.last
    assert column(table) == [2 * number for number in range(10)]


def test_a_view(bucket: str) -> None:
    source = _table(f"{bucket}/source.lance", enable_stable_row_ids=True)

    outcome = run(view(source, f"{bucket}/view.lance", select=["number"], where="number > 6"))

    assert outcome.succeeded, outcome.last
    assert sorted(column(f"{bucket}/view.lance", "number")) == [7, 8, 9]
    assert [event["type"] for event in _journal(f"{bucket}/view.lance", "events.ndjson")][-1] == "result"


def test_options_of_the_job_come_before_the_environment(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = _table(f"{bucket}/t.lance")
    options = {"aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"]}
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    assert _run_with(options, backfill(table)).succeeded


@pytest.mark.parametrize("per_fragment", [60, 20])
def test_a_run_that_failed_goes_on_from_what_it_saved(bucket: str, tmp_path: Path, per_fragment: int) -> None:
    table = _table(f"{bucket}/t.lance", 60, per_fragment, folder=str(tmp_path))
    job = backfill(table, "fails_at_forty_once", checkpointRows=10)

    failed, again = run(job), run(job, attempt=2)

    assert [event["code"] for event in failed.of("error")] == ["UDF_FAILED"]
    assert again.succeeded, again.last
    assert column(table) == [2 * number for number in range(60)]
    computed = [int(line) for line in (tmp_path / "computed").read_text().split()]
    assert len(computed) - len(set(computed)) <= 10
    events = _journal(table, "events.ndjson")
    assert [event["type"] for event in events if event["type"] in ("error", "result")] == ["error", "result"]
    assert RemoteFiles(table, None).names("_backfill") == ["r1/events.ndjson"]


@pytest.mark.parametrize("per_fragment", [60, 20])
def test_so_does_another_run_and_a_plan_says_it_before(bucket: str, tmp_path: Path, per_fragment: int) -> None:
    table = _table(f"{bucket}/t.lance", 60, per_fragment, folder=str(tmp_path))
    job = backfill(table, "fails_at_forty_once", checkpointRows=10)
    fresh = _planned(job)
    assert RemoteFiles(table, None).names("_backfill") == []
    assert not run(job, run_id="failed").succeeded
    before = _listed(table)
    assert len(before) > 4

    planned = _planned(job)

    assert _listed(table) == before
    again = run(job, run_id="again")
    assert (fresh["rows"], fresh["rowsDone"]) == (60, 0)
    assert (planned["rows"], planned["rowsDone"], planned["tasks"]) == (60, 40, again.of("plan")[0]["tasks"])
    assert again.of("plan")[0]["rowsDone"] == 40
    assert column(table) == [2 * number for number in range(60)]
    kept = ["again/events.ndjson", "failed/events.ndjson"]
    assert sorted(RemoteFiles(table, None).names("_backfill")) == kept


def test_skipped_rows_are_kept_beside_the_table(bucket: str) -> None:
    table = _table(f"{bucket}/t.lance")

    outcome = run(backfill(table, "double_not_five", onError="skip"))

    assert outcome.succeeded, outcome.last
    assert column(table)[5] is None
    assert [(row["fragment"], row["row"]) for row in _journal(table, "skipped.ndjson")] == [(1, 1)]


def test_files_beside_a_table(bucket: str, tmp_path: Path) -> None:
    files = RemoteFiles(_table(f"{bucket}/t.lance"), None)
    assert files.create("_backfill/r/a/1", lambda path: Path(path).write_text("one")) == 3

    assert files.names("_backfill/r") == ["a/1"]
    assert (files.exists("_backfill/r/a/1", 3), files.exists("_backfill/r/b", 3)) == (True, False)
    with files.opened("_backfill/r/a/1") as path:
        assert path.read_text() == "one"
    with pytest.raises(FileNotFoundError), files.opened("_backfill/r/b"):
        pass
    files.remove("_backfill/r/b")
    files.remove_folder("_backfill/r")
    files.remove_folder("_backfill/r")
    assert files.names("_backfill") == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.3)
    monkeypatch.setattr(lease, "STALE_SECONDS", 3.0)


@pytest.mark.usefixtures("quick")
class TestLease:
    def test_only_one_of_many_gets_it(self, bucket: str) -> None:
        table = _table(f"{bucket}/t.lance")
        barrier, outcomes = threading.Barrier(6), []

        def contend(number: int) -> None:
            barrier.wait()
            try:
                with Lease.take(table, "out", f"run{number}", wait=False) as held:
                    held.check()
                    outcomes.append("held")
                    time.sleep(5)
                    held.check()
            except JobError as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=contend, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["COLUMN_BUSY"] * 5 + ["held"]

    def test_a_dead_holder_is_replaced(self, bucket: str) -> None:
        table = _table(f"{bucket}/t.lance")
        dead = Lease.take(table, "out", "dead", wait=False)

        with Lease.take(table, "out", "second", wait=False) as second:
            second.check()
            with pytest.raises(JobError, match="second"):
                dead.check()
        assert RemoteFiles(table, None).names("_backfill") == []

    def test_nothing_of_it_is_left(self, bucket: str) -> None:
        table = _table(f"{bucket}/t.lance")
        for run_id in ("first", "second"):
            with Lease.take(table, "out", run_id, wait=False) as held:
                held.check()

        assert RemoteFiles(table, None).names("_backfill") == []

    def test_a_second_run_on_the_column_is_refused(self, bucket: str) -> None:
        table = _table(f"{bucket}/t.lance")
        with Lease.take(table, "out", "first", wait=False):
            outcome = run(backfill(table), run_id="second")

        assert outcome.last["code"] == "COLUMN_BUSY"
        assert versions(table) == 1


def test_a_table_that_is_not_there(bucket: str) -> None:
    outcome = run(backfill(f"{bucket}/t.lance"))

    assert [event["code"] for event in outcome.of("error")] == ["TABLE_NOT_FOUND"]


def test_a_wrong_secret_is_told_and_not_printed(bucket: str) -> None:
    table = _table(f"{bucket}/t.lance")

    outcome = _run_with({"aws_secret_access_key": "wrong-secret"}, backfill(table))

    assert [event["code"] for event in outcome.of("error")] == ["TABLE_NOT_READABLE"]
    assert "wrong-secret" not in str(outcome.events)
