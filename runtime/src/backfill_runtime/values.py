"""What a user's function returned, as an Arrow array of the column's type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.errors import JobError, first_line
from backfill_runtime.shown import SHORT
from backfill_runtime.udf import Udf
from backfill_runtime.udf_failure import Place

_NO_FIT = (pa.ArrowException, TypeError, ValueError, OverflowError)
_FIX = "return that type, or set outputType"


class WrongValue(Exception):  # noqa: N818 - becomes an error only when no policy takes it
    """The value at `index` does not fit."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message

    def at(self, fragment: int, row: int) -> JobError:
        return JobError("UDF_WRONG_TYPE", self.message, _FIX, fragment=fragment, row=row)


def from_rows(udf: Udf, values: Sequence[Any] | np.ndarray) -> pa.Array:
    """Raises WrongValue for the first value that does not fit."""
    _check_fields(udf, values)
    try:
        # Arrow would go on to look into the function's own array, which it may fill anew for the next batch.
        return pa.array(values.copy() if isinstance(values, np.ndarray) else values, udf.output)
    except _NO_FIT as error:
        raise _first_wrong(udf, values, error) from None


def from_batch(udf: Udf, returned: Any, rows: int, place: Place, shown: str) -> pa.Array:
    """Raises WrongValue, or JobError when what was returned is no array with a value for each row."""
    returned = _struct_array(udf, returned)
    if not isinstance(returned, pa.Array | pa.ChunkedArray | np.ndarray | list) or len(returned) != rows:
        got = f"{len(returned)} values" if hasattr(returned, "__len__") else f"a {type(returned).__name__}"
        raise JobError(
            "UDF_WRONG_TYPE",
            f"{udf.ref.name} returned {got} for {rows} rows ({shown})",
            "return one array with a value for each row",
            fragment=place.fragment,
        )
    if isinstance(returned, pa.ChunkedArray):
        returned = returned.combine_chunks()
    try:
        if isinstance(returned, pa.Array):
            return returned if returned.type == udf.output else returned.cast(udf.output)
        if isinstance(returned, np.ndarray) and returned.ndim > 1:
            return _from_matrix(udf, returned)
        return from_rows(udf, returned)
    except _NO_FIT as error:
        if isinstance(returned, pa.Array):
            message = f"{udf.ref.name} returned an array of {returned.type}, expected {udf.output}"
            raise JobError(
                "UDF_WRONG_TYPE", f"{message} ({first_line(error)}; {shown})", _FIX, fragment=place.fragment
            ) from None
        raise _first_wrong(udf, returned, error) from None


def _struct_array(udf: Udf, returned: Any) -> Any:
    """Columns of a table, a record batch or a dictionary, in the order of the struct that they make."""
    if not pa.types.is_struct(udf.output) or not isinstance(returned, pa.RecordBatch | pa.Table | dict):
        return returned
    try:
        table = pa.table(returned) if isinstance(returned, dict) else returned
        return table.select([field.name for field in udf.output]).to_struct_array()
    except (*_NO_FIT, KeyError):
        return returned


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
        pa.array([value], output)
    except _NO_FIT:
        return False
    return True


def _from_matrix(udf: Udf, matrix: np.ndarray) -> pa.Array:
    """One row of the matrix is one value."""
    output = udf.output
    is_plain = matrix.ndim == 2 and not np.ma.is_masked(matrix)
    if is_plain and pa.types.is_fixed_size_list(output) and matrix.shape[1] == output.list_size:
        items = pa.array(np.array(matrix, order="C").ravel(), output.value_type)  # a copy, as in `from_rows`
        return pa.FixedSizeListArray.from_arrays(items, type=output)
    return pa.array(matrix.tolist(), output)


def _first_wrong(udf: Udf, values: Sequence[Any] | np.ndarray, error: Exception) -> WrongValue:
    index = next((index for index, value in enumerate(values) if not fits(value, udf.output)), 0)
    value = values[index] if len(values) else None
    shown = f"{SHORT.repr(value)} of type {type(value).__name__}"
    return WrongValue(index, f"{udf.ref.name} returned {shown}, expected {udf.output} ({first_line(error)})")
