"""Rows per second of a backfill, against lance-ray's `add_columns` on the same table, function and Ray cluster.

The two run by turns, start-up of their actors counted. One JSON line per figure on standard output, prose on standard
error. Run it from the root of the repository: `python runtime/bench/backfill.py [--rows N] [--pairs N]`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PYTHON_PATH = [str(HERE.parent / "src"), str(HERE)]
MALLOC_BYTES = str(256 << 20)
ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join(PYTHON_PATH),
    "LANCE_LOG": "error",
    "RAY_USAGE_STATS_ENABLED": "0",
    "MALLOC_MMAP_THRESHOLD_": MALLOC_BYTES,
    "MALLOC_TRIM_THRESHOLD_": MALLOC_BYTES,
}
ACTORS = 2
BATCH_ROWS = 8192
os.environ.update(ENVIRONMENT)
sys.path[:0] = PYTHON_PATH

import lance
import numpy as np
import pyarrow as pa
import ray

import bench_functions
from backfill_runtime import driver, job_spec
from backfill_runtime.events import Emitter


@dataclass(frozen=True)
class Figure:
    """One benchmark: a function, and by how much we mean to be faster."""

    name: str
    function: str
    rows: int
    goal: float


FIGURES = [
    Figure("backfill.rows_per_s.15us", "heavy", 1_000_000, 1.5),
    Figure("backfill.rows_per_s.cheap", "cheap", 5_000_000, 2.0),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="instead of each figure's own number")
    parser.add_argument("--fragments", type=int, default=16)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    os.environ["BENCH_STEPS"] = str(_steps_for_microseconds(15))
    ray.init("local", num_cpus=ACTORS, include_dashboard=False, logging_level="warning", log_to_driver=False)
    for figure in FIGURES:
        rows = options.rows or figure.rows
        with tempfile.TemporaryDirectory() as folder:
            table = _table(Path(folder) / "table", rows, options.fragments)
            print(json.dumps(_measure(figure, table, rows, options.pairs)), flush=True)


def _measure(figure: Figure, table: Path, rows: int, pairs: int) -> dict[str, object]:
    ours, peer = [], []
    for pair in range(pairs):
        turns = [(_ours, ours), (_peer, peer)]
        for run, figures in turns if pair % 2 == 0 else reversed(turns):
            figures.append(rows / _timed(run, table, figure.function))
        print(f"{figure.name}: ours {ours[-1]:,.0f}, lance-ray {peer[-1]:,.0f} rows/s", file=sys.stderr)
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, peer, strict=True))
    return {
        "bench": figure.name,
        "ours": round(statistics.median(ours)),
        "peer": "lance-ray add_columns",
        "peerValue": round(statistics.median(peer)),
        "unit": "rows/s",
        "ratio": round(ratio, 2),
        "goal": f">= {figure.goal}",
        "met": ratio >= figure.goal,
        "runs": pairs,
        "note": f"{rows} rows, {ACTORS} actors, start-up counted",
    }


def _timed(run: Callable[[Path, str], None], table: Path, function: str) -> float:
    """Seconds that `run` takes on a fresh copy of the table; checks what it wrote."""
    copy = table.with_name("copy")
    shutil.copytree(table, copy)
    try:
        started = time.perf_counter()
        run(copy, function)
        seconds = time.perf_counter() - started
        sample = lance.dataset(copy).take([0, 1, 12_345], columns=["number", "out"]).to_pylist()
    finally:
        shutil.rmtree(copy)
    expected = [_function(function)(row["number"]) for row in sample]
    if [row["out"] for row in sample] != expected:
        raise SystemExit(f"{run.__name__} wrote {sample}, expected {expected}")
    return seconds


def _ours(table: Path, function: str) -> None:
    job = {
        "name": "bench",
        "kind": "backfill",
        "table": str(table),
        "column": "out",
        "udf": f"bench_functions:{function}",
        "batchRows": BATCH_ROWS,
        "workers": {"concurrency": ACTORS},
    }
    head = {"schema": job_spec.SCHEMA, "run": "bench", "attempt": 1, "environment": "bench", "bundle": None}
    with Path(os.devnull).open("w") as nowhere:
        if not driver.run(job_spec.parse(json.dumps(head | {"job": job})), Emitter("bench", 1, nowhere)):
            raise SystemExit("our run failed")


def _peer(table: Path, function: str) -> None:
    import lance_ray

    plain = _function(function)

    def transform(batch: pa.RecordBatch) -> pa.RecordBatch:
        values = [plain(number) for number in batch.column("number").to_pylist()]
        return pa.record_batch([pa.array(values, pa.int64())], names=["out"])

    lance_ray.add_columns(
        str(table), transform=transform, read_columns=["number"], batch_size=BATCH_ROWS, concurrency=ACTORS
    )


def _function(name: str) -> Callable[[int], int]:
    function: Callable[[int], int] = getattr(bench_functions, name)
    return function


def _steps_for_microseconds(wanted: float) -> int:
    """How many steps of `heavy` take that long here. Sets them for this process, too."""
    steps, rows = 200, 2_000
    bench_functions._STEPS = steps
    times = []
    for _ in range(5):
        started = time.perf_counter()
        for number in range(rows):
            bench_functions.heavy(number)
        times.append((time.perf_counter() - started) / rows * 1e6)
    bench_functions._STEPS = round(steps * wanted / min(times))
    return bench_functions._STEPS


def _table(path: Path, rows: int, fragments: int) -> Path:
    random = np.random.default_rng(7)
    columns = {
        "number": random.integers(0, 1 << 30, rows),
        "text": pa.array([f"document {index}" for index in range(rows)]),
    }
    lance.write_dataset(pa.table(columns), path, max_rows_per_file=-(-rows // fragments))
    return path


if __name__ == "__main__":
    main()
