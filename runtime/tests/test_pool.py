from __future__ import annotations

import importlib
import io
import re
import threading
from pathlib import Path

import lance
import pyarrow as pa
import pytest

from backfill_runtime.column_tasks import SliceTask
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter
from backfill_runtime.job_spec import Workers
from backfill_runtime.pool import Pool
from support import backfill, checked_events, column, fails_unchanged, numbers, run

pytestmark = pytest.mark.usefixtures("local_ray")

DOUBLES = [number * 2 for number in range(10)]


def test_fills_a_new_column_in_every_fragment(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t"))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == DOUBLES
    assert lance.dataset(tmp_path / "t").schema.field("out").type == pa.int64()
    assert (outcome.last["rows"], outcome.last["fragments"], outcome.last["tableVersion"]) == (10, 3, 2)


def test_tells_what_it_does_in_order(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t"))

    phases = [(event["phase"], event["state"]) for event in outcome.of("phase")]
    names = ["download zips", "plan scans", "schedule actors", "execute UDF", "write fragments", "commit"]
    assert [name for name, state in phases if state == "started"] == names
    assert sorted(name for name, state in phases if state == "ended") == sorted(names)
    assert outcome.of("plan")[0]["rows"] == 10
    assert outcome.of("progress")[-1]["rowsDone"] == 10
    assert sorted(event["fragment"] for event in outcome.of("checkpoint")) == [0, 1, 2]
    logged = checked_events((tmp_path / "t/_backfill/r1/events.ndjson").read_text().splitlines())
    assert [event["type"] for event in logged] == [event["type"] for event in outcome.events[3:]]


def test_another_attempt_goes_on_where_the_first_one_failed(tmp_path: Path) -> None:
    numbers(tmp_path / "t", folder=[str(tmp_path)] * 10)
    (tmp_path / "fail").touch()
    job = backfill(tmp_path / "t", "counted", workers={"concurrency": 1})

    failed = run(job)
    (tmp_path / "fail").unlink()
    second = run(job, attempt=2)

    assert not failed.succeeded
    assert second.succeeded
    assert second.of("plan")[0]["rowsDone"] == 4
    assert column(tmp_path / "t") == DOUBLES
    computed = [int(line) for line in (tmp_path / "computed").read_text().split()]
    assert sorted(computed) == sorted([*range(8), *range(4, 10)])  # fragment 0 once, the one in flight again


def test_survives_the_death_of_an_actor(tmp_path: Path) -> None:
    numbers(tmp_path / "t", folder=[str(tmp_path)] * 10)

    outcome = run(backfill(tmp_path / "t", "dies_once"))

    assert outcome.succeeded, outcome.last
    assert [event["fragment"] for event in outcome.of("retry")] == [1]
    assert column(tmp_path / "t") == DOUBLES


def test_readers_see_no_column_then_all_values(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=40, per_fragment=10)
    seen: set[str] = set()
    done = threading.Event()
    reader = threading.Thread(target=lambda: _watch(tmp_path / "t", seen, done))
    reader.start()
    try:
        outcome = run(backfill(tmp_path / "t", "slow"))
    finally:
        done.set()
        reader.join()

    assert outcome.succeeded
    assert seen == {"no column", "complete"}


def _watch(table: Path, seen: set[str], done: threading.Event) -> None:
    finished = False
    while not finished:
        finished = done.is_set()  # looks once more after the run
        dataset = lance.dataset(table)
        if "out" not in dataset.schema.names:
            seen.add("no column")
            continue
        values = dataset.to_table(columns=["out"])["out"].to_pylist()
        seen.add("complete" if values == [number * 2 for number in range(40)] else "partial")


@pytest.mark.parametrize("udf", ["fails_at_five", "stops_at_five"])
def test_a_function_that_raises_names_the_row_and_its_values(tmp_path: Path, udf: str) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", udf), tmp_path / "t", "UDF_FAILED")

    assert (error["fragment"], error["row"]) == (1, 1)
    assert error["message"].endswith("on number=5")
    assert f"in {udf}" in error["traceback"]
    assert "backfill_runtime" not in error["traceback"]


def test_a_function_that_kills_every_worker_names_the_rows(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", "dies_at_five", batchRows=2), tmp_path / "t", "WORKER_DIED")

    assert error["message"].startswith("3 workers died on rows 0 to 1 of fragment 1")
    assert (error["fragment"], error["row"]) == (1, 0)


def test_native_code_that_hangs_names_the_rows(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(
        backfill(tmp_path / "t", "hangs_for_good_at_five", batchRows=2, batchTimeoutSeconds=0.5),
        tmp_path / "t",
        "WORKER_DIED",
    )

    assert re.match(r"3 workers died on rows 0 to 1 of fragment 1, the last one after [1-9]\d* s: ", error["message"])


def test_an_actor_that_grows_is_replaced_and_nothing_is_computed_twice(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60)

    outcome = run(backfill(tmp_path / "t", "leaks", batchRows=5, workers={"concurrency": 1, "memoryBytes": 900 << 20}))

    assert outcome.succeeded, outcome.last
    retries = outcome.of("retry")
    assert 1 <= len(retries) <= 3
    assert all("a worker has grown to" in event["reason"] for event in retries)
    assert column(tmp_path / "t") == [number * 2 for number in range(60)]
    computed = [int(line) for line in (tmp_path / "computed").read_text().split()]
    assert computed == list(range(60))


def test_an_actor_that_is_too_large_from_the_start(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    fails_unchanged(
        backfill(tmp_path / "t", workers={"concurrency": 1, "memoryBytes": 10 << 20}),
        tmp_path / "t",
        "WORKER_TOO_LARGE",
    )


@pytest.mark.parametrize(("workers", "words"), [({"numCpus": 64}, "64 CPU"), ({"numGpus": 1}, "1 GPU")])
def test_an_actor_that_fits_on_no_node(tmp_path: Path, workers: dict[str, int], words: str) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", workers=workers), tmp_path / "t", "CANNOT_FIT")

    assert words in error["message"]


def test_uses_as_many_actors_as_the_cluster_has_cpus(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t", workers={}))

    assert outcome.of("plan")[0]["concurrency"] == 2
    assert column(tmp_path / "t") == DOUBLES


def test_runs_on_the_workers_of_a_group(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t", workers={"group": "cpu", "concurrency": 1}))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == DOUBLES


def test_a_batch_function_crosses_to_the_actors(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t", "batch_double", inputs={"value": "number"}, outputType="int64"))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == DOUBLES


def test_a_class_that_cannot_be_constructed_is_an_error_not_a_dead_worker(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", "Broken"), tmp_path / "t", "UDF_FAILED")

    assert "OSError: no model here while being constructed" in error["message"]
    assert "in __init__" in error["traceback"]


def test_workers_that_cannot_start_say_what_python_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here_only.py").write_text("class Computer: pass")
    monkeypatch.syspath_prepend(tmp_path)
    computer = importlib.import_module("here_only").Computer()
    pool = Pool(computer, Workers(), 1, Emitter("r1", 1, io.StringIO()))

    with pytest.raises(JobError, match="while they started: ModuleNotFoundError: No module named 'here_only'"):
        list(pool.run([SliceTask(0, 0, 1, 1, 1, "key")]))
