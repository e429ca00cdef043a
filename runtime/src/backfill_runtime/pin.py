"""Keeps the version that a run reads from Lance's cleanup, by a tag."""

from __future__ import annotations

import contextlib
import hashlib
import re
import uuid

import lance

from backfill_runtime.tags import create_tag, delete_tag, update_tag

_PREFIX = "backfill"
_LONGEST = 100


class Pin:
    """The tag of one run for one column. A context manager: the tag is gone at its end.

    The one run that holds a column's lease removes what dead runs left behind for that column.
    """

    def __init__(self, table: lance.LanceDataset, column: str, run: str) -> None:
        self._table = table
        self._of_column = f"{_PREFIX}-{_digest(column)}-"
        of_run = f"{self._of_column}{re.sub('[^A-Za-z0-9_-]', '_', run)[:_LONGEST]}-{_digest(run)}-"
        self._name = of_run + uuid.uuid4().hex[:8]  # an attempt that was taken for dead removes its own only
        self._set = False

    def hold(self, version: int) -> None:
        """Tags this version instead of the one before."""
        if self._set:
            update_tag(self._table, self._name, version)
            return
        for tag in self._table.tags.list():
            if tag.startswith(self._of_column):
                delete_tag(self._table, tag)
        self._set = True  # from now on there may be a tag, whatever is heard of it
        create_tag(self._table, self._name, version)

    def __enter__(self) -> Pin:
        return self

    def __exit__(self, *_: object) -> None:
        if self._set:
            with contextlib.suppress(OSError):  # the next run removes it
                delete_tag(self._table, self._name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
