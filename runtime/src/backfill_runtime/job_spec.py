"""Runtime job spec v1: parsed and checked by hand, so that workers need no schema library. Standard library only.

The contract is `schemas/runtime-job-spec.v1.schema.json`; the tests hold both to the same fixtures.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backfill_runtime.errors import JobError
from backfill_runtime.fields import SAME_RELEASE
from backfill_runtime.fields import Fields as Fields  # for the manifest of a bundle, too
from backfill_runtime.fields import check_version as check_version

ENVIRONMENT_VARIABLE = "BACKFILL_JOB_SPEC"
SCHEMA = "runtime-job-spec/v1"

_SHA256 = r"[0-9a-f]{64}"
_CREDENTIALS = re.compile(
    r"^[a-z][a-z0-9+.-]*://[^/@]*:[^/@]*@|[?&](sig|token|password|[a-z-]*key|[a-z-]*signature)=", re.IGNORECASE
)
_STORE = r"(file|s3|gs|az)://.*"
_NAME = r"[a-z]([-a-z0-9]*[a-z0-9])?"
_RETRIES = 3  # of onError: retry
_LONGEST_RETRY_SECONDS = 60.0
_UDF = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*"


@dataclass(frozen=True)
class BundleRef:
    """Where the workspace bundle is, and what its manifest must hash to."""

    store: str
    digest: str
    manifest_sha256: str


@dataclass(frozen=True)
class UdfRef:
    """A user's function and how it meets the table."""

    name: str
    inputs: Mapping[str, str] | None = None
    output_type: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Workers:
    """The Ray actors that run the function."""

    group: str | None = None
    concurrency: int | None = None
    num_cpus: float = 1.0
    num_gpus: float = 0.0
    memory_bytes: int | None = None


@dataclass(frozen=True)
class WorkerGroup:
    """Nodes of one kind that the cluster may grow by."""

    name: str
    cpus: int
    memory_bytes: int
    gpus: int
    max_replicas: int


@dataclass(frozen=True)
class ErrorPolicy:
    """What happens to a row whose value cannot be computed."""

    skips: bool = False  # it becomes null; else it ends the run
    retries: int = 0  # before that
    retry_seconds: float = 1.0  # before the first one; twice as long each time
    batch_timeout_seconds: float | None = None

    @property
    def pauses(self) -> list[float]:
        """Seconds to wait before each further attempt."""
        return [min(self.retry_seconds * 2**attempt, _LONGEST_RETRY_SECONDS) for attempt in range(self.retries)]

    @property
    def recovers(self) -> bool:
        return self.skips or self.retries > 0


@dataclass(frozen=True)
class BackfillJob:
    """Computes one column of one table, or several with one function."""

    name: str
    table: str
    columns: tuple[str, ...]
    udf: UdfRef
    spread: bool = False  # each column gets a field of the structs that the function gives
    where: str | None = None
    batch_rows: int | None = None
    checkpoint_rows: int | None = None
    checkpoint_seconds: int | None = None
    errors: ErrorPolicy = ErrorPolicy()
    commit_every: int | None = None  # fragments; None: all at once
    follow_appends: bool = True
    wait: bool = False  # for a run that writes the same column
    workers: Workers = Workers()


@dataclass(frozen=True)
class ViewColumn:
    """A computed column of a view, or several that one function computes."""

    columns: tuple[str, ...]
    udf: UdfRef
    spread: bool = False  # each column gets a field of the structs that the function gives


@dataclass(frozen=True)
class MaterializedViewJob:
    """Keeps a destination table equal to a query and functions over a source table."""

    name: str
    source: str
    destination: str
    select: tuple[str, ...] | None = None
    where: str | None = None
    columns: tuple[ViewColumn, ...] = ()
    batch_rows: int | None = None
    workers: Workers = Workers()


@dataclass(frozen=True)
class JobSpec:
    """What one attempt of a run has to do."""

    run: str
    attempt: int
    environment: str
    bundle: BundleRef | None
    job: BackfillJob | MaterializedViewJob
    storage_options: Mapping[str, str] | None = None
    worker_groups: tuple[WorkerGroup, ...] | None = None  # None: not known


def from_environment(environ: Mapping[str, str] = os.environ) -> JobSpec:
    """The spec of this process. Raises JobError(SPEC_MISSING) when the environment holds none."""
    text = environ.get(ENVIRONMENT_VARIABLE)
    if not text:
        raise JobError(
            "SPEC_MISSING",
            f"the environment variable {ENVIRONMENT_VARIABLE} is not set",
            "submit the job with geneva-stack",
        )
    return parse(text)


def parse(text: str) -> JobSpec:
    """Raises JobError(SPEC_INVALID or SPEC_VERSION) naming the field that is wrong."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise JobError("SPEC_INVALID", f"the job spec is not JSON: {error}", SAME_RELEASE) from None
    check_version(data, SCHEMA, "SPEC_VERSION")
    spec = Fields(data, "job spec", "SPEC_INVALID")
    spec.const("schema", SCHEMA)
    parsed = JobSpec(
        run=spec.string("run"),
        attempt=spec.integer("attempt", minimum=1),
        environment=spec.string("environment"),
        bundle=_bundle(spec),
        job=_job(spec.child("job")),
        storage_options=_string_map(spec, "storageOptions", allow_empty=True),
        worker_groups=_worker_groups(spec),
    )
    spec.done()
    return parsed


def _bundle(spec: Fields) -> BundleRef | None:
    if spec.null("bundle"):
        return None
    bundle = spec.child("bundle")
    ref = BundleRef(
        store=_address(bundle, "store", _STORE),
        digest=bundle.string("digest", pattern=_SHA256),
        manifest_sha256=bundle.string("manifestSha256", pattern=_SHA256),
    )
    bundle.done()
    return ref


def _address(fields: Fields, key: str, pattern: str = r"(?s:.+)") -> str:
    """Of a table or a store. Events and messages show it, so that it must not hold a secret; nor is that shown here."""
    if _CREDENTIALS.search(fields.string(key)):
        raise fields.invalid(key, "holds credentials, which events show: leave them to the identity of the nodes")
    return fields.string(key, pattern=pattern)


def _worker_groups(spec: Fields) -> tuple[WorkerGroup, ...] | None:
    if not spec.has("workerGroups"):
        return None
    return tuple(_worker_group(group) for group in spec.children("workerGroups", minimum=0))


def _worker_group(fields: Fields) -> WorkerGroup:
    fields.integer("minReplicas", minimum=0)
    fields.integer("idleTimeoutSeconds", minimum=1)
    group = WorkerGroup(
        name=fields.string("name", pattern=_NAME, maximum=63),
        cpus=fields.integer("cpus", minimum=1),
        memory_bytes=fields.integer("memoryBytes", minimum=1),
        gpus=fields.integer("gpus", minimum=0),
        max_replicas=fields.integer("maxReplicas", minimum=0),
    )
    fields.done()
    return group


def _job(job: Fields) -> BackfillJob | MaterializedViewJob:
    readers: dict[str, Callable[[Fields], BackfillJob | MaterializedViewJob]] = {
        "backfill": _backfill,
        "materialized-view": _materialized_view,
    }
    kind = job.string("kind")
    if kind not in readers:
        raise job.invalid("kind", f"is {kind!r}, expected one of: {', '.join(readers)}")
    parsed = readers[kind](job)
    job.done()
    return parsed


def _backfill(job: Fields) -> BackfillJob:
    return BackfillJob(
        name=job.string("name", pattern=_NAME, maximum=63),
        table=_address(job, "table"),
        columns=_columns(job),
        spread=job.has("columns"),
        udf=_udf(job),
        where=job.optional_string("where"),
        batch_rows=job.optional_integer("batchRows", minimum=1),
        checkpoint_rows=job.optional_integer("checkpointRows", minimum=1),
        checkpoint_seconds=job.optional_integer("checkpointSeconds", minimum=1),
        errors=_errors(job),
        commit_every=job.optional_integer("commitEvery", minimum=1),
        follow_appends=job.boolean("followAppends") if job.has("followAppends") else True,
        wait=job.boolean("wait") if job.has("wait") else False,
        workers=_workers(job),
    )


def _errors(job: Fields) -> ErrorPolicy:
    on_error = job.string("onError", pattern="fail|skip|retry") if job.has("onError") else "fail"
    retries = job.optional_integer("retries", minimum=0)
    return ErrorPolicy(
        skips=on_error == "skip",
        retries=(_RETRIES if on_error == "retry" else 0) if retries is None else retries,
        retry_seconds=job.number("retrySeconds", minimum=0.0) if job.has("retrySeconds") else 1.0,
        batch_timeout_seconds=job.number("batchTimeoutSeconds", above=0.0) if job.has("batchTimeoutSeconds") else None,
    )


def _materialized_view(job: Fields) -> MaterializedViewJob:
    return MaterializedViewJob(
        name=job.string("name", pattern=_NAME, maximum=63),
        source=_address(job, "source"),
        destination=_address(job, "destination"),
        select=_names(job, "select") if job.has("select") else None,
        where=job.optional_string("where"),
        columns=tuple(_view_column(column) for column in job.children("columns")) if job.has("columns") else (),
        batch_rows=job.optional_integer("batchRows", minimum=1),
        workers=_workers(job),
    )


def _view_column(fields: Fields) -> ViewColumn:
    column = ViewColumn(_columns(fields), _udf(fields), spread=fields.has("columns"))
    fields.done()
    return column


def _columns(fields: Fields) -> tuple[str, ...]:
    if fields.has("column") and fields.has("columns"):
        raise fields.invalid("columns", "must not be there together with column")
    return _names(fields, "columns") if fields.has("columns") else (fields.string("column"),)


def _udf(fields: Fields) -> UdfRef:
    return UdfRef(
        name=fields.string("udf", pattern=_UDF),
        inputs=_string_map(fields, "inputs", allow_empty=False),
        output_type=fields.optional_string("outputType"),
        version=fields.optional_string("udfVersion"),
    )


def _workers(job: Fields) -> Workers:
    if not job.has("workers"):
        return Workers()
    fields = job.child("workers")
    workers = Workers(
        group=fields.string("group", pattern=_NAME, maximum=63) if fields.has("group") else None,
        concurrency=fields.optional_integer("concurrency", minimum=1),
        num_cpus=fields.number("numCpus", above=0.0) if fields.has("numCpus") else 1.0,
        num_gpus=fields.number("numGpus", minimum=0.0) if fields.has("numGpus") else 0.0,
        memory_bytes=fields.optional_integer("memoryBytes", minimum=1),
    )
    fields.done()
    return workers


def _names(job: Fields, key: str) -> tuple[str, ...]:
    names = job.array(key)
    if not all(isinstance(name, str) and name for name in names) or len(set(names)) != len(names):
        raise job.invalid(key, "must name each column once")
    return tuple(names)


def _string_map(fields: Fields, key: str, *, allow_empty: bool) -> Mapping[str, str] | None:
    """A map of strings; `allow_empty` says whether it, and a value of it, may be empty."""
    if not fields.has(key):
        return None
    values = fields.mapping(key)
    if not all(isinstance(value, str) and (value or allow_empty) for value in values.values()):
        raise fields.invalid(key, "must map strings to strings")
    if not values and not allow_empty:
        raise fields.invalid(key, "must not be empty")
    return values
