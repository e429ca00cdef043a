"""Rows per second of a backfill, against other ways to compute the column on the same table, function and Ray cluster.

They run by turns, start-up of their workers counted, each when the one before has left the machine quiet. Then what a
backfill writes, how soon a job is at its first row, and how much memory its processes take. One JSON line per figure on
standard output, prose on standard error. Run it from the root of the repository:
`python runtime/bench/backfill.py [--only START OF NAME] [--rows N] [--rounds N]`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
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
os.environ.update(ENVIRONMENT)
sys.path[:0] = PYTHON_PATH

import lance
import numpy as np
import pyarrow as pa
import ray

import bench_functions
from backfill_runtime import driver, job_spec
from backfill_runtime.events import Emitter
from first_row import first_row_figure
from peers import BATCH_ROWS, PEERS, WORKERS, Peer
from quiet import until_quiet


@dataclass(frozen=True)
class Case:
    """One function on one table, and by how much we mean to be faster than whom."""

    name: str
    function: str
    rows: int
    goals: dict[str, float] = field(default_factory=dict)


CASES = [
    Case("15us", "heavy", 1_000_000, {"lance-ray add_columns": 1.5, "Lance add_columns in one process": 1.6}),
    Case("50us", "heavier", 1_000_000, {"lance-ray add_columns": 1.5, "Lance add_columns in one process": 1.6}),
    Case("cheap", "cheap", 5_000_000, {"lance-ray add_columns": 2.0, "Ray Data, to a new table": 2.0}),
    Case("cheap.1M", "cheap", 1_000_000),
    Case("embed", "embed", 1_000_000),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name starts so")
    parser.add_argument("--rows", type=int, help="instead of each case's own number")
    parser.add_argument("--fragments", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ["BENCH_STEPS"] = str(_steps_for_microseconds(15))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIRST_ROW"] = f"{folder}/first-row"
        ray.init("local", num_cpus=WORKERS, include_dashboard=False, logging_level="warning", log_to_driver=False)
        for case in CASES:
            if case.name.startswith(options.only):
                rows = options.rows or case.rows
                table = _table(Path(folder) / case.name, rows, options.fragments)
                for figure in [*_speeds(case, table, rows, options.rounds), _written(case, table)]:
                    print(json.dumps(figure), flush=True)
        if "first_row".startswith(options.only):
            table = _table(Path(folder) / "first", 100_000, 4)
            print(json.dumps(first_row_figure(table, options.rounds)), flush=True)
        ray.shutdown()
        if "memory".startswith(options.only):
            for figure in _memory(Path(folder)):
                print(json.dumps(figure), flush=True)


def _speeds(case: Case, table: Path, rows: int, rounds: int) -> list[dict[str, object]]:
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in PEERS}
    for round_number in range(rounds):
        turns: list[tuple[Peer, list[float]]] = [(run_ours, ours), *((PEERS[name], theirs[name]) for name in PEERS)]
        for run, figures in turns if round_number % 2 == 0 else reversed(turns):
            figures.append(rows / _timed(run, table, case.function))
        shown = ", ".join(f"{name} {figures[-1]:,.0f}" for name, figures in {"ours": ours, **theirs}.items())
        print(f"{case.name}: {shown} rows/s", file=sys.stderr)
    return [_speed(case, rows, ours, name, figures) for name, figures in theirs.items()]


def _speed(case: Case, rows: int, ours: list[float], peer: str, theirs: list[float]) -> dict[str, object]:
    ratio = statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
    goal = case.goals.get(peer)
    return {
        "bench": f"backfill.rows_per_s.{case.name}",
        "ours": round(statistics.median(ours)),
        "peer": peer,
        "peerValue": round(statistics.median(theirs)),
        "unit": "rows/s",
        "ratio": round(ratio, 2),
        "goal": None if goal is None else f">= {goal}",
        "met": None if goal is None else ratio >= goal,
        "runs": len(ours),
        "note": f"{rows} rows, {WORKERS} workers, start-up counted",
    }


def _written(case: Case, table: Path) -> dict[str, object]:
    """Bytes that a backfill leaves and has written, against the same column as Lance stores it in one file."""
    copy = table.with_name("written")
    shutil.copytree(table, copy)
    before = _bytes_in(copy)
    run_ours(copy, case.function)
    written = _bytes_in(copy) - before
    plain = table.with_name("plain")
    lance.write_dataset(lance.dataset(copy).scanner(columns=["out"]).to_reader(), plain)
    ratio = written / _bytes_in(plain)
    shutil.rmtree(copy)
    shutil.rmtree(plain)
    return {
        "bench": f"backfill.bytes.{case.name}",
        "ours": written,
        "peer": "the column alone, as Lance writes it",
        "peerValue": round(written / ratio),
        "unit": "B",
        "ratio": round(ratio, 3),
        "goal": "<= 1.5",
        "met": ratio <= 1.5,
        "runs": 1,
        "note": "all that the run left beside the table, its manifest and events included",
    }


def _memory(folder: Path) -> Iterator[dict[str, object]]:
    """Each in a process and on a Ray of its own: high-water marks only rise."""
    few = _table(folder / "few", 1_000_000, 16)
    many = _table(folder / "many", 5_000_000, 16)
    fragments = _table(folder / "fragments", 100_000, 10_000)
    ours, theirs = _peaks("ours", many), _peaks("lance-ray", many)
    for process in ("driver", "worker"):
        yield _peak(f"{process}.5M", ours[process], "lance-ray add_columns", theirs[process], None)
    yield _peak("driver.growth", ours["driver"], "the same with 1M rows", _peaks("ours", few)["driver"], 1.1)
    limit = 300 << 20
    yield _peak("driver.10k_fragments", _peaks("ours", fragments)["driver"], "the goal", limit, 1.0)


def _peaks(how: str, table: Path) -> dict[str, int]:
    copy = table.with_name("copy")
    shutil.copytree(table, copy)
    try:
        command = [sys.executable, str(HERE / "peak_memory.py"), how, str(copy), "cheap"]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    finally:
        shutil.rmtree(copy)
    peaks: dict[str, int] = json.loads(printed.splitlines()[-1])
    return peaks


def _peak(name: str, ours: int, peer: str, theirs: int, goal: float | None) -> dict[str, object]:
    return {
        "bench": f"backfill.memory.{name}",
        "ours": ours,
        "peer": peer,
        "peerValue": theirs,
        "unit": "B",
        "ratio": round(ours / theirs, 3),
        "goal": None if goal is None else f"<= {goal}",
        "met": None if goal is None else ours <= theirs * goal,
        "runs": 1,
        "note": "high-water mark of resident memory, the largest worker's",
    }


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _timed(run: Peer, table: Path, function: str) -> float:
    """Seconds that `run` takes on a fresh copy of the table."""
    copy = table.with_name("copy")
    shutil.copytree(table, copy)
    try:
        until_quiet()
        started = time.perf_counter()
        run(copy, function)
        seconds = time.perf_counter() - started
        _check(run, copy, function)
    finally:
        shutil.rmtree(copy)
        shutil.rmtree(copy.with_name("mapped"), ignore_errors=True)
    return seconds


def _check(run: Peer, copy: Path, function: str) -> None:
    """Of a peer that writes a table of its own, in an order of its own, the number of rows."""
    numbers = lance.dataset(copy).take([0, 1, 12_345], columns=["number"])["number"].to_numpy()
    plain = getattr(bench_functions, function)
    expected = plain(numbers) if function == "embed" else np.array([plain(int(number)) for number in numbers])
    mapped = copy.with_name("mapped")
    if mapped.exists():
        if lance.dataset(mapped).count_rows() != lance.dataset(copy).count_rows():
            raise SystemExit(f"{run.__name__} lost rows")
        return
    values = lance.dataset(copy).take([0, 1, 12_345], columns=["out"])["out"].combine_chunks()
    found = values.flatten().to_numpy().reshape(len(numbers), -1) if function == "embed" else values.to_numpy()
    if not np.allclose(found, expected):
        raise SystemExit(f"{run.__name__} wrote {found}, expected {expected}")


def run_ours(table: Path, function: str) -> None:
    job: dict[str, object] = {
        "name": "bench",
        "kind": "backfill",
        "table": str(table),
        "column": "out",
        "udf": f"bench_functions:{function}",
        "batchRows": BATCH_ROWS,
        "workers": {"concurrency": WORKERS},
    }
    if function == "embed":
        job["outputType"] = f"fixed_size_list<float>[{bench_functions.DIMENSIONS}]"
    head = {"schema": job_spec.SCHEMA, "run": "bench", "attempt": 1, "environment": "bench", "bundle": None}
    with Path(os.devnull).open("w") as nowhere:
        if not driver.run(job_spec.parse(json.dumps(head | {"job": job})), Emitter("bench", 1, nowhere)):
            raise SystemExit("our run failed")


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
