"""Several writers on one table at once: other backfills, appends, deletes, updates, compactions."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest
from lance.commit import CommitConflictError

from backfill_runtime import lease
from rounds import seeds
from support import Run, backfill, column, numbers, run

pytestmark = pytest.mark.usefixtures("inline_pool")


def _at_once(*jobs: tuple[str, dict[str, Any]]) -> list[Run]:
    with ThreadPoolExecutor() as threads:
        return [done.result() for done in [threads.submit(run, job, run_id=name) for name, job in jobs]]


@pytest.mark.parametrize("exist", [False, True])
def test_runs_on_several_columns_all_commit(tmp_path: Path, exist: bool) -> None:
    columns = ["a", "b", "c"]
    empty = {name: pa.nulls(40, pa.int64()) for name in columns} if exist else {}
    numbers(tmp_path / "t", rows=40, **empty)

    outcomes = _at_once(*((name, backfill(tmp_path / "t", "slowly", name, batchRows=2)) for name in columns))

    assert [outcome.last["type"] for outcome in outcomes] == ["result"] * 3
    assert all(len(outcome.of("plan")) == 1 for outcome in outcomes)  # nothing was computed twice
    for name in columns:
        assert column(tmp_path / "t", name) == [number * 2 for number in range(40)]


def test_of_two_runs_on_one_column_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.1)
    numbers(tmp_path / "t", rows=400, per_fragment=40)

    outcomes = _at_once(*((name, backfill(tmp_path / "t", "slowly", batchRows=2)) for name in ("one", "two")))

    assert sorted(outcome.last.get("code", "") for outcome in outcomes) == ["", "COLUMN_BUSY"]
    assert column(tmp_path / "t") == [number * 2 for number in range(400)]


def test_or_waits_and_finds_the_work_done(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=100, per_fragment=40)

    job = backfill(tmp_path / "t", "slowly", batchRows=2, wait=True)
    outcomes = _at_once(("one", job), ("two", job))

    assert sorted(outcome.last["rows"] for outcome in outcomes) == [0, 100]


@pytest.mark.chaos
@pytest.mark.parametrize("seed", seeds(10))
@pytest.mark.parametrize("stable", [False, True])
def test_random_writers_meanwhile(tmp_path: Path, seed: int, stable: bool) -> None:
    path = tmp_path / "t"
    data = pa.table({"number": list(range(120)), "text": [f"x{number}" for number in range(120)]})
    lance.write_dataset(data, path, max_rows_per_file=17, enable_stable_row_ids=stable)
    done = threading.Event()
    every = random.Random(seed).choice([{}, {"commitEvery": 2}])
    with ThreadPoolExecutor() as threads:
        writer = threads.submit(_write_at_random, path, random.Random(seed), done)
        try:
            job = backfill(path, "slowly", batchRows=4, checkpointRows=8) | every
            outcomes = _at_once(("one", job), ("two", job | {"column": "other"}))
        finally:
            done.set()
        writer.result()  # raises what it raised

    for name, outcome in zip(("out", "other"), outcomes, strict=True):
        if not outcome.succeeded:
            assert outcome.last["code"] == "COMMIT_CONFLICT", outcome.last
            assert every or name not in lance.dataset(path).schema.names
        assert run(backfill(path, "double", name), run_id=f"{name}-again").succeeded
    dataset = lance.dataset(path)
    dataset.validate()
    rows = dataset.to_table(columns=["number", "out", "other"]).to_pylist()
    assert all(row["out"] == row["other"] == row["number"] * 2 for row in rows)
    assert dataset.tags.list() == {}


def _extra(table: lance.LanceDataset) -> list[str]:
    return [name for name in table.schema.names if name.startswith("extra_")][:1]


def _write_at_random(path: Path, chance: random.Random, done: threading.Event) -> None:
    fresh = iter(range(1000, 100_000))
    changes: list[Callable[[lance.LanceDataset], object]] = [
        lambda table: table.insert(pa.table({"number": [next(fresh)], "text": ["new"]})),
        lambda table: table.delete(f"number = {chance.randrange(120)}"),
        lambda table: table.update({"text": "'changed'"}, where=f"number = {chance.randrange(120)}"),
        lambda table: table.optimize.compact_files(),
        lambda table: table.add_columns({f"extra_{next(fresh)}": "number + 1"}),
        lambda table: table.drop_columns(_extra(table)) if _extra(table) else None,
        lambda table: table.alter_columns({"path": "text", "nullable": True}),
    ]
    while not done.wait(chance.uniform(0.02, 0.3)):
        try:
            chance.choice(changes)(lance.dataset(path))
        except (CommitConflictError, OSError):
            time.sleep(0.01)  # the backfill was first
