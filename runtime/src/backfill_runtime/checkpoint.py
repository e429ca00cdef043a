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
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import lance

from backfill_runtime.column_writer import ColumnFile
from backfill_runtime.job_spec import BackfillJob, BundleRef
from backfill_runtime.tables import local_path
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


def fragment_key(job: str, fragment: lance.LanceFragment) -> str:
    """Of the job's digest and the fragment's content. Deletions leave it as it is: computed values stay right."""
    files = [[str(file.path), list(file.fields)] for file in fragment.data_files()]
    return _digest([job, fragment.fragment_id, fragment.physical_rows, files])[:_KEY_LENGTH]


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()
