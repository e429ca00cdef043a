"""A driver, an actor, the node or all of Ray dies at any moment of a run, which is then submitted again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import lance
import pytest

from bundles import publish
from rounds import seeds
from support import backfill, column, numbers, seen
from test_main import FEATURES, _drive, _environment, _start

pytestmark = pytest.mark.chaos

ROWS = 60
CHECKPOINT_ROWS = 5
LONGEST_SECONDS = 6.0  # until the kill: a run takes about so long
ALL = list(range(ROWS))
NOTICED_SOON = {  # by a Ray of the driver's own; by default its control store takes half a minute to miss a raylet
    "RAY_gcs_rpc_server_reconnect_timeout_s": "3",
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_failure_threshold": "3",
}
SLOW = FEATURES.replace(b"time.sleep(0.05)", b"time.sleep(0.02)")


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


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _kill_driver(driver: subprocess.Popen[str]) -> None:
    driver.kill()


def _kill_actor(_: subprocess.Popen[str]) -> None:
    """The actor of the one run that there is. Nothing while it has none yet, or none any more."""
    _kill([pid for pid, command in _below(os.getpid()).items() if command.startswith("ray::Worker")])


def _kill_raylet(driver: subprocess.Popen[str]) -> None:
    _kill([pid for pid, command in _below(driver.pid).items() if command == "raylet"])


def _kill_ray(driver: subprocess.Popen[str]) -> None:
    _kill([*_below(driver.pid)])


def _survives(tmp_path: Path, address: str, seed: int, kill: Callable[[subprocess.Popen[str]], None]) -> None:
    store = publish(tmp_path / "store", {"features.py": SLOW})
    chance = random.Random(seed)
    per_fragment = chance.choice([ROWS, 20, 7])
    numbers(tmp_path / "t", rows=ROWS, per_fragment=per_fragment, folder=[str(tmp_path)] * ROWS)
    job = backfill(tmp_path / "t", checkpointRows=CHECKPOINT_ROWS) | {"udf": "features:slow"}
    environment = _environment(job, store, tmp_path, address) | NOTICED_SOON
    with seen(tmp_path / "t", [ALL], every=0.05):
        with _start(environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as driver:
            time.sleep(chance.uniform(0, LONGEST_SECONDS))
            started = _below(driver.pid)
            kill(driver)
            output, errors = driver.communicate(timeout=100)
        _kill([*started])  # the fault was ours, and so is what it left
        if driver.returncode != 0:
            code, outcome, again = _drive(environment)
            assert code == 0, (output, errors, again)
            assert outcome.last["type"] == "result"

    assert column(tmp_path / "t") == ALL
    dataset = lance.dataset(tmp_path / "t")
    dataset.validate()
    assert dataset.tags.list() == {}
    left = tmp_path / "t/_backfill"
    assert [str(path.relative_to(left)) for path in left.rglob("*") if path.is_file()] == ["r1/events.ndjson"]
    computed = (tmp_path / "computed").read_text().split()
    assert {int(number) for number in computed} == set(ALL)
    assert len(computed) <= ROWS + 2 * CHECKPOINT_ROWS  # one in flight, and perhaps one that had started


@pytest.mark.parametrize("seed", seeds(8))
def test_the_driver(tmp_path: Path, local_ray: str, seed: int) -> None:
    _survives(tmp_path, local_ray, seed, _kill_driver)


@pytest.mark.parametrize("seed", seeds(8))
def test_an_actor(tmp_path: Path, local_ray: str, seed: int) -> None:
    _survives(tmp_path, local_ray, seed, _kill_actor)


@pytest.mark.parametrize("seed", seeds(2))
def test_the_raylet(tmp_path: Path, seed: int) -> None:
    _survives(tmp_path, "local", seed, _kill_raylet)


@pytest.mark.parametrize("seed", seeds(2))
def test_all_of_ray(tmp_path: Path, seed: int) -> None:
    _survives(tmp_path, "local", seed, _kill_ray)
