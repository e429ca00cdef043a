"""One run at a time writes a column; what a dead one leaves behind is no hindrance for long."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import lance
import pytest

from backfill_runtime import lease
from backfill_runtime.errors import JobError
from backfill_runtime.lease import Lease
from backfill_runtime.pin import Pin
from support import backfill, column, numbers, run


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(lease, "STALE_SECONDS", 1.0)
    monkeypatch.setattr(lease, "_LOOK_SECONDS", 0.02)


def _take(table: Path, run_id: str, column: str = "out", *, wait: bool = False) -> Lease:
    return Lease.take(table, column, run_id, wait=wait)


def test_another_run_is_refused_with_the_holder_and_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "STALE_SECONDS", 60.0)
    began = time.monotonic()
    with _take(tmp_path, "first"), pytest.raises(JobError) as caught:
        _take(tmp_path, "second")

    assert caught.value.code == "COLUMN_BUSY"
    assert "the run first is writing the column 'out'" in caught.value.message
    assert time.monotonic() - began < lease.STALE_SECONDS / 2


def test_another_column_is_free(tmp_path: Path) -> None:
    with _take(tmp_path, "first"), _take(tmp_path, "second", "other") as other:
        other.check()


def test_nothing_is_left_when_it_is_given_back(tmp_path: Path) -> None:
    with _take(tmp_path, "first"):
        pass

    assert list((tmp_path / "_backfill").iterdir()) == []
    with _take(tmp_path, "second") as second:
        second.check()


def test_a_dead_holder_is_replaced(tmp_path: Path) -> None:
    dead = _take(tmp_path, "dead")  # whose thread never started

    with _take(tmp_path, "second") as second:
        second.check()
        with pytest.raises(JobError) as caught:
            dead.check()

    assert caught.value.code == "LEASE_LOST"
    assert "second" in caught.value.message


def test_what_dead_holders_left_goes_with_the_next_one(tmp_path: Path) -> None:
    for name in ("dead", "dead too"):
        _take(tmp_path, name)

    with _take(tmp_path, "third"):
        pass

    assert list((tmp_path / "_backfill").iterdir()) == []


def test_a_clock_that_is_wrong_changes_nothing(tmp_path: Path) -> None:
    with _take(tmp_path, "first"):
        for path in (tmp_path / "_backfill/leases/out").iterdir():
            os.utime(path, (0, 0))
        with pytest.raises(JobError):
            _take(tmp_path, "second")


def test_another_attempt_of_the_same_run_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "STALE_SECONDS", 60.0)
    dead = _take(tmp_path, "r1")
    began = time.monotonic()

    with _take(tmp_path, "r1") as second:
        second.check()

    assert time.monotonic() - began < lease.STALE_SECONDS / 2
    with pytest.raises(JobError):
        dead.check()


def test_waits_for_the_holder_when_told_to(tmp_path: Path) -> None:
    first = _take(tmp_path, "first")
    with first:
        waiting = threading.Thread(target=lambda: _hold_for_a_moment(tmp_path))
        waiting.start()
        time.sleep(0.5)
        first.check()
    waiting.join(timeout=5)

    assert not waiting.is_alive()


def _hold_for_a_moment(table: Path) -> None:
    with _take(table, "second", wait=True) as second:
        second.check()


def test_only_one_of_many_gets_a_free_lease(tmp_path: Path) -> None:
    barrier, outcomes = threading.Barrier(8), []

    def contend(number: int) -> None:
        barrier.wait()
        try:
            with _take(tmp_path, f"run{number}") as held:
                held.check()
                outcomes.append(number)
                time.sleep(1.5)
                held.check()
        except JobError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=contend, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes))[1:] == ["COLUMN_BUSY"] * 7


def test_one_that_was_taken_for_dead_does_not_give_back_what_is_not_its_own(tmp_path: Path) -> None:
    zombie = _take(tmp_path, "zombie")
    with _take(tmp_path, "second") as second:
        with zombie:
            pass
        second.check()


@pytest.mark.usefixtures("inline_pool")
class TestRuns:
    def test_a_second_run_on_the_column_is_refused(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        with _take(tmp_path / "t", "first"):
            outcome = run(backfill(tmp_path / "t"), run_id="second")

        assert outcome.last["code"] == "COLUMN_BUSY"
        assert lance.dataset(tmp_path / "t").version == 1

    def test_a_run_that_lost_its_lease_does_not_commit(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=30, folder=[str(tmp_path / "t")] * 30)

        outcome = run(backfill(tmp_path / "t", "steals_the_lease"))

        assert outcome.last["code"] == "LEASE_LOST"
        assert lance.dataset(tmp_path / "t").version == 1

    def test_the_version_is_tagged_during_the_run_only(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", folder=[str(tmp_path / "t")] * 10)

        outcome = run(backfill(tmp_path / "t", "tags"))

        assert set(column(tmp_path / "t")) == {"1"}
        assert outcome.succeeded
        assert lance.dataset(tmp_path / "t").tags.list() == {}

    def test_a_run_that_fails_removes_its_tag(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")

        run(backfill(tmp_path / "t", "fails_at_five"))

        assert lance.dataset(tmp_path / "t").tags.list() == {}

    def test_the_tag_of_a_dead_run_goes_with_the_next_one(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", folder=[str(tmp_path / "t")] * 10)
        (tmp_path / "t/keep_tags").touch()
        table = lance.dataset(tmp_path / "t")
        table.tags.create("a-users-own", 1)
        dead = Pin(table, "out", "dead")
        dead.hold(1)
        elsewhere = Pin(table, "other", "alive")
        elsewhere.hold(1)

        run(backfill(tmp_path / "t"))

        left = lance.dataset(tmp_path / "t").tags.list()
        assert len(left) == 2
        assert "a-users-own" in left
        assert any("alive" in tag for tag in left)

    def test_an_attempt_that_was_taken_over_leaves_the_next_ones_tag(self, tmp_path: Path) -> None:
        table = numbers(tmp_path / "t")
        first, second = (Pin(table, "out", "r1") for _ in range(2))
        with first:
            first.hold(1)
            second.hold(1)

        assert len(lance.dataset(tmp_path / "t").tags.list()) == 1

    def test_cleanup_during_the_run_keeps_what_the_run_reads(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", folder=[str(tmp_path / "t")] * 10)

        outcome = run(backfill(tmp_path / "t", "rewrites_and_cleans", followAppends=False))

        assert outcome.succeeded, outcome.last
        assert sorted(column(tmp_path / "t")) == [number * 2 for number in range(10)]
