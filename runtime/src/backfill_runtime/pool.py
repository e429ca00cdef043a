"""Ray actors that pull tasks. A task whose actor dies goes to another actor, a few times."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

import ray
from ray.exceptions import RayActorError, RayTaskError

from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter
from backfill_runtime.job_spec import Workers

MAX_ATTEMPTS = 3
GROUP_LABEL = "geneva-constructs/worker-group"

_REPORT_SECONDS = 0.2


class Task(Protocol):
    """What an actor does in one go."""

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

    def run(self, task: T_contra) -> Iterator[int | R_co]:
        """Yields how many rows are done now and then, and the result at the end."""
        ...


@dataclass
class _Slot(Generic[T]):
    """One actor and what it is doing. No task: it is starting."""

    actor: Any
    task: T | None = None
    rows: int = 0


def actors_for(workers: Workers, tasks: int) -> int:
    """How many actors to start. Raises JobError(CANNOT_FIT) when no node of a fixed cluster can hold one."""
    if not tasks:
        return 0
    _check_fit(workers)
    by_cpus = int(_cluster_resources().get("CPU", 0) / workers.num_cpus)
    return min(workers.concurrency or max(1, by_cpus), tasks)


class Pool(Generic[T, R]):
    """Runs tasks on actors, and tells of actors, progress and retries."""

    def __init__(self, computer: Computer[T, R], workers: Workers, size: int, events: Emitter) -> None:
        self._options = _actor_options(workers)
        self._computer = ray.put(computer)
        self._size = size
        self._events = events
        self._slots: dict[Any, _Slot[T]] = {}  # by what ray.wait waits for
        self._waiting: deque[T] = deque()
        self._deaths: Counter[int] = Counter()
        self._failed_starts = 0
        self._up = 0

    def run(self, tasks: Sequence[T], *, rows_done: int = 0) -> Iterator[R]:
        """Yields each task's result as it is ready. `rows_done` counts for progress. The actors are gone afterwards."""
        rows = rows_done + sum(task.rows for task in tasks)
        left = len(tasks)
        self._waiting.extend(tasks)
        phases = _Phases(self._events)
        try:
            for _ in range(self._size):
                self._start()
            while left:
                ready, _ = ray.wait(list(self._slots), num_returns=1)
                slot = self._slots.pop(ready[0])
                result = self._advance(ready[0], slot)
                if self._up:
                    phases.computing()
                if result is not None:
                    phases.writing()
                    left -= 1
                    rows_done += result[0].rows
                    yield result[1]
                in_flight = sum(slot.rows for slot in self._slots.values())
                self._events.progress(
                    rows_done=rows_done + in_flight, rows=rows, tasks_done=len(tasks) - left, tasks=len(tasks)
                )
            phases.ended()
        finally:
            for slot in self._slots.values():
                ray.kill(slot.actor)

    def _start(self) -> None:
        actor = _Actor.options(**self._options).remote(self._computer)  # type: ignore[attr-defined]
        self._slots[actor.open.remote()] = _Slot(actor)

    def _advance(self, waitable: Any, slot: _Slot[T]) -> tuple[T, R] | None:
        """Takes an actor's report and gives it something to do. Returns the task and its result when that is done."""
        try:
            report = ray.get(waitable if slot.task is None else next(waitable))
        except RayTaskError as error:
            raise error.cause from None
        except RayActorError as error:
            self._lost(slot, error)
            return None
        if slot.task is None:
            self._count_up(1)
        elif isinstance(report, int):
            slot.rows = report
            self._slots[waitable] = slot
            return None
        self._give_task(slot.actor)
        return None if slot.task is None else (slot.task, report)

    def _give_task(self, actor: Any) -> None:
        if not self._waiting:
            ray.kill(actor)
            return
        task = self._waiting.popleft()
        self._slots[actor.run.remote(task)] = _Slot(actor, task)

    def _lost(self, slot: _Slot[T], error: RayActorError) -> None:
        """Puts the dead actor's task first in the queue, and starts another actor."""
        reason = _reason(error)
        if slot.task is None:
            self._failed_starts += 1
            if self._failed_starts >= MAX_ATTEMPTS:
                raise _worker_died("while they started", reason, None)
        else:
            self._count_up(-1)
            fragment = slot.task.fragment
            self._deaths[fragment] += 1
            if self._deaths[fragment] >= MAX_ATTEMPTS:
                raise _worker_died(f"on fragment {fragment}", reason, fragment)
            self._events.retry(fragment=fragment, reason=reason)
            self._waiting.appendleft(slot.task)
        self._start()

    def _count_up(self, change: int) -> None:
        self._up += change
        self._events.workers(up=self._up, wanted=self._size)


@ray.remote(max_restarts=0, max_task_retries=0)
class _Actor:
    """Holds one computer, and thins out its reports."""

    def __init__(self, computer: Computer[Any, Any]) -> None:
        self._computer = computer

    def open(self) -> None:
        self._computer.open()

    @ray.method(num_returns="streaming")
    def run(self, task: Task) -> Iterator[Any]:
        next_report = time.monotonic() + _REPORT_SECONDS
        for report in self._computer.run(task):
            if not isinstance(report, int):
                yield report
            elif (now := time.monotonic()) >= next_report:
                next_report = now + _REPORT_SECONDS
                yield report


class _Phases:
    """The phases of a pool's run. Actors compute and write by turns, so the last two overlap."""

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
        self._end("execute UDF")
        self._end("write fragments")

    def _begin(self, name: str) -> None:
        self._since[name] = time.monotonic()
        self._events.phase_started(name)

    def _end(self, name: str) -> None:
        self._events.phase_ended(name, time.monotonic() - self._since[name])


def _actor_options(workers: Workers) -> dict[str, Any]:
    options: dict[str, Any] = {"num_cpus": workers.num_cpus, "num_gpus": workers.num_gpus}
    if workers.memory_bytes is not None:
        options["memory"] = workers.memory_bytes
    if workers.group is not None:
        options["label_selector"] = {GROUP_LABEL: workers.group}
    return options


def _check_fit(workers: Workers) -> None:
    if workers.group is not None or "KUBERAY_GEN_RAY_START_CMD" in os.environ:
        return  # nodes may still be added
    nodes = [node["Resources"] for node in _nodes() if node["Alive"]]
    wanted = {"CPU": workers.num_cpus, "GPU": workers.num_gpus, "memory": workers.memory_bytes or 0}
    if any(all(node.get(name, 0) >= amount for name, amount in wanted.items()) for node in nodes):
        return
    largest = {name: max((node.get(name, 0) for node in nodes), default=0) for name in wanted}
    raise JobError(
        "CANNOT_FIT",
        f"one actor wants {_listed(wanted)}, but no node has all of that; at most they have {_listed(largest)}",
        "ask for less in workers, or run on larger nodes",
    )


def _cluster_resources() -> dict[str, float]:
    return cast(dict[str, float], ray.cluster_resources())  # type: ignore[no-untyped-call]


def _nodes() -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], ray.nodes())  # type: ignore[no-untyped-call]


def _listed(resources: dict[str, float]) -> str:
    return ", ".join(f"{amount:g} {name}" for name, amount in resources.items())


def _reason(error: RayActorError) -> str:
    """Why a worker died, out of Ray's long text: what the worker itself raised, else how its process ended."""
    text = str(error)
    detail = (text.partition("Worker exit detail: ")[2] or text).strip().splitlines()
    raised = [line.partition("JobError: ")[2] for line in detail if "JobError: " in line]
    return (raised or detail)[0][:500]


def _worker_died(when: str, reason: str, fragment: int | None) -> JobError:
    return JobError(
        "WORKER_DIED",
        f"{MAX_ATTEMPTS} workers died {when}: {reason}",
        "look for a crash or too little memory there; workers.memoryBytes reserves memory",
        fragment=fragment,
    )
