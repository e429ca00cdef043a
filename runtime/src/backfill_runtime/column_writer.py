"""Writes one fragment's columns as one data file: every physical row, deleted ones included."""

from __future__ import annotations

import contextlib
import uuid
from types import TracebackType

import lance
import pyarrow as pa
from lance.file import LanceFileWriter

from backfill_runtime.blobs import ALL_BYTES
from backfill_runtime.column_tasks import ColumnFile, ColumnScan
from backfill_runtime.errors import JobError, first_line
from backfill_runtime.merge import Merger, OldValues, Piece
from backfill_runtime.tables import BATCH_BYTES, BATCH_ROWS, local_path

_FEW_BITS = 16
_NOT_NULL = "is marked non-null"  # what Lance says of a null within a value


class ColumnWriter:
    """Streams pieces, in order, into a data file; old values go where no piece has one.

    A context manager: what it wrote is gone when the block raises or nobody called `finish`.
    """

    def __init__(self, scan: ColumnScan, table: lance.LanceDataset, fragment: lance.LanceFragment, key: str) -> None:
        self._fragment = fragment
        self._key = key
        self._rows = self._written = 0
        self._name = f"{uuid.uuid4().hex}.lance"
        self._columns = scan.columns
        self._merger = Merger(_old_values(scan, table, fragment))
        directory = local_path(table.uri)
        self._path = directory / "data" / self._name if directory else None
        self._finished = False
        # So far, of the columns whose indices count few.
        self._categories: dict[str, set[object]] = {
            field.name: set() for field in scan.columns.fields if _counts_few(field.type)
        }
        self._writer = LanceFileWriter(
            f"{table.uri}/data/{self._name}",
            scan.columns.schema,
            version=table.data_storage_version,
            storage_options=dict(scan.storage_options or {}) or None,
        )

    def add(self, piece: Piece) -> None:
        self._rows += len(piece.offsets)
        for values in self._merger.add(piece):
            self._write(values)

    def finish(self) -> ColumnFile:
        """Lance does not count the rows when it commits a file, so that this does."""
        physical_rows = int(self._fragment.physical_rows)
        for values in self._merger.rest(physical_rows):
            self._write(values)
        self._writer.close()
        number = self._fragment.fragment_id
        if self._written != physical_rows:
            raise RuntimeError(f"fragment {number}: wrote {self._written} of {physical_rows} rows")
        self._finished = True
        return ColumnFile(number, self._key, self._name, self._rows, physical_rows, self._writer.size_bytes)

    def __enter__(self) -> ColumnWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._finished:
            return
        with contextlib.suppress(Exception):  # there is an error to report already
            self._writer.close()
        if self._path:
            self._path.unlink(missing_ok=True)

    def _write(self, values: pa.Array) -> None:
        try:
            batch = self._columns.batch(values)
            self._check_categories(batch)
            self._writer.write_batch(batch)
        except (ValueError, NotImplementedError) as error:
            if self._categories and isinstance(error, pa.ArrowInvalid):
                raise self._too_many_categories(next(iter(self._categories))) from None
            if _NOT_NULL in str(error):
                raise JobError(
                    "UDF_WRONG_TYPE",
                    f"the column {', '.join(self._columns.names)}: {first_line(error)}",
                    "return a value there, or set outputType without not null",
                    fragment=self._fragment.fragment_id,
                ) from None
            raise JobError(
                "TABLE_FORMAT_TOO_OLD",
                f"the column {', '.join(self._columns.names)}: {first_line(error)}",
                "rewrite the table with a later data_storage_version, or return a type without nulls in structs",
                fragment=self._fragment.fragment_id,
            ) from None
        self._written += len(values)

    def _check_categories(self, batch: pa.RecordBatch) -> None:
        """Lance writes more categories than their indices can count, and cannot read the column afterwards."""
        for name, seen in self._categories.items():
            seen.update(batch.column(name).dictionary.to_pylist())
            if len(seen) > _most_categories(batch.schema.field(name).type):
                raise self._too_many_categories(name)

    def _too_many_categories(self, name: str) -> JobError:
        kind = self._columns.schema.field(name).type
        return JobError(
            "UDF_WRONG_TYPE",
            f"{name} has more than the {_most_categories(kind)} categories that indices of {kind.index_type} can count",
            "set outputType to a dictionary with wider indices, such as int32",
            fragment=self._fragment.fragment_id,
        )


def _counts_few(kind: pa.DataType) -> bool:
    """Whether a fragment may well have more categories than the indices can count."""
    return bool(pa.types.is_dictionary(kind) and kind.index_type.bit_width <= _FEW_BITS)


def _most_categories(kind: pa.DictionaryType) -> int:
    index = kind.index_type
    return int(1 << (index.bit_width - pa.types.is_signed_integer(index)))


def _old_values(scan: ColumnScan, table: lance.LanceDataset, fragment: lance.LanceFragment) -> OldValues:
    absent = scan.columns.absent(table.data_storage_version)
    if not scan.columns_exist:
        return OldValues(iter(()), absent)
    scanner = table.scanner(
        columns=scan.columns.names,
        fragments=[fragment],
        batch_size=BATCH_ROWS,
        batch_size_bytes=BATCH_BYTES,
        scan_in_order=True,
        include_deleted_rows=True,
        with_row_id=True,  # Lance includes deleted rows only together with it
        blob_handling=ALL_BYTES,
    )
    batches = (batch.select(scan.columns.names) for batch in scanner.to_batches())
    return OldValues((scan.columns.values(batch) for batch in batches), absent)
