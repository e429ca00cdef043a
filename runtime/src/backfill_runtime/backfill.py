"""One column backfill, from job to commit."""

from __future__ import annotations

from backfill_runtime import commit, udf
from backfill_runtime.checkpoint import FragmentKeys, RunFolder
from backfill_runtime.column_writer import ColumnComputer, ColumnFile
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter, Outcome
from backfill_runtime.job_spec import BackfillJob, JobSpec
from backfill_runtime.plan import Plan, plan
from backfill_runtime.pool import Pool, actors_for
from backfill_runtime.tables import open_table

MAX_ROUNDS = 4


class Backfill:
    """Computes a job's column, fragment by fragment, and commits all of it at once.

    When the table is rewritten meanwhile, what no longer fits is computed again, in up to MAX_ROUNDS rounds. Rows that
    are appended after the last plan stay null; the next run computes them.
    """

    def __init__(self, spec: JobSpec, job: BackfillJob, roots: list[str], events: Emitter) -> None:
        self._spec = spec
        self._job = job
        self._roots = roots
        self._events = events
        self._finished: dict[str, ColumnFile] = {}

    def run(self) -> Outcome:
        """Raises JobError, and leaves the table's version as it was."""
        for _ in range(MAX_ROUNDS):
            try:
                return self._round()
            except commit.Conflict as conflict:
                reason = str(conflict)
        raise JobError(
            "COMMIT_CONFLICT",
            f"{self._job.table} was rewritten during each of {MAX_ROUNDS} rounds; the last time: {reason}",
            "submit again when no other job rewrites the table",
        )

    def _round(self) -> Outcome:
        job, options = self._job, self._spec.storage_options
        with self._events.phase("plan scans"):
            table = open_table(job.table, options)
            described = udf.describe(job.udf, table.schema, self._roots)
            keys = FragmentKeys.of(job, described, self._spec.bundle, table.schema)
            folder = RunFolder.of(job.table, self._spec.run)
            if folder:
                self._events.also_to(folder.path / "events.ndjson")
            planned = plan(table, job, described, keys, self._finished, folder, options)
            actors = actors_for(job.workers, len(planned.tasks))
            self._tell(planned, len(table.get_fragments()), actors)
        files = [*planned.finished]
        if planned.tasks:
            pool = Pool(ColumnComputer(planned.scan, described), job.workers, actors, self._events)
            for file in pool.run(planned.tasks, rows_done=sum(file.rows for file in files)):
                self._keep(file, folder)
                files.append(file)
        outcome = self._commit(planned, files, keys)
        if folder:
            folder.clear()
        return outcome

    def _tell(self, planned: Plan, fragments: int, actors: int) -> None:
        self._events.plan(
            table=self._job.table,
            table_version=planned.scan.version,
            fragments=fragments,
            rows=planned.rows,
            rows_done=sum(file.rows for file in planned.finished),
            tasks=len(planned.tasks),
            concurrency=actors,
        )

    def _keep(self, file: ColumnFile, folder: RunFolder | None) -> None:
        self._finished[file.key] = file
        if folder:
            folder.record(file)
            self._events.checkpoint(fragment=file.fragment, rows=file.rows, size=file.size)

    def _commit(self, planned: Plan, files: list[ColumnFile], keys: FragmentKeys) -> Outcome:
        table, version = self._job.table, planned.scan.version
        if files or not planned.scan.column_exists:
            with self._events.phase("commit"):
                version = commit.commit_column(
                    table, planned.scan.column, files, keys.at, self._spec.storage_options
                ).version
            self._events.commit(table=table, table_version=version, fragments=len(files))
        return Outcome(table, version, sum(file.rows for file in files), len(files), sum(file.size for file in files))
