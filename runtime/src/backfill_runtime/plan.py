"""From a table and a job to the rows that are left to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import lance

from backfill_runtime.checkpoint import gaps
from backfill_runtime.column_tasks import AssembleTask, ColumnFile, ColumnScan, ColumnTask, SliceTask
from backfill_runtime.fragment_keys import FragmentKeys
from backfill_runtime.job_spec import BackfillJob
from backfill_runtime.output_columns import output_columns
from backfill_runtime.own_commits import check_commits
from backfill_runtime.run_folder import RunFolder
from backfill_runtime.slices import count_ranges, cut, slice_rows
from backfill_runtime.tables import check_filter, count_rows
from backfill_runtime.udf import Udf

CHECKPOINT_SECONDS = 60.0


@dataclass(frozen=True)
class Known:
    """What earlier rounds and attempts have done."""

    files: Mapping[str, ColumnFile]  # by key
    only: frozenset[int] | None  # fragments to look at, when the others are done; None: all
    folder: RunFolder


@dataclass(frozen=True)
class Plan:
    """One round of a backfill, at one version of the table."""

    scan: ColumnScan
    tasks: tuple[ColumnTask, ...]  # largest first
    finished: tuple[ColumnFile, ...]
    deleted: Mapping[int, int]  # rows of each fragment that was looked at
    saved: Mapping[int, int]  # rows to compute of each fragment that has checkpoints, with the rows in those
    rows: int  # to compute, those that are done included
    rows_done: int


@dataclass(frozen=True)
class _Left:
    """A fragment that is not finished."""

    fragment: lance.LanceFragment
    key: str
    rows: int
    ranges: list[tuple[int, int]]  # without a checkpoint

    @property
    def untouched(self) -> bool:
        return self.ranges == [(0, int(self.fragment.physical_rows))]


def scan_of(
    table: lance.LanceDataset,
    job: BackfillJob,
    udf: Udf,
    runs: tuple[str, ...],
    storage_options: Mapping[str, str] | None,
) -> ColumnScan:
    """Raises JobError when the function, the columns or the filter does not fit the table."""
    columns = output_columns(table, job, udf)
    exist = columns.exist_in(table)
    check_commits(udf, job)
    if job.where is not None:
        check_filter(table, job.where)
    return ColumnScan(
        table=job.table,
        version=table.version,
        columns=columns,
        columns_exist=exist,
        where=job.where or (columns.null if exist else None),
        batch_rows=job.batch_rows,
        checkpoint_rows=job.checkpoint_rows,
        checkpoint_seconds=job.checkpoint_seconds or CHECKPOINT_SECONDS,
        runs=runs,
        storage_options=storage_options,
    )


def plan(table: lance.LanceDataset, scan: ColumnScan, keys: FragmentKeys, known: Known, actors: int) -> Plan:
    """`actors` is how many there may be."""
    key_of, counts = keys.at(table), count_rows(table, scan.where)
    fragments = [each for each in table.get_fragments() if known.only is None or each.fragment_id in known.only]
    found = known.folder.look()
    finished, left = [], []
    for fragment in fragments:
        rows = counts[fragment.fragment_id]
        if not rows:
            continue
        key = key_of(fragment)
        done = known.files.get(key) or found.file(fragment.fragment_id, key)
        ranges = found.ranges(fragment.fragment_id, key)
        if done and done.rows < rows:  # some of its rows were deleted then, and somebody has restored them
            known.folder.discard(fragment.fragment_id, key)
            done, ranges = None, []
        if done:
            finished.append(done)
        else:
            left.append(_Left(fragment, key, rows, gaps(ranges, int(fragment.physical_rows))))
    most = slice_rows(sum(fragment.rows for fragment in left), len(left), actors)
    tasks = [task for fragment in left for task in _tasks(table, scan, fragment, most)]
    done_rows = sum(file.rows for file in finished)
    rows = done_rows + sum(fragment.rows for fragment in left)
    return Plan(
        scan=scan,
        tasks=tuple(sorted(tasks, key=lambda task: -task.rows)),
        finished=tuple(finished),
        deleted={fragment.fragment_id: fragment.num_deletions for fragment in fragments},
        saved={each.fragment.fragment_id: each.rows for each in left if not each.untouched},
        rows=rows,
        rows_done=rows - sum(task.rows for task in tasks),
    )


def _tasks(table: lance.LanceDataset, scan: ColumnScan, left: _Left, most: int | None) -> list[ColumnTask]:
    number, physical_rows = left.fragment.fragment_id, int(left.fragment.physical_rows)
    if not left.ranges:
        return [AssembleTask(number, physical_rows, left.key)]
    if left.untouched and (most is None or left.rows <= most):
        return [SliceTask(number, 0, physical_rows, left.rows, physical_rows, left.key)]
    parts_per_row = left.rows / physical_rows / most if most else 0
    ranges = [part for start, stop in left.ranges for part in cut(start, stop, ceil((stop - start) * parts_per_row))]
    counts = count_ranges(table, left.fragment, scan.where, ranges)
    return [
        SliceTask(number, start, stop, rows, physical_rows, left.key)
        for (start, stop), rows in zip(ranges, counts, strict=True)
    ]
