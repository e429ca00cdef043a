"""Names for what computed values depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import lance
import pyarrow as pa

from backfill_runtime.job_spec import BackfillJob, BundleRef
from backfill_runtime.tables import fields_of
from backfill_runtime.udf import Udf

_KEY_LENGTH = 32


@dataclass(frozen=True)
class FragmentKeys:
    """Names what a fragment's computed values depend on: the job's digest and the files that hold `columns`.

    Deletions leave a key as it is: computed values stay right. So do other columns: they may come and go meanwhile.
    """

    job: str
    columns: tuple[str, ...]  # that are read or written

    @classmethod
    def of(cls, job: BackfillJob, udf: Udf, bundle: BundleRef | None, table: pa.Schema) -> FragmentKeys:
        filtered = [name for name in table.names if job.where and name.casefold() in job.where.casefold()]
        return cls(_job_digest(job, udf, bundle), (*udf.columns, *filtered, *job.columns))

    def at(self, table: lance.LanceDataset) -> Callable[[lance.LanceFragment], str]:
        """The key of a fragment of this version of the table."""
        used = fields_of(table, self.columns)
        return lambda fragment: _fragment_key(self.job, used, fragment)


def _job_digest(job: BackfillJob, udf: Udf, bundle: BundleRef | None) -> str:
    """Of all that a computed value depends on, but for the table's content."""
    return _digest(
        [
            [*job.columns],
            job.spread,
            job.where,
            job.udf.name,
            job.udf.version,
            job.errors.skips,
            udf.source_digest,
            bundle.digest if bundle else None,
            str(udf.output),
            list(zip(udf.arguments, udf.columns, strict=True)),
        ]
    )


def _fragment_key(job: str, used: set[int], fragment: lance.LanceFragment) -> str:
    metadata = fragment.metadata
    held = [(str(file.path), sorted(used.intersection(file.fields))) for file in metadata.files]
    files = [[path, fields] for path, fields in held if fields]
    return _digest([job, metadata.id, metadata.physical_rows, files])[:_KEY_LENGTH]


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()
