"""Where the leases of one column are, in an object store."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import lance
import pyarrow as pa
from lance.file import LanceFileSession

from backfill_runtime.lease_folder import Holder

_SUFFIX = ".lance"


class RemoteLeaseFolder:
    """Entries are tables of one row, at their first version: Lance makes sure in any store that only one writes it.

    Of two that create a table at once, Lance makes the other one's the second version, and tells both that it is done.
    """

    def __init__(self, table: str, folder: str, storage_options: Mapping[str, str] | None) -> None:
        self._options = dict(storage_options or {}) or None
        self._session = LanceFileSession(table, self._options)
        self._folder = folder
        self._uri = f"{table.rstrip('/')}/{folder}"

    def current(self) -> tuple[int, Holder] | None:
        entries = self._session.list_with_delimiter(self._folder).common_prefixes
        names = [entry.rstrip("/").rpartition("/")[2] for entry in entries]
        for number in sorted((int(name.removesuffix(_SUFFIX)) for name in names), reverse=True):
            holder = self._read(number)
            if holder:
                return number, holder
        return None

    def create(self, number: int, holder: Holder) -> bool:
        self.beat(holder, 0)
        try:
            lance.write_dataset(
                pa.Table.from_pylist([asdict(holder)]), self._entry(number), storage_options=self._options
            )
        except (OSError, ValueError) as error:
            if self._read(number) is None:
                raise OSError(str(error)) from None
        return self._read(number) == holder

    def beat(self, holder: Holder, count: int) -> None:
        with tempfile.NamedTemporaryFile("w") as draft:
            draft.write(str(count))
            draft.flush()
            self._session.upload_file(draft.name, self._beat_name(holder))

    def beat_of(self, holder: Holder) -> str:
        name = self._beat_name(holder)
        if not self._session.contains(name):
            return ""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "beat"
            self._session.download_file(name, str(path))
            return path.read_text()

    def give_back(self, number: int, holder: Holder) -> None:
        if self._session.contains(self._beat_name(holder)):
            self._session.delete_file(self._beat_name(holder))
        if self._read(number) != holder:
            return
        # The version first: without it there is no entry, whatever else is left.
        names = self._session.list(f"{self._folder}/{number}{_SUFFIX}")
        for name in sorted(names, key=lambda name: "/_versions/" not in name):
            self._session.delete_file(name)

    def _read(self, number: int) -> Holder | None:
        """None for one that is not there, not whole yet, or on its way out."""
        try:
            first = lance.dataset(self._entry(number), version=1, storage_options=self._options)
            (row,) = first.to_table().to_pylist()
        except (OSError, ValueError) as error:
            if "ot found" in str(error):
                return None
            raise
        return Holder(**row)

    def _entry(self, number: int) -> str:
        return f"{self._uri}/{number}{_SUFFIX}"

    def _beat_name(self, holder: Holder) -> str:
        return f"{self._folder}/beat-{holder.nonce}"
