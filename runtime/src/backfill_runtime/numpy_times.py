"""NumPy's times within lists: Arrow takes their numbers for the column's unit, whatever their own is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.list_types import is_list


def in_unit_of(output: pa.DataType, values: Any) -> Any:
    """What a function returned, with times in the unit of the column. Raises ValueError for those that it lacks."""
    return _items(values, output) if _has_lists_of_times(output) else values


def _items(values: Any, kind: pa.DataType) -> Any:
    """Values of that type."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "mM":
        unit = _unit(kind)
        return _in_unit(values, unit) if unit else values
    if isinstance(values, np.ndarray) and not values.dtype.hasobject:
        return values
    nested = pa.types.is_nested(kind) and isinstance(values, list | tuple | np.ndarray)
    return [_converted(value, kind) for value in values] if nested else values


def _converted(value: Any, kind: pa.DataType) -> Any:
    if is_list(kind):
        return _items(value, kind.value_type)
    if isinstance(value, tuple):
        return tuple(_converted(each, field.type) for each, field in zip(value, kind, strict=False))
    if isinstance(value, dict) and pa.types.is_struct(kind):
        return value | {field.name: _converted(value[field.name], field.type) for field in kind if field.name in value}
    return value


def _in_unit(times: np.ndarray, unit: str) -> np.ndarray:
    converted = times.astype(f"{times.dtype.kind}8[{unit}]")
    same = (converted.astype(times.dtype) == times) | np.isnat(times)
    if not same.all():
        raise ValueError(f"{times[~same][0]} of {times.dtype} cannot be held in {unit} without loss")
    return converted


def _has_lists_of_times(kind: pa.DataType) -> bool:
    if is_list(kind) and _unit(kind.value_type):
        return True
    return pa.types.is_nested(kind) and any(
        _has_lists_of_times(kind.field(index).type) for index in range(kind.num_fields)
    )


def _unit(kind: pa.DataType) -> str | None:
    """Of times, or of those in lists."""
    if is_list(kind):
        return _unit(kind.value_type)
    return str(kind.unit) if pa.types.is_timestamp(kind) or pa.types.is_duration(kind) else None
