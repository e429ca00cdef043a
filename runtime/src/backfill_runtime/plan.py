"""From a table and a job to the fragments that are left to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import lance
import pyarrow as pa

from backfill_runtime.checkpoint import FragmentKeys, RunFolder
from backfill_runtime.column_writer import ColumnFile, ColumnScan, ColumnTask
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import BackfillJob
from backfill_runtime.tables import check_filter, count_rows, quoted
from backfill_runtime.udf import Udf


@dataclass(frozen=True)
class Plan:
    """One round of a backfill, at one version of the table."""

    scan: ColumnScan
    tasks: tuple[ColumnTask, ...]  # largest first
    finished: tuple[ColumnFile, ...]  # earlier rounds and attempts
    rows: int  # to compute, those of `finished` included


def plan(
    table: lance.LanceDataset,
    job: BackfillJob,
    udf: Udf,
    keys: FragmentKeys,
    known: Mapping[str, ColumnFile],
    folder: RunFolder | None,
    storage_options: Mapping[str, str] | None,
) -> Plan:
    """Raises JobError when the column or the filter does not fit the table. `known` maps keys to finished files."""
    scan = _scan(table, job, udf, storage_options)
    key_of = keys.at(table)
    counts = count_rows(table, scan.where)
    tasks, finished = [], []
    for fragment in table.get_fragments():
        rows = counts[fragment.fragment_id]
        if not rows:
            continue
        key = key_of(fragment)
        done = known.get(key) or (folder.find(fragment.fragment_id, key) if folder else None)
        if done:
            finished.append(done)
        else:
            tasks.append(ColumnTask(fragment.fragment_id, rows, key))
    return Plan(
        scan=scan,
        tasks=tuple(sorted(tasks, key=lambda task: -task.rows)),
        finished=tuple(finished),
        rows=sum(task.rows for task in tasks) + sum(file.rows for file in finished),
    )


def _scan(
    table: lance.LanceDataset, job: BackfillJob, udf: Udf, storage_options: Mapping[str, str] | None
) -> ColumnScan:
    if table.data_storage_version in ("legacy", "0.1"):
        raise JobError(
            "TABLE_FORMAT_TOO_OLD",
            f"{job.table} uses the Lance file format {table.data_storage_version}, whose columns cannot be replaced",
            "rewrite the table with data_storage_version 2.0 or later",
        )
    exists = job.column in table.schema.names
    column = table.schema.field(job.column) if exists else pa.field(job.column, udf.output)
    if exists and column.type != udf.output:
        raise JobError(
            "COLUMN_TYPE_MISMATCH",
            f"the column {job.column!r} is {column.type}, but {job.udf.name} gives {udf.output}",
            f"set outputType to {column.type}, or write to another column",
        )
    if job.where is not None:
        check_filter(table, job.where)
    default = f"{quoted(job.column)} IS NULL" if exists else None
    return ColumnScan(
        table=job.table,
        version=table.version,
        column=column,
        column_exists=exists,
        where=job.where or default,
        batch_rows=job.batch_rows,
        storage_options=storage_options,
    )
