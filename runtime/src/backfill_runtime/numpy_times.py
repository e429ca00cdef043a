"""NumPy's times within lists: Arrow takes their numbers for the column's unit, whatever their own is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


def in_unit_of(output: pa.DataType, values: Any) -> Any:
    """What a function returned, with times in the unit of the column."""
    unit = _unit_of_lists(output)
    return _converted(values, unit) if unit else values


def _converted(value: Any, unit: str) -> Any:
    if isinstance(value, np.ndarray):
        return value.astype(f"{value.dtype.kind}8[{unit}]") if value.dtype.kind in "mM" else value
    return [_converted(each, unit) for each in value] if isinstance(value, list) else value


def _unit_of_lists(kind: pa.DataType) -> str | None:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        item = kind.value_type
        return str(item.unit) if pa.types.is_timestamp(item) or pa.types.is_duration(item) else _unit_of_lists(item)
    return None
