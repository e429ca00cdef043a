"""Takes column files out of a table again whose inputs were changed at the very moment of their commit."""

from __future__ import annotations

from collections.abc import Sequence

import lance
from lance.commit import CommitConflictError
from lance.fragment import DataFile, FragmentMetadata

from backfill_runtime.column_operations import TOMBSTONE, fragments_with, in_place, with_fields
from backfill_runtime.column_tasks import ColumnFile, ColumnScan
from backfill_runtime.errors import JobError
from backfill_runtime.tables import fields_of, open_table
from backfill_runtime.transactions import commit_on

_MAX_ATTEMPTS = 100  # they are few fragments, and a wrong value must not stay


def take_back(scan: ColumnScan, files: Sequence[ColumnFile], before: lance.LanceDataset) -> None:
    """The columns have what they had in the version `before`, in all fragments that still have one of the files.

    Raises JobError(COMMIT_FAILED) when somebody else rewrites these fragments all the time.
    """
    names = {file.name for file in files}
    used = fields_of(before, scan.columns.names)
    earlier = {fragment.fragment_id: fragment.metadata.files for fragment in before.get_fragments()}
    for _ in range(_MAX_ATTEMPTS):
        latest = open_table(scan.table, scan.storage_options)
        holders = [fragment for fragment in fragments_with(latest, names) if fragment.id in earlier]
        if not holders:
            return
        for fragment in holders:
            fragment.files[:] = _restored(fragment, earlier[fragment.id], names, used)
        try:
            commit_on(latest, in_place(latest, holders, used))
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
            now[file.path] = with_fields(file, fields)
    return list(now.values())
