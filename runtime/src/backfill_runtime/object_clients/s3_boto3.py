"""A bundle store in a bucket of S3, read with boto3."""

from __future__ import annotations

import os

import boto3
from botocore import exceptions
from botocore.config import Config

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


class S3Boto3Reader:
    """Region, credentials and endpoint are found as the AWS SDK finds them."""

    def __init__(self, bucket: str, prefix: str) -> None:
        elsewhere = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            s3={"addressing_style": "path"} if elsewhere else None,  # such stores rarely have a host name per bucket
        )
        self._client = boto3.client("s3", config=config)
        self._bucket = bucket
        self._prefix = prefix

    def download(self, key: str, write: Write) -> None:
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"]
            for chunk in body.iter_chunks(CHUNK):
                write(chunk)
        except exceptions.ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code == "NoSuchKey":
                raise ObjectMissingError(key) from None
            raise StoreRefusedError(str(error)) from None
        except (exceptions.HTTPClientError, exceptions.ConnectionError, exceptions.IncompleteReadError) as error:
            raise StoreUnreachableError(str(error)) from None
        except exceptions.BotoCoreError as error:  # no credentials, no region, a profile that is not there
            raise StoreRefusedError(str(error)) from None
