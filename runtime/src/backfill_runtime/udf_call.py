"""A user's function as it is called: constructed when it is a class, its arguments in the columns' order."""

from __future__ import annotations

import contextlib
import inspect
import typing
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.row_arguments import UnreadableValue
from backfill_runtime.shown import shown_value
from backfill_runtime.udf import Udf, load
from backfill_runtime.udf_failure import Place, udf_raised
from backfill_runtime.udf_signature import evaluated_signature

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def callable_of(udf: Udf) -> Callable[..., Any]:
    """Loads the function. Raises JobError(UDF_FAILED) when its class cannot be constructed."""
    target = load(udf.ref, udf.roots)
    if inspect.isclass(target):
        try:
            target = target()
        except BaseException as error:
            raise udf_raised(udf, error, "while being constructed", Place(None, None)) from None
    return _positional(target, udf)


def batch_arguments(udf: Udf, batch: pa.RecordBatch) -> list[Any]:
    """The columns in the form that the function takes. Raises UnreadableValue when NumPy has no such form."""
    arrays = [batch.column(name) for name in udf.columns]
    if udf.takes is pa.RecordBatch:
        return [pa.record_batch(arrays, names=list(udf.arguments))]
    if udf.takes is np.ndarray:
        return [_numpy(name, array) for name, array in zip(udf.columns, arrays, strict=True)]
    return arrays


def shown_row(udf: Udf, batch: pa.RecordBatch, index: int) -> str:
    """The arguments of one row, for a message."""
    named = zip(udf.arguments, udf.columns, strict=True)
    return ", ".join(f"{argument}={shown_value(batch.column(name), index)}" for argument, name in named)


def _numpy(name: str, array: pa.Array) -> np.ndarray:
    with contextlib.suppress(Exception):
        return _matrix_or_values(array)
    try:
        # Arrow looks at all that a map was cut from, where other rows may be at fault: a copy has only what is in it.
        return _matrix_or_values(pa.concat_arrays([array]))
    except Exception as error:  # values within others become Python's, which cannot hold all of them
        raise UnreadableValue(name, array.type, error) from None


def _matrix_or_values(array: pa.Array) -> np.ndarray:
    """Vectors of one length become a matrix, as long as none of them is null."""
    if pa.types.is_fixed_size_list(array.type) and not array.null_count:
        flat = array.flatten()
        if pa.types.is_primitive(flat.type) and not flat.null_count:
            matrix = flat.to_numpy(zero_copy_only=False).reshape(len(array), array.type.list_size)
            return typing.cast(np.ndarray, matrix)
    return typing.cast(np.ndarray, array.to_numpy(zero_copy_only=False))


def _positional(call: Callable[..., Any], udf: Udf) -> Callable[..., Any]:
    """`call`, taking `udf.arguments` in order. It is `call` itself unless arguments are skipped or keyword-only."""
    if udf.takes is pa.RecordBatch:
        return call
    parameters = list(evaluated_signature(call).parameters.values())[: len(udf.arguments)]
    if [parameter.name for parameter in parameters if parameter.kind in _POSITIONAL] == list(udf.arguments):
        return call
    return lambda *values: call(**dict(zip(udf.arguments, values, strict=True)))
