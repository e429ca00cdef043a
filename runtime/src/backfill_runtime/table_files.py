"""Small files that a run keeps beside its table, on a file system or in an object store."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lance.file import LanceFileSession

from backfill_runtime.tables import local_path

Write = Callable[[str], object]


@dataclass(frozen=True)
class Journal:
    """A file that grows, at a path of this machine."""

    path: Path
    save: Callable[[], None]  # what is in it by then is beside the table


class TableFiles(Protocol):
    """Names are relative to the table, with `/` between their parts. A file is there whole, or not at all."""

    def create(self, name: str, write: Write) -> int:
        """Makes a file of what `write` writes to the path that it is given. Returns its bytes.

        A file that is there already stays, where the store can tell.
        """

    def names(self, folder: str) -> list[str]:
        """The files in a folder and in its folders, relative to it. None where there is no such folder."""

    def opened(self, name: str) -> AbstractContextManager[Path]:
        """A path to read the file by. Raises FileNotFoundError."""

    def exists(self, name: str, size: int) -> bool:
        """Whether the file is there; with another size it is not, where the store tells sizes."""

    def remove(self, name: str) -> None:
        """No file is no error."""

    def remove_folder(self, folder: str) -> None:
        """With all that is in it."""

    def journal(self, name: str) -> Journal:
        """A file to append to; what an earlier journal of that name holds stays in it."""


def table_files(table: str, storage_options: Mapping[str, str] | None) -> TableFiles:
    directory = local_path(table)
    return LocalFiles(directory) if directory else RemoteFiles(table, storage_options)


class ReadOnlyFiles:
    """Other files, for who only looks: nothing is made, and what would be removed stays."""

    def __init__(self, files: TableFiles) -> None:
        self._files = files
        self.names, self.opened, self.exists = files.names, files.opened, files.exists

    def create(self, name: str, write: Write) -> int:  # noqa: ARG002 - it is never called
        raise PermissionError(f"{name} is not written: this only looks")

    def remove(self, name: str) -> None:
        pass

    def remove_folder(self, folder: str) -> None:
        pass

    def journal(self, name: str) -> Journal:
        raise PermissionError(f"{name} is not written: this only looks")


class LocalFiles:
    """Files in the table's directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def create(self, name: str, write: Write) -> int:
        path = self._place(name)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".partial") as draft:
            write(draft.name)
            os.fsync(draft.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
        return path.stat().st_size

    def names(self, folder: str) -> list[str]:
        top = self._directory / folder
        return [str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()]

    def opened(self, name: str) -> AbstractContextManager[Path]:
        path = self._directory / name
        if not path.is_file():
            raise FileNotFoundError(name)
        return contextlib.nullcontext(path)

    def exists(self, name: str, size: int) -> bool:
        path = self._directory / name
        return path.is_file() and path.stat().st_size == size

    def remove(self, name: str) -> None:
        (self._directory / name).unlink(missing_ok=True)

    def remove_folder(self, folder: str) -> None:
        shutil.rmtree(self._directory / folder, ignore_errors=True)

    def journal(self, name: str) -> Journal:
        return Journal(self._place(name), lambda: None)

    def _place(self, name: str) -> Path:
        """Where a file goes. A table that somebody has removed does not come back as a folder of ours."""
        if not self._directory.is_dir():
            raise FileNotFoundError(f"there is no table at {self._directory} any more")
        path = self._directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class RemoteFiles:
    """Objects below the table's address, written and read as Lance does, with the same identity."""

    def __init__(self, table: str, storage_options: Mapping[str, str] | None) -> None:
        self._session = LanceFileSession(table, dict(storage_options or {}) or None)

    def create(self, name: str, write: Write) -> int:
        with tempfile.NamedTemporaryFile(suffix=".partial") as draft:
            write(draft.name)
            self._session.upload_file(draft.name, name)
            return Path(draft.name).stat().st_size

    def names(self, folder: str) -> list[str]:
        return [name.removeprefix(f"{folder}/") for name in self._session.list(folder)]

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[Path]:
        if not self._session.contains(name):
            raise FileNotFoundError(name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            self._session.download_file(name, str(path))
            yield path

    def exists(self, name: str, size: int) -> bool:  # noqa: ARG002 - Lance lists names only
        return bool(self._session.contains(name))

    def remove(self, name: str) -> None:
        try:
            self._session.delete_file(name)
        except OSError as error:
            if "not found" not in str(error):
                raise

    def remove_folder(self, folder: str) -> None:
        for path in self._session.list(folder):
            self.remove(path)

    def journal(self, name: str) -> Journal:
        folder = tempfile.TemporaryDirectory(prefix="backfill-journal-")
        path = Path(folder.name) / "journal"
        if self._session.contains(name):
            self._session.download_file(name, str(path))

        def save() -> None:
            if folder and path.exists():  # the folder lives as long as this function
                self._session.upload_file(str(path), name)

        return Journal(path, save)
