"""Functions that read the column that they fill: each row goes through them once, whatever happens."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from backfill_runtime import commit
from backfill_runtime.events import Emitter
from backfill_runtime.lease import Lease
from backfill_runtime.skipped_rows import SkippedRows
from support import backfill, column, fails_unchanged, numbers, run

pytestmark = pytest.mark.usefixtures("inline_pool")

DOUBLES = [number * 2 for number in range(10)]
OWN = {"where": "true", "inputs": {"number": "out"}}


def _table(path: Path, stable: bool = False) -> None:
    data = {"number": list(range(10)), "text": [f"x{index}" for index in range(10)], "out": list(range(10))}
    lance.write_dataset(pa.table(data), path, max_rows_per_file=4, enable_stable_row_ids=stable)


def _killed_after_its_commit(job: dict[str, object], monkeypatch: pytest.MonkeyPatch, name: str = "r1") -> None:
    def die(*_: object, **__: object) -> None:
        raise RuntimeError("told to die")

    with monkeypatch.context() as patched:
        patched.setattr(Emitter, "commit", die)
        assert not run(job, run_id=name).succeeded


LONG = "語" * 60


@pytest.mark.parametrize("first", ["r1", LONG], ids=["short", "long"])
@pytest.mark.parametrize("again", [{"attempt": 2}, {"run_id": "r2"}], ids=["attempt", "submit"])
@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda table: table.count_rows(),
        lambda table: table.optimize.compact_files(),
        lambda table: table.update({"text": "'moved'"}, where="number = 3"),
        lambda table: table.delete("number = 3"),
        lambda table: table.add_columns({"other": "number + 1"}),
    ],
    ids=["nothing", "compaction", "update", "delete", "column"],
)
def test_a_driver_that_dies_after_its_commit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[lance.LanceDataset], object],
    first: str,
    again: dict[str, object],
) -> None:
    _table(tmp_path / "t")
    job = backfill(tmp_path / "t", **OWN)
    _killed_after_its_commit(job, monkeypatch, first)
    meanwhile(lance.dataset(tmp_path / "t"))

    outcome = run(job, **{"run_id": first} | again)

    assert outcome.succeeded, outcome.last
    assert outcome.last["rows"] == 0
    rows = lance.dataset(tmp_path / "t").to_table(columns=["number", "out"]).to_pylist()
    assert [row for row in rows if row["out"] != row["number"] * 2] == []


def test_rows_that_came_before_it_died_are_computed_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _table(tmp_path / "t")
    job = backfill(tmp_path / "t", **OWN)
    _killed_after_its_commit(job, monkeypatch)
    more = pa.table({"number": [10, 11], "text": ["a", "b"], "out": [10, 11]})
    lance.dataset(tmp_path / "t").insert(more)

    outcome = run(job, attempt=2)
    anew = run(job, run_id="r3")

    assert outcome.last["rows"] == 2
    assert anew.last["rows"] == 12  # a run that nobody began before computes what is there
    assert column(tmp_path / "t") == [value * 2 for value in [*DOUBLES, 20, 22]]


def test_rows_that_came_before_it_died_stay_when_nobody_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _table(tmp_path / "t")
    job = backfill(tmp_path / "t", followAppends=False, **OWN)
    _killed_after_its_commit(job, monkeypatch)
    lance.dataset(tmp_path / "t").insert(pa.table({"number": [10], "text": ["a"], "out": [10]}))

    assert run(job, attempt=2).last["rows"] == 0
    assert column(tmp_path / "t") == [*DOUBLES, 10]


def test_versions_that_nobody_can_read_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _table(tmp_path / "t")
    job = backfill(tmp_path / "t", **OWN)
    _killed_after_its_commit(job, monkeypatch)
    table = lance.dataset(tmp_path / "t")
    table.update({"text": "'moved'"}, where="number = 3")
    table.cleanup_old_versions(older_than=datetime.timedelta(0), error_if_tagged_old_versions=False)
    before = column(tmp_path / "t")

    outcome = run(job, attempt=2)

    assert outcome.last["code"] == "COMMIT_UNKNOWN"
    assert column(tmp_path / "t") == before
    assert run(job | {"udfVersion": "2"}, run_id="r2").succeeded
    assert sorted(column(tmp_path / "t")) == [value * 2 for value in sorted(before)]


def test_many_commits_would_not_tell_which_rows_are_done(tmp_path: Path) -> None:
    _table(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", commitEvery=2, **OWN), tmp_path / "t", "UDF_READS_ITS_COLUMN")

    assert "'out'" in error["message"]
    assert run(backfill(tmp_path / "t", commitEvery=2, inputs={"number": "out"})).succeeded  # only where it is null


def test_another_function_computes_what_its_condition_says_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers(tmp_path / "t", out=pa.nulls(10, pa.int64()))
    job = backfill(tmp_path / "t", where="number > 3")
    _killed_after_its_commit(job, monkeypatch)

    outcome = run(job, attempt=2)

    assert outcome.last["rows"] == 6
    assert column(tmp_path / "t") == [None] * 4 + DOUBLES[4:]


def test_a_driver_that_dies_while_the_next_one_takes_the_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _table(tmp_path / "t")
    job = backfill(tmp_path / "t", **OWN)
    take, left = Lease.take, [True]

    def commits_before(*arguments: Any, **more: Any) -> Lease:
        if left:
            left.pop()
            _killed_after_its_commit(job, monkeypatch)
        return take(*arguments, **more)

    monkeypatch.setattr(Lease, "take", commits_before)

    outcome = run(job, attempt=2)

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == DOUBLES


def test_a_driver_whose_commit_comes_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _table(tmp_path / "t")
    job = backfill(tmp_path / "t", **OWN)
    commit_column, calls, outcomes = commit.commit_column, [], []

    def waits_for_the_next(*arguments: Any) -> lance.LanceDataset:
        calls.append(arguments)
        if len(calls) == 1:
            outcomes.append(run(job, attempt=2))
            raise RuntimeError("told to die")
        if len(calls) == 2:
            commit_column(*calls[0])
        return commit_column(*arguments)

    monkeypatch.setattr(commit, "commit_column", waits_for_the_next)

    assert not run(job).succeeded
    assert [outcome.succeeded for outcome in outcomes] == [True]
    assert column(tmp_path / "t") == DOUBLES


def test_an_attempt_that_is_begun_again_where_files_are_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _table(tmp_path / "t")
    job = backfill(f"file-object-store://{tmp_path}/t", **OWN)
    _killed_after_its_commit(job, monkeypatch)

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("told to die")

    with monkeypatch.context() as patched:
        patched.setattr(SkippedRows, "__init__", die)
        assert not run(job).succeeded
    outcome = run(job)

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == DOUBLES


def test_a_commit_whose_answer_is_lost_and_whose_files_are_compacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _table(tmp_path / "t")
    send, lost = lance.LanceDataset.commit, [True]

    def commits_twice(*arguments: Any, **more: Any) -> lance.LanceDataset:
        if lost:
            lost.pop()
            send(*arguments, **more).optimize.compact_files()
        return send(*arguments, **more)

    monkeypatch.setattr(lance.LanceDataset, "commit", commits_twice)

    outcome = run(backfill(tmp_path / "t", **OWN))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == DOUBLES
