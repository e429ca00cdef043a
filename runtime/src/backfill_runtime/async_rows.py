"""Rows of an async function: many at once, in the actor's one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from backfill_runtime.job_spec import ErrorPolicy
from backfill_runtime.row_arguments import UnreadableValue
from backfill_runtime.time_limit import OutOfTime

AT_ONCE = 64  # rows of a batch; a function that may do fewer holds a semaphore of its own
_CANCEL_SECONDS = 5.0


@dataclass(frozen=True)
class Failed:
    """A row whose value is an error."""

    error: BaseException


class AsyncRows:
    """Awaits a function for each row, with the job's attempts."""

    def __init__(self, call: Callable[..., Awaitable[Any]], errors: ErrorPolicy) -> None:
        self._call = call
        self._errors = errors
        self._places = asyncio.Semaphore(AT_ONCE)

    async def run(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """A value or Failed for each row. Rows that are not done within the batch's time limit are OutOfTime."""
        tasks = [asyncio.ensure_future(self._row(row)) for row in rows]
        limit = self._errors.batch_timeout_seconds
        _, late = await asyncio.wait(tasks, timeout=limit)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_CANCEL_SECONDS)
        return [Failed(OutOfTime(limit or 0)) if task in late else task.result() for task in tasks]

    async def _row(self, row: tuple[Any, ...]) -> Any:
        async with self._places:
            pauses = [*self._errors.pauses, None]
            for pause in pauses:
                try:
                    return await self._call(*row)
                except asyncio.CancelledError:
                    raise
                except UnreadableValue as error:  # it stays what it is
                    return Failed(error)
                except Exception as error:
                    if pause is None:
                        return Failed(error)
                except BaseException as error:  # the loop would end on SystemExit
                    return Failed(error)
                await asyncio.sleep(pause)
        return None
