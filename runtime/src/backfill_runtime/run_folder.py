"""`<table>/_backfill/<run>`: what a run keeps next to its table. Only tables on a file system have one so far."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

from backfill_runtime.checkpoint import FragmentCheckpoints
from backfill_runtime.column_tasks import ColumnFile
from backfill_runtime.tables import local_path

_CHECKPOINTS = "checkpoints"


class RunFolder:
    """Records of finished fragments, and the checkpoints of those that are not. Both are created, never changed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, table: str, run: str) -> RunFolder | None:
        """The folder, made if need be. None for a table that is not on a file system."""
        directory = local_path(table)
        if directory is None:
            return None
        path = directory / "_backfill" / file_name(run)
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
        shutil.rmtree(self._checkpoints_path(file.fragment, file.key), ignore_errors=True)

    def find(self, fragment: int, key: str) -> ColumnFile | None:
        """The finished file of a fragment, if its record and the file itself are there."""
        try:
            file = ColumnFile(**json.loads(self._record_path(fragment, key).read_text()))
        except FileNotFoundError:
            return None
        data = self.path.parent.parent / "data" / file.name
        if data.is_file() and data.stat().st_size == file.size:
            return file
        self._record_path(fragment, key).unlink()  # Lance's cleanup took the file
        return None

    def checkpoints(self, fragment: int, key: str) -> FragmentCheckpoints:
        return FragmentCheckpoints(self._checkpoints_path(fragment, key), fragment)

    def clear(self) -> None:
        """Removes what only a run that has not committed needs."""
        for record in [*self.path.glob("fragment-*.json"), *self.path.glob("*.partial")]:
            record.unlink(missing_ok=True)
        shutil.rmtree(self.path / _CHECKPOINTS, ignore_errors=True)

    def _record_path(self, fragment: int, key: str) -> Path:
        return self.path / f"fragment-{fragment}-{key}.json"

    def _checkpoints_path(self, fragment: int, key: str) -> Path:
        return self.path / _CHECKPOINTS / f"{fragment}-{key}"


def file_name(text: str) -> str:
    """`text` as the name of a file that is no path, and no hidden file."""
    return quote(text, safe="").replace(".", "%2E")
