"""Computes a column in an actor: slices of fragments into checkpoints, and those into column files.

A fragment that one actor finishes before its first checkpoint is due goes straight into its column file. Else its
values are saved every so many rows or seconds, and written once more when all of them are there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from backfill_runtime.batch_rows import BatchRows
from backfill_runtime.batch_runner import BatchRunner
from backfill_runtime.checkpoint import FragmentCheckpoints, gaps, reach
from backfill_runtime.column_tasks import (
    AssembleTask,
    ColumnFile,
    ColumnReport,
    ColumnScan,
    ColumnTask,
    Skipped,
    SliceTask,
)
from backfill_runtime.column_writer import ColumnWriter
from backfill_runtime.errors import GO_ON, JobError
from backfill_runtime.job_spec import ErrorPolicy
from backfill_runtime.merge import Piece
from backfill_runtime.reports import Working
from backfill_runtime.run_folder import RunFolder
from backfill_runtime.tables import BATCH_ROWS, RowRange, open_table, row_offsets, scan_range, table_failed
from backfill_runtime.udf import Udf
from backfill_runtime.value_bytes import value_bytes

HELD_BYTES = 64 << 20  # of values that are in memory only
_SKIPPED_ROWS = 1000  # that one report names

Report = int | Working | ColumnReport


@dataclass
class _Held:
    """Values that no file has yet."""

    start: int
    pieces: list[Piece] = field(default_factory=list)
    rows: int = 0
    size: int = 0
    since: float = field(default_factory=time.monotonic)

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.rows += len(piece.offsets)
        self.size += value_bytes(piece.values)

    @property
    def stop(self) -> int:
        return int(self.pieces[-1].offsets[-1]) + 1 if self.pieces else self.start


class ColumnComputer:
    """Holds the function, constructed once, and the table, opened once."""

    def __init__(self, scan: ColumnScan, udf: Udf, errors: ErrorPolicy) -> None:
        self._scan = scan
        self._udf = udf
        self._errors = errors
        self._save_soon = False
        batch_rows = min(scan.batch_rows or BATCH_ROWS, scan.checkpoint_rows or BATCH_ROWS)
        self._batch_rows = BatchRows(batch_rows, fixed=udf.takes_batches and scan.batch_rows is not None)

    def open(self) -> None:
        scan = self._scan
        self._runner = BatchRunner(self._udf, self._errors)
        self._table = open_table(scan.table, scan.storage_options, scan.version)
        self._folder = RunFolder.of(scan.table, scan.runs[0], scan.storage_options, scan.runs[1:])

    def save_soon(self) -> None:
        """Asks for a checkpoint after the batch that is being computed."""
        self._save_soon = True

    def run(self, task: ColumnTask) -> Iterator[Report]:
        """Yields the rows that it works on, how many are done, and what is saved."""
        try:
            if isinstance(task, AssembleTask):
                yield self._assemble(task)
            else:
                yield from self._compute(task)
        except OSError as error:
            raise table_failed(self._scan.table, error, task.fragment) from None

    def _compute(self, task: SliceTask) -> Iterator[Report]:
        saved = self._folder.checkpoints(task.fragment, task.key)
        held = _Held(reach(saved.ranges(), task.start))
        whole = task.whole and held.start == 0
        values = self._values(task, held.start)
        rows, began = 0, time.monotonic()
        for item in values:
            if isinstance(item, Working):
                yield item
                continue
            held.add(item)
            rows += len(item.offsets)
            yield rows
            if held.stop >= task.stop or rows == task.rows:
                continue  # the end saves it
            if held.size > HELD_BYTES and whole and self._soon_done(task, rows, began):
                yield from self._write(task, held.pieces, values, rows)
                return
            if held.size > HELD_BYTES or self._due(held):
                yield from self._save(saved, held, held.stop, task.fragment)
                held, whole = _Held(held.stop), False
        if whole:
            yield from self._write(task, held.pieces, iter(()), rows)
        elif held.start < task.stop:
            yield from self._save(saved, held, task.stop, task.fragment)

    def _due(self, held: _Held) -> bool:
        scan = self._scan
        by_rows = scan.checkpoint_rows is not None and held.rows >= scan.checkpoint_rows
        return self._save_soon or by_rows or time.monotonic() - held.since >= scan.checkpoint_seconds

    def _soon_done(self, task: SliceTask, rows: int, began: float) -> bool:
        """Whether all of the task will take no longer, it seems, than a checkpoint may be away."""
        limit = self._scan.checkpoint_rows
        seconds = (time.monotonic() - began) * task.rows / max(rows, 1)
        return (limit is None or task.rows <= limit) and seconds <= self._scan.checkpoint_seconds

    def _save(self, saved: FragmentCheckpoints, held: _Held, stop: int, fragment: int) -> Iterator[Report]:
        self._save_soon = False
        yield from self._skipped(fragment)
        yield saved.write(held.start, stop, held.pieces)

    def _write(
        self, task: SliceTask, pieces: list[Piece], more: Iterator[Piece | Working], rows: int
    ) -> Iterator[Report]:
        """Writes the column file of a fragment, from values in memory and those that are computed meanwhile."""
        with self._writer(task) as writer:
            while pieces:
                writer.add(pieces.pop(0))
            for item in more:
                if isinstance(item, Working):
                    yield item
                    continue
                writer.add(item)
                rows += len(item.offsets)
                yield rows
            yield from self._skipped(task.fragment)
            yield writer.finish()

    def _assemble(self, task: AssembleTask) -> ColumnFile:
        saved = self._folder.checkpoints(task.fragment, task.key)
        lost = gaps(saved.ranges(), task.physical_rows)
        if lost:
            start, stop = lost[0]
            raise JobError(
                "CHECKPOINT_LOST",
                f"the checkpoint of rows {start} to {stop - 1} of fragment {task.fragment} is gone from its folder",
                f"let nothing delete files in the table's folder _backfill while a run is on; then {GO_ON}",
                fragment=task.fragment,
                row=start,
            )
        with self._writer(task) as writer:
            for piece in saved.pieces():
                writer.add(piece)
            return writer.finish()

    def _writer(self, task: ColumnTask) -> ColumnWriter:
        return ColumnWriter(self._scan, self._table, self._table.get_fragment(task.fragment), task.key)

    def _values(self, task: SliceTask, start: int) -> Iterator[Piece | Working]:
        """The function's values for the rows that the filter keeps, in physical order."""
        scan = self._scan
        fragment = self._table.get_fragment(task.fragment)
        rows = RowRange(fragment, start, task.stop)
        for batch in scan_range(self._table, rows, self._udf.columns, scan.where, self._batch_rows.most):
            first = 0
            while first < batch.num_rows:
                part = batch.slice(first, self._batch_rows.now)
                offsets = row_offsets(part)
                yield Working(int(offsets[0]), int(offsets[-1]))
                with self._batch_rows.timed(part.num_rows):
                    values = self._runner.compute(part, task.fragment, offsets)
                self._check_nulls(values, task.fragment, offsets)
                yield Piece(offsets, values)
                first += part.num_rows

    def _check_nulls(self, values: pa.Array, fragment: int, offsets: np.ndarray) -> None:
        columns = self._scan.columns
        if columns.nullable:
            return
        for column, array in zip(columns.fields, columns.batch(values).columns, strict=True):
            if array.null_count and not column.nullable:
                raise JobError(
                    "UDF_WRONG_TYPE",
                    f"{self._udf.ref.name} returned None, but the column {column.name!r} is not nullable",
                    f"return a value for each row, and {GO_ON}",
                    fragment=fragment,
                    row=int(offsets[np.flatnonzero(array.is_null())[0]]),
                )

    def _skipped(self, fragment: int) -> Iterator[Skipped]:
        rows = self._runner.take_skipped()
        if rows:
            yield Skipped(fragment, len(rows), tuple(rows[:_SKIPPED_ROWS]))
