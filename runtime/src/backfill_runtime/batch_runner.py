"""Runs a user's function on batches, in an actor, and does what the job says about rows that fail.

A failed row is tried again as often as the job says. Then it ends the run, or becomes null and is remembered.
A function over batches that fails is tried again as a whole, then on halves, until the row that it fails on is alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.async_rows import AsyncRows, Failed
from backfill_runtime.batch_values import Asked, from_batch
from backfill_runtime.column_tasks import SkippedRow
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import ErrorPolicy
from backfill_runtime.joined import joined
from backfill_runtime.row_arguments import UnreadableValue, row_arguments
from backfill_runtime.shown import named
from backfill_runtime.time_limit import OutOfTime, time_limit
from backfill_runtime.udf import Udf
from backfill_runtime.udf_call import batch_arguments, callable_of, shown_row
from backfill_runtime.udf_failure import Place, udf_raised
from backfill_runtime.values import WrongValue, fits, from_rows, kept

_REASON_LENGTH = 500
_OURS = (OutOfTime, WrongValue, UnreadableValue)  # they say it all; of others, the class does, too


@dataclass(frozen=True)
class _Rows:
    """Rows of one fragment that the function gets."""

    batch: pa.RecordBatch
    fragment: int
    offsets: np.ndarray

    def place(self, index: int | None = None) -> Place:
        return Place(self.fragment, None if index is None else int(self.offsets[index]))

    def part(self, first: int, rows: int) -> _Rows:
        return _Rows(self.batch.slice(first, rows), self.fragment, self.offsets[first : first + rows])

    def __len__(self) -> int:
        return int(self.batch.num_rows)

    def __str__(self) -> str:
        return f"rows {self.offsets[0]} to {self.offsets[-1]}"


class BatchRunner:
    """Holds one function and computes with it."""

    def __init__(self, udf: Udf, errors: ErrorPolicy | None = None) -> None:
        self._udf = udf
        self._errors = errors or ErrorPolicy()
        self._skipped: list[SkippedRow] = []
        self._loop = asyncio.new_event_loop() if udf.is_async else None
        if self._loop:
            asyncio.set_event_loop(self._loop)  # clients that a class constructs belong to it
        self._call = callable_of(udf)
        self._gives_containers = pa.types.is_nested(udf.output)

    def compute(self, batch: pa.RecordBatch, fragment: int, offsets: np.ndarray) -> pa.Array:
        """The function's values for the rows of `batch`, whose offsets in the fragment are `offsets`."""
        rows = _Rows(batch, fragment, offsets)
        if self._udf.takes_batches:
            return self._batch(rows)
        return self._to_arrow(rows, self._async_rows(rows) if self._loop else self._rows(rows))

    def take_skipped(self) -> list[SkippedRow]:
        """The rows that were skipped since the last call."""
        taken, self._skipped = self._skipped, []
        return taken

    def _rows(self, rows: _Rows) -> list[Any]:
        arguments, call = row_arguments(self._udf, rows.batch, self._call)
        computed: list[Any] = []
        while len(computed) < len(rows):
            left = [iter(values) if not computed else iter(values[len(computed) :]) for values in arguments]
            returned = map(call, *left)
            error = self._extend(computed, map(kept, returned) if self._gives_containers else returned)
            if len(computed) < len(rows):
                index = len(computed)
                row = [values[index] for values in arguments]
                computed.append(self._again(rows, index, error, partial(call, *row)))
        return computed

    def _extend(self, computed: list[Any], values: Any) -> BaseException | None:
        """Appends until a row fails. Returns why; but a function's own StopIteration ends the values without a word."""
        try:
            with time_limit(self._errors.batch_timeout_seconds):
                computed.extend(values)
        except BaseException as error:
            return error
        return None

    def _again(self, rows: _Rows, index: int, error: BaseException | None, call: Callable[[], Any]) -> Any:
        """Tries one row as often as the job says, and once more to learn what is wrong. None when it is skipped."""
        unknown = error is None
        error = error or StopIteration()
        for pause in [0.0] * unknown + self._pauses(error):
            time.sleep(pause)
            try:
                with time_limit(self._errors.batch_timeout_seconds):
                    return call()
            except BaseException as again:
                error = again
        self._give_up(rows, index, error)
        return None

    def _async_rows(self, rows: _Rows) -> list[Any]:
        assert self._loop  # noqa: S101 - only called when there is one
        columns, call = row_arguments(self._udf, rows.batch, self._call)
        runner = AsyncRows(call, self._errors)
        arguments = list(zip(*columns, strict=True))
        limit = self._errors.batch_timeout_seconds
        try:
            with time_limit(limit and 2 * limit):  # twice: the loop itself ends what only waits
                computed = self._loop.run_until_complete(runner.run(arguments))
        except OutOfTime as error:
            raise udf_raised(self._udf, error, f"on {rows}: it blocks its event loop", rows.place()) from None
        for index, value in enumerate(computed):
            if isinstance(value, Failed):
                self._give_up(rows, index, value.error)
                computed[index] = None
        return computed

    def _to_arrow(self, rows: _Rows, computed: list[Any]) -> pa.Array:
        try:
            return from_rows(self._udf, computed)
        except WrongValue as wrong:
            if not self._errors.skips:
                raise wrong.at(rows.fragment, int(rows.offsets[wrong.index])) from None
        for index, value in enumerate(computed):
            if not fits(value, self._udf.output):
                self._skip(rows, index, f"returned a {type(value).__name__}, expected {self._udf.output}")
                computed[index] = None
        return from_rows(self._udf, computed)

    def _batch(self, rows: _Rows) -> pa.Array:
        try:
            return self._call_batch(rows)
        except (Exception, OutOfTime) as error:
            failure: BaseException = error
        for pause in self._pauses(failure):
            time.sleep(pause)
            try:
                return self._call_batch(rows)
            except (Exception, OutOfTime) as error:
                failure = error
        return self._isolate(rows, failure)

    def _call_batch(self, rows: _Rows) -> pa.Array:
        arguments = batch_arguments(self._udf, rows.batch)
        try:
            with time_limit(self._errors.batch_timeout_seconds):
                returned = self._call(*arguments)
                if self._loop:
                    returned = self._loop.run_until_complete(returned)
        except SystemExit as error:
            raise udf_raised(self._udf, error, f"on {rows}", rows.place()) from None
        return from_batch(Asked(self._udf, len(rows), rows.place(), str(rows)), returned)

    def _isolate(self, rows: _Rows, failure: BaseException) -> pa.Array:
        """Computes the halves, down to the rows that fail. Without a policy for them, only to name the row."""
        if isinstance(failure, JobError):
            raise failure
        if isinstance(failure, WrongValue) and not self._errors.skips:
            raise failure.at(rows.fragment, int(rows.offsets[failure.index]))
        if len(rows) == 1:
            self._give_up(rows, 0, failure)
            return from_rows(self._udf, [None])
        if isinstance(failure, OutOfTime) and not self._errors.skips:
            raise udf_raised(self._udf, failure, f"on {rows}", rows.place())
        half = len(rows) // 2
        parts = [self._half(rows.part(0, half)), self._half(rows.part(half, len(rows) - half))]
        if not self._errors.recovers:
            raise udf_raised(self._udf, failure, f"on {rows}, though not on its halves", rows.place())
        return joined(parts)

    def _half(self, rows: _Rows) -> pa.Array:
        if len(rows) == 1:
            return self._batch(rows)
        try:
            return self._call_batch(rows)
        except (Exception, OutOfTime) as error:
            return self._isolate(rows, error)

    def _pauses(self, error: BaseException) -> list[float]:
        """Seconds before each further attempt. None after what is no failure of a row."""
        stays = isinstance(error, JobError | WrongValue | UnreadableValue)
        return [] if stays or not isinstance(error, Exception | OutOfTime) else self._errors.pauses

    def _give_up(self, rows: _Rows, index: int, error: BaseException) -> None:
        """Skips the row, or raises JobError."""
        if self._errors.skips and isinstance(error, Exception | OutOfTime):
            self._skip(rows, index, str(error) if isinstance(error, _OURS) else named(error))
            return
        raise udf_raised(self._udf, error, f"on {shown_row(self._udf, rows.batch, index)}", rows.place(index)) from None

    def _skip(self, rows: _Rows, index: int, reason: str) -> None:
        names = rows.batch.schema.names
        row_id = rows.batch.column("_rowid" if "_rowid" in names else "_rowaddr")[index].as_py()
        self._skipped.append(SkippedRow(rows.fragment, int(rows.offsets[index]), row_id, reason[:_REASON_LENGTH]))
