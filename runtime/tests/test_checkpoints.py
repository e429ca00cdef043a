"""What a run saves on the way, and what is left to do after it was stopped."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
from pathlib import Path
from typing import Any

import lance
import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime import column_computer
from backfill_runtime.checkpoint import FragmentCheckpoints, gaps, reach
from backfill_runtime.column_computer import ColumnComputer
from backfill_runtime.column_tasks import AssembleTask, ColumnFile
from backfill_runtime.merge import Piece
from backfill_runtime.pool import MAX_ATTEMPTS
from backfill_runtime.slices import cut, slice_rows
from backfill_runtime.table_files import LocalFiles
from rounds import seeds
from support import backfill, column, fails_unchanged, numbers, run


def _piece(first: int, stop: int) -> Piece:
    return Piece(np.arange(first, stop), pa.array(range(first, stop), pa.int64()))


def test_pieces_come_back_in_order(tmp_path: Path) -> None:
    checkpoints = FragmentCheckpoints(LocalFiles(tmp_path), ["c"], 0)
    checkpoints.write(10, 20, [_piece(10, 12), _piece(15, 20)])
    checkpoints.write(0, 10, [])
    checkpoints.write(100, 120, [_piece(100, 110)])

    assert checkpoints.ranges() == [(0, 10), (10, 20), (100, 120)]
    offsets = [offset for piece in checkpoints.pieces() for offset in piece.offsets.tolist()]
    assert offsets == [10, 11, *range(15, 20), *range(100, 110)]


def test_a_checkpoint_is_never_changed(tmp_path: Path) -> None:
    checkpoints = FragmentCheckpoints(LocalFiles(tmp_path), ["c"], 0)
    first = checkpoints.write(0, 10, [_piece(0, 10)])

    again = checkpoints.write(0, 10, [_piece(0, 3)])

    assert again.size == first.size
    assert sum(len(piece.offsets) for piece in checkpoints.pieces()) == 10
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["0-10.arrow"]


def test_a_checkpoint_holds_values_of_several_dictionaries(tmp_path: Path) -> None:
    values = [pa.array(text).dictionary_encode() for text in (["a", "b"], ["c", None])]
    checkpoints = FragmentCheckpoints(LocalFiles(tmp_path), ["c"], 0)
    checkpoints.write(0, 4, [Piece(np.arange(2), values[0]), Piece(np.arange(2, 4), values[1])])

    assert [value for piece in checkpoints.pieces() for value in piece.values.to_pylist()] == ["a", "b", "c", None]


@pytest.mark.parametrize(
    ("ranges", "left", "reached"),
    [
        ([], [(0, 10)], 0),
        ([(0, 10)], [], 10),
        ([(0, 3), (5, 7)], [(3, 5), (7, 10)], 3),
        ([(0, 3), (0, 5), (2, 4)], [(5, 10)], 5),
        ([(2, 10)], [(0, 2)], 0),
    ],
)
def test_finds_what_is_left(ranges: list[tuple[int, int]], left: list[tuple[int, int]], reached: int) -> None:
    assert gaps(ranges, 10) == left
    assert reach(ranges, 0) == reached


def test_few_fragments_are_cut_for_many_actors() -> None:
    assert slice_rows(100_000, fragments=1, actors=4) == 12_500
    assert slice_rows(100_000, fragments=8, actors=4) is None
    assert slice_rows(100_000, fragments=1, actors=1) is None
    assert slice_rows(1_000, fragments=1, actors=4) == 1024
    assert cut(0, 10, 3) == [(0, 3), (3, 6), (6, 10)]
    assert cut(5, 9, 0) == [(5, 9)]
    assert cut(5, 7, 9) == [(5, 6), (6, 7)]


@pytest.mark.usefixtures("inline_pool")
class TestWhatIsSaved:
    def test_a_fragment_within_a_checkpoint_goes_straight_into_its_file(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=100, per_fragment=50)

        outcome = run(backfill(tmp_path / "t", checkpointRows=50))

        assert [event["rows"] for event in outcome.of("checkpoint")] == [50, 50]

    def test_a_larger_fragment_is_saved_every_so_many_rows(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=100, per_fragment=100)

        outcome = run(backfill(tmp_path / "t", checkpointRows=30))

        assert [event["rows"] for event in outcome.of("checkpoint")] == [30, 30, 30, 10]
        assert column(tmp_path / "t") == [number * 2 for number in range(100)]

    def test_a_slow_function_is_saved_every_so_many_seconds(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=90, per_fragment=90)

        outcome = run(backfill(tmp_path / "t", "slow", checkpointSeconds=1, batchRows=5))

        assert len(outcome.of("checkpoint")) >= 2
        assert column(tmp_path / "t") == [number * 2 for number in range(90)]

    @pytest.mark.parametrize("where", [None, "number % 3 = 1"])
    @pytest.mark.parametrize("exists", [False, True])
    def test_another_attempt_computes_only_what_is_not_saved(
        self, tmp_path: Path, where: str | None, exists: bool
    ) -> None:
        out = {"out": pa.array([-1] * 60, pa.int64())} if exists else {}
        numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60, **out).delete("number IN (0, 4)")
        where = where or ("true" if exists else None)
        job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=4, **({"where": where} if where else {}))

        failed = run(job)
        second = run(job, attempt=2)

        saved = sum(event["rows"] for event in failed.of("checkpoint"))
        assert saved >= 8
        assert second.of("plan")[0]["rowsDone"] == saved
        assert sum(event["rows"] for event in second.of("checkpoint")) == second.last["rows"] - saved
        expected = [number * 2 if not where or where == "true" or number % 3 == 1 else None for number in range(60)]
        kept = [value for number, value in enumerate(expected) if number not in (0, 4)]
        assert column(tmp_path / "t") == [value if value is not None or not exists else -1 for value in kept]
        computed = [int(line) for line in (tmp_path / "computed").read_text().split()]
        assert len(computed) - len(set(computed)) <= 4  # one checkpoint

    def test_a_change_of_another_column_keeps_what_is_saved(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60)
        job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10)
        run(job)
        lance.dataset(tmp_path / "t").add_columns({"other": "number + 1"})

        assert run(job, attempt=2).of("plan")[0]["rowsDone"] == 40

    def test_a_change_of_an_input_or_the_function_does_not(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60)
        job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10)
        run(job)

        assert run(job | {"udfVersion": "2"}, attempt=2).of("plan")[0]["rowsDone"] == 0

    def test_another_run_of_the_same_job_goes_on_with_it(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=100, per_fragment=60, folder=[str(tmp_path)] * 100)
        job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10)
        assert not run(job, run_id="first").succeeded

        second = run(job | {"checkpointRows": 7}, run_id="second")

        assert second.of("plan")[0]["rowsDone"] == 40
        assert column(tmp_path / "t") == [number * 2 for number in range(100)]
        computed = [int(line) for line in (tmp_path / "computed").read_text().split()]
        assert sorted(computed) == sorted([*range(100), 40])  # the row that failed, twice
        assert _files(tmp_path / "t/_backfill") == ["first/events.ndjson", "second/events.ndjson"]

    def test_and_with_the_fragments_that_it_finished(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=100, per_fragment=20, folder=[str(tmp_path)] * 100)
        job = backfill(tmp_path / "t", "fails_at_forty_once")
        assert not run(job, run_id="first").succeeded
        assert run(job, run_id="second").of("plan")[0]["rowsDone"] == 40

    @pytest.mark.parametrize("change", [{"udfVersion": "2"}, {"where": "number >= 0"}, {"column": "other"}])
    def test_a_run_of_another_job_neither_takes_nor_removes_it(self, tmp_path: Path, change: dict[str, str]) -> None:
        numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60)
        job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10)
        run(job, run_id="first")

        assert run(job | change, run_id="second").of("plan")[0]["rowsDone"] == 0
        assert len(list((tmp_path / "t/_backfill/first").rglob("*.arrow"))) == 4

    def test_values_that_fill_the_memory_are_saved_early(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(column_computer, "HELD_BYTES", 100)
        monkeypatch.setattr(column_computer.ColumnComputer, "_soon_done", lambda *_: False)
        numbers(tmp_path / "t", rows=100, per_fragment=100)

        outcome = run(backfill(tmp_path / "t", batchRows=10))

        assert len(outcome.of("checkpoint")) >= 5
        assert column(tmp_path / "t") == [number * 2 for number in range(100)]

    def test_categories_are_as_large_as_they_are_when_saved(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A checkpoint has each of them in full before Arrow finds out which are the same."""
        monkeypatch.setattr(column_computer, "HELD_BYTES", 10_000)
        monkeypatch.setattr(column_computer.ColumnComputer, "_soon_done", lambda *_: False)
        numbers(tmp_path / "t", rows=1000, per_fragment=1000)
        kind = "dictionary<values=string, indices=int8>"

        outcome = run(backfill(tmp_path / "t", "long_category", batchRows=10, outputType=kind))

        assert len(outcome.of("checkpoint")) >= 40
        assert column(tmp_path / "t") == ["c" * 500] * 1000

    def test_or_streamed_when_the_fragment_is_soon_done(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(column_computer, "HELD_BYTES", 100)
        numbers(tmp_path / "t", rows=100, per_fragment=100)

        outcome = run(backfill(tmp_path / "t", batchRows=10))

        assert [event["rows"] for event in outcome.of("checkpoint")] == [100]
        assert column(tmp_path / "t") == [number * 2 for number in range(100)]

    def test_nothing_is_left_behind(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=100, per_fragment=100, folder=[str(tmp_path)] * 100)
        job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10)
        run(job)
        before = _files(tmp_path / "t/data")

        run(job, attempt=2)

        assert _files(tmp_path / "t/_backfill") == ["r1/events.ndjson"]
        assert len(before) == 1
        assert len(_files(tmp_path / "t/data")) == 2
        assert lance.dataset(tmp_path / "t").tags.list() == {}


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _with_actors(job: dict[str, Any], concurrency: int) -> dict[str, Any]:
    return job | {"workers": {"concurrency": concurrency, "numCpus": 1}}


@pytest.mark.usefixtures("local_ray")
def test_one_large_fragment_keeps_two_actors_busy(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=5000, per_fragment=5000).delete("number % 100 = 7")

    outcome = run(_with_actors(backfill(tmp_path / "t"), 2))

    assert outcome.succeeded, outcome.last
    assert (outcome.of("plan")[0]["tasks"], outcome.of("plan")[0]["concurrency"]) == (4, 2)
    assert column(tmp_path / "t") == [number * 2 for number in range(5000) if number % 100 != 7]
    assert outcome.of("progress")[-1]["rowsDone"] == 4950
    lance.dataset(tmp_path / "t").validate()


@pytest.mark.usefixtures("local_ray")
def test_the_death_of_an_actor_costs_at_most_a_checkpoint(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60)

    outcome = run(backfill(tmp_path / "t", "dies_at_forty_once", checkpointRows=10))

    assert outcome.succeeded, outcome.last
    assert len(outcome.of("retry")) == 1
    assert column(tmp_path / "t") == [number * 2 for number in range(60)]
    computed = [int(line) for line in (tmp_path / "computed").read_text().split()]
    assert len(computed) - len(set(computed)) <= 10


@pytest.mark.usefixtures("forgetful_pool")
@pytest.mark.parametrize("per_fragment", [60, 20])
def test_an_actor_that_dies_between_its_file_and_its_end(tmp_path: Path, per_fragment: int) -> None:
    numbers(tmp_path / "t", rows=60, per_fragment=per_fragment)

    outcome = run(backfill(tmp_path / "t", checkpointRows=7, batchRows=7))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [number * 2 for number in range(60)]
    assert (outcome.last["rows"], outcome.last["fragments"]) == (60, 60 // per_fragment)


@pytest.mark.usefixtures("inline_pool")
def test_a_checkpoint_that_somebody_deletes_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(tmp_path / "t", rows=60, per_fragment=60)
    assemble = ColumnComputer._assemble

    def after_a_deletion(self: ColumnComputer, task: AssembleTask) -> ColumnFile:
        next((tmp_path / "t/_backfill").rglob("7-*.arrow")).unlink()
        return assemble(self, task)

    monkeypatch.setattr(ColumnComputer, "_assemble", after_a_deletion)
    error = fails_unchanged(backfill(tmp_path / "t", checkpointRows=7, batchRows=7), tmp_path / "t", "CHECKPOINT_LOST")
    monkeypatch.undo()

    assert (error["fragment"], error["row"]) == (0, 7)


@pytest.mark.chaos
@pytest.mark.usefixtures("local_ray")
@pytest.mark.parametrize("seed", seeds(2))
def test_actors_killed_at_random_cost_at_most_a_checkpoint_each(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows, per_checkpoint = 1500, 50
    numbers(tmp_path / "t", rows=rows, per_fragment=700, folder=[str(tmp_path)] * rows)
    (tmp_path / "pids").mkdir()
    killed: list[str] = []
    done = threading.Event()

    def kill() -> None:
        while len(killed) < 3 and not done.wait(chance.uniform(0.5, 1.5)):
            alive = [path for path in (tmp_path / "pids").iterdir() if path.name not in killed]
            if alive:
                victim = chance.choice(alive).name
                killed.append(victim)
                with contextlib.suppress(ProcessLookupError):  # it was done
                    os.kill(int(victim), signal.SIGKILL)

    job = _with_actors(backfill(tmp_path / "t", "tells_its_pid", checkpointRows=per_checkpoint), 2)
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        outcome = run(job)
    finally:
        done.set()
        killer.join()
    if not outcome.succeeded:  # each kill met an actor at the same task, before it came further: that ends a run
        assert (outcome.last["code"], len(killed)) == ("WORKER_DIED", MAX_ATTEMPTS), outcome.last
        assert lance.dataset(tmp_path / "t").version == 1
        outcome = run(job, attempt=2)

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [number * 2 for number in range(rows)]
    computed = (tmp_path / "computed").read_text().split()
    assert len(set(computed)) == rows
    assert len(computed) - rows <= per_checkpoint * len(killed)
    assert killed


@pytest.mark.parametrize("where", [{}, {"where": "number >= 0"}], ids=["null", "where"])
@pytest.mark.parametrize("exists", [False, True])
def test_rows_that_were_deleted_when_their_range_was_saved_and_are_restored(
    tmp_path: Path, inline_pool: None, where: dict[str, str], exists: bool
) -> None:
    there = {"out": pa.nulls(60, pa.int64())} if exists else {}
    table = numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60, **there)
    table.delete("number IN (3, 50)")
    job = backfill(tmp_path / "t", "fails_at_forty_once", batchRows=5, checkpointRows=5, **where)
    assert not run(job).succeeded
    lance.dataset(tmp_path / "t", version=1).restore()

    outcome = run(job, attempt=2)

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [2 * number for number in range(60)]
