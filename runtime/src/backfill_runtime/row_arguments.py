"""Columns as Python values, one row's at a time. Python cannot hold all that Arrow can: no year after 9999, for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pyarrow as pa

from backfill_runtime.shown import named
from backfill_runtime.udf import Udf


class UnreadableValue(Exception):  # noqa: N818 - becomes an error only when no policy takes it
    """A row has a value that is none of Python's, so that no function can be called with it."""

    def __init__(self, column: str, kind: pa.DataType, error: Exception) -> None:
        super().__init__(f"the column {column!r} is {kind}, and Python cannot hold its value ({named(error)})")
        self.needs_pandas = "pandas" in str(error)  # which has types of its own for nanoseconds


def row_arguments(
    udf: Udf, batch: pa.RecordBatch, call: Callable[..., Any]
) -> tuple[list[list[Any]], Callable[..., Any]]:
    """The columns, one list per argument, and what to call with the values of a row.

    That is `call`, unless some value cannot be read: then it raises UnreadableValue for the row that has it.
    """
    try:
        return [batch.column(name).to_pylist() for name in udf.columns], call
    except Exception:  # of many kinds: each type has its own
        return [list(_readable(name, batch.column(name))) for name in udf.columns], partial(_call_readable, call)


def _readable(name: str, values: pa.Array) -> Iterator[Any]:
    """The values, and an UnreadableValue in place of each that is none."""
    for value in values:
        try:
            yield value.as_py()
        except Exception as error:
            yield UnreadableValue(name, values.type, error)


def _call_readable(call: Callable[..., Any], *values: Any) -> Any:
    for value in values:
        if isinstance(value, UnreadableValue):
            raise value
    return call(*values)
