"""`plan` tells what the run then does, and changes nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from backfill_runtime import driver, job_spec
from backfill_runtime.events import Emitter
from conftest import PYTHONPATH
from support import Run, backfill, checked_events, numbers, run, spec, view

TWO_CPUS = {"roots": [], "nodes": [{"name": "here", "resources": {"CPU": 2}}]}


def _plan(job: dict[str, Any], request: dict[str, Any] | None = TWO_CPUS, run_id: str = "planned") -> Run:
    output = io.StringIO()
    parsed = job_spec.parse(spec(job, run_id=run_id))
    can_run = driver.plan(parsed, Emitter(run_id, 1, output), request and json.dumps(request))
    return Run(can_run, checked_events(output.getvalue().splitlines()))


def _told(outcome: Run) -> dict[str, Any]:
    (event,) = outcome.of("plan")
    return {key: value for key, value in event.items() if key not in ("at", "run")}


def _snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in [folder, *folder.rglob("*")]}


def _any_actors(job: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in job.items() if key != "workers"}


BACKFILLS: list[dict[str, Any]] = [
    {},
    {"where": "number % 3 = 1"},
    {"where": "number < 0"},
    {"column": "there"},
    {"column": "there", "where": "number > 3000"},
    {"commitEvery": 1},
    {"workers": {"concurrency": 3}},
    {"workers": {"numCpus": 2}},
]
MANY_FRAGMENTS = [(300, more) for more in BACKFILLS]
ONE_FRAGMENT = [(5000, more) for more in ({}, {"commitEvery": 1}, {"workers": {"concurrency": 3}})]


@pytest.mark.usefixtures("local_ray")
@pytest.mark.parametrize(("per_fragment", "more"), [*MANY_FRAGMENTS, *ONE_FRAGMENT], ids=str)
def test_a_backfill_does_what_its_plan_says(tmp_path: Path, per_fragment: int, more: dict[str, Any]) -> None:
    there = [index if index % 2 else None for index in range(5000)]
    numbers(tmp_path / "t", rows=5000, per_fragment=per_fragment, there=there).delete("number % 100 = 7")
    job = _any_actors(backfill(tmp_path / "t")) | more
    before = _snapshot(tmp_path)

    planned = _plan(job)
    on_cluster = _plan(job, None)

    assert _snapshot(tmp_path) == before
    outcome = run(job, run_id="real")
    assert planned.succeeded
    assert outcome.succeeded
    assert _told(planned) == _told(on_cluster) == _told(outcome)
    assert outcome.last["rows"] == _told(planned)["rows"]


@pytest.mark.usefixtures("inline_pool")
def test_what_an_earlier_run_saved_is_done(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=100, per_fragment=60, folder=[str(tmp_path)] * 100)
    job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10)
    run(job, run_id="failed")
    before = _snapshot(tmp_path / "t")

    planned = _plan(job)

    assert _snapshot(tmp_path / "t") == before
    assert (_told(planned)["rows"], _told(planned)["rowsDone"]) == (100, 40)
    assert _told(run(job, run_id="real")) == _told(planned)


@pytest.mark.usefixtures("inline_pool")
def test_a_record_whose_file_is_gone_stays_for_the_run_to_remove(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=100, per_fragment=20, folder=[str(tmp_path)] * 100)
    job = backfill(tmp_path / "t", "fails_at_forty_once")
    run(job, run_id="failed")
    committed = {
        file.path for fragment in lance.dataset(tmp_path / "t").get_fragments() for file in fragment.data_files()
    }
    lost = next(path for path in (tmp_path / "t/data").iterdir() if path.name not in committed)
    lost.unlink()
    before = _snapshot(tmp_path / "t")

    planned = _plan(job)

    assert _snapshot(tmp_path / "t") == before
    assert _told(planned)["rowsDone"] == 20
    assert _told(run(job, run_id="real")) == _told(planned)


@pytest.mark.usefixtures("inline_pool")
def test_a_view_that_is_new_changed_and_fresh(tmp_path: Path) -> None:
    source = pa.table({"number": list(range(100))})
    lance.write_dataset(source, tmp_path / "t", max_rows_per_file=40, enable_stable_row_ids=True)
    job = view(tmp_path / "t", tmp_path / "v", where="number % 2 = 0")
    for refresh, rows, change in [
        ("whole", 50, lambda: lance.write_dataset(source.slice(0, 10), tmp_path / "t", mode="append")),
        ("changes", 5, lambda: None),
        ("fresh", 0, lambda: None),
    ]:
        before = _snapshot(tmp_path)

        planned = _plan(job)

        assert _snapshot(tmp_path) == before
        assert (_told(planned)["refresh"], _told(planned)["rows"]) == (refresh, rows)
        outcome = run(job, run_id="real")
        assert _told(outcome) == _told(planned)
        assert outcome.last["rows"] == rows
        change()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"workers": {"numCpus": 3}}, "CANNOT_FIT"),
        ({"udf": "functions:no_such"}, "UDF_NOT_FOUND"),
        ({"where": "no_such = 1"}, "WHERE_INVALID"),
        ({"table": "/no/such/table.lance"}, "TABLE_NOT_FOUND"),
    ],
)
def test_a_job_that_would_be_refused_is(tmp_path: Path, more: dict[str, Any], code: str) -> None:
    numbers(tmp_path / "t")

    planned = _plan(backfill(tmp_path / "t") | more)

    assert not planned.succeeded
    assert planned.last["code"] == code
    assert planned.of("plan") == []


def test_a_process_without_a_ray(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RAY_")}
    done = subprocess.run(
        [sys.executable, "-m", "backfill_runtime", "plan", json.dumps(TWO_CPUS)],
        env=environment | {"PYTHONPATH": PYTHONPATH, "BACKFILL_JOB_SPEC": spec(backfill(tmp_path / "t"))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert [event["type"] for event in checked_events(done.stdout.splitlines())] == ["phase", "plan", "phase"]


def test_a_column_of_another_type_is_first_told_to_be_left_as_it_is(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    planned = _plan(backfill(tmp_path / "t", "double", column="text"))

    assert planned.last["code"] == "COLUMN_TYPE_MISMATCH"
    assert planned.last["fix"] == (
        "set column to another name, which leaves text as it is; "
        "only if its values may be overwritten, set outputType to string"
    )
