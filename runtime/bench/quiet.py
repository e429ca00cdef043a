"""Waits for a machine that does nothing else."""

import os
import time
from pathlib import Path

_LOOK_SECONDS = 0.5
_MOST_SECONDS = 30.0
_STAT = Path("/proc/stat")


def until_quiet() -> None:
    """Until the processors are nine tenths idle: whoever ran before still ends its workers and writes back its pages.

    After half a minute, or where the system does not tell, goes on.
    """
    end = time.monotonic() + _MOST_SECONDS
    while _STAT.exists() and time.monotonic() < end:
        before = _idle_seconds()
        time.sleep(_LOOK_SECONDS)
        if _idle_seconds() - before >= 0.9 * _LOOK_SECONDS * (os.cpu_count() or 1):
            return


def _idle_seconds() -> float:
    """Of all processors together, since the system started."""
    return int(_STAT.read_text().split()[4]) / os.sysconf("SC_CLK_TCK")
