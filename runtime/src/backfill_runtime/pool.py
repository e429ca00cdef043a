"""Ray actors that pull tasks. A task whose actor dies goes to another actor, a few times."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import ray
from ray.exceptions import RayActorError, RayTaskError

from backfill_runtime.cluster import actor_options
from backfill_runtime.errors import GO_ON, JobError
from backfill_runtime.events import Emitter
from backfill_runtime.job_spec import Workers
from backfill_runtime.pool_phases import Phases
from backfill_runtime.reports import Ended, Working
from backfill_runtime.worker import Worker

MAX_ATTEMPTS = 3
_RAISED = re.compile(r"[A-Za-z_][\w.]*(Error|Exception): ")  # the last line of what Python shows


class Task(Protocol):
    """What an actor does in one go. Its text names it in messages."""

    @property
    def fragment(self) -> int: ...

    @property
    def rows(self) -> int: ...


T = TypeVar("T", bound=Task)
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class Computer(Protocol[T_contra, R_co]):
    """What runs in an actor. Pickled as it is constructed, then opened there once."""

    def open(self) -> None: ...

    def save_soon(self) -> None:
        """Asks for a result as soon as there may be one: the process should end."""
        ...

    def run(self, task: T_contra) -> Iterator[int | Working | R_co]:
        """Yields what it works on, how many rows are done, and results."""
        ...


@dataclass
class _Slot(Generic[T]):
    """One actor and what it is doing. No task: it is starting."""

    actor: Any
    task: T | None = None
    rows: int = 0
    has_results: bool = False
    working: Working | None = None
    since: float = 0.0  # that it works on these rows


class Pool(Generic[T, R]):
    """Runs tasks on actors, and tells of actors, progress and retries."""

    def __init__(
        self, computer: Computer[T, R], workers: Workers, size: int, events: Emitter, *, lossless: bool = False
    ) -> None:
        """A lossless pool gets all reports of an actor that dies: the actor waits until each one has come through."""
        self._options = actor_options(workers)
        self._memory_limit = workers.memory_bytes
        self._computer = ray.put(computer)
        self._size = size
        self._events = events
        self._lossless = lossless
        self._slots: dict[Any, _Slot[T]] = {}  # by what ray.wait waits for
        self._waiting: deque[T] = deque()
        self._deaths: Counter[T] = Counter()
        self._failed_starts = 0
        self._up = 0
        self._rows = self._rows_done = self._tasks = self._tasks_done = 0

    def add(self, task: T) -> None:
        """One more task, before all others. Only while results of `run` are taken."""
        self._waiting.appendleft(task)
        self._rows += task.rows
        self._tasks += 1

    def run(self, tasks: Sequence[T], *, rows_done: int = 0) -> Iterator[tuple[T, R | None]]:
        """Yields each task with each of its results as it is ready, and once with None when it has ended.

        `rows_done` counts for progress. The actors are gone afterwards.
        """
        self._rows_done = rows_done
        self._rows = rows_done + sum(task.rows for task in tasks)
        self._tasks = len(tasks)
        self._waiting.extend(tasks)
        phases = Phases(self._events)
        try:
            for _ in range(self._size):
                self._start()
            while self._tasks_done < self._tasks:
                ready, _ = ray.wait(list(self._slots), num_returns=1)
                slot = self._slots.pop(ready[0])
                yield from self._advance(ready[0], slot, phases)
                self._tell_progress()
            phases.ended()
        finally:
            for slot in self._slots.values():
                ray.kill(slot.actor)

    def _start(self) -> None:
        actor = Worker.options(**self._options).remote(self._computer, self._memory_limit)  # type: ignore[attr-defined]
        self._slots[actor.open.remote()] = _Slot(actor)

    def _advance(self, waitable: Any, slot: _Slot[T], phases: Phases) -> Iterator[tuple[T, R | None]]:
        """Takes an actor's report, and gives it something to do when it has nothing."""
        try:
            report = ray.get(waitable if slot.task is None else next(waitable))
        except RayTaskError as error:
            raise error.cause from None
        except RayActorError as error:
            self._lost(slot, error)
            return
        if slot.task is None:
            self._failed_starts = 0
            self._count_up(1)
            phases.computing()
            self._give_task(slot.actor)
        elif isinstance(report, Ended):
            yield from self._ended(slot, slot.task, report)
        else:
            self._slots[waitable] = slot
            if isinstance(report, int):
                slot.rows = report
            elif isinstance(report, Working):
                slot.working, slot.since = report, time.monotonic()
            else:
                slot.has_results = True
                phases.writing()
                yield slot.task, report

    def _ended(self, slot: _Slot[T], task: T, report: Ended) -> Iterator[tuple[T, R | None]]:
        if report.unfinished is None:
            self._tasks_done += 1
            self._rows_done += task.rows
            yield task, None
            self._give_task(slot.actor)
            return
        self._events.retry(fragment=task.fragment, reason=report.unfinished)
        self._waiting.appendleft(task)
        self._count_up(-1)
        ray.kill(slot.actor)
        self._start()

    def _give_task(self, actor: Any) -> None:
        if not self._waiting:
            ray.kill(actor)
            return
        task = self._waiting.popleft()
        careful = self._deaths[task] > 0
        method = actor.run
        if careful or self._lossless:
            method = method.options(_generator_backpressure_num_objects=1)
        self._slots[method.remote(task, careful)] = _Slot(actor, task)

    def _lost(self, slot: _Slot[T], error: RayActorError) -> None:
        """Puts the dead actor's task first in the queue, and starts another actor."""
        reason = _reason(error)
        task = slot.task
        if task is None:
            self._failed_starts += 1
            if self._failed_starts >= MAX_ATTEMPTS:
                raise _worker_died("while they started", reason)
        else:
            self._count_up(-1)
            if slot.has_results:
                self._deaths[task] = 0  # it came further than the one before
            if not error.preempted:
                self._deaths[task] += 1
            if self._deaths[task] >= MAX_ATTEMPTS:
                raise _died_on(task, slot.working, slot.since, reason)
            self._events.retry(fragment=task.fragment, reason=reason)
            self._waiting.appendleft(task)
        self._start()

    def _count_up(self, change: int) -> None:
        self._up += change
        self._events.workers(up=self._up, wanted=self._size)

    def _tell_progress(self) -> None:
        in_flight = sum(slot.rows for slot in self._slots.values())
        self._events.progress(
            rows_done=self._rows_done + in_flight, rows=self._rows, tasks_done=self._tasks_done, tasks=self._tasks
        )


def _reason(error: RayActorError) -> str:
    """Why a worker died, out of Ray's long text: what the worker itself raised, else how its process ended."""
    text = str(error)
    detail = (text.partition("Worker exit detail: ")[2] or text).strip().splitlines()
    raised = [line.partition("JobError: ")[2] for line in detail if "JobError: " in line]
    python_raised = [line.strip() for line in detail if _RAISED.match(line)]
    return (raised or python_raised[-1:] or detail)[0][:500]


def _died_on(task: Task, working: Working | None, since: float, reason: str) -> JobError:
    if working is None:
        return _worker_died(f"on {task}", reason, task.fragment)
    rows = f"rows {working.first} to {working.last} of fragment {task.fragment}"
    return _worker_died(
        f"on {rows}, the last one after {time.monotonic() - since:.0f} s", reason, task.fragment, working.first
    )


def _worker_died(when: str, reason: str, fragment: int | None = None, row: int | None = None) -> JobError:
    return JobError(
        "WORKER_DIED",
        f"{MAX_ATTEMPTS} workers died {when}: {reason}",
        f"look for a crash or too little memory there; workers.memoryBytes reserves memory. Then {GO_ON}",
        fragment=fragment,
        row=row,
    )
