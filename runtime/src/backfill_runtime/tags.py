"""Tags that only their creator knows the name of."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import lance


def create_tag(table: lance.LanceDataset, name: str, version: int) -> None:
    """`name` is used once: that it is there already says only that an answer was lost and the request made again.

    Raises OSError when the storage fails, or the version is gone.
    """
    with _storage_errors():
        try:
            table.tags.create(name, version)
        except ValueError:
            if name not in table.tags.list():
                raise


def update_tag(table: lance.LanceDataset, name: str, version: int) -> None:
    """Raises OSError when the storage fails, or the version is gone."""
    with _storage_errors():
        table.tags.update(name, version)


def delete_tag(table: lance.LanceDataset, name: str) -> None:
    """No such tag is no error."""
    with contextlib.suppress(ValueError):
        table.tags.delete(name)


@contextlib.contextmanager
def _storage_errors() -> Iterator[None]:
    """Lance 14 takes a version for missing whose manifest it could not ask for."""
    try:
        yield
    except ValueError as error:
        if "Version not found" in str(error):
            raise OSError(str(error)) from error
        raise
