"""A bundle store in a directory that every node mounts. Standard library only."""

from __future__ import annotations

from pathlib import Path

from backfill_runtime.object_clients.reader import CHUNK, ObjectMissingError, StoreRefusedError, Write


class DirectoryReader:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def download(self, key: str, write: Write) -> None:
        try:
            file = (self._directory / key).open("rb")
        except FileNotFoundError:
            raise ObjectMissingError(key) from None
        except OSError as error:
            raise StoreRefusedError(str(error)) from None
        with file:
            while chunk := file.read(CHUNK):
                write(chunk)
