"""The node or all of Ray goes away under a run, which is then submitted again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import lance
import pytest

from bundles import publish
from support import backfill, column, numbers
from test_main import FEATURES, _drive, _environment, _start

ROWS = 80
CHECKPOINT_ROWS = 5


def _below(pid: int) -> dict[int, str]:
    """The processes that a process has started, and those have started, by their commands."""
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,comm="], capture_output=True, text=True, check=True)
    parents = {int(line.split()[0]): (int(line.split()[1]), line.split()[2]) for line in listing.stdout.splitlines()}
    below: dict[int, str] = {}
    pending = [pid]
    while pending:
        top = pending.pop()
        children = {child: command for child, (parent, command) in parents.items() if parent == top}
        below |= children
        pending += children
    return below


@pytest.mark.parametrize("victims", ["raylet", "all"])
def test_a_run_goes_on_after_the_death_of_ray(tmp_path: Path, victims: str) -> None:
    store = publish(tmp_path / "store", {"features.py": FEATURES})
    before = numbers(tmp_path / "t", rows=ROWS, per_fragment=ROWS, folder=[str(tmp_path)] * ROWS).version
    job = backfill(tmp_path / "t", checkpointRows=CHECKPOINT_ROWS) | {"udf": "features:slow"}
    environment = _environment(job, store, tmp_path, "local") | {"RAY_gcs_rpc_server_reconnect_timeout_s": "3"}
    chance = random.Random(os.environ.get("CHAOS_SEED", "1"))
    saved = 0
    with _start(environment, stdout=subprocess.PIPE) as driver:
        for line in driver.stdout:
            saved += '"type":"checkpoint"' in line
            if saved == 4:
                break
        time.sleep(chance.uniform(0, 0.2))
        ray = _below(driver.pid)
        for pid in [pid for pid, command in ray.items() if victims in ("all", command)]:
            os.kill(pid, signal.SIGKILL)
        driver.communicate(timeout=100)
        left = [pid for pid in ray if _alive(pid)]

    for pid in left:  # the fault was ours, and so is what it left
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    if victims == "all":
        assert driver.returncode != 0
    if driver.returncode != 0:  # else Ray held out for the seconds that were left
        assert lance.dataset(tmp_path / "t").version == before
        code, outcome, output = _drive(environment)
        assert code == 0, output
        assert outcome.of("plan")[0]["rowsDone"] >= saved * CHECKPOINT_ROWS
    assert column(tmp_path / "t") == list(range(ROWS))
    assert lance.dataset(tmp_path / "t").tags.list() == {}
    computed = (tmp_path / "computed").read_text().split()
    assert set(computed) == {str(number) for number in range(ROWS)}
    assert len(computed) <= ROWS + 2 * CHECKPOINT_ROWS  # one in flight, and perhaps one that had started


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
