"""Where bundles are read from, and that what is read is what was published. Standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from backfill_runtime.errors import JobError, first_line
from backfill_runtime.object_clients.directory import DirectoryReader
from backfill_runtime.object_clients.reader import (
    ObjectMissingError,
    ObjectReader,
    StoreRefusedError,
    StoreUnreachableError,
)
from backfill_runtime.shard import Shard

# Each library retries a request by itself; this is for an answer that ends in the middle.
_ATTEMPTS = 3
_PAUSE_SECONDS = 1.0

# Which module reads a store of that scheme, by which class or function, in the order they are tried.
_CLIENTS = {
    "s3": (("boto3", "s3_boto3", "S3Boto3Reader"), ("pyarrow", "arrow", "s3")),
    "gs": (("google-cloud-storage", "gcs_google", "GcsGoogleReader"), ("pyarrow", "arrow", "gcs")),
    "az": (("azure-storage-blob", "azure_blob", "AzureBlobReader"), ("pyarrow", "arrow", "azure")),
}


def is_remote(url: str) -> bool:
    """Whether a library that may also be in the bundle is needed to read the store."""
    return urlsplit(url).scheme in _CLIENTS


def open_store(url: str) -> BundleStore:
    """Raises JobError STORE_NOT_SUPPORTED, STORE_CLIENT_MISSING or STORE_REFUSED."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return BundleStore(DirectoryReader(Path(unquote(parts.path))), url)
    if parts.scheme not in _CLIENTS:
        raise JobError(
            "STORE_NOT_SUPPORTED",
            f"this runtime cannot read a bundle store of scheme {parts.scheme}://",
            f"publish the bundle to one of {', '.join(f'{scheme}://' for scheme in ('file', *_CLIENTS))}",
        )
    depth = 2 if parts.scheme == "az" else 1  # an account and a container, or a bucket
    containers = f"{parts.netloc}{parts.path}".split("/", depth)
    try:
        return BundleStore(_client(parts.scheme, url)(*containers), url)
    except StoreRefusedError as error:
        raise _refused(url, error) from None


def _client(scheme: str, url: str) -> Callable[..., ObjectReader]:
    for _, module, name in _CLIENTS[scheme]:
        try:
            found: Callable[..., ObjectReader] = getattr(
                importlib.import_module(f"backfill_runtime.object_clients.{module}"), name
            )
            return found
        except ImportError:
            continue
    libraries = " or ".join(library for library, _, _ in _CLIENTS[scheme])
    raise JobError(
        "STORE_CLIENT_MISSING",
        f"the image has no library that reads {url}",
        f"install {libraries} in the image",
    )


class BundleStore:
    """A store of published bundles, for reading."""

    def __init__(self, reader: ObjectReader, url: str) -> None:
        self._reader = reader
        self._url = url

    def read(self, key: str, *, missing: str) -> bytes:
        """The object `key`. Raises JobError: with the code `missing` when there is none."""
        return self._download(key, missing, io.BytesIO).getvalue()

    def fetch(self, shard: Shard, target: Path) -> None:
        """Copies the shard's zip to `target`. Raises JobError when it is missing or not the one that was published."""
        try:
            copy = self._download(shard.object_name, "SHARD_MISSING", lambda: _Copy(target, shard.zip_bytes))
        except _TooLongError:
            raise self._damaged(shard, f"has more than the {shard.zip_bytes} bytes that the manifest names") from None
        if copy.size != shard.zip_bytes:
            raise self._damaged(shard, f"has {copy.size} bytes, the manifest names {shard.zip_bytes}")
        if copy.digest.hexdigest() != shard.zip_sha256:
            raise self._damaged(shard, "has another SHA-256 than the manifest names")

    def _download(self, key: str, missing: str, begin: Callable[[], _S]) -> _S:
        for attempt in range(1, _ATTEMPTS + 1):
            sink = begin()
            try:
                self._reader.download(key, sink.write)
                sink.flush()
                return sink
            except ObjectMissingError:
                raise JobError(
                    missing, f"{key} is not in {self._url}", "publish the bundle again: geneva-stack publish"
                ) from None
            except StoreRefusedError as error:
                raise _refused(self._url + key, error) from None
            except StoreUnreachableError as error:
                if attempt == _ATTEMPTS:
                    raise _unreachable(self._url + key, error) from None
                time.sleep(_PAUSE_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    def _damaged(self, shard: Shard, problem: str) -> JobError:
        return JobError(
            "SHARD_DAMAGED",
            f"{shard.object_name} in {self._url} {problem}",
            "delete that object and publish the bundle again",
        )


class _Sink(Protocol):
    def write(self, chunk: bytes, /) -> object: ...
    def flush(self) -> object: ...


_S = TypeVar("_S", bound=_Sink)


class _TooLongError(Exception):
    """More bytes came than may come."""


class _Copy:
    """A file of at most `most` bytes, and the SHA-256 of what was written."""

    def __init__(self, target: Path, most: int) -> None:
        self._file = target.open("wb")  # buffered: without, a full disk takes a part and says nothing
        self._most = most
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._most:
            self._file.close()
            raise _TooLongError
        self.digest.update(chunk)
        try:
            self._file.write(chunk)
        except OSError:
            with contextlib.suppress(OSError):  # closed all the same
                self._file.close()
            raise

    def flush(self) -> None:
        self._file.close()


def _refused(where: str, error: StoreRefusedError) -> JobError:
    return JobError(
        "STORE_REFUSED",
        f"{where}: {first_line(error)}",
        "give the nodes' identity read access to the store, and check the names in its URL",
    )


def _unreachable(where: str, error: StoreUnreachableError) -> JobError:
    return JobError(
        "STORE_UNREACHABLE",
        f"{where}: {first_line(error)} ({_ATTEMPTS} attempts)",
        "check the nodes' network and network policies towards the store, then submit the job again",
    )
