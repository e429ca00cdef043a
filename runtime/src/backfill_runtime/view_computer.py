"""What an actor of a view's refresh does: read rows of the source, compute, write fragments of the destination."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from lance.fragment import write_fragments

from backfill_runtime.batch_runner import BatchRunner
from backfill_runtime.blobs import typed
from backfill_runtime.row_expander import RowExpander
from backfill_runtime.tables import BATCH_ROWS, open_table, row_offsets, scan_rows
from backfill_runtime.view_scan import SOURCE_ROW, Ids, ViewPart, ViewScan, ViewTask

_FRAGMENT_SHIFT = np.uint64(32)


class ViewComputer:
    """Runs in an actor: each function constructed once, the source opened once."""

    def __init__(self, scan: ViewScan) -> None:
        self._scan = scan

    def open(self) -> None:
        scan = self._scan
        self._runners = [
            (computed.columns, RowExpander(computed.udf) if computed.udf.yields_rows else BatchRunner(computed.udf))
            for computed in scan.computed
        ]
        self._source = open_table(scan.source, scan.storage_options, scan.version)

    def save_soon(self) -> None:
        """A part is whole fragments; there is nothing to save before its end."""

    def run(self, task: ViewTask) -> Iterator[int | ViewPart]:
        """Yields the part at the end: Lance pulls the batches, so there is nothing to report before."""
        scan = self._scan
        batches = _RememberError(self._batches(task))
        try:
            written = write_fragments(
                pa.RecordBatchReader.from_batches(scan.schema, batches),
                scan.destination,
                schema=scan.schema,
                mode="append" if scan.appends else "overwrite",
                storage_options=dict(scan.storage_options or {}) or None,
            )
        except BaseException as error:  # panics of Lance's, too
            raise batches.error or error from None
        size = sum(file.file_size_bytes or 0 for fragment in written for file in fragment.files)
        yield ViewPart(sum(fragment.num_rows for fragment in written), size, tuple(written))

    def _batches(self, task: ViewTask) -> Iterator[pa.RecordBatch]:
        for fragment, where in self._conditions(task):
            columns = [*self._scan.columns, "_rowid"]
            found = self._source.get_fragment(fragment)
            for batch in scan_rows(self._source, found, columns, where, self._scan.batch_rows):
                yield self._computed(batch, fragment)

    def _conditions(self, task: ViewTask) -> Iterator[tuple[int, str | None]]:
        """Which rows of which fragments the task has."""
        if task.addresses is None:
            yield task.fragment, self._scan.where
            return
        addresses: Ids = np.frombuffer(task.addresses, np.uint64)
        fragments, starts = np.unique(addresses >> _FRAGMENT_SHIFT, return_index=True)
        for fragment, of_fragment in zip(fragments.tolist(), np.split(addresses, starts[1:]), strict=True):
            if len(of_fragment) == self._source.get_fragment(fragment).count_rows():
                yield fragment, None
                continue
            for start in range(0, len(of_fragment), BATCH_ROWS):
                listed = ", ".join(map(str, of_fragment[start : start + BATCH_ROWS].tolist()))
                yield fragment, f"_rowaddr IN ({listed})"

    def _computed(self, batch: pa.RecordBatch, fragment: int) -> pa.RecordBatch:
        scan = self._scan
        offsets = row_offsets(batch)
        columns: dict[str, pa.Array] = {name: batch.column(name) for name in scan.select}
        if scan.follows_rows:
            columns[SOURCE_ROW] = batch.column("_rowid")
        expanded = None
        for output, runner in self._runners:
            if isinstance(runner, RowExpander):
                expanded = output, runner.expand(batch, fragment, offsets)
            else:
                columns |= _by_name(output.batch(runner.compute(batch, fragment, offsets)))
        if expanded:
            output, values = expanded
            columns = {column: array.take(values.rows) for column, array in columns.items()}
            columns |= _by_name(output.batch(values.values))
        return pa.record_batch([typed(columns[field.name], field) for field in scan.schema], schema=scan.schema)


def _by_name(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


class _RememberError:
    """An iterator whose own exception can be told from that of the Lance writer that wraps it."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self.error: BaseException | None = None

    def __iter__(self) -> _RememberError:
        return self

    def __next__(self) -> pa.RecordBatch:
        try:
            return next(self._batches)
        except StopIteration:
            raise
        except BaseException as error:
            self.error = error
            raise
