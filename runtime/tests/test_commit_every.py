"""A run that shows what is done before all is done."""

from __future__ import annotations

from pathlib import Path

import lance
import pyarrow as pa
import pytest

from support import backfill, column, numbers, run, versions

pytestmark = pytest.mark.usefixtures("inline_pool")

DOUBLES = [2 * number for number in range(40)]


@pytest.mark.parametrize(("every", "sizes"), [(1, [1] * 4), (3, [3, 1]), (2, [2, 2]), (4, [4]), (9, [4])])
@pytest.mark.parametrize("exists", [False, True])
def test_each_commit_has_so_many_fragments(tmp_path: Path, every: int, sizes: list[int], exists: bool) -> None:
    there = {"out": pa.nulls(40, pa.int64())} if exists else {}
    before = numbers(tmp_path / "t", rows=40, per_fragment=10, **there).version

    outcome = run(backfill(tmp_path / "t", commitEvery=every))

    assert outcome.succeeded, outcome.last
    assert [event["fragments"] for event in outcome.of("commit")] == sizes
    assert (outcome.last["rows"], outcome.last["fragments"]) == (40, 4)
    assert versions(tmp_path / "t") == before + len(sizes)
    assert column(tmp_path / "t") == DOUBLES
    lance.dataset(tmp_path / "t").validate()


def test_each_version_has_more_of_it(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=40, per_fragment=10)

    run(backfill(tmp_path / "t", commitEvery=2))

    half = lance.dataset(tmp_path / "t", version=2).to_table(columns=["out"])["out"].to_pylist()
    assert half.count(None) == 20
    assert [value for value in half if value is not None] == [
        value for value, shown in zip(DOUBLES, half, strict=True) if shown is not None
    ]


@pytest.mark.parametrize("where", [{}, {"where": "number >= 0"}])
def test_a_run_that_failed_keeps_what_is_committed_and_goes_on(tmp_path: Path, where: dict[str, str]) -> None:
    numbers(tmp_path / "t", rows=60, per_fragment=10, folder=[str(tmp_path)] * 60)
    job = backfill(tmp_path / "t", "fails_at_forty_once", commitEvery=3) | where

    failed = run(job)
    shown = column(tmp_path / "t")
    again = run(job, attempt=2)

    assert failed.last["code"] == "UDF_FAILED"
    assert "version 2 holds the column for 3 fragments" in failed.last["message"]
    assert shown.count(None) == 30
    assert again.succeeded, again.last
    assert column(tmp_path / "t") == [2 * number for number in range(60)]
    computed = (tmp_path / "computed").read_text().split()
    if not where:  # with a filter of one's own nothing tells which rows are done
        assert len(computed) <= 60 + 10


def test_rows_that_come_meanwhile(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=10, per_fragment=2, folder=[str(tmp_path / "t")] * 10)

    outcome = run(backfill(tmp_path / "t", "appends_meanwhile", commitEvery=4))

    assert outcome.succeeded, outcome.last
    assert [event["fragments"] for event in outcome.of("commit")] == [4, 1, 1]
    assert column(tmp_path / "t") == [2 * number for number in range(11)]
