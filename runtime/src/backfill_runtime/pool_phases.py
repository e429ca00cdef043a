"""The phases of a pool's run."""

from __future__ import annotations

import time

from backfill_runtime.events import Emitter


class Phases:
    """Actors compute and write by turns, so the last two overlap."""

    def __init__(self, events: Emitter) -> None:
        self._events = events
        self._since: dict[str, float] = {}
        self._begin("schedule actors")

    def computing(self) -> None:
        if "execute UDF" not in self._since:
            self._end("schedule actors")
            self._begin("execute UDF")

    def writing(self) -> None:
        if "write fragments" not in self._since:
            self._begin("write fragments")

    def ended(self) -> None:
        for name in ("execute UDF", "write fragments"):
            if name in self._since:
                self._end(name)

    def _begin(self, name: str) -> None:
        self._since[name] = time.monotonic()
        self._events.phase_started(name)

    def _end(self, name: str) -> None:
        self._events.phase_ended(name, time.monotonic() - self._since[name])
