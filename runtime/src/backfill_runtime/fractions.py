"""Fractions among values for integers: of 1.5 in a list Arrow keeps 1, and says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa


def has_integers(kind: pa.DataType) -> bool:
    if pa.types.is_nested(kind):
        return any(has_integers(kind.field(index).type) for index in range(kind.num_fields))
    return bool(pa.types.is_integer(kind))


def fraction_lost(values: Sequence[Any], output: pa.DataType) -> Exception | None:
    """What Arrow says about a fraction that it would not keep. None when all are kept, or none are there."""
    # Arrow takes tuples for structs, and cannot tell the types of what is in them.
    if pa.types.is_struct(output):
        if any(isinstance(value, tuple) for value in values) or any(_has_structs(field.type) for field in output):
            return _lost_in_fields(values, output)
    elif _has_structs(output):
        items = [item for value in values if isinstance(value, Iterable) for item in value]
        return fraction_lost(items, output.value_type)
    try:
        given = pa.infer_type(values)
    except pa.ArrowException:
        return None
    exact = _exact(output, given)
    if exact == output:
        return None
    try:
        pa.array(values, exact).cast(output)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        return error
    return None


def _has_structs(kind: pa.DataType) -> bool:
    nested = pa.types.is_nested(kind)
    return nested and (pa.types.is_struct(kind) or _has_structs(kind.field(0).type))


def _lost_in_fields(values: Sequence[Any], output: pa.StructType) -> Exception | None:
    for index, field in enumerate(output):
        if has_integers(field.type):
            lost = fraction_lost([_field(value, index, field.name) for value in values], field.type)
            if lost:
                return lost
    return None


def _field(value: Any, index: int, name: str) -> Any:
    if isinstance(value, tuple):
        return value[index]
    if isinstance(value, list):  # of pairs
        value = dict(value)
    return value.get(name) if isinstance(value, dict) else None


def _exact(output: pa.DataType, given: pa.DataType) -> pa.DataType:
    """The type of the column, but with what was given where that may be a fraction and the column has integers."""
    if pa.types.is_integer(output):
        return given if pa.types.is_floating(given) or pa.types.is_decimal(given) else output
    if pa.types.is_struct(output) and pa.types.is_struct(given):
        there = {field.name: field.type for field in given}
        return pa.struct([field.with_type(_exact(field.type, there.get(field.name, pa.null()))) for field in output])
    if pa.types.is_nested(output) and output.num_fields == 1 and pa.types.is_list(given):
        item = output.field(0).with_type(_exact(output.value_type, given.value_type))
        size = (output.list_size,) if pa.types.is_fixed_size_list(output) else ()
        return (pa.large_list if pa.types.is_large_list(output) else pa.list_)(item, *size)
    return output
