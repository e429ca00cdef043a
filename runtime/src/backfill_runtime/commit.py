"""Makes finished column files visible, all in one commit, or leaves the table as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import lance
import pyarrow as pa
from lance.commit import CommitConflictError
from lance.fragment import DataFile, LanceFragment

from backfill_runtime.column_writer import ColumnFile
from backfill_runtime.tables import open_table


class Conflict(Exception):  # noqa: N818 - a state of the table, which the caller handles
    """The table changed under the run: what was computed no longer fits all of it. Plan again."""


def replace_column(
    table: str,
    column: pa.Field,
    files: Sequence[ColumnFile],
    key_of: Callable[[LanceFragment], str],
    storage_options: Mapping[str, str] | None,
) -> lance.LanceDataset:
    """Commits `files` as the column's data. Adds the column, all null, just before when the table lacks it.

    Raises Conflict when a fragment is gone or has another key than when its file was computed.
    """
    latest = open_table(table, storage_options)
    _check_unchanged(latest, column, files, key_of)
    try:
        if column.name in latest.schema.names:
            return _replace(latest, files, storage_options)
        latest.add_columns(column)
        with _taken_back_on_failure(table, column, storage_options):
            latest = open_table(table, storage_options)
            _check_unchanged(latest, column, files, key_of)
            return _replace(latest, files, storage_options)
    except CommitConflictError as error:
        raise Conflict(str(error)) from error


def _check_unchanged(
    table: lance.LanceDataset, column: pa.Field, files: Iterable[ColumnFile], key_of: Callable[[LanceFragment], str]
) -> None:
    if column.name in table.schema.names and table.schema.field(column.name).type != column.type:
        raise Conflict(f"the column {column.name!r} was added meanwhile, with another type")
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
    return lance.LanceDataset.commit(
        table.uri,
        lance.LanceOperation.DataReplacement(groups),
        read_version=table.version,
        storage_options=dict(storage_options or {}) or None,
    )


def _data_file(template: DataFile, file: ColumnFile) -> DataFile:
    return DataFile(
        file.name,
        template.fields,
        template.column_indices,
        template.file_major_version,
        template.file_minor_version,
        file.size,
    )


@contextlib.contextmanager
def _taken_back_on_failure(table: str, column: pa.Field, storage_options: Mapping[str, str] | None) -> Iterator[None]:
    """Drops the column that was just added when the block raises, unless someone has written to it since."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError, ValueError):  # what the block raised is the error to report
            latest = open_table(table, storage_options)
            if not _has_data(latest, column.name):
                latest.drop_columns([column.name])
        raise


def _has_data(table: lance.LanceDataset, column: str) -> bool:
    ids = {
        field_id for field in table.lance_schema.fields() if field.name() == column for field_id in _field_ids(field)
    }
    return any(ids.intersection(file.fields) for fragment in table.get_fragments() for file in fragment.data_files())


def _field_ids(field: Any) -> Iterator[int]:
    yield field.id()
    for child in field.children():
        yield from _field_ids(child)
