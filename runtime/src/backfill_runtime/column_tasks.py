"""What a backfill's driver and its actors say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backfill_runtime.output_columns import OutputColumns


@dataclass(frozen=True)
class ColumnScan:
    """What all tasks of one round share."""

    table: str
    version: int
    columns: OutputColumns
    columns_exist: bool
    where: str | None  # None: all live rows
    batch_rows: int | None
    checkpoint_rows: int | None
    checkpoint_seconds: float
    runs: tuple[str, ...]  # whose folders beside the table hold checkpoints; the first is this one
    storage_options: Mapping[str, str] | None


@dataclass(frozen=True)
class SliceTask:
    """A range of a fragment's physical rows, whose values one actor computes next."""

    fragment: int
    start: int
    stop: int
    rows: int  # that the filter keeps
    physical_rows: int  # of the whole fragment
    key: str  # of the fragment

    @property
    def whole(self) -> bool:
        return self.start == 0 and self.stop == self.physical_rows

    def __str__(self) -> str:
        return f"rows {self.start} to {self.stop - 1} of fragment {self.fragment}"


@dataclass(frozen=True)
class AssembleTask:
    """A fragment whose checkpoints cover it, and become its column file."""

    fragment: int
    physical_rows: int
    key: str
    rows: int = 0  # nothing is computed

    def __str__(self) -> str:
        return f"writing the column file of fragment {self.fragment}"


ColumnTask = SliceTask | AssembleTask


@dataclass(frozen=True)
class Checkpoint:
    """Values of a range of a fragment that a later attempt need not compute again."""

    fragment: int
    start: int
    stop: int
    rows: int
    size: int


@dataclass(frozen=True)
class ColumnFile:
    """A finished fragment: a data file that no version of the table refers to yet."""

    fragment: int
    key: str
    name: str
    rows: int
    physical_rows: int
    size: int


@dataclass(frozen=True)
class SkippedRow:
    """A row whose value could not be computed, and became null."""

    fragment: int
    row: int  # offset in the fragment
    row_id: int
    reason: str


@dataclass(frozen=True)
class Skipped:
    """Rows that were skipped since the last such report. `rows` holds the first of them."""

    fragment: int
    count: int
    rows: tuple[SkippedRow, ...]


ColumnReport = Checkpoint | ColumnFile | Skipped
