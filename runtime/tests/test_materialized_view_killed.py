"""kill -9 of a process that refreshes a view: readers see an old or the new state, and the next refresh ends it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import lance
import pyarrow as pa
import pytest

from conftest import PYTHONPATH
from rounds import seeds
from support import run, spec, view

REFRESH = """
import sys
import ray
from backfill_runtime import driver, job_spec, materialized_view
from backfill_runtime.events import Emitter
from conftest import InlinePool
materialized_view.Pool, materialized_view.capacity, ray.is_initialized = InlinePool, lambda *_: 1, lambda: True
job = job_spec.parse(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
driver.run(job, Emitter("killed", 1))
"""
KILLS = 5


@pytest.mark.chaos
@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize("seed", seeds(2))
def test_at_any_moment(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    source, path = tmp_path / "source", tmp_path / "view"
    rows = {"number": list(range(400)), "id": list(range(400))}
    lance.write_dataset(pa.table(rows), source, max_rows_per_file=100, enable_stable_row_ids=True)
    job = view(source, path, select=["id"], columns=[{"column": "twice", "udf": "functions:double"}])
    assert run(job).succeeded
    for kill in range(KILLS):
        before = _shown(path)
        lance.dataset(source).update({"number": f"number + {kill + 1}"}, where=f"id % 9 = {kill % 9}")
        lance.dataset(source).delete(f"id % 50 = {kill}")
        lance.dataset(source).insert(pa.table({"number": [kill], "id": [1000 + kill]}))
        now = lance.dataset(source).to_table().to_pylist()
        expected = sorted((row["id"], row["number"] * 2) for row in now)

        _kill_refresh(spec(job, run_id="killed"), chance.uniform(0, 0.15))

        assert _shown(path) in (before, expected)
        assert run(job, run_id=f"r{kill}").succeeded
        assert _shown(path) == expected
        assert not lance.dataset(path).tags.list()


def _kill_refresh(text: str, seconds: float) -> None:
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "-c", REFRESH, text]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as refresh:
        assert refresh.stdin
        assert refresh.stdout
        assert refresh.stdout.readline() == b"ready\n"
        refresh.stdin.write(b"\n")
        refresh.stdin.flush()
        time.sleep(seconds)
        refresh.send_signal(signal.SIGKILL)


def _shown(path: Path) -> list[tuple[int, int]]:
    return sorted(tuple(row.values()) for row in lance.dataset(path).to_table(columns=["id", "twice"]).to_pylist())
