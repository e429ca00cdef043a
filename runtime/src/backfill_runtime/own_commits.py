"""Which commit of a table a run has made, when the driver that made it died before it could say so.

Rows of a column that is null without a value tell by themselves whether they are done. Where a job's own condition says
which rows to compute, they do not; and a function that reads the column that it fills must not get its own values.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import lance

from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import BackfillJob
from backfill_runtime.run_folder import file_name
from backfill_runtime.transactions import property_of
from backfill_runtime.udf import Udf

_KEY = "geneva-constructs.backfill"


@dataclass(frozen=True)
class OwnCommit:
    """All that one look at a table found to do."""

    version: int
    planned: int  # the version that was looked at


def reads_own(udf: Udf, job: BackfillJob) -> bool:
    """Whether the function may get values that it has given, and the rows do not tell."""
    given = set(job.columns).intersection(udf.columns)
    return bool(given) and (job.where is not None or len(job.columns) > 1)


def check_commits(udf: Udf, job: BackfillJob) -> None:
    """Raises JobError(UDF_READS_ITS_COLUMN) when a commit would not tell which rows are done."""
    if job.commit_every is not None and reads_own(udf, job):
        column = next(name for name in job.columns if name in udf.columns)
        raise JobError(
            "UDF_READS_ITS_COLUMN",
            f"{udf.ref.name} reads the column {column!r} that it fills, and with commitEvery nobody could tell which "
            "rows have their new value already when a run goes on",
            "leave commitEvery out, so that all rows get their new values at once, or write to another column",
        )


def own_properties(run: str, planned: int) -> Mapping[str, str]:
    """Of the transaction of such a commit."""
    return {_KEY: json.dumps({"run": run, "planned": planned})}


def last_own_commit(table: lance.LanceDataset, runs: Collection[str], since: int) -> OwnCommit | None:
    """The last one of these runs, which began at version `since`. Raises JobError(COMMIT_UNKNOWN)."""
    folders = {file_name(run) for run in runs}  # runs of long names are known by these only
    for version in range(table.version, since, -1):
        try:
            transaction = table.read_transaction(version)
        except (OSError, ValueError):
            raise _unknown(table, version) from None
        text = property_of(transaction, _KEY)
        made = json.loads(text) if text else {}
        if made and file_name(made["run"]) in folders:
            return OwnCommit(version, made["planned"])
    return None


def _unknown(table: lance.LanceDataset, version: int) -> JobError:
    return JobError(
        "COMMIT_UNKNOWN",
        f"version {version} of {table.uri} cannot be read any more, so that nobody can tell whether a run before this "
        "one has committed; the function reads the column that it fills, and would get its own values",
        "look at the column; to compute it from what is there now, give the job's udf another version, and submit",
    )
