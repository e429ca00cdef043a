"""One local Ray for the whole session, and workers that import this package from the source tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("LANCE_LOG", "error")

import pytest
import ray

RUNTIME = Path(__file__).parent.parent
PYTHONPATH = os.pathsep.join([str(RUNTIME / "src"), str(RUNTIME / "tests")])


@pytest.fixture(scope="session")
def local_ray() -> Iterator[None]:
    os.environ["PYTHONPATH"] = PYTHONPATH  # Ray's workers inherit the environment
    ray.init(num_cpus=2, include_dashboard=False, logging_level="warning", log_to_driver=False)
    yield
    ray.shutdown()
