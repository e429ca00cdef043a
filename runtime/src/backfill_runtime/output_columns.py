"""The columns that a function's values go to: one that holds them, or one for each field of structs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import lance
import pyarrow as pa
from lance.blob import BlobType

from backfill_runtime.absent import Absent, absent_values, takes_nulls
from backfill_runtime.arrow_types import text_of
from backfill_runtime.blobs import holds_blobs, is_blob
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import BackfillJob
from backfill_runtime.lance_types import needed_format, refusal
from backfill_runtime.tables import quoted
from backfill_runtime.udf import Udf

# Of each row, whatever the table holds; Lance commits columns of these names, and cannot read the table afterwards.
_SYSTEM_COLUMNS = ("_rowid", "_rowaddr", "_rowoffset", "_row_created_at_version", "_row_last_updated_at_version")

_NAME = re.compile(r"[^.`]+", re.DOTALL)


@dataclass(frozen=True)
class OutputColumns:
    """In the order of a column file."""

    fields: tuple[pa.Field, ...]
    spread: bool  # one for each field of a struct

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]

    @cached_property  # each batch wants it
    def schema(self) -> pa.Schema:
        return pa.schema(self.fields)

    def exist_in(self, table: lance.LanceDataset) -> bool:
        """All of them, or none."""
        return self.names[0] in table.schema.names

    @property
    def nullable(self) -> bool:
        return all(field.nullable for field in self.fields)

    @property
    def null(self) -> str:
        """The condition on rows that lack a value."""
        return " OR ".join(f"{quoted(name)} IS NULL" for name in self.names)

    def batch(self, values: pa.Array) -> pa.RecordBatch:
        """What the function gave, as columns. No struct at all is null in each of them."""
        arrays = values.flatten() if self.spread else [values]
        return pa.record_batch([_whole(array) for array in arrays], schema=self.schema)

    def values(self, batch: pa.RecordBatch) -> pa.Array:
        """The columns, as the function would give them."""
        return pa.StructArray.from_arrays(batch.columns, fields=[*self.fields]) if self.spread else batch.column(0)

    def absent(self, format_version: str) -> Absent:
        """Makes values for rows that have none."""
        makers = [absent_values(field.type, format_version) for field in self.fields]
        if not self.spread:
            return makers[0]
        fields = [field.with_nullable(True) for field in self.fields]
        return lambda rows: pa.StructArray.from_arrays([make(rows) for make in makers], fields=fields)


def _whole(values: pa.Array) -> pa.Array:
    """Lance panics on structs within structs or vectors that begin somewhere in their buffers: a copy does not."""
    return pa.concat_arrays([values]) if pa.types.is_nested(values.type) else values


def output_columns(table: lance.LanceDataset, job: BackfillJob, udf: Udf) -> OutputColumns:
    """Raises JobError when the function's values do not fit the job's columns, or those the table."""
    if udf.yields_rows:
        raise JobError(
            "UDF_YIELDS_ROWS",
            f"{job.udf.name} is a generator: it yields any number of values for a row, and a column holds one",
            "return a value, such as a list, or use it for a column of a materialized view",
        )
    if table.data_storage_version in ("legacy", "0.1"):
        raise JobError(
            "TABLE_FORMAT_TOO_OLD",
            f"{job.table} uses the Lance file format {table.data_storage_version}, whose columns cannot be replaced",
            "rewrite the table with data_storage_version 2.0 or later",
        )
    given = given_columns(job.columns, udf, spread=job.spread).fields
    there = [field.name for field in given if field.name in table.schema.names]
    if there and len(there) < len(given):
        missing = next(field.name for field in given if field.name not in there)
        raise JobError(
            "COLUMNS_PARTLY_THERE",
            f"{job.table} has the column {there[0]!r}, but not {missing!r}: a job adds all of its columns, or none",
            f"add {missing!r}, empty, or write it in a job of its own",
        )
    columns = OutputColumns(tuple(_existing(table, field, job) if there else field for field in given), job.spread)
    _check_format(columns, job.table, table.data_storage_version)
    _check_nulls(table, job, columns)
    return columns


def given_columns(columns: Sequence[str], udf: Udf, *, spread: bool) -> OutputColumns:
    """What the function gives, in its own order. Raises JobError(COLUMN_NAME_INVALID or COLUMNS_MISMATCH)."""
    output = udf.output
    for name in columns:
        if name in _SYSTEM_COLUMNS or not _NAME.fullmatch(name):
            why = "Lance has one of that name" if name in _SYSTEM_COLUMNS else "Lance would look for a field in it"
            raise JobError(
                "COLUMN_NAME_INVALID",
                f"{name!r} is no name for a column: {why}",
                "choose a name without dots and backticks, and none of Lance's own, which begin with _row",
            )
    if not spread:
        return OutputColumns((pa.field(columns[0], output),), spread)
    wanted, named = set(columns), ", ".join(columns)
    names = [field.name for field in output] if pa.types.is_struct(output) else None
    if names is None or len(names) != len(wanted) or set(names) != wanted:
        raise JobError(
            "COLUMNS_MISMATCH",
            f"{udf.ref.name} is to give the columns {named}, but gives {output}",
            f"return a struct whose fields are {named}, for example a TypedDict",
        )
    return OutputColumns(tuple(field.with_nullable(True) for field in output), spread)  # there are none before the run


def _existing(table: lance.LanceDataset, given: pa.Field, job: BackfillJob) -> pa.Field:
    column = table.schema.field(given.name)
    if holds_blobs(column):
        _check_blobs(table, column, job)
    if column.type != given.type:
        other = "name other fields" if job.spread else "set column to another name"
        wanted = text_of(column.type) if refusal(column.type) is None else None
        overwrite = f"set outputType {f'so that {given.name} is' if job.spread else 'to'} {wanted}"
        raise JobError(
            "COLUMN_TYPE_MISMATCH",
            f"the column {given.name!r} is {column.type}, but {job.udf.name} gives {given.type}",
            f"{other}, which leaves {given.name} as it is"
            f"{f'; only if its values may be overwritten, {overwrite}' if wanted else ''}",
        )
    return column


def _check_blobs(table: lance.LanceDataset, column: pa.Field, job: BackfillJob) -> None:
    if isinstance(column.type, BlobType) or not is_blob(column):
        which = "has blobs within other values" if pa.types.is_nested(column.type) else "is a column of blobs"
        raise JobError(
            "COLUMN_TYPE_MISMATCH",
            f"the column {column.name!r} of {job.table} {which} ({column.type}), which cannot be replaced",
            "set column to another name",
        )
    if job.where is None and table.data_storage_version == "2.0":
        raise JobError(
            "TABLE_FORMAT_TOO_OLD",
            f"the Lance file format 2.0 of {job.table} does not tell which blobs of {column.name!r} are null, "
            "so that the rows without a value cannot be found",
            "set where to the rows to compute, or rewrite the table with data_storage_version 2.1",
        )


def _check_format(columns: OutputColumns, table: str, version: str) -> None:
    """Raises JobError(TABLE_FORMAT_TOO_OLD) for a column that this data_storage_version of Lance does not keep."""
    for field in columns.fields:
        needed = needed_format(field.type)
        if version < needed:
            raise JobError(
                "TABLE_FORMAT_TOO_OLD",
                f"the Lance file format {version} of {table} has no {field.type}, the type of {field.name!r}",
                f"rewrite the table with data_storage_version {needed} or later, or use another type",
            )


def _check_nulls(table: lance.LanceDataset, job: BackfillJob, columns: OutputColumns) -> None:
    leaves_nulls = job.errors.skips or (job.where is not None and not columns.exist_in(table))
    if leaves_nulls and not all(takes_nulls(field.type, table.data_storage_version) for field in columns.fields):
        raise JobError(
            "TABLE_FORMAT_TOO_OLD",
            f"rows without a value would be null, but the Lance file format 2.0 of {job.table} has no null structs",
            "rewrite the table with data_storage_version 2.1 or later, or compute all rows",
        )
    full = [field.name for field in columns.fields if not field.nullable]
    if job.errors.skips and full:
        raise JobError(
            "COLUMN_NOT_NULLABLE",
            f"rows that are skipped become null, but the column {full[0]!r} is not nullable",
            "set onError to fail or retry, or write to another column",
        )
