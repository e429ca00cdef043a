"""Where the leases of one column are, in an object store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import lance
import pyarrow as pa

from backfill_runtime.lease_folder import Holder
from backfill_runtime.table_files import RemoteFiles

_SUFFIX = ".lance"


class RemoteLeaseFolder:
    """Entries are tables of one row, at their first version: Lance makes sure in any store that only one writes it.

    Of two that create a table at once, Lance makes the other one's the second version, and tells both that it is done.
    """

    def __init__(self, table: str, folder: str, storage_options: Mapping[str, str] | None) -> None:
        self._options = dict(storage_options or {}) or None
        self._files = RemoteFiles(table, storage_options)
        self._folder = folder
        self._uri = f"{table.rstrip('/')}/{folder}"

    def current(self) -> tuple[int, Holder] | None:
        entries = {name.partition(_SUFFIX)[0] for name in self._files.names(self._folder) if _SUFFIX in name}
        for number in sorted(map(int, entries), reverse=True):
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
        self._files.create(self._beat_name(holder), lambda path: Path(path).write_text(str(count)))

    def beat_of(self, holder: Holder) -> str:
        try:
            with self._files.opened(self._beat_name(holder)) as path:
                return path.read_text()
        except FileNotFoundError:
            return ""

    def give_back(self, number: int, holder: Holder) -> None:
        self._files.remove(self._beat_name(holder))
        if self._read(number) != holder:
            return
        # The version first: without it there is no entry, whatever else is left.
        entry = f"{self._folder}/{number}{_SUFFIX}"
        for name in sorted(self._files.names(entry), key=lambda name: not name.startswith("_versions/")):
            self._files.remove(f"{entry}/{name}")

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
