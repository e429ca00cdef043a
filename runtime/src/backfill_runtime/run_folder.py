"""`<table>/_backfill/<run>`: what a run keeps next to its table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote, unquote

from backfill_runtime.checkpoint import FragmentCheckpoints, Range, ranges_of
from backfill_runtime.column_tasks import ColumnFile
from backfill_runtime.table_files import Journal, TableFiles, table_files

_CHECKPOINTS = "checkpoints"
_ATTEMPT = "attempt-"


class RunFolder:
    """Records of finished fragments, and the checkpoints of those that are not. Both are created, never changed."""

    def __init__(self, files: TableFiles, run: str) -> None:
        self._files = files
        self._path = f"_backfill/{file_name(run)}"

    @classmethod
    def of(cls, table: str, run: str, storage_options: Mapping[str, str] | None) -> RunFolder:
        return cls(table_files(table, storage_options), run)

    def begin(self, attempt: int, columns: Sequence[str], at: float) -> None:
        """Says, for the time after this run, which columns it is about, and when it was alive, in Unix seconds."""
        content = json.dumps({"columns": [*columns], "at": at})
        self._files.create(f"{self._path}/{_ATTEMPT}{attempt}.json", lambda path: _write(path, content))

    def last_attempt(self) -> tuple[frozenset[str], float] | None:
        """What `begin` said last. None when the run has ended well, or another has cleared up after it."""
        found: list[tuple[frozenset[str], float]] = []
        for name in self._files.names(self._path):
            if name.startswith(_ATTEMPT):
                with self._files.opened(f"{self._path}/{name}") as path:
                    attempt = json.loads(path.read_text())
                found.append((frozenset(attempt["columns"]), attempt["at"]))
        return max(found, key=lambda attempt: attempt[1], default=None)

    def record(self, file: ColumnFile) -> None:
        """Creates the record in one step. Another attempt's record of the same work stays."""
        content = json.dumps(asdict(file))
        self._files.create(f"{self._path}/{_record(file.fragment, file.key)}", lambda path: _write(path, content))

    def forget(self, fragment: int, key: str) -> None:
        """Removes the checkpoints of a fragment that has its record, and that no actor is at any more."""
        self._files.remove_folder(f"{self._path}/{_checkpoints(fragment, key)}")

    def look(self) -> Found:
        """What is in it now: one listing, however many fragments there are."""
        return Found(self._files, self._path)

    def checkpoints(self, fragment: int, key: str) -> FragmentCheckpoints:
        return FragmentCheckpoints(self._files, f"{self._path}/{_checkpoints(fragment, key)}", fragment)

    def journal(self, name: str) -> Journal:
        return self._files.journal(f"{self._path}/{name}")

    def data_files(self) -> set[str]:
        """What data files the table has, committed or not."""
        return set(self._files.names("data"))

    def clear(self) -> None:
        """Removes what only a run that has not committed needs."""
        for name in self._files.names(self._path):
            if name.startswith(("fragment-", _ATTEMPT)) or ("/" not in name and name.endswith(".partial")):
                self._files.remove(f"{self._path}/{name}")
        self._files.remove_folder(f"{self._path}/{_CHECKPOINTS}")


class Found:
    """What a run's folder held when it was looked at."""

    def __init__(self, files: TableFiles, path: str) -> None:
        self._files = files
        self._path = path
        self._records: set[str] = set()
        self._checkpoints: dict[str, list[str]] = {}
        for name in files.names(path):
            folder, _, last = name.rpartition("/")
            if folder:
                self._checkpoints.setdefault(folder, []).append(last)
            else:
                self._records.add(last)

    def file(self, fragment: int, key: str) -> ColumnFile | None:
        """The finished file of a fragment, if its record and the file itself are there."""
        record = _record(fragment, key)
        if record not in self._records:
            return None
        with self._files.opened(f"{self._path}/{record}") as path:
            file = ColumnFile(**json.loads(path.read_text()))
        if self._files.exists(f"data/{file.name}", file.size):
            return file
        self._files.remove(f"{self._path}/{record}")  # Lance's cleanup took the file
        return None

    def ranges(self, fragment: int, key: str) -> list[Range]:
        """Of the checkpoints of a fragment, in order."""
        return ranges_of(self._checkpoints.get(_checkpoints(fragment, key), []))


def unfinished_runs(files: TableFiles) -> list[str]:
    """The runs beside a table that have begun and not ended well, in one listing however many there were."""
    paths = [name.split("/") for name in files.names("_backfill")]
    return sorted({unquote(path[0]) for path in paths if len(path) == 2 and path[1].startswith(_ATTEMPT)})


def file_name(text: str) -> str:
    """`text` as the name of a file that is no path, and no hidden file."""
    return quote(text, safe="").replace(".", "%2E")


def _record(fragment: int, key: str) -> str:
    return f"fragment-{fragment}-{key}.json"


def _checkpoints(fragment: int, key: str) -> str:
    return f"{_CHECKPOINTS}/{fragment}-{key}"


def _write(path: str, content: str) -> None:
    Path(path).write_text(content)
