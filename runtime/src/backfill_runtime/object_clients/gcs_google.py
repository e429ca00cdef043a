"""A bundle store in a bucket of Google Cloud Storage, read with Google's library."""

from __future__ import annotations

from google.api_core import exceptions
from google.auth import exceptions as auth_exceptions
from google.cloud import storage
from requests.exceptions import RequestException

from backfill_runtime.object_clients.reader import (
    CONNECT_SECONDS,
    READ_SECONDS,
    ObjectMissing,
    StoreRefused,
    StoreUnreachable,
    Write,
)


class GcsGoogleReader:
    """Credentials are those of the environment: the workload identity of a pod, or the application default."""

    def __init__(self, bucket: str, prefix: str) -> None:
        try:
            self._bucket = storage.Client(project="none").bucket(bucket)  # reading asks for no project
        except auth_exceptions.GoogleAuthError as error:
            raise StoreRefused(str(error)) from None
        self._prefix = prefix

    def download(self, key: str, write: Write) -> None:
        blob = self._bucket.blob(self._prefix + key)
        try:
            blob.download_to_file(_Sink(write), raw_download=True, timeout=(CONNECT_SECONDS, READ_SECONDS))
        except exceptions.NotFound as error:
            if "bucket" in str(error).lower() and "does not exist" in str(error).lower():
                raise StoreRefused(str(error)) from None
            raise ObjectMissing(key) from None
        except (exceptions.RetryError, exceptions.ServerError, exceptions.TooManyRequests) as error:
            raise StoreUnreachable(str(error)) from None
        except (exceptions.GoogleAPICallError, auth_exceptions.GoogleAuthError) as error:
            raise StoreRefused(str(error)) from None
        except (RequestException, ConnectionError) as error:
            raise StoreUnreachable(str(error)) from None


class _Sink:
    """As much of a file as a download asks for."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(data)
        return len(data)
