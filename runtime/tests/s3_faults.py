"""Object stores that fail at random under a run. Run by `npm run test:stores`, like `s3_tables`."""

from __future__ import annotations

import io
import json
import os
import random
import uuid
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from backfill_runtime import driver, job_spec
from backfill_runtime.events import Emitter
from faulty_store import FAULTS, STORES, FaultyStore
from rounds import seeds
from support import Run, backfill, checked_events, column, spec, view

pytestmark = [pytest.mark.usefixtures("inline_pool"), pytest.mark.chaos]

ROWS = 60
QUICK = {"client_max_retries": "3", "client_retry_timeout": "3"}  # so that a store that is gone is soon given up
CODES = {"TABLE_IO_FAILED", "TABLE_NOT_READABLE", "COMMIT_FAILED", "COMMIT_CONFLICT"}


@pytest.fixture(autouse=True)
def endpoint_of_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lance takes this variable before the option of the job, and would go past the proxy."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)


def _run(job: dict[str, Any], store: FaultyStore | None, attempt: int = 1) -> Run:
    output = io.StringIO()
    options = QUICK | ({"aws_endpoint": store.url} if store else {})
    text = json.dumps(json.loads(spec(job, attempt=attempt)) | {"storageOptions": options})
    succeeded = driver.run(job_spec.parse(text), Emitter("r1", attempt, output))
    return Run(succeeded, checked_events(output.getvalue().splitlines()))


def _table(folder: str) -> str:
    uri = f"s3://{os.environ['TEST_BUCKET']}/{uuid.uuid4().hex}/t.lance"
    data = {"number": list(range(ROWS)), "folder": [folder] * ROWS}
    lance.write_dataset(pa.table(data), uri, max_rows_per_file=20, enable_stable_row_ids=True)
    return uri


@pytest.mark.parametrize("seed", seeds(20))
def test_a_backfill_ends_right_or_changes_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    table = _table(str(tmp_path))
    before = lance.dataset(table).version
    job = backfill(table, "records", checkpointRows=5, batchRows=5)
    with FaultyStore(os.environ["AWS_ENDPOINT"], seed).serving() as store:
        store.faults = {fault: chance.choice([0, 0.02, 0.1]) for fault in FAULTS if fault != "refused"}
        first = _run(job, store)
        if not first.succeeded:
            assert first.last["code"] in CODES, first.last
            assert _column(table) in (None, EXPECTED), store.met
        again = _run(job, None, attempt=2)

    assert again.succeeded, (again.last, store.met)
    assert _column(table) == EXPECTED
    lance.dataset(table).validate()
    assert lance.dataset(table).version >= before + 1
    assert lance.dataset(table).tags.list() == {}


EXPECTED = [2 * number for number in range(ROWS)]


def _column(table: str) -> list[Any] | None:
    return column(table) if "out" in lance.dataset(table).schema.names else None


@pytest.mark.parametrize("fault", ["refused", "unavailable", "dropped"])
@pytest.mark.parametrize("seed", seeds(1))
def test_a_store_that_goes_away_for_good_is_told(tmp_path: Path, fault: str, seed: int) -> None:
    table = _table(str(tmp_path))
    with FaultyStore(os.environ["AWS_ENDPOINT"], seed).serving() as store:
        (tmp_path / "when").write_text(str(random.Random(seed).randrange(ROWS)))
        STORES[str(tmp_path)] = store, fault
        outcome = _run(backfill(table, "loses_the_store", batchRows=5, checkpointRows=5), store)

    assert not outcome.succeeded
    assert outcome.last["code"] in CODES, outcome.last
    assert table in outcome.last["message"]
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(outcome.events)
    assert _column(table) is None
    again = _run(backfill(table, "records"), None, attempt=2)
    assert again.succeeded, again.last
    assert _column(table) == EXPECTED


@pytest.mark.parametrize("seed", seeds(10))
def test_a_refresh_ends_right_or_changes_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    source = _table(str(tmp_path))
    destination = source.replace("t.lance", "view.lance")
    columns = [{"column": "twice", "udf": "functions:double"}]
    job = view(source, destination, select=["number"], columns=columns)
    expected = {(number, 2 * number) for number in range(ROWS)}
    with FaultyStore(os.environ["AWS_ENDPOINT"], seed).serving() as store:
        for attempt in (1, 2):
            store.faults = {fault: chance.choice([0, 0.02, 0.1]) for fault in FAULTS if fault != "refused"}
            first = _run(job, store, attempt=2 * attempt - 1)
            if not first.succeeded:
                assert first.last["code"] in CODES, first.last
            again = _run(job, None, attempt=2 * attempt)
            assert again.succeeded, (again.last, store.met)
            rows = lance.dataset(destination).to_table(columns=["number", "twice"]).to_pylist()
            assert sorted(tuple(row.values()) for row in rows) == sorted(expected), store.met
            lance.dataset(source).delete("number = 7")
            expected -= {(7, 14)}
