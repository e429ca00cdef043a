"""Computes one fragment's column and writes it as one data file: every physical row, deleted ones included."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import lance
import numpy as np
import pyarrow as pa
from lance.file import LanceFileWriter

from backfill_runtime.errors import JobError
from backfill_runtime.tables import BATCH_BYTES, BATCH_ROWS, open_table, row_offsets, scan_rows
from backfill_runtime.udf import BatchRunner, Udf

SPAN_ROWS = 65_536  # the most rows that are merged with old values at once


@dataclass(frozen=True)
class ColumnTask:
    """One fragment, whose column one actor computes and writes next."""

    fragment: int
    rows: int  # that the filter keeps
    key: str  # of the checkpoint


@dataclass(frozen=True)
class ColumnFile:
    """A finished fragment: a data file that no version of the table refers to yet."""

    fragment: int
    key: str
    name: str
    rows: int
    physical_rows: int
    size: int


@dataclass(frozen=True)
class ColumnScan:
    """What all tasks of one round share."""

    table: str
    version: int
    column: pa.Field
    column_exists: bool
    where: str | None  # None: all live rows
    batch_rows: int | None
    storage_options: Mapping[str, str] | None


class ColumnComputer:
    """Runs in an actor: the function constructed once, the table opened once."""

    def __init__(self, scan: ColumnScan, udf: Udf) -> None:
        self._scan = scan
        self._udf = udf

    def open(self) -> None:
        scan = self._scan
        self._runner = BatchRunner(self._udf)
        self._table = open_table(scan.table, scan.storage_options, scan.version)

    def run(self, task: ColumnTask) -> Iterator[int | ColumnFile]:
        """Yields rows done now and then, and the file at the end."""
        fragment = self._table.get_fragment(task.fragment)
        name = f"{uuid.uuid4().hex}.lance"
        schema = pa.schema([self._scan.column])
        options = dict(self._scan.storage_options or {}) or None
        path = f"{self._table.uri}/data/{name}"
        version = self._table.data_storage_version
        with LanceFileWriter(path, schema, version=version, storage_options=options) as writer:
            written = rows = 0
            for values, computed in merge(self._computed(fragment), self._old_values(fragment), fragment.physical_rows):
                writer.write_batch(pa.record_batch([values], schema=schema))
                written += len(values)
                rows += computed
                yield rows
        if written != fragment.physical_rows:
            raise RuntimeError(f"fragment {task.fragment}: wrote {written} of {fragment.physical_rows} rows")
        yield ColumnFile(task.fragment, task.key, name, rows, written, writer.size_bytes)

    def _computed(self, fragment: lance.LanceFragment) -> Iterator[Piece]:
        """The function's values for the rows that the filter keeps, in physical order."""
        for batch in scan_rows(self._table, fragment, self._udf.columns, self._scan.where, self._scan.batch_rows):
            offsets = row_offsets(batch)
            values = self._runner.compute(batch, fragment.fragment_id, offsets)
            if values.null_count and not self._scan.column.nullable:
                raise JobError(
                    "UDF_WRONG_TYPE",
                    f"{self._udf.ref.name} returned None, but the column {self._scan.column.name!r} is not nullable",
                    "return a value for each row",
                    fragment=fragment.fragment_id,
                    row=int(offsets[np.flatnonzero(values.is_null())[0]]),
                )
            yield Piece(offsets, values)

    def _old_values(self, fragment: lance.LanceFragment) -> OldValues:
        if not self._scan.column_exists:
            return OldValues(iter(()), self._scan.column.type)
        scanner = self._table.scanner(
            columns=[self._scan.column.name],
            fragments=[fragment],
            batch_size=BATCH_ROWS,
            batch_size_bytes=BATCH_BYTES,
            scan_in_order=True,
            include_deleted_rows=True,
            with_row_id=True,  # Lance includes deleted rows only together with it
        )
        return OldValues((batch.column(0) for batch in scanner.to_batches()), self._scan.column.type)


@dataclass(frozen=True)
class Piece:
    """Computed values and the offsets, ascending, where they belong in their fragment."""

    offsets: np.ndarray[Any, np.dtype[np.int64]]
    values: pa.Array


class OldValues:
    """The values that a column holds already, handed out in order. Nulls when it holds none."""

    def __init__(self, batches: Iterator[pa.Array], value_type: pa.DataType) -> None:
        self._batches = batches
        self._type = value_type
        self._rest = pa.nulls(0, value_type)

    def take(self, rows: int) -> pa.Array:
        parts = [self._rest]
        held = len(self._rest)
        while held < rows and (batch := next(self._batches, None)) is not None:
            parts.append(batch)
            held += len(batch)
        if held < rows:
            parts.append(pa.nulls(rows - held, self._type))
        joined = pa.concat_arrays(parts)
        self._rest = joined[rows:]
        return joined[:rows]


def merge(pieces: Iterator[Piece], old: OldValues, physical_rows: int) -> Iterator[tuple[pa.Array, int]]:
    """The full physical column: computed values where there are some, old ones elsewhere.

    Yields arrays in order, each with how many of its values were computed.
    """
    cursor = 0
    for piece in pieces:
        offsets, values = piece.offsets, piece.values
        while len(offsets):
            end = min(int(offsets[-1]) + 1, cursor + SPAN_ROWS)
            count = int(np.searchsorted(offsets, end))
            yield _overlay(old.take(end - cursor), offsets[:count] - cursor, values[:count]), count
            offsets, values, cursor = offsets[count:], values[count:], end
    while cursor < physical_rows:
        end = min(physical_rows, cursor + SPAN_ROWS)
        yield old.take(end - cursor), 0
        cursor = end


def _overlay(old: pa.Array, positions: np.ndarray[Any, np.dtype[np.int64]], new: pa.Array) -> pa.Array:
    if len(new) == len(old):
        return new
    if not len(new):
        return old
    sources = np.arange(len(old), dtype=np.int64)
    sources[positions] = np.arange(len(old), len(old) + len(new))
    return pa.concat_arrays([old, new]).take(pa.array(sources))
