"""What a refresh has to do: nothing, the rows that changed, or all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal

import lance
import numpy as np

from backfill_runtime.errors import JobError
from backfill_runtime.tables import count_rows, open_table
from backfill_runtime.view_delta import delta
from backfill_runtime.view_scan import Ids, ViewScan, ViewTask
from backfill_runtime.view_state import View, ViewState, content_digest

_FRAGMENT_SHIFT = np.uint64(32)
_TASKS_PER_ACTOR = 4  # so that none waits long for another at the end
_FEWEST_ROWS = 8192  # of a task, so that a view does not get many small fragments
_MOST_ROWS = 1 << 20

_VOLATILE = re.compile(
    r"\b(now|today|random|uuid)\s*\(\s*\)|\bcurrent_(date|time|timestamp)\b(\s*\(\s*\))?", re.IGNORECASE
)

_SYSTEM_COLUMN = re.compile(r"\b_row(id|addr|offset|_created_at_version|_last_updated_at_version)\b", re.IGNORECASE)

NO_ROW_IDS = (
    "the source has no stable row ids, by which changed rows are known: write it anew with enable_stable_row_ids=True"
)

Refresh = Literal["fresh", "changes", "whole"]


@dataclass(frozen=True)
class ViewPlan:
    """One refresh, at one version of the source."""

    refresh: Refresh
    tasks: tuple[ViewTask, ...] = ()
    left: Ids | None = None  # rows of the source whose part of the view goes
    reason: str | None = None  # that all rows are computed

    @property
    def rows(self) -> int:
        return sum(task.rows for task in self.tasks)


def plan_view(source: lance.LanceDataset, scan: ViewScan, state: ViewState, view: View | None, actors: int) -> ViewPlan:
    """`actors` is how many there may be."""
    if view and view.state == state and not _volatile(scan.where):
        return ViewPlan("fresh")
    old = _recorded(source, scan, state, view)
    if isinstance(old, str):
        counts = count_rows(source, scan.where)
        tasks = tuple(ViewTask(fragment, rows) for fragment, rows in counts.most_common() if rows)
        return ViewPlan("whole", tasks, reason=old)
    changes = delta(old, source, _columns(source, scan))
    arrived = _matching(source, scan.where, changes.arrived)
    return ViewPlan("changes", tuple(_tasks(arrived, actors)), changes.left)


def _recorded(
    source: lance.LanceDataset, scan: ViewScan, state: ViewState, view: View | None
) -> lance.LanceDataset | str:
    """The version of the source that the view stands at, or why changes since then cannot be told."""
    if view is None:
        return "the view is new"
    recorded = view.state
    if recorded is None:
        return "the versions of the view that tell how far its last refresh came were cleaned up"
    other = _other_view(scan, state, view.table, recorded)
    if other:
        return other
    if recorded.sourceVersion > source.version:
        return "the source was made anew"
    try:
        old = open_table(scan.source, scan.storage_options, recorded.sourceVersion)
    except JobError:
        return f"version {recorded.sourceVersion} of the source, at which the view stands, was cleaned up"
    return old if content_digest(old) == recorded.sourceContent else "the source was made anew"


def _other_view(scan: ViewScan, state: ViewState, table: lance.LanceDataset, recorded: ViewState) -> str | None:
    """Why the rows that are there cannot stay, whatever happened to the source."""
    volatile = _volatile(scan.where)
    if recorded.definition != state.definition:
        return "the view's definition changed"
    if recorded.source != state.source:
        return f"the view was made from {recorded.source}"
    if volatile:
        return f"where depends on {volatile}, whose answer changes without the source"
    system = _SYSTEM_COLUMN.search(scan.where or "")
    if system:
        return f"where depends on {system.group()}, which changes while the columns stay as they are"
    if not scan.follows_rows:
        return NO_ROW_IDS
    if not table.schema.equals(scan.schema):
        return "somebody changed the view's columns"
    return None


def _volatile(where: str | None) -> str | None:
    """A call whose answer is another one each time, if there may be any."""
    found = _VOLATILE.search(where or "")
    return re.sub(r"\s", "", found.group()) if found else None


def _columns(source: lance.LanceDataset, scan: ViewScan) -> tuple[str, ...]:
    """Of the source, that the view depends on. Rather a column too many than one too few that `where` names."""
    condition = (scan.where or "").casefold()
    filtered = [name for name in source.schema.names if name.casefold() in condition]
    return tuple(dict.fromkeys([*scan.columns, *filtered]))


def _matching(source: lance.LanceDataset, where: str | None, addresses: Ids) -> Ids:
    """Those of the rows that the view keeps."""
    if where is None or not len(addresses):
        return addresses
    fragments = [source.get_fragment(number) for number in np.unique(addresses >> _FRAGMENT_SHIFT).tolist()]
    scanner = source.scanner(columns=[], filter=where, fragments=fragments, with_row_address=True)
    kept = [batch.column("_rowaddr").to_numpy() for batch in scanner.to_batches()]
    return np.intersect1d(addresses, np.concatenate([np.empty(0, np.uint64), *kept]), assume_unique=True)


def _tasks(addresses: Ids, actors: int) -> Iterator[ViewTask]:
    size = min(max(ceil(len(addresses) / (actors * _TASKS_PER_ACTOR)), _FEWEST_ROWS), _MOST_ROWS)
    for start in range(0, len(addresses), size):
        part = addresses[start : start + size]
        yield ViewTask(int(part[0] >> _FRAGMENT_SHIFT), len(part), part.tobytes())
