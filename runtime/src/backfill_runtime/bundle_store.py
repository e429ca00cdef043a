"""Where bundles are read from. Standard library only."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from backfill_runtime.errors import JobError
from backfill_runtime.shard import Shard

_CHUNK = 1 << 20


class BundleStore(Protocol):
    """A store of published bundles, for reading."""

    def read(self, key: str, *, missing: str) -> bytes:
        """The object `key`. Raises JobError with the code `missing` when there is none."""

    def fetch(self, shard: Shard, target: Path) -> None:
        """Copies the shard's zip to `target`. Raises JobError when it is missing or not the one that was published."""


def open_store(url: str) -> BundleStore:
    """Raises JobError(STORE_NOT_SUPPORTED) for a scheme that this runtime cannot read."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise JobError(
            "STORE_NOT_SUPPORTED",
            f"this runtime cannot read a bundle store of scheme {parts.scheme}:// yet",
            "publish the bundle to a file:// store that all nodes mount",
        )
    return LocalStore(Path(unquote(parts.path)), url)


class LocalStore:
    """A store in a directory that every node sees."""

    def __init__(self, directory: Path, url: str) -> None:
        self._directory = directory
        self._url = url

    def read(self, key: str, *, missing: str) -> bytes:
        with self._open(key, missing) as file:
            return file.read()

    def fetch(self, shard: Shard, target: Path) -> None:
        digest = hashlib.sha256()
        size = 0
        with self._open(shard.object_name, "SHARD_MISSING") as source, target.open("xb") as copy:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > shard.zip_bytes:
                    break
                copy.write(chunk)
        if size != shard.zip_bytes:
            raise self._damaged(shard, f"does not have the {shard.zip_bytes} bytes that the manifest names")
        if digest.hexdigest() != shard.zip_sha256:
            raise self._damaged(shard, "has another SHA-256 than the manifest names")

    def _open(self, key: str, missing: str) -> BinaryIO:
        try:
            return (self._directory / key).open("rb")
        except FileNotFoundError:
            raise JobError(
                missing, f"{key} is not in {self._url}", "publish the bundle again: geneva-stack publish"
            ) from None

    def _damaged(self, shard: Shard, problem: str) -> JobError:
        return JobError(
            "SHARD_DAMAGED",
            f"{shard.object_name} in {self._url} {problem}",
            "delete that object and publish the bundle again",
        )
