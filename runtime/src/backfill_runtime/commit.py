"""Makes finished column files visible, all in one commit, or leaves the table as it was.

A column that is there gets its files by DataReplacement, which Lance rebases over appends and deletes. A column that
is not there is added by one Merge whose fragments carry the files already: no version of the table ever has the
column without its values. Merge is never rebased, so a table that changes all the time takes a few attempts; they cost
no more than reading the latest version.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import lance
import pyarrow as pa
from lance.commit import CommitConflictError
from lance.fragment import DataFile, LanceFragment

from backfill_runtime.column_tasks import ColumnFile, ColumnScan
from backfill_runtime.errors import JobError, first_line
from backfill_runtime.output_columns import OutputColumns
from backfill_runtime.tables import BATCH_ROWS, is_too_new, local_path, open_table, table_too_new

MAX_ATTEMPTS = 20
_PAUSE_SECONDS = 0.05  # at first; twice as long each time, up to two seconds
_LONGEST_PAUSE_SECONDS = 2.0


class Conflict(Exception):  # noqa: N818 - a state of the table, which the caller handles
    """The table changed under the run: what was computed no longer fits all of it. Plan again."""


KeysAt = Callable[[lance.LanceDataset], Callable[[LanceFragment], str]]


def commit_column(
    scan: ColumnScan,
    files: Sequence[ColumnFile],
    keys_at: KeysAt,
) -> lance.LanceDataset:
    """Commits `files` as the columns' data; fragments without a file keep what they have, or null.

    Raises Conflict when a fragment is gone or has another key than when its file was computed.
    """
    pause = _PAUSE_SECONDS
    for _ in range(MAX_ATTEMPTS):
        latest = open_table(scan.table, scan.storage_options)
        _check_unchanged(latest, scan, files, keys_at)
        try:
            if scan.columns_exist:
                return _replace(latest, files, scan.storage_options)
            return _add(latest, scan.columns, files, scan.storage_options)
        except CommitConflictError as error:
            reason = first_line(error)
        except (OSError, ValueError) as error:
            if is_too_new(error):
                raise table_too_new(scan.table, error) from None
            raise JobError(
                "COMMIT_FAILED",
                f"{scan.table}: {first_line(error)}",
                "make the table writable, then submit again: what is saved is not computed again",
            ) from None
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - so that two runs do not meet again and again
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
    raise Conflict(reason)


def _check_unchanged(table: lance.LanceDataset, scan: ColumnScan, files: Iterable[ColumnFile], keys_at: KeysAt) -> None:
    for column in scan.columns.fields:
        if (column.name in table.schema.names) != scan.columns_exist:
            raise Conflict(f"the column {column.name!r} was {'dropped' if scan.columns_exist else 'added'} meanwhile")
        if scan.columns_exist and table.schema.field(column.name).type != column.type:
            raise Conflict(f"the column {column.name!r} has another type now")
    key_of = keys_at(table)
    fragments = {fragment.fragment_id: fragment for fragment in table.get_fragments()}
    for file in files:
        fragment = fragments.get(file.fragment)
        if fragment is None or key_of(fragment) != file.key:
            raise Conflict(f"fragment {file.fragment} was rewritten meanwhile")


def _replace(
    table: lance.LanceDataset, files: Sequence[ColumnFile], storage_options: Mapping[str, str] | None
) -> lance.LanceDataset:
    if not files:
        return table
    template = DataFile.create(table, files[0].name)  # the files differ in name and size only
    groups = [
        lance.LanceOperation.DataReplacementGroup(file.fragment, _data_file(template, file))
        for file in sorted(files, key=lambda file: file.fragment)
    ]
    return _commit(table, lance.LanceOperation.DataReplacement(groups), storage_options)


def _add(
    table: lance.LanceDataset,
    columns: OutputColumns,
    files: Sequence[ColumnFile],
    storage_options: Mapping[str, str] | None,
) -> lance.LanceDataset:
    if not files:
        table.add_columns(columns.schema)
        return open_table(table.uri, storage_options)
    by_fragment = {file.fragment: file for file in files}
    fragments = table.get_fragments()
    smallest = min(fragments, key=lambda fragment: int(fragment.physical_rows))
    # Lance hands out the ids of new fields only when it merges columns, so it merges some of nulls, uncommitted.
    merged, schema = smallest.merge_columns(_nulls(columns, smallest.count_rows(), table.data_storage_version))
    template = merged.files[-1]
    _remove(table, template)
    metadata = [fragment.metadata for fragment in fragments]
    for fragment in metadata:
        file = by_fragment.get(fragment.id)
        if file:
            fragment.files.append(_data_file(template, file))
    return _commit(table, lance.LanceOperation.Merge(metadata, schema), storage_options)


def _commit(
    table: lance.LanceDataset, operation: lance.LanceOperation.BaseOperation, storage_options: Mapping[str, str] | None
) -> lance.LanceDataset:
    return lance.LanceDataset.commit(
        table, operation, read_version=table.version, storage_options=dict(storage_options or {}) or None
    )


def _nulls(columns: OutputColumns, rows: int, format_version: str) -> pa.RecordBatchReader:
    absent = columns.absent(format_version)
    sizes = [min(BATCH_ROWS, rows - start) for start in range(0, rows, BATCH_ROWS)]
    return pa.RecordBatchReader.from_batches(columns.schema, (columns.batch(absent(size)) for size in sizes))


def _remove(table: lance.LanceDataset, file: DataFile) -> None:
    """Elsewhere than on a file system, Lance's own cleanup takes the file of nulls away."""
    directory = local_path(table.uri)
    if directory:
        (directory / "data" / file.path).unlink(missing_ok=True)


def _data_file(template: DataFile, file: ColumnFile) -> DataFile:
    return DataFile(
        file.name,
        template.fields,
        template.column_indices,
        template.file_major_version,
        template.file_minor_version,
        file.size,
    )
