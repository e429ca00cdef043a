"""What changed in a source between two versions, for a view that reads some of its columns.

Lance's own delta goes by the version that last touched a row, and a new column touches every row. So a row is changed
here when it is new, gone, or its values in the columns that the view reads differ. Most rows need no look at values:
those of fragments whose files of these columns are the same, and those that compaction has only moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import lance
import numpy as np
import pyarrow as pa

from backfill_runtime.blobs import holds_blobs
from backfill_runtime.tables import BATCH_ROWS, field_ids, fields_of
from backfill_runtime.view_scan import Ids
from backfill_runtime.view_values import Mask, differing

_FRAGMENT_SHIFT = np.uint64(32)
_UPDATED_AT = "_row_last_updated_at_version"


@dataclass(frozen=True)
class Delta:
    """Rows of the source whose part of the view is not right any more."""

    left: Ids  # ids of rows that are gone, or have other values now
    arrived: Ids  # addresses, ascending, of rows that are new, or have other values now


@dataclass(frozen=True)
class _Content:
    """What a fragment holds of the columns that the view reads: names of files, not what is in them."""

    values: str
    deletions: str


@dataclass(frozen=True)
class _Rows:
    """Live rows, by ascending id."""

    ids: Ids
    addresses: Ids
    updated_at: Ids

    @classmethod
    def of(cls, table: lance.LanceDataset, fragments: Iterable[int]) -> _Rows:
        found = [table.get_fragment(fragment) for fragment in fragments]
        if not found:
            nothing = np.empty(0, np.uint64)
            return cls(nothing, nothing, nothing)
        rows = table.scanner(columns=["_rowid", "_rowaddr", _UPDATED_AT], fragments=found).to_table()
        ids, addresses, updated_at = (rows.column(index).to_numpy().astype(np.uint64) for index in range(3))
        order = np.argsort(ids, kind="stable")
        return cls(ids[order], addresses[order], updated_at[order])


def delta(old: lance.LanceDataset, new: lance.LanceDataset, columns: Iterable[str]) -> Delta:
    """Between two versions of a table with stable row ids. Holds ids of the rows of changed fragments in memory."""
    columns = tuple(columns)
    held, holds = _contents(old, columns), _contents(new, columns)
    same = {number for number, content in holds.items() if number in held and held[number].values == content.values}
    untouched = {number for number in same if held[number] == holds[number]}
    before = _Rows.of(old, held.keys() - untouched)
    now = _Rows.of(new, holds.keys() - untouched)
    common, in_before, in_now = np.intersect1d(before.ids, now.ids, assume_unique=True, return_indices=True)
    marked = _same_fields(old, new, columns) and _rows_are_marked(old, new, fields_of(new, columns))
    doubtful = _may_differ(before, now, in_before, in_now, same, marked)
    updated = common[doubtful][_values_differ(old, new, common[doubtful], columns)]
    gone = np.setdiff1d(before.ids, common, assume_unique=True)
    kept = np.setdiff1d(common, updated, assume_unique=True)
    arrived = now.addresses[np.isin(now.ids, kept, assume_unique=True, invert=True)]
    return Delta(np.union1d(gone, updated), np.sort(arrived))


def _may_differ(
    before: _Rows, now: _Rows, in_before: np.ndarray, in_now: np.ndarray, same: set[int], marked: bool
) -> Mask:
    """Which of the rows that both versions have need a look at their values."""
    was, is_at = before.addresses[in_before], now.addresses[in_now]
    stayed = was >> _FRAGMENT_SHIFT == is_at >> _FRAGMENT_SHIFT
    in_same = np.isin(is_at >> _FRAGMENT_SHIFT, np.array(sorted(same), np.uint64))
    only_moved = ~stayed & (before.updated_at[in_before] == now.updated_at[in_now]) & marked
    doubtful: Mask = ~((was == is_at) & in_same | only_moved)
    return doubtful


def _rows_are_marked(old: lance.LanceDataset, new: lance.LanceDataset, used: set[int]) -> bool:
    """Whether each row with other values of these fields now was last updated at another version.

    Whoever replaces a column's file need not say of which rows, and a restored version has the marks of its time.
    """
    operations = lance.LanceOperation
    for version in range(old.version + 1, new.version + 1):
        try:
            transaction = new.read_transaction(version)
        except (OSError, ValueError):  # it was cleaned up
            return False
        operation = transaction.operation if transaction else None
        in_place = isinstance(operation, operations.Update) and used.intersection(operation.fields_modified)
        if operation is None or in_place or isinstance(operation, operations.Restore | operations.DataOverlay):
            return False
    return True


def _values_differ(old: lance.LanceDataset, new: lance.LanceDataset, ids: Ids, columns: tuple[str, ...]) -> Mask:
    comparable = [name for name in columns if name in old.schema.names and not holds_blobs(new.schema.field(name))]
    if len(comparable) < len(columns):  # a column is new, or only its place in a file can be had
        return np.ones(len(ids), bool)
    differ = np.zeros(len(ids), bool)
    for start in range(0, len(ids) if comparable else 0, BATCH_ROWS):
        some = pa.array(ids[start : start + BATCH_ROWS])
        was, is_now = (table._take_rows(some, columns=comparable) for table in (old, new))
        for name in comparable:
            left, right = (rows.column(name).combine_chunks() for rows in (was, is_now))
            differ[start : start + len(some)] |= differing(left, right)
    return differ


def _same_fields(old: lance.LanceDataset, new: lance.LanceDataset, columns: tuple[str, ...]) -> bool:
    return all(
        name in old.schema.names
        and old.schema.field(name).type == new.schema.field(name).type
        and list(field_ids(old, name)) == list(field_ids(new, name))
        for name in columns
    )


def _contents(table: lance.LanceDataset, columns: tuple[str, ...]) -> Mapping[int, _Content]:
    used = fields_of(table, columns)
    return {fragment.fragment_id: _content(fragment.metadata.to_json(), used) for fragment in table.get_fragments()}


def _content(metadata: dict[str, Any], used: set[int]) -> _Content:
    files = [(file["path"], sorted(used.intersection(file["fields"]))) for file in metadata["files"]]
    held = sorted((path, fields) for path, fields in files if fields)
    values = json.dumps([metadata["physical_rows"], held, metadata["overlays"]])
    return _Content(values, json.dumps(metadata["deletion_file"]))
