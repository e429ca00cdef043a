"""The functions that the benchmark runs, as a user would write them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

DIMENSIONS = 256

_STEPS = int(os.environ.get("BENCH_STEPS", "200"))
_WEIGHTS = np.random.default_rng(7).standard_normal((16, DIMENSIONS), dtype=np.float32)


def cheap(number: int) -> int:
    return number * 2 + 1


def heavy(number: int) -> int:
    """About 15 microseconds: the benchmark sets the number of steps for this machine."""
    return _steps(number, _STEPS)


def heavier(number: int) -> int:
    """About 50 microseconds."""
    return _steps(number, _STEPS * 10 // 3)


def first_row(number: int) -> int:  # noqa: ARG001 - it is never computed
    """Writes down when it was called, and ends the run."""
    Path(os.environ["FIRST_ROW"]).write_text(repr(time.time()))
    raise ValueError("that was the first row")


def embed(number: np.ndarray) -> np.ndarray:
    """As a model would: a matrix of features times a matrix of weights, and a vector for each row."""
    features = np.stack([(number >> shift) & 0xFF for shift in range(16)], axis=1).astype(np.float32)
    return np.tanh(features / 255 @ _WEIGHTS)


def _steps(number: int, steps: int) -> int:
    for _ in range(steps):
        number = (number * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
    return number
