"""Where the leases of one column are, on a file system."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Holder:
    """Who holds a lease."""

    run: str
    nonce: str


class LeaseFolder(Protocol):
    """Numbered entries, each with its holder, and what the holders change to show that they live."""

    def current(self) -> tuple[int, Holder] | None:
        """The entry with the highest number."""

    def create(self, number: int, holder: Holder) -> bool:
        """Whether this call made the entry. Its beat is there before it."""

    def beat(self, holder: Holder, count: int) -> None:
        """Changes what `beat_of` tells."""

    def beat_of(self, holder: Holder) -> str:
        """The same as before: it has not shown that it lives."""

    def give_back(self, number: int, holder: Holder) -> None:
        """Removes the entry, unless it is somebody else's by now."""


class LocalLeaseFolder:
    """Entries are files, created by a link."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self) -> tuple[int, Holder] | None:
        while True:
            try:
                numbers = [int(path.stem) for path in self._folder.glob("*.json")]
                return (max(numbers), self._read(max(numbers))) if numbers else None
            except FileNotFoundError:
                if not self._folder.exists():
                    return None
                # given back between the two: look again

    def create(self, number: int, holder: Holder) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self.beat(holder, 0)
            with tempfile.NamedTemporaryFile("w", dir=self._folder, prefix="draft-") as draft:
                json.dump(asdict(holder), draft)
                draft.flush()
                os.link(draft.name, self._path(number))
        except FileExistsError:
            return False
        except FileNotFoundError:  # another run gave the folder back
            return False
        for older in range(max(1, number - 8), number):
            self._path(older).unlink(missing_ok=True)
        return True

    def beat(self, holder: Holder, count: int) -> None:
        draft = self._folder / f"draft-{holder.nonce}"
        draft.write_text(str(count))
        draft.replace(self._beat_path(holder))

    def beat_of(self, holder: Holder) -> str:
        try:
            return self._beat_path(holder).read_text()
        except FileNotFoundError:
            return ""

    def give_back(self, number: int, holder: Holder) -> None:
        self._beat_path(holder).unlink(missing_ok=True)
        with contextlib.suppress(OSError, ValueError):
            if self._read(number).nonce == holder.nonce:
                self._path(number).unlink()
        for folder in (self._folder, self._folder.parent):
            with contextlib.suppress(OSError):  # others are in there
                folder.rmdir()

    def _read(self, number: int) -> Holder:
        return Holder(**json.loads(self._path(number).read_text()))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.json"

    def _beat_path(self, holder: Holder) -> Path:
        return self._folder / f"beat-{holder.nonce}"
