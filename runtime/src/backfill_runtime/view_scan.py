"""What driver and actors of a view's refresh say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from lance.fragment import FragmentMetadata

from backfill_runtime.output_columns import OutputColumns
from backfill_runtime.udf import Udf

# Of a view whose source has stable row ids: which row of it a row of the view comes from. A refresh finds by it the
# rows that it replaces, and compaction of the view keeps it, as it keeps all columns.
SOURCE_ROW = "_source_rowid"

Ids = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True)
class ViewTask:
    """Rows of the source, whose part of the view one actor computes and writes next."""

    fragment: int  # of the source; the first one, when there are several
    rows: int
    addresses: bytes | None = field(default=None, repr=False)  # uint64, ascending; None: all rows of the fragment

    @property
    def first(self) -> tuple[int, int]:
        """Where it begins in the source."""
        addresses = np.frombuffer(self.addresses or b"", np.uint64)
        return self.fragment, int(addresses[0]) if len(addresses) else 0


@dataclass(frozen=True)
class ViewPart:
    """Fragments of the destination that no version of it refers to yet."""

    rows: int
    size: int
    written: tuple[FragmentMetadata, ...]


@dataclass(frozen=True)
class Computed:
    """A function and the columns of the view that it fills."""

    udf: Udf
    columns: OutputColumns


@dataclass(frozen=True)
class ViewScan:
    """What all tasks of a refresh share."""

    source: str
    version: int
    destination: str
    schema: pa.Schema
    select: tuple[str, ...]
    where: str | None
    computed: tuple[Computed, ...]
    batch_rows: int | None
    storage_options: Mapping[str, str] | None
    appends: bool = False  # to the destination as it is, instead of replacing it

    @property
    def follows_rows(self) -> bool:
        """Whether the view knows which row of the source each of its rows comes from."""
        return SOURCE_ROW in self.schema.names

    @property
    def columns(self) -> tuple[str, ...]:
        """Of the source, that a row's part of the view is made of."""
        inputs = [column for computed in self.computed for column in computed.udf.columns]
        return tuple(dict.fromkeys([*self.select, *inputs]))
