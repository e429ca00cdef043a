"""Makes a refresh's rows visible: all of the view at once, or what changed of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lance
import numpy as np
from lance.commit import CommitConflictError
from lance.fragment import FragmentMetadata

from backfill_runtime.errors import JobError, first_line
from backfill_runtime.tables import open_table
from backfill_runtime.view_scan import SOURCE_ROW, Ids, ViewScan
from backfill_runtime.view_state import (
    View,
    ViewState,
    begin_commit,
    commit_with_state,
    end_commit,
    metadata_state,
    read_view,
    store_state,
    tags_of_refreshes,
)

_MAX_ATTEMPTS = 5
_FRAGMENT_SHIFT = np.uint64(32)
_OFFSET_MASK = np.uint64(0xFFFF_FFFF)


@dataclass(frozen=True)
class Committed:
    """A view after a refresh."""

    table: lance.LanceDataset
    rows_removed: int


@dataclass(frozen=True)
class _Removal:
    """What is left of the fragments of a view without some rows. Not visible yet."""

    rows: int
    removed: list[int]
    updated: list[FragmentMetadata]


def replace_view(
    scan: ViewScan, state: ViewState, fragments: Sequence[FragmentMetadata], view: View | None
) -> Committed:
    """One commit. A reader sees the old view, then the new one."""
    rows = view.table.count_rows() if view else 0
    left_over = tags_of_refreshes(view.table) if view else {}
    try:
        table = lance.LanceDataset.commit(
            scan.destination,
            lance.LanceOperation.Overwrite(state.described(scan.schema), fragments),
            read_version=view.table.version if view else None,
            storage_options=dict(scan.storage_options or {}) or None,
            enable_stable_row_ids=None if view else True,  # so that other views may have this one as their source
        )
    except CommitConflictError as error:
        latest = read_view(open_table(scan.destination, scan.storage_options))
        if latest.state != state or not _holds(latest.table, fragments):  # else the answer to our own commit was lost
            raise _conflict(scan, first_line(error)) from None
        table = latest.table
    end_commit(table, left_over)
    return Committed(table, rows)


def change_view(
    scan: ViewScan, state: ViewState, fragments: Sequence[FragmentMetadata], left: Ids, view: View
) -> Committed:
    """One commit of the rows, none when no row changes, and one that puts the state into the metadata.

    Whoever rewrites the view meanwhile, as compaction does, makes this find the rows to remove again.
    """
    for _ in range(_MAX_ATTEMPTS):
        removal = _removal(view.table, left)
        if not (removal.rows or fragments):
            return Committed(settle(scan, state, view), 0)
        tags = begin_commit(view.table)
        try:
            changed = commit_with_state(view.table, _update(view.table, removal, fragments), state)
        except CommitConflictError as error:
            latest = read_view(open_table(scan.destination, scan.storage_options))
            if latest.state != state or not _holds(latest.table, fragments):
                end_commit(view.table, tags[-1:])
                if latest.state != view.state or latest.table.schema != view.table.schema:
                    raise _conflict(scan, first_line(error)) from None
                view, reason = latest, first_line(error)
                continue
            changed = latest.table  # the answer to our own commit was lost
        stored = store_state(View(changed, state), state, scan.storage_options)
        end_commit(stored, tags)
        return Committed(stored, removal.rows)
    raise _conflict(scan, reason)


def settle(scan: ViewScan, state: ViewState, view: View) -> lance.LanceDataset:
    """Of a view whose rows are right: puts that into its metadata, and ends what a killed refresh has begun."""
    left_over = tags_of_refreshes(view.table)
    if state == metadata_state(view.table) and not left_over:
        return view.table
    stored = store_state(view, state, scan.storage_options)
    end_commit(stored, left_over)
    return stored


def _removal(table: lance.LanceDataset, left: Ids) -> _Removal:
    """Finds the rows of the view that come from these rows of the source."""
    found = [np.empty(0, np.uint64)]
    if len(left):
        for batch in table.scanner(columns=[SOURCE_ROW, "_rowaddr"]).to_batches():
            addresses = batch.column("_rowaddr").to_numpy()
            found.append(addresses[np.isin(batch.column(SOURCE_ROW).to_numpy(), left)])
    addresses = np.sort(np.concatenate(found))
    numbers, starts = np.unique(addresses >> _FRAGMENT_SHIFT, return_index=True)
    removed: list[int] = []
    updated: list[FragmentMetadata] = []
    for number, of_fragment in zip(numbers.tolist(), np.split(addresses, starts[1:]), strict=False):
        rest = table.get_fragment(number).delete_rows((of_fragment & _OFFSET_MASK).tolist())
        if rest is None:
            removed.append(number)
        else:
            updated.append(rest)
    return _Removal(len(addresses), removed, updated)


def _update(
    table: lance.LanceDataset, removal: _Removal, fragments: Sequence[FragmentMetadata]
) -> lance.LanceOperation.Update:
    # Lance lets two updates through that touch no common fragment. Two refreshes must never both come through, or
    # rows are there twice, so each one touches the first fragment.
    first = min(fragment.fragment_id for fragment in table.get_fragments())
    touched = {first} & ({fragment.id for fragment in removal.updated} | set(removal.removed))
    unchanged = [] if touched else [table.get_fragment(first).metadata]
    return lance.LanceOperation.Update(
        removed_fragment_ids=removal.removed,
        updated_fragments=[*removal.updated, *unchanged],
        new_fragments=list(fragments),
    )


def _holds(table: lance.LanceDataset, fragments: Sequence[FragmentMetadata]) -> bool:
    """Whether these fragments are in the table: nobody else knows the names of their files."""
    there = {file.path for fragment in table.get_fragments() for file in fragment.metadata.files}
    return all(file.path in there for fragment in fragments for file in fragment.files)


def _conflict(scan: ViewScan, reason: str) -> JobError:
    return JobError(
        "COMMIT_CONFLICT", f"{scan.destination}: {reason}", "submit again when no other job writes the view"
    )
