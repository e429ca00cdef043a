"""One backfill, from job to commit."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import lance

from backfill_runtime import commit, udf
from backfill_runtime.abandoned import clear_abandoned
from backfill_runtime.cluster import Node, capacity
from backfill_runtime.column_computer import ColumnComputer
from backfill_runtime.column_operations import fragments_with
from backfill_runtime.column_tasks import (
    AssembleTask,
    Checkpoint,
    ColumnFile,
    ColumnReport,
    ColumnScan,
    ColumnTask,
    Skipped,
    SliceTask,
)
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter, Outcome
from backfill_runtime.fragment_keys import FragmentKeys
from backfill_runtime.job_spec import BackfillJob, JobSpec
from backfill_runtime.lease import Lease
from backfill_runtime.own_commits import last_own_commit, own_properties, reads_own
from backfill_runtime.pin import Pin
from backfill_runtime.plan import Known, Plan, plan, scan_of
from backfill_runtime.pool import Pool
from backfill_runtime.run_folder import RunFolder, earlier_runs
from backfill_runtime.skipped_rows import SkippedRows
from backfill_runtime.table_files import ReadOnlyFiles, table_files
from backfill_runtime.tables import fragment_ids, later_fragments, open_table, table_failed
from backfill_runtime.udf import Udf

MAX_ROUNDS = 4


@dataclass(frozen=True)
class _Held:
    """What a run has to itself until it ends."""

    folder: RunFolder
    leases: tuple[Lease, ...]  # one for each column
    pin: Pin
    skipped: SkippedRows


@dataclass(frozen=True)
class _Round:
    """One look at the table, and what is left to do at that version of it."""

    table: lance.LanceDataset
    udf: Udf
    keys: FragmentKeys
    plan: Plan
    actors: int


class Backfill:
    """Computes a job's columns and commits all of them at once, or some fragments at a time.

    When the table is rewritten meanwhile, what no longer fits is computed again; when rows are appended meanwhile, they
    are computed and committed next. Both take up to MAX_ROUNDS rounds.
    """

    def __init__(self, spec: JobSpec, job: BackfillJob, roots: list[str], events: Emitter) -> None:
        self._spec = spec
        self._job = job
        self._roots = roots
        self._events = events
        self._files: dict[str, ColumnFile] = {}
        self._committed: list[ColumnFile] = []
        self._only: frozenset[int] | None = None  # fragments of a round after the first commit
        self._version = 0  # that this run has committed
        self._held: _Held | None = None
        self._runs: tuple[str, ...] = (spec.run,)  # this one, then those that it goes on with
        self._began: int | None = None  # version after which a commit of theirs may be, when it must be known

    def plan(self, nodes: Sequence[Node] | None = None) -> None:
        """Tells what `run` would do first, and writes nothing. `nodes`: as for `capacity`. Raises JobError."""
        try:
            with self._events.phase("plan scans"):
                table, described, _ = self._look()
                keys = self._keys(described, table)
                files = ReadOnlyFiles(table_files(self._job.table, self._spec.storage_options))
                folder = RunFolder(files, self._spec.run, earlier_runs(files, self._spec.run, keys.job))
                self._plan(folder, nodes)
        except OSError as error:
            raise table_failed(self._job.table, error) from None

    def run(self) -> Outcome:
        """Raises JobError, and leaves the table as it was, or as the last commit event says."""
        try:
            return self._run()
        except OSError as error:
            raise self._told(table_failed(self._job.table, error)) from None
        except JobError as error:
            raise self._told(error) from None

    def _told(self, error: JobError) -> JobError:
        """The error, and what is committed nevertheless: fragments before it, or all rows but appended ones."""
        if not self._version:
            return error
        done = f"{len(self._committed)} fragments" if self._only is None else "all rows but those"
        kept = f"version {self._version} holds the column for {done}"
        return JobError(
            error.code,
            f"{error.message}; {kept}",
            error.fix,
            fragment=error.fragment,
            row=error.row,
            user_traceback=error.user_traceback,
        )

    def _run(self) -> Outcome:
        version, reason = 0, ""  # of the table, after a round
        with contextlib.ExitStack() as stack:
            for _ in range(MAX_ROUNDS):
                try:
                    version, self._only = self._round(stack)
                except commit.Conflict as conflict:
                    reason = str(conflict)
                    continue
                if not self._only or not self._job.follow_appends:
                    break
            else:
                self._give_up(reason, version)
            if self._held:
                with contextlib.suppress(OSError):  # all is committed: what cannot be removed now only takes space
                    self._held.folder.clear()
                    clear_abandoned(
                        self._job.table,
                        self._job.columns,
                        self._spec.run,
                        self._spec.storage_options,
                        time.time(),
                    )
        done = self._committed
        return Outcome(
            self._job.table,
            version,
            rows=sum(file.rows for file in done),
            fragments=len(done),
            bytes_written=sum(file.size for file in done),
        )

    def _round(self, stack: contextlib.ExitStack) -> tuple[int, frozenset[int]]:
        """Returns the version that it committed, and fragments that have come meanwhile."""
        with self._events.phase("plan scans"):
            held = self._held = self._held or self._hold(stack)
            this = self._plan(held.folder)
            version = this.table.version
            if this.plan.tasks:
                held.pin.hold(version)
        committed = self._commit_all(this, _with_all_rows(this.plan, self._compute(this, held)), held)
        if committed is None:
            return version, frozenset()
        if self._only is None:
            return committed.version, frozenset(fragment_ids(committed) - this.plan.deleted.keys())
        return committed.version, later_fragments(committed, version, moved=not reads_own(this.udf, self._job))

    def _plan(self, folder: RunFolder, nodes: Sequence[Node] | None = None) -> _Round:
        table, described, scan = self._look()
        self._go_on(table)
        keys = self._keys(described, table)
        if self._only is not None and not self._only <= fragment_ids(table) and not reads_own(described, self._job):
            self._only = self._others(table)  # some were rewritten, and their rows are anywhere
        most = capacity(self._job.workers, self._spec.worker_groups, nodes)
        planned = plan(table, scan, keys, Known(self._files, self._only, folder), most)
        actors = min(most, len(planned.tasks))
        self._tell(planned, len(table.get_fragments()), actors)
        return _Round(table, described, keys, planned, actors)

    def _others(self, table: lance.LanceDataset) -> frozenset[int] | None:
        """Fragments with rows that this run may not have computed. None: any, the rows themselves tell."""
        if self._job.where is None:
            return None
        done = fragments_with(table, {file.name for file in self._committed})
        return frozenset(fragment_ids(table) - {fragment.id for fragment in done})

    def _keys(self, described: Udf, table: lance.LanceDataset) -> FragmentKeys:
        return FragmentKeys.of(self._job, described, self._spec.bundle, table.schema)

    def _hold(self, stack: contextlib.ExitStack) -> _Held:
        """Checks the job, then takes hold of what the run needs to itself until it ends."""
        table, described, _ = self._look()
        job, run, options = self._job, self._spec.run, self._spec.storage_options
        files = table_files(job.table, options)
        RunFolder(files, run).keep(self._events)
        columns = sorted(job.columns)  # so that two that wait for each other's columns do so in the same order
        leases = [stack.enter_context(Lease.take(job.table, column, run, options, wait=job.wait)) for column in columns]
        digest = self._keys(described, table).job
        self._runs = (run, *earlier_runs(files, run, digest))
        folder = RunFolder(files, run, self._runs[1:])
        self._began = folder.first_version() if reads_own(described, job) else None
        version = table.version if self._began is None else self._began  # it may overwrite that one
        folder.begin(self._spec.attempt, columns, digest, time.time(), version)
        pin = stack.enter_context(Pin(table, columns[0], run))
        skipped = SkippedRows(folder.journal("skipped.ndjson"), self._events)
        return _Held(folder, tuple(leases), pin, skipped)

    def _go_on(self, table: lance.LanceDataset) -> None:
        """From the commit of a driver that died, when there is one. It may come as late as while this run computes."""
        done = None if self._began is None or self._version else last_own_commit(table, self._runs, self._began)
        if done:
            self._version = done.version
            later = later_fragments(table, done.planned, moved=False)
            self._only = later if self._job.follow_appends else frozenset()

    def _look(self) -> tuple[lance.LanceDataset, Udf, ColumnScan]:
        """The table as it is now, and how the job fits it."""
        table = open_table(self._job.table, self._spec.storage_options)
        described = udf.describe(self._job.udf, table.schema, self._roots)
        return table, described, scan_of(table, self._job, described, self._runs, self._spec.storage_options)

    def _tell(self, planned: Plan, fragments: int, actors: int) -> None:
        self._events.plan(
            table=self._job.table,
            table_version=planned.scan.version,
            fragments=fragments,
            rows=planned.rows,
            rows_done=planned.rows_done,
            tasks=len(planned.tasks),
            concurrency=actors,
        )

    def _compute(self, this: _Round, held: _Held) -> Iterator[ColumnFile]:
        """Runs the tasks; a fragment's values become its column file when the last of its tasks has ended."""
        planned, job = this.plan, self._job
        if not planned.tasks:
            return
        computer = ColumnComputer(planned.scan, this.udf, job.errors)
        pool: Pool[ColumnTask, ColumnReport] = Pool(
            computer, job.workers, this.actors, self._events, lossless=job.errors.skips
        )
        left = Counter(task.fragment for task in planned.tasks)
        written: set[int] = set()
        for task, report in pool.run(planned.tasks, rows_done=planned.rows_done):
            if isinstance(report, Skipped):
                held.skipped.add(report)
            elif isinstance(report, Checkpoint):
                self._events.checkpoint(fragment=report.fragment, rows=report.rows, size=report.size)
            elif isinstance(report, ColumnFile):
                # An actor that dies between its file and its end has its task done again: the first file counts.
                if report.fragment not in written:
                    written.add(report.fragment)
                    self._keep(report, held.folder, computed=isinstance(task, SliceTask))
                    yield report
            else:
                left[task.fragment] -= 1
                if left[task.fragment]:
                    continue
                if task.fragment in written:
                    held.folder.forget(task.fragment, task.key)
                else:
                    left[task.fragment] += 1
                    pool.add(AssembleTask(task.fragment, task.physical_rows, task.key))
        held.skipped.tell()

    def _keep(self, file: ColumnFile, folder: RunFolder, *, computed: bool) -> None:
        self._files[file.key] = file
        folder.record(file)
        if computed:
            self._events.checkpoint(fragment=file.fragment, rows=file.rows, size=file.size)

    def _commit_all(self, this: _Round, computed: Iterator[ColumnFile], held: _Held) -> lance.LanceDataset | None:
        """Once at the end, or each time that so many fragments are done as the job says. None: nothing to commit."""
        scan, committed = this.plan.scan, None
        files: list[ColumnFile] = []
        for file in chain(this.plan.finished, computed):
            files.append(file)
            if len(files) == self._job.commit_every:
                committed = self._commit(this, scan, files, held)
                scan, files = replace(scan, columns_exist=True), []
        if files or not scan.columns_exist:
            committed = self._commit(this, scan, files, held)
        return committed

    def _commit(self, this: _Round, scan: ColumnScan, files: list[ColumnFile], held: _Held) -> lance.LanceDataset:
        table = self._job.table
        with self._events.phase("commit"):
            self._check_files(files, held.folder)
            for lease in held.leases:
                lease.check()
            if self._began is None and reads_own(this.udf, self._job):
                self._began = open_table(table, self._spec.storage_options).version  # its answer may be lost
            properties = own_properties(self._spec.run, scan.version)
            committed = commit.commit_column(scan, files, this.keys.at, this.plan.deleted, properties)
        self._events.commit(table=table, table_version=committed.version, fragments=len(files))
        self._committed += files
        self._version = int(committed.version)
        return committed

    def _check_files(self, files: list[ColumnFile], folder: RunFolder) -> None:
        """Lance commits files that are not there, and cannot read the table afterwards.

        A cleanup that deletes unverified files takes those that are not committed yet.
        """
        present = folder.data_files()
        lost = [file for file in files if file.name not in present]
        for file in lost:
            self._files.pop(file.key, None)
        if lost:
            raise commit.Conflict(f"the column files of {len(lost)} fragments were deleted, perhaps by a cleanup")

    def _give_up(self, reason: str, version: int) -> None:
        """After the last round. When only rows that came meanwhile are left, the next run takes them."""
        if not version:
            raise JobError(
                "COMMIT_CONFLICT",
                f"{self._job.table} was rewritten during each of {MAX_ROUNDS} rounds; the last time: {reason}",
                "submit again when no other job rewrites the table, or with commitEvery, so that a commit is about few "
                "fragments: what still fits is not computed again",
            )


def _with_all_rows(planned: Plan, computed: Iterator[ColumnFile]) -> Iterator[ColumnFile]:
    """Those files, but for ones whose checkpoints lack rows: some were deleted then, and somebody has restored them.

    The next plan sees it by the files.
    """
    lacking = []
    for file in computed:
        if file.rows < planned.saved.get(file.fragment, 0):
            lacking.append(file.fragment)
        else:
            yield file
    if lacking:
        raise commit.Conflict(f"rows of fragment {lacking[0]} that were deleted when others were saved are restored")
