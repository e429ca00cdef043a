"""Keeps the version that a run reads from Lance's cleanup, by a tag."""

from __future__ import annotations

import contextlib
import hashlib
import re

import lance

_PREFIX = "backfill"
_LONGEST = 100


class Pin:
    """The tag of one run for one column. A context manager: the tag is gone at its end.

    The one run that holds a column's lease removes what dead runs left behind for that column.
    """

    def __init__(self, table: lance.LanceDataset, column: str, run: str, *, alone: bool) -> None:
        """`alone`: no other run writes the column, so that other tags for it are left over."""
        self._table = table
        digest = hashlib.sha256(run.encode()).hexdigest()[:8]
        self._of_column = f"{_PREFIX}-{hashlib.sha256(column.encode()).hexdigest()[:8]}-"
        self._name = f"{self._of_column}{re.sub('[^A-Za-z0-9_-]', '_', run)[:_LONGEST]}-{digest}"
        self._alone = alone
        self._set = False

    def hold(self, version: int) -> None:
        """Tags this version instead of the one before."""
        if self._set:
            self._table.tags.update(self._name, version)
            return
        for tag in self._table.tags.list():
            if tag == self._name or (self._alone and tag.startswith(self._of_column)):
                self._remove(tag)
        self._table.tags.create(self._name, version)
        self._set = True

    def __enter__(self) -> Pin:
        return self

    def __exit__(self, *_: object) -> None:
        if self._set:
            self._remove(self._name)

    def _remove(self, tag: str) -> None:
        with contextlib.suppress(ValueError):  # another attempt has removed it
            self._table.tags.delete(tag)
