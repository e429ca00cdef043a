"""What a commit of finished column files does to the fragments of a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import lance
import pyarrow as pa
from lance.fragment import DataFile, FragmentMetadata

from backfill_runtime.column_tasks import ColumnFile
from backfill_runtime.every_row import every_row
from backfill_runtime.output_columns import OutputColumns
from backfill_runtime.tables import BATCH_ROWS, fields_of, local_path

TOMBSTONE = -2  # in the place of a field that another file of the fragment has now


def update(
    table: lance.LanceDataset, columns: OutputColumns, files: Sequence[ColumnFile]
) -> lance.LanceOperation.BaseOperation:
    """Gives columns that are there other values in these fragments.

    Lance rebases it over appends, and refuses it when anybody else has touched one of the fragments since `table`.
    """
    used = fields_of(table, columns.names)
    template = DataFile.create(table, files[0].name)  # the files differ in name and size only
    by_fragment = _by_fragment(files)
    updated = [fragment.metadata for fragment in table.get_fragments() if fragment.fragment_id in by_fragment]
    for fragment in updated:
        kept = [_without(file, used) for file in fragment.files if not used.issuperset(_fields(file))]
        fragment.files[:] = [*kept, _data_file(template, by_fragment[fragment.id])]
    return in_place(table, updated, used)


def in_place(
    table: lance.LanceDataset, updated: list[FragmentMetadata], fields: Collection[int]
) -> lance.LanceOperation.BaseOperation:
    # Who asks Lance which rows have changed since a version gets to know these.
    rows = {fragment.id: every_row(fragment.physical_rows) for fragment in updated}
    return lance.LanceOperation.Update(
        updated_fragments=updated,
        fields_modified=sorted(fields),
        update_mode="rewrite_columns",
        updated_fragment_offsets=rows if table.has_stable_row_ids else None,
    )


def replacement(table: lance.LanceDataset, files: Sequence[ColumnFile]) -> lance.LanceOperation.BaseOperation:
    """Does the same, but is rebased over deletes, and over changes of other columns, from which values may come."""
    template = DataFile.create(table, files[0].name)
    groups = [
        lance.LanceOperation.DataReplacementGroup(file.fragment, _data_file(template, file))
        for file in sorted(files, key=lambda file: file.fragment)
    ]
    return lance.LanceOperation.DataReplacement(groups)


def addition(
    table: lance.LanceDataset, columns: OutputColumns, files: Sequence[ColumnFile]
) -> lance.LanceOperation.BaseOperation:
    """Adds columns together with their values. Lance never rebases it."""
    by_fragment = _by_fragment(files)
    fragments = table.get_fragments()
    smallest = min(fragments, key=lambda fragment: int(fragment.physical_rows))
    # Lance hands out the ids of new fields only when it merges columns, so it merges some of nulls, uncommitted.
    merged, schema = smallest.merge_columns(_nulls(columns, smallest.count_rows(), table.data_storage_version))
    template = merged.files[-1]
    _remove(table, template)
    metadata: list[FragmentMetadata] = [fragment.metadata for fragment in fragments]
    for fragment in metadata:
        file = by_fragment.get(fragment.id)
        if file:
            fragment.files.append(_data_file(template, file))
    # Rows that somebody is appending at this moment lack the columns: where they may be null, that is no conflict.
    return lance.LanceOperation.Merge(metadata, schema, preserves_nullability=columns.nullable)


def fragments_with(table: lance.LanceDataset, names: Collection[str]) -> list[FragmentMetadata]:
    """Those that have a data file of one of these names."""
    found = (fragment.metadata for fragment in table.get_fragments())
    return [fragment for fragment in found if any(file.path in names for file in fragment.files)]


def _by_fragment(files: Sequence[ColumnFile]) -> Mapping[int, ColumnFile]:
    return {file.fragment: file for file in files}


def _fields(file: DataFile) -> set[int]:
    return {field for field in file.fields if field != TOMBSTONE}


def _without(file: DataFile, used: set[int]) -> DataFile:
    return with_fields(file, [TOMBSTONE if field in used else field for field in file.fields])


def with_fields(file: DataFile, fields: list[int]) -> DataFile:
    """The same file, of which a fragment has these columns."""
    major, minor = file.file_major_version, file.file_minor_version
    return DataFile(file.path, fields, file.column_indices, major, minor, file.file_size_bytes, file.base_id)


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
