"""Tags that only their creator knows the name of."""

from __future__ import annotations

import contextlib

import lance


def create_tag(table: lance.LanceDataset, name: str, version: int) -> None:
    """`name` is used once: that it is there already says only that an answer was lost and the request made again."""
    try:
        table.tags.create(name, version)
    except ValueError:
        if name not in table.tags.list():
            raise


def delete_tag(table: lance.LanceDataset, name: str) -> None:
    """No such tag is no error."""
    with contextlib.suppress(ValueError):
        table.tags.delete(name)
