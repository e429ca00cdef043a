"""Values for rows that have none, in the file format of a table."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

_WITHOUT_NULL_STRUCTS = "2.0"

Absent = Callable[[int], pa.Array]


def absent_values(value_type: pa.DataType, format_version: str) -> Absent:
    """Makes as many as are asked for: nulls, or structs of nulls where the format has no null struct."""
    if format_version == _WITHOUT_NULL_STRUCTS:
        return lambda rows: _innermost_nulls(value_type, rows)
    return lambda rows: pa.nulls(rows, value_type)


def takes_nulls(value_type: pa.DataType, format_version: str) -> bool:
    return format_version != _WITHOUT_NULL_STRUCTS or not pa.types.is_struct(value_type)


def _innermost_nulls(value_type: pa.DataType, rows: int) -> pa.Array:
    if not pa.types.is_struct(value_type) or not value_type.num_fields:
        return pa.nulls(rows, value_type)
    children = [_innermost_nulls(field.type, rows) for field in value_type]
    return pa.StructArray.from_arrays(children, fields=[*value_type])
