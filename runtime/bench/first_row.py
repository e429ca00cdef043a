"""How long a submitted job takes to its first row, beyond what Ray itself takes: against a job that only connects.

Both are processes of their own on a Ray that runs already, by turns, as a job agent would start them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import ray

from backfill_runtime import job_spec
from peers import WORKERS

EMPTY_JOB = "import ray; ray.init(logging_level='warning')"
GOAL_SECONDS = 2.0


def first_row_figure(table: Path, rounds: int) -> dict[str, object]:
    """`table` has the column `number`, and stays as it is: the function ends each run."""
    marker = Path(os.environ["FIRST_ROW"])  # Ray's workers have it, too
    environment = os.environ | {"RAY_ADDRESS": ray.get_runtime_context().gcs_address}
    empty, ours = [], []
    for number in range(rounds):
        began = time.time()
        subprocess.run([sys.executable, "-c", EMPTY_JOB], env=environment, check=True, capture_output=True)
        empty.append(time.time() - began)
        began = time.time()
        subprocess.run(
            [sys.executable, "-m", "backfill_runtime"],
            env=environment | {job_spec.ENVIRONMENT_VARIABLE: _spec(table, number)},
            check=False,
            capture_output=True,
        )
        ours.append(float(marker.read_text()) - began)
        marker.unlink()
    over = statistics.median(mine - other for mine, other in zip(ours, empty, strict=True))
    return {
        "bench": "backfill.first_row",
        "ours": round(statistics.median(ours), 2),
        "peer": "an empty Ray job",
        "peerValue": round(statistics.median(empty), 2),
        "unit": "s",
        "ratio": round(statistics.median(mine / other for mine, other in zip(ours, empty, strict=True)), 2),
        "goal": f"<= {GOAL_SECONDS} s over it",
        "met": over <= GOAL_SECONDS,
        "runs": rounds,
        "note": f"{over:.2f} s over it; driver start to first row computed, {WORKERS} workers",
    }


def _spec(table: Path, number: int) -> str:
    job = {
        "name": "bench",
        "kind": "backfill",
        "table": str(table),
        "column": "first",
        "udf": "bench_functions:first_row",
        "outputType": "int64",
        "workers": {"concurrency": WORKERS},
    }
    head = {"schema": job_spec.SCHEMA, "run": f"first-{number}", "attempt": 1, "environment": "bench", "bundle": None}
    return json.dumps(head | {"job": job})
