"""Makes finished column files visible, all in one commit, or leaves the table as it was.

A column that is there gets its files by an update in place. A column that is not there is added by one merge whose
fragments carry the files already: no version of the table ever has the column without its values. Lance refuses both
when the fragments have changed since they were looked at, so a table that changes all the time takes a few attempts;
they cost no more than reading the latest version.

Where somebody appends or deletes rows all the time, no attempt would ever come through. Lance rebases a replacement of
files over that; but over a change of the inputs, too. So after a few attempts the files are replaced, in a column that
is added empty where there is none, and looked at once more.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import lance
from lance.commit import CommitConflictError
from lance.fragment import LanceFragment

from backfill_runtime.column_operations import addition, replacement, update
from backfill_runtime.column_tasks import ColumnFile, ColumnScan
from backfill_runtime.errors import JobError, first_line
from backfill_runtime.tables import is_too_new, open_table, table_too_new
from backfill_runtime.take_back import take_back
from backfill_runtime.transactions import commit_on

MAX_ATTEMPTS = 20
STRICT_ATTEMPTS = 6  # before files are replaced and looked at once more
_OTHERS_WERE_FASTER = "Too many concurrent writers"  # of a commit that Lance has rebased again and again
_PAUSE_SECONDS = 0.05  # at first; twice as long each time, up to two seconds
_LONGEST_PAUSE_SECONDS = 2.0


class Conflict(Exception):  # noqa: N818 - a state of the table, which the caller handles
    """The table changed under the run: what was computed no longer fits all of it. Plan again."""


KeysAt = Callable[[lance.LanceDataset], Callable[[LanceFragment], str]]


def commit_column(
    scan: ColumnScan,
    files: Sequence[ColumnFile],
    keys_at: KeysAt,
    deleted: Mapping[int, int],
    properties: Mapping[str, str],
) -> lance.LanceDataset:
    """Commits `files` as the columns' data; fragments without a file keep what they have, or null.

    `deleted` is how many rows of each fragment were deleted when the files were planned, `properties` are for the
    transaction. Raises Conflict when a fragment is gone, has another key than when its file was computed, or rows
    without a value.
    """
    pause, reason = _PAUSE_SECONDS, ""
    for attempt in range(MAX_ATTEMPTS):
        latest = open_table(scan.table, scan.storage_options)
        if reason and _holds(latest, files):
            return latest  # the answer to our own commit was lost
        _check_unchanged(latest, scan, files, keys_at, deleted)
        try:
            if attempt < STRICT_ATTEMPTS or not files or not scan.columns.nullable:
                return _commit(scan, latest, files, properties)
            if scan.columns_exist:
                return _replace_and_look(scan, latest, files, keys_at, properties)
            _with_empty_columns(scan)
            scan = replace(scan, columns_exist=True)
            continue  # what has changed by then is not looked at yet
        except CommitConflictError as error:
            reason = first_line(error)
        except (OSError, ValueError) as error:
            if _OTHERS_WERE_FASTER not in str(error):
                raise _failed(scan, error) from None
            reason = first_line(error)
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - so that two runs do not meet again and again
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
    raise Conflict(reason)


def _failed(scan: ColumnScan, error: Exception) -> JobError:
    if is_too_new(error):
        return table_too_new(scan.table, error)
    return JobError(
        "COMMIT_FAILED",
        f"{scan.table}: {first_line(error)}",
        "make the table writable, then submit again: what is saved is not computed again",
    )


def _check_unchanged(
    table: lance.LanceDataset,
    scan: ColumnScan,
    files: Iterable[ColumnFile],
    keys_at: KeysAt,
    deleted: Mapping[int, int],
) -> None:
    _check_columns(table, scan)
    fragments = _check_files(table, files, keys_at)
    for number, rows in deleted.items():
        if number in fragments and fragments[number].num_deletions < rows:
            raise Conflict(f"deleted rows of fragment {number} were restored meanwhile")


def _check_columns(table: lance.LanceDataset, scan: ColumnScan) -> None:
    for column in scan.columns.fields:
        if (column.name in table.schema.names) != scan.columns_exist:
            raise Conflict(f"the column {column.name!r} was {'dropped' if scan.columns_exist else 'added'} meanwhile")
        if scan.columns_exist and table.schema.field(column.name).type != column.type:
            raise Conflict(f"the column {column.name!r} has another type now")


def _check_files(table: lance.LanceDataset, files: Iterable[ColumnFile], keys_at: KeysAt) -> dict[int, LanceFragment]:
    key_of = keys_at(table)
    fragments = {fragment.fragment_id: fragment for fragment in table.get_fragments()}
    for file in files:
        fragment = fragments.get(file.fragment)
        if fragment is None or key_of(fragment) != file.key:
            raise Conflict(f"fragment {file.fragment} was rewritten meanwhile")
    return fragments


def _holds(table: lance.LanceDataset, files: Sequence[ColumnFile]) -> bool:
    """Whether these files are in the table, which one of them tells: they come in one commit."""
    fragment = table.get_fragment(files[0].fragment) if files else None
    return fragment is not None and any(file.path == files[0].name for file in fragment.metadata.files)


def _commit(
    scan: ColumnScan, latest: lance.LanceDataset, files: Sequence[ColumnFile], properties: Mapping[str, str]
) -> lance.LanceDataset:
    if not files and scan.columns_exist:
        return latest
    if not files:
        return _with_empty_columns(scan)
    operation = (update if scan.columns_exist else addition)(latest, scan.columns, files)
    return commit_on(latest, operation, properties)


def _with_empty_columns(scan: ColumnScan) -> lance.LanceDataset:
    """Takes next to no time, however many fragments there are: a table that is opened now is hardly changed by then."""
    table = open_table(scan.table, scan.storage_options)
    _check_columns(table, scan)
    table.add_columns(scan.columns.schema)
    return open_table(scan.table, scan.storage_options)


def _replace_and_look(
    scan: ColumnScan,
    latest: lance.LanceDataset,
    files: Sequence[ColumnFile],
    keys_at: KeysAt,
    properties: Mapping[str, str],
) -> lance.LanceDataset:
    committed = commit_on(latest, replacement(latest, files), properties)
    if committed.version == latest.version + 1:
        return committed
    before = committed.checkout_version(committed.version - 1)
    try:
        _check_files(before, files, keys_at)
    except Conflict:
        take_back(scan, files, before)
        raise
    return committed
