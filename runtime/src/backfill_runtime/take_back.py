"""Takes column files out of a table again whose inputs were changed at the very moment of their commit."""

from __future__ import annotations

from collections.abc import Sequence

import lance
from lance.commit import CommitConflictError
from lance.fragment import DataFile, FragmentMetadata

from backfill_runtime.column_operations import TOMBSTONE, in_place, used_fields
from backfill_runtime.column_tasks import ColumnFile, ColumnScan
from backfill_runtime.errors import JobError
from backfill_runtime.tables import open_table

_MAX_ATTEMPTS = 100  # they are few fragments, and a wrong value must not stay


def take_back(scan: ColumnScan, files: Sequence[ColumnFile], before: lance.LanceDataset) -> None:
    """The columns have what they had in the version `before`, in all fragments that still have one of the files.

    Raises JobError(COMMIT_FAILED) when somebody else rewrites these fragments all the time.
    """
    names = {file.name for file in files}
    used = used_fields(before, scan.columns)
    earlier = {fragment.fragment_id: fragment.metadata.files for fragment in before.get_fragments()}
    for _ in range(_MAX_ATTEMPTS):
        latest = open_table(scan.table, scan.storage_options)
        holders = [fragment.metadata for fragment in latest.get_fragments() if fragment.fragment_id in earlier]
        holders = [fragment for fragment in holders if any(file.path in names for file in fragment.files)]
        if not holders:
            return
        for fragment in holders:
            fragment.files[:] = _restored(fragment, earlier[fragment.id], names, used)
        transaction = lance.Transaction(latest.version, in_place(latest, holders, used))
        try:
            lance.LanceDataset.commit(latest, transaction)
        except CommitConflictError:
            continue
        return
    raise JobError(
        "COMMIT_FAILED",
        f"{scan.table}: an input was changed while the columns {', '.join(scan.columns.names)} were committed, and "
        f"their old values could not be put back in {len(holders)} fragments, from {holders[0].id} on",
        f"restore version {before.version} of the table, or compute all of its rows again",
    )


def _restored(
    fragment: FragmentMetadata, earlier: Sequence[DataFile], names: set[str], used: set[int]
) -> list[DataFile]:
    """The files of a fragment without ours, and with the columns where they were."""
    now = {file.path: file for file in fragment.files if file.path not in names}
    for file in earlier:
        if used.intersection(file.fields):
            there = now.get(file.path)
            kept = there.fields if there else [TOMBSTONE] * len(file.fields)
            fields = [old if old in used else new for old, new in zip(file.fields, kept, strict=True)]
            major, minor = file.file_major_version, file.file_minor_version
            now[file.path] = DataFile(
                file.path, fields, file.column_indices, major, minor, file.file_size_bytes, file.base_id
            )
    return list(now.values())
