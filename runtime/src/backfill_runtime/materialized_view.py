"""A table kept equal to a query and functions over another one.

A refresh computes the whole view and replaces it in one commit, unless neither the source nor the definition changed:
then it does nothing. Computing only what changed comes later.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import lance
import pyarrow as pa
from lance.commit import CommitConflictError
from lance.fragment import FragmentMetadata, write_fragments

from backfill_runtime import udf
from backfill_runtime.batch_runner import BatchRunner
from backfill_runtime.cluster import capacity
from backfill_runtime.errors import JobError, first_line
from backfill_runtime.events import Emitter, Outcome
from backfill_runtime.job_spec import JobSpec, MaterializedViewJob
from backfill_runtime.pool import Pool
from backfill_runtime.row_expander import RowExpander
from backfill_runtime.tables import (
    check_columns,
    check_filter,
    count_rows,
    local_path,
    open_table,
    row_offsets,
    scan_rows,
)
from backfill_runtime.udf import Udf

_METADATA = b"geneva-constructs.view"


@dataclass(frozen=True)
class ViewTask:
    """One fragment of the source, whose part of the view one actor computes and writes next."""

    fragment: int
    rows: int


@dataclass(frozen=True)
class ViewPart:
    """Fragments of the destination that no version of it refers to yet."""

    fragment: int  # of the source
    rows: int
    size: int
    written: tuple[FragmentMetadata, ...]


@dataclass(frozen=True)
class ViewScan:
    """What all tasks of a refresh share."""

    source: str
    version: int
    destination: str
    schema: pa.Schema
    select: tuple[str, ...]
    where: str | None
    computed: Mapping[str, Udf]  # by column
    batch_rows: int | None
    storage_options: Mapping[str, str] | None


class ViewComputer:
    """Runs in an actor: each function constructed once, the source opened once."""

    def __init__(self, scan: ViewScan) -> None:
        self._scan = scan

    def open(self) -> None:
        scan = self._scan
        self._runners = {
            column: RowExpander(described) if described.yields_rows else BatchRunner(described)
            for column, described in scan.computed.items()
        }
        self._source = open_table(scan.source, scan.storage_options, scan.version)

    def save_soon(self) -> None:
        """A part is a whole fragment; there is nothing to save before its end."""

    def run(self, task: ViewTask) -> Iterator[int | ViewPart]:
        """Yields the part at the end: Lance pulls the batches, so there is nothing to report before."""
        scan = self._scan
        batches = _RememberError(self._batches(task))
        try:
            written = write_fragments(
                pa.RecordBatchReader.from_batches(scan.schema, batches),
                scan.destination,
                schema=scan.schema,
                mode="overwrite",
                storage_options=dict(scan.storage_options or {}) or None,
            )
        except Exception as error:
            raise batches.error or error from None
        size = sum(file.file_size_bytes or 0 for fragment in written for file in fragment.files)
        yield ViewPart(task.fragment, sum(fragment.num_rows for fragment in written), size, tuple(written))

    def _batches(self, task: ViewTask) -> Iterator[pa.RecordBatch]:
        scan = self._scan
        inputs = [column for described in scan.computed.values() for column in described.columns]
        fragment = self._source.get_fragment(task.fragment)
        for batch in scan_rows(self._source, fragment, [*scan.select, *inputs], scan.where, scan.batch_rows):
            offsets = row_offsets(batch)
            columns: dict[str, pa.Array] = {name: batch.column(name) for name in scan.select}
            expanded = None
            for column, runner in self._runners.items():
                if isinstance(runner, RowExpander):
                    expanded = column, runner.expand(batch, task.fragment, offsets)
                else:
                    columns[column] = runner.compute(batch, task.fragment, offsets)
            if expanded:
                name, values = expanded[0], expanded[1]
                columns = {column: array.take(values.rows) for column, array in columns.items()} | {name: values.values}
            yield pa.record_batch([columns[name] for name in scan.schema.names], schema=scan.schema)


class _RememberError:
    """An iterator whose own exception can be told from that of the Lance writer that wraps it."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self.error: JobError | None = None

    def __iter__(self) -> _RememberError:
        return self

    def __next__(self) -> pa.RecordBatch:
        try:
            return next(self._batches)
        except JobError as error:
            self.error = error
            raise


class MaterializedView:
    """Fills or refreshes a job's destination."""

    def __init__(self, spec: JobSpec, job: MaterializedViewJob, roots: list[str], events: Emitter) -> None:
        self._spec = spec
        self._job = job
        self._roots = roots
        self._events = events

    def run(self) -> Outcome:
        """Raises JobError, and leaves the destination's version as it was."""
        job, options = self._job, self._spec.storage_options
        with self._events.phase("plan scans"):
            source = open_table(job.source, options)
            scan = self._scan(source)
            state = self._state(source, scan)
            view = self._destination()
            fresh = view is not None and _state_of(view) == state
            counts = count_rows(source, scan.where) if not fresh else Counter[int]()
            tasks = [ViewTask(fragment, rows) for fragment, rows in counts.most_common() if rows]
            actors = min(capacity(job.workers, self._spec.worker_groups), len(tasks)) if tasks else 0
            self._tell(source, sum(counts.values()), len(tasks), actors)
        if view is not None and fresh:
            return Outcome(job.destination, view.version, rows=0, fragments=0, bytes_written=0)
        pool = Pool(ViewComputer(scan), job.workers, actors, self._events)
        found = [part for _, part in pool.run(tasks) if part is not None] if tasks else []
        parts = sorted(found, key=lambda part: part.fragment)
        return self._commit(scan, state, parts, view)

    def _scan(self, source: lance.LanceDataset) -> ViewScan:
        job = self._job
        select = tuple(source.schema.names) if job.select is None else job.select
        check_columns(source.schema, select, "select names")
        if job.where is not None:
            check_filter(source, job.where)
        computed = {column.column: udf.describe(column.udf, source.schema, self._roots) for column in job.columns}
        names = [*select, *(column.column for column in job.columns)]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise JobError(
                "COLUMN_TWICE",
                f"the view {job.name} has the column {twice[0]!r} twice",
                "rename it, or leave it out of select",
            )
        generators = [name for name, described in computed.items() if described.yields_rows]
        if len(generators) > 1:
            raise JobError(
                "UDF_YIELDS_ROWS",
                f"the columns {' and '.join(map(repr, generators))} of the view {job.name} are generators, "
                "and only one column can say how many rows there are",
                "yield structs from one generator",
            )
        fields = [source.schema.field(name) for name in select]
        fields += [pa.field(name, described.output) for name, described in computed.items()]
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

    def _state(self, source: lance.LanceDataset, scan: ViewScan) -> dict[str, Any]:
        """What the view's content depends on, as the destination's metadata keeps it."""
        job, bundle = self._job, self._spec.bundle
        definition = [
            list(scan.select),
            job.where,
            [[asdict(column), scan.computed[column.column].source_digest] for column in job.columns],
            bundle.digest if bundle else None,
            str(scan.schema),
        ]
        fragments = [fragment.metadata.to_json() for fragment in source.get_fragments()]
        return {
            "view": job.name,
            "source": job.source,
            "sourceVersion": source.version,
            "sourceContent": _digest(fragments),  # a version number alone would miss a table that was made anew
            "definition": _digest(definition),
        }

    def _destination(self) -> lance.LanceDataset | None:
        """The view as it is. None when there is nothing yet. Raises JobError(DESTINATION_NOT_A_VIEW)."""
        job = self._job
        try:
            view = open_table(job.destination, self._spec.storage_options)
        except JobError as error:
            if error.code != "TABLE_NOT_FOUND":
                raise
            path = local_path(job.destination)
            if (
                path is None
                or not path.exists()
                or (path.is_dir() and {entry.name for entry in path.iterdir()} <= {"data"})
            ):
                return None
            raise self._not_a_view("is not a Lance table") from None
        made_by = _state_of(view).get("view")
        if made_by is None:
            raise self._not_a_view("is a table that no view made")
        if made_by != job.name:
            raise self._not_a_view(f"belongs to the view {made_by!r}")
        return view

    def _not_a_view(self, problem: str) -> JobError:
        return JobError(
            "DESTINATION_NOT_A_VIEW",
            f"{self._job.destination} {problem}, so the view {self._job.name!r} does not replace it",
            "choose another destination, or remove what is there",
        )

    def _tell(self, source: lance.LanceDataset, rows: int, tasks: int, actors: int) -> None:
        self._events.plan(
            table=self._job.source,
            table_version=source.version,
            fragments=len(source.get_fragments()),
            rows=rows,
            rows_done=0,
            tasks=tasks,
            concurrency=actors,
        )

    def _commit(
        self, scan: ViewScan, state: dict[str, Any], parts: list[ViewPart], view: lance.LanceDataset | None
    ) -> Outcome:
        fragments = [fragment for part in parts for fragment in part.written]
        schema = scan.schema.with_metadata({_METADATA: json.dumps(state).encode()})
        with self._events.phase("commit"):
            try:
                version = lance.LanceDataset.commit(
                    scan.destination,
                    lance.LanceOperation.Overwrite(schema, fragments),
                    read_version=view.version if view else None,
                    storage_options=dict(scan.storage_options or {}) or None,
                ).version
            except CommitConflictError as error:
                raise JobError(
                    "COMMIT_CONFLICT",
                    f"{scan.destination}: {first_line(error)}",
                    "submit again when no other job writes the view",
                ) from None
        self._events.commit(table=scan.destination, table_version=version, fragments=len(fragments))
        return Outcome(
            scan.destination,
            version,
            rows=sum(part.rows for part in parts),
            fragments=len(fragments),
            bytes_written=sum(part.size for part in parts),
        )


def _state_of(view: lance.LanceDataset) -> dict[str, Any]:
    text = (view.schema.metadata or {}).get(_METADATA)
    return json.loads(text) if text else {}


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=dict).encode()).hexdigest()
