"""What a function over batches returned, as an Arrow array of the column's type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.errors import GO_ON, JobError, first_line
from backfill_runtime.joined import joined
from backfill_runtime.list_types import is_list
from backfill_runtime.shown import SHORT, shown_value
from backfill_runtime.udf import Udf
from backfill_runtime.udf_failure import Place
from backfill_runtime.values import FIX, NO_FIT, WrongValue, from_rows

_ONE_EACH = f"return an Arrow array, a NumPy array or a list with a value for each row, and {GO_ON}"

_ONE_EACH_COLUMN = f"give each column a value for each row, of a matrix its rows as a list, and {GO_ON}"


@dataclass(frozen=True)
class Asked:
    """What the function was called for."""

    udf: Udf
    rows: int
    place: Place
    shown: str  # the rows, for a message

    @property
    def output(self) -> pa.DataType:
        return self.udf.output

    def refused(self, returned: Any, expected: str, fix: str = _ONE_EACH) -> JobError:
        message = f"{self.udf.ref.name} returned {_described(returned)} for {self.rows} rows ({self.shown}), {expected}"
        return JobError("UDF_WRONG_TYPE", message, fix, fragment=self.place.fragment)


def from_batch(asked: Asked, returned: Any) -> pa.Array:
    """Raises WrongValue, or JobError when what was returned is no array with a value for each row."""
    if pa.types.is_struct(asked.output):
        returned = _structs(asked, returned)
    if isinstance(returned, np.ndarray):
        return _from_numpy(asked, returned)
    if not isinstance(returned, pa.Array | pa.ChunkedArray | list):
        raise asked.refused(returned, f"expected a value of {asked.output} for each row")
    if len(returned) != asked.rows:
        raise asked.refused(returned, "expected one for each row")
    return from_rows(asked.udf, returned) if isinstance(returned, list) else _from_arrow(asked, returned)


def _structs(asked: Asked, returned: Any) -> Any:
    """Columns of a table, a record batch or a dictionary, in the order of the struct that they make.

    Arrow would give nulls for fields that an array of structs lacks.
    """
    wanted = [field.name for field in asked.output]
    there = _column_names(returned)
    if there is None:
        return returned
    missing = [name for name in wanted if name not in there]
    if missing:
        lacks = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        raise asked.refused(returned, f"expected {asked.output}: {lacks}", FIX)
    if isinstance(returned, pa.Array | pa.ChunkedArray):
        return returned
    try:
        table = pa.table(returned) if isinstance(returned, dict) else returned
        structs = table.select(wanted).to_struct_array()
    except (*NO_FIT, KeyError) as error:
        columns = f"expected columns of {asked.rows} values that make {asked.output}"
        raise asked.refused(returned, f"{columns} ({first_line(error)})", _ONE_EACH_COLUMN) from None
    if len(structs) != asked.rows:
        raise asked.refused(returned, f"expected columns of {asked.rows} values, got {len(structs)}", _ONE_EACH_COLUMN)
    return structs


def _column_names(returned: Any) -> list[str] | None:
    if isinstance(returned, dict):
        return list(returned)
    if isinstance(returned, pa.RecordBatch | pa.Table):
        return list(returned.schema.names)
    if isinstance(returned, pa.Array | pa.ChunkedArray) and pa.types.is_struct(returned.type):
        return [field.name for field in returned.type]
    return None


def _from_arrow(asked: Asked, returned: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A copy: it may look into the function's own array, which it fills anew for the next batch."""
    try:
        if isinstance(returned, pa.ChunkedArray):
            returned = joined(returned.chunks) if returned.num_chunks else returned.combine_chunks()
        return pa.concat_arrays([returned if returned.type == asked.output else returned.cast(asked.output)])
    except NO_FIT as error:
        raise _no_cast(asked, returned, error) from None


def _no_cast(asked: Asked, values: pa.Array | pa.ChunkedArray, error: Exception) -> WrongValue | JobError:
    """Of the first value that cannot be cast; of them all when there is none, or when no value of the type can."""
    name, output = asked.udf.ref.name, asked.output
    of_all = f"{name} returned an array of {values.type}, expected {output} ({first_line(error)}; {asked.shown})"
    whole = JobError("UDF_WRONG_TYPE", of_all, FIX, fragment=asked.place.fragment)
    if not isinstance(error, pa.ArrowInvalid):  # what else Arrow raises is about the types
        return whole
    if not isinstance(values, pa.Array) or not len(values) or _cast_error(values[:0], output):
        return whole
    first, stop = 0, len(values)
    while stop - first > 1:
        middle = (first + stop) // 2
        if _cast_error(values[first:middle], output):
            stop = middle
        else:
            first = middle
    wrong = _cast_error(values[first:stop], output)
    if wrong is None:
        return whole
    shown = f"{shown_value(values, first)} of type {values.type}"
    return WrongValue(first, f"{name} returned {shown}, expected {output} ({first_line(wrong)})")


def _cast_error(values: pa.Array, output: pa.DataType) -> Exception | None:
    """Arrow looks at all that a list was cut from: a copy has only what is in it."""
    try:
        pa.concat_arrays([values]).cast(output)
    except NO_FIT as error:
        return error
    return None


def _from_numpy(asked: Asked, returned: np.ndarray) -> pa.Array:
    expected = [asked.rows, *_dimensions(asked.output)]
    if not _has_shape(returned, expected):
        shape = f"({', '.join('any' if size is None else str(size) for size in expected)}{',' * (len(expected) == 1)})"
        raise asked.refused(returned, f"expected shape {shape} for {asked.output}")
    return from_rows(asked.udf, returned)


def _dimensions(output: pa.DataType) -> Iterator[int | None]:
    """How many items the lists of a value have, and the lists in those; None: as many as they like."""
    while is_list(output):
        yield int(output.list_size) if pa.types.is_fixed_size_list(output) else None
        output = output.value_type


def _has_shape(array: np.ndarray, expected: list[int | None]) -> bool:
    """Objects may hold the inner dimensions."""
    if array.ndim == 0 or array.ndim > len(expected) or (array.ndim < len(expected) and not array.dtype.hasobject):
        return False
    return all(size is None or size == found for size, found in zip(expected, array.shape, strict=False))


def _described(returned: Any) -> str:
    """What it is, and how large, for a message."""
    if returned is None:
        return "None"
    if isinstance(returned, np.ndarray):
        return f"an array of shape {returned.shape} and dtype {returned.dtype}"
    if isinstance(returned, pa.Array | pa.ChunkedArray):
        return f"{len(returned)} values of {returned.type}"
    if isinstance(returned, list):
        return f"{len(returned)} values"
    name = type(returned).__name__
    article = "an" if name[0] in "aeiouAEIOU" else "a"
    columns = _column_names(returned)
    return f"{article} {name}" if columns is None else f"{article} {name} of the columns {_listed(columns)}"


def _listed(columns: list[str]) -> str:
    return SHORT.clipped(", ".join(map(str, columns)) or "(none)")
