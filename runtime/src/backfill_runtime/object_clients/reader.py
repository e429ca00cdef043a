"""What a reader of an object store does, and how it fails. Standard library only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

CHUNK = 1 << 20
CONNECT_SECONDS = 10
READ_SECONDS = 60
ATTEMPTS = 4

Write = Callable[[bytes], object]


class ObjectReader(Protocol):
    """Reads objects of one bucket, from any number of threads."""

    def download(self, key: str, write: Write) -> None:
        """Hands the object's bytes to `write`, in order. Raises one of the errors below, or what `write` raises."""


class ObjectMissingError(Exception):
    """The bucket has no such object."""


class StoreRefusedError(Exception):
    """The store answered, and the answer stays what it is: no access, no bucket, no credentials."""


class StoreUnreachableError(Exception):
    """The store did not answer, or not to the end: another attempt may help."""
