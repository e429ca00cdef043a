"""Jobs on tables in an S3 bucket. Run by `npm run test:stores`, which starts the server and sets the AWS variables."""

from __future__ import annotations

import io
import json
import os
import uuid
from typing import Any

import lance
import pyarrow as pa
import pytest

from backfill_runtime import driver, job_spec
from backfill_runtime.events import Emitter
from support import Run, backfill, checked_events, column, run, spec, versions, view

pytestmark = pytest.mark.usefixtures("local_ray")


@pytest.fixture
def bucket() -> str:
    return f"s3://{os.environ['TEST_BUCKET']}/{uuid.uuid4().hex}"


def _table(uri: str, rows: int = 10, **options: object) -> str:
    data = pa.table({"number": list(range(rows)), "text": [f"x{index}" for index in range(rows)]})
    lance.write_dataset(data, uri, max_rows_per_file=4, **options)
    return uri


def _run_with(options: dict[str, str], job: dict[str, Any]) -> Run:
    output = io.StringIO()
    text = json.dumps(json.loads(spec(job)) | {"storageOptions": options})
    succeeded = driver.run(job_spec.parse(text), Emitter("r1", 1, output))
    return Run(succeeded, checked_events(output.getvalue().splitlines()))


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


def test_options_of_the_job_come_before_the_environment(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = _table(f"{bucket}/t.lance")
    options = {"aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"]}
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    assert _run_with(options, backfill(table)).succeeded


def test_a_table_that_is_not_there(bucket: str) -> None:
    outcome = run(backfill(f"{bucket}/t.lance"))

    assert [event["code"] for event in outcome.of("error")] == ["TABLE_NOT_FOUND"]


def test_a_wrong_secret_is_told_and_not_printed(bucket: str) -> None:
    table = _table(f"{bucket}/t.lance")

    outcome = _run_with({"aws_secret_access_key": "wrong-secret"}, backfill(table))

    assert [event["code"] for event in outcome.of("error")] == ["TABLE_NOT_READABLE"]
    assert "wrong-secret" not in str(outcome.events)
