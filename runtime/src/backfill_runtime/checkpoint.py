"""Finished fragments of a run, so that a later attempt does not compute them again.

A checkpoint is the fragment's column file itself, in the table's data folder, and a small record in the run's folder
that names it. The record's own name holds a key over all that the values depend on: a record of another function,
filter or fragment content has another name, so that whatever is found is valid. Records are created, never changed.

Only tables on a file system have checkpoints so far.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import lance
import pyarrow as pa

from backfill_runtime.column_writer import ColumnFile
from backfill_runtime.job_spec import BackfillJob, BundleRef
from backfill_runtime.tables import field_ids, local_path
from backfill_runtime.udf import Udf

_KEY_LENGTH = 32


class RunFolder:
    """`<table>/_backfill/<run>`: what a run keeps next to its table."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, table: str, run: str) -> RunFolder | None:
        """The folder, made if need be. None for a table that is not on a file system."""
        directory = local_path(table)
        if directory is None:
            return None
        path = directory / "_backfill" / quote(run, safe="").replace(".", "%2E")
        path.mkdir(parents=True, exist_ok=True)
        return cls(path)

    def record(self, file: ColumnFile) -> None:
        """Creates the record in one step. Another attempt's record of the same work stays."""
        with tempfile.NamedTemporaryFile("w", dir=self.path, suffix=".partial") as draft:
            json.dump(asdict(file), draft)
            draft.flush()
            os.fsync(draft.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, self._record_path(file.fragment, file.key))

    def find(self, fragment: int, key: str) -> ColumnFile | None:
        """The finished file of a fragment, if its record and the file itself are there."""
        try:
            file = ColumnFile(**json.loads(self._record_path(fragment, key).read_text()))
        except FileNotFoundError:
            return None
        data = self.path.parent.parent / "data" / file.name
        return file if data.is_file() and data.stat().st_size == file.size else None

    def clear(self) -> None:
        """Removes the records of a run that has committed."""
        for record in [*self.path.glob("fragment-*.json"), *self.path.glob("*.partial")]:
            record.unlink(missing_ok=True)

    def _record_path(self, fragment: int, key: str) -> Path:
        return self.path / f"fragment-{fragment}-{key}.json"


def job_digest(job: BackfillJob, udf: Udf, bundle: BundleRef | None) -> str:
    """Of all that a computed value depends on, but for the table's content."""
    return _digest(
        [
            job.column,
            job.where,
            job.udf.name,
            job.udf.version,
            udf.source_digest,
            bundle.digest if bundle else None,
            str(udf.output),
            list(zip(udf.arguments, udf.columns, strict=True)),
        ]
    )


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
        return cls(job_digest(job, udf, bundle), (*udf.columns, *filtered, job.column))

    def at(self, table: lance.LanceDataset) -> Callable[[lance.LanceFragment], str]:
        """The key of a fragment of this version of the table."""
        used = {field_id for column in self.columns for field_id in field_ids(table, column)}
        return lambda fragment: _fragment_key(self.job, used, fragment)


def _fragment_key(job: str, used: set[int], fragment: lance.LanceFragment) -> str:
    held = [(str(file.path), sorted(used.intersection(file.fields))) for file in fragment.metadata.files]
    files = [[path, fields] for path, fields in held if fields]
    return _digest([job, fragment.fragment_id, fragment.physical_rows, files])[:_KEY_LENGTH]


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()
