"""What backfills and views both need from Lance: open a table, check a filter, scan one fragment in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import lance
import numpy as np
import pyarrow as pa

from backfill_runtime.blobs import ALL_BYTES
from backfill_runtime.errors import GO_ON, JobError, did_you_mean, first_line

BATCH_ROWS = 8192
BATCH_BYTES = 32 << 20  # bounds a batch of wide rows

_LANCE_SAYS = re.compile("^Invalid user input: (Schema error: )?")  # how Lance begins what it says about a filter

# Where a condition stands and nothing else can: in one a parenthesis has no place, in the other a comma has none.
_ALONE = ("[\n{}\n]", "CAST(\n{}\nAS BOOLEAN)")
_NOT_ALONE = re.compile(r"sql parser error: Expected: (?:\]|AS), found: (.+?)\)(?:, /|$)", re.DOTALL)

_TOO_NEW = ("by this version of Lance", "Unknown Lance storage version")

# a row address is the fragment's id, then the offset in it
_FRAGMENT_SHIFT = np.uint64(32)
_OFFSET_MASK = np.uint64(0xFFFF_FFFF)


def open_table(uri: str, storage_options: Mapping[str, str] | None, version: int | None = None) -> lance.LanceDataset:
    """Raises JobError(TABLE_NOT_FOUND or TABLE_NOT_READABLE)."""
    try:
        return lance.dataset(uri, version=version, storage_options=dict(storage_options or {}) or None)
    except (ValueError, OSError) as error:
        if "was not found" in str(error) and version is None:
            raise JobError(
                "TABLE_NOT_FOUND", f"there is no Lance table at {uri}", "check the job's table URI"
            ) from None
        if is_too_new(error):
            raise table_too_new(uri, error) from None
        raise JobError(
            "TABLE_NOT_READABLE",
            f"{uri}: {first_line(error)}",
            "check the URI, and the storage options and access of the workers",
        ) from None


def table_failed(uri: str, error: OSError, fragment: int | None = None) -> JobError:
    """Of a table that was found, and then cannot be read or written any more, or not at all."""
    return JobError(
        "TABLE_IO_FAILED",
        f"{uri}: {first_line(error)}",
        f"look for a full disk, or missing access to the table and its folder _backfill; then {GO_ON}",
        fragment=fragment,
    )


def is_too_new(error: Exception) -> bool:
    """Whether Lance says that a table uses what only a later Lance knows."""
    return any(text in str(error) for text in _TOO_NEW)


def table_too_new(uri: str, error: Exception) -> JobError:
    return JobError(
        "TABLE_FORMAT_TOO_NEW",
        f"{uri}: {first_line(error)}; this runtime has pylance {lance.__version__}",
        "use a release of geneva-constructs whose runtime has a later pylance",
    )


def local_path(uri: str) -> Path | None:
    """The table's directory when it is on a file system, else None."""
    if uri.startswith("file://"):
        return Path(unquote(uri.removeprefix("file://")))
    return None if "://" in uri else Path(uri)


def quoted(column: str) -> str:
    """A column name in Lance SQL."""
    return f"`{column}`"


def field_ids(table: lance.LanceDataset, column: str) -> Iterator[int]:
    """The ids of a column and of all that it holds. None when the table lacks it."""
    pending = [field for field in table.lance_schema.fields() if field.name() == column]
    while pending:
        field = pending.pop()
        yield field.id()
        pending += field.children()


def fields_of(table: lance.LanceDataset, columns: Iterable[str]) -> set[int]:
    """The ids of columns and of all that they hold, but for those that the table lacks."""
    return {field for column in columns for field in field_ids(table, column)}


def later_fragments(table: lance.LanceDataset, since: int, *, moved: bool) -> frozenset[int]:
    """Fragments that appends after the version `since` have brought; `moved`: and updates, which move rows.

    Without `moved`, those that nobody has rewritten since.
    """
    appended: set[int] = set()
    for version in range(since + 1, table.version + 1):
        operation = table.read_transaction(version).operation
        moves = isinstance(operation, lance.LanceOperation.Update) and operation.new_fragments  # not in place
        if isinstance(operation, lance.LanceOperation.Append) or (moved and moves):
            before, after = (fragment_ids(table.checkout_version(at)) for at in (version - 1, version))
            appended |= after - before
    return frozenset(appended if moved else appended & fragment_ids(table))


def fragment_ids(table: lance.LanceDataset) -> set[int]:
    return {fragment.fragment_id for fragment in table.get_fragments()}


def check_filter(table: lance.LanceDataset, where: str) -> None:
    """Raises JobError(WHERE_INVALID) unless `where` is a condition on the table's rows."""
    try:
        table.scanner(columns=[], with_row_id=True, filter=where).explain_plan()
    except (ValueError, OSError, RuntimeError) as error:
        columns = ", ".join(table.schema.names)
        unknown = isinstance(error, RuntimeError)  # Lance panics at what it does not know, and only says so to a log
        says = "Lance has no such values as it names, perhaps $ or : before a name" if unknown else first_line(error)
        raise JobError(
            "WHERE_INVALID",
            f"where {where!r}: {_LANCE_SAYS.sub('', says)}",
            f"write a Lance SQL condition over the columns {columns}",
        ) from None
    ignored = _ignored(table, where)
    if ignored:
        raise JobError(
            "WHERE_INVALID",
            f"where {where!r}: Lance ignores {ignored} after the condition, and what follows it",
            "remove that part, or join it to the condition by AND or OR",
        )


def _ignored(table: lance.LanceDataset, where: str) -> str | None:
    """The first word after the condition that `where` begins with, if it goes on."""
    for alone in _ALONE:
        try:
            table.scanner(columns=[], with_row_id=True, filter=alone.format(where)).explain_plan()
        except (ValueError, OSError) as error:  # an array is no condition: only an error of the parser tells
            found = _NOT_ALONE.search(str(error))
            if found:
                return found.group(1)
    return None


def check_columns(table: pa.Schema, columns: Iterable[str], used_by: str) -> None:
    """Raises JobError(INPUT_NOT_FOUND) for the first of `columns` that the table lacks."""
    for column in columns:
        if column not in table.names:
            known = did_you_mean(column, table.names)
            raise JobError(
                "INPUT_NOT_FOUND",
                f"{used_by} the column {column!r}, which the table lacks: {known}",
                "name a column of the table; inputs maps the arguments of a function to columns",
            )


def scan_rows(
    table: lance.LanceDataset,
    fragment: lance.LanceFragment,
    columns: Iterable[str],
    where: str | None,
    batch_rows: int | None,
) -> Iterable[pa.RecordBatch]:
    """Live rows of one fragment in physical order, with their addresses. Empty batches are left out."""
    scanner = table.scanner(
        columns=list(dict.fromkeys(columns)),
        filter=where,
        fragments=[fragment],
        batch_size=batch_rows or BATCH_ROWS,
        batch_size_bytes=BATCH_BYTES,
        scan_in_order=True,
        with_row_address=True,
        blob_handling=ALL_BYTES,
    )
    return (batch for batch in _batches(scanner, where) if batch.num_rows)


@dataclass(frozen=True)
class RowRange:
    """Physical rows of a fragment, the end excluded."""

    fragment: lance.LanceFragment
    start: int
    stop: int

    @property
    def whole(self) -> bool:
        return self.start == 0 and self.stop >= int(self.fragment.physical_rows)

    @property
    def addresses(self) -> tuple[int, int]:
        first = int(self.fragment.fragment_id) << int(_FRAGMENT_SHIFT)
        return first + self.start, first + self.stop


def scan_range(
    table: lance.LanceDataset, rows: RowRange, columns: Iterable[str], where: str | None, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Live rows of a part of a fragment, as `scan_rows` gives them, with their row ids."""
    restricted: dict[str, Any] = {"filter": where}
    if not rows.whole and where is None:
        # Lance seeks to an offset, which it cannot do with a filter; but then the offset counts live rows only,
        # unless it includes deleted ones, whose row id is null.
        restricted = {"offset": rows.start, "limit": rows.stop - rows.start, "include_deleted_rows": True}
    elif not rows.whole:
        first, end = rows.addresses
        restricted = {"filter": f"_rowaddr >= {first} AND _rowaddr < {end} AND (\n{where}\n)"}
    scanner = table.scanner(
        columns=list(dict.fromkeys(columns)),
        fragments=[rows.fragment],
        batch_size=batch_rows,
        batch_size_bytes=BATCH_BYTES,
        scan_in_order=True,
        with_row_id=True,
        with_row_address=True,
        blob_handling=ALL_BYTES,
        **restricted,
    )
    for batch in _batches(scanner, where):
        live = batch.filter(batch.column("_rowid").is_valid()) if "limit" in restricted else batch
        if live.num_rows:
            yield live


def _batches(scanner: lance.LanceScanner, where: str | None) -> Iterator[pa.RecordBatch]:
    """Raises OSError also where Arrow calls an error of the storage invalid data, and JobError(WHERE_INVALID)."""
    try:
        yield from scanner.to_batches()
    except pa.ArrowInvalid as error:
        if "LanceError(IO)" in str(error):
            raise OSError(str(error)) from None
        if where is None:
            raise
        message = f"where {where!r} cannot be computed for all rows: {first_line(error)}"
        raise JobError("WHERE_INVALID", message, "write a condition that every value can be put into") from None


def row_offsets(batch: pa.RecordBatch) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Offsets in the fragment of the rows that `scan_rows` gave."""
    addresses = batch.column("_rowaddr").to_numpy()
    offsets: np.ndarray[Any, np.dtype[np.int64]] = (addresses & _OFFSET_MASK).astype(np.int64)
    return offsets


def count_rows(table: lance.LanceDataset, where: str | None) -> Counter[int]:
    """How many live rows of each fragment the filter keeps."""
    if where is None:
        return Counter({fragment.fragment_id: fragment.metadata.num_rows for fragment in table.get_fragments()})
    counts: Counter[int] = Counter()
    for batch in _batches(table.scanner(columns=[], filter=where, with_row_address=True), where):
        fragments, rows = np.unique(batch.column("_rowaddr").to_numpy() >> _FRAGMENT_SHIFT, return_counts=True)
        counts.update(dict(zip(fragments.tolist(), rows.tolist(), strict=True)))
    return counts
