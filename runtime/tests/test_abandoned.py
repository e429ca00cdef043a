"""What failed runs leave beside a table goes one day, when nobody has gone on with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backfill_runtime.abandoned import KEPT_SECONDS
from support import backfill, column, numbers, run

pytestmark = pytest.mark.usefixtures("inline_pool")


def _failed(tmp_path: Path, name: str, **more: Any) -> dict[str, Any]:
    (tmp_path / "failed").unlink(missing_ok=True)
    job = backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10, **more)
    assert not run(job, run_id=name).succeeded
    assert len(_saved(tmp_path, name)) == 5  # four checkpoints, and what it was about
    return job


def _table(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=100, per_fragment=100, folder=[str(tmp_path)] * 100)


def _saved(tmp_path: Path, name: str) -> list[Path]:
    return [path for path in (tmp_path / "t/_backfill" / name).rglob("*.*") if path.name != "events.ndjson"]


def _make_old(tmp_path: Path, name: str, seconds: float = KEPT_SECONDS + 60) -> None:
    path = tmp_path / "t/_backfill" / name / "attempt-1.json"
    attempt = json.loads(path.read_text())
    path.write_text(json.dumps(attempt | {"at": attempt["at"] - seconds}))


def test_an_old_one_goes_with_the_next_commit_of_the_column(tmp_path: Path) -> None:
    _table(tmp_path)
    _failed(tmp_path, "old")
    _make_old(tmp_path, "old")

    assert run(backfill(tmp_path / "t"), run_id="next").succeeded
    assert _saved(tmp_path, "old") == []
    assert (tmp_path / "t/_backfill/old/events.ndjson").exists()


def test_one_that_may_go_on_stays(tmp_path: Path) -> None:
    _table(tmp_path)
    job = _failed(tmp_path, "young")
    _make_old(tmp_path, "young", KEPT_SECONDS - 60)

    assert run(backfill(tmp_path / "t", where="number < 0"), run_id="next").succeeded
    assert len(_saved(tmp_path, "young")) == 5
    again = run(job, run_id="young", attempt=2)
    assert again.of("plan")[0]["rowsDone"] == 40


def test_one_of_another_column_stays(tmp_path: Path) -> None:
    _table(tmp_path)
    _failed(tmp_path, "old", column="other")
    _make_old(tmp_path, "old")

    assert run(backfill(tmp_path / "t"), run_id="next").succeeded
    assert len(_saved(tmp_path, "old")) == 5


def test_an_attempt_of_today_keeps_what_older_ones_saved(tmp_path: Path) -> None:
    _table(tmp_path)
    job = _failed(tmp_path, "again")
    _make_old(tmp_path, "again")
    (tmp_path / "failed").unlink()
    (tmp_path / "t/_backfill/again/events.ndjson").unlink()
    assert not run(job | {"where": "number = 40"}, run_id="again", attempt=2).succeeded

    assert run(backfill(tmp_path / "t", where="number < 0"), run_id="next").succeeded
    assert len(_saved(tmp_path, "again")) == 6


def test_a_run_with_any_name(tmp_path: Path) -> None:
    _table(tmp_path)
    name = "leases/../x y"
    (tmp_path / "failed").unlink(missing_ok=True)
    assert not run(backfill(tmp_path / "t", "fails_at_forty_once", checkpointRows=10), run_id=name).succeeded
    (path,) = (tmp_path / "t/_backfill").rglob("attempt-1.json")
    path.write_text(json.dumps({"columns": ["out"], "at": 0}))

    assert run(backfill(tmp_path / "t"), run_id="next").succeeded
    assert not path.exists()
    assert column(tmp_path / "t") == [2 * number for number in range(100)]
