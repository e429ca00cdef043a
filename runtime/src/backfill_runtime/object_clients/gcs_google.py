"""A bundle store in a bucket of Google Cloud Storage, read with Google's library."""

from __future__ import annotations

from google.api_core import exceptions
from google.auth import exceptions as auth_exceptions
from google.cloud import storage
from requests.exceptions import RequestException

from backfill_runtime.object_clients.reader import (
    CONNECT_SECONDS,
    READ_SECONDS,
    ObjectMissingError,
    StoreRefusedError,
    StoreUnreachableError,
    Write,
)


class GcsGoogleReader:
    """Credentials are those of the environment: the workload identity of a pod, or the application default."""

    def __init__(self, bucket: str, prefix: str) -> None:
        try:
            self._bucket = storage.Client(project="none").bucket(bucket)  # reading asks for no project
        except auth_exceptions.GoogleAuthError as error:
            raise StoreRefusedError(str(error)) from None
        self._prefix = prefix

    def download(self, key: str, write: Write) -> None:
        blob = self._bucket.blob(self._prefix + key)
        try:
            blob.download_to_file(_Sink(write), raw_download=True, timeout=(CONNECT_SECONDS, READ_SECONDS))
        except exceptions.NotFound as error:
            if self._bucket_is_missing():
                raise StoreRefusedError(f"there is no bucket {self._bucket.name}: {error}") from None
            raise ObjectMissingError(key) from None
        except (exceptions.RetryError, exceptions.ServerError, exceptions.TooManyRequests) as error:
            raise StoreUnreachableError(str(error)) from None
        except (exceptions.GoogleAPICallError, auth_exceptions.GoogleAuthError) as error:
            raise StoreRefusedError(str(error)) from None
        except (RequestException, ConnectionError) as error:
            raise StoreUnreachableError(str(error)) from None

    def _bucket_is_missing(self) -> bool:
        """Only somebody who may look at buckets can tell."""
        try:
            return not self._bucket.exists()
        except (exceptions.GoogleAPICallError, RequestException):
            return False


class _Sink:
    """As much of a file as a download asks for."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(data)
        return len(data)
