"""Runs that failed and that nobody has gone on with: what they saved takes space beside the table for ever."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from backfill_runtime.run_folder import RunFolder, other_unfinished_runs
from backfill_runtime.table_files import table_files

KEPT_SECONDS = 7 * 24 * 60 * 60  # as long as Lance's cleanup keeps files that no version of a table has


def clear_abandoned(
    table: str, columns: Collection[str], run: str, storage_options: Mapping[str, str] | None, now: float
) -> None:
    """Removes what other runs on these columns saved, when their last attempt began long ago.

    Only for who holds the leases of the columns: then none of those runs is alive. Their events stay.
    """
    files = table_files(table, storage_options)
    for other in other_unfinished_runs(files, run):
        folder = RunFolder(files, other)
        attempt = folder.last_attempt()
        if attempt and attempt.columns.intersection(columns) and attempt.at < now - KEPT_SECONDS:
            folder.clear()
