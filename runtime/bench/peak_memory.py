"""Runs one backfill with a Ray of its own, and prints how much memory its driver and its largest worker had at most.

`python peak_memory.py ours|lance-ray TABLE FUNCTION`. One JSON object, bytes.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from backfill_runtime.arrow_dataset import import_arrow_dataset

if sys.argv[1] == "ours":
    import_arrow_dataset()  # as the driver does first of all

import ray

import backfill
from peers import PEERS, WORKERS


def main(how: str, table: str, function: str) -> None:
    ray.init("local", num_cpus=WORKERS, include_dashboard=False, logging_level="warning", log_to_driver=False)
    watch = _WorkersPeak()
    watch.start()
    run = backfill.run_ours if how == "ours" else PEERS["lance-ray add_columns"]
    run(Path(table), function)
    watch.done.set()
    watch.join()
    print(json.dumps({"driver": _high_water(Path("/proc/self")), "worker": watch.peak}))


class _WorkersPeak(threading.Thread):
    """Linux keeps the high-water mark of each process; this only looks before they are gone."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.peak = 0

    def run(self) -> None:
        while not self.done.wait(0.05):
            for process in Path("/proc").iterdir():
                if process.name.isdigit() and _name(process).startswith("ray::"):
                    self.peak = max(self.peak, _high_water(process))


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text()
    except OSError:  # it has ended
        return ""


def _high_water(process: Path) -> int:
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
