"""The whole way that a submitted job goes, as a process of its own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from bundles import Store, publish
from conftest import RUNTIME
from rounds import seeds
from support import Run, backfill, checked_events, column, numbers, spec

FEATURES = b"""
import time

print("imported by the user")

def triple(number: int) -> int:
    import helper

    return helper.FACTOR * number

def slow(number: int, folder: str) -> int:
    time.sleep(0.05)
    with open(f"{folder}/computed", "a") as file:
        print(number, file=file)
    return number

def fails(number: int) -> int:
    raise ValueError("no")
"""


def _submit(job: dict[str, Any], store: Store, tmp_path: Path, address: str) -> tuple[int, Run, str]:
    return _drive(_environment(job, store, tmp_path, address))


def _environment(job: dict[str, Any], store: Store, tmp_path: Path, address: str) -> dict[str, str]:
    """Of a driver process, as Ray's job agent would start it."""
    ours = {"BACKFILL_JOB_SPEC": spec(job, bundle=store.spec), "BACKFILL_RUNTIME_CACHE": str(tmp_path / "cache")}
    runtime_env = {"worker_process_setup_hook": "backfill_runtime.bootstrap.hook", "env_vars": ours}
    config = json.dumps({"runtime_env": runtime_env, "metadata": {}})
    return ours | {"RAY_ADDRESS": address, "RAY_JOB_CONFIG_JSON_ENV_VAR": config}


def _start(environment: dict[str, str], **pipes: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "backfill_runtime"],
        env=os.environ | {"PYTHONPATH": str(RUNTIME / "src")} | environment,
        text=True,
        **pipes,
    )


def _drive(environment: dict[str, str]) -> tuple[int, Run, str]:
    """Runs a driver to its end. Returns its exit code, its events and all of its output."""
    with _start(environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as driver:
        output, errors = driver.communicate(timeout=120)
    events = checked_events(output.splitlines())
    return driver.returncode, Run(driver.returncode == 0, events), output + errors


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
    assert 'File "features.py", line 18, in fails' in outcome.last["traceback"]
    assert "Traceback" not in "".join(line for line in output.splitlines() if not line.startswith("{"))
    assert lance.dataset(tmp_path / "t").version == before


def test_a_killed_driver_loses_only_the_fragments_in_flight(tmp_path: Path, local_ray: str) -> None:
    store = publish(tmp_path / "store", {"features.py": FEATURES})
    numbers(tmp_path / "t", rows=40, per_fragment=4, folder=[str(tmp_path)] * 40)
    job = backfill(tmp_path / "t") | {"udf": "features:slow"}
    environment = _environment(job, store, tmp_path, local_ray)
    with _start(environment, stdout=subprocess.PIPE) as driver:
        checkpoints = (line for line in driver.stdout if '"type":"checkpoint"' in line)
        for _ in range(3):
            next(checkpoints)
        driver.kill()

    code, outcome, output = _drive(environment)

    assert code == 0, output
    assert outcome.of("plan")[0]["rowsDone"] >= 12
    assert column(tmp_path / "t") == list(range(40))
    computed = (tmp_path / "computed").read_text().split()
    assert set(computed) == {str(number) for number in range(40)}
    assert len(computed) <= 48  # one fragment in flight, and perhaps one that had started


@pytest.mark.chaos
@pytest.mark.parametrize("seed", seeds(1))
def test_a_driver_that_is_stopped_and_then_killed(tmp_path: Path, local_ray: str, seed: int) -> None:
    store = publish(tmp_path / "store", {"features.py": FEATURES})
    numbers(tmp_path / "t", rows=80, per_fragment=40, folder=[str(tmp_path)] * 80)
    job = backfill(tmp_path / "t", checkpointRows=5) | {"udf": "features:slow"}
    environment = _environment(job, store, tmp_path, local_ray)
    chance = random.Random(seed)
    saved = 0
    for stop in (subprocess.Popen.terminate, subprocess.Popen.kill):
        with _start(environment, stdout=subprocess.PIPE) as driver:
            seen = 0
            wanted = chance.randint(1, 6)
            for line in driver.stdout:
                if '"type":"plan"' in line:
                    assert json.loads(line)["rowsDone"] >= saved
                if '"type":"checkpoint"' in line:
                    saved += json.loads(line)["rows"]
                    seen += 1
                if seen == wanted:
                    break
            time.sleep(chance.uniform(0, 0.2))
            stop(driver)
        if stop is subprocess.Popen.terminate:  # as Ray stops a job
            assert not (tmp_path / "t/_backfill/leases").exists()
            assert lance.dataset(tmp_path / "t").tags.list() == {}

    code, outcome, output = _drive(environment)

    assert code == 0, output
    assert outcome.of("plan")[0]["rowsDone"] >= saved
    assert column(tmp_path / "t") == list(range(80))
    assert lance.dataset(tmp_path / "t").tags.list() == {}
    computed = (tmp_path / "computed").read_text().split()
    assert set(computed) == {str(number) for number in range(80)}
    assert len(computed) <= 80 + 2 * 10  # a checkpoint in flight each time, and perhaps one that had started


def test_a_worker_that_cannot_get_the_bundle(tmp_path: Path, local_ray: str) -> None:
    lost = f"""
import shutil, sys
if "backfill_runtime.driver" in sys.modules:
    shutil.rmtree("{tmp_path}/store")
    shutil.rmtree("{tmp_path}/cache")
def triple(number: int) -> int:
    return number
"""
    store = publish(tmp_path / "store", {"features.py": lost.encode()})
    numbers(tmp_path / "t")
    job = backfill(tmp_path / "t") | {"udf": "features:triple"}

    code, outcome, _ = _submit(job, store, tmp_path, local_ray)

    assert code == 1
    assert outcome.last["code"] == "WORKER_DIED"
    assert f"BUNDLE_MANIFEST_MISSING: manifests/{store.ref.digest}.json" in outcome.last["message"]


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
