"""The whole way that a submitted job goes, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest
from bundles import Store, publish
from conftest import RUNTIME
from support import Run, backfill, checked_events, column, numbers, spec

FEATURES = b"""
import helper

print("imported by the user")

def triple(number: int) -> int:
    return helper.FACTOR * number

def fails(number: int) -> int:
    raise ValueError("no")
"""


def _submit(job: dict[str, Any], store: Store, tmp_path: Path, address: str) -> tuple[int, Run, str]:
    """Runs a job in a driver process that Ray's job agent would start the same way."""
    job_spec = spec(job, bundle=store.spec)
    cache = str(tmp_path / "cache")
    runtime_env = {
        "worker_process_setup_hook": "backfill_runtime.bootstrap.hook",
        "env_vars": {"BACKFILL_JOB_SPEC": job_spec, "BACKFILL_RUNTIME_CACHE": cache},
    }
    return _drive(
        {
            "BACKFILL_JOB_SPEC": job_spec,
            "BACKFILL_RUNTIME_CACHE": cache,
            "RAY_ADDRESS": address,
            "RAY_JOB_CONFIG_JSON_ENV_VAR": json.dumps({"runtime_env": runtime_env, "metadata": {}}),
        }
    )


def _drive(environment: dict[str, str]) -> tuple[int, Run, str]:
    """Runs `python -m backfill_runtime`. Returns its exit code, its events and all of its output."""
    done = subprocess.run(
        [sys.executable, "-m", "backfill_runtime"],
        env=os.environ | {"PYTHONPATH": str(RUNTIME / "src")} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return (
        done.returncode,
        Run(done.returncode == 0, checked_events(done.stdout.splitlines())),
        done.stdout + done.stderr,
    )


def test_a_job_from_a_bundle(tmp_path: Path, local_ray: str) -> None:
    store = publish(tmp_path / "store", {"features.py": FEATURES}, {"helper.py": b"FACTOR = 3\n"})
    numbers(tmp_path / "t")
    job = backfill(tmp_path / "t") | {"udf": "features:triple"}

    code, outcome, output = _submit(job, store, tmp_path, local_ray)

    assert code == 0, output
    assert outcome.last["type"] == "result"
    assert column(tmp_path / "t") == [number * 3 for number in range(10)]
    assert "imported by the user\n" in output
    assert lance.dataset(tmp_path / "t").schema.field("out").type == pa.int64()


def test_a_function_that_raises_in_a_bundle(tmp_path: Path, local_ray: str) -> None:
    store = publish(tmp_path / "store", {"features.py": FEATURES}, {"helper.py": b"FACTOR = 3\n"})
    before = numbers(tmp_path / "t").version
    job = backfill(tmp_path / "t") | {"udf": "features:fails"}

    code, outcome, output = _submit(job, store, tmp_path, local_ray)

    assert code == 1
    assert outcome.last["code"] == "UDF_FAILED"
    assert 'File "features.py", line 10, in fails' in outcome.last["traceback"]
    assert "Traceback" not in "".join(line for line in output.splitlines() if not line.startswith("{"))
    assert lance.dataset(tmp_path / "t").version == before


def test_a_damaged_bundle_fails_before_ray_starts(tmp_path: Path) -> None:
    store = publish(tmp_path / "store", {"features.py": FEATURES})
    store.shard_path().write_bytes(b"not a zip")

    code, outcome, output = _submit(backfill(tmp_path / "t"), store, tmp_path, "there is none")

    assert code == 1
    assert [event["type"] for event in outcome.events] == ["phase", "error"]
    assert outcome.last["code"] == "SHARD_DAMAGED"
    assert len(output.splitlines()) == 2


@pytest.mark.parametrize(("text", "code"), [("", "SPEC_MISSING"), ("{}", "SPEC_INVALID")])
def test_a_wrong_spec(text: str, code: str) -> None:
    exit_code, outcome, output = _drive({"BACKFILL_JOB_SPEC": text})

    assert exit_code == 1
    assert outcome.last["code"] == code
    assert len(output.splitlines()) == 1
