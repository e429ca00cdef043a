"""A bundle store in a container of Azure Blob Storage, read with Azure's library."""

from __future__ import annotations

import os

from azure.core import exceptions
from azure.storage.blob import BlobServiceClient

from backfill_runtime.object_clients.reader import (
    ATTEMPTS,
    CONNECT_SECONDS,
    READ_SECONDS,
    ObjectMissingError,
    StoreRefusedError,
    StoreUnreachableError,
    Write,
)


class AzureBlobReader:
    """Identity is that of the environment: a connection string, or what azure-identity finds."""

    def __init__(self, account: str, container: str, prefix: str) -> None:
        options = {"retry_total": ATTEMPTS, "connection_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS}
        connection = os.environ.get("AZURE_STORAGE_CONNECTION_STRING")
        if connection:
            service = BlobServiceClient.from_connection_string(connection, **options)
        else:
            from azure.identity import DefaultAzureCredential

            url = f"https://{account}.blob.core.windows.net"
            service = BlobServiceClient(url, credential=DefaultAzureCredential(), **options)
        self._container = service.get_container_client(container)
        self._prefix = prefix

    def download(self, key: str, write: Write) -> None:
        try:
            for chunk in self._container.download_blob(self._prefix + key).chunks():
                write(chunk)
        except exceptions.ResourceNotFoundError as error:
            if error.error_code != "BlobNotFound":
                raise StoreRefusedError(error.message) from None
            raise ObjectMissingError(key) from None
        except (exceptions.ServiceRequestError, exceptions.ServiceResponseError) as error:
            raise StoreUnreachableError(str(error)) from None
        except exceptions.AzureError as error:
            raise StoreRefusedError(str(error)) from None
