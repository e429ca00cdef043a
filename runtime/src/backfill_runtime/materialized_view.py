"""A table kept equal to a query and functions over another one.

A refresh does nothing when neither the source nor the definition changed, and computes the rows that changed when the
source can tell which: it has stable row ids, and the version that the view stands at is still there. Else it computes
the whole view, replaces it in one commit, and says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace

import lance
import pyarrow as pa

from backfill_runtime import udf
from backfill_runtime.blobs import holds_blobs, in_new_table, is_blob
from backfill_runtime.cluster import Node, capacity
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter, Outcome, Refresh
from backfill_runtime.job_spec import JobSpec, MaterializedViewJob, ViewColumn
from backfill_runtime.output_columns import given_columns
from backfill_runtime.pool import Pool
from backfill_runtime.run_folder import RunFolder
from backfill_runtime.table_files import table_files
from backfill_runtime.tables import check_columns, check_filter, local_path, open_table, table_failed
from backfill_runtime.view_commit import Committed, change_view, replace_view, settle
from backfill_runtime.view_computer import ViewComputer
from backfill_runtime.view_plan import ViewPlan, plan_view
from backfill_runtime.view_scan import SOURCE_ROW, Computed, ViewPart, ViewScan, ViewTask
from backfill_runtime.view_state import View, ViewState, content_digest, digest, read_view, view_name


class MaterializedView:
    """Fills or refreshes a job's destination."""

    def __init__(self, spec: JobSpec, job: MaterializedViewJob, roots: list[str], events: Emitter) -> None:
        self._spec = spec
        self._job = job
        self._roots = roots
        self._events = events

    def plan(self, nodes: Sequence[Node] | None = None) -> None:
        """Tells what `run` would do, and writes nothing. `nodes`: as for `capacity`. Raises JobError."""
        try:
            self._plan(nodes)
        except OSError as error:
            raise self._failed(error) from None

    def run(self) -> Outcome:
        """Raises JobError, and leaves the destination as it was."""
        try:
            return self._refresh()
        except OSError as error:
            raise self._failed(error) from None

    def _failed(self, error: OSError) -> JobError:
        return table_failed(f"{self._job.destination} or its source {self._job.source}", error)

    def _plan(
        self, nodes: Sequence[Node] | None = None, *, keep: bool = False
    ) -> tuple[ViewScan, ViewState, View | None, ViewPlan, int]:
        """`keep`: what is told from here on is kept beside the view, unless there is nothing to do."""
        job = self._job
        with self._events.phase("plan scans"):
            source = open_table(job.source, self._spec.storage_options)
            scan = self._scan(source)
            state = self._state(source, scan)
            view = self._destination()
            most = capacity(job.workers, self._spec.worker_groups, nodes)
            plan = plan_view(source, scan, state, view, most)
            if keep and plan.refresh != "fresh":
                self._keep_events()
            actors = min(most, len(plan.tasks))
            self._tell(source, plan, actors)
        return scan, state, view, plan, actors

    def _refresh(self) -> Outcome:
        job = self._job
        scan, state, view, plan, actors = self._plan(keep=True)
        if view and plan.refresh == "fresh":
            return Outcome(job.destination, settle(scan, state, view).version, 0, 0, 0, Refresh("fresh"))
        if view and plan.refresh == "changes":
            # an empty view has no fragment that two refreshes would meet at, so it is replaced
            scan = replace(scan, appends=bool(view.table.get_fragments()))
        parts = self._compute(scan, plan, actors)
        return self._commit(scan, state, plan, parts, view)

    def _keep_events(self) -> None:
        path = local_path(self._job.destination)
        if path:
            path.mkdir(parents=True, exist_ok=True)  # of a new view, for which Lance has made nothing yet
        files = table_files(self._job.destination, self._spec.storage_options)
        RunFolder(files, self._spec.run).keep(self._events)

    def _compute(self, scan: ViewScan, plan: ViewPlan, actors: int) -> list[ViewPart]:
        """In the order of the source."""
        if not plan.tasks:
            return []
        pool = Pool(ViewComputer(scan), self._job.workers, actors, self._events)
        parts: dict[ViewTask, ViewPart] = {}
        for task, part in pool.run(plan.tasks):
            if part is not None:
                # An actor that dies between its part and its end has its task done again: the first part counts.
                parts.setdefault(task, part)
        return [parts[task] for task in sorted(plan.tasks, key=lambda task: task.first)]

    def _scan(self, source: lance.LanceDataset) -> ViewScan:
        job = self._job
        every = tuple(name for name in source.schema.names if name != SOURCE_ROW)  # a view's own, if it is one
        select = every if job.select is None else job.select
        check_columns(source.schema, select, "select names")
        if job.where is not None:
            check_filter(source, job.where)
        computed = tuple(self._computed(column, source) for column in job.columns)
        row_ids = [pa.field(SOURCE_ROW, pa.uint64())] if source.has_stable_row_ids else []
        fields = [self._selected(source.schema.field(name)) for name in select]
        fields += [field for each in computed for field in each.columns.fields]
        fields += row_ids
        names = [field.name for field in fields]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise JobError(
                "COLUMN_TWICE",
                f"the view {job.name} has the column {twice[0]!r} twice",
                "rename it, or leave it out of select",
            )
        generators = [", ".join(each.columns.names) for each in computed if each.udf.yields_rows]
        if len(generators) > 1:
            raise JobError(
                "UDF_YIELDS_ROWS",
                f"the columns {' and '.join(map(repr, generators))} of the view {job.name} are generators, "
                "and only one column can say how many rows there are",
                "yield structs from one generator; with columns instead of column it fills several",
            )
        return ViewScan(
            source=job.source,
            version=source.version,
            destination=job.destination,
            schema=pa.schema(fields),
            select=select,
            where=job.where,
            computed=computed,
            batch_rows=job.batch_rows,
            storage_options=self._spec.storage_options,
        )

    def _selected(self, field: pa.Field) -> pa.Field:
        if holds_blobs(field) and not is_blob(field):
            raise JobError(
                "COLUMN_TYPE_MISMATCH",
                f"the column {field.name!r} of {self._job.source} has blobs within other values ({field.type}), "
                f"which the view {self._job.name} cannot hold",
                "leave it out of select, or write the blobs to a column of their own in the source",
            )
        return in_new_table(field)

    def _computed(self, column: ViewColumn, source: lance.LanceDataset) -> Computed:
        described = udf.describe(column.udf, source.schema, self._roots)
        return Computed(described, given_columns(column.columns, described, spread=column.spread))

    def _state(self, source: lance.LanceDataset, scan: ViewScan) -> ViewState:
        """Where the view stands after this refresh."""
        job, bundle = self._job, self._spec.bundle
        definition = [
            list(scan.select),
            job.where,
            [[asdict(column), made.udf.source_digest] for column, made in zip(job.columns, scan.computed, strict=True)],
            bundle.digest if bundle else None,
            str(scan.schema),
        ]
        return ViewState(job.name, job.source, source.version, content_digest(source), digest(definition))

    def _destination(self) -> View | None:
        """The view as it is. None when there is nothing yet. Raises JobError(DESTINATION_NOT_A_VIEW)."""
        job = self._job
        try:
            table = open_table(job.destination, self._spec.storage_options)
        except JobError as error:
            if error.code != "TABLE_NOT_FOUND":
                raise
            path = local_path(job.destination)
            if (
                path is None
                or not path.exists()
                or (path.is_dir() and {entry.name for entry in path.iterdir()} <= {"data", "_backfill"})
            ):
                return None
            raise self._not_a_view("is not a Lance table") from None
        made_by = view_name(table)
        if made_by is None:
            raise self._not_a_view("is a table that no view made")
        if made_by != job.name:
            raise self._not_a_view(f"belongs to the view {made_by!r}")
        return read_view(table)

    def _not_a_view(self, problem: str) -> JobError:
        return JobError(
            "DESTINATION_NOT_A_VIEW",
            f"{self._job.destination} {problem}, so the view {self._job.name!r} does not replace it",
            "choose another destination, or remove what is there",
        )

    def _tell(self, source: lance.LanceDataset, plan: ViewPlan, actors: int) -> None:
        self._events.plan(
            table=self._job.source,
            table_version=source.version,
            fragments=len(source.get_fragments()),
            rows=plan.rows,
            rows_done=0,
            tasks=len(plan.tasks),
            concurrency=actors,
            refresh=Refresh(plan.refresh, reason=plan.reason),
        )

    def _commit(
        self, scan: ViewScan, state: ViewState, plan: ViewPlan, parts: list[ViewPart], view: View | None
    ) -> Outcome:
        fragments = [fragment for part in parts for fragment in part.written]
        with self._events.phase("commit"):
            if view and plan.left is not None and scan.appends:
                committed = change_view(scan, state, fragments, plan.left, view)
            else:
                committed = replace_view(scan, state, fragments, view)
        return self._outcome(plan, parts, committed, len(fragments))

    def _outcome(self, plan: ViewPlan, parts: list[ViewPart], committed: Committed, fragments: int) -> Outcome:
        version = committed.table.version
        changed = committed.rows_removed or parts or plan.refresh == "whole"
        if changed:
            self._events.commit(table=self._job.destination, table_version=version, fragments=fragments)
        return Outcome(
            self._job.destination,
            version,
            rows=sum(part.rows for part in parts),
            fragments=fragments,
            bytes_written=sum(part.size for part in parts),
            refresh=Refresh(plan.refresh if changed else "fresh", committed.rows_removed, plan.reason),
        )
