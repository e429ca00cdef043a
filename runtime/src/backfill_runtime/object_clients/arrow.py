"""A bundle store in any object store, read with Arrow's file systems: what an image with Lance has in any case."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from pyarrow import fs

from backfill_runtime.object_clients.reader import (
    ATTEMPTS,
    CHUNK,
    CONNECT_SECONDS,
    READ_SECONDS,
    ObjectMissingError,
    StoreRefusedError,
    StoreUnreachableError,
    Write,
)

_UNREACHABLE = re.compile(r"NETWORK_CONNECTION|INTERNAL_FAILURE|SLOW_DOWN|timed? ?out|couldn't connect|curl", re.I)


class ArrowReader:
    def __init__(self, file_system: fs.FileSystem, folder: str) -> None:
        self._file_system = file_system
        self._folder = folder

    def download(self, key: str, write: Write) -> None:
        try:
            stream = self._file_system.open_input_stream(f"{self._folder}{key}")
        except FileNotFoundError as error:
            raise self._missing(key, error) from None
        except OSError as error:
            raise _failure(error) from None
        with stream:
            while chunk := _read(stream):
                write(chunk)

    def _missing(self, key: str, error: OSError) -> Exception:
        bucket = self._folder.split("/")[0]
        if self._file_system.get_file_info(bucket).type == fs.FileType.NotFound:
            return StoreRefusedError(f"there is no bucket or container {bucket}: {_text(error)}")
        return ObjectMissingError(key)


def s3(bucket: str, prefix: str) -> ArrowReader:
    """Credentials are found as the AWS SDK finds them."""
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    try:
        file_system = fs.S3FileSystem(
            region=region or (None if endpoint.netloc else fs.resolve_s3_region(bucket)),
            endpoint_override=endpoint.netloc or None,
            scheme=endpoint.scheme or None,
            connect_timeout=CONNECT_SECONDS,
            request_timeout=READ_SECONDS,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        )
    except OSError as error:
        raise _failure(error) from None
    return ArrowReader(file_system, f"{bucket}/{prefix}")


def gcs(bucket: str, prefix: str) -> ArrowReader:
    """Credentials are those of the environment; an emulator's address in STORAGE_EMULATOR_HOST is used without any."""
    emulator = urlsplit(os.environ.get("STORAGE_EMULATOR_HOST", ""))
    options = {"endpoint_override": emulator.netloc, "scheme": emulator.scheme, "anonymous": True}
    return ArrowReader(fs.GcsFileSystem(**(options if emulator.netloc else {})), f"{bucket}/{prefix}")


def azure(account: str, container: str, prefix: str) -> ArrowReader:
    """Identity is that of the environment: a connection string, or what Azure's default credential finds."""
    connection = dict(
        part.split("=", 1) for part in os.environ.get("AZURE_STORAGE_CONNECTION_STRING", "").split(";") if "=" in part
    )
    options = {"account_key": connection.get("AccountKey")}
    endpoint = urlsplit(connection.get("BlobEndpoint", ""))
    if endpoint.netloc:
        options |= {"blob_storage_authority": endpoint.netloc, "blob_storage_scheme": endpoint.scheme}
    return ArrowReader(fs.AzureFileSystem(connection.get("AccountName", account), **options), f"{container}/{prefix}")


def _read(stream: fs.NativeFile) -> bytes:
    try:
        return bytes(stream.read(CHUNK))
    except OSError as error:
        raise _failure(error) from None


def _failure(error: OSError) -> Exception:
    text = _text(error)
    return StoreUnreachableError(text) if _UNREACHABLE.search(text) else StoreRefusedError(text)


def _text(error: OSError) -> str:
    return str(error).splitlines()[0]
