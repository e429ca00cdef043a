"""`<table>/_backfill/<run>`: what a run keeps next to its table.

What an earlier run saved and nobody committed is as good for a later one that does the same: names of checkpoints and
records say all that their values depend on. So a run reads the folders of such runs, too, and writes to its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from backfill_runtime.checkpoint import FragmentCheckpoints, Range, ranges_of
from backfill_runtime.column_tasks import ColumnFile
from backfill_runtime.events import Emitter
from backfill_runtime.table_files import Journal, TableFiles, table_files

_CHECKPOINTS = "checkpoints"
_ATTEMPT = "attempt-"

_LONGEST_NAME = 255  # bytes, on the file systems that there are
_KEPT_CHARACTERS = 18  # of a longer name: each takes 12 bytes at most, and a digest follows


class RunFolder:
    """Records of finished fragments, and the checkpoints of those that are not. Both are created, never changed."""

    def __init__(self, files: TableFiles, run: str, earlier: Sequence[str] = ()) -> None:
        """`earlier` are runs that did the same and ended before their time."""
        self._files = files
        self._paths = [f"_backfill/{file_name(each)}" for each in (run, *earlier)]

    @classmethod
    def of(
        cls, table: str, run: str, storage_options: Mapping[str, str] | None, earlier: Sequence[str] = ()
    ) -> RunFolder:
        return cls(table_files(table, storage_options), run, earlier)

    def begin(self, attempt: int, columns: Sequence[str], job: str, at: float, version: int) -> None:
        """Says, for the time after this run, which columns it is about, the digest of its job, when it was alive, in
        Unix seconds, and at which version of the table."""
        content = json.dumps({"columns": [*columns], "job": job, "at": at, "version": version})
        self._files.create(f"{self._path}/{_ATTEMPT}{attempt}.json", lambda path: _write(path, content))

    def last_attempt(self) -> Attempt | None:
        """What `begin` said last. None when the run has ended well, or another has cleared up after it."""
        return max(self._attempts(self._path), key=lambda attempt: attempt.at, default=None)

    def first_version(self) -> int | None:
        """Of the table, when the run or one that it goes on with began. None when none has."""
        found = [attempt.version for path in self._paths for attempt in self._attempts(path)]
        return min(found, default=None)

    def _attempts(self, path: str) -> Iterator[Attempt]:
        for name in self._files.names(path):
            if name.startswith(_ATTEMPT):
                with self._files.opened(f"{path}/{name}") as file:
                    said = json.loads(file.read_text())
                yield Attempt(frozenset(said["columns"]), said.get("job"), said["at"], said.get("version", 0))

    @property
    def _path(self) -> str:
        return self._paths[0]

    def record(self, file: ColumnFile) -> None:
        """Creates the record in one step. Another attempt's record of the same work stays."""
        content = json.dumps(asdict(file))
        self._files.create(f"{self._path}/{_record(file.fragment, file.key)}", lambda path: _write(path, content))

    def forget(self, fragment: int, key: str) -> None:
        """Removes the checkpoints of a fragment that has its record, and that no actor is at any more."""
        for path in self._paths:
            self._files.remove_folder(f"{path}/{_checkpoints(fragment, key)}")

    def discard(self, fragment: int, key: str) -> None:
        """Removes all that is there of a fragment."""
        self.forget(fragment, key)
        for path in self._paths:
            self._files.remove(f"{path}/{_record(fragment, key)}")

    def look(self) -> Found:
        """What is in it now: one listing, however many fragments there are."""
        return Found(self._files, self._paths)

    def checkpoints(self, fragment: int, key: str) -> FragmentCheckpoints:
        folders = [f"{path}/{_checkpoints(fragment, key)}" for path in self._paths]
        return FragmentCheckpoints(self._files, folders, fragment)

    def journal(self, name: str) -> Journal:
        return self._files.journal(f"{self._path}/{name}")

    def keep(self, events: Emitter) -> None:
        """What is told from here on is in the folder, too."""
        journal = self.journal("events.ndjson")
        events.also_to(journal.path, journal.save)

    def data_files(self) -> set[str]:
        """What data files the table has, committed or not."""
        return set(self._files.names("data"))

    def clear(self) -> None:
        """Removes what only a run that has not committed needs."""
        for folder in self._paths:
            for name in self._files.names(folder):
                if name.startswith(("fragment-", _ATTEMPT)) or ("/" not in name and name.endswith(".partial")):
                    self._files.remove(f"{folder}/{name}")
            self._files.remove_folder(f"{folder}/{_CHECKPOINTS}")


@dataclass(frozen=True)
class Attempt:
    """What a run that has not ended well was about."""

    columns: frozenset[str]
    job: str | None  # a digest; earlier releases wrote none
    at: float  # Unix seconds
    version: int  # of the table; earlier releases wrote none


class Found:
    """What the folders of a run, and of runs before it, held when they were looked at."""

    def __init__(self, files: TableFiles, paths: Sequence[str]) -> None:
        self._files = files
        self._records: dict[str, list[str]] = {}
        self._checkpoints: dict[str, list[str]] = {}
        for path in paths:
            for name in files.names(path):
                folder, _, last = name.rpartition("/")
                if folder:
                    self._checkpoints.setdefault(folder, []).append(last)
                else:
                    self._records.setdefault(last, []).append(f"{path}/{last}")

    def file(self, fragment: int, key: str) -> ColumnFile | None:
        """The finished file of a fragment, if its record and the file itself are there."""
        for record in self._records.get(_record(fragment, key), []):
            with self._files.opened(record) as path:
                file = ColumnFile(**json.loads(path.read_text()))
            if self._files.exists(f"data/{file.name}", file.size):
                return file
            self._files.remove(record)  # Lance's cleanup took the file
        return None

    def ranges(self, fragment: int, key: str) -> list[Range]:
        """Of the checkpoints of a fragment, in order."""
        return ranges_of(self._checkpoints.get(_checkpoints(fragment, key), []))


def other_unfinished_runs(files: TableFiles, run: str) -> list[str]:
    """The runs beside a table that have begun and not ended well, but this one. One listing however many there are.

    Not by their whole names where these are too long, but by some that lead to the same folders.
    """
    paths = [name.split("/") for name in files.names("_backfill")]
    folders = {path[0] for path in paths if len(path) == 2 and path[1].startswith(_ATTEMPT)}
    return sorted(unquote(folder) for folder in folders - {file_name(run)})


def earlier_runs(files: TableFiles, run: str, job: str) -> list[str]:
    """Runs that began the same job, by its digest, and did not end well. Nobody else may be at it: see `Lease`."""
    others = other_unfinished_runs(files, run)
    attempts = [RunFolder(files, other).last_attempt() for other in others]
    return [other for other, attempt in zip(others, attempts, strict=True) if attempt and attempt.job == job]


def file_name(text: str) -> str:
    """`text` as the name of a file that is no path, and no hidden file. Unquoted, it gives the same name again."""
    name = _quoted(text)
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{_quoted(text[:_KEPT_CHARACTERS])}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _quoted(text: str) -> str:
    return quote(text, safe="").replace(".", "%2E")


def _record(fragment: int, key: str) -> str:
    return f"fragment-{fragment}-{key}.json"


def _checkpoints(fragment: int, key: str) -> str:
    return f"{_CHECKPOINTS}/{fragment}-{key}"


def _write(path: str, content: str) -> None:
    Path(path).write_text(content)
