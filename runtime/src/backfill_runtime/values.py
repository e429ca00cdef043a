"""Values that a user's function returned one by one, as an Arrow array of the column's type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.errors import GO_ON, JobError, first_line
from backfill_runtime.fractions import fraction_lost, has_integers
from backfill_runtime.numpy_times import in_unit_of
from backfill_runtime.shown import SHORT
from backfill_runtime.udf import Udf

NO_FIT = (pa.ArrowException, TypeError, ValueError, OverflowError)
FIX = f"return that type, or set outputType, and {GO_ON}"


class WrongValue(Exception):  # noqa: N818 - becomes an error only when no policy takes it
    """The value at `index` does not fit."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message

    def at(self, fragment: int, row: int) -> JobError:
        return JobError("UDF_WRONG_TYPE", self.message, FIX, fragment=fragment, row=row)


def from_rows(udf: Udf, values: Sequence[Any] | np.ndarray) -> pa.Array:
    """Raises WrongValue for the first value that does not fit."""
    _check_fields(udf, values)
    try:
        if isinstance(values, np.ndarray):
            converted = _from_numpy(values, udf.output)
        else:
            converted = pa.array(in_unit_of(udf.output, values), udf.output)
    except NO_FIT as error:
        raise _first_wrong(udf, values, error) from None
    if has_integers(udf.output) and _may_be_fractions(values):
        listed = values.tolist() if isinstance(values, np.ndarray) else values
        lost = fraction_lost(listed, udf.output)
        if lost and not all(fits(value, udf.output) for value in listed):
            raise _first_wrong(udf, listed, lost)
    return converted


def _may_be_fractions(values: Sequence[Any] | np.ndarray) -> bool:
    """Arrow itself refuses those of one dimension whose type NumPy tells."""
    if isinstance(values, np.ndarray):
        return bool(values.dtype.hasobject or (values.ndim > 1 and values.dtype.kind == "f"))
    return True


def _check_fields(udf: Udf, values: Iterable[Any]) -> None:
    """Arrow drops keys that a struct lacks, and takes a named tuple's values whatever their names."""
    if not pa.types.is_struct(udf.output):
        return
    names = [field.name for field in udf.output]
    for index, value in enumerate(values):
        unknown = _unknown_field(value, names)
        if unknown:
            raise WrongValue(index, f"{udf.ref.name} returned {unknown}, but has {udf.output} as its type")


def _unknown_field(value: Any, names: list[str]) -> str | None:
    if isinstance(value, dict):
        unknown = [key for key in value if key not in names]
        return repr(unknown[0]) if unknown else None
    fields = list(getattr(value, "_fields", names)) if isinstance(value, tuple) else names
    return None if fields == names else f"the fields {', '.join(fields)}"


def kept(value: Any) -> Any:
    """A value of its own: the function may give the same list or array, filled anew, for each row."""
    return value.copy() if isinstance(value, list | dict | np.ndarray) else value


def fits(value: Any, output: pa.DataType) -> bool:
    if pa.types.is_struct(output) and _unknown_field(value, [field.name for field in output]):
        return False
    try:
        pa.array(in_unit_of(output, [value]), output)
    except NO_FIT:
        return False
    return not has_integers(output) or fraction_lost([value], output) is None


def _from_numpy(values: np.ndarray, output: pa.DataType) -> pa.Array:
    """One row of a matrix is one value."""
    if values.ndim == 1:
        # Arrow would go on to look into the function's own array, which it may fill anew for the next batch.
        return pa.array(in_unit_of(output, values.copy()), output)
    if values.ndim == 2 and not np.ma.is_masked(values) and pa.types.is_fixed_size_list(output):
        items = pa.array(np.array(values, order="C").ravel(), output.value_type)  # a copy, too
        return pa.FixedSizeListArray.from_arrays(items, type=output)
    return pa.array(in_unit_of(output, values).tolist(), output)


def _first_wrong(udf: Udf, values: Sequence[Any] | np.ndarray, error: Exception) -> WrongValue:
    index = next((index for index in range(len(values)) if not _fits_at(index, values, udf.output)), 0)
    value = values[index] if len(values) else None
    shown = f"{SHORT.repr(value)} of type {type(value).__name__}"
    return WrongValue(index, f"{udf.ref.name} returned {shown}, expected {udf.output} ({first_line(error)})")


def _fits_at(index: int, values: Sequence[Any] | np.ndarray, output: pa.DataType) -> bool:
    """Arrow takes values of an array for others than the same ones in a list: it does not cut off fractions of them."""
    if not isinstance(values, np.ndarray):
        return fits(values[index], output)
    try:
        _from_numpy(values[index : index + 1], output)
    except NO_FIT:
        return False
    return True
