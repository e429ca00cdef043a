"""One local Ray for the whole session, and workers that import this package from the source tree."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("LANCE_LOG", "error")

import pytest
import ray

from backfill_runtime import backfill, materialized_view
from backfill_runtime.pool import GROUP_LABEL

RUNTIME = Path(__file__).parent.parent
PYTHONPATH = os.pathsep.join([str(RUNTIME / "src"), str(RUNTIME / "tests")])
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(RUNTIME / ".hypothesis"))


@pytest.fixture
def inline_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run in this process, one after another: for tests whose subject is not the actors."""
    for module in (backfill, materialized_view):
        monkeypatch.setattr(module, "Pool", InlinePool)
        monkeypatch.setattr(module, "actors_for", lambda _workers, tasks: min(1, tasks))
    monkeypatch.setattr(ray, "is_initialized", lambda: True)


class InlinePool:
    """Has the interface of pool.Pool."""

    def __init__(self, computer: Any, *_: object) -> None:
        self._computer = computer

    def run(self, tasks: Iterable[Any], **_: object) -> Iterator[Any]:
        if tasks:
            self._computer.open()
        for task in tasks:
            yield next(report for report in self._computer.run(task) if not isinstance(report, int))


@pytest.fixture(scope="session")
def local_ray() -> Iterator[str]:
    """The address of a Ray with two CPUs."""
    os.environ["PYTHONPATH"] = PYTHONPATH  # Ray's workers inherit the environment
    ray.init(
        "local",
        num_cpus=2,
        labels={GROUP_LABEL: "cpu"},
        include_dashboard=False,
        logging_level="warning",
        log_to_driver=False,
    )
    yield ray.get_runtime_context().gcs_address
    ray.shutdown()
