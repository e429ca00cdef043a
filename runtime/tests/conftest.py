"""One local Ray for the whole session, and workers that import this package from the source tree."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("LANCE_LOG", "error")

import pytest
import ray

from backfill_runtime import backfill, materialized_view
from backfill_runtime.cluster import GROUP_LABEL
from backfill_runtime.reports import Working
from mounted import mount

RUNTIME = Path(__file__).parent.parent
PYTHONPATH = os.pathsep.join([str(RUNTIME / "src"), str(RUNTIME / "tests")])
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(RUNTIME / ".hypothesis"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk))
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.fixture
def inline_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run in this process, one after another: for tests whose subject is not the actors."""
    for module in (backfill, materialized_view):
        monkeypatch.setattr(module, "Pool", InlinePool)
        monkeypatch.setattr(module, "capacity", lambda *_: 1)
    monkeypatch.setattr(ray, "is_initialized", lambda: True)


@pytest.fixture
def forgetful_pool(inline_pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each actor died after its last result, and before it could say that its task had ended."""
    for module in (backfill, materialized_view):
        monkeypatch.setattr(module, "Pool", ForgetfulPool)


class InlinePool:
    """Has the interface of pool.Pool."""

    def __init__(self, computer: Any, *_: object, **__: object) -> None:
        self._computer = computer
        self._waiting: deque[Any] = deque()

    def add(self, task: Any) -> None:
        self._waiting.appendleft(task)

    def run(self, tasks: Iterable[Any], **_: object) -> Iterator[Any]:
        self._waiting.extend(tasks)
        self._computer.open()
        while self._waiting:
            task = self._waiting.popleft()
            yield from self._results(task)
            yield task, None

    def _results(self, task: Any) -> Iterator[Any]:
        for report in self._computer.run(task):
            if not isinstance(report, int | Working):
                yield task, report


class ForgetfulPool(InlinePool):
    def _results(self, task: Any) -> Iterator[Any]:
        yield from super()._results(task)
        yield from super()._results(task)


@pytest.fixture(scope="session")
def local_ray() -> Iterator[str]:
    """The address of a Ray with two CPUs."""
    os.environ["PYTHONPATH"] = PYTHONPATH  # Ray's workers inherit the environment
    try:
        _start_ray()
    except Exception as error:
        if "timed out during startup" not in str(error):
            raise
        ray.shutdown()  # Ray gives a raylet thirty seconds, which a busy machine exceeds now and then
        _start_ray()
    yield ray.get_runtime_context().gcs_address
    ray.shutdown()


def _start_ray() -> None:
    ray.init(
        "local",
        num_cpus=2,
        labels={GROUP_LABEL: "cpu"},
        include_dashboard=False,
        logging_level="warning",
        log_to_driver=False,
    )
