"""The functions that the benchmark runs, plain Python as a user would write it."""

from __future__ import annotations

import os

_STEPS = int(os.environ.get("BENCH_STEPS", "200"))


def cheap(number: int) -> int:
    return number * 2 + 1


def heavy(number: int) -> int:
    """About 15 microseconds: the benchmark sets the number of steps for this machine."""
    for _ in range(_STEPS):
        number = (number * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
    return number
